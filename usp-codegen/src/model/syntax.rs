use std::sync::Arc;

use usp_schema::{DefaultKind, PrimitiveType, Range, Size};

use super::data_type::DataType;
use super::facets::{Enumeration, Facets, List, Pattern};
use super::reference::{EnumerationRef, PathRef};

/// The type of a parameter or argument, with everything that its values must keep to.
///
/// Facets are answered resolved: the syntax's own first, then those of the nearest data type in the chain of bases
/// that states that kind of facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    pub(crate) primitive: PrimitiveType,
    pub(crate) data_type: Option<Arc<DataType>>,
    pub(crate) list: Option<List>,
    pub(crate) facets: Facets,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) secured: bool,
    pub(crate) hidden: bool,
    pub(crate) command: bool,
}

/// A default, and when it applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultValue {
    pub(crate) kind: DefaultKind,
    pub(crate) value: String,
}

impl DefaultValue {
    /// When it applies.
    pub fn kind(&self) -> DefaultKind {
        self.kind
    }

    /// The value as the file writes it: a list stands in square brackets, as in `[a,b]`.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl Syntax {
    /// The primitive type, of the items where it is a list.
    pub fn primitive(&self) -> PrimitiveType {
        self.primitive
    }

    /// The named data type that was used.
    pub fn data_type(&self) -> Option<&DataType> {
        self.data_type.as_deref()
    }

    /// Present where the value is a comma-separated list.
    pub fn list(&self) -> Option<&List> {
        self.list.as_ref().or_else(|| self.chain().find_map(|data_type| data_type.list.as_ref()))
    }

    /// Present where the items of the list are lists themselves, because both the syntax and its data type are lists.
    pub fn inner_list(&self) -> Option<&List> {
        self.list.as_ref()?;
        self.chain().find_map(|data_type| data_type.list.as_ref())
    }

    /// The length in characters, or in bytes for base64 and hexBinary, must be within one of these; empty: any length.
    pub fn sizes(&self) -> &[Size] {
        self.nearest(|facets| &facets.sizes)
    }

    /// The number must be within one of these; empty: any number of the type.
    pub fn ranges(&self) -> &[Range] {
        self.nearest(|facets| &facets.ranges)
    }

    /// The text must match one of these; empty: any text.
    pub fn patterns(&self) -> &[Pattern] {
        self.nearest(|facets| &facets.patterns)
    }

    /// The value must be one of these; empty: any value.
    pub fn enumeration(&self) -> &[Enumeration] {
        self.nearest(|facets| &facets.enumeration)
    }

    /// The value must be one that another parameter holds.
    pub fn enumeration_ref(&self) -> Option<&EnumerationRef> {
        self.levels().find_map(|facets| facets.enumeration_ref.as_deref())
    }

    /// The value is the path of something else.
    pub fn reference(&self) -> Option<&PathRef> {
        self.levels().find_map(|facets| facets.reference.as_deref())
    }

    /// The unit, such as `seconds`.
    pub fn units(&self) -> Option<&str> {
        self.levels().find_map(|facets| facets.units.as_deref())
    }

    /// The default.
    pub fn default(&self) -> Option<&DefaultValue> {
        self.default.as_ref()
    }

    /// Whether only Controllers with a role in `SecuredRoles` may read the value.
    pub fn is_secured(&self) -> bool {
        self.secured
    }

    /// Whether the value reads back as the null value of its type.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Whether writing the value triggers an action; it reads back as the null value of its type.
    pub fn is_command(&self) -> bool {
        self.command
    }

    fn chain(&self) -> impl Iterator<Item = &DataType> {
        self.data_type.iter().flat_map(|data_type| data_type.chain())
    }

    fn levels(&self) -> impl Iterator<Item = &Facets> {
        core::iter::once(&self.facets).chain(self.chain().map(|data_type| &data_type.facets))
    }

    fn nearest<T>(&self, facet: fn(&Facets) -> &Vec<T>) -> &[T] {
        self.levels().map(facet).find(|stated| !stated.is_empty()).map_or(&[], Vec::as_slice)
    }
}
