//! What parameters have before anybody sets them: read from the schema once.

use alloc::vec::Vec;
use litemap::LiteMap;
use usp_collections::SortedMap;

use usp_schema::{DefaultKind, Parameter, ParameterId, Schema, Value};

use crate::layout::enclosing_table;
use crate::store::packed::{packed, push_slice, take_slice};

/// The initial values of all parameters. Most are alike, and each is kept once.
#[derive(Debug)]
pub(crate) struct InitialValues {
    /// By parameter, where its value begins; [`FAR`] where that is in `far`.
    positions: Vec<u16>,
    far: LiteMap<ParameterId, u32>,
    bytes: Vec<u8>,
}

/// Where positions of 16 bits end: the values of the whole of TR-181 that differ take a few thousand bytes.
const FAR: u16 = u16::MAX;

impl InitialValues {
    pub(crate) fn new(schema: &Schema) -> Self {
        let (mut positions, mut far, mut bytes) = (Vec::new(), LiteMap::new(), Vec::new());
        let mut known: SortedMap<Vec<u8>, u32> = SortedMap::new();
        for object in schema.objects() {
            let in_row = enclosing_table(object).is_some();
            for parameter in object.parameters() {
                let value = packed(&initial_value(parameter, in_row));
                let position = known.get(&value).copied().unwrap_or_else(|| {
                    // The texts of an image have positions of 32 bits as well.
                    let position = bytes.len() as u32;
                    push_slice(&value, &mut bytes);
                    known.insert(value, position);
                    position
                });
                let index = parameter.id().index() as usize;
                positions.resize(positions.len().max(index + 1), FAR);
                match u16::try_from(position) {
                    Ok(near) if near != FAR => positions[index] = near,
                    _ => drop(far.insert(parameter.id(), position)),
                }
            }
        }
        bytes.shrink_to_fit();
        positions.shrink_to_fit();
        Self { positions, far, bytes }
    }

    /// The value of a parameter as [`pack`](crate::store::packed::pack) has written it.
    pub(crate) fn get(&self, parameter: ParameterId) -> &[u8] {
        let position = match self.positions.get(parameter.index() as usize) {
            Some(&near) if near != FAR => u32::from(near),
            _ => self.far.get(&parameter).copied().unwrap_or(u32::MAX),
        };
        take_slice(&mut self.bytes.get(position as usize..).unwrap_or_default())
    }
}

/// What a parameter starts with: rows take the object default, the fixed objects any default that is stated.
fn initial_value(parameter: Parameter<'_>, in_row: bool) -> Value {
    let syntax = parameter.syntax();
    let default = match parameter.default() {
        Some((DefaultKind::Object, text)) => Some(text),
        Some((_, text)) if !in_row => Some(text),
        _ => None,
    };
    // A default that its own facets exclude is no default; the lint of the generator reports it.
    default.and_then(|text| syntax.parse(text).ok()).unwrap_or_else(|| syntax.null_value())
}
