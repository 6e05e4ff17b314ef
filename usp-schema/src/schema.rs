//! The schema: a data model at run time, read straight from its image.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::command::Command;
use crate::event::Event;
use crate::ids::{CommandId, EventId, ObjectId, ParameterId};
use crate::image::layout::Section;
use crate::image::{ImageError, RawImage};
use crate::object::Object;
use crate::parameter::Parameter;

/// A compiled data model: objects, parameters, commands and events with their types and facets.
///
/// A schema is a handle on an immutable image. Cloning it is cheap, it is `Send + Sync`, and everything that it
/// hands out borrows from it. Two schemas with the same [`fingerprint`](Self::fingerprint) have the same content.
///
/// Loading reads the image once, in time proportional to its length, and refuses it whole when anything in it
/// contradicts anything else; afterwards no access can fail.
///
/// ```
/// # use usp_schema::{ObjectSpec, SchemaBuilder};
/// # let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
/// # let device = builder.object(None, ObjectSpec::single("Device"))?;
/// # builder.object(Some(device), ObjectSpec::single("Time"))?;
/// # let schema = builder.build()?;
/// for object in schema.objects() {
///     println!("{} {:?}", object.path(), object.access());
/// }
/// # Ok::<(), usp_schema::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Schema {
    image: Arc<RawImage>,
}

