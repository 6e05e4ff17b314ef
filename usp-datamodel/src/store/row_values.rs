//! The values that were set in one row.

use alloc::vec::Vec;
use core::ops::Range;

use usp_schema::{ParameterId, Value};

use crate::store::packed::{number_length, push_number, take_number, take_slice, unpack};
use crate::store::value_view::ValueView;

/// Parameters and their values in one piece of memory, in the order of the parameters.
///
/// A directory comes first, behind its length: for each value the distance from the parameter before and the length
/// of the value. Then come the values. They are few: reading goes through the directory up to the parameter, and
/// writing makes everything anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowValues<'a>(pub(crate) &'a [u8]);

impl<'a> RowValues<'a> {
    /// The value as [`pack`](crate::store::packed::pack) has written it.
    pub(crate) fn get(self, parameter: ParameterId) -> Option<&'a [u8]> {
        let Entries { mut directory, values, .. } = self.entries();
        let (mut at, mut value) = (0_u32, 0);
        while !directory.is_empty() {
            at = at.wrapping_add(take_number(&mut directory) as u32);
            let length = take_number(&mut directory) as usize;
            if at >= parameter.index() {
                return (at == parameter.index()).then(|| values.get(value..value + length)).flatten();
            }
            value += length;
        }
        None
    }

    /// Where in the bytes a value is.
    pub(crate) fn range_of(self, parameter: ParameterId) -> Option<Range<usize>> {
        let entries = self.entries();
        let spot = entries.spot(parameter);
        let start = self.0.len() - entries.values.len() + spot.value;
        spot.length.map(|length| start..start + length)
    }

    /// The bytes that say which values there are and where; rows with the same have all values in the same places.
    pub(crate) fn directory(self) -> &'a [u8] {
        let values = self.entries().values.len();
        self.0.get(..self.0.len() - values).unwrap_or_default()
    }

    /// Whether the directory is this one.
    #[inline]
    pub(crate) fn has_directory(self, directory: &[u8]) -> bool {
        // It is in the bytes of the row, from their beginning; a row without values has none.
        if directory.is_empty() { self.0.is_empty() } else { begins_with(self.0, directory) }
    }

    /// Writes the same values but one, which is set or removed, as [`pack`](crate::store::packed::pack) has written it,
    /// in place of what stands in `bytes`. Returns the value that it was before.
    pub(crate) fn with(
        self,
        parameter: ParameterId,
        packed: Option<&[u8]>,
        bytes: &mut Vec<u8>,
    ) -> Option<Value> {
        let entries = self.entries();
        let (directory, values) = (entries.directory, entries.values);
        let spot = entries.spot(parameter);
        let (value_before, rest) =
            values.get(spot.value..).unwrap_or_default().split_at(spot.length.unwrap_or_default());
        let before = spot.length.map(|_| unpack(value_before).into_value());

        // The length of the directory comes before it, so what changes in it is measured first.
        let mut behind = directory.get(spot.end..).unwrap_or_default();
        let distance = u64::from(parameter.index().wrapping_sub(spot.before));
        let mut length = directory.len() - (spot.end - spot.start);
        if let Some(packed) = packed {
            length += number_length(distance) + number_length(packed.len() as u64);
        }
        let mut next = None;
        if !behind.is_empty() {
            // The next parameter counts from this one, or from the one before it.
            let old = behind.len();
            let parameter_behind = spot.last.wrapping_add(take_number(&mut behind) as u32);
            let last = if packed.is_some() { parameter.index() } else { spot.before };
            let distance = u64::from(parameter_behind.wrapping_sub(last));
            length = length - (old - behind.len()) + number_length(distance);
            next = Some(distance);
        }
        bytes.clear();
        bytes.reserve(length + values.len() + packed.map_or(0, <[u8]>::len) + SPARE);
        if length > 0 {
            push_number(length as u64, bytes);
            bytes.extend_from_slice(directory.get(..spot.start).unwrap_or_default());
            if let Some(packed) = packed {
                push_number(distance, bytes);
                push_number(packed.len() as u64, bytes);
            }
            if let Some(next) = next {
                push_number(next, bytes);
            }
            bytes.extend_from_slice(behind);
            bytes.extend_from_slice(values.get(..spot.value).unwrap_or_default());
            bytes.extend_from_slice(packed.unwrap_or_default());
            bytes.extend_from_slice(rest);
        }
        before
    }

    /// Writes values in the order of their parameters, each with another one, in place of what stands in `bytes`.
    pub(crate) fn write<'v>(
        values: impl Iterator<Item = (ParameterId, &'v [u8])> + Clone,
        bytes: &mut Vec<u8>,
    ) {
        bytes.clear();
        let mut last = 0_u32;
        for (parameter, packed) in values.clone() {
            push_number(parameter.index().wrapping_sub(last).into(), bytes);
            push_number(packed.len() as u64, bytes);
            last = parameter.index();
        }
        let directory = bytes.len();
        if directory > 0 {
            push_number(directory as u64, bytes);
            let head = bytes.len() - directory;
            bytes.rotate_right(head);
            values.for_each(|(_, packed)| bytes.extend_from_slice(packed));
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (ParameterId, ValueView<'a>)> {
        self.entries().map(|(parameter, bytes)| (parameter, unpack(bytes)))
    }

    /// The values as [`pack`](crate::store::packed::pack) has written them, in the order of their parameters.
    pub(crate) fn packed(self) -> impl Iterator<Item = (ParameterId, &'a [u8])> {
        self.entries()
    }

    fn entries(self) -> Entries<'a> {
        let mut rest = self.0;
        let directory = take_slice(&mut rest);
        Entries { directory, values: rest, last: 0 }
    }
}

