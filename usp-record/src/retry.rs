//! How long to wait before trying again.

use core::time::Duration;

use crate::Rng;

/// The waits of TR-369 between tries, which grow and are drawn by lot.
///
/// Before try `n`, counted from 1, the wait lies between `m·(k/1000)^(n-1)` and `m·(k/1000)^n`
/// seconds; from the tenth on the range stays `[R-E2E.10, R-E2E.11]`. Notifications and WebSocket
/// connections are repeated by the same rule `[R-NOT.1]` (R-WS.19).
///
/// ```
/// use core::time::Duration;
/// use usp_record::RetryWaits;
///
/// let waits = RetryWaits::DEFAULT;
/// assert_eq!(waits.range(1), (Duration::from_secs(5), Duration::from_secs(10)));
/// assert_eq!(waits.range(3), (Duration::from_secs(20), Duration::from_secs(40)));
/// assert_eq!(waits.range(99), (Duration::from_secs(2560), Duration::from_secs(5120)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryWaits {
    /// `m`, the shortest wait.
    pub minimum: Duration,
    /// `k`, thousandths by which the range grows from try to try; below 1000 is taken as 1000.
    pub multiplier: u32,
}

impl RetryWaits {
    /// 5 seconds, doubled from try to try.
    pub const DEFAULT: Self = Self { minimum: Duration::from_secs(5), multiplier: 2000 };

    /// From the tenth try on the range stays.
    const LAST: u32 = 10;

    /// The shortest and the longest wait before try `n`, counted from 1.
    pub fn range(&self, n: u32) -> (Duration, Duration) {
        let n = n.clamp(1, Self::LAST);
        (self.grown(n - 1), self.grown(n))
    }

    /// A wait before try `n`, drawn by lot.
    pub fn wait(&self, n: u32, rng: &mut dyn Rng) -> Duration {
        let (low, high) = self.range(n);
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(rng.in_range(micros(low), micros(high)))
    }

    /// The minimum grown `times` times, in microseconds and without overflow.
    fn grown(&self, times: u32) -> Duration {
        let multiplier = u128::from(self.multiplier.max(1000));
        let micros =
            (0..times).fold(self.minimum.as_micros(), |micros, _| micros.saturating_mul(multiplier) / 1000);
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl Default for RetryWaits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Rng for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn r_e2e_10_waits_lie_in_the_range_of_their_try() {
        let ends = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120].map(Duration::from_secs);
        for (n, range) in (1..).zip(ends.windows(2)) {
            let (low, high) = (range[0], range[1]);
            assert_eq!(RetryWaits::DEFAULT.range(n), (low, high), "try {n}");
            assert_eq!(RetryWaits::DEFAULT.wait(n, &mut Fixed(0)), low);
            assert_eq!(RetryWaits::DEFAULT.wait(n, &mut Fixed(0xff)), high);
        }
        let waits = RetryWaits { minimum: Duration::from_secs(4), multiplier: 1500 };
        assert_eq!(waits.range(3), (Duration::from_secs(9), Duration::from_millis(13_500)));
    }

    #[test]
    fn r_e2e_11_the_range_stays_from_the_tenth_try_on() {
        let tenth = (Duration::from_secs(2560), Duration::from_secs(5120));
        for n in [10, 11, 99, u32::MAX] {
            assert_eq!(RetryWaits::DEFAULT.range(n), tenth, "try {n}");
        }
        assert_eq!(RetryWaits::DEFAULT.range(0), RetryWaits::DEFAULT.range(1));
    }

    #[test]
    fn odd_settings_do_not_overflow() {
        let waits = RetryWaits { minimum: Duration::MAX, multiplier: u32::MAX };
        assert_eq!(waits.range(10).1, Duration::from_micros(u64::MAX));
        let waits = RetryWaits { minimum: Duration::from_secs(1), multiplier: 0 };
        assert_eq!(waits.range(10).1, Duration::from_secs(1));
    }
}
