//! The dateTime type.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;
use core::time::Duration;

use super::ValueError;
use super::calendar::{self, Civil};
use super::primitive_type::trim;

/// A value of the TR-106 type `dateTime`, to the nanosecond, as TR-106 section 3.2.2 restricts it.
///
/// A `dateTime` is one of three things:
/// * **an absolute time**, always with a time zone: `2021-06-06T08:00:00Z`,
///   `2021-06-06T10:00:00.5+02:00`. TR-106 wants UTC except where a parameter says otherwise; the
///   offset is kept and written again. [`DateTime::INFINITE`], `9999-12-31T23:59:59Z`, stands for
///   "never ends".
/// * **a time since boot**, for an Agent that does not know the absolute time: without a time zone,
///   counted from the beginning of year 1, so `0001-01-03T03:04:05` is 2 days, 3 hours, 4 minutes
///   and 5 seconds. A time without a time zone in year 1000 or later is refused.
/// * **the Unknown Time** [`DateTime::UNKNOWN`], `0001-01-01T00:00:00Z`, when the time is not known or does
///   not apply.
///
/// Years are 0001 to 9999, offsets up to 14:00, the fraction of a second has up to nine digits
/// (further zeros are ignored). `24:00:00` is read as midnight of the next day; leap seconds do not
/// exist, as in XML Schema. The canonical form has `Z` for an offset of zero and no trailing zeros
/// in the fraction.
///
/// **Comparison** is by instant: absolute times with different offsets are equal when they are the
/// same instant. A time since boot cannot be ordered against an absolute time, nor the Unknown Time
/// against anything but itself.
///
/// ```
/// use usp_schema::DateTime;
///
/// let noon: DateTime = "2021-06-06T12:00:00Z".parse()?;
/// assert_eq!(noon, "2021-06-06T14:00:00+02:00".parse()?);
/// assert!(noon < DateTime::INFINITE);
/// assert_eq!(noon.partial_cmp(&DateTime::UNKNOWN), None);
/// assert_eq!(noon.unix_seconds(), Some(1_622_980_800));
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Copy)]
pub struct DateTime {
    /// Absolute: seconds since 1970-01-01T00:00:00Z. Since boot: seconds since 0001-01-01T00:00:00.
    seconds: i64,
    /// Below [`NANOS_PER_SECOND`].
    nanos: u32,
    zone: Zone,
}

/// What the seconds of a [`DateTime`] count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    /// Time since boot.
    Boot,
    /// Absolute time; local time is ahead of UTC by so many minutes.
    Offset(i16),
}

impl DateTime {
    /// The Unknown Time of TR-106: the time is not known or does not apply. Also the null value of
    /// the type.
    pub const UNKNOWN: Self = Self { seconds: calendar::MIN_SECONDS, nanos: 0, zone: Zone::Offset(0) };

    /// The Infinite Time of TR-106: the end of something that has none.
    pub const INFINITE: Self = Self { seconds: calendar::MAX_SECONDS, nanos: 0, zone: Zone::Offset(0) };

    /// The absolute time, in UTC, that lies `seconds` and `nanos` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`ValueErrorKind::OutOfRange`](crate::ValueErrorKind::OutOfRange) outside the years 1 to
    /// 9999, or when `nanos` is a second or more.
    pub fn from_unix(seconds: i64, nanos: u32) -> Result<Self, ValueError> {
        Self { seconds, nanos, zone: Zone::Offset(0) }
            .checked()
            .ok_or_else(|| out_of_range(&alloc::format!("{seconds} s {nanos} ns after 1970")))
    }

    /// The time since boot `since_boot`.
    ///
    /// # Errors
    /// [`ValueErrorKind::OutOfRange`](crate::ValueErrorKind::OutOfRange) from 999 years on.
    pub fn from_uptime(since_boot: Duration) -> Result<Self, ValueError> {
        i64::try_from(since_boot.as_secs())
            .ok()
            .and_then(|seconds| {
                Self { seconds, nanos: since_boot.subsec_nanos(), zone: Zone::Boot }.checked()
            })
            .ok_or_else(|| out_of_range(&alloc::format!("{} s since boot", since_boot.as_secs())))
    }

