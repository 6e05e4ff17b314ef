//! The image of a finished model.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::numbering::Numbering;
use super::pools::{Patterns, Records, Rows};
use super::strings::Strings;
use super::{BuildError, ObjectDraft, SchemaBuilder, syntax};
use crate::image::layout::{self, DIRECTORY, FINGERPRINTED, FORMAT, MAGIC, NONE16, REQUIRED_SECTIONS};
use crate::image::parameter_width;
use crate::object::Details;
use crate::spec::ParameterSpec;

/// Writes an image.
pub(super) struct Emitter<'a> {
    builder: &'a SchemaBuilder,
    numbering: Numbering<'a>,
    strings: Strings<'a>,
    patterns: Patterns<'a>,
    tables: Tables,
}

/// The tables, which are written object by object.
#[derive(Default)]
struct Tables {
    records: Records,
    objects: Vec<u8>,
    children: Vec<u8>,
    /// Name and shape of each.
    parameters: Vec<(u16, u32)>,
    shapes: Rows<{ layout::shape::WIDTH }>,
    facts: Rows<{ layout::facts::WIDTH }>,
    commands: Vec<u8>,
    events: Vec<u8>,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(builder: &'a SchemaBuilder) -> Result<Self, BuildError> {
        Ok(Self {
            builder,
            numbering: Numbering::new(builder)?,
            strings: Strings::default(),
            patterns: Patterns::default(),
            tables: Tables::default(),
        })
    }

    pub(super) fn emit(mut self) -> Result<Vec<u8>, BuildError> {
        // The numbers of strings are known when all strings are, and the places of records when there is room for all.
        self.write_tables(None)?;
        self.strings.arrange()?;
        let mut shift = 0;
        loop {
            let (name, specification) = self.write_tables(Some(shift))?;
            match self.tables.records.shift()? {
                fitting if fitting > shift => shift = fitting,
                _ => return self.assemble(name, specification, shift),
            }
        }
    }

    /// Writes all tables, with places of records where their shift is known, and gives the strings for name and
    /// specification of the model.
    fn write_tables(&mut self, shift: Option<u8>) -> Result<(u16, u16), BuildError> {
        let builder = self.builder;
        self.strings.begin_again();
        self.tables = Tables { records: Records::with_shift(shift), ..Tables::default() };
        for at in 0..self.numbering.objects.len() {
            let index = self.numbering.objects[at];
            let draft = &builder.objects[index];
            self.write_object(at, index, draft)?;
            for (name, &parameter) in &draft.parameters {
                self.write_parameter(index, name, &builder.parameters[parameter])?;
            }
            for &command in draft.commands.values() {
                self.write_command(at, command)?;
            }
            for &event in draft.events.values() {
                self.write_event(at, event)?;
            }
        }
        let mut end = Row::<{ layout::object::WIDTH }>::new();
        end.u16(layout::object::CHILDREN, (self.tables.children.len() / 2) as u16);
        end.u16(layout::object::PARAMETERS, self.tables.parameters.len() as u16);
        self.tables.objects.extend_from_slice(&end.bytes);
        Ok((self.strings.intern(&builder.name)?, self.strings.intern(&builder.specification)?))
    }

    fn write_object(&mut self, at: usize, index: usize, draft: &'a ObjectDraft) -> Result<(), BuildError> {
        use layout::object as column;
        let spec = &draft.spec;
        let keys = match &draft.mount {
            Some(specification) => Some(self.strings.intern(specification)?),
            None => self.write_keys(index, draft)?,
        };
        let steering = |name: &Option<_>, holder, role| self.steering(index, name.as_deref(), holder, role);
        // What is right below a mount is steered by the table.
        let above = match draft.parent {
            Some(mount) if self.builder.objects[mount].mount.is_some() => self.builder.objects[mount].parent,
            parent => parent,
        };
        let details = Details {
            version: spec.version,
            min_entries: spec.min_entries,
            max_entries: spec.max_entries,
            keys,
            num_entries: steering(&spec.num_entries_parameter, above, "number of entries")?,
            discriminator: steering(&spec.discriminator_parameter, above, "discriminator")?,
            enable: steering(&spec.enable_parameter, Some(index), "enable parameter")?,
        };
        let mut record = self.tables.records.begin();
        details.write(&mut record);
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u16(column::NAME, self.strings.intern(&spec.name)?);
        row.u16(column::PARENT, self.object_column(draft.parent));
        row.u16(column::SUBTREE_END, self.numbering.subtree_end(at) as u16);
        row.u16(column::CHILDREN, (self.tables.children.len() / 2) as u16);
        row.u16(column::PARAMETERS, self.tables.parameters.len() as u16);
        row.u16(column::DETAILS, self.tables.records.intern(record)?);
        let flags = u16::from(spec.access.code()) << column::ACCESS_SHIFT
            | u16::from(spec.status.code()) << column::STATUS_SHIFT
            | when(spec.table, column::TABLE)
            | when(spec.mandatory, column::MANDATORY)
            | when(spec.mount_point, column::MOUNT_POINT)
            | when(draft.mount.is_some(), column::MOUNT)
            | when(!draft.commands.is_empty(), column::COMMANDS)
            | when(!draft.events.is_empty(), column::EVENTS);
        row.u16(column::FLAGS, flags);
        self.tables.objects.extend_from_slice(&row.bytes);
        for &child in draft.children.values().chain(draft.mounts.values()) {
            self.tables.children.extend_from_slice(&(self.numbering.position(child) as u16).to_le_bytes());
        }
        Ok(())
    }

