//! The four integer types.

use alloc::format;
use core::fmt::Display;

use super::primitive_type::trim;
use super::{PrimitiveType, ValueError};

/// An integer type of TR-106.
pub(super) trait Integer: TryFrom<i128> + Display {
    const MIN: Self;
    const MAX: Self;
}

macro_rules! integers {
    ($($ty:ty),*) => { $(
        impl Integer for $ty {
            const MIN: Self = <$ty>::MIN;
            const MAX: Self = <$ty>::MAX;
        }
    )* };
}

integers!(i32, i64, u32, u64);

/// Reads an optional sign and at least one digit; `ty` is the name of `T` in TR-106.
///
/// The time is linear in the length of the text, however many digits it has.
pub(super) fn parse<T: Integer>(text: &str, ty: PrimitiveType) -> Result<T, ValueError> {
    let literal = trim(text);
    let (negative, digits) = match literal.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        let reason = "an integer is an optional sign and decimal digits";
        return Err(ValueError::wrong_type(ty.as_str(), reason, text));
    }
    // Saturation lies outside all four types, so it ends as "out of range".
    let magnitude = digits
        .iter()
        .fold(0_i128, |value, digit| value.saturating_mul(10).saturating_add(i128::from(digit - b'0')));
    T::try_from(if negative { -magnitude } else { magnitude }).map_err(|_| {
        let reason = format!("it does not lie in {} to {}", T::MIN, T::MAX);
        ValueError::out_of_range(ty.as_str(), reason, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, ValueErrorKind};

    #[track_caller]
    fn reads(ty: PrimitiveType, text: &str, value: Value) {
        assert_eq!(ty.parse(text), Ok(value));
    }

    #[track_caller]
    fn refuses(ty: PrimitiveType, text: &str, kind: ValueErrorKind) {
        assert_eq!(ty.parse(text).map_err(|error| error.kind()), Err(kind), "{text:?}");
    }

    #[test]
    fn signs_leading_zeros_and_white_space() {
        reads(PrimitiveType::Int, "0123", Value::Int(123));
        reads(PrimitiveType::Int, "+123", Value::Int(123));
        reads(PrimitiveType::Int, "-0", Value::Int(0));
        reads(PrimitiveType::UnsignedInt, "08", Value::UnsignedInt(8));
        reads(PrimitiveType::UnsignedInt, "-0", Value::UnsignedInt(0));
        reads(PrimitiveType::Long, " \t-7\r\n", Value::Long(-7));
        reads(
            PrimitiveType::UnsignedLong,
            "000000000000000000000000000000000000000000000000001",
            Value::UnsignedLong(1),
        );
    }

    #[test]
    fn limits() {
        reads(PrimitiveType::Int, "-2147483648", Value::Int(i32::MIN));
        refuses(PrimitiveType::Int, "2147483648", ValueErrorKind::OutOfRange);
        reads(PrimitiveType::Long, "-9223372036854775808", Value::Long(i64::MIN));
        refuses(PrimitiveType::Long, "9223372036854775808", ValueErrorKind::OutOfRange);
        reads(PrimitiveType::UnsignedInt, "4294967295", Value::UnsignedInt(u32::MAX));
        refuses(PrimitiveType::UnsignedInt, "-1", ValueErrorKind::OutOfRange);
        reads(PrimitiveType::UnsignedLong, "18446744073709551615", Value::UnsignedLong(u64::MAX));
        refuses(PrimitiveType::UnsignedLong, "18446744073709551616", ValueErrorKind::OutOfRange);
        refuses(PrimitiveType::Long, &"9".repeat(100_000), ValueErrorKind::OutOfRange);
    }

    #[test]
    fn not_integers() {
        for text in ["", " ", "+", "-", "--1", "1 2", "1.0", "1e3", "0x10", "one", "\u{661}", "1\u{a0}"] {
            refuses(PrimitiveType::Int, text, ValueErrorKind::WrongType);
        }
    }
}
