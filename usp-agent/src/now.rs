//! What time it is, as an argument.

use usp_record::Instant;
use usp_schema::DateTime;

/// What time it is: once for intervals, once for calendars.
///
/// A step of the wall clock never moves a deadline, since deadlines are counted on the monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Time since some moment in the past, never going back.
    pub monotonic: Instant,
    /// The date and time; `None` as long as the device does not know it.
    pub wall: Option<DateTime>,
}

impl Now {
    /// A moment of a device that does not know the date.
    pub const fn new(monotonic: Instant) -> Self {
        Self { monotonic, wall: None }
    }

    /// A moment of a device that knows the date.
    pub const fn with_wall(monotonic: Instant, wall: DateTime) -> Self {
        Self { monotonic, wall: Some(wall) }
    }
}
