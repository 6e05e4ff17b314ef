//! The traits and paths of generated code: a data model that the compiler checks.
//!
//! `usp-codegen` writes types that implement [`Object`], [`Command`], [`Event`] and [`Arguments`], and functions
//! that lead to typed paths: `device().ip().interface(1).enable()` is a [`ParameterPath<bool>`]. An Agent uses them
//! with [`DataModel`](crate::DataModel); a Controller puts their text into Messages, and reads what comes back as
//! [`Received`], typed or raw.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use usp_schema::{Value, ValueError};

mod arguments;
mod received;

pub use arguments::{ArgumentForm, ArgumentReader, ArgumentWriter};
pub use received::{RawText, Received};

/// A struct generated from an object of a data model: one optional field for each parameter.
///
/// Parameters are known by their position in [`PARAMETERS`](Self::PARAMETERS), which is also their order in the
/// schema image.
pub trait Object: Sized + Default {
    /// The supported path, such as `Device.IP.Interface.{i}.`.
    const PATH: &'static str;
    /// The position of the object in the image that it was generated with.
    const OBJECT: u32;
    /// The fingerprint of that image. In another image the object is found by its path.
    const FINGERPRINT: u64;
    /// The names of the parameters, in the order of the image.
    const PARAMETERS: &'static [&'static str];

    /// Calls `each` with position and value of every field that is set.
    fn values(&self, each: &mut dyn FnMut(usize, Value));

    /// Sets the field at a position; positions beyond the last are ignored.
    ///
    /// # Errors
    ///
    /// The value is not of the field's type.
    fn assign(&mut self, position: usize, value: &Value) -> Result<(), ValueError>;
}

/// A command of a data model with its argument structs.
pub trait Command {
    /// The supported path, such as `Device.IP.Diagnostics.IPPing()`.
    const PATH: &'static str;
    /// Whether it runs on after the response.
    const ASYNC: bool;
    /// Its input arguments.
    type Input: Arguments;
    /// Its output arguments.
    type Output: Arguments;
}

/// The arguments of an event of a data model.
pub trait Event: Arguments {
    /// The supported path, such as `Device.Boot!`.
    const PATH: &'static str;
}

/// A struct generated from the arguments of a command or event.
///
/// On the wire arguments are a map from argument path, such as `PerConnectionResult.1.IPAddress`, to text.
pub trait Arguments: Sized + Default {
    /// Argument paths and texts of everything that is set.
    fn to_arguments(&self) -> Vec<(String, String)>;

    /// Reads the struct from argument paths and texts. Unknown arguments are ignored `[R-OPR.6]`.
    ///
    /// # Errors
    ///
    /// A mandatory argument is missing `[R-OPR.5]`, or a text is no value of its argument.
    fn from_arguments(arguments: &[(&str, &str)]) -> Result<Self, ArgumentError>;
}

impl Arguments for () {
    fn to_arguments(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn from_arguments(_: &[(&str, &str)]) -> Result<Self, ArgumentError> {
        Ok(())
    }
}

/// Why texts are not the arguments of a command or event. The fault is the sender's (USP error 7027).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// An argument that must be given is not there `[R-OPR.5]`.
    #[error("the mandatory argument {name} is missing")]
    Missing {
        /// The argument path.
        name: String,
    },
    /// The text of an argument is no value of its type.
    #[error("the argument {name}: {source}")]
    Value {
        /// The argument path.
        name: String,
        /// What is wrong with the text.
        source: Box<ValueError>,
    },
}

impl ArgumentError {
    /// A mandatory argument is missing.
    pub fn missing(name: impl Into<String>) -> Self {
        Self::Missing { name: name.into() }
    }

    /// The same error, with the path of the object in front of the name.
    #[must_use]
    pub fn within(self, object: &str) -> Self {
        match self {
            Self::Missing { name } => Self::Missing { name: alloc::format!("{object}.{name}") },
            Self::Value { name, source } => Self::Value { name: alloc::format!("{object}.{name}"), source },
        }
    }

