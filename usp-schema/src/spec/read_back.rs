//! From an image back to the specs that it was built from.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::{
    CommandSpec, EnumerationRef, EnumerationValue, EventSpec, InnerListSpec, ListSpec, ObjectSpec,
    ParameterSpec, ReferenceSpec, SyntaxSpec,
};
use crate::command::Command;
use crate::event::Event;
use crate::object::Object;
use crate::parameter::Parameter;
use crate::syntax::Syntax;

impl Object<'_> {
    /// What the object was built from: itself, without what is in it.
    pub fn to_spec(self) -> ObjectSpec {
        let name = |parameter: Option<Parameter<'_>>| parameter.map(|found| found.name().to_owned());
        ObjectSpec {
            name: self.name().to_owned(),
            table: self.is_table(),
            access: self.access(),
            min_entries: self.min_entries(),
            max_entries: self.max_entries(),
            num_entries_parameter: name(self.num_entries_parameter()),
            enable_parameter: name(self.enable_parameter()),
            discriminator_parameter: name(self.discriminator_parameter()),
            mount_point: self.is_mount_point(),
            mandatory: self.is_mandatory(),
            version: self.version(),
            status: self.status(),
        }
    }
}

impl Parameter<'_> {
    /// What the parameter was built from.
    pub fn to_spec(self) -> ParameterSpec {
        ParameterSpec {
            name: self.name().to_owned(),
            syntax: self.syntax().to_spec(),
            access: self.access(),
            default: self.default().map(|(kind, text)| (kind, text.to_owned())),
            secured: self.is_secured(),
            hidden: self.is_marked_hidden(),
            command: self.is_command(),
            mandatory: self.is_mandatory(),
            active_notify: self.active_notify(),
            version: self.version(),
            status: self.status(),
        }
    }
}

impl Syntax<'_> {
    /// What the syntax was built from.
    pub fn to_spec(self) -> SyntaxSpec {
        SyntaxSpec {
            primitive: self.primitive_type(),
            list: self.list().map(|list| ListSpec {
                min_items: list.bounds.min_items,
                max_items: list.bounds.max_items,
                sizes: list.bounds.sizes().collect(),
                nested_brackets: list.nested_brackets,
                inner: list.inner.map(|inner| InnerListSpec {
                    min_items: inner.min_items,
                    max_items: inner.max_items,
                    sizes: inner.sizes().collect(),
                }),
            }),
            sizes: self.sizes().collect(),
            ranges: self.ranges().collect(),
            patterns: self.patterns().map(|pattern| pattern.source.to_owned()).collect(),
            enumeration: self.enumeration().map(EnumerationValue::into_owned).collect(),
            enumeration_ref: self.enumeration_ref().map(|reference| EnumerationRef {
                target: reference.target.to_owned(),
                null_value: reference.null_value.map(str::to_owned),
            }),
            reference: self.reference().map(|reference| ReferenceSpec {
                strong: reference.strong,
                target: reference.target,
                parents: reference.parents().map(str::to_owned).collect::<Vec<_>>(),
            }),
            data_type: self.data_type().map(str::to_owned),
            units: self.units().map(str::to_owned),
        }
    }
}

impl Command<'_> {
    /// What the command was built from: itself, without its arguments.
    pub fn to_spec(self) -> CommandSpec {
        CommandSpec {
            name: self.name().to_owned(),
            asynchronous: self.is_asynchronous(),
            version: self.version(),
            status: self.status(),
        }
    }
}

impl Event<'_> {
    /// What the event was built from: itself, without its arguments.
    pub fn to_spec(self) -> EventSpec {
        EventSpec { name: self.name().to_owned(), version: self.version(), status: self.status() }
    }
}

impl EnumerationValue<&str> {
    fn into_owned(self) -> EnumerationValue {
        EnumerationValue {
            value: self.value.to_owned(),
            read_only: self.read_only,
            optional: self.optional,
            status: self.status,
        }
    }
}
