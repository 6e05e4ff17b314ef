//! Why no schema can be built.

use alloc::string::String;

use crate::image::ImageError;
use crate::pattern::PatternError;

/// Why no schema can be made of what was given. The fault is the caller's: the model contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A name is no name of TR-106: a letter or underscore, then letters, digits, underscores and hyphens.
    #[error("\"{name}\" in {place} is not a name of a data model element")]
    Name {
        /// The name.
        name: String,
        /// The object that it was to be added to.
        place: String,
    },
    /// A command or event is to be added to the arguments of another.
    #[error("{name} cannot be an argument: commands and events belong to objects of the model")]
    Misplaced {
        /// The name.
        name: String,
    },
    /// Two elements of one object have the same name.
    #[error("{path} is there twice")]
    Duplicate {
        /// The full path.
        path: String,
    },
    /// A mount is to be added to what is no table or no mount point.
    #[error("{mount} cannot be mounted at {path}: it is no table that the model has as a mount point")]
    NoMountPoint {
        /// The object.
        path: String,
        /// The name of the mount.
        mount: String,
    },
    /// A table has a mount of this name already.
    #[error("{path} has a mount {mount} already")]
    MountedTwice {
        /// The table.
        path: String,
        /// The name of the mount.
        mount: String,
    },
    /// A mount is to hold something else than objects.
    #[error("{mount} is a mount, which holds objects and not {what}")]
    InMount {
        /// The name of the element.
        what: String,
        /// The mount.
        mount: String,
    },
    /// A key, or one of the parameters that steer an object, names a parameter that does not exist.
    #[error("{path} names the parameter \"{parameter}\" as its {role}, which does not exist there")]
    UnknownParameter {
        /// The object.
        path: String,
        /// The name that leads nowhere.
        parameter: String,
        /// What the parameter was to be used for.
        role: &'static str,
    },
    /// A path is to be selected that is not that of an object, parameter, command or event.
    #[error("the model has no \"{path}\"")]
    UnknownElement {
        /// The path.
        path: String,
    },
    /// A pattern cannot be compiled.
    #[error("{path} has the pattern \"{pattern}\": {source}")]
    Pattern {
        /// The parameter.
        path: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: PatternError,
    },
    /// The model is larger than an image can hold.
    #[error("the model is too large for an image: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        limit: usize,
    },
    /// A handle comes from another builder.
    #[error("the handle belongs to another builder")]
    ForeignHandle,
    /// The image that was built does not load. The fault is this crate's.
    #[error("the image that was built does not load: {0}")]
    Image(#[from] ImageError),
}
