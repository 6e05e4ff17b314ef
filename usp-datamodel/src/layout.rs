//! What the engine knows of its schema beyond the image: prepared once, asked on each read and write.

use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_schema::{Object, ObjectId, Parameter, ParameterId, Schema};

use crate::store::fixed_tables::is_fixed;
use crate::store::initial::InitialValues;
use crate::store::lists::Lists;

/// Prepared facts about tables and parameters.
#[derive(Debug)]
pub(crate) struct Layout {
    keys: Lists<ObjectId, KeyPlace>,
    /// The parameters of one key after the other.
    parameters_of_keys: Vec<ParameterId>,
    /// The parameters of all keys of a table, each once, those of relaxed keys too.
    key_parameters: Lists<ObjectId, ParameterId>,
    /// The tables that each parameter counts: one, or that of each mount.
    counters: Lists<ParameterId, ObjectId>,
    /// The fixed tables in the rows of a table, or outside of all tables.
    fixed: Lists<Option<ObjectId>, ObjectId>,
    has_mounts: bool,
    /// The objects that discriminators belong to.
    discriminating: SortedSet<ObjectId>,
    /// What is special about a parameter, by its position: nothing about most, which each write asks several times.
    facts: Vec<u8>,
    initial: InitialValues,
}

/// What may be special about a parameter.
mod fact {
    pub(crate) const KEY: u8 = 1;
    pub(crate) const COUNTER: u8 = 2;
    pub(crate) const DISCRIMINATOR: u8 = 4;
    pub(crate) const REFERENCE: u8 = 8;
    pub(crate) const STRONG_REFERENCE: u8 = 16;
    pub(crate) const ALIAS: u8 = 32;
    pub(crate) const OFFERED: u8 = 64;
}

/// A Unique Key of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'l> {
    pub(crate) functional: bool,
    pub(crate) parameters: &'l [ParameterId],
}

/// Where the parameters of a key are.
#[derive(Debug)]
struct KeyPlace {
    functional: bool,
    start: u32,
    length: u32,
}

/// The facts of a schema while they are gathered.
#[derive(Default)]
struct Facts(Vec<u8>);

impl Layout {
    /// Rows of the table `relaxed` may have the same functional keys.
    pub(crate) fn new(schema: &Schema, relaxed: Option<ObjectId>) -> Self {
        let mut facts = Facts::default();
        let (mut keys, mut key_parameters) = (LiteMap::new(), LiteMap::new());
        let mut parameters_of_keys = Vec::new();
        let mut counters: LiteMap<_, Vec<_>> = LiteMap::new();
        let mut fixed: LiteMap<_, Vec<_>> = LiteMap::new();
        let mut discriminating = SortedSet::new();
        for object in schema.objects() {
            let (mut places, mut each_once, mut seen) = (Vec::new(), Vec::new(), SortedSet::new());
            for key in object.unique_keys() {
                let start = parameters_of_keys.len();
                parameters_of_keys.extend(key.parameters().map(|parameter| parameter.id()));
                let parameters = &parameters_of_keys[start..];
                for &parameter in parameters {
                    facts.note(parameter, fact::KEY);
                    if seen.insert(parameter) {
                        each_once.push(parameter);
                    }
                }
                // An image holds fewer numbers than that.
                let (start, length) = (start as u32, parameters.len() as u32);
                if !key.is_functional() || relaxed != Some(object.id()) {
                    places.push(KeyPlace { functional: key.is_functional(), start, length });
                }
            }
            if !each_once.is_empty() {
                key_parameters.insert(object.id(), each_once);
                keys.insert(object.id(), places);
            }
            if let Some(discriminator) = object.discriminator_parameter() {
                facts.note(discriminator.id(), fact::DISCRIMINATOR);
                discriminating.insert(discriminator.object().id());
            }
            if let Some(counter) = object.num_entries_parameter() {
                counters.entry(counter.id()).or_default().push(object.id());
                facts.note(counter.id(), fact::COUNTER);
            }
            if is_fixed(object) {
                let within = object.parent().and_then(enclosing_table).map(|table| table.id());
                fixed.entry(within).or_default().push(object.id());
            }
            for parameter in object.parameters() {
                facts.note_syntax(parameter);
            }
        }
        parameters_of_keys.shrink_to_fit();
        facts.0.shrink_to_fit();
        Self {
            keys: keys.into(),
            parameters_of_keys,
            key_parameters: key_parameters.into(),
            counters: counters.into(),
            fixed: fixed.into(),
            has_mounts: schema.objects().any(Object::is_mount),
            discriminating,
            facts: facts.0,
            initial: InitialValues::new(schema),
        }
    }

