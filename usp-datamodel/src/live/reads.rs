//! What live parameters have told the request at work.
//!
//! Each is asked once for a request, however often the request meets it: an answer does not contradict itself, and a
//! request that was parked finds what it was told when it is worked on again.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use hashbrown::HashMap;
use litemap::LiteMap;
use usp_msg::ErrorCode;
use usp_schema::{Parameter, ParameterId, Schema, Value};

use crate::fault::Fault;
use crate::live::unreadable;

/// Names one value that a request waits for, until [`DataModel::complete_value`](crate::DataModel::complete_value).
///
/// No other value ever has the same token in the lifetime of a [`DataModel`](crate::DataModel).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueToken(u64);

impl fmt::Display for ValueToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A live parameter, and the Instance Numbers of the rows that it stands in. Unlike the place of a row, these stay what
/// they are when a row goes and another one comes.
pub(crate) type Site = (ParameterId, Vec<u32>);

/// Values that memory is kept for from request to request.
const USUAL_VALUES: usize = 64;

/// What is being read.
#[derive(Debug, Default)]
pub(crate) struct LiveReads {
    phase: Phase,
    reading: Reading,
    /// How many tokens were given out.
    tokens: u64,
}

/// What becomes of values.
#[derive(Debug, Default)]
enum Phase {
    /// No request is at work. Nothing is noted, and what comes later cannot be read.
    #[default]
    Idle,
    /// A request is at work that can wait.
    Open,
    /// A request is at work that cannot wait, or no longer.
    Closed(Refusal),
}

/// Why what comes later cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is nobody who could wait.
    NobodyWaits,
    /// The request has waited for long enough.
    TooLate,
    /// Too much waits already.
    TooMany,
}

impl Refusal {
    pub(crate) fn fault(self, parameter: Parameter<'_>) -> Fault {
        let (code, why) = match self {
            Self::NobodyWaits => (ErrorCode::INTERNAL_ERROR, "its value comes later than the answer"),
            Self::TooLate => (ErrorCode::INTERNAL_ERROR, "its value did not come in time"),
            Self::TooMany => (ErrorCode::RESOURCES_EXCEEDED, "too many requests wait already"),
        };
        unreadable(parameter, code, why)
    }
}

/// What one request was told, and what it waits for.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// `None` for what is awaited.
    told: HashMap<Site, Option<Result<Value, Fault>>>,
    awaited: LiteMap<ValueToken, Site>,
    /// How many values came later or are to.
    later: usize,
}

impl LiveReads {
    /// A request begins, or goes on with what it was told before.
    #[inline]
    pub(crate) fn begin(&mut self, reading: Option<Reading>, refusal: Option<Refusal>) {
        self.phase = refusal.map_or(Phase::Open, Phase::Closed);
        match reading {
            Some(reading) => self.reading = reading,
            None => self.reading.clear(),
        }
    }

    /// From here on the request waits for no value: it is being done. Whether it could have waited.
    pub(crate) fn close(&mut self) -> bool {
        let can_wait = matches!(self.phase, Phase::Open);
        if can_wait {
            self.phase = Phase::Closed(Refusal::NobodyWaits);
        }
        can_wait
    }

    /// The request is done with.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.phase = Phase::Idle;
        self.reading.clear();
    }

    /// The request waits: what it was told.
    pub(crate) fn take(&mut self) -> Reading {
        self.phase = Phase::Idle;
        core::mem::take(&mut self.reading)
    }

    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        !self.reading.awaited.is_empty()
    }

    pub(crate) fn next_token(&mut self) -> ValueToken {
        self.tokens += 1;
        ValueToken(self.tokens)
    }

    /// What the request was told, if it has asked; a fault where that is awaited.
    pub(crate) fn told(&self, site: &Site) -> Option<Result<Value, Fault>> {
        if self.reading.told.is_empty() {
            return None;
        }
        let told = self.reading.told.get(site)?;
        Some(told.clone().unwrap_or_else(|| Err(awaited())))
    }

    /// Notes what the request was told.
    pub(crate) fn note(&mut self, site: Site, value: &Result<Value, Fault>) {
        if !matches!(self.phase, Phase::Idle) {
            self.reading.told.insert(site, Some(value.clone()));
        }
    }

    /// A value comes later: the request waits for it, unless it cannot. Gives the fault that there is in its place.
    pub(crate) fn await_value(
        &mut self,
        site: Site,
        token: ValueToken,
        parameter: Parameter<'_>,
        limit: usize,
    ) -> Fault {
        let fault = match self.phase {
            Phase::Idle => return Refusal::NobodyWaits.fault(parameter),
            Phase::Closed(refusal) => refusal.fault(parameter),
            Phase::Open if self.reading.later >= limit => Fault::exceeded("values that come later", limit),
            Phase::Open => {
                self.reading.later += 1;
                self.reading.told.insert(site.clone(), None);
                self.reading.awaited.insert(token, site);
                return awaited();
            }
        };
        self.reading.told.insert(site, Some(Err(fault.clone())));
        fault
    }
}

/// Stands where a value is awaited. Nobody sees it, since what it is part of is thrown away.
fn awaited() -> Fault {
    Fault::new(ErrorCode::INTERNAL_ERROR, "the value is awaited")
}

impl Reading {
    pub(crate) fn is_waiting(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// What is awaited.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = ValueToken> + '_ {
        self.awaited.keys().copied()
    }

    /// The parameter of a value that is awaited.
    pub(crate) fn parameter(&self, token: ValueToken) -> Option<ParameterId> {
        self.awaited.get(&token).map(|&(parameter, _)| parameter)
    }

    /// A value has come.
    pub(crate) fn complete(&mut self, token: ValueToken, value: Result<Value, Fault>) {
        if let Some(site) = self.awaited.remove(&token) {
            self.told.insert(site, Some(value));
        }
    }

    /// Nothing is awaited any more.
    pub(crate) fn refuse(&mut self, schema: &Schema, refusal: Refusal) {
        for (_, site) in core::mem::take(&mut self.awaited) {
            // Identifiers held by the engine come from its own schema.
            let fault = schema.parameter(site.0).map_or_else(awaited, |parameter| refusal.fault(parameter));
            self.told.insert(site, Some(Err(fault)));
        }
    }

    /// Bytes that it holds, roughly.
    pub(crate) fn weight(&self) -> usize {
        let of_site = |site: &Site| size_of::<Site>() + 4 * site.1.len();
        let told = self.told.iter().map(|(site, told)| {
            of_site(site) + size_of::<Result<Value, Fault>>() + told.as_ref().map_or(0, weight)
        });
        told.sum::<usize>() + self.awaited.values().map(of_site).sum::<usize>()
    }

    #[inline]
    fn clear(&mut self) {
        self.later = 0;
        // Nothing is awaited that was not noted before.
        if !self.told.is_empty() {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.awaited.clear();
        match self.told.capacity() > USUAL_VALUES {
            true => self.told = HashMap::new(),
            false => self.told.clear(),
        }
    }
}

/// Bytes that a value holds beside its own place, roughly.
pub(crate) fn weight(value: &Result<Value, Fault>) -> usize {
    match value {
        Ok(value) => value.to_string().len(),
        Err(fault) => fault.message().len(),
    }
}
