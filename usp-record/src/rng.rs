//! Randomness as an argument.

/// A source of random bytes that the caller brings.
///
/// Session ids, retry waits and secrets come from it. In a product it is the operating system's or
/// the chip's generator, of crypto strength; in a test a seeded one, so that runs repeat.
pub trait Rng {
    /// Fills `bytes` with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);

    /// A random number, every one of them as likely as any other.
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A random number from `low` to `high`, both included; `low` if the two are in the wrong order.
    fn in_range(&mut self, low: u64, high: u64) -> u64 {
        let Some(span) = high.checked_sub(low) else { return low };
        match span.checked_add(1) {
            // The product's upper half is below `count`, so the sum is at most `high`.
            Some(count) => low + ((u128::from(self.next_u64()) * u128::from(count)) >> 64) as u64,
            None => self.next_u64(),
        }
    }
}

impl<R: Rng + ?Sized> Rng for &mut R {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }

    fn next_u64(&mut self) -> u64 {
        (**self).next_u64()
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
    fn range_includes_both_ends() {
        assert_eq!(Fixed(0).in_range(5, 9), 5);
        assert_eq!(Fixed(0xff).in_range(5, 9), 9);
        assert_eq!(Fixed(0xff).in_range(0, u64::MAX), u64::MAX);
        assert_eq!(Fixed(0xff).in_range(9, 5), 9);
        assert_eq!(Fixed(0x80).in_range(7, 7), 7);
    }
}