    #[inline]
    fn is(&self, parameter: ParameterId, fact: u8) -> bool {
        self.facts.get(parameter.index() as usize).is_some_and(|facts| facts & fact != 0)
    }

    /// The Unique Keys of a table.
    pub(crate) fn keys(&self, table: ObjectId) -> impl ExactSizeIterator<Item = Key<'_>> + '_ {
        self.keys.get(table).iter().map(|place| {
            let start = place.start as usize;
            let parameters = &self.parameters_of_keys[start..start + place.length as usize];
            Key { functional: place.functional, parameters }
        })
    }

    /// The parameters of all keys of a table, each once.
    pub(crate) fn key_parameters(&self, table: ObjectId) -> &[ParameterId] {
        self.key_parameters.get(table)
    }

    /// The numbers of the keys of a table that a parameter is part of.
    pub(crate) fn keys_with(
        &self,
        table: ObjectId,
        parameter: ParameterId,
    ) -> impl Iterator<Item = usize> + '_ {
        let keys = self.keys(table).enumerate();
        keys.filter(move |(_, key)| key.parameters.contains(&parameter)).map(|(number, _)| number)
    }

    /// Whether a parameter is part of a Unique Key.
    pub(crate) fn is_key(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::KEY)
    }

    /// Whether a parameter is part of a key whose parameters never change `[R-KEY.1]`.
    pub(crate) fn is_immutable_key(&self, table: ObjectId, parameter: ParameterId) -> bool {
        self.is_key(parameter)
            && self.keys(table).any(|key| !key.functional && key.parameters.contains(&parameter))
    }

    /// The table whose rows a parameter counts; of what is mounted, one of each mount that has it.
    pub(crate) fn counted_tables(&self, parameter: ParameterId) -> &[ObjectId] {
        if !self.is(parameter, fact::COUNTER) {
            return &[];
        }
        self.counters.get(parameter)
    }

    /// Whether a parameter counts rows.
    #[inline]
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

    /// The fixed tables that the rows of a table have, those of a mount where they carry it; or those outside of all
    /// tables.
    pub(crate) fn fixed_tables(&self, within: Option<ObjectId>) -> &[ObjectId] {
        self.fixed.get(within)
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

    /// Whether the values of a parameter are those that another one offers.
    pub(crate) fn is_offered(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::OFFERED)
    }

    /// Whether the end of a message has to look at what was set: keys, references, and what is offered.
    #[inline]
    pub(crate) fn is_watched(&self, parameter: ParameterId) -> bool {
        self.is(parameter, fact::KEY | fact::REFERENCE | fact::OFFERED)
    }

    /// The value that a parameter has before anybody sets it, as rows keep values.
    pub(crate) fn initial(&self, parameter: ParameterId) -> &[u8] {
        self.initial.get(parameter)
    }
}

impl Facts {
    fn note_syntax(&mut self, parameter: Parameter<'_>) {
        let syntax = parameter.syntax();
        match syntax.reference() {
            Some(reference) if reference.strong => {
                self.note(parameter.id(), fact::REFERENCE | fact::STRONG_REFERENCE);
            }
            Some(_) => self.note(parameter.id(), fact::REFERENCE),
            None => {}
        }
        if syntax.enumeration_ref().is_some() {
            self.note(parameter.id(), fact::OFFERED);
        }
        if matches!(syntax.data_type(), Some("Alias" | "_AliasUSP")) {
            self.note(parameter.id(), fact::ALIAS);
        }
    }

    fn note(&mut self, parameter: ParameterId, fact: u8) {
        let index = parameter.index() as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, 0);
        }
        self.0[index] |= fact;
    }
}

/// The innermost table that an object belongs to, itself included; `None` outside of all tables.
pub(crate) fn enclosing_table(object: Object<'_>) -> Option<Object<'_>> {
    core::iter::once(object).chain(object.ancestors()).find(|object| object.is_table())
}
