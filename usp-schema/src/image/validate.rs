//! The one check of an image's structure, after which no access can go astray.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::descriptions::Descriptions;
use super::layout::{
    MAX_DEPTH, MAX_NAME, MAX_RECORD, NONE16, NONE32, Section, command, event, object, parameter,
};
use super::name::{is_mount_name, is_name};
use super::raw::{ImageError, RawImage};
use super::record::RecordReader;
use crate::syntax;
use crate::terms::{DefaultKind, ParameterAccess};

/// Reads each row and each record once, in time proportional to the length of the image.
pub(super) fn validate(image: &RawImage) -> Result<(), ImageError> {
    for (section, width) in [
        (Section::Objects, object::WIDTH),
        (Section::Parameters, parameter::WIDTH),
        (Section::Commands, command::WIDTH),
        (Section::Events, event::WIDTH),
        (Section::Children, 2),
    ] {
        fail(!image.section(section).len().is_multiple_of(width), "length of a section", section as u32)?;
    }
    let tables = Tables {
        image,
        model_objects: image.header_u32(28),
        objects: image.rows(Section::Objects, object::WIDTH) as u32,
        parameters: image.rows(Section::Parameters, parameter::WIDTH) as u32,
        commands: image.rows(Section::Commands, command::WIDTH) as u32,
        events: image.rows(Section::Events, event::WIDTH) as u32,
        children: image.rows(Section::Children, 2) as u32,
    };
    fail(tables.objects >= u32::from(NONE16), "number of objects", tables.objects)?;
    fail(tables.model_objects > tables.objects, "number of model objects", tables.model_objects)?;
    fail(image.try_string(image.header_u32(20)).is_none(), "model name", 0)?;
    fail(image.try_string(image.header_u32(24)).is_none(), "model specification", 0)?;
    tables.objects()?;
    tables.parameters()?;
    tables.commands()?;
    tables.events()?;
    tables.arguments()?;
    Descriptions::new(image).validate()
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

impl Tables<'_> {
    fn objects(&self) -> Result<(), ImageError> {
        // Everything that an object owns follows on what the object before it owns.
        let (mut next_parameter, mut next_command, mut next_event, mut next_child) = (0, 0, 0, 0);
        let mut depths: Vec<u8> = Vec::with_capacity(self.objects as usize);
        let mut records = Records::new(self.image);
        let mut parameters_of_keys = BTreeMap::new();
        for row in 0..self.objects {
            let u16 = |column| self.object_u16(row, column);
            let u32 = |column| self.object_u32(row, column);
            let bound = if row < self.model_objects { self.model_objects } else { self.objects };
            fail(u16(object::SUBTREE_END) > bound, "sub-tree of an object", row)?;
            let depth = self.parent(row, &depths)?;
            depths.push(depth);
            fail(u32(object::CHILDREN) != next_child, "children of an object", row)?;
            next_child += u16(object::CHILD_COUNT);
            fail(next_child > self.children, "children of an object", row)?;
            self.children(row, u32(object::CHILDREN)..next_child)?;
            fail(u32(object::PARAMETERS) != next_parameter, "parameters of an object", row)?;
            next_parameter += u16(object::PARAMETER_COUNT);
            fail(next_parameter > self.parameters, "parameters of an object", row)?;
            fail(u16(object::COMMANDS) != next_command, "commands of an object", row)?;
            next_command += u16(object::COMMAND_COUNT);
            fail(next_command > self.commands, "commands of an object", row)?;
            fail(u16(object::EVENTS) != next_event, "events of an object", row)?;
            next_event += u16(object::EVENT_COUNT);
            fail(next_event > self.events, "events of an object", row)?;
            self.steering(row)?;
            self.mount(row)?;
            let keys = u32(object::KEYS);
            if keys != NONE32 && !self.is_mount(row) {
                records.check(keys, "unique keys of an object", row, |record| {
                    let (left, needed) = keys_end(record)?;
                    parameters_of_keys.insert(keys, needed);
                    Some(left)
                })?;
                let needed = parameters_of_keys.get(&keys).copied().unwrap_or_default();
                fail(needed > u16(object::PARAMETER_COUNT), "unique keys of an object", row)?;
            }
        }
        fail(next_parameter != self.parameters, "owner of a parameter", next_parameter)?;
        fail(next_command != self.commands, "owner of a command", next_command)?;
        fail(next_event != self.events, "owner of an event", next_event)?;
        fail(next_child != self.children, "owner of a child", next_child)
    }

    /// The depth of an object, which lies within its parent.
    fn parent(&self, row: u32, depths: &[u8]) -> Result<u8, ImageError> {
        let parent = self.object_u16(row, object::PARENT);
        let end = self.object_u16(row, object::SUBTREE_END);
        if parent == u32::from(NONE16) {
            return Ok(1);
        }
        let outside = parent >= row || end > self.object_u16(parent, object::SUBTREE_END);
        fail(outside, "parent of an object", row)?;
        let depth = depths.get(parent as usize).map_or(u8::MAX, |depth| depth.saturating_add(1));
        fail(usize::from(depth) > MAX_DEPTH, "depth of an object", row)?;
        Ok(depth)
    }

    /// The sub-trees of the children stand one after the other and are all of the sub-tree, and their names ascend.
    fn children(&self, row: u32, children: core::ops::Range<u32>) -> Result<(), ImageError> {
        let mut next = row + 1;
        let mut names = Names::new(self.image);
        let mut has_mounts = false;
        for at in children {
            let child = u32::from(self.image.u16(Section::Children, 2, at, 0));
            let known =
                child == next && child < self.objects && self.object_u16(child, object::PARENT) == row;
            fail(!known, "child of an object", row)?;
            // Mounts are behind the children, with names of their own.
            let is_mount = self.is_mount(child);
            fail(has_mounts && !is_mount, "child of an object", row)?;
            if is_mount && !has_mounts {
                (names, has_mounts) = (Names::new(self.image), true);
            }
            names.ascend(self.object_u32(child, object::NAME), "", "name of an object", child)?;
            let end = self.object_u16(child, object::SUBTREE_END);
            fail(end <= child, "sub-tree of an object", child)?;
            next = end;
        }
        fail(next != self.object_u16(row, object::SUBTREE_END), "sub-tree of an object", row)
    }

    /// A mount belongs to a table of the model that is a mount point, and holds objects and nothing else.
    fn mount(&self, row: u32) -> Result<(), ImageError> {
        if !self.is_mount(row) {
            return Ok(());
        }
        let parent = self.object_u16(row, object::PARENT);
        let wanted = u32::from(object::TABLE | object::MOUNT_POINT);
        let has_table = row < self.model_objects
            && parent < self.objects
            && self.object_u16(parent, object::FLAGS) & wanted == wanted;
        let own = [object::PARAMETER_COUNT, object::COMMAND_COUNT, object::EVENT_COUNT];
        let is_bare = own.iter().all(|&count| self.object_u16(row, count) == 0)
            && self.image.try_string(self.object_u32(row, object::SPECIFICATION)).is_some()
            && self.object_u16(row, object::FLAGS) & wanted == 0;
        let name = self.image.try_string(self.object_u32(row, object::NAME)).unwrap_or_default();
        fail(!has_table || !is_bare || !is_mount_name(name), "mount", row)
    }

    fn is_mount(&self, row: u32) -> bool {
        self.object_u16(row, object::FLAGS) & u32::from(object::MOUNT) != 0
    }

    /// The parameters that steer an object are its own or those of the object above, which may be that of its mount.
    fn steering(&self, row: u32) -> Result<(), ImageError> {
        let mut parent = self.object_u16(row, object::PARENT);
        if parent < self.objects && self.is_mount(parent) {
            parent = self.object_u16(parent, object::PARENT);
        }
        for (column, holder) in
            [(object::NUM_ENTRIES, parent), (object::DISCRIMINATOR, parent), (object::ENABLE, row)]
        {
            let id = self.object_u32(row, column);
            let known = id == NONE32 || (holder < self.objects && self.owns_parameter(holder, id));
            fail(!known, "steering parameter of an object", row)?;
        }
        Ok(())
    }

    fn parameters(&self) -> Result<(), ImageError> {
        let mut records = Records::new(self.image);
        let mut names = Names::new(self.image);
        for row in 0..self.parameters {
            let u16 = |column| self.image.u16(Section::Parameters, parameter::WIDTH, row, column);
            let u32 = |column| self.image.u32(Section::Parameters, parameter::WIDTH, row, column);
            let owner = u32::from(u16(parameter::OBJECT));
            let owned = owner < self.objects && self.owns_parameter(owner, row);
            fail(!owned, "object of a parameter", row)?;
            names.of(owner);
            names.ascend(u32(parameter::NAME), "", "name of a parameter", row)?;
            records.check(u32(parameter::SYNTAX), "syntax of a parameter", row, |record| {
                syntax::end(self.image, record)
            })?;
            let code = |shift, mask| (u16(parameter::FLAGS) >> shift & mask) as u8;
            let access = ParameterAccess::from_code(code(parameter::ACCESS_SHIFT, 3));
            fail(access.is_none(), "access of a parameter", row)?;
            let kind = code(parameter::DEFAULT_SHIFT, 7);
            let known = match u32(parameter::DEFAULT) {
                NONE32 => kind == 0,
                text => DefaultKind::from_code(kind).is_some() && self.image.try_string(text).is_some(),
            };
            fail(!known, "default of a parameter", row)?;
        }
        Ok(())
    }

    fn commands(&self) -> Result<(), ImageError> {
        let mut names = Names::new(self.image);
        for row in 0..self.commands {
            let owner = u32::from(self.image.u16(Section::Commands, command::WIDTH, row, command::OBJECT));
            let first = self.object_u16(owner, object::COMMANDS);
            let owned = (first..first + self.object_u16(owner, object::COMMAND_COUNT)).contains(&row);
            fail(owner >= self.model_objects || !owned, "object of a command", row)?;
            names.of(owner);
            let name = self.image.u32(Section::Commands, command::WIDTH, row, command::NAME);
            names.ascend(name, "()", "name of a command", row)?;
        }
        Ok(())
    }

    fn events(&self) -> Result<(), ImageError> {
        let mut names = Names::new(self.image);
        for row in 0..self.events {
            let owner = u32::from(self.image.u16(Section::Events, event::WIDTH, row, event::OBJECT));
            let first = self.object_u16(owner, object::EVENTS);
            let owned = (first..first + self.object_u16(owner, object::EVENT_COUNT)).contains(&row);
            fail(owner >= self.model_objects || !owned, "object of an event", row)?;
            names.of(owner);
            let name = self.image.u32(Section::Events, event::WIDTH, row, event::NAME);
            names.ascend(name, "!", "name of an event", row)?;
        }
        Ok(())
    }

    /// The argument objects belong to one command or event each, and stand in the order of those.
    fn arguments(&self) -> Result<(), ImageError> {
        let mut next = self.model_objects;
        let mut follow = |object: u16, what, row| {
            if object == NONE16 {
                return Ok(());
            }
            fail(u32::from(object) != next || next >= self.objects, what, row)?;
            next = self.object_u16(next, object::SUBTREE_END);
            Ok(())
        };
        for row in 0..self.model_objects {
            let (first, count) =
                (self.object_u16(row, object::COMMANDS), self.object_u16(row, object::COMMAND_COUNT));
            for at in first..first + count {
                let u16 = |column| self.image.u16(Section::Commands, command::WIDTH, at, column);
                follow(u16(command::INPUT), "input of a command", at)?;
                follow(u16(command::OUTPUT), "output of a command", at)?;
            }
            let (first, count) =
                (self.object_u16(row, object::EVENTS), self.object_u16(row, object::EVENT_COUNT));
            for at in first..first + count {
                let arguments = self.image.u16(Section::Events, event::WIDTH, at, event::ARGUMENTS);
                follow(arguments, "arguments of an event", at)?;
            }
        }
        fail(next != self.objects, "owner of an argument object", next)?;
        self.root_names()
    }

    /// Root objects have names that ascend, argument objects have none.
    fn root_names(&self) -> Result<(), ImageError> {
        let mut names = Names::new(self.image);
        let mut root = 0;
        while root < self.objects {
            let name = self.object_u32(root, object::NAME);
            if root < self.model_objects {
                names.ascend(name, "", "name of an object", root)?;
            } else {
                fail(self.image.try_string(name) != Some(""), "name of an argument object", root)?;
            }
            root = self.object_u16(root, object::SUBTREE_END);
        }
        Ok(())
    }

    fn owns_parameter(&self, object: u32, id: u32) -> bool {
        let first = self.object_u32(object, object::PARAMETERS);
        id < self.parameters
            && (first..first.saturating_add(self.object_u16(object, object::PARAMETER_COUNT))).contains(&id)
    }

    fn object_u16(&self, row: u32, column: usize) -> u32 {
        u32::from(self.image.u16(Section::Objects, object::WIDTH, row, column))
    }

    fn object_u32(&self, row: u32, column: usize) -> u32 {
        self.image.u32(Section::Objects, object::WIDTH, row, column)
    }
}

