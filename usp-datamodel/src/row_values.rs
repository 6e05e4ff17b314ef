//! The values that were set in one row.

use alloc::boxed::Box;
use alloc::vec::Vec;

use usp_schema::{ParameterId, Value};

use crate::packed::{pack, push_number, push_slice, take_number, take_slice, unpack};
use crate::value_view::ValueView;

/// Parameters and their values in one piece of memory, in the order of the parameters.
///
/// Each entry is the distance from the parameter before, the length of the value, and the value. A row has few
/// entries: reading looks at those before, and writing makes all of them anew.
#[derive(Debug, Default)]
pub(crate) struct RowValues(Box<[u8]>);

impl RowValues {
    pub(crate) fn get(&self, parameter: ParameterId) -> Option<ValueView<'_>> {
        let found = self.entries().find(|&(at, _)| at >= parameter)?;
        (found.0 == parameter).then(|| unpack(found.1))
    }

    /// Sets or removes a value and returns the one before.
    pub(crate) fn replace(&mut self, parameter: ParameterId, value: Option<&Value>) -> Option<Value> {
        let mut entries = self.entries().peekable();
        let mut written = Writer { bytes: Vec::with_capacity(self.0.len() + SPARE), last: 0 };
        while let Some((at, bytes)) = entries.next_if(|&(at, _)| at < parameter) {
            written.entry(at, bytes);
        }
        let before = entries.next_if(|&(at, _)| at == parameter).map(|(_, bytes)| unpack(bytes).into_value());
        if let Some(value) = value {
            let mut packed = Vec::new();
            pack(value, &mut packed);
            written.entry(parameter, &packed);
        }
        entries.for_each(|(at, bytes)| written.entry(at, bytes));
        self.0 = written.bytes.into_boxed_slice();
        before
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ParameterId, ValueView<'_>)> {
        self.entries().map(|(parameter, bytes)| (parameter, unpack(bytes)))
    }

    fn entries(&self) -> Entries<'_> {
        Entries { rest: &self.0, last: 0 }
    }
}

/// Room for a value of usual length, so that writing seldom asks for memory twice.
const SPARE: usize = 48;

struct Entries<'a> {
    rest: &'a [u8],
    last: u32,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (ParameterId, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        // The distance of two identifiers of 32 bits.
        self.last = self.last.wrapping_add(take_number(&mut self.rest) as u32);
        Some((ParameterId::new(self.last), take_slice(&mut self.rest)))
    }
}

struct Writer {
    bytes: Vec<u8>,
    last: u32,
}

impl Writer {
    /// Entries come in the order of their parameters.
    fn entry(&mut self, parameter: ParameterId, packed: &[u8]) {
        push_number(parameter.index().wrapping_sub(self.last).into(), &mut self.bytes);
        push_slice(packed, &mut self.bytes);
        self.last = parameter.index();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    #[test]
    fn a_row_takes_two_bytes_more_than_its_values() {
        let mut values = RowValues::default();
        values.replace(ParameterId::new(6000), Some(&Value::Boolean(true)));
        values.replace(ParameterId::new(6001), Some(&Value::String("sub-1".into())));
        // The first parameter is far from none.
        assert_eq!(values.0.len(), 2 + 1 + 1 + 1 + 1 + 6);
    }

    proptest! {
        #[test]
        fn values_are_a_map(steps in proptest::collection::vec((0_u32..300, proptest::option::of(any::<i32>())), 0..40)) {
            let (mut values, mut map) = (RowValues::default(), BTreeMap::new());
            for (at, number) in steps {
                let (parameter, value) = (ParameterId::new(at), number.map(Value::Int));
                let before = match value.clone() {
                    Some(value) => map.insert(parameter, value),
                    None => map.remove(&parameter),
                };
                prop_assert_eq!(values.replace(parameter, value.as_ref()), before);
                let listed: Vec<_> = values.iter().map(|(at, view)| (at, view.into_value())).collect();
                let expected: Vec<_> = map.iter().map(|(&at, value)| (at, value.clone())).collect();
                prop_assert_eq!(listed, expected);
                prop_assert_eq!(values.get(parameter).map(ValueView::into_value), value);
            }
        }
    }
}
