//! Requests that wait for values, or for commands to end.

pub(crate) mod resumption;

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use litemap::LiteMap;
use usp_msg::ErrorCode;
use usp_msg::reader::{self, Valid};
use usp_schema::TypedValue;

use crate::commands::async_command::CommandToken;
use crate::commands::operated::Operated;
use crate::fault::Fault;
use crate::limits::Limits;
use crate::live::checked;
use crate::live::reads::{Reading, Refusal, ValueToken, weight};
use crate::model::DataModel;
use crate::requester::Requester;
use crate::requests::handled::Handled;

/// Names a request that waits, from [`Handled::Parked`] until it is answered or forgotten.
///
/// No other request ever has the same name in the lifetime of a [`DataModel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParkedRequest(u64);

impl fmt::Display for ParkedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// No request waits for the value: it was answered without it, was forgotten, or could not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no request waits for this value")]
pub struct NotAwaited;

/// All requests that wait.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    requests: LiteMap<ParkedRequest, Parked>,
    awaited: LiteMap<ValueToken, ParkedRequest>,
    commands: LiteMap<CommandToken, ParkedRequest>,
    /// What the Operate at work has begun and is to wait for.
    pub(crate) begun: Option<Operated>,
    /// Those that wait for nothing any more and were not told of yet.
    resumable: VecDeque<ParkedRequest>,
    /// Bytes that all of them hold.
    bytes: usize,
    /// How many names were given out.
    names: u64,
}

/// One request that waits.
#[derive(Debug)]
struct Parked {
    work: Work,
    /// Bytes that it was counted with.
    bytes: usize,
}

#[derive(Debug)]
enum Work {
    /// To be done anew, by its Message.
    Anew { msg: Vec<u8>, reading: Reading },
    /// An Operate, which is not done twice.
    Begun(Operated),
}

impl Work {
    fn is_waiting(&self) -> bool {
        match self {
            Self::Anew { reading, .. } => reading.is_waiting(),
            Self::Begun(operated) => operated.is_waiting(),
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Anew { msg, reading } => msg.len() + reading.weight(),
            Self::Begun(operated) => operated.weight(),
        }
    }
}

impl Parking {
    /// Whether there is room for a request whose command ends later, beside the ends that it waits for already.
    ///
    /// # Errors
    ///
    /// 7005: there is none.
    pub(crate) fn has_room(&self, limits: &Limits, already: usize, path: &str) -> Result<(), Fault> {
        let is_full = self.requests.len() >= limits.max_parked || self.bytes >= limits.max_parked_bytes;
        if is_full || already >= limits.max_pending_values {
            let message = alloc::format!("{path} is refused: too many requests wait already");
            return Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message));
        }
        Ok(())
    }

    fn fits(&self, weight: usize, limits: &Limits) -> bool {
        self.requests.len() < limits.max_parked
            && self.bytes.saturating_add(weight) <= limits.max_parked_bytes
    }

    fn park(&mut self, name: Option<ParkedRequest>, work: Work, bytes: usize) -> ParkedRequest {
        let name = name.unwrap_or_else(|| {
            self.names += 1;
            ParkedRequest(self.names)
        });
        match &work {
            Work::Anew { reading, .. } => {
                for token in reading.tokens() {
                    self.awaited.insert(token, name);
                }
            }
            Work::Begun(operated) => {
                for token in operated.tokens() {
                    self.commands.insert(token, name);
                }
            }
        }
        self.bytes += bytes;
        self.requests.insert(name, Parked { work, bytes });
        name
    }

    fn take(&mut self, name: ParkedRequest) -> Option<Work> {
        let Parked { work, bytes } = self.requests.remove(&name)?;
        self.bytes -= bytes;
        match &work {
            Work::Anew { reading, .. } => reading.tokens().for_each(|token| {
                self.awaited.remove(&token);
            }),
            Work::Begun(operated) => operated.tokens().for_each(|token| {
                self.commands.remove(&token);
            }),
        }
        self.resumable.retain(|&resumable| resumable != name);
        Some(work)
    }

    /// With another schema the values are those of other parameters: requests that wait for some can go on, and ask
    /// anew.
    pub(crate) fn forget_values(&mut self) {
        self.awaited.clear();
        for (&name, parked) in &mut self.requests {
            let Work::Anew { reading, .. } = &mut parked.work else { continue };
            if reading.is_waiting() {
                self.resumable.push_back(name);
            }
            *reading = Reading::default();
        }
    }

    /// The path of a command whose end a request waits for, and its supported one.
    pub(crate) fn command(&self, token: CommandToken) -> Option<(&str, &str)> {
        match &self.requests.get(self.commands.get(&token)?)?.work {
            Work::Begun(operated) => operated.command(token),
            Work::Anew { .. } => None,
        }
    }

    /// Takes in the end of a command, if a request waits for it; else gives it back.
    pub(crate) fn complete_command(
        &mut self,
        token: CommandToken,
        result: Result<Vec<(String, String)>, Fault>,
    ) -> Option<Result<Vec<(String, String)>, Fault>> {
        let Some(name) = self.commands.remove(&token) else { return Some(result) };
        if let Some(Parked { work: Work::Begun(operated), bytes }) = self.requests.get_mut(&name) {
            operated.complete(token, result);
            // A command that has been run is answered, however much it says.
            let weight = operated.weight();
            self.bytes = self.bytes - *bytes + weight;
            *bytes = weight;
            if !operated.is_waiting() {
                self.resumable.push_back(name);
            }
        }
        None
    }
}

