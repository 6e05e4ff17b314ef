/// Units that published data models use, and the other usual ones, in lower case.
const KNOWN: &[&str] = &[
    "%",
    "-dbc",
    "a",
    "ampere",
    "amperes",
    "attempts per minute",
    "beacon intervals",
    "beacon transmission times",
    "bit",
    "bits",
    "bits per second",
    "bps",
    "byte",
    "bytes",
    "bytes per second",
    "cells",
    "cells per second",
    "centiseconds",
    "cm",
    "days",
    "db",
    "dbm",
    "dbm0",
    "dbmv",
    "decibels",
    "decibels (db)",
    "degrees",
    "degrees celsius",
    "g",
    "gbps",
    "ghz",
    "hertz",
    "hours",
    "hundredthsbin",
    "hz",
    "joules",
    "kbaud",
    "kbit/s",
    "kbps",
    "kg",
    "khz",
    "kib",
    "kilobytes",
    "kilometers",
    "km",
    "kw",
    "lumens",
    "lux",
    "m",
    "ma",
    "mb/s",
    "mbd",
    "mbps",
    "messages",
    "meters",
    "mhz",
    "mib",
    "microseconds",
    "millimeters",
    "milliseconds",
    "minutes",
    "mm",
    "months",
    "ms",
    "msec",
    "mv",
    "mw",
    "nanometers",
    "nanoseconds",
    "nm",
    "octets",
    "packets",
    "pascals",
    "percent",
    "percentage",
    "pixels",
    "records",
    "s",
    "sec",
    "seconds",
    "subcarriers",
    "symbols",
    "tenthdb",
    "tenthdbmv",
    "tus",
    "usec",
    "v",
    "volts",
    "w",
    "watts",
    "weeks",
    "years",
    "°c",
    "µa",
    "µs",
];

/// Nothing for a known unit, and otherwise what might have been meant.
///
/// A number in front is part of the unit (`0.1 dB`), and so is one word of what is counted (`ZigBee packets`).
pub(super) fn unknown_unit(units: &str) -> Option<String> {
    let lower = units.to_lowercase();
    let bare =
        lower.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.').trim();
    let last = bare.rsplit(' ').next().unwrap_or(bare);
    let singular = |unit: &str| KNOWN.contains(&unit) || KNOWN.contains(&format!("{unit}s").as_str());
    if singular(bare) || singular(last) || KNOWN.contains(&lower.as_str()) {
        return None;
    }
    let near = KNOWN.iter().find(|known| one_change_apart(known, bare));
    Some(near.map_or_else(String::new, |known| format!("; is {known:?} meant?")))
}

/// Whether one letter put in, taken out or changed makes one word of the other.
fn one_change_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let longer = a.len().max(b.len());
    longer > 3 && longer - a.len().min(b.len()) <= 1 && same_start + same_end + 1 >= longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_units_are_known() {
        for units in
            ["seconds", "0.1 dB", "6.25 microsecond", "Mbps", "ZigBee packets", "100 MBd", "µA", "-dBc"]
        {
            assert_eq!(unknown_unit(units), None, "{units}");
        }
    }

    #[test]
    fn a_misspelled_unit_is_put_right() {
        assert_eq!(unknown_unit("herts").as_deref(), Some("; is \"hertz\" meant?"));
        assert_eq!(unknown_unit("furlongs").as_deref(), Some(""));
    }
}
