//! Objects and tables.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;

use crate::command::Command;
use crate::event::Event;
use crate::ids::{ObjectId, ParameterId};
use crate::image::layout::{NONE16, Section, command, details as part, event, object as column};
use crate::image::{Descriptions, RecordReader};
use crate::parameter::Parameter;
use crate::schema::Schema;
use crate::terms::{ObjectAccess, Status, Version};

mod details;

pub(crate) use details::Details;

/// An object or table of a [`Schema`], or the arguments of a command or event.
#[derive(Clone, Copy)]
pub struct Object<'s> {
    schema: &'s Schema,
    index: u32,
}

impl<'s> Object<'s> {
    #[inline]
    pub(crate) fn new(schema: &'s Schema, index: u32) -> Self {
        Self { schema, index }
    }

    /// Its position in the image.
    #[inline]
    pub fn id(self) -> ObjectId {
        ObjectId::new(self.index)
    }

    /// The schema that it is part of.
    pub fn schema(self) -> &'s Schema {
        self.schema
    }

    /// Its own name, without dots and without `{i}`; empty for the arguments of a command or event. That of a mount is
    /// no part of paths.
    #[inline]
    pub fn name(self) -> &'s str {
        self.schema.image().string(self.u16(column::NAME))
    }

    /// Its supported path with the final dot, such as `Device.IP.Interface.{i}.`; relative to the command or event
    /// for an argument object.
    ///
    /// What is mounted has the path that it has below the row; mounts beside each other may have objects of one path.
    pub fn path(self) -> String {
        self.path_of(|object| !object.is_mount())
    }

    /// Its path with the names of the mounts that it is in, such as `Device.ProxiedDevice.{zigbee}.Sensor.{i}.`: in
    /// place of `{i}`, which is any row, the rows that carry the mount. No other object has it, and the schema finds
    /// the object by it. Outside of mounts it is the supported path.
    pub fn exact_path(self) -> String {
        self.path_of(|_| true)
    }

    /// Whether it is one of the objects that [`Schema::objects_at`] finds by a path. That is told by going from the
    /// object to the root, without looking for anything by its name.
    pub fn is_at(self, path: &str) -> bool {
        let path = path.strip_suffix('.').unwrap_or(path);
        let path = if self.is_table() { path.strip_suffix(".{i}").unwrap_or(path) } else { path };
        self.is_end_of(path).unwrap_or(false)
    }

    fn is_end_of(self, path: &str) -> Option<bool> {
        let (mut rest, mut at) = (path, self);
        while let Some(parent) = at.parent() {
            rest = if at.is_mount() {
                let rows = rest.strip_suffix('}').and_then(|rest| rest.strip_suffix(at.name()));
                // What is mounted is below any row; the mount itself is below none.
                let any = if at == self { None } else { rest.strip_suffix(".{i}") };
                rows.and_then(|rest| rest.strip_suffix(".{")).or(any)?
            } else {
                let above = rest.strip_suffix(at.name())?.strip_suffix('.')?;
                if parent.is_table() { above.strip_suffix(".{i}")? } else { above }
            };
            at = parent;
        }
        Some(rest == at.name())
    }

    fn path_of(self, is_part: impl Fn(&Self) -> bool) -> String {
        let mut chain: Vec<Self> = self.ancestors().collect();
        chain.reverse();
        let mut path = String::new();
        for object in chain.into_iter().chain([self]).filter(is_part) {
            push_step(&mut path, object.name(), object.is_table(), object.is_mount());
        }
        path
    }

    /// The object that it is a child of, or the mount that it is right below; of a mount, the table.
    #[inline]
    pub fn parent(self) -> Option<Self> {
        let parent = self.u16(column::PARENT);
        (parent != NONE16).then(|| Self::new(self.schema, u32::from(parent)))
    }

    /// The parent, its parent, and so on up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        core::iter::successors(self.parent(), |object| object.parent())
    }

    /// The objects right below it, sorted by name. What is mounted is below the [`mounts`](Self::mounts).
    #[inline]
    pub fn children(self) -> impl ExactSizeIterator<Item = Self> {
        self.children_and_mounts().0.map(move |at| self.child_number(at))
    }

    /// The object of this name right below it.
    pub fn child(self, name: &str) -> Option<Self> {
        self.child_among(self.children_and_mounts().0, name)
    }

    /// The mounts of a table, sorted by name: the sub-trees that its rows may carry, one of them at most.
    #[inline]
    pub fn mounts(self) -> impl ExactSizeIterator<Item = Self> {
        self.children_and_mounts().1.map(move |at| self.child_number(at))
    }

    /// The mount of this name.
    pub fn mount(self, name: &str) -> Option<Self> {
        self.child_among(self.children_and_mounts().1, name)
    }

    /// The objects of this name right below it and below its mounts: one at most where nothing is mounted.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = Self> {
        let mounted = self.mounts().filter_map(move |mount| mount.child(name));
        self.child(name).into_iter().chain(mounted)
    }

    /// Positions of the object and everything below it.
    pub fn subtree(self) -> Range<u32> {
        self.index..u32::from(self.u16(column::SUBTREE_END))
    }

    /// The object and everything below it, in pre-order.
    pub fn subtree_objects(self) -> impl ExactSizeIterator<Item = Self> {
        self.subtree().map(move |index| Self::new(self.schema, index))
    }

    /// Whether `other` is this object or below it.
    pub fn contains(self, other: Self) -> bool {
        self.subtree().contains(&other.index)
    }

    /// Whether it has this name. Nothing is asked of the characters, as of those of [`name`](Self::name).
    #[inline]
    pub(crate) fn is_named(self, name: &str) -> bool {
        self.schema.image().names().bytes(self.u16(column::NAME)) == name.as_bytes()
    }

    /// Its parameters, sorted by name.
    #[inline]
    pub fn parameters(self) -> impl ExactSizeIterator<Item = Parameter<'s>> {
        self.parameter_rows().map(move |row| Parameter::of(self, row))
    }

    /// The parameter of this name.
    pub fn parameter(self, name: &str) -> Option<Parameter<'s>> {
        let (image, names) = (self.schema.image(), self.schema.image().names());
        let found = search(self.parameter_rows(), |row| compare(names.bytes(image.parameter(row).0), name))?;
        Some(Parameter::of(self, found))
    }

    /// The parameter at this position of the image, where it is one of this object.
    pub fn parameter_at(self, id: ParameterId) -> Option<Parameter<'s>> {
        self.parameter_rows().contains(&id.index()).then(|| Parameter::of(self, id.index()))
    }

    /// Its commands, sorted by name.
    pub fn commands(self) -> impl ExactSizeIterator<Item = Command<'s>> {
        self.command_rows().map(move |row| Command::new(self.schema, row))
    }

    /// The command of this name, with its parentheses.
    pub fn command(self, name: &str) -> Option<Command<'s>> {
        let found = self.element(Section::Commands, command::WIDTH, self.command_rows(), name)?;
        Some(Command::new(self.schema, found))
    }

    /// Its events, sorted by name.
    pub fn events(self) -> impl ExactSizeIterator<Item = Event<'s>> {
        self.event_rows().map(move |row| Event::new(self.schema, row))
    }

    /// The event of this name, with its exclamation mark.
    pub fn event(self, name: &str) -> Option<Event<'s>> {
        let found = self.element(Section::Events, event::WIDTH, self.event_rows(), name)?;
        Some(Event::new(self.schema, found))
    }

    /// Whether it has rows, so that its path ends in `{i}.`.
    #[inline]
    pub fn is_table(self) -> bool {
        self.flags() & column::TABLE != 0
    }

    /// Who may add and delete rows.
    #[inline]
    pub fn access(self) -> ObjectAccess {
        ObjectAccess::from_code((self.flags() >> column::ACCESS_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// Where in its life it is.
    pub fn status(self) -> Status {
        Status::from_code((self.flags() >> column::STATUS_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// Since when it exists.
    pub fn version(self) -> Version {
        self.details().version
    }

    /// What it is for, where the image has descriptions.
    pub fn description(self) -> Option<&'s str> {
        Descriptions::new(self.schema.image()).of(Section::Objects, self.index)
    }

    /// Whether the argument object must be given.
    pub fn is_mandatory(self) -> bool {
        self.flags() & column::MANDATORY != 0
    }

    /// Whether it is a mount: the objects below it are below the rows that carry it, and it is none of them itself.
    #[inline]
    pub fn is_mount(self) -> bool {
        self.flags() & column::MOUNT != 0
    }

    /// The URN of the document that it comes from: of what is mounted that of the image that was mounted, else that of
    /// the schema.
    pub fn specification(self) -> &'s str {
        match core::iter::once(self).chain(self.ancestors()).find(|above| above.is_mount()) {
            Some(mount) => self.schema.image().string(mount.details().keys.unwrap_or(NONE16)),
            None => self.schema.specification(),
        }
    }

    /// Whether foreign sub-trees may be mounted here.
    #[inline]
    pub fn is_mount_point(self) -> bool {
        self.flags() & column::MOUNT_POINT != 0
    }

    /// Fewest rows of the table; 0 for a single object that may be absent.
    pub fn min_entries(self) -> u32 {
        self.details().min_entries
    }

    /// Most rows of the table; `None`: unbounded.
    pub fn max_entries(self) -> Option<u32> {
        self.details().max_entries
    }

    /// The parameter of the object above that counts the rows.
    pub fn num_entries_parameter(self) -> Option<Parameter<'s>> {
        self.details_with(part::NUM_ENTRIES)?.num_entries.and_then(|at| self.above()?.parameter_number(at))
    }

    /// The parameter of this object that switches it on.
    pub fn enable_parameter(self) -> Option<Parameter<'s>> {
        self.details_with(part::ENABLE)?.enable.and_then(|at| self.parameter_number(at))
    }

    /// The parameter of the object above whose value says whether this object exists.
    pub fn discriminator_parameter(self) -> Option<Parameter<'s>> {
        let details = self.details_with(part::DISCRIMINATOR)?;
        details.discriminator.and_then(|at| self.above()?.parameter_number(at))
    }

    /// The Unique Keys of the table.
    pub fn unique_keys(self) -> UniqueKeys<'s> {
        let details = if self.is_mount() { None } else { self.details_with(part::KEYS) };
        let keys = details.and_then(|details| details.keys);
        let mut record = keys.map_or(RecordReader::new(&[]), |place| self.schema.image().record(place));
        let left = record.u32().unwrap_or(0);
        UniqueKeys { object: self, record, left }
    }

    fn details(self) -> Details {
        // Loading has read the record of each object.
        Details::read(&mut self.details_record()).unwrap_or_default()
    }

    /// The details, where this is among them.
    fn details_with(self, part: u16) -> Option<Details> {
        Details::has(&mut self.details_record(), part).then(|| self.details())
    }

    #[inline]
    fn details_record(self) -> RecordReader<'s> {
        self.schema.image().record(self.u16(column::DETAILS))
    }

    /// The object whose parameters steer this one: what is right below a mount is steered by the table.
    fn above(self) -> Option<Self> {
        let parent = self.parent()?;
        if parent.is_mount() { parent.parent() } else { Some(parent) }
    }

    /// The parameter of this object with this number.
    fn parameter_number(self, at: u16) -> Option<Parameter<'s>> {
        self.parameter_rows().nth(at.into()).map(|row| Parameter::of(self, row))
    }

    #[inline]
    fn parameter_rows(self) -> Range<u32> {
        self.u16(column::PARAMETERS).into()..self.next_u16(column::PARAMETERS).into()
    }

    fn command_rows(self) -> Range<u32> {
        self.own_rows(column::COMMANDS, Section::Commands, command::WIDTH)
    }

    fn event_rows(self) -> Range<u32> {
        self.own_rows(column::EVENTS, Section::Events, event::WIDTH)
    }

    /// The rows of what few objects have, and an object that has any says so.
    #[inline]
    fn own_rows(self, flag: u16, section: Section, width: usize) -> Range<u32> {
        if self.flags() & flag == 0 { 0..0 } else { self.rows_in(section, width) }
    }

    /// The rows, in the order of their objects, that are of this object.
    #[cold]
    fn rows_in(self, section: Section, width: usize) -> Range<u32> {
        let image = self.schema.image();
        let from = |object: u32| {
            let (mut low, mut high) = (0, image.rows(section));
            while low < high {
                let middle = low + (high - low) / 2;
                // Commands and events have this column in the same place.
                let of = u32::from(image.u16(section, width, middle, command::OBJECT));
                if of < object { low = middle + 1 } else { high = middle }
            }
            low
        };
        from(self.index)..from(self.index + 1)
    }

    /// The child or mount of this name, among those of these numbers.
    fn child_among(self, numbers: Range<u32>, name: &str) -> Option<Self> {
        let (image, names) = (self.schema.image(), self.schema.image().names());
        let child = |at| image.u16(Section::Children, 2, at, 0).into();
        let found = search(numbers, |at| {
            compare(names.bytes(image.u16(Section::Objects, column::WIDTH, child(at), column::NAME)), name)
        })?;
        Some(Self::new(self.schema, child(found)))
    }

    /// The command or event of this name.
    fn element(self, section: Section, width: usize, rows: Range<u32>, name: &str) -> Option<u32> {
        let (image, names) = (self.schema.image(), self.schema.image().names());
        // The name is the first column of each.
        search(rows, |row| compare(names.bytes(image.u16(section, width, row, 0)), name))
    }

    /// Where its children are in their section, and behind them its mounts.
    #[inline]
    fn children_and_mounts(self) -> (Range<u32>, Range<u32>) {
        let numbers: Range<u32> = self.u16(column::CHILDREN).into()..self.next_u16(column::CHILDREN).into();
        let first_mount = if self.is_mount_point() { self.first_mount(&numbers) } else { numbers.end };
        (numbers.start..first_mount, first_mount..numbers.end)
    }

    #[cold]
    fn first_mount(self, numbers: &Range<u32>) -> u32 {
        let (mut low, mut high) = (numbers.start, numbers.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.child_number(middle).is_mount() { high = middle } else { low = middle + 1 }
        }
        low
    }

    #[inline]
    fn child_number(self, at: u32) -> Self {
        Self::new(self.schema, self.schema.image().u16(Section::Children, 2, at, 0).into())
    }

    #[inline]
    fn flags(self) -> u16 {
        self.u16(column::FLAGS)
    }

    #[inline]
    fn u16(self, column: usize) -> u16 {
        self.schema.image().u16(Section::Objects, column::WIDTH, self.index, column)
    }

    /// A column of the next row; there is one more than there are objects.
    #[inline]
    fn next_u16(self, column: usize) -> u16 {
        self.schema.image().u16(Section::Objects, column::WIDTH, self.index + 1, column)
    }
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.schema.fingerprint() == other.schema.fingerprint()
    }
}