/// # Requests that wait
///
/// A request that needs a value which comes later ([`live_later`](Self::live_later)) waits, with its bytes and the
/// values that it was told so far. It holds nothing up: it has changed nothing, and others go on. When its values are
/// there it is done as if it came then: what it finds, may do and changes is what there is at that moment, and only the
/// values that it was told are as old as they are. In the course of that it may come to need others, and wait again.
///
/// An Operate whose commands have begun ([`on_command_later`](Self::on_command_later)) is not done anew: it waits with
/// what its commands have come to until the last has ended.
///
/// The model has no clock: whoever parks a request sees to it that it does not wait for ever, with
/// [`expire`](Self::expire).
impl DataModel {
    /// Gives a value, or says why there is none, to the request that waits for it. When the last one is there,
    /// [`drain_resumable`](Self::drain_resumable) tells of the request.
    ///
    /// A value of another type than the parameter's is one that could not be read, as with [`live`](Self::live).
    ///
    /// # Errors
    ///
    /// No request waits for it.
    pub fn complete_value<V: TypedValue>(
        &mut self,
        token: ValueToken,
        value: Result<V, Fault>,
    ) -> Result<(), NotAwaited> {
        let name = self.parking.awaited.remove(&token).ok_or(NotAwaited)?;
        let Some(Parked { work: Work::Anew { reading, .. }, bytes }) = self.parking.requests.get_mut(&name)
        else {
            return Err(NotAwaited);
        };
        let parameter = reading.parameter(token).ok_or(NotAwaited)?;
        let parameter = self.schema.parameter(parameter).ok_or(NotAwaited)?;
        let mut value = checked(parameter, value.map(|value| value.to_value()));
        let mut weight = weight(&value);
        if self.parking.bytes.saturating_add(weight) > self.limits.max_parked_bytes {
            (value, weight) = (Err(Refusal::TooMany.fault(parameter)), 0);
        }
        *bytes += weight;
        self.parking.bytes += weight;
        reading.complete(token, value);
        if !reading.is_waiting() {
            self.parking.resumable.push_back(name);
        }
        Ok(())
    }

    /// The requests that wait for nothing any more, since the last call, in the order in which their last values came.
    /// Each is for [`resume`](Self::resume).
    #[inline]
    pub fn drain_resumable(&mut self) -> Vec<ParkedRequest> {
        match self.parking.resumable.is_empty() {
            true => Vec::new(),
            false => core::mem::take(&mut self.parking.resumable).into(),
        }
    }

    /// Goes on with a request whose values are there: as [`handle`](Self::handle), with its Message again. `None` if
    /// there is no such request; one that still waits, or has to wait for more, is [parked](Handled::Parked) as before.
    ///
    /// The requester is who asked, with what it may do now.
    pub fn resume(
        &mut self,
        parked: ParkedRequest,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        if self.parking.requests.get(&parked)?.work.is_waiting() {
            return Some(Handled::Parked(parked));
        }
        let work = self.parking.take(parked)?;
        Some(self.go_on(Some(parked), work, None, requester, out))
    }