    /// Whether this is the Unknown Time.
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// For an absolute time that is not the Unknown Time: the whole seconds since
    /// 1970-01-01T00:00:00Z, rounded down.
    pub fn unix_seconds(self) -> Option<i64> {
        (self.zone != Zone::Boot && !self.is_unknown()).then_some(self.seconds)
    }

    /// For a time since boot: how long ago the device was booted.
    pub fn uptime(self) -> Option<Duration> {
        match self.zone {
            Zone::Boot => Some(Duration::new(u64::try_from(self.seconds).ok()?, self.nanos)),
            Zone::Offset(_) => None,
        }
    }

    /// The fraction of a second, in nanoseconds.
    pub fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// For an absolute time, the minutes by which it is written ahead of UTC; negative west of it.
    pub fn offset_minutes(self) -> Option<i16> {
        match self.zone {
            Zone::Boot => None,
            Zone::Offset(minutes) => Some(minutes),
        }
    }

    /// The same instant written in UTC; a time since boot is returned as it is.
    #[must_use]
    pub fn to_utc(self) -> Self {
        match self.zone {
            Zone::Boot => self,
            // An instant just outside year 1 or 9999 in UTC can only be written with its offset.
            Zone::Offset(_) => Self { zone: Zone::Offset(0), ..self }.checked().unwrap_or(self),
        }
    }

    /// The time `duration` later, with the same offset. `None` for the Unknown Time, and beyond the
    /// last year.
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let nanos = self.nanos + duration.subsec_nanos();
        let seconds = self
            .seconds
            .checked_add(i64::try_from(duration.as_secs()).ok()?)?
            .checked_add(i64::from(nanos / NANOS_PER_SECOND))?;
        if self.is_unknown() {
            return None;
        }
        Self { seconds, nanos: nanos % NANOS_PER_SECOND, zone: self.zone }.checked()
    }

    /// How much later this time is than `earlier`. `None` when it is not later or equal, and for
    /// times that cannot be ordered.
    #[must_use]
    pub fn checked_duration_since(self, earlier: Self) -> Option<Duration> {
        if self.partial_cmp(&earlier)? == Ordering::Less {
            return None;
        }
        // Both lie in the years 0 to 10000, so the differences are small.
        let seconds = u64::try_from(self.seconds - earlier.seconds).ok()?;
        let later = Duration::new(seconds, self.nanos);
        later.checked_sub(Duration::new(0, earlier.nanos))
    }

    /// Itself, if a text for it exists.
    fn checked(self) -> Option<Self> {
        let civil = self.civil()?;
        let last_year = if self.zone == Zone::Boot { LAST_YEAR_SINCE_BOOT } else { 9999 };
        ((1..=last_year).contains(&civil.year) && self.nanos < NANOS_PER_SECOND).then_some(self)
    }

    /// Date and time of day as written; `None` if that cannot be computed.
    fn civil(self) -> Option<Civil> {
        let local = match self.zone {
            Zone::Boot => self.seconds.checked_add(calendar::MIN_SECONDS)?,
            Zone::Offset(minutes) => self.seconds.checked_add(i64::from(minutes) * 60)?,
        };
        Civil::from_seconds(local)
    }

    /// What comparison looks at.
    fn instant(self) -> (bool, i64, u32) {
        (self.zone == Zone::Boot, self.seconds, self.nanos)
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.instant() == other.instant()
    }
}

impl Eq for DateTime {}

