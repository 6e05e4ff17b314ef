//! Message ids of the Agent's own Messages.

use usp_record::Rng;

use crate::notifications::outbox::Outbox;

/// A Message id: a number in hexadecimal digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MsgId([u8; 16]);

impl MsgId {
    /// One that nobody guesses, and that no open notification has.
    pub(crate) fn new(rng: &mut impl Rng, outbox: &Outbox) -> Self {
        let mut number = rng.next_u64();
        loop {
            let id = Self::of(number);
            if outbox.is_empty() || !outbox.contains(id.as_str()) {
                return id;
            }
            number = number.wrapping_add(1);
        }
    }

    fn of(number: u64) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 16];
        for (digit, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(number.to_be_bytes()) {
            *digit = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        }
        Self(digits)
    }

    pub(crate) fn as_str(&self) -> &str {
        // Digits are UTF-8.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn all_digits_are_there() {
        for number in [0, 1, 0x0123_4567_89AB_CDEF, 0x8000_0000_0000_0000, u64::MAX] {
            assert_eq!(MsgId::of(number).as_str(), format!("{number:016x}"));
        }
    }
}
