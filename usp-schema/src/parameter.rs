//! Parameters and arguments.

use alloc::string::String;
use core::fmt;

use crate::ids::ParameterId;
use crate::image::Descriptions;
use crate::image::layout::{NONE16, Section, facts, object, shape};
use crate::object::Object;
use crate::schema::Schema;
use crate::syntax::Syntax;
use crate::terms::{ActiveNotify, DefaultKind, ParameterAccess, Status, Version};
use crate::value::PrimitiveType;

/// A parameter of an [`Object`], or an argument of a command or event.
#[derive(Clone, Copy)]
pub struct Parameter<'s> {
    schema: &'s Schema,
    row: u16,
    /// The position of its object, or [`NONE16`] until somebody asks.
    object: u16,
    /// What its row says: who asks for one thing of a parameter mostly asks for more.
    name: u16,
    shape: u16,
}

impl<'s> Parameter<'s> {
    /// The parameter in this row, which there is.
    #[inline]
    pub(crate) fn new(schema: &'s Schema, row: u32) -> Self {
        Self::read(schema, row, NONE16)
    }

    /// The parameter in this row, which is one of the object.
    #[inline]
    pub(crate) fn of(object: Object<'s>, row: u32) -> Self {
        // Loading has made sure that 16 bits hold the numbers of objects and of parameters.
        Self::read(object.schema(), row, object.id().index() as u16)
    }

    #[inline]
    fn read(schema: &'s Schema, row: u32, object: u16) -> Self {
        let (name, shape) = schema.image().parameter(row);
        Self { schema, row: row as u16, object, name, shape }
    }

    /// Its position in the image.
    #[inline]
    pub fn id(self) -> ParameterId {
        ParameterId::new(self.row())
    }

    /// The schema that it is part of.
    pub fn schema(self) -> &'s Schema {
        self.schema
    }

    /// Its name.
    #[inline]
    pub fn name(self) -> &'s str {
        self.schema.image().string(self.name)
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
        match self.object {
            NONE16 => self.find_object(),
            known => Object::new(self.schema, known.into()),
        }
    }

    /// The last object whose parameters do not begin behind this one.
    #[inline(never)]
    fn find_object(self) -> Object<'s> {
        let image = self.schema.image();
        let (mut low, mut high) = (0, image.rows(Section::Objects));
        while low < high {
            let middle = low + (high - low) / 2;
            let first = image.u16(Section::Objects, object::WIDTH, middle, object::PARAMETERS);
            if u32::from(first) <= self.row() { low = middle + 1 } else { high = middle }
        }
        Object::new(self.schema, low.saturating_sub(1))
    }

    /// Type and facets.
    #[inline]
    pub fn syntax(self) -> Syntax<'s> {
        Syntax::new(self.schema, self.shape(shape::SYNTAX))
    }

    /// The primitive type, of the items where the value is a list.
    pub fn primitive_type(self) -> PrimitiveType {
        self.syntax().primitive_type()
    }

    /// Who may change it.
    #[inline]
    pub fn access(self) -> ParameterAccess {
        ParameterAccess::from_code((self.flags() >> facts::ACCESS_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// Where in its life it is.
    pub fn status(self) -> Status {
        Status::from_code((self.flags() >> facts::STATUS_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// Since when it exists.
    pub fn version(self) -> Version {
        if self.flags() & facts::VERSION_OF_OBJECT != 0 {
            return self.object().version();
        }
        Version::unpack(self.fact(facts::VERSION))
    }

    /// What it is for, where the image has descriptions.
    pub fn description(self) -> Option<&'s str> {
        Descriptions::new(self.schema.image()).of(Section::Parameters, self.row())
    }

    /// How changes are reported.
    pub fn active_notify(self) -> ActiveNotify {
        ActiveNotify::from_code((self.flags() >> facts::NOTIFY_SHIFT & 3) as u8).unwrap_or_default()
    }

    /// Its default, whatever its kind.
    pub fn default(self) -> Option<(DefaultKind, &'s str)> {
        let kind = DefaultKind::from_code((self.flags() >> facts::DEFAULT_SHIFT & 7) as u8)?;
        Some((kind, self.schema.image().string(self.shape(shape::DEFAULT))))
    }

    /// The value of the parameter in a row that was just created, where the model states one.
    pub fn object_default(self) -> Option<&'s str> {
        self.default().and_then(|(kind, text)| (kind == DefaultKind::Object).then_some(text))
    }

    /// Whether only Controllers with a role in `SecuredRoles` may read it.
    #[inline]
    pub fn is_secured(self) -> bool {
        self.flags() & facts::SECURED != 0
    }

    /// Whether it reads back as the null value of its type.
    #[inline]
    pub fn is_hidden(self) -> bool {
        self.flags() & (facts::HIDDEN | facts::COMMAND) != 0
    }

    /// Whether the model says so, and not just that it triggers an action.
    pub(crate) fn is_marked_hidden(self) -> bool {
        self.flags() & facts::HIDDEN != 0
    }

    /// Whether writing it triggers an action.
    pub fn is_command(self) -> bool {
        self.flags() & facts::COMMAND != 0
    }

    /// Whether the argument must be given.
    pub fn is_mandatory(self) -> bool {
        self.flags() & facts::MANDATORY != 0
    }

    #[inline]
    fn row(self) -> u32 {
        self.row.into()
    }

    #[inline]
    fn shape(self, column: usize) -> u16 {
        let row = self.schema.image().row::<{ shape::WIDTH }>(Section::Shapes, self.shape.into());
        u16::from_le_bytes([row[column], row[column + 1]])
    }

    #[inline]
    fn flags(self) -> u16 {
        self.fact(facts::FLAGS)
    }

    #[inline]
    fn fact(self, column: usize) -> u16 {
        let row = self.shape(shape::FACTS);
        self.schema.image().u16(Section::Facts, facts::WIDTH, row.into(), column)
    }
}

impl PartialEq for Parameter<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.row() == other.row() && self.schema.fingerprint() == other.schema.fingerprint()
    }
}

impl Eq for Parameter<'_> {}

impl fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameter({})", self.path())
    }
}