    /// The text of an argument is no value of its type.
    pub fn value(name: impl Into<String>, source: ValueError) -> Self {
        Self::Value { name: name.into(), source: Box::new(source) }
    }
}

/// Which rows of a table a typed path goes through.
///
/// ```
/// use usp_datamodel::typed::InstanceSelector;
///
/// assert_eq!(InstanceSelector::from(3).as_str(), "3");
/// assert_eq!(InstanceSelector::all().as_str(), "*");
/// assert_eq!(InstanceSelector::matching(r#"Alias=="lan""#).as_str(), r#"[Alias=="lan"]"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InstanceSelector(String);

impl InstanceSelector {
    /// Every row: `*`.
    pub fn all() -> Self {
        Self("*".to_owned())
    }

    /// The rows that match a Search Expression, given without its brackets.
    ///
    /// The text is not checked here; a path with a wrong expression is refused where it is used.
    pub fn matching(expression: &str) -> Self {
        Self(alloc::format!("[{expression}]"))
    }

    /// The text between the dots of a path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u32> for InstanceSelector {
    fn from(number: u32) -> Self {
        Self(alloc::format!("{number}"))
    }
}

impl fmt::Display for InstanceSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! typed_path {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<T> {
            text: String,
            leads_to: PhantomData<fn() -> T>,
        }

        impl<T> $name<T> {
            /// A path with this text, which generated code vouches for. A wrong text is refused where it is used.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self { text: text.into(), leads_to: PhantomData }
            }

            /// The path as it appears in Messages.
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        impl<T> AsRef<$name<T>> for $name<T> {
            fn as_ref(&self) -> &Self {
                self
            }
        }

        impl<T> From<&$name<T>> for String {
            fn from(path: &$name<T>) -> Self {
                path.text.clone()
            }
        }

        impl<T> From<$name<T>> for String {
            fn from(path: $name<T>) -> Self {
                path.text
            }
        }

        impl<T> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.text)
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self::from_text(self.text.clone())
            }
        }

        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.text == other.text
            }
        }

        impl<T> Eq for $name<T> {}

        impl<T> Hash for $name<T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.text.hash(state);
            }
        }
    };
}

typed_path! {
    /// Leads to an object or row that `T` was generated from, such as `Device.IP.Interface.1.`.
    ObjectPath
}
typed_path! {
    /// Leads to a table whose rows `T` was generated from, such as `Device.IP.Interface.`.
    TablePath
}
typed_path! {
    /// Leads to a parameter of type `T`, such as `Device.IP.Interface.1.Enable`.
    ParameterPath
}
typed_path! {
    /// Leads to a command, such as `Device.IP.Diagnostics.IPPing()`.
    CommandPath
}
typed_path! {
    /// Leads to an event, such as `Device.Boot!`.
    EventPath
}

impl<T> ObjectPath<T> {
    /// The Instance Number of the row that this leads to: 1 or more. `None` for an object that is no row, and where rows
    /// are named by a wildcard, a search or a reference.
    ///
    /// ```
    /// use usp_datamodel::typed::ObjectPath;
    ///
    /// let interface = ObjectPath::<()>::from_text("Device.IP.Interface.3.");
    /// assert_eq!(interface.instance_number(), Some(3));
    /// assert_eq!(ObjectPath::<()>::from_text("Device.IP.Interface.*.").instance_number(), None);
    /// assert_eq!(ObjectPath::<()>::from_text("Device.IP.Interface.3.Stats.").instance_number(), None);
    /// ```
    pub fn instance_number(&self) -> Option<u32> {
        let (_, last) = self.text.strip_suffix('.')?.rsplit_once('.')?;
        if last.starts_with(['+', '0']) { None } else { last.parse().ok() }
    }
}

impl<T> TablePath<T> {
    /// The row with this Instance Number, or the rows that the selector names.
    pub fn row(&self, instance: impl Into<InstanceSelector>) -> ObjectPath<T> {
        ObjectPath::from_text(alloc::format!("{}{}.", self.text, instance.into()))
    }
}
