//! The one check of an image's structure, after which no access can go astray.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::layout::{MAX_DEPTH, NONE16, NONE32, Section, command, event, object, parameter};
use super::raw::{ImageError, RawImage};
use super::record::RecordReader;
use crate::syntax;

/// Reads each row and each record once, in time proportional to the length of the image.
pub(super) fn validate(image: &RawImage) -> Result<(), ImageError> {
    let tables = Tables {
        image,
        model_objects: image.header_u32(28),
        objects: image.rows(Section::Objects, object::WIDTH) as u32,
        parameters: image.rows(Section::Parameters, parameter::WIDTH) as u32,
        commands: image.rows(Section::Commands, command::WIDTH) as u32,
        events: image.rows(Section::Events, event::WIDTH) as u32,
        children: image.rows(Section::Children, 2) as u32,
    };
    for (section, width) in [
        (Section::Objects, object::WIDTH),
        (Section::Parameters, parameter::WIDTH),
        (Section::Commands, command::WIDTH),
        (Section::Events, event::WIDTH),
        (Section::Children, 2),
    ] {
        fail(!image.section(section).len().is_multiple_of(width), "length of a section", section as u32)?;
    }
    fail(tables.objects >= u32::from(NONE16), "number of objects", tables.objects)?;
    fail(tables.model_objects > tables.objects, "number of model objects", tables.model_objects)?;
    fail(image.try_string(image.header_u32(20)).is_none(), "model name", 0)?;
    fail(image.try_string(image.header_u32(24)).is_none(), "model specification", 0)?;
    let mut records = Records { image, seen: BTreeSet::new(), length: 0 };
    tables.objects(&mut records)?;
    tables.parameters(&mut records)?;
    tables.commands()?;
    tables.events()
}

struct Tables<'a> {
    image: &'a RawImage,
    model_objects: u32,
    objects: u32,
    parameters: u32,
    commands: u32,
    events: u32,
    children: u32,
}

/// The records that rows refer to. Those of an honest image do not overlap, so that together they are no longer
/// than their section; the bound keeps a hostile image from having the same bytes read over and over.
struct Records<'a> {
    image: &'a RawImage,
    seen: BTreeSet<u32>,
    length: usize,
}

impl Records<'_> {
    /// Checks a record once, with a function that reads it and says how much of it is left.
    fn check(
        &mut self,
        at: u32,
        what: &'static str,
        row: u32,
        read: impl FnOnce(RecordReader<'_>) -> Option<usize>,
    ) -> Result<(), ImageError> {
        if !self.seen.insert(at) {
            return Ok(());
        }
        let section = self.image.section(Section::Records);
        let record = section.get(at as usize..).unwrap_or_default();
        let left = read(RecordReader::new(record));
        fail(left.is_none(), what, row)?;
        self.length += record.len() - left.unwrap_or(0).min(record.len());
        fail(self.length > section.len(), what, row)
    }
}

