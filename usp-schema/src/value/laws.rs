//! What holds for every value, by property testing.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::Debug;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use proptest::prelude::*;

use super::{
    Base64, DateTime, Decimal, HexBinary, IpAddress, Ipv4Address, Ipv6Address, MacAddress, NestedBrackets,
    PrimitiveType, TypedValue, Value,
};

fn date_time() -> impl Strategy<Value = DateTime> {
    let absolute = (-62_135_500_000_i64..253_402_200_000, 0_u32..1_000_000_000, -840_i32..=840).prop_map(
        |(seconds, nanos, offset)| {
            let sign = if offset < 0 { '-' } else { '+' };
            let utc = DateTime::from_unix(seconds, nanos).unwrap().to_string();
            let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
            alloc::format!("{}{sign}{hours:02}:{minutes:02}", utc.trim_end_matches('Z')).parse().unwrap()
        },
    );
    let since_boot = (0_u64..31_500_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_uptime(Duration::new(seconds, nanos)).unwrap());
    prop_oneof![absolute, since_boot, Just(DateTime::UNKNOWN), Just(DateTime::INFINITE)]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let limit = 10_i128.pow(38);
    prop_oneof![(-1000_i128..1000, 0_u8..5), (1 - limit..limit, 0_u8..=38),]
        .prop_map(|(mantissa, scale)| Decimal::from_parts(mantissa, scale).unwrap())
}

/// A value that is not a list.
fn scalar(ty: PrimitiveType) -> BoxedStrategy<Value> {
    match ty {
        PrimitiveType::Base64 => any::<Vec<u8>>().prop_map(|octets| Base64::from(octets).into()).boxed(),
        PrimitiveType::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        PrimitiveType::DateTime => date_time().prop_map(Value::from).boxed(),
        PrimitiveType::Decimal => decimal().prop_map(Value::from).boxed(),
        PrimitiveType::HexBinary => {
            any::<Vec<u8>>().prop_map(|octets| HexBinary::from(octets).into()).boxed()
        }
        PrimitiveType::Int => any::<i32>().prop_map(Value::from).boxed(),
        PrimitiveType::Long => any::<i64>().prop_map(Value::from).boxed(),
        PrimitiveType::String => text().prop_map(Value::from).boxed(),
        PrimitiveType::UnsignedInt => any::<u32>().prop_map(Value::from).boxed(),
        PrimitiveType::UnsignedLong => any::<u64>().prop_map(Value::from).boxed(),
    }
}

/// Text with much of what matters in lists.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), r"([ab,\[\] %]|%2C|%25|%5b|%20|\t)*"]
}

fn primitive_type() -> impl Strategy<Value = PrimitiveType> {
    prop::sample::select(&PrimitiveType::ALL[..])
}

fn any_scalar() -> impl Strategy<Value = (PrimitiveType, Value)> {
    primitive_type().prop_flat_map(|ty| (Just(ty), scalar(ty)))
}

/// Text that a type might read, or nearly.
fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r"[ \t]*[+-]?[0-9]{0,45}\.?[0-9]{0,45}[ \n]*",
        r"[0-9a-fA-F ]*",
        r"[A-Za-z0-9+/ ]{0,12}={0,3}",
        r"[012][0-9]{3}(-[0-3][0-9]){2}T[012][0-9](:[0-6][0-9]){2}(\.[0-9]{0,12})?(Z|[+-][01][0-9]:[0-6]0)?",
        "(true|false|0|1|True| )*",
    ]
}

/// The items of a list that has a text.
fn items() -> impl Strategy<Value = (PrimitiveType, Vec<Value>)> {
    primitive_type()
        .prop_flat_map(|ty| (Just(ty), prop::collection::vec(scalar(ty), 0..6)))
        .prop_filter("it has no text", |(_, items)| ends_visibly(items))
}

/// Whether the last item, if there is one, has a text that is not empty.
fn ends_visibly<T: ToString>(items: &[T]) -> bool {
    items.last().is_none_or(|last| !last.to_string().is_empty())
}

