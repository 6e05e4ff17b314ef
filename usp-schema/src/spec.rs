//! What a schema is built from: the owned description of objects, parameters, commands and events.
//!
//! A reader of TR-106 XML fills these, and so does a Controller that learns a model from GetSupportedDMResp; the
//! [`SchemaBuilder`](crate::SchemaBuilder) makes an image of them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::terms::{ActiveNotify, DefaultKind, ObjectAccess, ParameterAccess, Status, Version};
use crate::value::{Decimal, PrimitiveType};

mod read_back;

/// Bounds of a length in characters (strings) or bytes (base64 and hexBinary, of the decoded value).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Smallest length.
    pub min: u32,
    /// Largest length; `None`: unbounded.
    pub max: Option<u32>,
}

impl Size {
    /// Whether a length is within the bounds.
    pub fn contains(&self, length: usize) -> bool {
        length >= self.min as usize && self.max.is_none_or(|max| length <= max as usize)
    }
}

/// Bounds of a number, which are whole numbers themselves, with an optional step counted from `min` (or from zero).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Range {
    /// Smallest value; `None`: that of the type.
    pub min: Option<i128>,
    /// Largest value; `None`: that of the type.
    pub max: Option<i128>,
    /// Distance between allowed values; `None`: 1, and any for decimal numbers.
    pub step: Option<i128>,
}

impl Range {
    /// Whether a whole number is within the bounds and on a step.
    pub fn contains(&self, value: i128) -> bool {
        self.min.is_none_or(|min| value >= min)
            && self.max.is_none_or(|max| value <= max)
            && self.step.is_none_or(|step| {
                step <= 1
                    || value.checked_sub(self.min.unwrap_or(0)).is_some_and(|distance| distance % step == 0)
            })
    }

    /// The same for a decimal number, exactly. A step leads from one whole number to another.
    pub(crate) fn contains_decimal(&self, value: Decimal) -> bool {
        let (whole, fraction) = value.split();
        self.min.is_none_or(|min| (whole, fraction) >= (min, 0))
            && self.max.is_none_or(|max| (whole, fraction) <= (max, 0))
            && (self.step.is_none() || fraction == 0 && self.contains(whole))
    }
}

/// One allowed value of an enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnumerationValue<S = String> {
    /// The value, as it appears on the wire.
    pub value: S,
    /// Whether the value is one that only the Agent sets.
    pub read_only: bool,
    /// Whether support of the value is optional.
    pub optional: bool,
    /// Whether the value is still for new use.
    pub status: Status,
}

impl EnumerationValue {
    /// A plain value that is in force.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), read_only: false, optional: false, status: Status::Current }
    }
}

/// What a list of values must keep to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ListSpec {
    /// Fewest items.
    pub min_items: u32,
    /// Most items; `None`: unbounded.
    pub max_items: Option<u32>,
    /// Bounds on the length in characters of the whole list text.
    pub sizes: Vec<Size>,
    /// Whether the items are lists in square brackets.
    pub nested_brackets: bool,
    /// What items that are lists themselves keep to; `None`: anything.
    pub inner: Option<InnerListSpec>,
}

/// What the lists in a list must keep to, each by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct InnerListSpec {
    /// Fewest items.
    pub min_items: u32,
    /// Most items; `None`: unbounded.
    pub max_items: Option<u32>,
    /// Bounds on the length in characters of the text between the brackets.
    pub sizes: Vec<Size>,
}

/// The values that another parameter holds at the moment are the allowed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnumerationRef<S = String> {
    /// Full supported path of that parameter, such as `Device.WiFi.Radio.{i}.SupportedStandards`.
    pub target: S,
    /// A value that is allowed as well and means "none".
    pub null_value: Option<S>,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceTarget {
    /// An object that is not a table row.
    Single,
    /// A row of a table.
    Row,
    /// A parameter.
    Parameter,
    /// Any of them.
    Any,
}

/// The value is the path of something else (TR-106 `pathRef`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReferenceSpec {
    /// Strong references are refused when they dangle, and cleaned when their target goes `[R-ARC.12]`.
    pub strong: bool,
    /// What kind of thing is referred to.
    pub target: ReferenceTarget,
    /// Full supported paths of the tables or objects that it may point into; empty: anywhere.
    pub parents: Vec<String>,
}

/// The type and facets of a parameter or argument, resolved: nothing is left to be looked up in a data type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SyntaxSpec {
    /// The primitive type, of the items where it is a list.
    pub primitive: PrimitiveType,
    /// Present where the value is a comma-separated list.
    pub list: Option<ListSpec>,
    /// The length must be within one of these; empty: any length.
    pub sizes: Vec<Size>,
    /// The number must be within one of these; empty: any number of the type.
    pub ranges: Vec<Range>,
    /// The text must match one of these XML Schema regular expressions; empty: any text.
    pub patterns: Vec<String>,
    /// The value must be one of these; empty: any value.
    pub enumeration: Vec<EnumerationValue>,
    /// The value must be one that another parameter offers.
    pub enumeration_ref: Option<EnumerationRef>,
    /// The value is a path.
    pub reference: Option<ReferenceSpec>,
    /// The named TR-181 data type that the syntax was derived from, such as `IPv4Address`.
    pub data_type: Option<String>,
    /// The unit of a number, such as `seconds`.
    pub units: Option<String>,
}