impl Tables<'_> {
    fn objects(&self, records: &mut Records<'_>) -> Result<(), ImageError> {
        // Everything that an object owns follows on what the object before it owns.
        let (mut next_parameter, mut next_command, mut next_event, mut next_child) = (0, 0, 0, 0);
        let mut depths: Vec<usize> = Vec::with_capacity(self.objects as usize);
        for row in 0..self.objects {
            let u16 = |column| u32::from(self.image.u16(Section::Objects, object::WIDTH, row, column));
            let u32 = |column| self.image.u32(Section::Objects, object::WIDTH, row, column);
            fail(self.image.try_string(u32(object::NAME)).is_none(), "name of an object", row)?;
            let end = u16(object::SUBTREE_END);
            let bound = if row < self.model_objects { self.model_objects } else { self.objects };
            fail(end <= row || end > bound, "sub-tree of an object", row)?;
            let parent = u16(object::PARENT);
            if parent != u32::from(NONE16) {
                let parent_end = self.object_u16(parent, object::SUBTREE_END);
                fail(parent >= row || end > parent_end, "parent of an object", row)?;
            }
            let depth = depths.get(parent as usize).map_or(1, |depth| depth + 1);
            fail(depth > MAX_DEPTH, "depth of an object", row)?;
            depths.push(depth);
            fail(u32(object::CHILDREN) != next_child, "children of an object", row)?;
            next_child += u16(object::CHILD_COUNT);
            fail(next_child > self.children, "children of an object", row)?;
            for at in u32(object::CHILDREN)..next_child {
                let child = u32::from(self.image.u16(Section::Children, 2, at, 0));
                let known = child < self.objects && self.object_u16(child, object::PARENT) == row;
                fail(!known, "child of an object", row)?;
            }
            fail(u32(object::PARAMETERS) != next_parameter, "parameters of an object", row)?;
            next_parameter += u16(object::PARAMETER_COUNT);
            fail(next_parameter > self.parameters, "parameters of an object", row)?;
            fail(u16(object::COMMANDS) != next_command, "commands of an object", row)?;
            next_command += u16(object::COMMAND_COUNT);
            fail(next_command > self.commands, "commands of an object", row)?;
            fail(u16(object::EVENTS) != next_event, "events of an object", row)?;
            next_event += u16(object::EVENT_COUNT);
            fail(next_event > self.events, "events of an object", row)?;
            for column in [object::NUM_ENTRIES, object::ENABLE, object::DISCRIMINATOR] {
                let id = u32(column);
                fail(id != NONE32 && id >= self.parameters, "steering parameter of an object", row)?;
            }
            let keys = u32(object::KEYS);
            if keys != NONE32 {
                let parameters = u16(object::PARAMETER_COUNT);
                records
                    .check(keys, "unique keys of an object", row, |record| keys_end(record, parameters))?;
            }
        }
        fail(next_parameter != self.parameters, "owner of a parameter", next_parameter)?;
        fail(next_command != self.commands, "owner of a command", next_command)?;
        fail(next_event != self.events, "owner of an event", next_event)?;
        fail(next_child != self.children, "owner of a child", next_child)
    }

    fn parameters(&self, records: &mut Records<'_>) -> Result<(), ImageError> {
        for row in 0..self.parameters {
            let u32 = |column| self.image.u32(Section::Parameters, parameter::WIDTH, row, column);
            fail(self.image.try_string(u32(parameter::NAME)).is_none(), "name of a parameter", row)?;
            let default = u32(parameter::DEFAULT);
            let known = default == NONE32 || self.image.try_string(default).is_some();
            fail(!known, "default of a parameter", row)?;
            records.check(u32(parameter::SYNTAX), "syntax of a parameter", row, |record| {
                syntax::end(self.image, record)
            })?;
            let owner =
                u32::from(self.image.u16(Section::Parameters, parameter::WIDTH, row, parameter::OBJECT));
            let first = self.image.u32(Section::Objects, object::WIDTH, owner, object::PARAMETERS);
            let count = self.object_u16(owner, object::PARAMETER_COUNT);
            let owned = owner < self.objects && (first..first.saturating_add(count)).contains(&row);
            fail(!owned, "object of a parameter", row)?;
        }
        Ok(())
    }

    fn commands(&self) -> Result<(), ImageError> {
        for row in 0..self.commands {
            let u16 = |column| u32::from(self.image.u16(Section::Commands, command::WIDTH, row, column));
            let name = self.image.u32(Section::Commands, command::WIDTH, row, command::NAME);
            fail(self.image.try_string(name).is_none(), "name of a command", row)?;
            fail(u16(command::OBJECT) >= self.model_objects, "object of a command", row)?;
            for column in [command::INPUT, command::OUTPUT] {
                fail(!self.is_argument_object(u16(column)), "arguments of a command", row)?;
            }
        }
        Ok(())
    }

    fn events(&self) -> Result<(), ImageError> {
        for row in 0..self.events {
            let u16 = |column| u32::from(self.image.u16(Section::Events, event::WIDTH, row, column));
            let name = self.image.u32(Section::Events, event::WIDTH, row, event::NAME);
            fail(self.image.try_string(name).is_none(), "name of an event", row)?;
            fail(u16(event::OBJECT) >= self.model_objects, "object of an event", row)?;
            fail(!self.is_argument_object(u16(event::ARGUMENTS)), "arguments of an event", row)?;
        }
        Ok(())
    }

    fn is_argument_object(&self, object: u32) -> bool {
        object == u32::from(NONE16) || (self.model_objects..self.objects).contains(&object)
    }

    fn object_u16(&self, row: u32, column: usize) -> u32 {
        u32::from(self.image.u16(Section::Objects, object::WIDTH, row, column))
    }
}

/// How much is left behind the unique keys of an object with so many parameters.
fn keys_end(mut record: RecordReader<'_>, parameters: u32) -> Option<usize> {
    for _ in 0..record.u32()? {
        record.u32()?;
        for _ in 0..record.u32()? {
            record.u32().filter(|&offset| offset < parameters)?;
        }
    }
    Some(record.len())
}

fn fail(broken: bool, what: &'static str, row: u32) -> Result<(), ImageError> {
    if broken { Err(ImageError::Inconsistent { what, row: row as usize }) } else { Ok(()) }
}
