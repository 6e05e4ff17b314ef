//! One model of several images.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::builder::{BuildError, ObjectHandle, SchemaBuilder};
use crate::command::Command;
use crate::copy::Copy;
use crate::event::Event;
use crate::mounting;
use crate::object::Object;
use crate::parameter::Parameter;
use crate::schema::Schema;
use crate::spec::{CommandSpec, EventSpec, ObjectSpec, ParameterSpec};
use crate::terms::{Status, Version};

/// Several images that are one model: that of a device, of the vendor parameters on its objects, of services that
/// come and go.
///
/// An object that several images have is one object with the parameters, commands, events, children and Unique Keys
/// of all of them. What two images have they must describe alike; of versions, statuses and descriptions, which mean
/// the same element, those of the first image that has it count. Each image is a model of its own: it names all
/// objects on the way to what it adds, and leaves others out.
///
/// The images are put together when the composition is made, in time proportional to their size. The
/// [`schema`](Self::schema) is one image that is read like any other, with a fingerprint and identifiers of its own; a
/// composition of one image is that image itself. [`with`](Self::with), [`without`](Self::without) and their like make
/// another composition and leave this one as it is.
///
/// [`with_mount`](Self::with_mount) puts the sub-tree of an image below the rows of a table that is a mount point, such
/// as `Device.ProxiedDevice.{i}.`: of several such sub-trees each row carries the one that the engine is told, or none.
///
/// ```
/// use usp_schema::{ComposeError, Composition, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
///
/// let image = |parameter: &str, syntax| {
///     let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
///     let device = builder.object(None, ObjectSpec::single("Device"))?;
///     builder.parameter(device, ParameterSpec::new(parameter, SyntaxSpec::new(syntax)))?;
///     builder.build()
/// };
/// let device = Composition::from(image("RootDataModelVersion", PrimitiveType::String)?);
/// let vendor = image("X_ACME_Colour", PrimitiveType::String)?;
///
/// let both = device.with(vendor.clone())?;
/// assert_eq!(both.schema().parameters().count(), 2);
/// assert_eq!(both.without(vendor.fingerprint())?, device);
///
/// let error = both.with(image("X_ACME_Colour", PrimitiveType::Int)?).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "Device.X_ACME_Colour of the image Device:2.19 is already there with another type, access or default",
/// );
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composition {
    images: Vec<Schema>,
    mounts: Vec<Mount>,
    whole: Schema,
}

/// An image that is mounted below the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) image: Schema,
}

/// Why images make no model together. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// Two images describe an element differently.
    #[error("{path} of the image {image} is already there {how}")]
    Conflict {
        /// The supported path of the element.
        path: String,
        /// The name of the later image.
        image: String,
        /// The fingerprint of the later image.
        fingerprint: u64,
        /// How the description of the earlier image differs.
        how: &'static str,
    },
    /// The image is part of the composition already.
    #[error("the image {image} is part of the composition already")]
    AlreadyThere {
        /// The name of the image.
        image: String,
    },
    /// No image of the composition has this fingerprint.
    #[error("no image of the composition has the fingerprint {fingerprint:#018x}")]
    NotThere {
        /// The fingerprint.
        fingerprint: u64,
    },
    /// What is to be mounted has no place: the images have no such table.
    #[error("no image has the table {table}, where {mount} is to be mounted")]
    NoTable {
        /// The table.
        table: String,
        /// The name of the mount.
        mount: String,
    },
    /// The image that is to be mounted has several root objects, or none.
    #[error("the image {image} has {count} root objects: what is below a single one can be mounted")]
    Roots {
        /// The name of the image.
        image: String,
        /// How many it has.
        count: usize,
    },
    /// The table has no mount of this name.
    #[error("nothing is mounted at {table} as {mount}")]
    NotMounted {
        /// The table.
        table: String,
        /// The name of the mount.
        mount: String,
    },
    /// It is the only image, and a model without any is none.
    #[error("the last image of a composition cannot be taken out")]
    LastImage,
    /// The images are too large together, or one was made by no builder and breaks the rules of builders.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl From<Schema> for Composition {
    fn from(image: Schema) -> Self {
        Self { images: alloc::vec![image.clone()], mounts: Vec::new(), whole: image }
    }
}