    /// Goes on with a request that has waited for long enough: the values that it still waits for cannot be read
    /// (7003), and neither can others that would come later. `None` if there is no such request.
    ///
    /// The answer is what it would be if these values could not be read in the first place: a Get tells all other
    /// paths, and changes are made or not as with any path that fails. Of an Operate the commands have failed that have
    /// not ended (7022), and the others are told; whoever runs them may stop, by [`Call::Cancel`](crate::Call::Cancel).
    pub fn expire(
        &mut self,
        parked: ParkedRequest,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        let work = self.give_up(parked)?;
        Some(self.go_on(Some(parked), work, Some(Refusal::TooLate), requester, out))
    }

    /// Gives up a request that waits, since nobody wants its answer any more, and says whether there was one. It has
    /// changed nothing, unless it [has begun](Self::has_begun): nobody is told how the commands of an Operate end then,
    /// and whoever runs them may stop, by [`Call::Cancel`](crate::Call::Cancel).
    pub fn forget(&mut self, parked: ParkedRequest) -> bool {
        self.give_up(parked).is_some()
    }

    /// Takes away a request that waits no longer for what it still waits for.
    fn give_up(&mut self, parked: ParkedRequest) -> Option<Work> {
        let work = self.parking.take(parked)?;
        if let Work::Begun(operated) = &work {
            operated.tokens().for_each(|token| self.give_up_call(token));
        }
        Some(work)
    }

    /// The requests that wait, in the order in which they came.
    pub fn parked_requests(&self) -> impl Iterator<Item = ParkedRequest> + '_ {
        self.parking.requests.keys().copied()
    }

    /// Whether a request that waits is an Operate whose commands have begun. It is not done anew, and what it has done
    /// stays done.
    pub fn has_begun(&self, parked: ParkedRequest) -> bool {
        self.parking.requests.get(&parked).is_some_and(|parked| matches!(parked.work, Work::Begun(_)))
    }

    /// Lets a request wait that was just worked on, if it has to; else this is its end.
    pub(crate) fn park_if_waiting(
        &mut self,
        (msg_id, request): (&str, &reader::Request<'_, Valid>),
        requester: &Requester,
        handled: Handled,
        out: &mut Vec<u8>,
    ) -> Handled {
        self.settle(None, || request.encode(msg_id), requester, handled, out)
    }

    /// Lets the request at work wait, if it has to; if there is no room for it, it is answered at once.
    fn settle(
        &mut self,
        name: Option<ParkedRequest>,
        msg: impl FnOnce() -> Vec<u8>,
        requester: &Requester,
        handled: Handled,
        out: &mut Vec<u8>,
    ) -> Handled {
        if let Some(operated) = self.parking.begun.take() {
            self.reads.get_mut().end();
            let weight = operated.weight();
            return Handled::Parked(self.parking.park(name, Work::Begun(operated), weight));
        }
        if !self.is_waiting() {
            self.reads.get_mut().end();
            return handled;
        }
        let work = Work::Anew { msg: msg(), reading: self.reads.get_mut().take() };
        let weight = work.weight();
        if self.parking.fits(weight, &self.limits) {
            return Handled::Parked(self.parking.park(name, work, weight));
        }
        self.go_on(name, work, Some(Refusal::TooMany), requester, out)
    }

    /// Works on a request with what it was told before.
    fn go_on(
        &mut self,
        name: Option<ParkedRequest>,
        work: Work,
        refusal: Option<Refusal>,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Handled {
        let (msg, mut reading) = match work {
            Work::Anew { msg, reading } => (msg, reading),
            Work::Begun(mut operated) => {
                operated.expire();
                return operated.answer(out);
            }
        };
        if let Some(refusal) = refusal {
            reading.refuse(&self.schema, refusal);
        }
        // What was read once can be read again.
        let Ok(view) = reader::Msg::read_whole(&msg) else { return Handled::Silent };
        let Some(reader::MsgBody::Request(request)) = view.content() else { return Handled::Silent };
        self.reads.get_mut().begin(Some(reading), refusal);
        let handled = self.answer_or_error(view.msg_id(), request, requester, out);
        self.settle(name, || msg.clone(), requester, handled, out)
    }
}
