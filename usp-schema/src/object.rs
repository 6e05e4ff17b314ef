//! Objects and tables.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;

use crate::command::Command;
use crate::event::Event;
use crate::ids::ObjectId;
use crate::image::layout::{NONE16, NONE32, Section, command, event, object as column, parameter};
use crate::image::{Descriptions, RecordReader, string_bytes, u32_at};
use crate::parameter::Parameter;
use crate::schema::Schema;
use crate::terms::{ObjectAccess, Status, Version};

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
        self.schema.image().string(self.u32(column::NAME))
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
        (0..self.first_mount()).map(move |at| self.child_number(at))
    }

    /// The object of this name right below it.
    pub fn child(self, name: &str) -> Option<Self> {
        self.child_among(0..self.first_mount(), name)
    }

    /// The mounts of a table, sorted by name: the sub-trees that its rows may carry, one of them at most.
    #[inline]
    pub fn mounts(self) -> impl ExactSizeIterator<Item = Self> {
        (self.first_mount()..self.child_count()).map(move |at| self.child_number(at))
    }

    /// The mount of this name.
    pub fn mount(self, name: &str) -> Option<Self> {
        self.child_among(self.first_mount()..self.child_count(), name)
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
        let pool = self.schema.image().pool().as_bytes();
        string_bytes(pool, self.u32(column::NAME)) == name.as_bytes()
    }

    /// Its parameters, sorted by name.
    #[inline]
    pub fn parameters(self) -> impl ExactSizeIterator<Item = Parameter<'s>> {
        let first = self.u32(column::PARAMETERS);
        (0..u32::from(self.u16(column::PARAMETER_COUNT)))
            .map(move |at| Parameter::new(self.schema, first.saturating_add(at)))
    }

    /// The parameter of this name.
    pub fn parameter(self, name: &str) -> Option<Parameter<'s>> {
        let (first, count) = (self.u32(column::PARAMETERS), self.u16(column::PARAMETER_COUNT));
        let found = self.element::<{ parameter::WIDTH }>(Section::Parameters, first, count, name)?;
        Some(Parameter::new(self.schema, found))
    }

    /// Its commands, sorted by name.
    pub fn commands(self) -> impl ExactSizeIterator<Item = Command<'s>> {
        let first = u32::from(self.u16(column::COMMANDS));
        (0..u32::from(self.u16(column::COMMAND_COUNT))).map(move |at| Command::new(self.schema, first + at))
    }

    /// The command of this name, with its parentheses.
    pub fn command(self, name: &str) -> Option<Command<'s>> {
        let (first, count) = (u32::from(self.u16(column::COMMANDS)), self.u16(column::COMMAND_COUNT));
        let found = self.element::<{ command::WIDTH }>(Section::Commands, first, count, name)?;
        Some(Command::new(self.schema, found))
    }

    /// Its events, sorted by name.
    pub fn events(self) -> impl ExactSizeIterator<Item = Event<'s>> {
        let first = u32::from(self.u16(column::EVENTS));
        (0..u32::from(self.u16(column::EVENT_COUNT))).map(move |at| Event::new(self.schema, first + at))
    }

    /// The event of this name, with its exclamation mark.
    pub fn event(self, name: &str) -> Option<Event<'s>> {
        let (first, count) = (u32::from(self.u16(column::EVENTS)), self.u16(column::EVENT_COUNT));
        let found = self.element::<{ event::WIDTH }>(Section::Events, first, count, name)?;
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
        Version::unpack(self.u16(column::VERSION))
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
            Some(mount) => self.schema.image().string(mount.u32(column::SPECIFICATION)),
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
        self.u32(column::MIN_ENTRIES)
    }

    /// Most rows of the table; `None`: unbounded.
    pub fn max_entries(self) -> Option<u32> {
        Some(self.u32(column::MAX_ENTRIES)).filter(|&max| max != NONE32)
    }

    /// The parameter of the object above that counts the rows.
    pub fn num_entries_parameter(self) -> Option<Parameter<'s>> {
        self.steering(column::NUM_ENTRIES)
    }

    /// The parameter of this object that switches it on.
    pub fn enable_parameter(self) -> Option<Parameter<'s>> {
        self.steering(column::ENABLE)
    }

    /// The parameter of the object above whose value says whether this object exists.
    pub fn discriminator_parameter(self) -> Option<Parameter<'s>> {
        self.steering(column::DISCRIMINATOR)
    }

    /// The Unique Keys of the table.
    pub fn unique_keys(self) -> UniqueKeys<'s> {
        let at = if self.is_mount() { NONE32 } else { self.u32(column::KEYS) };
        let records = self.schema.image().section(Section::Records);
        let mut record = RecordReader::new(match at {
            NONE32 => &[],
            at => records.get(at as usize..).unwrap_or_default(),
        });
        let left = record.u32().unwrap_or(0);
        UniqueKeys { object: self, record, left }
    }

    fn steering(self, column: usize) -> Option<Parameter<'s>> {
        let id = self.u32(column);
        (id != NONE32).then(|| Parameter::new(self.schema, id))
    }

    /// The child or mount of this name, among those of these numbers.
    fn child_among(self, numbers: Range<u32>, name: &str) -> Option<Self> {
        let image = self.schema.image();
        let children = image.section(Section::Children).as_chunks::<2>().0;
        let objects = image.section(Section::Objects).as_chunks::<{ column::WIDTH }>().0;
        let first = self.u32(column::CHILDREN) as usize;
        let children = children.get(first + numbers.start as usize..first + numbers.end as usize)?;
        let pool = image.pool().as_bytes();
        let found = search(children, |&child| {
            let row = objects.get(usize::from(u16::from_le_bytes(child)));
            compare(row.map_or(&[], |row| string_bytes(pool, u32_at(row, column::NAME))), name)
        })?;
        Some(Self::new(self.schema, u32::from(u16::from_le_bytes(*children.get(found)?))))
    }

    /// The parameter, command or event of this name, among a count of them from the first on.
    fn element<const WIDTH: usize>(
        self,
        section: Section,
        first: u32,
        count: u16,
        name: &str,
    ) -> Option<u32> {
        let image = self.schema.image();
        let rows = image.section(section).as_chunks::<WIDTH>().0;
        let rows = rows.get(first as usize..)?.get(..usize::from(count))?;
        let pool = image.pool().as_bytes();
        // The name is the first column of each.
        let found = search(rows, |row| compare(string_bytes(pool, u32_at(row, 0)), name))?;
        // It is below the count, which has 16 bits.
        Some(first.saturating_add(found as u32))
    }

    #[inline]
    fn child_count(self) -> u32 {
        u32::from(self.u16(column::CHILD_COUNT))
    }

    /// How many children there are before the mounts, which are behind them.
    #[inline]
    fn first_mount(self) -> u32 {
        let count = self.child_count();
        if self.is_mount_point() { self.first_mount_of(count) } else { count }
    }

    #[cold]
    fn first_mount_of(self, count: u32) -> u32 {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.child_number(middle).is_mount() { high = middle } else { low = middle + 1 }
        }
        low
    }

    #[inline]
    fn child_number(self, at: u32) -> Self {
        let first = self.u32(column::CHILDREN);
        let child = self.schema.image().u16(Section::Children, 2, first.saturating_add(at), 0);
        Self::new(self.schema, u32::from(child))
    }

    #[inline]
    fn flags(self) -> u16 {
        self.u16(column::FLAGS)
    }

    #[inline]
    fn u16(self, column: usize) -> u16 {
        self.schema.image().u16(Section::Objects, column::WIDTH, self.index, column)
    }

    #[inline]
    fn u32(self, column: usize) -> u32 {
        self.schema.image().u32(Section::Objects, column::WIDTH, self.index, column)
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
        let first = self.object.u32(column::PARAMETERS);
        let mut record = self.record;
        (0..self.count).filter_map(move |_| {
            Some(Parameter::new(self.object.schema, first.saturating_add(record.u32()?)))
        })
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

/// The order of a name and the one that is looked for. Most that a search meets differ in the first byte already.
#[inline]
fn compare(name: &[u8], wanted: &str) -> Ordering {
    match (name, wanted.as_bytes()) {
        ([first, ..], [wanted, ..]) if first != wanted => first.cmp(wanted),
        (name, wanted) => name.cmp(wanted),
    }
}

/// The position of what is equal, in a list that ascends.
#[inline]
fn search<T>(sorted: &[T], compare: impl Fn(&T) -> Ordering) -> Option<usize> {
    let (mut low, mut high) = (0, sorted.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(sorted.get(middle)?) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}
