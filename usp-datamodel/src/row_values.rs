//! The values that were set in one row.

use alloc::vec::Vec;

use usp_schema::{ParameterId, Value};

use crate::packed::{packed, push_number, push_slice, take_number, take_slice, unpack};
use crate::value_view::ValueView;

/// Parameters and their values in one piece of memory, in the order of the parameters.
///
/// A directory comes first, behind its length: for each value the distance from the parameter before and the length
/// of the value. Then come the values. They are few: reading goes through the directory up to the parameter, and
/// writing makes everything anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowValues<'a>(pub(crate) &'a [u8]);

impl<'a> RowValues<'a> {
    /// The value as [`pack`](crate::packed::pack) has written it.
    pub(crate) fn get(self, parameter: ParameterId) -> Option<&'a [u8]> {
        let mut entries = self.entries();
        // Lengths are summed up without looking at the values between.
        let (mut start, mut at) = (0, 0_u32);
        while let Some((distance, length)) = entries.next_in_directory() {
            at = at.wrapping_add(distance);
            if at >= parameter.index() {
                return (at == parameter.index()).then(|| entries.values.get(start..start + length))?;
            }
            start += length;
        }
        None
    }

    /// The same values but one, which is set or removed; and the value that it was before.
    pub(crate) fn with(self, parameter: ParameterId, value: Option<&Value>) -> (Vec<u8>, Option<Value>) {
        let mut entries = self.entries().peekable();
        let mut written = Writer::with_capacity(self.0.len() + SPARE);
        while let Some((at, bytes)) = entries.next_if(|&(at, _)| at < parameter) {
            written.entry(at, bytes);
        }
        let before = entries.next_if(|&(at, _)| at == parameter).map(|(_, bytes)| unpack(bytes).into_value());
        if let Some(value) = value {
            written.entry(parameter, &packed(value));
        }
        entries.for_each(|(at, bytes)| written.entry(at, bytes));
        (written.finish(), before)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (ParameterId, ValueView<'a>)> {
        self.entries().map(|(parameter, bytes)| (parameter, unpack(bytes)))
    }

    fn entries(self) -> Entries<'a> {
        let mut rest = self.0;
        let directory = take_slice(&mut rest);
        Entries { directory, values: rest, last: 0 }
    }
}

/// Room for a value of usual length, so that writing seldom asks for memory twice.
const SPARE: usize = 48;

struct Entries<'a> {
    directory: &'a [u8],
    values: &'a [u8],
    last: u32,
}

impl Entries<'_> {
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

struct Writer {
    directory: Vec<u8>,
    values: Vec<u8>,
    last: u32,
}

impl Writer {
    fn with_capacity(bytes: usize) -> Self {
        Self { directory: Vec::new(), values: Vec::with_capacity(bytes), last: 0 }
    }

    /// Entries come in the order of their parameters.
    fn entry(&mut self, parameter: ParameterId, packed: &[u8]) {
        push_number(parameter.index().wrapping_sub(self.last).into(), &mut self.directory);
        push_number(packed.len() as u64, &mut self.directory);
        self.values.extend_from_slice(packed);
        self.last = parameter.index();
    }

    fn finish(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.directory.len() + self.values.len() + 2);
        if !self.directory.is_empty() {
            push_slice(&self.directory, &mut bytes);
            bytes.extend_from_slice(&self.values);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    #[test]
    fn a_value_takes_two_bytes_in_the_directory() {
        let (one, _) = RowValues(&[]).with(ParameterId::new(6000), Some(&Value::Boolean(true)));
        let (two, _) = RowValues(&one).with(ParameterId::new(6001), Some(&Value::String("sub-1".into())));
        // The first parameter is far from none, and the directory has a length.
        assert_eq!((one.len(), two.len()), (1 + 2 + 1 + 1, 1 + 2 + 1 + 2 + 1 + 6));
    }

    proptest! {
        #[test]
        fn values_are_a_map(steps in proptest::collection::vec((0_u32..300, proptest::option::of(any::<i32>())), 0..40)) {
            let (mut bytes, mut map) = (Vec::new(), BTreeMap::new());
            for (at, number) in steps {
                let (parameter, value) = (ParameterId::new(at), number.map(Value::Int));
                let expected = match value.clone() {
                    Some(value) => map.insert(parameter, value),
                    None => map.remove(&parameter),
                };
                let (after, before) = RowValues(&bytes).with(parameter, value.as_ref());
                prop_assert_eq!(before, expected);
                bytes = after;
                let listed: Vec<_> = RowValues(&bytes).iter().map(|(at, view)| (at, view.into_value())).collect();
                let expected: Vec<_> = map.iter().map(|(&at, value)| (at, value.clone())).collect();
                prop_assert_eq!(listed, expected);
                let found = RowValues(&bytes).get(parameter);
                prop_assert_eq!(found.map(|bytes| unpack(bytes).into_value()), value);
            }
        }
    }
}