proptest! {
    /// [R-ENC.6]
    #[test]
    fn what_is_written_reads_back((ty, value) in any_scalar()) {
        prop_assert_eq!(value.primitive_type(), Some(ty));
        prop_assert_eq!(ty.parse(&value.to_string()), Ok(value));
    }

    #[test]
    fn the_canonical_form_is_a_fixed_point(ty in primitive_type(), text in literal()) {
        if let Ok(value) = ty.parse(&text) {
            let canonical = value.to_string();
            let again = ty.parse(&canonical).unwrap();
            prop_assert_eq!(&again, &value);
            prop_assert_eq!(again.to_string(), canonical);
        }
    }

    #[test]
    fn equal_values_have_equal_texts((ty, a) in any_scalar(), text in literal()) {
        // A time can be written with many offsets.
        prop_assume!(ty != PrimitiveType::DateTime);
        if let Ok(b) = ty.parse(&text) {
            prop_assert_eq!(a == b, a.to_string() == b.to_string());
        }
    }

    #[test]
    fn lists_read_back((ty, items) in items()) {
        let list = Value::List(items);
        prop_assert_eq!(ty.parse_list(&list.to_string(), NestedBrackets::Legacy), Ok(list));
    }

    #[test]
    fn lists_of_lists_read_back(
        lists in prop::collection::vec(
            prop::collection::vec(text(), 0..4).prop_filter("it has no text", |items| ends_visibly(items)),
            0..4,
        ),
        brackets in prop::sample::select(&[NestedBrackets::Permitted, NestedBrackets::Required][..]),
    ) {
        let list = lists.to_value();
        prop_assert_eq!(PrimitiveType::String.parse_list(&list.to_string(), brackets), Ok(list.clone()));
        prop_assert_eq!(Vec::<Vec<String>>::from_value(&list), Ok(lists));
    }

    #[test]
    fn no_text_is_too_strange(ty in primitive_type(), text in literal(), brackets in any::<bool>()) {
        let brackets = if brackets { NestedBrackets::Required } else { NestedBrackets::Legacy };
        for parsed in [ty.parse(&text), ty.parse_list(&text, brackets)] {
            if let Err(error) = parsed {
                prop_assert!(error.found().chars().count() <= super::ValueError::FOUND_LIMIT);
                prop_assert!(text.starts_with(error.found()) || error.item().is_some());
            }
        }
    }

    #[test]
    fn decimals_compare_as_their_digits_do(a in decimal(), b in decimal()) {
        let expected = compare_digits(&a.to_string(), &b.to_string());
        prop_assert_eq!(Value::from(a).compare(&b.into()), Some(expected));
    }

    #[test]
    fn times_compare_as_their_instants_do(a in date_time(), b in date_time()) {
        let expected = match (a.is_unknown() || b.is_unknown(), a.uptime(), b.uptime()) {
            (true, ..) => (a.is_unknown() && b.is_unknown()).then_some(Ordering::Equal),
            (_, Some(a), Some(b)) => Some(a.cmp(&b)),
            (_, None, None) => Some(instant(&a.to_string()).cmp(&instant(&b.to_string()))),
            _ => None,
        };
        prop_assert_eq!(Value::from(a).compare(&b.into()), expected);
        prop_assert_eq!(a == b, expected == Some(Ordering::Equal));
    }

    #[test]
    fn comparison_is_consistent_with_equality((ty, a) in any_scalar(), (_, b) in any_scalar()) {
        prop_assert_eq!(a.compare(&b) == Some(Ordering::Equal), a == b);
        prop_assert_eq!(a.compare(&b).map(Ordering::reverse), b.compare(&a));
        if !ty.is_ordered() {
            prop_assert!(matches!(a.compare(&b), None | Some(Ordering::Equal)));
        }
    }

    #[test]
    fn a_time_later_by_a_duration_is_that_much_later(
        a in date_time(),
        seconds in 0_u64..10_000_000_000,
        nanos in 0_u32..1_000_000_000,
    ) {
        let duration = Duration::new(seconds, nanos);
        if let Some(later) = a.checked_add(duration) {
            prop_assert_eq!(later.checked_duration_since(a), Some(duration));
            prop_assert_eq!(later.offset_minutes(), a.offset_minutes());
        }
    }

    #[test]
    fn typed_values_come_back(
        octets in any::<Option<[u8; 6]>>(),
        v4 in any::<Option<u32>>(),
        v6 in any::<Option<u128>>(),
        numbers in any::<Vec<i64>>(),
        choice in any::<bool>(),
    ) {
        comes_back(octets.map(MacAddress::from).unwrap_or_default())?;
        let v4 = v4.map(|bits| Ipv4Address::from(Ipv4Addr::from(bits))).unwrap_or_default();
        let v6 = v6.map(|bits| Ipv6Address::from(Ipv6Addr::from(bits))).unwrap_or_default();
        comes_back(v4)?;
        comes_back(v6)?;
        comes_back([IpAddress::from(v4), IpAddress::from(v6)].to_vec())?;
        comes_back(numbers)?;
        comes_back(choice)?;
    }
}

fn comes_back<T: TypedValue + PartialEq + Debug>(typed: T) -> Result<(), TestCaseError> {
    prop_assert_eq!(T::from_value(&typed.to_value()), Ok(typed));
    Ok(())
}

/// Compares canonical decimals as texts.
fn compare_digits(a: &str, b: &str) -> Ordering {
    match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (Some(a), Some(b)) => compare_digits(b, a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => {
            let parts = |text: &str| {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
                (whole.len(), whole.to_string(), fraction.to_string())
            };
            parts(a).cmp(&parts(b))
        }
    }
}

/// Nanoseconds since 0001-01-01T00:00:00Z of an absolute time, by counting years and months.
fn instant(text: &str) -> i128 {
    let number = |range: core::ops::Range<usize>| text[range].parse::<i128>().unwrap();
    let leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (year, month) = (number(0..4), number(5..7));
    let mut days = number(8..10) - 1;
    for year in 1..year {
        days += if leap(year) { 366 } else { 365 };
    }
    for month in 1..month {
        days += match month {
            2 => 28 + i128::from(leap(year)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    let rest = &text[19..];
    let (fraction, zone) = rest.split_at(rest.find(['Z', '+', '-']).unwrap());
    let nanos: i128 = alloc::format!("{:0<9}", fraction.trim_start_matches('.')).parse().unwrap();
    let offset = match zone.split_once(':') {
        Some((hours, minutes)) => {
            let minutes: i128 = hours[1..].parse::<i128>().unwrap() * 60 + minutes.parse::<i128>().unwrap();
            if zone.starts_with('-') { -minutes } else { minutes }
        }
        None => 0,
    };
    let seconds = ((days * 24 + number(11..13)) * 60 + number(14..16) - offset) * 60 + number(17..19);
    seconds * 1_000_000_000 + nanos
}