impl Hash for DateTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant().hash(state);
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            return Some(Ordering::Equal);
        }
        let comparable = (self.zone == Zone::Boot) == (other.zone == Zone::Boot)
            && !self.is_unknown()
            && !other.is_unknown();
        comparable.then(|| self.instant().cmp(&other.instant()))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every DateTime was checked when it was made, so its civil time exists.
        let civil = self.civil().ok_or(fmt::Error)?;
        write!(f, "{civil}")?;
        if self.nanos != 0 {
            let (mut fraction, mut digits) = (self.nanos, 9);
            while fraction % 10 == 0 {
                fraction /= 10;
                digits -= 1;
            }
            write!(f, ".{fraction:0digits$}")?;
        }
        match self.zone {
            Zone::Boot => Ok(()),
            Zone::Offset(0) => f.write_str("Z"),
            Zone::Offset(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({self})")
    }
}

impl FromStr for DateTime {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        read(trim(text)).map_err(|refusal| match refusal {
            Refusal::Malformed(reason) => ValueError::wrong_type(NAME, reason, text),
            Refusal::OutOfRange => out_of_range(text),
        })
    }
}

const NAME: &str = "dateTime";
const NANOS_PER_SECOND: u32 = 1_000_000_000;
/// TR-106: a time without a time zone and with a year below 1000 is a time since boot.
const LAST_YEAR_SINCE_BOOT: i32 = 999;
/// XML Schema: offsets go up to 14 hours.
const MAX_OFFSET_MINUTES: i16 = 14 * 60;

/// Why a text is not a dateTime.
enum Refusal {
    Malformed(&'static str),
    OutOfRange,
}

fn out_of_range(found: &str) -> ValueError {
    ValueError::out_of_range(NAME, "it lies outside the years 0001 to 9999 (0999 since boot)", found)
}

fn read(text: &str) -> Result<DateTime, Refusal> {
    let malformed =
        Refusal::Malformed("the form is YYYY-MM-DDThh:mm:ss, a fraction, and Z or an offset +hh:mm");
    let Some((civil, rest)) = text.as_bytes().split_first_chunk::<19>() else { return Err(malformed) };
    let (Some(civil), Some((nanos, rest))) = (Civil::read(civil), read_fraction(rest)?) else {
        return Err(malformed);
    };
    let zone = read_zone(rest).ok_or(malformed)?;
    let local =
        civil.seconds(nanos == 0).ok_or(Refusal::Malformed("there is no such date or time of day"))?;
    let seconds = match zone {
        Zone::Boot if civil.year > LAST_YEAR_SINCE_BOOT => {
            return Err(Refusal::Malformed(
                "without a time zone it has to be a time since boot, before year 1000",
            ));
        }
        Zone::Boot => local - calendar::MIN_SECONDS,
        Zone::Offset(minutes) => local - i64::from(minutes) * 60,
    };
    DateTime { seconds, nanos, zone }.checked().ok_or(Refusal::OutOfRange)
}

/// Reads `.` and digits into nanoseconds, if there are any.
fn read_fraction(text: &[u8]) -> Result<Option<(u32, &[u8])>, Refusal> {
    let [b'.', rest @ ..] = text else { return Ok(Some((0, text))) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at(length);
    if digits.is_empty() {
        return Ok(None);
    }
    let (kept, beyond) = digits.split_at(digits.len().min(9));
    if beyond.iter().any(|digit| *digit != b'0') {
        return Err(Refusal::Malformed("the fraction of a second has more than nine digits"));
    }
    let padded = kept.iter().copied().chain(core::iter::repeat(b'0')).take(9);
    Ok(Some((padded.fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0')), rest)))
}

/// Reads the time zone, which has to be the rest of the text.
fn read_zone(text: &[u8]) -> Option<Zone> {
    let (sign, [h1, h2, b':', m1, m2]) = (match text {
        [] => return Some(Zone::Boot),
        b"Z" => return Some(Zone::Offset(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    }) else {
        return None;
    };
    let hours = calendar::two_digits(*h1, *h2)?;
    let minutes = calendar::two_digits(*m1, *m2)?;
    let offset = i16::from(hours) * 60 + i16::from(minutes);
    (minutes < 60 && offset <= MAX_OFFSET_MINUTES).then_some(Zone::Offset(sign * offset))
}

#[cfg(test)]
mod tests;