/// Room for the length of the directory.
const SPARE: usize = 16;

/// Where a parameter is in the directory, or would be.
struct Spot {
    /// The parameter before it, and the one that the next counts from.
    before: u32,
    last: u32,
    /// Its entry in the directory; empty where it has none.
    start: usize,
    end: usize,
    /// Its value among the values; no length where it has none.
    value: usize,
    length: Option<usize>,
}

struct Entries<'a> {
    directory: &'a [u8],
    values: &'a [u8],
    last: u32,
}

impl Entries<'_> {
    /// Goes through the directory, without looking at the values.
    fn spot(&self, parameter: ParameterId) -> Spot {
        let mut rest = self.directory;
        let (mut last, mut value) = (0_u32, 0);
        loop {
            let start = self.directory.len() - rest.len();
            let absent = Spot { before: last, last, start, end: start, value, length: None };
            if rest.is_empty() {
                return absent;
            }
            let at = last.wrapping_add(take_number(&mut rest) as u32);
            if at > parameter.index() {
                return absent;
            }
            let length = take_number(&mut rest) as usize;
            if at == parameter.index() {
                let end = self.directory.len() - rest.len();
                return Spot { before: last, last: at, start, end, value, length: Some(length) };
            }
            last = at;
            value += length;
        }
    }

    fn next_in_directory(&mut self) -> Option<(u32, usize)> {
        if self.directory.is_empty() {
            return None;
        }
        // The distance of two identifiers of 32 bits, and the length of something in memory.
        let distance = take_number(&mut self.directory) as u32;
        Some((distance, take_number(&mut self.directory) as usize))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (ParameterId, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (distance, length) = self.next_in_directory()?;
        self.last = self.last.wrapping_add(distance);
        let (value, rest) = self.values.split_at_checked(length)?;
        self.values = rest;
        Some((ParameterId::new(self.last), value))
    }
}

/// Whether two values as they are kept are the same. A boolean is one byte.
#[inline]
pub(crate) fn are_equal(value: &[u8], other: &[u8]) -> bool {
    match (value, other) {
        (&[value], &[other]) => value == other,
        _ => value.len() == other.len() && begins_with(value, other),
    }
}

/// Whether bytes begin with others. Directories and values of usual length are compared in two steps, without a call.
fn begins_with(bytes: &[u8], start: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..start.len()) else { return false };
    match (start.first_chunk::<8>(), start.last_chunk::<8>()) {
        (Some(first), Some(last)) if start.len() <= 16 => {
            bytes.first_chunk() == Some(first) && bytes.last_chunk() == Some(last)
        }
        _ => bytes == start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::packed::packed;
    use alloc::collections::BTreeMap;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn a_value_takes_two_bytes_in_the_directory() {
        let (mut one, mut two) = (Vec::new(), Vec::new());
        RowValues(&[]).with(ParameterId::new(6000), Some(&packed(&Value::Boolean(true))), &mut one);
        let text = packed(&Value::String("sub-1".into()));
        RowValues(&one).with(ParameterId::new(6001), Some(&text), &mut two);
        // The first parameter is far from none, and the directory has a length.
        assert_eq!((one.len(), two.len()), (1 + 2 + 1 + 1, 1 + 2 + 1 + 2 + 1 + 6));
    }

    proptest! {
        #[test]
        fn beginnings_are_those_of_slices(
            start in proptest::collection::vec(0_u8..2, 0..40),
            change in proptest::option::of(0_usize..40),
            rest in proptest::collection::vec(0_u8..2, 0..4),
        ) {
            let mut bytes = [&*start, &*rest].concat();
            if let Some(byte) = change.and_then(|at| bytes.get_mut(at)) {
                *byte ^= 1;
            }
            prop_assert_eq!(begins_with(&bytes, &start), bytes.starts_with(&start));
        }

        #[test]
        fn values_are_a_map(steps in proptest::collection::vec((0_u32..300, proptest::option::of(any::<i32>())), 0..40)) {
            let (mut bytes, mut map) = (Vec::new(), BTreeMap::new());
            for (at, number) in steps {
                let (parameter, value) = (ParameterId::new(at), number.map(Value::Int));
                let expected = match value.clone() {
                    Some(value) => map.insert(parameter, value),
                    None => map.remove(&parameter),
                };
                let mut after = vec![0; 7];
                let before = RowValues(&bytes).with(parameter, value.as_ref().map(packed).as_deref(), &mut after);
                prop_assert_eq!(before, expected);
                bytes = after;
                let packed: Vec<(ParameterId, Vec<u8>)> =
                    map.iter().map(|(&at, value)| (at, packed(value))).collect();
                let mut at_once = vec![9];
                RowValues::write(packed.iter().map(|(at, packed)| (*at, &**packed)), &mut at_once);
                prop_assert_eq!(&at_once, &bytes);
                let listed: Vec<_> = RowValues(&bytes).iter().map(|(at, view)| (at, view.into_value())).collect();
                let expected: Vec<_> = map.iter().map(|(&at, value)| (at, value.clone())).collect();
                prop_assert_eq!(listed, expected);
                let found = RowValues(&bytes).get(parameter);
                prop_assert_eq!(found.map(|bytes| unpack(bytes).into_value()), value);
            }
        }
    }
}
