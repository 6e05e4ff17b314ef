//! The image of a finished model.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::numbering::Numbering;
use super::pools::{Patterns, Records, Strings};
use super::{BuildError, ObjectDraft, SchemaBuilder, syntax};
use crate::image::layout::{
    self, DIRECTORY, FINGERPRINTED, FORMAT, MAGIC, NONE16, NONE32, REQUIRED_SECTIONS,
};
use crate::spec::ParameterSpec;

/// Writes the tables, object by object.
pub(super) struct Emitter<'a> {
    builder: &'a SchemaBuilder,
    numbering: Numbering<'a>,
    strings: Strings,
    records: Records,
    patterns: Patterns<'a>,
    objects: Vec<u8>,
    children: Vec<u8>,
    parameters: Vec<u8>,
    commands: Vec<u8>,
    events: Vec<u8>,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(builder: &'a SchemaBuilder) -> Result<Self, BuildError> {
        Ok(Self {
            builder,
            numbering: Numbering::new(builder)?,
            strings: Strings::default(),
            records: Records::default(),
            patterns: Patterns::default(),
            objects: Vec::with_capacity(builder.objects.len() * layout::object::WIDTH),
            children: Vec::with_capacity(builder.objects.len() * 2),
            parameters: Vec::with_capacity(builder.parameters.len() * layout::parameter::WIDTH),
            commands: Vec::with_capacity(builder.commands.len() * layout::command::WIDTH),
            events: Vec::with_capacity(builder.events.len() * layout::event::WIDTH),
        })
    }

    pub(super) fn emit(mut self) -> Result<Vec<u8>, BuildError> {
        let builder = self.builder;
        for at in 0..self.numbering.objects.len() {
            let index = self.numbering.objects[at];
            let draft = &builder.objects[index];
            self.write_object(at, index, draft)?;
            for (name, &parameter) in &draft.parameters {
                self.write_parameter(at, index, name, &builder.parameters[parameter])?;
            }
            for &command in draft.commands.values() {
                self.write_command(at, command)?;
            }
            for &event in draft.events.values() {
                self.write_event(at, event)?;
            }
        }
        let name = self.strings.intern(&builder.name)?;
        let specification = self.strings.intern(&builder.specification)?;
        let descriptions = builder.descriptions.section(&self.numbering)?;
        let required: [&[u8]; REQUIRED_SECTIONS] = [
            &self.objects,
            &self.parameters,
            &self.commands,
            &self.events,
            &self.children,
            self.records.as_bytes(),
            self.strings.as_bytes(),
        ];
        let sections: Vec<&[u8]> = required.into_iter().chain(descriptions.as_deref()).collect();
        assemble(name, specification, self.numbering.model_objects as u32, &sections)
    }

    fn write_object(&mut self, at: usize, index: usize, draft: &'a ObjectDraft) -> Result<(), BuildError> {
        use layout::object as column;
        let spec = &draft.spec;
        let keys = match &draft.mount {
            Some(specification) => self.strings.intern(specification)?,
            None => self.write_keys(index, draft)?,
        };
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&spec.name)?);
        row.u16(column::PARENT, self.object_column(draft.parent));
        row.u16(column::SUBTREE_END, self.numbering.subtree_end(at) as u16);
        row.u32(column::CHILDREN, (self.children.len() / 2) as u32);
        row.u16(column::CHILD_COUNT, (draft.children.len() + draft.mounts.len()) as u16);
        row.u16(column::PARAMETER_COUNT, draft.parameters.len() as u16);
        row.u32(column::PARAMETERS, self.numbering.first_parameter(at));
        row.u16(column::COMMANDS, (self.commands.len() / layout::command::WIDTH) as u16);
        row.u16(column::COMMAND_COUNT, draft.commands.len() as u16);
        row.u16(column::EVENTS, (self.events.len() / layout::event::WIDTH) as u16);
        row.u16(column::EVENT_COUNT, draft.events.len() as u16);
        row.u32(column::KEYS, keys);
        row.u32(column::MIN_ENTRIES, spec.min_entries);
        row.u32(column::MAX_ENTRIES, spec.max_entries.unwrap_or(NONE32));
        let steering = |name: &Option<_>, holder, role| self.steering(index, name.as_deref(), holder, role);
        // What is right below a mount is steered by the table.
        let above = match draft.parent {
            Some(mount) if self.builder.objects[mount].mount.is_some() => self.builder.objects[mount].parent,
            parent => parent,
        };
        row.u32(column::NUM_ENTRIES, steering(&spec.num_entries_parameter, above, "number of entries")?);
        row.u32(column::DISCRIMINATOR, steering(&spec.discriminator_parameter, above, "discriminator")?);
        row.u32(column::ENABLE, steering(&spec.enable_parameter, Some(index), "enable parameter")?);
        row.u16(column::VERSION, spec.version.pack());
        let flags = u16::from(spec.access.code()) << column::ACCESS_SHIFT
            | u16::from(spec.status.code()) << column::STATUS_SHIFT
            | when(spec.table, column::TABLE)
            | when(spec.mandatory, column::MANDATORY)
            | when(spec.mount_point, column::MOUNT_POINT)
            | when(draft.mount.is_some(), column::MOUNT);
        row.u16(column::FLAGS, flags);
        self.objects.extend_from_slice(&row.bytes);
        for &child in draft.children.values().chain(draft.mounts.values()) {
            self.children.extend_from_slice(&(self.numbering.position(child) as u16).to_le_bytes());
        }
        Ok(())
    }

    /// Identifier of a parameter that an object names in itself or in its parent.
    fn steering(
        &self,
        object: usize,
        name: Option<&str>,
        holder: Option<usize>,
        role: &'static str,
    ) -> Result<u32, BuildError> {
        let Some(name) = name else { return Ok(NONE32) };
        let found = holder.and_then(|holder| {
            let first = self.numbering.first_parameter(self.numbering.position(holder) as usize);
            Some(first + self.numbering.parameter_offset(holder, name)?)
        });
        found.ok_or_else(|| self.unknown_parameter(object, name, role))
    }

    /// A record: number of keys, then for each: functional, number of parameters, their offsets in the object.
    fn write_keys(&mut self, index: usize, draft: &ObjectDraft) -> Result<u32, BuildError> {
        if draft.unique_keys.is_empty() {
            return Ok(NONE32);
        }
        let mut out = self.records.begin();
        out.number(draft.unique_keys.len() as u64);
        for (functional, names) in &draft.unique_keys {
            out.number(u8::from(*functional));
            out.number(names.len() as u64);
            for name in names {
                let offset = self.numbering.parameter_offset(index, name);
                out.number(offset.ok_or_else(|| self.unknown_parameter(index, name, "unique key"))?);
            }
        }
        self.records.intern(out)
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
        at: usize,
        object: usize,
        name: &'a str,
        spec: &'a ParameterSpec,
    ) -> Result<(), BuildError> {
        use layout::parameter as column;
        let path = || self.builder.path(object) + name;
        let mut record = self.records.begin();
        syntax::write(&spec.syntax, &mut record, &mut self.strings, &mut self.patterns, path)?;
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(name)?);
        row.u32(column::SYNTAX, self.records.intern(record)?);
        let default = match &spec.default {
            Some((_, text)) => self.strings.intern(text)?,
            None => NONE32,
        };
        row.u32(column::DEFAULT, default);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::VERSION, spec.version.pack());
        let kind = spec.default.as_ref().map_or(0, |(kind, _)| kind.code());
        let flags = u16::from(spec.access.code()) << column::ACCESS_SHIFT
            | u16::from(spec.status.code()) << column::STATUS_SHIFT
            | u16::from(spec.active_notify.code()) << column::NOTIFY_SHIFT
            | u16::from(kind) << column::DEFAULT_SHIFT
            | when(spec.secured, column::SECURED)
            | when(spec.hidden, column::HIDDEN)
            | when(spec.command, column::COMMAND)
            | when(spec.mandatory, column::MANDATORY);
        row.u16(column::FLAGS, flags);
        self.parameters.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn write_command(&mut self, at: usize, command: usize) -> Result<(), BuildError> {
        use layout::command as column;
        let draft = &self.builder.commands[command];
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&draft.spec.name)?);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::INPUT, self.object_column(draft.input));
        row.u16(column::OUTPUT, self.object_column(draft.output));
        row.u16(column::VERSION, draft.spec.version.pack());
        let flags = u16::from(draft.spec.status.code()) << column::STATUS_SHIFT
            | when(draft.spec.asynchronous, column::ASYNC);
        row.u16(column::FLAGS, flags);
        self.commands.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn write_event(&mut self, at: usize, event: usize) -> Result<(), BuildError> {
        use layout::event as column;
        let draft = &self.builder.events[event];
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&draft.spec.name)?);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::ARGUMENTS, self.object_column(draft.arguments));
        row.u16(column::VERSION, draft.spec.version.pack());
        row.u16(column::FLAGS, u16::from(draft.spec.status.code()) << column::STATUS_SHIFT);
        self.events.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn object_column(&self, draft: Option<usize>) -> u16 {
        draft.map_or(NONE16, |draft| self.numbering.position(draft) as u16)
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

    fn u32(&mut self, at: usize, value: u32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
}

/// A flag that is set, or none.
fn when(set: bool, flag: u16) -> u16 {
    if set { flag } else { 0 }
}

fn assemble(
    name: u32,
    specification: u32,
    model_objects: u32,
    sections: &[&[u8]],
) -> Result<Vec<u8>, BuildError> {
    let header = DIRECTORY + 8 * sections.len();
    let total = header + sections.iter().map(|section| section.len()).sum::<usize>();
    let length = image_length(total)?;
    let mut image = Vec::with_capacity(total);
    image.extend_from_slice(&MAGIC);
    image.extend_from_slice(&FORMAT.to_le_bytes());
    image.extend_from_slice(&[0; 2]);
    image.extend_from_slice(&[0; 8]);
    for number in [length, name, specification, model_objects] {
        image.extend_from_slice(&number.to_le_bytes());
    }
    let mut offset = header as u32;
    for section in sections {
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

/// All offsets in an image have 32 bits.
pub(super) fn image_length(bytes: usize) -> Result<u32, BuildError> {
    u32::try_from(bytes).map_err(|_| BuildError::TooLarge { what: "bytes", limit: u32::MAX as usize })
}
