//! The types of values.

use core::fmt;

use super::PrimitiveType;

/// The type of a value: a primitive type, or a list of values of some type.
///
/// [`Syntax::takes`](crate::Syntax::takes) says whether values of a type are values of a parameter.
///
/// ```
/// use usp_schema::{Ipv4Address, PrimitiveType, TypedValue, ValueType};
///
/// assert_eq!(u32::TYPE, Some(ValueType::Single(PrimitiveType::UnsignedInt)));
/// let servers = Vec::<Ipv4Address>::TYPE.map(|ty| ty.to_string());
/// assert_eq!(servers.as_deref(), Some("list of string"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A single value.
    Single(PrimitiveType),
    /// A list; `None` where only the values say of what.
    List(Option<&'static ValueType>),
}

impl fmt::Display for ValueType {
    /// Writes the names of TR-106: `unsignedInt`, `list of string`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ty = *self;
        // Lists of lists are as deep as the program has written them.
        loop {
            match ty {
                Self::Single(primitive) => return f.write_str(primitive.as_str()),
                Self::List(None) => return f.write_str("list"),
                Self::List(Some(&items)) => {
                    f.write_str("list of ")?;
                    ty = items;
                }
            }
        }
    }
}
