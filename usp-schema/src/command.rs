//! Commands.

use alloc::string::String;
use core::fmt;

use crate::ids::CommandId;
use crate::image::Descriptions;
use crate::image::layout::{NONE16, Section, command as column};
use crate::object::Object;
use crate::schema::Schema;
use crate::terms::{Status, Version};

/// A command of an [`Object`].
#[derive(Clone, Copy)]
pub struct Command<'s> {
    schema: &'s Schema,
    index: u32,
}

impl<'s> Command<'s> {
    pub(crate) fn new(schema: &'s Schema, index: u32) -> Self {
        Self { schema, index }
    }

    /// Its position in the image.
    pub fn id(self) -> CommandId {
        CommandId::new(self.index)
    }

    /// Its name with the parentheses, such as `Reboot()`.
    pub fn name(self) -> &'s str {
        self.schema.image().string(self.u16(column::NAME))
    }

    /// Its supported path, such as `Device.IP.Diagnostics.IPPing()`.
    pub fn path(self) -> String {
        self.object().path() + self.name()
    }

    /// The object that it belongs to.
    pub fn object(self) -> Object<'s> {
        Object::new(self.schema, u32::from(self.u16(column::OBJECT)))
    }

    /// Whether it runs on after the response and reports by OperationComplete.
    pub fn is_asynchronous(self) -> bool {
        self.u16(column::FLAGS) & column::ASYNC != 0
    }

    /// The input arguments: parameters and objects below an object without a name.
    pub fn input(self) -> Option<Object<'s>> {
        self.arguments(column::INPUT)
    }

    /// The output arguments: parameters and objects below an object without a name.
    pub fn output(self) -> Option<Object<'s>> {
        self.arguments(column::OUTPUT)
    }

    /// Since when it exists.
    pub fn version(self) -> Version {
        Version::unpack(self.u16(column::VERSION))
    }

    /// Where in its life it is.
    pub fn status(self) -> Status {
        Status::from_code((self.u16(column::FLAGS) >> column::STATUS_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// What it does, where the image has descriptions.
    pub fn description(self) -> Option<&'s str> {
        Descriptions::new(self.schema.image()).of(Section::Commands, self.index)
    }

    fn arguments(self, column: usize) -> Option<Object<'s>> {
        let object = self.u16(column);
        (object != NONE16).then(|| Object::new(self.schema, u32::from(object)))
    }

    fn u16(self, column: usize) -> u16 {
        self.schema.image().u16(Section::Commands, column::WIDTH, self.index, column)
    }
}

impl PartialEq for Command<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.schema.fingerprint() == other.schema.fingerprint()
    }
}

impl Eq for Command<'_> {}

impl fmt::Debug for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.path())
    }
}
