//! The Controller.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::{String, ToString};
use core::fmt;
use core::time::Duration;

use usp_msg::body::MsgBody;
use usp_msg::request::ReqType;
use usp_msg::{Error, ErrorCode, Msg, MsgType, NotifyResp, Request, Response};
use usp_record::record::RecordType;
use usp_record::{EndpointId, Instant, Record, Rng};

use crate::io::{Ignored, Input, MessageId, Output};

/// A USP Controller: sends requests to Agents, tells answers apart and takes notifications.
///
/// Like the Agent it is sans-IO: requests and Records go in, Records and answers come out, time and randomness are
/// arguments. One Controller serves any number of Agents.
///
/// **After each input, and after each [`send`](Self::send), call [`poll_output`](Self::poll_output) until it returns
/// [`Output::Wait`]**, and come back with [`Input::Timeout`] at the moment that it names.
///
/// ```
/// use usp_controller::record::{EndpointId, Instant, Rng};
/// use usp_controller::{Controller, Output};
/// use usp_msg::Get;
///
/// struct Fixed;
/// impl Rng for Fixed {
///     fn fill(&mut self, bytes: &mut [u8]) {
///         bytes.fill(7);
///     }
/// }
///
/// let (us, agent) = (EndpointId::parse("self::controller")?, EndpointId::parse("os::012345-ABC")?);
/// let mut controller = Controller::new(us, Fixed);
/// let id = controller.send(&agent, Get::new(["Device.DeviceInfo."]), Instant::from_secs(0));
/// let Output::Record { to, bytes } = controller.poll_output() else { panic!("the request goes out first") };
/// assert_eq!((to, bytes.is_empty()), (agent, false));
/// assert_eq!(id.as_str(), "0707070707070707");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct Controller<R> {
    id: EndpointId,
    rng: R,
    timeout: Duration,
    outputs: VecDeque<Output>,
    open: BTreeMap<MessageId, Open>,
    deadlines: BTreeSet<(Instant, MessageId)>,
}

/// A request that is not answered yet.
#[derive(Debug)]
struct Open {
    to: EndpointId,
    kind: MsgType,
    deadline: Option<Instant>,
}

impl<R: Rng> Controller<R> {
    /// How long an Agent has for its answer unless [`with_timeout`](Self::with_timeout) says otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// A Controller with this Endpoint ID. `rng` makes Message ids that nobody guesses.
    pub fn new(id: EndpointId, rng: R) -> Self {
        Self {
            id,
            rng,
            timeout: Self::DEFAULT_TIMEOUT,
            outputs: VecDeque::new(),
            open: BTreeMap::new(),
            deadlines: BTreeSet::new(),
        }
    }

    /// The same, with another time for answers.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The Endpoint ID of the Controller.
    pub fn id(&self) -> &EndpointId {
        &self.id
    }

    /// Sends a request to an Agent. The answer comes as [`Output::Answer`] with the id that is returned.
    ///
    /// An Operate that wants no response is open until it times out all the same, since a failure may be told.
    pub fn send(&mut self, to: &EndpointId, request: impl Into<Request>, now: Instant) -> MessageId {
        let request = request.into();
        let mut id = MessageId(alloc::format!("{:016x}", self.rng.next_u64()));
        while self.open.contains_key(&id) {
            // A source of randomness that repeats itself must not make two requests one.
            id.0.push('+');
        }
        let kind = request.msg_type().unwrap_or(MsgType::Error);
        let deadline = now.checked_add(self.timeout);
        self.open.insert(id.clone(), Open { to: to.clone(), kind, deadline });
        self.deadlines.extend(deadline.map(|deadline| (deadline, id.clone())));
        self.send_message(to, &Msg::request(id.as_str(), request));
        id
    }

    /// Gives up on a request that nobody waits for any more, for instance since the connection to the Agent is gone:
    /// it does not time out, and an answer that comes is ignored. Tells whether it was open.
    pub fn give_up(&mut self, id: &MessageId) -> bool {
        let Some(open) = self.open.remove(id) else { return false };
        if let Some(deadline) = open.deadline {
            self.deadlines.remove(&(deadline, id.clone()));
        }
        true
    }

