//! The image of a finished model.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{BuildError, ObjectDraft, SchemaBuilder, syntax};
use crate::image::layout::{self, FINGERPRINTED, FORMAT, HEADER, MAGIC, NONE16, NONE32, SECTIONS};
use crate::image::{LONG_STRING, MAX_STRING, RecordWriter};
use crate::spec::ParameterSpec;

/// Lays out the tables. Drafts are visited twice: once to number them, once to write their rows.
pub(super) struct Emitter<'a> {
    builder: &'a SchemaBuilder,
    /// Drafts in the order of the image.
    order: Vec<usize>,
    /// Position in the image of each draft.
    position: Vec<u32>,
    /// End of the sub-tree at each position.
    subtree_end: Vec<u32>,
    /// First parameter at each position, and one more.
    first_parameter: Vec<u32>,
    strings: Strings,
    records: Records,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(builder: &'a SchemaBuilder) -> Self {
        Self {
            builder,
            order: Vec::new(),
            position: alloc::vec![NONE32; builder.objects.len()],
            subtree_end: Vec::new(),
            first_parameter: Vec::new(),
            strings: Strings::default(),
            records: Records::default(),
        }
    }

    pub(super) fn emit(mut self) -> Result<Vec<u8>, BuildError> {
        let model_objects = self.number()?;
        let (mut objects, mut parameters, mut commands, mut events, mut children) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for at in 0..self.order.len() {
            self.write_object(at, &mut objects, &mut children, commands.len(), events.len())?;
            let draft = &self.builder.objects[self.order[at]];
            for parameter in draft.parameters.values() {
                self.write_parameter(at, parameter, &mut parameters)?;
            }
            for &command in draft.commands.values() {
                self.write_command(at, command, &mut commands)?;
            }
            for &event in draft.events.values() {
                self.write_event(at, event, &mut events)?;
            }
        }
        let name = self.strings.intern(&self.builder.name)?;
        let specification = self.strings.intern(&self.builder.specification)?;
        let sections: [&[u8]; SECTIONS] = [
            &objects,
            &parameters,
            &commands,
            &events,
            &children,
            &self.records.bytes,
            self.strings.pool.as_bytes(),
        ];
        assemble(name, specification, model_objects as u32, sections)
    }

    /// Puts the drafts in order: the model in pre-order, then the argument objects of each command and event.
    fn number(&mut self) -> Result<usize, BuildError> {
        let builder = self.builder;
        let mut roots: Vec<usize> = builder.roots().collect();
        roots.sort_by(|&a, &b| builder.objects[a].spec.name.cmp(&builder.objects[b].spec.name));
        for root in roots {
            self.number_subtree(root);
        }
        let model_objects = self.order.len();
        for at in 0..model_objects {
            let draft = &builder.objects[self.order[at]];
            let commands = draft.commands.values().map(|&command| &builder.commands[command]);
            let events = draft.events.values().map(|&event| &builder.events[event]);
            let arguments: Vec<usize> = commands
                .flat_map(|command| [command.input, command.output])
                .chain(events.map(|event| event.arguments))
                .flatten()
                .collect();
            for root in arguments {
                self.number_subtree(root);
            }
        }
        let mut first = 0;
        for &index in &self.order {
            self.first_parameter.push(first);
            first += builder.objects[index].parameters.len() as u32;
        }
        self.first_parameter.push(first);
        limit(self.order.len(), "objects")?;
        limit(builder.commands.len(), "commands")?;
        limit(builder.events.len(), "events")?;
        Ok(model_objects)
    }

    fn number_subtree(&mut self, root: usize) {
        // An explicit stack: depth is the caller's, and the stack of the thread is not ours to spend.
        enum Step {
            Enter(usize),
            Leave(usize),
        }
        let mut steps = alloc::vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(index) => {
                    let at = self.order.len();
                    self.position[index] = at as u32;
                    self.order.push(index);
                    self.subtree_end.push(0);
                    steps.push(Step::Leave(at));
                    let children = self.builder.objects[index].children.values();
                    steps.extend(children.rev().map(|&child| Step::Enter(child)));
                }
                Step::Leave(at) => self.subtree_end[at] = self.order.len() as u32,
            }
        }
    }

    fn write_object(
        &mut self,
        at: usize,
        out: &mut Vec<u8>,
        children: &mut Vec<u8>,
        commands: usize,
        events: usize,
    ) -> Result<(), BuildError> {
        use layout::object as column;
        let index = self.order[at];
        let draft = &self.builder.objects[index];
        let spec = &draft.spec;
        let keys = self.write_keys(index, draft)?;
        let parent = draft.parent.map(|parent| &self.builder.objects[parent]);
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&spec.name)?);
        row.u16(column::PARENT, draft.parent.map_or(NONE16, |parent| self.position[parent] as u16));
        row.u16(column::SUBTREE_END, self.subtree_end[at] as u16);
        row.u32(column::CHILDREN, (children.len() / 2) as u32);
        row.u16(column::CHILD_COUNT, draft.children.len() as u16);
        row.u16(column::PARAMETER_COUNT, limit(draft.parameters.len(), "parameters in one object")?);
        row.u32(column::PARAMETERS, self.first_parameter[at]);
        row.u16(column::COMMANDS, (commands / layout::command::WIDTH) as u16);
        row.u16(column::COMMAND_COUNT, draft.commands.len() as u16);
        row.u16(column::EVENTS, (events / layout::event::WIDTH) as u16);
        row.u16(column::EVENT_COUNT, draft.events.len() as u16);
        row.u32(column::KEYS, keys);
        row.u32(column::MIN_ENTRIES, spec.min_entries);
        row.u32(column::MAX_ENTRIES, spec.max_entries.unwrap_or(NONE32));
        let in_parent = |name: &Option<String>, role| {
            self.steering(index, name.as_deref(), draft.parent.zip(parent), role)
        };
        row.u32(column::NUM_ENTRIES, in_parent(&spec.num_entries_parameter, "number of entries")?);
        row.u32(column::DISCRIMINATOR, in_parent(&spec.discriminator_parameter, "discriminator")?);
        let enable = spec.enable_parameter.as_deref();
        row.u32(column::ENABLE, self.steering(index, enable, Some((index, draft)), "enable parameter")?);
        row.u16(column::VERSION, spec.version.pack());
        let mut flags = u16::from(spec.access.code()) << column::ACCESS_SHIFT
            | u16::from(spec.status.code()) << column::STATUS_SHIFT;
        for (bit, set) in [
            (column::TABLE, spec.table),
            (column::MANDATORY, spec.mandatory),
            (column::MOUNT_POINT, spec.mount_point),
        ] {
            flags |= if set { bit } else { 0 };
        }
        row.u16(column::FLAGS, flags);
        out.extend_from_slice(&row.bytes);
        for &child in draft.children.values() {
            children.extend_from_slice(&(self.position[child] as u16).to_le_bytes());
        }
        Ok(())
    }

    /// Identifier of a parameter that an object names in itself or in its parent.
    fn steering(
        &self,
        object: usize,
        name: Option<&str>,
        holder: Option<(usize, &ObjectDraft)>,
        role: &'static str,
    ) -> Result<u32, BuildError> {
        let Some(name) = name else { return Ok(NONE32) };
        holder.and_then(|(index, draft)| self.parameter_id(index, draft, name)).ok_or_else(|| {
            BuildError::UnknownParameter { path: self.builder.path(object), parameter: name.to_owned(), role }
        })
    }

    fn parameter_id(&self, index: usize, draft: &ObjectDraft, name: &str) -> Option<u32> {
        let offset = draft.parameters.keys().position(|key| key == name)?;
        Some(self.first_parameter[self.position[index] as usize] + offset as u32)
    }

    /// A record: number of keys, then for each: functional, number of parameters, their offsets in the object.
    fn write_keys(&mut self, index: usize, draft: &ObjectDraft) -> Result<u32, BuildError> {
        if draft.unique_keys.is_empty() {
            return Ok(NONE32);
        }
        let mut out = RecordWriter::default();
        out.number(draft.unique_keys.len() as u64);
        for (functional, names) in &draft.unique_keys {
            out.number(u8::from(*functional));
            out.number(names.len() as u64);
            for name in names {
                let offset = draft.parameters.keys().position(|key| key == name);
                out.number(offset.ok_or_else(|| BuildError::UnknownParameter {
                    path: self.builder.path(index),
                    parameter: name.clone(),
                    role: "unique key",
                })? as u64);
            }
        }
        self.records.intern(out)
    }

    fn write_parameter(
        &mut self,
        at: usize,
        spec: &ParameterSpec,
        out: &mut Vec<u8>,
    ) -> Result<(), BuildError> {
        use layout::parameter as column;
        let builder = self.builder;
        let object = self.order[at];
        let record = syntax::write(&spec.syntax, &mut self.strings, || builder.path(object) + &spec.name)?;
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&spec.name)?);
        row.u32(column::SYNTAX, self.records.intern(record)?);
        let default = match &spec.default {
            Some((_, text)) => self.strings.intern(text)?,
            None => NONE32,
        };
        row.u32(column::DEFAULT, default);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::VERSION, spec.version.pack());
        let kind = spec.default.as_ref().map_or(0, |(kind, _)| kind.code());
        let mut flags = u16::from(spec.access.code()) << column::ACCESS_SHIFT
            | u16::from(spec.status.code()) << column::STATUS_SHIFT
            | u16::from(spec.active_notify.code()) << column::NOTIFY_SHIFT
            | u16::from(kind) << column::DEFAULT_SHIFT;
        for (bit, set) in [
            (column::SECURED, spec.secured),
            (column::HIDDEN, spec.hidden),
            (column::COMMAND, spec.command),
            (column::MANDATORY, spec.mandatory),
        ] {
            flags |= if set { bit } else { 0 };
        }
        row.u16(column::FLAGS, flags);
        out.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn write_command(&mut self, at: usize, command: usize, out: &mut Vec<u8>) -> Result<(), BuildError> {
        use layout::command as column;
        let draft = &self.builder.commands[command];
        debug_assert_eq!(self.position[draft.object] as usize, at);
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&draft.spec.name)?);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::INPUT, self.object_column(draft.input));
        row.u16(column::OUTPUT, self.object_column(draft.output));
        row.u16(column::VERSION, draft.spec.version.pack());
        let asynchronous = if draft.spec.asynchronous { column::ASYNC } else { 0 };
        row.u16(column::FLAGS, asynchronous | u16::from(draft.spec.status.code()) << column::STATUS_SHIFT);
        out.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn write_event(&mut self, at: usize, event: usize, out: &mut Vec<u8>) -> Result<(), BuildError> {
        use layout::event as column;
        let draft = &self.builder.events[event];
        debug_assert_eq!(self.position[draft.object] as usize, at);
        let mut row = Row::<{ column::WIDTH }>::new();
        row.u32(column::NAME, self.strings.intern(&draft.spec.name)?);
        row.u16(column::OBJECT, at as u16);
        row.u16(column::ARGUMENTS, self.object_column(draft.arguments));
        row.u16(column::VERSION, draft.spec.version.pack());
        row.u16(column::FLAGS, u16::from(draft.spec.status.code()) << column::STATUS_SHIFT);
        out.extend_from_slice(&row.bytes);
        Ok(())
    }

    fn object_column(&self, draft: Option<usize>) -> u16 {
        draft.map_or(NONE16, |draft| self.position[draft] as u16)
    }
}

