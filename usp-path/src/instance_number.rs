use core::fmt;
use core::num::NonZeroU32;
use core::str::FromStr;

/// The number by which an Agent names one row of a table: 1 to 4294967295.
///
/// An Agent assigns it when the row is made and never changes it while the row lives, reboots included
/// `[R-ARC.8]`. In a path it stands between dots, in decimal, without sign or leading zeros.
///
/// ```
/// use usp_path::InstanceNumber;
///
/// let row: InstanceNumber = "42".parse()?;
/// assert_eq!(row.get(), 42);
/// assert_eq!(InstanceNumber::new(0), None);
/// # Ok::<(), usp_path::ParseInstanceNumberError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceNumber(NonZeroU32);

impl InstanceNumber {
    /// The smallest Instance Number, 1.
    pub const MIN: Self = Self(NonZeroU32::MIN);
    /// The largest Instance Number, 4294967295.
    pub const MAX: Self = Self(NonZeroU32::MAX);

    /// The Instance Number `number`, or `None` for 0, which names no row.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The plain number, never 0.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for InstanceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Reads the decimal form that stands in paths.
///
/// # Errors
///
/// The empty text, 0, a sign, a leading zero, anything that is not a digit, and numbers above 4294967295.
impl FromStr for InstanceNumber {
    type Err = ParseInstanceNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match positive_number(text.as_bytes()) {
            Ok(number) => Ok(Self(number)),
            Err(fault) => Err(ParseInstanceNumberError(fault)),
        }
    }
}

impl From<NonZeroU32> for InstanceNumber {
    fn from(number: NonZeroU32) -> Self {
        Self(number)
    }
}

impl From<InstanceNumber> for NonZeroU32 {
    fn from(number: InstanceNumber) -> Self {
        number.0
    }
}

impl From<InstanceNumber> for u32 {
    fn from(number: InstanceNumber) -> Self {
        number.get()
    }
}

/// Zero is no Instance Number.
impl TryFrom<u32> for InstanceNumber {
    type Error = ParseInstanceNumberError;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        Self::new(number).ok_or(ParseInstanceNumberError(NumberFault::Zero))
    }
}

/// A text or number that is no [`InstanceNumber`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Instance Number: {}", .0.reason())]
pub struct ParseInstanceNumberError(NumberFault);

/// Why a text is not a `posnum` of the path grammar that fits 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFault {
    Empty,
    Zero,
    LeadingZero,
    NotADigit,
    TooLarge,
}

impl NumberFault {
    const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "the text is empty",
            Self::Zero => "numbering starts at 1",
            Self::LeadingZero => "leading zeros are not allowed",
            Self::NotADigit => "only the digits 0 to 9 are allowed",
            Self::TooLarge => "the largest is 4294967295",
        }
    }
}

/// Reads the grammar's `posnum`, `[1-9][0-9]*`, as a number of 32 bits.
pub(crate) const fn positive_number(digits: &[u8]) -> Result<NonZeroU32, NumberFault> {
    let mut number: u32 = 0;
    let mut at = 0;
    while at < digits.len() {
        if !digits[at].is_ascii_digit() {
            return Err(NumberFault::NotADigit);
        }
        let digit = (digits[at] - b'0') as u32;
        number = match number.checked_mul(10) {
            Some(shifted) => match shifted.checked_add(digit) {
                Some(sum) => sum,
                None => return Err(NumberFault::TooLarge),
            },
            None => return Err(NumberFault::TooLarge),
        };
        at += 1;
    }
    match NonZeroU32::new(number) {
        Some(_) if digits[0] == b'0' => Err(NumberFault::LeadingZero),
        Some(number) => Ok(number),
        None if digits.is_empty() => Err(NumberFault::Empty),
        None => Err(NumberFault::Zero),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[track_caller]
    fn refused(text: &str, message: &str) {
        let error = text.parse::<InstanceNumber>().unwrap_err();
        assert_eq!(error.to_string(), message, "for {text:?}");
    }

    #[test]
    fn text_and_number_are_inverse() {
        for text in ["1", "7", "10", "4294967295"] {
            assert_eq!(text.parse::<InstanceNumber>().unwrap().to_string(), text);
        }
        assert_eq!("4294967295".parse(), Ok(InstanceNumber::MAX));
    }

    #[test]
    fn what_is_no_instance_number_says_why() {
        refused("", "not an Instance Number: the text is empty");
        refused("0", "not an Instance Number: numbering starts at 1");
        refused("000", "not an Instance Number: numbering starts at 1");
        refused("01", "not an Instance Number: leading zeros are not allowed");
        refused("+1", "not an Instance Number: only the digits 0 to 9 are allowed");
        refused("4294967296", "not an Instance Number: the largest is 4294967295");
        refused("99999999999999999999", "not an Instance Number: the largest is 4294967295");
    }

    #[test]
    fn rows_sort_by_number() {
        let ten: InstanceNumber = "10".parse().unwrap();
        assert!(InstanceNumber::new(2).unwrap() < ten);
        assert!(InstanceNumber::try_from(0).is_err());
    }
}