    /// Takes in what happened outside. Never fails: what cannot be used becomes [`Output::Ignored`].
    pub fn handle_input(&mut self, input: Input<'_>, now: Instant) {
        if let Input::Record(bytes) = input
            && let Err(ignored) = self.handle_record(bytes)
        {
            self.outputs.push_back(Output::Ignored(ignored));
        }
        while let Some((deadline, id)) = self.deadlines.first().cloned() {
            if deadline > now {
                break;
            }
            self.deadlines.remove(&(deadline, id.clone()));
            if let Some(open) = self.open.remove(&id) {
                self.outputs.push_back(Output::TimedOut { to: open.to, id });
            }
        }
    }

    /// The next thing to do or to know; [`Output::Wait`] when there is none at the moment.
    #[must_use]
    pub fn poll_output(&mut self) -> Output {
        let until = || self.deadlines.first().map(|(deadline, _)| *deadline);
        self.outputs.pop_front().unwrap_or_else(|| Output::Wait { until: until() })
    }

    fn handle_record(&mut self, bytes: &[u8]) -> Result<(), Ignored> {
        let record = Record::decode(bytes).map_err(Ignored::Record)?;
        // [R-E2E.1] before anything else is looked at.
        if record.to_id != self.id.as_str() {
            return Err(Ignored::NotForUs { to_id: record.to_id });
        }
        record.validate().map_err(Ignored::Record)?;
        let from = record.sender().map_err(Ignored::Record)?;
        match record.record_type {
            Some(RecordType::NoSessionContext(content)) => self.handle_message(from, &content.payload),
            Some(RecordType::SessionContext(_)) => Err(Ignored::Session { from }),
            Some(RecordType::Disconnect(content)) => {
                Err(Ignored::Disconnect { from, reason: content.reason, reason_code: content.reason_code })
            }
            _ => Ok(()),
        }
    }

    fn handle_message(&mut self, from: EndpointId, payload: &[u8]) -> Result<(), Ignored> {
        let msg = Msg::decode(payload).map_err(|error| Ignored::Message { from: from.clone(), error })?;
        if let Err(error) = msg.validate() {
            return Err(Ignored::Invalid { from, error });
        }
        let msg_id = msg.msg_id().to_string();
        match msg.into_content() {
            Some(MsgBody::Request(request)) => {
                self.handle_request(from, msg_id, request);
                Ok(())
            }
            Some(MsgBody::Response(response)) => self.handle_answer(from, msg_id, Ok(response)),
            Some(MsgBody::Error(error)) => self.handle_answer(from, msg_id, Err(error)),
            None => Ok(()),
        }
    }

    fn handle_request(&mut self, from: EndpointId, msg_id: String, request: Request) {
        match request.req_type {
            Some(ReqType::Notify(notify)) => {
                if notify.send_resp {
                    // [R-NOT.10]
                    self.send_message(&from, &Msg::response_to(msg_id.clone(), NotifyResp::to(&notify)));
                }
                self.outputs.push_back(Output::Notify { from, msg_id, notify });
            }
            // [R-MSG.1]
            _ => {
                let reason = "this Endpoint is a Controller and answers Notify alone";
                let error = Error::new(ErrorCode::MESSAGE_NOT_SUPPORTED, reason);
                self.send_message(&from, &Msg::error_to(msg_id, error));
            }
        }
    }

    /// [R-MSG.9] an answer counts when it has the id of an open request to that Agent.
    fn handle_answer(
        &mut self,
        from: EndpointId,
        msg_id: String,
        result: Result<Response, Error>,
    ) -> Result<(), Ignored> {
        let id = MessageId(msg_id);
        let Some(open) = self.open.get(&id).filter(|open| open.to == from) else {
            return Err(Ignored::Unsolicited { from, msg_id: id.0 });
        };
        if let Ok(Some(response)) = result.as_ref().map(Response::msg_type)
            && Some(response) != open.kind.response()
        {
            return Err(Ignored::WrongResponse { from, msg_id: id.0, request: open.kind, response });
        }
        self.give_up(&id);
        self.outputs.push_back(Output::Answer { from, id, result });
        Ok(())
    }

    fn send_message(&mut self, to: &EndpointId, msg: &Msg) {
        let record = Record::no_session(&self.id, to, msg.encode_to_vec());
        self.outputs.push_back(Output::Record { to: to.clone(), bytes: record.encode_to_vec() });
    }
}

impl<R> fmt::Debug for Controller<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Controller")
            .field("id", &self.id)
            .field("timeout", &self.timeout)
            .field("outputs", &self.outputs.len())
            .field("open", &self.open.len())
            .finish_non_exhaustive()
    }
}
