//! What the engine knows of its schema beyond the image: prepared once, asked on each read and write.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use usp_schema::{Object, ObjectId, Parameter, ParameterId, Schema};

use crate::fixed_tables::is_fixed;
use crate::initial::InitialValues;

/// Prepared facts about tables and parameters.
#[derive(Debug)]
pub(crate) struct Layout {
    keys: BTreeMap<ObjectId, Vec<Key>>,
    /// The parameters of all keys of a table, each once, those of relaxed keys too.
    key_parameters: BTreeMap<ObjectId, Vec<ParameterId>>,
    /// The tables that each parameter counts: one, or that of each mount.
    counters: BTreeMap<ParameterId, Vec<ObjectId>>,
    /// The fixed tables in the rows of a table, or outside of all tables.
    fixed: BTreeMap<Option<ObjectId>, Vec<ObjectId>>,
    has_mounts: bool,
    /// The objects that discriminators belong to.
    discriminating: BTreeSet<ObjectId>,
    /// What is special about a parameter, by its position: nothing about most, which each write asks several times.
    facts: Vec<u8>,
    initial: InitialValues,
}

/// What may be special about a parameter.
mod fact {
    pub(super) const KEY: u8 = 1;
    pub(super) const COUNTER: u8 = 2;
    pub(super) const DISCRIMINATOR: u8 = 4;
    pub(super) const REFERENCE: u8 = 8;
    pub(super) const STRONG_REFERENCE: u8 = 16;
    pub(super) const ALIAS: u8 = 32;
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
            key_parameters: BTreeMap::new(),
            counters: BTreeMap::new(),
            fixed: BTreeMap::new(),
            has_mounts: schema.objects().any(Object::is_mount),
            discriminating: BTreeSet::new(),
            facts: Vec::new(),
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
            for &parameter in keys.iter().flat_map(|key| &key.parameters) {
                layout.note(parameter, fact::KEY);
            }
            if !keys.is_empty() {
                let mut seen = BTreeSet::new();
                let parameters = keys.iter().flat_map(|key| &key.parameters).copied();
                let parameters = parameters.filter(|&parameter| seen.insert(parameter)).collect();
                layout.key_parameters.insert(object.id(), parameters);
                layout.keys.insert(object.id(), keys);
            }
            if let Some(discriminator) = object.discriminator_parameter() {
                layout.note(discriminator.id(), fact::DISCRIMINATOR);
                layout.discriminating.insert(discriminator.object().id());
            }
            if let Some(counter) = object.num_entries_parameter() {
                layout.counters.entry(counter.id()).or_default().push(object.id());
                layout.note(counter.id(), fact::COUNTER);
            }
            if is_fixed(object) {
                let within = object.parent().and_then(enclosing_table).map(|table| table.id());
                layout.fixed.entry(within).or_default().push(object.id());
            }
            for parameter in object.parameters() {
                layout.note_syntax(parameter);
            }
        }
        layout.facts.shrink_to_fit();
        layout
    }

    fn note_syntax(&mut self, parameter: Parameter<'_>) {
        let syntax = parameter.syntax();
        match syntax.reference() {
            Some(reference) if reference.strong => {
                self.note(parameter.id(), fact::REFERENCE | fact::STRONG_REFERENCE);
            }
            Some(_) => self.note(parameter.id(), fact::REFERENCE),
            None => {}
        }
        if matches!(syntax.data_type(), Some("Alias" | "_AliasUSP")) {
            self.note(parameter.id(), fact::ALIAS);
        }
    }

    fn note(&mut self, parameter: ParameterId, fact: u8) {
        let index = parameter.index() as usize;
        if self.facts.len() <= index {
            self.facts.resize(index + 1, 0);
        }
        self.facts[index] |= fact;
    }

    fn is(&self, parameter: ParameterId, fact: u8) -> bool {
        self.facts.get(parameter.index() as usize).is_some_and(|facts| facts & fact != 0)
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

    /// The parameters of all keys of a table, each once.
    pub(crate) fn key_parameters(&self, table: ObjectId) -> &[ParameterId] {
        self.key_parameters.get(&table).map_or(&[], Vec::as_slice)
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
        self.is(parameter, fact::KEY)
    }

    /// Whether a parameter is part of a key whose parameters never change `[R-KEY.1]`.
    pub(crate) fn is_immutable_key(&self, table: ObjectId, parameter: ParameterId) -> bool {
        self.is_key(parameter)
            && self.keys(table).iter().any(|key| !key.functional && key.parameters.contains(&parameter))
    }

    /// The table whose rows a parameter counts; of what is mounted, one of each mount that has it.
    pub(crate) fn counted_tables(&self, parameter: ParameterId) -> &[ObjectId] {
        if !self.is(parameter, fact::COUNTER) {
            return &[];
        }
        self.counters.get(&parameter).map_or(&[], Vec::as_slice)
    }

    /// Whether a parameter counts rows.
    pub(crate) fn is_counter(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::COUNTER)
    }

    /// Whether anything is mounted in the schema.
    pub(crate) fn has_mounts(&self) -> bool {
        self.has_mounts
    }

    /// Whether there are fixed tables at all.
    pub(crate) fn has_fixed_tables(&self) -> bool {
        !self.fixed.is_empty()
    }

    /// The fixed tables that the rows of a table have, those of a mount where they carry it; or those outside of all tables.
    pub(crate) fn fixed_tables(&self, within: Option<ObjectId>) -> &[ObjectId] {
        self.fixed.get(&within).map_or(&[], Vec::as_slice)
    }

    /// Whether a parameter says which objects exist beside it.
    pub(crate) fn is_discriminator(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::DISCRIMINATOR)
    }

    /// Whether an object has parameters that say which objects exist beside them.
    pub(crate) fn has_discriminators(&self, object: ObjectId) -> bool {
        self.discriminating.contains(&object)
    }

    /// Whether a parameter holds references, strong or weak.
    pub(crate) fn is_reference(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::REFERENCE)
    }

    /// Whether a parameter holds strong references `[R-ARC.12]`.
    pub(crate) fn is_strong_reference(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::STRONG_REFERENCE)
    }

    /// Whether a parameter is an Alias by its data type.
    pub(crate) fn is_alias(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::ALIAS)
    }

    /// Whether the end of a message has to look at what was set: keys and references.
    pub(crate) fn is_watched(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::KEY | fact::REFERENCE)
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
