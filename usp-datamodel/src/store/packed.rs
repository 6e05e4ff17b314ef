//! Values in few bytes: how rows keep them.
//!
//! A tag says what follows it up to the end. Texts and octets stand as they are, whole numbers and times in as many
//! bytes as they need, each item of a list behind its length. What has no such form stands as its canonical text.

use alloc::string::ToString;
use alloc::vec::Vec;

use usp_schema::{DateTime, Decimal, Value};

use crate::store::value_view::ValueView;

mod tag {
    pub(crate) const FALSE: u8 = 0;
    pub(crate) const TRUE: u8 = 1;
    pub(crate) const TEXT: u8 = 2;
    pub(crate) const BASE64: u8 = 3;
    pub(crate) const HEX_BINARY: u8 = 4;
    pub(crate) const INT: u8 = 5;
    pub(crate) const LONG: u8 = 6;
    pub(crate) const UNSIGNED_INT: u8 = 7;
    pub(crate) const UNSIGNED_LONG: u8 = 8;
    /// Whole seconds since 1970, in UTC.
    pub(crate) const UNIX_TIME: u8 = 9;
    pub(crate) const DATE_TIME: u8 = 10;
    pub(crate) const DECIMAL: u8 = 11;
    pub(crate) const LIST: u8 = 12;
}

/// Appends a value. Lists nest no deeper than the parser of values lets them.
pub(crate) fn pack(value: &Value, out: &mut Vec<u8>) {
    let mut put = |tag, payload: &[u8]| {
        out.push(tag);
        out.extend_from_slice(payload);
    };
    match value {
        Value::Boolean(value) => out.extend_from_slice(packed_boolean(*value)),
        Value::String(text) => pack_text(text.as_bytes(), out),
        Value::Base64(octets) => put(tag::BASE64, octets.as_bytes()),
        Value::HexBinary(octets) => put(tag::HEX_BINARY, octets.as_bytes()),
        Value::Decimal(number) => put(tag::DECIMAL, number.to_string().as_bytes()),
        &Value::Int(number) => pack_number(tag::INT, zigzag(number.into()), out),
        &Value::Long(number) => pack_number(tag::LONG, zigzag(number), out),
        &Value::UnsignedInt(number) => pack_number(tag::UNSIGNED_INT, number.into(), out),
        &Value::UnsignedLong(number) => pack_number(tag::UNSIGNED_LONG, number, out),
        Value::DateTime(time) => match time.unix_seconds() {
            Some(seconds) if time.subsec_nanos() == 0 && time.offset_minutes() == Some(0) => {
                pack_number(tag::UNIX_TIME, zigzag(seconds), out);
            }
            _ => put(tag::DATE_TIME, time.to_string().as_bytes()),
        },
        Value::List(items) => {
            out.push(tag::LIST);
            let mut packed = Vec::new();
            for item in items {
                // What most lists are made of has a length that is known.
                if let Value::String(text) = item {
                    push_number(text.len() as u64 + 1, out);
                    pack(item, out);
                } else {
                    packed.clear();
                    pack(item, &mut packed);
                    push_slice(&packed, out);
                }
            }
        }
    }
}

/// Appends a text that is a value, in UTF-8.
pub(crate) fn pack_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(tag::TEXT);
    out.extend_from_slice(text);
}

/// A boolean as it is kept.
pub(crate) fn packed_boolean(value: bool) -> &'static [u8] {
    if value { &[tag::TRUE] } else { &[tag::FALSE] }
}

/// A value in its few bytes.
pub(crate) fn packed(value: &Value) -> Vec<u8> {
    let mut packed = Vec::with_capacity(match value {
        Value::String(text) => text.len() + 1,
        _ => 16,
    });
    pack(value, &mut packed);
    packed
}

/// The text of a value that is one, as it stands.
pub(crate) fn packed_text(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.split_first() {
        Some((&tag::TEXT, text)) => Some(text),
        Some(_) => None,
        None => Some(&[]),
    }
}

/// Whether a value is `true`.
pub(crate) fn is_true(bytes: &[u8]) -> bool {
    matches!(bytes, [tag::TRUE])
}

/// An unsignedInt.
pub(crate) fn unpack_unsigned(bytes: &[u8]) -> Option<u32> {
    let (&tag::UNSIGNED_INT, mut number) = bytes.split_first()? else { return None };
    Some(take_number(&mut number) as u32)
}

/// Reads what [`pack`] has written. Nothing else is ever read; it would come out as some value.
pub(crate) fn unpack(bytes: &[u8]) -> ValueView<'_> {
    let Some((&tag, payload)) = bytes.split_first() else { return ValueView::Text("") };
    let mut rest = payload;
    ValueView::Owned(match tag {
        tag::FALSE => Value::Boolean(false),
        tag::TRUE => Value::Boolean(true),
        tag::BASE64 => Value::Base64(payload.into()),
        tag::HEX_BINARY => Value::HexBinary(payload.into()),
        // The casts take back what `pack` has widened.
        tag::INT => Value::Int(unzigzag(take_number(&mut rest)) as i32),
        tag::LONG => Value::Long(unzigzag(take_number(&mut rest))),
        tag::UNSIGNED_INT => Value::UnsignedInt(take_number(&mut rest) as u32),
        tag::UNSIGNED_LONG => Value::UnsignedLong(take_number(&mut rest)),
        tag::UNIX_TIME => {
            let seconds = unzigzag(take_number(&mut rest));
            Value::DateTime(DateTime::from_unix(seconds, 0).unwrap_or(DateTime::UNKNOWN))
        }
        tag::DATE_TIME => Value::DateTime(text(payload).parse().unwrap_or(DateTime::UNKNOWN)),
        tag::DECIMAL => Value::Decimal(text(payload).parse().unwrap_or(Decimal::default())),
        tag::LIST => return ValueView::List(PackedItems(payload)),
        _ => return ValueView::Text(text(payload)),
    })
}