impl Eq for Object<'_> {}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Object({})", self.exact_path())
    }
}

/// The Unique Keys of a table, in the order of the model.
#[derive(Debug, Clone)]
pub struct UniqueKeys<'s> {
    object: Object<'s>,
    record: RecordReader<'s>,
    left: u32,
}

impl<'s> Iterator for UniqueKeys<'s> {
    type Item = UniqueKey<'s>;

    fn next(&mut self) -> Option<UniqueKey<'s>> {
        self.left = self.left.checked_sub(1)?;
        let functional = self.record.u32()? != 0;
        let count = self.record.u32()?;
        let key = UniqueKey { object: self.object, functional, record: self.record, count };
        for _ in 0..count {
            self.record.u32()?;
        }
        Some(key)
    }
}

/// One Unique Key: parameters of a table whose values together are unique among its rows.
#[derive(Debug, Clone, Copy)]
pub struct UniqueKey<'s> {
    object: Object<'s>,
    functional: bool,
    record: RecordReader<'s>,
    count: u32,
}

impl<'s> UniqueKey<'s> {
    /// Whether its parameters may change while the row lives; those of a non-functional key may not `[R-KEY.1]`.
    pub fn is_functional(self) -> bool {
        self.functional
    }

    /// Its parameters, in the order of the model.
    pub fn parameters(self) -> impl Iterator<Item = Parameter<'s>> {
        let mut record = self.record;
        (0..self.count).filter_map(move |_| self.object.parameter_number(record.u16()?))
    }
}

/// Goes on with a path by an object, or by a mount in place of the `{i}` of its table.
pub(crate) fn push_step(path: &mut String, name: &str, is_table: bool, is_mount: bool) {
    if is_mount {
        path.truncate(path.len().saturating_sub("{i}.".len()));
        path.extend(["{", name, "}."]);
    } else if !name.is_empty() {
        path.push_str(name);
        path.push_str(if is_table { ".{i}." } else { "." });
    }
}

/// The order of a name and the one that is looked for. Most that a search meets differ in the first bytes already.
#[inline]
fn compare(name: &[u8], wanted: &str) -> Ordering {
    let wanted = wanted.as_bytes();
    if let (Some(&first), Some(&first_wanted)) = (name.first_chunk(), wanted.first_chunk())
        && first != first_wanted
    {
        return u64::from_be_bytes(first).cmp(&u64::from_be_bytes(first_wanted));
    }
    name.cmp(wanted)
}

/// The position of what is equal, where positions ascend.
#[inline]
fn search(positions: Range<u32>, compare: impl Fn(u32) -> Ordering) -> Option<u32> {
    let (mut low, mut high) = (positions.start, positions.end);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}