    /// Number of a parameter that an object names in itself or in its parent.
    fn steering(
        &self,
        object: usize,
        name: Option<&str>,
        holder: Option<usize>,
        role: &'static str,
    ) -> Result<Option<u16>, BuildError> {
        let Some(name) = name else { return Ok(None) };
        let found = holder.and_then(|holder| self.numbering.parameter_offset(holder, name));
        found.map(Some).ok_or_else(|| self.unknown_parameter(object, name, role))
    }

    /// A record: number of keys, then for each: functional, number of parameters, their offsets in the object.
    fn write_keys(&mut self, index: usize, draft: &ObjectDraft) -> Result<Option<u16>, BuildError> {
        if draft.unique_keys.is_empty() {
            return Ok(None);
        }
        let mut out = self.tables.records.begin();
        out.number(draft.unique_keys.len() as u64);
        for (functional, names) in &draft.unique_keys {
            out.number(u8::from(*functional));
            out.number(names.len() as u64);
            for name in names {
                let offset = self.numbering.parameter_offset(index, name);
                out.number(offset.ok_or_else(|| self.unknown_parameter(index, name, "unique key"))?);
            }
        }
        self.tables.records.intern(out).map(Some)
    }

    fn unknown_parameter(&self, object: usize, parameter: &str, role: &'static str) -> BuildError {
        BuildError::UnknownParameter {
            path: self.builder.path(object),
            parameter: parameter.to_owned(),
            role,
        }
    }

    fn write_parameter(
        &mut self,
        object: usize,
        name: &'a str,
        spec: &'a ParameterSpec,
    ) -> Result<(), BuildError> {
        use layout::{facts, shape};
        let path = || self.builder.path(object) + name;
        let records = &mut self.tables.records;
        let mut record = records.begin();
        syntax::write(&spec.syntax, &mut record, records, &mut self.strings, &mut self.patterns, path)?;
        let default = match &spec.default {
            Some((_, text)) => self.strings.intern(text)?,
            None => NONE16,
        };
        let kind = spec.default.as_ref().map_or(0, |(kind, _)| kind.code());
        let has_version_of_object = spec.version == self.builder.objects[object].spec.version;
        let mut facts = Row::<{ facts::WIDTH }>::new();
        let flags = u16::from(spec.access.code()) << facts::ACCESS_SHIFT
            | u16::from(spec.status.code()) << facts::STATUS_SHIFT
            | u16::from(spec.active_notify.code()) << facts::NOTIFY_SHIFT
            | u16::from(kind) << facts::DEFAULT_SHIFT
            | when(spec.secured, facts::SECURED)
            | when(spec.hidden, facts::HIDDEN)
            | when(spec.command, facts::COMMAND)
            | when(spec.mandatory, facts::MANDATORY)
            | when(has_version_of_object, facts::VERSION_OF_OBJECT);
        facts.u16(facts::FLAGS, flags);
        facts.u16(facts::VERSION, if has_version_of_object { 0 } else { spec.version.pack() });
        let mut shape = Row::<{ shape::WIDTH }>::new();
        shape.u16(shape::SYNTAX, self.tables.records.intern(record)?);
        shape.u16(shape::DEFAULT, default);
        // There are no more facts than parameters.
        shape.u16(shape::FACTS, self.tables.facts.intern(&facts.bytes) as u16);
        let shape = self.tables.shapes.intern(&shape.bytes);
        self.tables.parameters.push((self.strings.intern(name)?, shape));
        Ok(())
    }

