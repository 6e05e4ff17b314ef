//! Requests that wait for values.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::fmt;

use usp_msg::Msg;
use usp_msg::reader::{self, Valid};
use usp_schema::TypedValue;

use crate::fault::Fault;
use crate::handled::Handled;
use crate::live::checked;
use crate::live_reads::{Reading, Refusal, ValueToken, weight};
use crate::model::DataModel;
use crate::requester::Requester;

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
    requests: BTreeMap<ParkedRequest, Parked>,
    awaited: BTreeMap<ValueToken, ParkedRequest>,
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
    /// The Message.
    msg: Vec<u8>,
    reading: Reading,
    /// Bytes that it was counted with.
    bytes: usize,
}

impl Parking {
    /// # Errors
    ///
    /// There is no room, and what was to wait.
    fn park(
        &mut self,
        name: Option<ParkedRequest>,
        msg: Vec<u8>,
        reading: Reading,
        (requests, bytes): (usize, usize),
    ) -> Result<ParkedRequest, (Vec<u8>, Reading)> {
        let weight = msg.len() + reading.weight();
        if self.requests.len() >= requests || self.bytes.saturating_add(weight) > bytes {
            return Err((msg, reading));
        }
        let name = name.unwrap_or_else(|| {
            self.names += 1;
            ParkedRequest(self.names)
        });
        self.awaited.extend(reading.tokens().map(|token| (token, name)));
        self.bytes += weight;
        self.requests.insert(name, Parked { msg, reading, bytes: weight });
        Ok(name)
    }

    /// With another schema the values are those of other parameters: all requests can go on, and ask anew.
    pub(crate) fn forget_values(&mut self) {
        self.awaited.clear();
        for (&name, parked) in &mut self.requests {
            if parked.reading.is_waiting() {
                self.resumable.push_back(name);
            }
            parked.reading = Reading::default();
        }
    }

    fn take(&mut self, name: ParkedRequest) -> Option<Parked> {
        let parked = self.requests.remove(&name)?;
        self.bytes -= parked.bytes;
        for token in parked.reading.tokens() {
            self.awaited.remove(&token);
        }
        self.resumable.retain(|&resumable| resumable != name);
        Some(parked)
    }
}

/// # Requests that wait
///
/// A request that needs a value which comes later ([`live_later`](Self::live_later)) waits, with its bytes and the values that
/// it was told so far. It holds nothing up: it has changed nothing, and others go on. When its values are there it is
/// done as if it came then: what it finds, may do and changes is what there is at that moment, and only the values that it was told
/// are as old as they are. In the course of that it may come to need others, and wait again.
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
        let parked = self.parking.requests.get_mut(&name).ok_or(NotAwaited)?;
        let parameter = parked.reading.parameter(token).ok_or(NotAwaited)?;
        let parameter = self.schema.parameter(parameter).ok_or(NotAwaited)?;
        let mut value = checked(parameter, value.map(|value| value.to_value()));
        let mut weight = weight(&value);
        if self.parking.bytes.saturating_add(weight) > self.limits.max_parked_bytes {
            (value, weight) = (Err(Refusal::TooMany.fault(parameter)), 0);
        }
        parked.bytes += weight;
        self.parking.bytes += weight;
        parked.reading.complete(token, value);
        if !parked.reading.is_waiting() {
            self.parking.resumable.push_back(name);
        }
        Ok(())
    }

    /// The requests that wait for nothing any more, since the last call, in the order in which their last values came.
    /// Each is for [`resume`](Self::resume).
    pub fn drain_resumable(&mut self) -> Vec<ParkedRequest> {
        core::mem::take(&mut self.parking.resumable).into()
    }

    /// Goes on with a request whose values are there: as [`handle`](Self::handle), with its Message again. `None` if there is
    /// no such request; one that still waits, or has to wait for more, is [parked](Handled::Parked) as before.
    ///
    /// The requester is who asked, with what it may do now.
    pub fn resume(
        &mut self,
        parked: ParkedRequest,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        if self.parking.requests.get(&parked)?.reading.is_waiting() {
            return Some(Handled::Parked(parked));
        }
        self.go_on(parked, None, requester, out)
    }

    /// Goes on with a request that has waited for long enough: the values that it still waits for cannot be read (7003), and
    /// neither can others that would come later. `None` if there is no such request.
    ///
    /// The answer is what it would be if these values could not be read in the first place: a Get tells all other paths, and
    /// changes are made or not as with any path that fails.
    pub fn expire(
        &mut self,
        parked: ParkedRequest,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        self.go_on(parked, Some(Refusal::TooLate), requester, out)
    }

    /// Gives up a request that waits, since nobody wants its answer any more, and says whether there was one. It has changed
    /// nothing.
    pub fn forget(&mut self, parked: ParkedRequest) -> bool {
        self.parking.take(parked).is_some()
    }

    /// The requests that wait, in the order in which they came.
    pub fn parked_requests(&self) -> impl Iterator<Item = ParkedRequest> + '_ {
        self.parking.requests.keys().copied()
    }

    /// Lets a request wait that was just worked on, if it has to; else this is its end.
    pub(crate) fn park_if_waiting(
        &mut self,
        (msg_id, request): (&str, &reader::Request<'_, Valid>),
        requester: &Requester,
        handled: Handled,
        out: &mut Vec<u8>,
    ) -> Handled {
        if !self.is_waiting() {
            self.reads.get_mut().end();
            return handled;
        }
        // A view that is valid gives its Message.
        let msg = request.to_message().map(|request| Msg::request(msg_id, request).encode_to_vec());
        self.park(None, msg.unwrap_or_default(), requester, out).unwrap_or(handled)
    }

    /// Lets the request at work wait. If there is no room for it, it is answered at once.
    fn park(
        &mut self,
        name: Option<ParkedRequest>,
        msg: Vec<u8>,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        let reading = self.reads.get_mut().take();
        let limits = (self.limits.max_parked, self.limits.max_parked_bytes);
        match self.parking.park(name, msg, reading, limits) {
            Ok(name) => Some(Handled::Parked(name)),
            Err((msg, mut reading)) => {
                reading.refuse(&self.schema, Refusal::TooMany);
                self.work_again((name, msg), (reading, Some(Refusal::TooMany)), requester, out)
            }
        }
    }

    fn go_on(
        &mut self,
        name: ParkedRequest,
        refusal: Option<Refusal>,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        let Parked { msg, mut reading, .. } = self.parking.take(name)?;
        if let Some(refusal) = refusal {
            reading.refuse(&self.schema, refusal);
        }
        self.work_again((Some(name), msg), (reading, refusal), requester, out)
    }

    /// Works on a Message with what it was told before.
    fn work_again(
        &mut self,
        (name, msg): (Option<ParkedRequest>, Vec<u8>),
        (reading, refusal): (Reading, Option<Refusal>),
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Option<Handled> {
        // What was read once can be read again.
        let view = reader::Msg::validate(&msg).ok()?;
        let Some(reader::MsgBody::Request(request)) = view.content() else { return None };
        self.reads.get_mut().begin(Some(reading), refusal);
        let handled = self.answer_or_error(view.msg_id(), request, requester, out);
        if self.is_waiting() {
            return self.park(name, msg, requester, out);
        }
        self.reads.get_mut().end();
        Some(handled)
    }
}
