//! The one check of an image's structure, after which no access can go astray.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::descriptions::Descriptions;
use super::layout::{
    MAX_DEPTH, MAX_NAME, MAX_RECORD, NONE16, ROW_WIDTHS, Section, command, event, facts, object, shape,
};
use super::name::{is_mount_name, is_name};
use super::raw::{ImageError, RawImage};
use super::record::RecordReader;
use crate::object::Details;
use crate::syntax;
use crate::terms::{DefaultKind, ParameterAccess};

/// Reads each row and each record once, in time proportional to the length of the image.
pub(super) fn validate(image: &RawImage) -> Result<(), ImageError> {
    let behind = image.section(Section::Parameters).get(image.parameter_bytes()..).unwrap_or_default();
    fail(behind.iter().any(|&byte| byte != 0), "length of a section", Section::Parameters as u32)?;
    let tables = Tables {
        image,
        model_objects: image.model_objects(),
        objects: image.rows(Section::Objects),
        parameters: image.rows(Section::Parameters),
        commands: image.rows(Section::Commands),
        events: image.rows(Section::Events),
        children: image.rows(Section::Children),
    };
    fail(tables.objects >= u32::from(NONE16), "number of objects", tables.objects)?;
    fail(tables.parameters >= u32::from(NONE16), "number of parameters", tables.parameters)?;
    let shapes = image.rows(Section::Shapes);
    fail(shapes > u32::from(NONE16), "number of shapes", shapes)?;
    fail(tables.model_objects > tables.objects, "number of model objects", tables.model_objects)?;
    for string in 0..image.rows(Section::Strings) {
        fail(image.try_string(string).is_none(), "string", string)?;
    }
    fail(image.try_string(image.model_name().into()).is_none(), "model name", 0)?;
    fail(image.try_string(image.model_specification().into()).is_none(), "model specification", 0)?;
    tables.objects()?;
    tables.facts()?;
    tables.shapes()?;
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
        let (mut next_parameter, mut next_child) = (0, 0);
        let mut depths: Vec<u8> = Vec::with_capacity(self.objects as usize);
        let mut records = Records::new(self.image);
        let mut parameters_of_keys = BTreeMap::new();
        for row in 0..self.objects {
            let bound = if row < self.model_objects { self.model_objects } else { self.objects };
            fail(self.object_u16(row, object::SUBTREE_END) > bound, "sub-tree of an object", row)?;
            let depth = self.parent(row, &depths)?;
            depths.push(depth);
            let children = next_child..self.object_u16(row + 1, object::CHILDREN);
            fail(self.object_u16(row, object::CHILDREN) != next_child, "children of an object", row)?;
            fail(children.end < next_child || children.end > self.children, "children of an object", row)?;
            next_child = children.end;
            self.children(row, children)?;
            let parameters = self.parameters_of(row);
            fail(parameters.start != next_parameter, "parameters of an object", row)?;
            let ascend = (next_parameter..=self.parameters).contains(&parameters.end);
            fail(!ascend, "parameters of an object", row)?;
            next_parameter = parameters.end;
            let details = Details::read(&mut self.image.record(self.object_u16(row, object::DETAILS) as u16));
            let details = details
                .ok_or(ImageError::Inconsistent { what: "details of an object", row: row as usize })?;
            self.mount(row, &details)?;
            self.steering(row, &details)?;
            let keys = details.keys.filter(|_| !self.is_mount(row));
            if let Some(keys) = keys {
                records.check(keys, "unique keys of an object", row, &mut |record| {
                    let (left, needed) = keys_end(record)?;
                    parameters_of_keys.insert(keys, needed);
                    Some(left)
                })?;
                let needed = parameters_of_keys.get(&keys).copied().unwrap_or_default();
                fail(needed as usize > parameters.len(), "unique keys of an object", row)?;
            }
        }
        fail(next_parameter != self.parameters, "owner of a parameter", next_parameter)?;
        fail(next_child != self.children, "owner of a child", next_child)?;
        let last = |column| self.object_u16(self.objects, column);
        let starts = [object::CHILDREN, object::PARAMETERS];
        // An image without objects has this row, too.
        let is_bare =
            (0..object::WIDTH).step_by(2).all(|column| starts.contains(&column) || last(column) == 0);
        let is_end = last(object::CHILDREN) == next_child && last(object::PARAMETERS) == next_parameter;
        fail(!is_bare || !is_end, "end of the objects", self.objects)
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
        let mut names = Siblings::new(self.image);
        let mut has_mounts = false;
        for at in children {
            let child = u32::from(self.u16(Section::Children, at, 0));
            let known =
                child == next && child < self.objects && self.object_u16(child, object::PARENT) == row;
            fail(!known, "child of an object", row)?;
            // Mounts are behind the children, with names of their own.
            let is_mount = self.is_mount(child);
            fail(has_mounts && !is_mount, "child of an object", row)?;
            if is_mount && !has_mounts {
                (names, has_mounts) = (Siblings::new(self.image), true);
            }
            let name = self.object_u16(child, object::NAME) as u16;
            names.ascend(name, "", "name of an object", child)?;
            let end = self.object_u16(child, object::SUBTREE_END);
            fail(end <= child, "sub-tree of an object", child)?;
            next = end;
        }
        fail(next != self.object_u16(row, object::SUBTREE_END), "sub-tree of an object", row)
    }

    /// A mount belongs to a table of the model that is a mount point, and holds objects and nothing else.
    fn mount(&self, row: u32, details: &Details) -> Result<(), ImageError> {
        if !self.is_mount(row) {
            return Ok(());
        }
        let parent = self.object_u16(row, object::PARENT);
        let wanted = u32::from(object::TABLE | object::MOUNT_POINT);
        let unwanted = wanted | u32::from(object::COMMANDS | object::EVENTS);
        let has_table = row < self.model_objects
            && parent < self.objects
            && self.object_u16(parent, object::FLAGS) & wanted == wanted;
        let is_bare = self.parameters_of(row).is_empty()
            && details
                .keys
                .is_some_and(|specification| self.image.try_string(specification.into()).is_some())
            && self.object_u16(row, object::FLAGS) & unwanted == 0;
        let name = self.image.string(self.object_u16(row, object::NAME) as u16);
        fail(!has_table || !is_bare || !is_mount_name(name), "mount", row)
    }

    fn is_mount(&self, row: u32) -> bool {
        self.object_u16(row, object::FLAGS) & u32::from(object::MOUNT) != 0
    }

    /// The parameters that steer an object are its own or those of the object above, which may be that of its mount.
    fn steering(&self, row: u32, details: &Details) -> Result<(), ImageError> {
        let mut parent = self.object_u16(row, object::PARENT);
        if parent < self.objects && self.is_mount(parent) {
            parent = self.object_u16(parent, object::PARENT);
        }
        for (number, holder) in
            [(details.num_entries, parent), (details.discriminator, parent), (details.enable, row)]
        {
            let known = number.is_none_or(|number| {
                holder < self.objects && usize::from(number) < self.parameters_of(holder).len()
            });
            fail(!known, "steering parameter of an object", row)?;
        }
        Ok(())
    }

    fn facts(&self) -> Result<(), ImageError> {
        for row in 0..self.image.rows(Section::Facts) {
            let flags = self.u16(Section::Facts, row, facts::FLAGS);
            let access = ParameterAccess::from_code((flags >> facts::ACCESS_SHIFT & 3) as u8);
            fail(access.is_none(), "access of a parameter", row)?;
            let kind = (flags >> facts::DEFAULT_SHIFT & 7) as u8;
            fail(kind != 0 && DefaultKind::from_code(kind).is_none(), "default of a parameter", row)?;
        }
        Ok(())
    }

    fn shapes(&self) -> Result<(), ImageError> {
        let (mut records, mut patterns) = (Records::new(self.image), Records::new(self.image));
        for row in 0..self.image.rows(Section::Shapes) {
            let u16 = |column| self.u16(Section::Shapes, row, column);
            let what = "syntax of a parameter";
            records.check(u16(shape::SYNTAX), what, row, &mut |record| {
                syntax::end(self.image, record, |place| {
                    patterns
                        .check(place, what, row, &mut |record| syntax::pattern_end(self.image, record))
                        .ok()?;
                    syntax::pattern_length(self.image.record(place))
                })
            })?;
            let of = u16(shape::FACTS).into();
            fail(of >= self.image.rows(Section::Facts), "facts of a parameter", row)?;
            let flags = self.u16(Section::Facts, of, facts::FLAGS);
            let has_default = flags >> facts::DEFAULT_SHIFT & 7 != 0;
            let default = u16(shape::DEFAULT);
            let known =
                if has_default { self.image.try_string(default.into()).is_some() } else { default == NONE16 };
            fail(!known, "default of a parameter", row)?;
        }
        Ok(())
    }

    fn parameters(&self) -> Result<(), ImageError> {
        for owner in 0..self.objects {
            let mut names = Siblings::new(self.image);
            for row in self.parameters_of(owner) {
                let (name, shape) = self.image.parameter(row);
                names.ascend(name, "", "name of a parameter", row)?;
                fail(u32::from(shape) >= self.image.rows(Section::Shapes), "shape of a parameter", row)?;
            }
        }
        Ok(())
    }

    fn commands(&self) -> Result<(), ImageError> {
        let owner = |row| self.u16(Section::Commands, row, command::OBJECT);
        self.owners(self.commands, object::COMMANDS, owner, "object of a command")?;
        let mut names = Siblings::new(self.image);
        for row in 0..self.commands {
            let u16 = |column| self.u16(Section::Commands, row, column);
            names.of(u16(command::OBJECT));
            names.ascend(u16(command::NAME), "()", "name of a command", row)?;
        }
        Ok(())
    }

    fn events(&self) -> Result<(), ImageError> {
        let owner = |row| self.u16(Section::Events, row, event::OBJECT);
        self.owners(self.events, object::EVENTS, owner, "object of an event")?;
        let mut names = Siblings::new(self.image);
        for row in 0..self.events {
            let u16 = |column| self.u16(Section::Events, row, column);
            names.of(u16(event::OBJECT));
            names.ascend(u16(event::NAME), "!", "name of an event", row)?;
        }
        Ok(())
    }

    /// The rows that say which object they are of are in the order of the objects, and the objects of the model that
    /// have any are those that say so.
    fn owners(
        &self,
        rows: u32,
        flag: u16,
        owner: impl Fn(u32) -> u16,
        what: &'static str,
    ) -> Result<(), ImageError> {
        let mut row = 0;
        for object in 0..self.objects {
            let first = row;
            while row < rows && u32::from(owner(row)) == object {
                row += 1;
            }
            let says = self.object_u16(object, object::FLAGS) & u32::from(flag) != 0;
            let has = row > first;
            fail(has != says || (has && object >= self.model_objects), what, first)?;
        }
        fail(row != rows, what, row)
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
        let (mut command, mut event) = (0, 0);
        for row in 0..self.model_objects {
            let u16 = |row, column| self.u16(Section::Commands, row, column);
            while command < self.commands && u32::from(u16(command, command::OBJECT)) == row {
                follow(u16(command, command::INPUT), "input of a command", command)?;
                follow(u16(command, command::OUTPUT), "output of a command", command)?;
                command += 1;
            }
            let u16 = |row, column| self.u16(Section::Events, row, column);
            while event < self.events && u32::from(u16(event, event::OBJECT)) == row {
                follow(u16(event, event::ARGUMENTS), "arguments of an event", event)?;
                event += 1;
            }
        }
        fail(next != self.objects, "owner of an argument object", next)?;
        self.root_names()
    }

    /// Root objects have names that ascend, argument objects have none.
    fn root_names(&self) -> Result<(), ImageError> {
        let mut names = Siblings::new(self.image);
        let mut root = 0;
        while root < self.objects {
            let name = self.object_u16(root, object::NAME) as u16;
            if root < self.model_objects {
                names.ascend(name, "", "name of an object", root)?;
            } else {
                fail(self.image.try_string(name.into()) != Some(""), "name of an argument object", root)?;
            }
            root = self.object_u16(root, object::SUBTREE_END);
        }
        Ok(())
    }

    fn parameters_of(&self, object: u32) -> core::ops::Range<u32> {
        self.object_u16(object, object::PARAMETERS)..self.object_u16(object + 1, object::PARAMETERS)
    }

    fn object_u16(&self, row: u32, column: usize) -> u32 {
        self.u16(Section::Objects, row, column).into()
    }

    /// Rows are read once, and in many places.
    #[inline(never)]
    fn u16(&self, section: Section, row: u32, column: usize) -> u16 {
        self.image.u16(section, ROW_WIDTHS[section as usize], row, column)
    }
}

