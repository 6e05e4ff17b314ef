//! What the engine knows of its schema beyond the image: prepared once, asked on each read and write.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use usp_schema::{Object, ObjectId, ParameterId, Schema};

use crate::initial::InitialValues;

/// Prepared facts about tables and parameters.
#[derive(Debug)]
pub(crate) struct Layout {
    keys: BTreeMap<ObjectId, Vec<Key>>,
    key_parameters: BTreeSet<ParameterId>,
    counters: BTreeMap<ParameterId, ObjectId>,
    discriminators: BTreeSet<ParameterId>,
    /// The objects that discriminators belong to.
    discriminating: BTreeSet<ObjectId>,
    references: BTreeSet<ParameterId>,
    strong_references: BTreeSet<ParameterId>,
    initial: InitialValues,
}

/// A Unique Key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) functional: bool,
    pub(crate) parameters: Vec<ParameterId>,
}

impl Layout {
    pub(crate) fn new(schema: &Schema) -> Self {
        let mut layout = Self {
            keys: BTreeMap::new(),
            key_parameters: BTreeSet::new(),
            counters: BTreeMap::new(),
            discriminators: BTreeSet::new(),
            discriminating: BTreeSet::new(),
            references: BTreeSet::new(),
            strong_references: BTreeSet::new(),
            initial: InitialValues::new(schema),
        };
        for object in schema.objects() {
            let keys: Vec<Key> = object
                .unique_keys()
                .map(|key| Key {
                    functional: key.is_functional(),
                    parameters: key.parameters().map(|parameter| parameter.id()).collect(),
                })
                .collect();
            layout.key_parameters.extend(keys.iter().flat_map(|key| key.parameters.iter().copied()));
            if !keys.is_empty() {
                layout.keys.insert(object.id(), keys);
            }
            if let Some(discriminator) = object.discriminator_parameter() {
                layout.discriminators.insert(discriminator.id());
                layout.discriminating.insert(discriminator.object().id());
            }
            if let Some(counter) = object.num_entries_parameter() {
                layout.counters.insert(counter.id(), object.id());
            }
            for parameter in object.parameters() {
                if let Some(reference) = parameter.syntax().reference() {
                    layout.references.insert(parameter.id());
                    if reference.strong {
                        layout.strong_references.insert(parameter.id());
                    }
                }
            }
        }
        layout
    }

    /// Lets rows of a table have the same functional keys.
    pub(crate) fn relax_functional_keys(&mut self, table: ObjectId) {
        if let Some(keys) = self.keys.get_mut(&table) {
            keys.retain(|key| !key.functional);
        }
    }

    /// The Unique Keys of a table.
    pub(crate) fn keys(&self, table: ObjectId) -> &[Key] {
        self.keys.get(&table).map_or(&[], Vec::as_slice)
    }

    /// The numbers of the keys of a table that a parameter is part of.
    pub(crate) fn keys_with(
        &self,
        table: ObjectId,
        parameter: ParameterId,
    ) -> impl Iterator<Item = usize> + '_ {
        let keys = self.keys(table).iter().enumerate();
        keys.filter(move |(_, key)| key.parameters.contains(&parameter)).map(|(number, _)| number)
    }

    /// Whether a parameter is part of a Unique Key.
    pub(crate) fn is_key(&self, parameter: ParameterId) -> bool {
        self.key_parameters.contains(&parameter)
    }

    /// Whether a parameter is part of a key whose parameters never change `[R-KEY.1]`.
    pub(crate) fn is_immutable_key(&self, table: ObjectId, parameter: ParameterId) -> bool {
        self.keys(table).iter().any(|key| !key.functional && key.parameters.contains(&parameter))
    }

    /// The table whose rows a parameter counts.
    pub(crate) fn counted_table(&self, parameter: ParameterId) -> Option<ObjectId> {
        self.counters.get(&parameter).copied()
    }

    /// Whether a parameter says which objects exist beside it.
    pub(crate) fn is_discriminator(&self, parameter: ParameterId) -> bool {
        self.discriminators.contains(&parameter)
    }

    /// Whether an object has parameters that say which objects exist beside them.
    pub(crate) fn has_discriminators(&self, object: ObjectId) -> bool {
        self.discriminating.contains(&object)
    }

    /// Whether a parameter holds references, strong or weak.
    pub(crate) fn is_reference(&self, parameter: ParameterId) -> bool {
        self.references.contains(&parameter)
    }

    /// Whether a parameter holds strong references `[R-ARC.12]`.
    pub(crate) fn is_strong_reference(&self, parameter: ParameterId) -> bool {
        self.strong_references.contains(&parameter)
    }

    /// The value that a parameter has before anybody sets it, as rows keep values.
    pub(crate) fn initial(&self, parameter: ParameterId) -> &[u8] {
        self.initial.get(parameter)
    }
}

/// The innermost table that an object belongs to, itself included; `None` outside of all tables.
pub(crate) fn enclosing_table(object: Object<'_>) -> Option<Object<'_>> {
    core::iter::once(object).chain(object.ancestors()).find(|object| object.is_table())
}
