//! Parameters and arguments.

use alloc::string::String;
use core::fmt;

use crate::ids::ParameterId;
use crate::image::Descriptions;
use crate::image::layout::{NONE32, Section, parameter as column};
use crate::object::Object;
use crate::schema::Schema;
use crate::syntax::Syntax;
use crate::terms::{ActiveNotify, DefaultKind, ParameterAccess, Status, Version};
use crate::value::PrimitiveType;

/// A parameter of an [`Object`], or an argument of a command or event.
#[derive(Clone, Copy)]
pub struct Parameter<'s> {
    schema: &'s Schema,
    index: u32,
}

impl<'s> Parameter<'s> {
    #[inline]
    pub(crate) fn new(schema: &'s Schema, index: u32) -> Self {
        Self { schema, index }
    }

    /// Its position in the image.
    #[inline]
    pub fn id(self) -> ParameterId {
        ParameterId::new(self.index)
    }

    /// The schema that it is part of.
    pub fn schema(self) -> &'s Schema {
        self.schema
    }

    /// Its name.
    #[inline]
    pub fn name(self) -> &'s str {
        self.schema.image().string(self.u32(column::NAME))
    }

    /// Its supported path, such as `Device.IP.Interface.{i}.Enable`.
    pub fn path(self) -> String {
        self.object().path() + self.name()
    }

    /// Its path with the names of the mounts that it is in, as [`Object::exact_path`] has them.
    pub fn exact_path(self) -> String {
        self.object().exact_path() + self.name()
    }

    /// The object that it belongs to.
    #[inline]
    pub fn object(self) -> Object<'s> {
        Object::new(self.schema, u32::from(self.u16(column::OBJECT)))
    }

    /// Type and facets.
    #[inline]
    pub fn syntax(self) -> Syntax<'s> {
        Syntax::new(self.schema, self.u32(column::SYNTAX))
    }

    /// The primitive type, of the items where the value is a list.
    pub fn primitive_type(self) -> PrimitiveType {
        self.syntax().primitive_type()
    }

    /// Who may change it.
    #[inline]
    pub fn access(self) -> ParameterAccess {
        ParameterAccess::from_code((self.flags() >> column::ACCESS_SHIFT & 3) as u8).unwrap_or_default()
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
        Descriptions::new(self.schema.image()).of(Section::Parameters, self.index)
    }

    /// How changes are reported.
    pub fn active_notify(self) -> ActiveNotify {
        ActiveNotify::from_code((self.flags() >> column::NOTIFY_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// Its default, whatever its kind.
    pub fn default(self) -> Option<(DefaultKind, &'s str)> {
        let kind = DefaultKind::from_code((self.flags() >> column::DEFAULT_SHIFT & 7) as u8)?;
        let text = self.u32(column::DEFAULT);
        (text != NONE32).then(|| (kind, self.schema.image().string(text)))
    }

    /// The value of the parameter in a row that was just created, where the model states one.
    pub fn object_default(self) -> Option<&'s str> {
        self.default().and_then(|(kind, text)| (kind == DefaultKind::Object).then_some(text))
    }

    /// Whether only Controllers with a role in `SecuredRoles` may read it.
    #[inline]
    pub fn is_secured(self) -> bool {
        self.flags() & column::SECURED != 0
    }

    /// Whether it reads back as the null value of its type.
    #[inline]
    pub fn is_hidden(self) -> bool {
        self.flags() & (column::HIDDEN | column::COMMAND) != 0
    }

    /// Whether the model says so, and not just that it triggers an action.
    pub(crate) fn is_marked_hidden(self) -> bool {
        self.flags() & column::HIDDEN != 0
    }

    /// Whether writing it triggers an action.
    pub fn is_command(self) -> bool {
        self.flags() & column::COMMAND != 0
    }

    /// Whether the argument must be given.
    pub fn is_mandatory(self) -> bool {
        self.flags() & column::MANDATORY != 0
    }

    #[inline]
    fn flags(self) -> u16 {
        self.u16(column::FLAGS)
    }

    #[inline]
    fn u16(self, column: usize) -> u16 {
        self.schema.image().u16(Section::Parameters, column::WIDTH, self.index, column)
    }

    #[inline]
    fn u32(self, column: usize) -> u32 {
        self.schema.image().u32(Section::Parameters, column::WIDTH, self.index, column)
    }
}

impl PartialEq for Parameter<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.schema.fingerprint() == other.schema.fingerprint()
    }
}

impl Eq for Parameter<'_> {}

impl fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameter({})", self.path())
    }
}
