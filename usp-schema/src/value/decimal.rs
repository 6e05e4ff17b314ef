//! The decimal type.

use alloc::format;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use super::ValueError;
use super::primitive_type::trim;

/// A value of the TR-106 type `decimal`: an exact decimal number of up to 38 digits.
///
/// The text is an optional sign and digits with an optional point, at least one digit in all; there
/// is no exponent. The canonical form has no `+`, no leading zeros before and no trailing zeros
/// after the point, and no point in a whole number (XML Schema 1.1; TR-106 itself writes the null
/// value as `-1`). Numbers that are equal are the same `Decimal`, however they were written.
///
/// Limits: 38 significant digits and 38 digits after the point, more than twice what XML Schema asks of an
/// implementation. A text beyond them is refused, never rounded.
///
/// ```
/// use usp_schema::Decimal;
///
/// let value: Decimal = "+012.50".parse()?;
/// assert_eq!(value.to_string(), "12.5");
/// assert!(value > "12.499999999999999999".parse()?);
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    // The mantissa in two halves: an i128 would align the type, and every Value, to 16 bytes.
    high: i64,
    low: u64,
    /// Digits after the point. The mantissa does not end in 0 unless this is 0.
    scale: u8,
}

impl Decimal {
    /// The greatest number of significant digits, and of digits after the point.
    pub const MAX_DIGITS: usize = 38;

