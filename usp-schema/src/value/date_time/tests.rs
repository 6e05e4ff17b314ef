use super::*;
use crate::ValueErrorKind;
use alloc::string::ToString;

#[track_caller]
fn time(text: &str) -> DateTime {
    text.parse().unwrap()
}

#[track_caller]
fn writes(text: &str, canonical: &str) {
    assert_eq!(time(text).to_string(), canonical);
    assert_eq!(time(canonical), time(text));
}

#[track_caller]
fn refuses(text: &str, kind: ValueErrorKind) {
    assert_eq!(text.parse::<DateTime>().map_err(|error| error.kind()), Err(kind), "{text:?}");
}

/// [R-ENC.6]
#[test]
fn examples_of_tr_106() {
    assert_eq!(time("0001-01-01T00:00:00Z"), DateTime::UNKNOWN);
    assert_eq!(DateTime::UNKNOWN.to_string(), "0001-01-01T00:00:00Z");
    assert_eq!(time("9999-12-31T23:59:59Z"), DateTime::INFINITE);
    assert_eq!(DateTime::INFINITE.to_string(), "9999-12-31T23:59:59Z");
    let since_boot = Duration::from_secs(((2 * 24 + 3) * 60 + 4) * 60 + 5);
    assert_eq!(time("0001-01-03T03:04:05").uptime(), Some(since_boot));
    assert_eq!(DateTime::from_uptime(since_boot).unwrap().to_string(), "0001-01-03T03:04:05");
}

#[test]
fn offset_and_fraction_are_kept() {
    writes("2021-06-06T08:00:00Z", "2021-06-06T08:00:00Z");
    writes("2021-06-06T08:00:00+00:00", "2021-06-06T08:00:00Z");
    writes("2021-06-06T08:00:00-00:00", "2021-06-06T08:00:00Z");
    writes("2021-06-06T08:00:00.050+05:30", "2021-06-06T08:00:00.05+05:30");
    writes("2021-06-06T08:00:00.1234567890000Z", "2021-06-06T08:00:00.123456789Z");
    writes("1969-12-31T23:59:59.000000001-14:00", "1969-12-31T23:59:59.000000001-14:00");
    writes("0001-01-01T00:00:00.5", "0001-01-01T00:00:00.5");
    writes("\t2021-06-06T08:00:00Z\n", "2021-06-06T08:00:00Z");
    assert_eq!(time("2021-06-06T08:00:00-03:30").offset_minutes(), Some(-210));
    assert_eq!(time("2021-06-06T08:00:00+02:00").to_utc().to_string(), "2021-06-06T06:00:00Z");
}

#[test]
fn midnight_at_the_end_of_the_day_is_that_of_the_next() {
    writes("2020-02-28T24:00:00Z", "2020-02-29T00:00:00Z");
    writes("0001-12-31T24:00:00", "0002-01-01T00:00:00");
    refuses("2020-02-28T24:00:01Z", ValueErrorKind::WrongType);
    refuses("2020-02-28T24:00:00.1Z", ValueErrorKind::WrongType);
    refuses("9999-12-31T24:00:00Z", ValueErrorKind::OutOfRange);
    refuses("0999-12-31T24:00:00", ValueErrorKind::OutOfRange);
}

#[test]
fn days_that_exist_and_days_that_do_not() {
    writes("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z");
    writes("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z");
    for date in
        ["1900-02-29", "2023-02-29", "2024-02-30", "2024-04-31", "2024-00-01", "2024-13-01", "2024-01-00"]
    {
        refuses(&alloc::format!("{date}T00:00:00Z"), ValueErrorKind::WrongType);
    }
    for time in ["25:00:00", "23:60:00", "23:59:60", "24:01:00"] {
        refuses(&alloc::format!("2024-01-01T{time}Z"), ValueErrorKind::WrongType);
    }
    refuses("0000-01-01T00:00:00Z", ValueErrorKind::WrongType);
}

#[test]
fn malformed_texts_are_refused() {
    for text in [
        "",
        "2021-06-06",
        "2021-06-06 08:00:00Z",
        "2021-06-06t08:00:00z",
        "2021-6-6T08:00:00Z",
        "20210606T080000Z",
        "12021-06-06T08:00:00Z",
        "-2021-06-06T08:00:00Z",
        "2021-06-06T08:00Z",
        "2021-06-06T08:00:00.Z",
        "2021-06-06T08:00:00,5Z",
        "2021-06-06T08:00:00ZZ",
        "2021-06-06T08:00:00+2",
        "2021-06-06T08:00:00+0200",
        "2021-06-06T08:00:00+14:01",
        "2021-06-06T08:00:00-15:00",
        "2021-06-06T08:00:00+01:60",
        "2021-06-06T08:00:00 Z",
        "2021-06-06T08:00:00.0000000001Z",
        "２021-06-06T08:00:00Z",
        "now",
    ] {
        refuses(text, ValueErrorKind::WrongType);
    }
}