impl Composition {
    /// Several images at once.
    ///
    /// # Errors
    ///
    /// There are none, one is there twice, two contradict each other, or they make the model too large.
    pub fn of(images: impl IntoIterator<Item = Schema>) -> Result<Self, ComposeError> {
        let mut all: Vec<Schema> = Vec::new();
        for image in images {
            if all.contains(&image) {
                return Err(ComposeError::AlreadyThere { image: image.name().to_string() });
            }
            all.push(image);
        }
        Self::merged(all, Vec::new())
    }

    /// All images as one model.
    pub fn schema(&self) -> &Schema {
        &self.whole
    }

    /// The images, in the order in which they were added. Name and specification are those of the first.
    pub fn images(&self) -> &[Schema] {
        &self.images
    }

    /// This composition and one image more.
    ///
    /// # Errors
    ///
    /// The image is part of it already, contradicts another, or makes the model too large.
    pub fn with(&self, image: Schema) -> Result<Self, ComposeError> {
        if self.images.contains(&image) {
            return Err(ComposeError::AlreadyThere { image: image.name().to_string() });
        }
        let mut images = self.images.clone();
        images.push(image);
        Self::merged(images, self.mounts.clone())
    }

    /// This composition without the image that has this fingerprint.
    ///
    /// # Errors
    ///
    /// No image has it, it is the only one, or it has a table that something is mounted at.
    pub fn without(&self, fingerprint: u64) -> Result<Self, ComposeError> {
        let mut images = self.images.clone();
        images.retain(|image| image.fingerprint() != fingerprint);
        if images.len() == self.images.len() {
            return Err(ComposeError::NotThere { fingerprint });
        }
        Self::merged(images, self.mounts.clone())
    }

    /// This composition and an image that is mounted at a table: the objects below its root object are below each row
    /// of the table that carries the mount, by this name. Its root object stays out, with parameters, commands and
    /// events, as the row has its own; the table counts and discriminates what is right below it by parameters of the
    /// same names. References within the image lead where the mount is.
    ///
    /// The table is a mount point by its description (TR-106, A.2.3: `mountType`), and given by its supported path, or
    /// by its [`exact_path`](crate::Object::exact_path) where it is mounted itself. An image may be mounted at several
    /// tables, and by several names.
    ///
    /// ```
    /// use usp_schema::{Composition, ObjectSpec, Schema, SchemaBuilder};
    ///
    /// let image = |name: &str, object| -> Result<Schema, usp_schema::BuildError> {
    ///     let mut builder = SchemaBuilder::new(name, "urn:example:device");
    ///     let device = builder.object(None, ObjectSpec::single("Device"))?;
    ///     builder.object(Some(device), object)?;
    ///     builder.build()
    /// };
    /// let proxied = ObjectSpec { mount_point: true, ..ObjectSpec::table("ProxiedDevice") };
    /// let gateway = Composition::from(image("gateway", proxied)?)
    ///     .with_mount("Device.ProxiedDevice.{i}.", "wifi", image("repeater", ObjectSpec::single("WiFi"))?)?
    ///     .with_mount("Device.ProxiedDevice.{i}.", "zigbee", image("bulb", ObjectSpec::table("Lamp"))?)?;
    ///
    /// let lamp = gateway.schema().object_at("Device.ProxiedDevice.{i}.Lamp.{i}.").expect("just mounted");
    /// assert_eq!(lamp.exact_path(), "Device.ProxiedDevice.{zigbee}.Lamp.{i}.");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The images have no such table, it is no mount point, or has a mount of this name; the name is not valid; the
    /// table has an element beside the rows that is called like one of the image, or lacks the parameter that
    /// discriminates one; the image has several root objects; or the model gets too large.
    pub fn with_mount(&self, table: &str, name: &str, image: Schema) -> Result<Self, ComposeError> {
        let mut mounts = self.mounts.clone();
        mounts.push(Mount { table: table.to_string(), name: name.to_string(), image });
        Self::merged(self.images.clone(), mounts)
    }

    /// This composition without one of its mounts, given as it was made.
    ///
    /// # Errors
    ///
    /// There is no such mount, or something else is mounted within it.
    pub fn without_mount(&self, table: &str, name: &str) -> Result<Self, ComposeError> {
        let mut mounts = self.mounts.clone();
        mounts.retain(|mount| mount.table != table || mount.name != name);
        if mounts.len() == self.mounts.len() {
            return Err(ComposeError::NotMounted { table: table.to_string(), mount: name.to_string() });
        }
        Self::merged(self.images.clone(), mounts)
    }

