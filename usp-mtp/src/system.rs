//! Time and randomness as the operating system has them.

#[cfg(feature = "agent")]
use alloc::sync::Arc;
use core::time::Duration;
#[cfg(feature = "agent")]
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time;
use usp_record::{Instant, Rng};

/// Random bytes of the operating system, of crypto strength.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SystemRng;

impl Rng for SystemRng {
    /// # Panics
    ///
    /// The operating system has no random bytes to give: then no secret is one.
    fn fill(&mut self, bytes: &mut [u8]) {
        #[allow(clippy::panic, reason = "to go on with what an attacker can guess would be worse")]
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no random bytes: {error}");
        }
    }
}

/// The time that a runtime tells its engine.
///
/// The monotonic part is tokio's, and begins with the clock; the other is asked for when it is needed. One clock
/// belongs to one Agent as long as that lives, since its time must not go back.
#[derive(Clone)]
pub struct Clock {
    begin: time::Instant,
    #[cfg(feature = "agent")]
    wall: Wall,
}

#[cfg(feature = "agent")]
type Wall = Arc<dyn Fn() -> Option<usp_datamodel::schema::DateTime> + Send + Sync>;

impl Clock {
    /// A clock without date and time, which a Controller does not need.
    pub fn monotonic() -> Self {
        Self {
            begin: time::Instant::now(),
            #[cfg(feature = "agent")]
            wall: Arc::new(|| None),
        }
    }

    /// The time of the operating system.
    #[cfg(feature = "agent")]
    pub fn system() -> Self {
        Self::with_wall(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
            let seconds = i64::try_from(since.as_secs()).ok()?;
            usp_datamodel::schema::DateTime::from_unix(seconds, since.subsec_nanos()).ok()
        })
    }

    /// The date and time are those of a function; `None` as long as the device does not know them.
    #[cfg(feature = "agent")]
    pub fn with_wall(
        wall: impl Fn() -> Option<usp_datamodel::schema::DateTime> + Send + Sync + 'static,
    ) -> Self {
        Self { begin: time::Instant::now(), wall: Arc::new(wall) }
    }

    /// The time now.
    #[cfg(feature = "agent")]
    pub fn now(&self) -> usp_agent::Now {
        usp_agent::Now { monotonic: self.instant(), wall: (self.wall)() }
    }

    /// The monotonic part of it.
    pub fn instant(&self) -> Instant {
        Instant::from_micros(u64::try_from(self.begin.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// When it will be that time; `None`: never.
    pub(crate) fn when(&self, instant: Instant) -> Option<time::Instant> {
        self.begin.checked_add(Duration::from_micros(instant.micros()))
    }
}