    /// The number `mantissa` × 10^−`scale`.
    ///
    /// # Errors
    /// [`ValueErrorKind::OutOfRange`](crate::ValueErrorKind::OutOfRange) beyond 38 digits.
    pub fn from_parts(mantissa: i128, scale: u8) -> Result<Self, ValueError> {
        let (mut mantissa, mut scale) = (mantissa, scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if usize::from(scale) > Self::MAX_DIGITS || mantissa.unsigned_abs() >= POWERS_OF_TEN[Self::MAX_DIGITS]
        {
            return Err(too_many_digits(&format!("{mantissa}e-{scale}")));
        }
        Ok(Self::normalised(mantissa, scale))
    }

    /// The digits of the number as an integer: the number times 10 to the power of [`Decimal::scale`].
    pub fn mantissa(self) -> i128 {
        i128::from(self.high) << 64 | i128::from(self.low)
    }

    /// The number of digits after the point in the canonical form.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// From parts that are within the limits and have no needless zeros.
    fn normalised(mantissa: i128, scale: u8) -> Self {
        // The casts split the number in two halves.
        Self { high: (mantissa >> 64) as i64, low: mantissa as u64, scale }
    }

    /// The digits before the point, and the digits after it with zeros added up to 38, both signed.
    pub(crate) fn split(self) -> (i128, i128) {
        let scale = usize::from(self.scale);
        let one = POWERS_OF_TEN[scale] as i128;
        let mantissa = self.mantissa();
        (mantissa / one, mantissa % one * POWERS_OF_TEN[Self::MAX_DIGITS - scale] as i128)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.split().cmp(&other.split())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mantissa = self.mantissa();
        let one = POWERS_OF_TEN[usize::from(self.scale)];
        let magnitude = mantissa.unsigned_abs();
        let sign = if mantissa < 0 { "-" } else { "" };
        write!(f, "{sign}{}", magnitude / one)?;
        match usize::from(self.scale) {
            0 => Ok(()),
            scale => write!(f, ".{:0scale$}", magnitude % one),
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({self})")
    }
}

impl FromStr for Decimal {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let literal = trim(text);
        let (negative, digits) = match literal.as_bytes() {
            [b'-', ..] => (true, &literal[1..]),
            [b'+', ..] => (false, &literal[1..]),
            _ => (false, literal),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && fraction.is_empty())
            || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        {
            return Err(ValueError::wrong_type(
                "decimal",
                "a decimal is an optional sign and digits with an optional point",
                text,
            ));
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = whole.bytes().chain(fraction.bytes()).skip_while(|byte| *byte == b'0');
        if fraction.len() > Self::MAX_DIGITS || digits.clone().nth(Self::MAX_DIGITS).is_some() {
            return Err(too_many_digits(text));
        }
        // At most 38 digits: the sum stays below 10^38, which i128 holds.
        let magnitude = digits.fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
        // The fraction has at most 38 digits, so its length fits.
        Ok(Self::normalised(if negative { -magnitude } else { magnitude }, fraction.len() as u8))
    }
}

macro_rules! from_integers {
    ($($ty:ty),*) => { $(
        impl From<$ty> for Decimal {
            fn from(value: $ty) -> Self {
                Self::normalised(i128::from(value), 0)
            }
        }
    )* };
}

from_integers!(i32, i64, u32, u64);

const POWERS_OF_TEN: [u128; Decimal::MAX_DIGITS + 1] = {
    let mut powers = [1; Decimal::MAX_DIGITS + 1];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

fn too_many_digits(text: &str) -> ValueError {
    ValueError::out_of_range("decimal", format!("it has more than {} digits", Decimal::MAX_DIGITS), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueErrorKind;
    use alloc::string::{String, ToString};

    #[track_caller]
    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[track_caller]
    fn writes(text: &str, canonical: &str) {
        assert_eq!(decimal(text).to_string(), canonical);
        assert_eq!(decimal(canonical), decimal(text));
    }

    /// [R-ENC.6]
    #[test]
    fn canonical_form() {
        writes("0", "0");
        writes("-0.000", "0");
        writes("+1.", "1");
        writes(".5", "0.5");
        writes("-00.0500", "-0.05");
        writes("100.00", "100");
        writes(" 12.500\n", "12.5");
        writes("-1", "-1");
        writes("0.000000001", "0.000000001");
    }

    #[test]
    fn order_is_exact() {
        let ascending = [
            "-100000000000000000000.5",
            "-1.5",
            "-1.2",
            "-0.5",
            "0",
            "0.2",
            "0.20000000000000000000000001",
            "1",
            "10",
        ];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert_eq!(decimal("1.50").cmp(&decimal("+01.5")), Ordering::Equal);
    }

    #[test]
    fn digits_are_limited_to_38() {
        let most = "9".repeat(38);
        writes(&most, &most);
        writes(&("-0.".to_string() + &most), &("-0.".to_string() + &most));
        writes(&("0".repeat(1000) + &most + "." + &"0".repeat(1000)), &most);
        let refused: [String; 4] = [
            "9".repeat(39),
            "0.".to_string() + &"0".repeat(38) + "1",
            "1.".to_string() + &most,
            "8".repeat(1_000_000),
        ];
        for text in refused {
            assert_eq!(text.parse::<Decimal>().unwrap_err().kind(), ValueErrorKind::OutOfRange);
        }
    }

    #[test]
    fn not_decimals() {
        for text in
            ["", " ", ".", "+", "-.", "1e5", "1,5", "1..2", "1.2.3", "--1", "1 0", "INF", "NaN", "0x1", "é"]
        {
            let error = text.parse::<Decimal>().unwrap_err();
            assert_eq!(error.kind(), ValueErrorKind::WrongType, "{text:?}");
        }
    }

    #[test]
    fn parts() {
        assert_eq!(Decimal::from_parts(-12_500, 3), Ok(decimal("-12.5")));
        assert_eq!((decimal("-12.5").mantissa(), decimal("-12.5").scale()), (-125, 1));
        assert_eq!(Decimal::from_parts(0, 200), Ok(decimal("0")));
        assert!(Decimal::from_parts(1, 39).is_err());
        assert!(Decimal::from_parts(i128::MIN, 0).is_err());
        assert_eq!(Decimal::from(u64::MAX).to_string(), "18446744073709551615");
        assert_eq!(Decimal::from(i64::MIN).mantissa(), i128::from(i64::MIN));
    }
}