    fn merged(images: Vec<Schema>, mounts: Vec<Mount>) -> Result<Self, ComposeError> {
        let whole = merge(&images, &mounts)?;
        Ok(Self { images, mounts, whole })
    }
}

/// One image of several.
fn merge(images: &[Schema], mounts: &[Mount]) -> Result<Schema, ComposeError> {
    let Some(first) = images.first() else { return Err(ComposeError::LastImage) };
    if images.len() == 1 && mounts.is_empty() {
        return Ok(first.clone());
    }
    let mut builder = SchemaBuilder::new(first.name(), first.specification());
    for (number, image) in images.iter().enumerate() {
        let (earlier, from_here) = images.split_at(number);
        let mut merging = Merging { copy: Copy::new(builder, image), image, earlier, from_here };
        image.objects().try_for_each(|object| merging.object(object))?;
        builder = merging.copy.builder;
    }
    for mount in mounts {
        builder = mounting::mount(builder, mount)?;
    }
    Ok(builder.build()?)
}

/// An image on its way into a builder that holds all images before it.
struct Merging<'s> {
    copy: Copy,
    image: &'s Schema,
    earlier: &'s [Schema],
    /// The image and all after it.
    from_here: &'s [Schema],
}

impl<'s> Merging<'s> {
    /// Adds an object, or what it has beyond the same object of the images before.
    fn object(&mut self, object: Object<'s>) -> Result<(), ComposeError> {
        let path = object.exact_path();
        let (earlier, from_here) = (self.earlier, self.from_here);
        let same: Vec<Object<'s>> = others(earlier, object).collect();
        let above = self.copy.parent_of(object);
        let known = match above.filter(|_| object.is_mount()) {
            Some(table) => self.copy.builder.mounted(table, object.name()),
            None => self.copy.builder.child(above, object.name()),
        };
        let handle = match known {
            Some(handle) => {
                // An object of this name is there, and is of the other kind if it is none of the same.
                if same.is_empty() {
                    return Err(self.conflict(path, "as a table in one and a single object in the other"));
                }
                self.copy.is_at(object, handle);
                handle
            }
            None => {
                if let Some(parent) = object.parent()
                    && others(earlier, parent).any(|parent| parent.parameter(object.name()).is_some())
                {
                    return Err(self.conflict(path, "as a parameter"));
                }
                let later = others(from_here.get(1..).unwrap_or_default(), object);
                self.copy.object_as(object, joined(object.to_spec(), later))?
            }
        };
        for &other in &same {
            if !agree(&object.to_spec(), &other.to_spec()) {
                return Err(self.conflict(path, "with other access, numbers of rows or steering parameters"));
            }
        }
        self.parameters(handle, object, &same)?;
        self.commands(handle, object, &same)?;
        self.events(handle, object, &same)?;
        self.unique_keys(handle, object, &same)
    }