    fn write_command(&mut self, at: usize, command: usize) -> Result<(), BuildError> {
        use layout::command as column;
        let draft = &self.builder.commands[command];
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u16(column::NAME, self.strings.intern(&draft.spec.name)?);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::INPUT, self.object_column(draft.input));
        row.u16(column::OUTPUT, self.object_column(draft.output));
        row.u16(column::VERSION, draft.spec.version.pack());
        let flags = u16::from(draft.spec.status.code()) << column::STATUS_SHIFT
            | when(draft.spec.asynchronous, column::ASYNC);
        row.u16(column::FLAGS, flags);
        self.tables.commands.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn write_event(&mut self, at: usize, event: usize) -> Result<(), BuildError> {
        use layout::event as column;
        let draft = &self.builder.events[event];
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u16(column::NAME, self.strings.intern(&draft.spec.name)?);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::ARGUMENTS, self.object_column(draft.arguments));
        row.u16(column::VERSION, draft.spec.version.pack());
        row.u16(column::FLAGS, u16::from(draft.spec.status.code()) << column::STATUS_SHIFT);
        self.tables.events.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn object_column(&self, draft: Option<usize>) -> u16 {
        draft.map_or(NONE16, |draft| self.numbering.position(draft) as u16)
    }

    fn assemble(&self, name: u16, specification: u16, record_shift: u8) -> Result<Vec<u8>, BuildError> {
        let tables = &self.tables;
        let (parameters, name_bits) = self.parameters();
        let descriptions = self.builder.descriptions.section(&self.numbering)?;
        let required: [&[u8]; REQUIRED_SECTIONS] = [
            &tables.objects,
            &parameters,
            &tables.commands,
            &tables.events,
            &tables.children,
            tables.records.as_bytes(),
            self.strings.texts(),
            self.strings.groups(),
            tables.shapes.as_bytes(),
            tables.facts.as_bytes(),
        ];
        let sections: Vec<&[u8]> = required.into_iter().chain(descriptions.as_deref()).collect();
        let begin = DIRECTORY + 8 * sections.len();
        let total = begin + sections.iter().map(|section| section.len()).sum::<usize>();
        let mut image = Vec::with_capacity(total);
        image.extend_from_slice(&MAGIC);
        image.extend_from_slice(&FORMAT.to_le_bytes());
        image.resize(FINGERPRINTED, 0);
        image.extend_from_slice(&image_length(total)?.to_le_bytes());
        for number in [name, specification, self.numbering.model_objects as u16] {
            image.extend_from_slice(&number.to_le_bytes());
        }
        image.extend([record_shift, name_bits]);
        image.resize(DIRECTORY, 0);
        let mut offset = begin as u32;
        for section in &sections {
            image.extend_from_slice(&offset.to_le_bytes());
            image.extend_from_slice(&(section.len() as u32).to_le_bytes());
            offset += section.len() as u32;
        }
        for section in sections {
            image.extend_from_slice(section);
        }
        let fingerprint = layout::fingerprint(&image[FINGERPRINTED..]);
        image[8..16].copy_from_slice(&fingerprint.to_le_bytes());
        Ok(image)
    }

    /// The section of the parameters, and how many bits of a row are a name.
    fn parameters(&self) -> (Vec<u8>, u8) {
        let greatest = self.tables.parameters.iter().map(|&(name, _)| name).max().unwrap_or_default();
        let name_bits = (u16::BITS - greatest.leading_zeros()) as u8;
        let width = parameter_width(name_bits, self.tables.shapes.len());
        let mut section = Vec::with_capacity(self.tables.parameters.len() * usize::from(width) + 1);
        for &(name, shape) in &self.tables.parameters {
            let row = u32::from(name) | shape << name_bits;
            section.extend_from_slice(&row.to_le_bytes()[..usize::from(width)]);
        }
        // Rows are read as four bytes.
        section.extend(core::iter::repeat_n(0, 4 - usize::from(width)));
        (section, name_bits)
    }
}

struct Row<const WIDTH: usize> {
    bytes: [u8; WIDTH],
}

impl<const WIDTH: usize> Row<WIDTH> {
    fn new() -> Self {
        Self { bytes: [0; WIDTH] }
    }

    fn u16(&mut self, at: usize, value: u16) {
        self.bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
}

/// A flag that is set, or none.
fn when(set: bool, flag: u16) -> u16 {
    if set { flag } else { 0 }
}

/// All offsets in an image have 32 bits.
pub(super) fn image_length(bytes: usize) -> Result<u32, BuildError> {
    u32::try_from(bytes).map_err(|_| BuildError::TooLarge { what: "bytes", limit: u32::MAX as usize })
}
