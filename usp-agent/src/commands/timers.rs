//! ScheduleTimer(): an asynchronous command that does nothing for a while (TR-181).
//!
//! A timer outlives a restart: its end is noted by the wall clock, beside the Request row that is saved. A device that
//! does not know the time when it starts waits the whole delay anew, or less as soon as it learns the time.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use litemap::LiteMap;
use usp_datamodel::{CommandToken, Fault, QueuedCall};
use usp_msg::ErrorCode;
use usp_record::{Instant, Rng};

use crate::agent::Agent;
use crate::clock::Clock;

pub(crate) const COMMAND: &str = "Device.ScheduleTimer()";

/// Names of notes: the path of the Request row follows.
const NOTE: &str = "timer/";

/// Timers that run.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    running: LiteMap<CommandToken, Timer>,
}

#[derive(Debug)]
struct Timer {
    /// The name of its note.
    note: String,
    due: Instant,
    /// When it ends by the wall clock, for one that was begun before a restart.
    due_by_wall: Option<i64>,
}

impl Timers {
    /// When the next timer ends.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.running.values().map(|timer| timer.due).min()
    }

    fn due(&self, now: Instant) -> Option<CommandToken> {
        self.running.iter().find(|(_, timer)| timer.due <= now).map(|(&token, _)| token)
    }

    /// Takes in that the wall clock was set: timers of before the restart end by it.
    pub(crate) fn reschedule(&mut self, clock: Clock) {
        for (_, timer) in self.running.iter_mut() {
            if let Some(due) = timer.due_by_wall.and_then(|wall| clock.instant(wall)) {
                timer.due = due;
            }
        }
    }
}

impl<R: Rng> Agent<R> {
    /// Begins a timer that a Controller asked for. A step of the wall clock does not move its end.
    pub(crate) fn begin_timer(&mut self, call: &QueuedCall) {
        let Some(token) = call.token() else { return };
        // The engine has checked the argument against the schema.
        let delay = call.argument("DelaySeconds").and_then(|text| text.parse().ok()).unwrap_or(0);
        let request = self.model.request_of(token).unwrap_or_default();
        let note = alloc::format!("{NOTE}{request}");
        let due = self.now.checked_add(Duration::from_secs(delay)).unwrap_or(Instant::MAX);
        let by_wall = self.clock.wall(due).map(|wall| wall.to_string()).unwrap_or_default();
        self.model.set_note(&note, Some(&alloc::format!("{delay} {by_wall}")));
        self.timers.running.insert(token, Timer { note, due, due_by_wall: None });
    }

    /// Goes on with the timers of before a restart.
    pub(crate) fn resume_timers(&mut self) {
        for stopped in self.model.stopped_requests() {
            let note = alloc::format!("{NOTE}{}", stopped.row);
            let Some((delay, by_wall)) = self.model.note(&note).and_then(|text| text.split_once(' ')) else {
                continue;
            };
            let (delay, due_by_wall) = (delay.parse().unwrap_or(0), by_wall.parse::<i64>().ok());
            let Ok(token) = self.model.resume_request(&stopped.row) else { continue };
            let anew = self.now.checked_add(Duration::from_secs(delay)).unwrap_or(Instant::MAX);
            let due = due_by_wall.and_then(|wall| self.clock.instant(wall)).unwrap_or(anew);
            self.timers.running.insert(token, Timer { note, due, due_by_wall });
        }
        // A note whose Request is gone is nobody's.
        let running: Vec<&str> = self.timers.running.values().map(|timer| &*timer.note).collect();
        let stale = self.model.notes(NOTE).map(|(name, _)| name).filter(|name| !running.contains(name));
        for name in stale.map(ToString::to_string).collect::<Vec<_>>() {
            self.model.set_note(&name, None);
        }
    }

    /// Ends the timers whose time has come.
    pub(crate) fn handle_timers(&mut self) {
        while let Some(token) = self.timers.due(self.now) {
            self.end_timer(token, Ok(Vec::new()));
        }
    }

    /// Cancels a timer. Returns whether the token is that of one.
    pub(crate) fn cancel_timer(&mut self, token: CommandToken) -> bool {
        let is_timer = self.timers.running.contains_key(&token);
        if is_timer {
            let fault = Fault::new(ErrorCode::COMMAND_CANCELED, "canceled on request");
            self.end_timer(token, Err(fault));
        }
        is_timer
    }

    fn end_timer(&mut self, token: CommandToken, result: Result<Vec<(String, String)>, Fault>) {
        if let Some(timer) = self.timers.running.remove(&token) {
            self.model.set_note(&timer.note, None);
        }
        // A timer that the device has ended by its token is not there any more.
        let _ = self.model.complete_command(token, result);
    }
}