/// The string pool; each string stands there once.
#[derive(Debug, Default)]
pub(super) struct Strings {
    pool: String,
    offsets: BTreeMap<String, u32>,
}

impl Strings {
    pub(super) fn intern(&mut self, text: &str) -> Result<u32, BuildError> {
        if let Some(&offset) = self.offsets.get(text) {
            return Ok(offset);
        }
        if text.len() > MAX_STRING {
            return Err(BuildError::TooLarge { what: "bytes in one string", limit: MAX_STRING });
        }
        let offset = self.pool.len() as u32;
        if text.len() < usize::from(LONG_STRING) {
            self.pool.push(char::from(text.len() as u8));
        } else {
            self.pool.push(char::from(LONG_STRING));
            self.pool.push(char::from((text.len() & 0x7F) as u8));
            self.pool.push(char::from((text.len() >> 7) as u8));
        }
        self.pool.push_str(text);
        self.offsets.insert(text.to_owned(), offset);
        Ok(offset)
    }
}

/// The record pool; equal records stand there once.
#[derive(Debug, Default)]
struct Records {
    bytes: Vec<u8>,
    offsets: BTreeMap<Vec<u8>, u32>,
}

impl Records {
    fn intern(&mut self, record: RecordWriter) -> Result<u32, BuildError> {
        let record = record.into_bytes();
        if let Some(&offset) = self.offsets.get(&record) {
            return Ok(offset);
        }
        let offset = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&record);
        self.offsets.insert(record, offset);
        Ok(offset)
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

fn limit(count: usize, what: &'static str) -> Result<u16, BuildError> {
    const LIMIT: usize = NONE16 as usize - 1;
    u16::try_from(count)
        .ok()
        .filter(|&count| usize::from(count) <= LIMIT)
        .ok_or(BuildError::TooLarge { what, limit: LIMIT })
}

fn assemble(
    name: u32,
    specification: u32,
    model_objects: u32,
    sections: [&[u8]; SECTIONS],
) -> Result<Vec<u8>, BuildError> {
    let total = HEADER + sections.iter().map(|section| section.len()).sum::<usize>();
    let length =
        u32::try_from(total).map_err(|_| BuildError::TooLarge { what: "bytes", limit: u32::MAX as usize })?;
    let mut image = Vec::with_capacity(total);
    image.extend_from_slice(&MAGIC);
    image.extend_from_slice(&FORMAT.to_le_bytes());
    image.extend_from_slice(&[0; 2]);
    image.extend_from_slice(&[0; 8]);
    for number in [length, name, specification, model_objects] {
        image.extend_from_slice(&number.to_le_bytes());
    }
    let mut offset = HEADER as u32;
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
