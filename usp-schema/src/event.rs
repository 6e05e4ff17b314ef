//! Events.

use alloc::string::String;
use core::fmt;

use crate::ids::EventId;
use crate::image::Descriptions;
use crate::image::layout::{NONE16, Section, event as column};
use crate::object::Object;
use crate::schema::Schema;
use crate::terms::{Status, Version};

/// An event of an [`Object`].
#[derive(Clone, Copy)]
pub struct Event<'s> {
    schema: &'s Schema,
    index: u32,
}

impl<'s> Event<'s> {
    pub(crate) fn new(schema: &'s Schema, index: u32) -> Self {
        Self { schema, index }
    }

    /// Its position in the image.
    pub fn id(self) -> EventId {
        EventId::new(self.index)
    }

    /// Its name with the exclamation mark, such as `Boot!`.
    pub fn name(self) -> &'s str {
        self.schema.image().string(self.u16(column::NAME))
    }

    /// Its supported path, such as `Device.Boot!`.
    pub fn path(self) -> String {
        self.object().path() + self.name()
    }

    /// The object that it belongs to.
    pub fn object(self) -> Object<'s> {
        Object::new(self.schema, u32::from(self.u16(column::OBJECT)))
    }

    /// Its arguments: parameters and objects below an object without a name.
    pub fn arguments(self) -> Option<Object<'s>> {
        let object = self.u16(column::ARGUMENTS);
        (object != NONE16).then(|| Object::new(self.schema, u32::from(object)))
    }

    /// Since when it exists.
    pub fn version(self) -> Version {
        Version::unpack(self.u16(column::VERSION))
    }

    /// Where in its life it is.
    pub fn status(self) -> Status {
        Status::from_code((self.u16(column::FLAGS) >> column::STATUS_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// When it occurs, where the image has descriptions.
    pub fn description(self) -> Option<&'s str> {
        Descriptions::new(self.schema.image()).of(Section::Events, self.index)
    }

    fn u16(self, column: usize) -> u16 {
        self.schema.image().u16(Section::Events, column::WIDTH, self.index, column)
    }
}

impl PartialEq for Event<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.schema.fingerprint() == other.schema.fingerprint()
    }
}

impl Eq for Event<'_> {}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({})", self.path())
    }
}