/// Names of siblings ascend, so that they are different and can be searched by halving.
struct Names<'a> {
    image: &'a RawImage,
    owner: Option<u32>,
    last: Option<&'a str>,
}

impl<'a> Names<'a> {
    fn new(image: &'a RawImage) -> Self {
        Self { image, owner: None, last: None }
    }

    /// The names from here on are of the parts of this object.
    fn of(&mut self, owner: u32) {
        if self.owner != Some(owner) {
            *self = Self { owner: Some(owner), ..Self::new(self.image) };
        }
    }

    fn ascend(&mut self, name: u32, suffix: &str, what: &'static str, row: u32) -> Result<(), ImageError> {
        let name = self.image.try_string(name).unwrap_or_default();
        let fits = is_name(name, suffix) && name.len() <= MAX_NAME;
        fail(!fits || Some(name) <= self.last, what, row)?;
        self.last = Some(name);
        Ok(())
    }
}

/// The records of one kind that rows refer to. Those of an honest image do not overlap, so that together they are no
/// longer than their section; the bound keeps a hostile image from having the same bytes read over and over.
struct Records<'a> {
    section: &'a [u8],
    /// A bit for each byte at which a record was read.
    seen: Vec<u64>,
    length: usize,
}

impl<'a> Records<'a> {
    fn new(image: &'a RawImage) -> Self {
        let section = image.section(Section::Records);
        Self { section, seen: alloc::vec![0; section.len().div_ceil(64)], length: 0 }
    }

