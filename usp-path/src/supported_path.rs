use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use crate::parser::{self, Shape, SupportedShape};
use crate::{
    InstanceNumber, Limits, ParsePathError, Path, PathBuf, PathKind, SupportedPathBuf, SupportedSegment,
    SupportedSegments,
};

/// A path into the Supported Data Model, checked and borrowed from the text that holds it.
///
/// # Syntax
///
/// Names between dots; behind the name of a table stands `{i}` for all its rows. The path of an object ends with
/// a dot, that of a command with `()`, that of an event with `!`. A missing final dot behind `{i}` is forgiven.
/// A path into a part of the model that differs from row to row names those rows by Instance Number, before any
/// `{i}`: `Device.ProxiedDevice.2.Host.{i}.`.
///
/// ```
/// use usp_path::{PathKind, SupportedPath};
///
/// // Checked by the compiler: a mistake in the text does not compile.
/// const ENABLE: SupportedPath<'static> = SupportedPath::from_static("Device.IP.Interface.{i}.Enable");
///
/// assert_eq!(ENABLE.kind(), PathKind::Parameter);
/// assert!(SupportedPath::parse("Device.IP.Interface.*.Enable").is_err());
/// ```
///
/// Equality, order and hash are those of the [canonical](Self::canonical) text.
#[derive(Clone, Copy)]
pub struct SupportedPath<'a> {
    text: &'a str,
    shape: SupportedShape,
}

impl<'a> SupportedPath<'a> {
    /// Reads a supported path, with [`Limits::DEFAULT`]. Allocates nothing.
    ///
    /// # Errors
    ///
    /// Text that is no path of the Supported Data Model, and text over a limit.
    pub const fn parse(text: &'a str) -> Result<Self, ParsePathError> {
        Self::parse_with(text, &Limits::DEFAULT)
    }

    /// Reads a supported path. Allocates nothing.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub const fn parse_with(text: &'a str, limits: &Limits) -> Result<Self, ParsePathError> {
        match parser::supported_path(text, limits) {
            Ok(shape) => Ok(Self { text, shape }),
            Err(error) => Err(error),
        }
    }

    /// `text` was accepted as a supported path of this `shape`.
    pub(crate) const fn accepted(text: &'a str, shape: SupportedShape) -> Self {
        Self { text, shape }
    }

    /// The text as it was written, for answers that repeat the requested path.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The text with the final dot of an object; borrowed if it was written so.
    pub fn canonical(&self) -> Cow<'a, str> {
        if self.shape.canonical {
            return Cow::Borrowed(self.text);
        }
        let mut canonical = String::with_capacity(self.text.len() + 1);
        canonical.push_str(self.text);
        canonical.push('.');
        Cow::Owned(canonical)
    }

    /// What the path names, as far as the text tells. A path that ends with `{i}` names the table: it is an
    /// [`Object`](PathKind::Object) path.
    pub const fn kind(&self) -> PathKind {
        self.shape.kind
    }

    /// Whether there is an Instance Number in it.
    pub const fn has_instance_number(&self) -> bool {
        self.shape.instance
    }

    /// The segments, first to last; at least one.
    pub fn segments(&self) -> SupportedSegments<'a> {
        SupportedSegments::new(self.text)
    }

    /// An owned copy in canonical form.
    pub fn to_path_buf(&self) -> SupportedPathBuf {
        SupportedPathBuf::accepted(
            self.canonical().into_owned(),
            SupportedShape { canonical: true, ..self.shape },
        )
    }

    /// The path without its last segment, or `None` for the root object.
    pub fn parent(&self) -> Option<SupportedPath<'a>> {
        let (before, _) = self.text.strip_suffix('.').unwrap_or(self.text).rsplit_once('.')?;
        let (parent, _) = self.text.split_at_checked(before.len() + 1)?;
        SupportedPath::parse_with(parent, &Limits::UNLIMITED).ok()
    }

    /// Whether the first segments of this path are those of `prefix`; final dots do not count.
    pub fn starts_with(&self, prefix: SupportedPath<'_>) -> bool {
        let mut segments = self.segments();
        prefix.segments().all(|segment| segments.next() == Some(segment))
    }

    /// The same text as a path into the Instantiated Data Model, or `None` if there is a `{i}` in it.
    pub const fn as_instantiated(&self) -> Option<Path<'a>> {
        if self.shape.placeholder {
            return None;
        }
        let shape = Shape { kind: self.shape.kind, search: false, canonical: self.shape.canonical };
        Some(Path::accepted(self.text, shape))
    }

    /// The path of an instance: each `{i}` becomes the next number of `instances`.
    ///
    /// `None` if there are more or fewer numbers than placeholders.
    ///
    /// ```
    /// # use usp_path::{InstanceNumber, SupportedPath};
    /// let path = SupportedPath::parse("Device.IP.Interface.{i}.Enable")?;
    /// let instance = path.instantiate([InstanceNumber::MIN]).unwrap();
    /// assert_eq!(instance.as_str(), "Device.IP.Interface.1.Enable");
    /// # Ok::<(), usp_path::ParsePathError>(())
    /// ```
    pub fn instantiate(&self, instances: impl IntoIterator<Item = InstanceNumber>) -> Option<PathBuf> {
        let mut instances = instances.into_iter();
        let mut text = String::with_capacity(self.text.len() + 8);
        let mut kind = self.shape.kind;
        for segment in self.segments() {
            if !text.is_empty() {
                text.push('.');
            }
            let segment = match segment {
                SupportedSegment::Table => {
                    kind = PathKind::ObjectInstance;
                    SupportedSegment::Instance(instances.next()?)
                }
                other => {
                    kind = self.shape.kind;
                    other
                }
            };
            crate::canonical::push_display(&mut text, segment);
        }
        if kind.is_object() {
            text.push('.');
        }
        match instances.next() {
            None => Some(PathBuf::accepted(text, Shape { kind, search: false, canonical: true })),
            Some(_) => None,
        }
    }
}

impl SupportedPath<'static> {
    /// The supported path `text`, for constants.
    ///
    /// # Panics
    ///
    /// If `text` is no supported path. In a constant, where this belongs, that is an error at compile time.
    #[allow(clippy::panic, reason = "in a constant the panic is the compiler's error message")]
    #[track_caller]
    pub const fn from_static(text: &'static str) -> Self {
        match Self::parse_with(text, &Limits::UNLIMITED) {
            Ok(path) => path,
            Err(error) => panic!("{}", error.description()),
        }
    }
}

impl<'a> TryFrom<&'a str> for SupportedPath<'a> {
    type Error = ParsePathError;

    fn try_from(text: &'a str) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

crate::compare::compared_by_text!(SupportedPath<'_>, canonical);

/// Prints the canonical form.
impl fmt::Display for SupportedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.canonical())
    }
}

impl fmt::Debug for SupportedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SupportedPath").field(&self.text).finish()
    }
}