/// Names of siblings ascend, so that they are different and can be searched by halving.
struct Siblings<'a> {
    image: &'a RawImage,
    owner: Option<u16>,
    last: Option<&'a str>,
}

impl<'a> Siblings<'a> {
    fn new(image: &'a RawImage) -> Self {
        Self { image, owner: None, last: None }
    }

    /// The names from here on are of the parts of this object.
    fn of(&mut self, owner: u16) {
        if self.owner != Some(owner) {
            *self = Self { owner: Some(owner), ..Self::new(self.image) };
        }
    }

    fn ascend(&mut self, name: u16, suffix: &str, what: &'static str, row: u32) -> Result<(), ImageError> {
        let name = self.image.string(name);
        let fits = is_name(name, suffix) && name.len() <= MAX_NAME;
        fail(!fits || Some(name) <= self.last, what, row)?;
        self.last = Some(name);
        Ok(())
    }
}

/// The records of one kind that rows refer to. Those of an honest image do not overlap, so that together they are no
/// longer than their section; the bound keeps a hostile image from having the same bytes read over and over.
struct Records<'a> {
    image: &'a RawImage,
    section: &'a [u8],
    /// A bit for each byte at which a record was read.
    seen: Vec<u64>,
    length: usize,
}

impl<'a> Records<'a> {
    fn new(image: &'a RawImage) -> Self {
        let section = image.section(Section::Records);
        Self { image, section, seen: alloc::vec![0; section.len().div_ceil(64)], length: 0 }
    }

    /// Checks a record once, with a function that reads it and says how much is left behind it.
    fn check(
        &mut self,
        place: u16,
        what: &'static str,
        row: u32,
        read: &mut dyn FnMut(RecordReader<'_>) -> Option<usize>,
    ) -> Result<(), ImageError> {
        let broken = ImageError::Inconsistent { what, row: row as usize };
        let at = self.image.record_at(place);
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
