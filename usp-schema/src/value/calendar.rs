//! The proleptic Gregorian calendar.

use core::fmt;

/// 0001-01-01T00:00:00, in seconds since 1970-01-01T00:00:00.
pub(super) const MIN_SECONDS: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59, in seconds since 1970-01-01T00:00:00.
pub(super) const MAX_SECONDS: i64 = 253_402_300_799;

const SECONDS_PER_DAY: i64 = 86_400;
/// Days of 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;
/// 0000-03-01, in days before 1970-01-01. Counting from March puts the leap day last in the year.
const ERA_ORIGIN: i64 = 719_468;

/// A date and a time of day without a time zone; not necessarily one that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i32,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
}

impl Civil {
    /// Reads `YYYY-MM-DDThh:mm:ss`; only the form is checked.
    pub(super) fn read(text: &[u8; 19]) -> Option<Self> {
        let &[y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2] =
            text
        else {
            return None;
        };
        Some(Self {
            year: i32::from(two_digits(y1, y2)?) * 100 + i32::from(two_digits(y3, y4)?),
            month: two_digits(mo1, mo2)?,
            day: two_digits(d1, d2)?,
            hour: two_digits(h1, h2)?,
            minute: two_digits(mi1, mi2)?,
            second: two_digits(s1, s2)?,
        })
    }

    /// The date and time `seconds` after 1970-01-01T00:00:00, unless its year is far out of range.
    pub(super) fn from_seconds(seconds: i64) -> Option<Self> {
        let days = seconds.div_euclid(SECONDS_PER_DAY);
        let time = seconds.rem_euclid(SECONDS_PER_DAY);
        let days = days + ERA_ORIGIN;
        let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
        // Days 1460 (4 years less 1), 36524 (a century) and 146096 (an era less 1) are the
        // irregular leap days.
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Months from March: 153 days in each five of them.
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Some(Self {
            year: i32::try_from(era.checked_mul(400)? + year_of_era + next_year).ok()?,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
            hour: u8::try_from(time / 3600).ok()?,
            minute: u8::try_from(time / 60 % 60).ok()?,
            second: u8::try_from(time % 60).ok()?,
        })
    }

    /// Seconds since 1970-01-01T00:00:00, if the date and the time of day exist. 24:00:00, with
    /// nothing after it (`no_fraction`), is midnight of the next day.
    pub(super) fn seconds(self, no_fraction: bool) -> Option<i64> {
        let end_of_day = self.hour == 24 && self.minute == 0 && self.second == 0 && no_fraction;
        let exists = self.year >= 1
            && (1..=12).contains(&self.month)
            && (1..=self.days_in_month()).contains(&self.day)
            && (self.hour < 24 || end_of_day)
            && self.minute < 60
            && self.second < 60;
        if !exists {
            return None;
        }
        let time = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Some(self.days() * SECONDS_PER_DAY + time)
    }

    /// Days since 1970-01-01, for a date that exists.
    fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * DAYS_PER_ERA + day_of_era - ERA_ORIGIN
    }

    fn days_in_month(self) -> u8 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = *self;
        // In one piece: a formatter takes several times as long for seven numbers.
        let mut text = *b"0000-00-00T00:00:00";
        let [century, years] = [year / 100, year % 100].map(|pair| pair as u8);
        let pairs = [(0, century), (2, years), (5, month), (8, day), (11, hour), (14, minute), (17, second)];
        for (at, pair) in pairs {
            // Years have four digits, whether they were read or come from seconds, and the others two.
            text[at] += pair / 10 % 10;
            text[at + 1] += pair % 10;
        }
        f.write_str(core::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// The number that two ASCII digits write.
pub(super) fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_years_1_to_9999_follows_the_one_before() {
        let mut civil = Civil { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
        for day in 0.. {
            let seconds = MIN_SECONDS + day * SECONDS_PER_DAY;
            assert_eq!(Civil::from_seconds(seconds), Some(civil));
            assert_eq!(civil.seconds(true), Some(seconds));
            civil.day += 1;
            if civil.day > civil.days_in_month() {
                (civil.month, civil.day) = (civil.month + 1, 1);
            }
            if civil.month > 12 {
                (civil.year, civil.month) = (civil.year + 1, 1);
            }
            if civil.year > 9999 {
                assert_eq!(seconds + SECONDS_PER_DAY - 1, MAX_SECONDS);
                break;
            }
        }
    }

    #[test]
    fn extreme_seconds_give_nothing_or_a_date() {
        assert_eq!(Civil::from_seconds(i64::MAX), None);
        assert_eq!(Civil::from_seconds(i64::MIN), None);
        assert_eq!(Civil::from_seconds(0).map(|civil| civil.year), Some(1970));
    }
}