impl SyntaxSpec {
    /// A primitive type without any facet.
    pub fn new(primitive: PrimitiveType) -> Self {
        Self {
            primitive,
            list: None,
            sizes: Vec::new(),
            ranges: Vec::new(),
            patterns: Vec::new(),
            enumeration: Vec::new(),
            enumeration_ref: None,
            reference: None,
            data_type: None,
            units: None,
        }
    }
}

/// An object, a table, or an argument object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectSpec {
    /// Its own name without dots and without `{i}`, such as `Interface`.
    pub name: String,
    /// Whether it is a table, that is, has rows.
    pub table: bool,
    /// Who may add and delete rows.
    pub access: ObjectAccess,
    /// Fewest rows; 0 for a single object that may be absent.
    pub min_entries: u32,
    /// Most rows; `None`: unbounded, and so is the greatest number.
    pub max_entries: Option<u32>,
    /// Name of the parameter in the parent object that counts the rows.
    pub num_entries_parameter: Option<String>,
    /// Name of the parameter that switches a row on.
    pub enable_parameter: Option<String>,
    /// Name of the parameter in the parent object whose value says whether this object exists.
    pub discriminator_parameter: Option<String>,
    /// Whether foreign sub-trees may be mounted here.
    pub mount_point: bool,
    /// Whether the argument object must be given.
    pub mandatory: bool,
    /// Since when it exists.
    pub version: Version,
    /// Where in its life it is.
    pub status: Status,
}

impl ObjectSpec {
    /// A single object that is always there.
    pub fn single(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            table: false,
            access: ObjectAccess::ReadOnly,
            min_entries: 1,
            max_entries: Some(1),
            num_entries_parameter: None,
            enable_parameter: None,
            discriminator_parameter: None,
            mount_point: false,
            mandatory: false,
            version: Version::default(),
            status: Status::Current,
        }
    }

    /// A table with any number of rows.
    pub fn table(name: impl Into<String>) -> Self {
        Self { table: true, min_entries: 0, max_entries: None, ..Self::single(name) }
    }
}

/// A parameter of an object, or an argument of a command or event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParameterSpec {
    /// Its name.
    pub name: String,
    /// Type and facets.
    pub syntax: SyntaxSpec,
    /// Who may change it.
    pub access: ParameterAccess,
    /// Its default and when that applies.
    pub default: Option<(DefaultKind, String)>,
    /// Read only by Controllers that have a role in `SecuredRoles` (TR-106 `secured`).
    pub secured: bool,
    /// Reads back as the null value of its type (TR-106 `hidden`).
    pub hidden: bool,
    /// Triggers an action when written and reads back as the null value (TR-106 `command`).
    pub command: bool,
    /// Whether the argument must be given.
    pub mandatory: bool,
    /// How changes are reported.
    pub active_notify: ActiveNotify,
    /// Since when it exists.
    pub version: Version,
    /// Where in its life it is.
    pub status: Status,
}

impl ParameterSpec {
    /// A read-only parameter without default.
    pub fn new(name: impl Into<String>, syntax: SyntaxSpec) -> Self {
        Self {
            name: name.into(),
            syntax,
            access: ParameterAccess::ReadOnly,
            default: None,
            secured: false,
            hidden: false,
            command: false,
            mandatory: false,
            active_notify: ActiveNotify::Normal,
            version: Version::default(),
            status: Status::Current,
        }
    }
}

/// A command of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandSpec {
    /// Its name with the parentheses, such as `Reboot()`.
    pub name: String,
    /// Whether it runs on after the response and reports by OperationComplete.
    pub asynchronous: bool,
    /// Since when it exists.
    pub version: Version,
    /// Where in its life it is.
    pub status: Status,
}

impl CommandSpec {
    /// A synchronous command.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), asynchronous: false, version: Version::default(), status: Status::Current }
    }
}

/// An event of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventSpec {
    /// Its name with the exclamation mark, such as `Boot!`.
    pub name: String,
    /// Since when it exists.
    pub version: Version,
    /// Where in its life it is.
    pub status: Status,
}

impl EventSpec {
    /// An event.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), version: Version::default(), status: Status::Current }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_counts_its_steps_from_the_minimum() {
        let range = Range { min: Some(5), max: Some(100), step: Some(10) };
        assert!(range.contains(5) && range.contains(95));
        assert!(!range.contains(10) && !range.contains(100) && !range.contains(4) && !range.contains(105));
    }

    #[test]
    fn an_open_size_has_no_upper_bound() {
        let size = Size { min: 2, max: None };
        assert!(!size.contains(1));
        assert!(size.contains(usize::MAX));
    }
}