    /// Checks a record once, with a function that reads it and says how much is left behind it.
    fn check(
        &mut self,
        at: u32,
        what: &'static str,
        row: u32,
        read: impl FnOnce(RecordReader<'_>) -> Option<usize>,
    ) -> Result<(), ImageError> {
        let broken = ImageError::Inconsistent { what, row: row as usize };
        let at = at as usize;
        let Some(seen) = self.seen.get_mut(at / 64) else { return Err(broken) };
        if *seen & 1 << (at % 64) != 0 {
            return Ok(());
        }
        *seen |= 1 << (at % 64);
        let rest = self.section.get(at..).unwrap_or_default();
        let longest = rest.len().min(MAX_RECORD);
        let Some(left) = read(RecordReader::new(&rest[..longest])) else { return Err(broken) };
        self.length += longest - left;
        if self.length <= self.section.len() { Ok(()) } else { Err(broken) }
    }
}

/// How much is left behind the unique keys of an object, and how many parameters it must have for them.
fn keys_end(mut record: RecordReader<'_>) -> Option<(usize, u32)> {
    let mut needed = 0;
    for _ in 0..record.u32()? {
        record.u32()?;
        for _ in 0..record.u32()? {
            needed = needed.max(record.u32()?.checked_add(1)?);
        }
    }
    Some((record.len(), needed))
}

fn fail(broken: bool, what: &'static str, row: u32) -> Result<(), ImageError> {
    if broken { Err(ImageError::Inconsistent { what, row: row as usize }) } else { Ok(()) }
}