impl Schema {
    /// Loads an image that is part of the program, usually through `include_bytes!`. Nothing is copied.
    ///
    /// # Errors
    ///
    /// The bytes are not an image, are of another format version, are damaged or contradict themselves.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, ImageError> {
        Ok(Self { image: Arc::new(RawImage::from_static(bytes)?) })
    }

    /// Loads an image from memory, such as the content of a file.
    ///
    /// # Errors
    ///
    /// As for [`from_static`](Self::from_static).
    pub fn from_vec(bytes: impl Into<Vec<u8>>) -> Result<Self, ImageError> {
        let bytes: Box<[u8]> = bytes.into().into_boxed_slice();
        Ok(Self { image: Arc::new(RawImage::from_box(bytes)?) })
    }

    /// The image, to be written to a file or into a program.
    pub fn as_bytes(&self) -> &[u8] {
        self.image.bytes()
    }

    /// A number that tells images apart: equal content has equal fingerprints.
    ///
    /// It detects accidents; it is no protection against forgery.
    pub fn fingerprint(&self) -> u64 {
        self.image.fingerprint()
    }

    /// The name of the model, such as `Device:2.19`.
    pub fn name(&self) -> &str {
        self.image.string(self.image.model_name())
    }

    /// The URN of the document that the model comes from.
    pub fn specification(&self) -> &str {
        self.image.string(self.image.model_specification())
    }

    /// Whether it has descriptions, which devices do without.
    pub fn has_descriptions(&self) -> bool {
        !self.image.section(Section::Descriptions).is_empty()
    }

    /// All objects of the model in pre-order, siblings sorted by name; mounts are among them, behind the children of
    /// their table. Argument objects are not.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = Object<'_>> {
        (0..self.image.model_objects()).map(|index| Object::new(self, index))
    }

    /// All parameters of the model, in the order of their objects. Arguments are not among them.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'_>> {
        self.objects().flat_map(Object::parameters)
    }

    /// All commands of the model, in the order of their objects.
    pub fn commands(&self) -> impl ExactSizeIterator<Item = Command<'_>> {
        (0..self.image.rows(Section::Commands)).map(|index| Command::new(self, index))
    }

    /// All events of the model, in the order of their objects.
    pub fn events(&self) -> impl ExactSizeIterator<Item = Event<'_>> {
        (0..self.image.rows(Section::Events)).map(|index| Event::new(self, index))
    }

    /// The object, or argument object, at this position.
    pub fn object(&self, id: ObjectId) -> Option<Object<'_>> {
        (id.index() < self.image.rows(Section::Objects)).then(|| Object::new(self, id.index()))
    }

    /// The parameter or argument at this position.
    pub fn parameter(&self, id: ParameterId) -> Option<Parameter<'_>> {
        (id.index() < self.image.rows(Section::Parameters)).then(|| Parameter::new(self, id.index()))
    }

    /// The command at this position.
    pub fn command(&self, id: CommandId) -> Option<Command<'_>> {
        (id.index() < self.image.rows(Section::Commands)).then(|| Command::new(self, id.index()))
    }

    /// The event at this position.
    pub fn event(&self, id: EventId) -> Option<Event<'_>> {
        (id.index() < self.image.rows(Section::Events)).then(|| Event::new(self, id.index()))
    }

    /// The root object of this name, usually `Device`.
    pub fn root(&self, name: &str) -> Option<Object<'_>> {
        let mut next = 0;
        while next < self.image.model_objects() {
            let root = Object::new(self, next);
            if root.is_named(name) {
                return Some(root);
            }
            next = root.subtree().end;
        }
        None
    }

    /// The root objects, sorted by name.
    pub fn roots(&self) -> impl Iterator<Item = Object<'_>> {
        let mut next = 0;
        core::iter::from_fn(move || {
            let root = (next < self.image.model_objects()).then(|| Object::new(self, next))?;
            next = root.subtree().end;
            Some(root)
        })
    }

    /// The object with this supported path; the final dot, and the `{i}` before it, may be missing.
    ///
    /// What is mounted is found by its supported path, where mounts have several objects of one path the first of
    /// them; by its [`exact_path`](Object::exact_path), with the name of the mount in place of `{i}`, whichever is
    /// meant.
    pub fn object_at(&self, path: &str) -> Option<Object<'_>> {
        self.find_at(path, Some)
    }

    /// All objects with this supported path, in the order of the model: one at most where nothing is mounted.
    pub fn objects_at(&self, path: &str) -> Vec<Object<'_>> {
        let mut found = Vec::new();
        self.find_at(path, |object| {
            found.push(object);
            None::<()>
        });
        found
    }

    /// The parameter with this supported path, such as `Device.IP.Interface.{i}.Enable`; of several in mounts the
    /// first.
    pub fn parameter_at(&self, path: &str) -> Option<Parameter<'_>> {
        self.element_at(path, Object::parameter)
    }

    /// All parameters with this supported path, in the order of the model: one at most where nothing is mounted.
    pub fn parameters_at(&self, path: &str) -> Vec<Parameter<'_>> {
        self.elements_at(path, Object::parameter)
    }

    /// The command with this supported path, such as `Device.Reboot()`; of several in mounts the first.
    pub fn command_at(&self, path: &str) -> Option<Command<'_>> {
        self.element_at(path, Object::command)
    }

    /// The event with this supported path, such as `Device.Boot!`; of several in mounts the first.
    pub fn event_at(&self, path: &str) -> Option<Event<'_>> {
        self.element_at(path, Object::event)
    }

    /// The first element of this path.
    fn element_at<'s, E>(&'s self, path: &str, find: impl Fn(Object<'s>, &str) -> Option<E>) -> Option<E> {
        self.each_element_at(path, find, Some)
    }

    /// All elements of this path, of one kind.
    pub(crate) fn elements_at<'s, E>(
        &'s self,
        path: &str,
        find: impl Fn(Object<'s>, &str) -> Option<E>,
    ) -> Vec<E> {
        let mut found = Vec::new();
        self.each_element_at(path, find, |element| {
            found.push(element);
            None::<()>
        });
        found
    }

    /// The elements of objects that have the path before the last name: a table needs its `{i}`, or the name of a
    /// mount.
    fn each_element_at<'s, E, R>(
        &'s self,
        path: &str,
        find: impl Fn(Object<'s>, &str) -> Option<E>,
        mut each: impl FnMut(E) -> Option<R>,
    ) -> Option<R> {
        let (object, name) = path.rsplit_once('.')?;
        let names_rows = object.ends_with("{i}");
        let holder = |object: Object<'s>| object.is_table() == names_rows;
        self.find_at(object, |object| find(object, name).filter(|_| holder(object)).and_then(&mut each))
    }

    /// The first that is found among the objects with a path. The way down is as deep as the model at most.
    fn find_at<'s, R>(&'s self, path: &str, mut find: impl FnMut(Object<'s>) -> Option<R>) -> Option<R> {
        let path = path.strip_suffix('.').unwrap_or(path);
        let (root, rest) = split(path);
        find_below(self.root(root)?, rest, &mut find)
    }

    pub(crate) fn image(&self) -> &RawImage {
        &self.image
    }
}

/// The first step of a path, and what is behind it.
fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    }
}

fn find_below<'s, R>(
    object: Object<'s>,
    rest: Option<&str>,
    find: &mut impl FnMut(Object<'s>) -> Option<R>,
) -> Option<R> {
    let Some(path) = rest else { return find(object) };
    if !object.is_table() {
        let (name, rest) = split(path);
        return find_below(object.child(name)?, rest, find);
    }
    let (rows, rest) = split(path);
    let mount = rows.strip_prefix('{')?.strip_suffix('}')?;
    if mount != "i" {
        return find_below(object.mount(mount)?, rest, find);
    }
    let Some(path) = rest else { return find(object) };
    let (name, rest) = split(path);
    object.children_named(name).find_map(|child| find_below(child, rest, find))
}

// One schema serves all threads.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Schema>();
};

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.image, &other.image) || self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Schema {}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema")
            .field("name", &self.name())
            .field("objects", &self.objects().len())
            .field("fingerprint", &format_args!("{:#018x}", self.fingerprint()))
            .finish()
    }
}
