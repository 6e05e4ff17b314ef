//! How the wall clock stands to the monotonic one.

use usp_record::Instant;
use usp_schema::DateTime;

/// A difference that is a step of the wall clock, and no drift, in microseconds.
const STEP: u64 = 500_000;

/// How the wall clock stands to the monotonic one, as of the last input that knew both.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    /// The wall clock, in microseconds since 1970, when the monotonic one was at its start.
    offset: Option<i64>,
}

impl Clock {
    /// Takes in both clocks. Returns whether the wall clock became known or was set to another time.
    pub(crate) fn set(&mut self, now: Instant, wall: Option<DateTime>) -> bool {
        // A device that knew the time does not forget it.
        let Some(wall) = wall.and_then(unix_micros) else { return false };
        let offset = wall.saturating_sub(signed(now));
        let stepped = self.offset.is_none_or(|before| before.abs_diff(offset) > STEP);
        self.offset = Some(offset);
        stepped
    }

    /// Whether the time is known.
    pub(crate) fn is_set(self) -> bool {
        self.offset.is_some()
    }

    /// The wall clock at an instant, in microseconds since 1970.
    pub(crate) fn wall(self, instant: Instant) -> Option<i64> {
        Some(self.offset?.saturating_add(signed(instant)))
    }

    /// The same as a dateTime.
    pub(crate) fn date_time(self, instant: Instant) -> Option<DateTime> {
        let micros = self.wall(instant)?;
        // Less than a second has fewer nanoseconds than 32 bits count.
        let nanos = micros.rem_euclid(1_000_000) as u32 * 1_000;
        DateTime::from_unix(micros.div_euclid(1_000_000), nanos).ok()
    }

    /// The instant at which the wall clock shows a time, in microseconds since 1970; the start of the monotonic clock
    /// for times before it.
    pub(crate) fn instant(self, wall: i64) -> Option<Instant> {
        let micros = wall.saturating_sub(self.offset?);
        Some(Instant::from_micros(u64::try_from(micros).unwrap_or(0)))
    }
}

/// Microseconds since 1970; `None` for the Unknown Time and times since boot.
pub(crate) fn unix_micros(time: DateTime) -> Option<i64> {
    let seconds = time.unix_seconds()?.checked_mul(1_000_000)?;
    seconds.checked_add(i64::from(time.subsec_nanos() / 1_000))
}

/// Microseconds on the monotonic clock, in a type that goes below zero: before the device was started.
pub(crate) fn signed(instant: Instant) -> i64 {
    i64::try_from(instant.micros()).unwrap_or(i64::MAX)
}