/// The items of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PackedItems<'a>(&'a [u8]);

impl<'a> Iterator for PackedItems<'a> {
    type Item = ValueView<'a>;

    fn next(&mut self) -> Option<ValueView<'a>> {
        (!self.0.is_empty()).then(|| unpack(take_slice(&mut self.0)))
    }
}

/// Appends bytes behind their length.
pub(crate) fn push_slice(bytes: &[u8], out: &mut Vec<u8>) {
    push_number(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Takes what [`push_slice`] has written.
pub(crate) fn take_slice<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    // A length that does not fit is none that was written.
    let length = usize::try_from(take_number(bytes)).unwrap_or(usize::MAX);
    let (slice, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
    *bytes = rest;
    slice
}

/// Appends a number, seven bits a byte, the low ones first.
pub(crate) fn push_number(number: u64, out: &mut Vec<u8>) {
    let mut number = number;
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`push_number`] appends.
pub(crate) fn number_length(number: u64) -> usize {
    if number < 0x80 { 1 } else { (u64::BITS - number.leading_zeros()).div_ceil(7) as usize }
}

/// Takes what [`push_number`] has written.
pub(crate) fn take_number(bytes: &mut &[u8]) -> u64 {
    // Nearly all numbers are lengths of short values and distances to neighbours.
    if let Some((&byte, rest)) = bytes.split_first()
        && byte < 0x80
    {
        *bytes = rest;
        return byte.into();
    }
    take_long_number(bytes)
}

fn take_long_number(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let Some((&byte, rest)) = bytes.split_first() else { break };
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn pack_number(tag: u8, number: u64, out: &mut Vec<u8>) {
    out.push(tag);
    push_number(number, out);
}

/// Small numbers of either sign become small numbers.
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

fn text(payload: &[u8]) -> &str {
    core::str::from_utf8(payload).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use usp_schema::{NestedBrackets, PrimitiveType};

    #[track_caller]
    fn comes_back(value: &Value, bytes: usize) {
        let mut packed = Vec::new();
        pack(value, &mut packed);
        assert_eq!(packed.len(), bytes, "bytes of {value}");
        let view = unpack(&packed);
        assert!(view.equals(value), "{value} as a view");
        assert_eq!(view.to_string(), value.to_string());
        assert_eq!(view.into_value(), *value);
    }

    #[test]
    fn values_take_as_many_bytes_as_they_need() {
        let parse = |primitive: PrimitiveType, text| primitive.parse(text).unwrap();
        comes_back(&Value::Boolean(true), 1);
        comes_back(&Value::String("lan".into()), 4);
        comes_back(&Value::Int(-1), 2);
        comes_back(&Value::Int(i32::MIN), 6);
        comes_back(&Value::Long(i64::MIN), 11);
        comes_back(&Value::UnsignedInt(300), 3);
        comes_back(&Value::UnsignedLong(u64::MAX), 11);
        comes_back(&parse(PrimitiveType::Base64, "AQID"), 4);
        comes_back(&parse(PrimitiveType::HexBinary, "0A0B"), 3);
        comes_back(&parse(PrimitiveType::Decimal, "-12.50"), 6);
        comes_back(&parse(PrimitiveType::DateTime, "2026-01-31T12:00:00Z"), 6);
    }

    #[test]
    fn times_keep_fraction_offset_and_what_they_count_from() {
        for text in [
            "2026-01-31T12:00:00.5Z",
            "2026-01-31T14:00:00+02:00",
            "0001-01-03T03:04:05",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ] {
            let mut packed = Vec::new();
            pack(&PrimitiveType::DateTime.parse(text).unwrap(), &mut packed);
            assert_eq!(unpack(&packed).to_string(), text);
        }
    }

    #[test]
    fn a_list_has_a_length_before_each_item() {
        let list = PrimitiveType::String.parse_list("a,,[b,c]", NestedBrackets::Required).unwrap();
        comes_back(&list, 1 + 3 + 2 + 8);
        comes_back(&Value::List(Vec::new()), 1);
    }

    proptest! {
        #[test]
        fn numbers_come_back(number in any::<u64>(), signed in any::<i64>()) {
            let mut bytes = Vec::new();
            push_number(number, &mut bytes);
            prop_assert_eq!(take_number(&mut bytes.as_slice()), number);
            prop_assert_eq!(unzigzag(zigzag(signed)), signed);
        }

        #[test]
        fn any_bytes_are_some_value(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let value = unpack(&bytes).into_value();
            let mut packed = Vec::new();
            pack(&value, &mut packed);
            prop_assert_eq!(unpack(&packed).to_string(), value.to_string());
        }
    }
}