    fn parameters(
        &mut self,
        handle: ObjectHandle,
        object: Object<'s>,
        same: &[Object<'s>],
    ) -> Result<(), ComposeError> {
        for parameter in object.parameters() {
            let name = parameter.name();
            if same.iter().any(|other| other.child(name).is_some()) {
                return Err(self.conflict(parameter.exact_path(), "as an object"));
            }
            match same.iter().find_map(|other| other.parameter(name)) {
                None => self.copy.parameter(handle, parameter)?,
                Some(other) if meaning(parameter) == meaning(other) => {}
                Some(_) => {
                    let path = parameter.exact_path();
                    return Err(self.conflict(path, "with another type, access or default"));
                }
            }
        }
        Ok(())
    }

    fn commands(
        &mut self,
        handle: ObjectHandle,
        object: Object<'s>,
        same: &[Object<'s>],
    ) -> Result<(), ComposeError> {
        for command in object.commands() {
            match same.iter().find_map(|other| other.command(command.name())) {
                None => self.copy.command(handle, command)?,
                Some(other) if command_meaning(command) == command_meaning(other) => {}
                Some(_) => return Err(self.conflict(command.path(), "with other arguments")),
            }
        }
        Ok(())
    }

    fn events(
        &mut self,
        handle: ObjectHandle,
        object: Object<'s>,
        same: &[Object<'s>],
    ) -> Result<(), ComposeError> {
        for event in object.events() {
            match same.iter().find_map(|other| other.event(event.name())) {
                None => self.copy.event(handle, event)?,
                Some(other) if event_meaning(event) == event_meaning(other) => {}
                Some(_) => return Err(self.conflict(event.path(), "with other arguments")),
            }
        }
        Ok(())
    }

    fn unique_keys(
        &mut self,
        handle: ObjectHandle,
        object: Object<'s>,
        same: &[Object<'s>],
    ) -> Result<(), ComposeError> {
        for key in keys(object) {
            let known = same.iter().any(|other| keys(*other).contains(&key));
            if !known {
                self.copy.builder.unique_key(handle, key.0, &key.1)?;
            }
        }
        Ok(())
    }

    fn conflict(&self, path: String, how: &'static str) -> ComposeError {
        conflict(self.image, path, how)
    }
}

pub(crate) fn conflict(image: &Schema, path: String, how: &'static str) -> ComposeError {
    ComposeError::Conflict { path, image: image.name().to_string(), fingerprint: image.fingerprint(), how }
}

/// The same object in other images.
fn others<'s>(images: &'s [Schema], object: Object<'s>) -> impl Iterator<Item = Object<'s>> {
    let path = object.exact_path();
    let found = images.iter().filter_map(move |image| image.object_at(&path));
    // A table is found by a path without `{i}` too, and no mount.
    found.filter(move |other| other.is_table() == object.is_table())
}

/// What steers an object may be said by a later image alone.
fn joined<'s>(first: ObjectSpec, later: impl Iterator<Item = Object<'s>>) -> ObjectSpec {
    later.map(Object::to_spec).fold(first, |all, one| ObjectSpec {
        num_entries_parameter: all.num_entries_parameter.or(one.num_entries_parameter),
        enable_parameter: all.enable_parameter.or(one.enable_parameter),
        discriminator_parameter: all.discriminator_parameter.or(one.discriminator_parameter),
        mount_point: all.mount_point || one.mount_point,
        ..all
    })
}

/// Whether two descriptions of one object fit together.
fn agree(one: &ObjectSpec, other: &ObjectSpec) -> bool {
    let same =
        |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
    one.access == other.access
        && (one.min_entries, one.max_entries) == (other.min_entries, other.max_entries)
        && same(&one.num_entries_parameter, &other.num_entries_parameter)
        && same(&one.enable_parameter, &other.enable_parameter)
        && same(&one.discriminator_parameter, &other.discriminator_parameter)
}

/// What a parameter is, apart from its history.
fn meaning(parameter: Parameter<'_>) -> ParameterSpec {
    ParameterSpec { version: Version::default(), status: Status::Current, ..parameter.to_spec() }
}

fn command_meaning(command: Command<'_>) -> (CommandSpec, Vec<Part<'_>>, Vec<Part<'_>>) {
    let spec = CommandSpec { version: Version::default(), status: Status::Current, ..command.to_spec() };
    (spec, arguments(command.input()), arguments(command.output()))
}

fn event_meaning(event: Event<'_>) -> (EventSpec, Vec<Part<'_>>) {
    let spec = EventSpec { version: Version::default(), status: Status::Current, ..event.to_spec() };
    (spec, arguments(event.arguments()))
}

/// An argument object with its path, parameters and keys.
type Part<'s> = (String, ObjectSpec, Vec<ParameterSpec>, Vec<Key<'s>>);

/// Arguments as a whole, to be compared.
fn arguments(top: Option<Object<'_>>) -> Vec<Part<'_>> {
    let parts = top.into_iter().flat_map(Object::subtree_objects);
    parts
        .map(|object| {
            let spec =
                ObjectSpec { version: Version::default(), status: Status::Current, ..object.to_spec() };
            (object.path(), spec, object.parameters().map(meaning).collect(), keys(object))
        })
        .collect()
}

/// Whether a key is functional, and the names of its parameters.
type Key<'s> = (bool, Vec<&'s str>);

fn keys(object: Object<'_>) -> Vec<Key<'_>> {
    object
        .unique_keys()
        .map(|key| (key.is_functional(), key.parameters().map(Parameter::name).collect()))
        .collect()
}
