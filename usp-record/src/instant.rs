//! A point in time that needs no operating system.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use core::time::Duration;

/// A point on a monotonic clock, in microseconds since a start of the caller's choosing.
///
/// Time is an argument everywhere in these crates: the caller reads its clock and says what time it
/// is. Two instants compare only if they come from the same clock. Wall-clock time, which may jump,
/// has no place here.
///
/// Adding a [`Duration`] stops at [`Instant::MAX`], half a million years after the start, where a
/// deadline means "never"; [`Instant::checked_add`] tells when that happens.
///
/// ```
/// use core::time::Duration;
/// use usp_record::Instant;
///
/// let start = Instant::from_millis(1_500);
/// let deadline = start + Duration::from_secs(2);
/// assert_eq!(deadline, Instant::from_millis(3_500));
/// assert_eq!(deadline - start, Duration::from_secs(2));
/// assert_eq!(start - deadline, Duration::ZERO);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    micros: u64,
}

impl Instant {
    /// The start of the clock.
    pub const ZERO: Self = Self { micros: 0 };

    /// The last instant, which never comes.
    pub const MAX: Self = Self { micros: u64::MAX };

    /// The instant this many microseconds after the start.
    pub const fn from_micros(micros: u64) -> Self {
        Self { micros }
    }

    /// The instant this many milliseconds after the start, at most [`Instant::MAX`].
    pub const fn from_millis(millis: u64) -> Self {
        Self { micros: millis.saturating_mul(1_000) }
    }

    /// The instant this many seconds after the start, at most [`Instant::MAX`].
    pub const fn from_secs(secs: u64) -> Self {
        Self { micros: secs.saturating_mul(1_000_000) }
    }

    /// Microseconds since the start.
    pub const fn micros(self) -> u64 {
        self.micros
    }

    /// Whole milliseconds since the start.
    pub const fn millis(self) -> u64 {
        self.micros / 1_000
    }

    /// Whole seconds since the start.
    pub const fn secs(self) -> u64 {
        self.micros / 1_000_000
    }

    /// The instant `duration` later, or `None` past [`Instant::MAX`].
    ///
    /// What is less than a microsecond is dropped.
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let micros = u64::try_from(duration.as_micros()).ok()?;
        Some(Self { micros: self.micros.checked_add(micros)? })
    }

    /// The instant `duration` earlier, or `None` before [`Instant::ZERO`].
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        let micros = u64::try_from(duration.as_micros()).ok()?;
        Some(Self { micros: self.micros.checked_sub(micros)? })
    }

    /// The time from `earlier` to this instant, or `None` if `earlier` is later.
    pub const fn checked_duration_since(self, earlier: Self) -> Option<Duration> {
        match self.micros.checked_sub(earlier.micros) {
            Some(micros) => Some(Duration::from_micros(micros)),
            None => None,
        }
    }

    /// The time from `earlier` to this instant, zero if `earlier` is later.
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.micros.saturating_sub(earlier.micros))
    }
}

/// Stops at [`Instant::MAX`].
impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.checked_add(duration).unwrap_or(Self::MAX)
    }
}

/// Stops at [`Instant::MAX`].
impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

/// As [`Instant::duration_since`].
impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

/// Seconds since the start: `12.000345 s`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06} s", self.secs(), self.micros % 1_000_000)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instant({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn adding_stops_at_the_end() {
        let late = Instant::from_micros(u64::MAX - 5);
        assert_eq!(late.checked_add(Duration::from_micros(5)), Some(Instant::MAX));
        assert_eq!(late.checked_add(Duration::from_micros(6)), None);
        assert_eq!(late + Duration::MAX, Instant::MAX);
        assert_eq!(Instant::from_secs(u64::MAX), Instant::MAX);
    }

    #[test]
    fn subtracting_stops_at_the_start() {
        let early = Instant::from_micros(5);
        assert_eq!(early.checked_sub(Duration::from_micros(5)), Some(Instant::ZERO));
        assert_eq!(early.checked_sub(Duration::from_micros(6)), None);
        assert_eq!(early.checked_duration_since(Instant::from_micros(6)), None);
        assert_eq!(early - Instant::MAX, Duration::ZERO);
    }

    #[test]
    fn prints_seconds() {
        assert_eq!(Instant::from_micros(12_000_345).to_string(), "12.000345 s");
    }
}