#[test]
fn a_time_without_zone_is_a_time_since_boot_or_refused() {
    assert!(time("0999-12-31T23:59:59").uptime().is_some());
    let error = "1000-01-01T00:00:00".parse::<DateTime>().unwrap_err();
    assert_eq!(error.reason(), "without a time zone it has to be a time since boot, before year 1000");
    // With a time zone it is an absolute time, however long ago.
    assert_eq!(time("0002-01-01T00:00:00Z").uptime(), None);
}

#[test]
fn comparison_is_by_instant() {
    assert_eq!(time("2021-06-06T08:00:00Z"), time("2021-06-06T10:00:00+02:00"));
    assert!(time("2021-06-06T08:00:00+02:00") < time("2021-06-06T07:00:00Z"));
    assert!(time("2021-06-06T08:00:00.1Z") > time("2021-06-06T08:00:00.09Z"));
    assert!(time("0001-01-02T00:00:00") > time("0001-01-01T23:59:59.9"));
}

#[test]
fn what_cannot_be_ordered() {
    let known = time("2021-06-06T08:00:00Z");
    assert_eq!(known.partial_cmp(&DateTime::UNKNOWN), None);
    assert_eq!(DateTime::UNKNOWN.partial_cmp(&known), None);
    assert_eq!(DateTime::UNKNOWN.partial_cmp(&time("0001-01-01T00:00:00+00:00")), Some(Ordering::Equal));
    assert_eq!(known.partial_cmp(&time("0001-01-03T03:04:05")), None);
    assert_ne!(DateTime::UNKNOWN, time("0001-01-01T00:00:00"));
    assert!(!time("0001-01-01T00:00:00").is_unknown());
}

#[test]
fn unix_time() {
    assert_eq!(DateTime::from_unix(0, 0).unwrap().to_string(), "1970-01-01T00:00:00Z");
    assert_eq!(DateTime::from_unix(-1, 999_999_999).unwrap().to_string(), "1969-12-31T23:59:59.999999999Z");
    assert_eq!(time("2001-09-09T03:46:40.25+02:00").unix_seconds(), Some(1_000_000_000));
    assert_eq!(time("2001-09-09T03:46:40.25+02:00").subsec_nanos(), 250_000_000);
    assert_eq!(DateTime::UNKNOWN.unix_seconds(), None);
    assert_eq!(time("0001-01-03T03:04:05").unix_seconds(), None);
    for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (253_402_300_800, 0), (0, 1_000_000_000)] {
        let error = DateTime::from_unix(seconds, nanos).unwrap_err();
        assert_eq!(error.kind(), ValueErrorKind::OutOfRange);
    }
    assert!(DateTime::from_uptime(Duration::MAX).is_err());
}

#[test]
fn addition_and_difference() {
    let hour = Duration::from_secs(3600);
    let start = time("2024-02-28T23:30:00.5+01:00");
    let end = start.checked_add(hour).unwrap();
    assert_eq!(end.to_string(), "2024-02-29T00:30:00.5+01:00");
    assert_eq!(end.checked_duration_since(start), Some(hour));
    assert_eq!(start.checked_duration_since(end), None);
    let half = Duration::from_millis(500);
    assert_eq!(start.checked_add(half).unwrap().to_string(), "2024-02-28T23:30:01+01:00");
    assert_eq!(start.checked_add(half).unwrap().checked_duration_since(start), Some(half));
    assert_eq!(DateTime::UNKNOWN.checked_add(hour), None);
    assert_eq!(DateTime::INFINITE.checked_add(hour), None);
    assert_eq!(start.checked_add(Duration::MAX), None);
    assert_eq!(time("0999-12-31T23:59:59").checked_add(hour), None);
    assert_eq!(end.checked_duration_since(DateTime::UNKNOWN), None);
}

#[test]
fn the_first_and_the_last_instant_that_can_be_written() {
    writes("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00");
    writes("9999-12-31T23:59:59.999999999-14:00", "9999-12-31T23:59:59.999999999-14:00");
    let first = time("0001-01-01T00:00:00+14:00");
    assert_eq!(first.to_utc().to_string(), first.to_string());
}
