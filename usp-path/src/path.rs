use alloc::borrow::Cow;
use core::fmt;

use crate::fault::Fault;
use crate::parser::{self, Shape};
use crate::{
    BuildPathError, Limits, ParsePathError, PathBuf, PathKind, RelativePath, Segment, Segments,
    SupportedPath, SupportedPathBuf,
};

/// A path into the Instantiated Data Model, checked and borrowed from the text that holds it.
///
/// # Syntax
///
/// TR-369 section "Data Model Path Grammar": names and instance identifiers between dots, the name of the root
/// object first. An instance identifier is an Instance Number, `*` or a [`SearchExpression`] in square brackets.
/// Object and Object Instance Paths end with a dot, Command Paths with `()`, Event Paths with `!`. A `+` behind
/// the name of a reference parameter goes on from the object that it refers to.
///
/// What a sender may leave out or add, and gets away with: the final dot, where nothing but an object can be
/// meant; spaces and tabs round the operators of an expression and round `&&` `[R-ARC.9a]`; a `%` in a string
/// that escapes nothing. It is printed as it should have been written `[R-ARC.9b]`, while [`as_str`] returns the
/// original. Names may also hold `-`, as those of some vendors do.
///
/// ```
/// use usp_path::{Path, PathKind};
///
/// let path = Path::parse(r#"Device.IP.Interface.[Type == "Normal"].Status"#)?;
/// assert_eq!(path.kind(), PathKind::Parameter);
/// assert!(path.is_search());
/// assert_eq!(path.to_string(), r#"Device.IP.Interface.[Type=="Normal"].Status"#);
///
/// assert!(Path::parse("Device.IP.Interface.{i}.Status").is_err());
/// # Ok::<(), usp_path::ParsePathError>(())
/// ```
///
/// # Comparing
///
/// Equality, order and hash are those of the [canonical](Self::canonical) text, as they are for [`PathBuf`].
///
/// [`SearchExpression`]: crate::SearchExpression
/// [`as_str`]: Self::as_str
#[derive(Clone, Copy)]
pub struct Path<'a> {
    text: &'a str,
    shape: Shape,
}

impl<'a> Path<'a> {
    /// Reads a path, with [`Limits::DEFAULT`]. Allocates nothing.
    ///
    /// # Errors
    ///
    /// Text that is no path of the Instantiated Data Model, and text over a limit.
    pub fn parse(text: &'a str) -> Result<Self, ParsePathError> {
        Self::parse_with(text, &Limits::DEFAULT)
    }

    /// Reads a path. Allocates nothing.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn parse_with(text: &'a str, limits: &Limits) -> Result<Self, ParsePathError> {
        let shape = parser::path(text, limits)?;
        Ok(Self { text, shape })
    }

    /// `text` was accepted as a path of this `shape`.
    pub(crate) const fn accepted(text: &'a str, shape: Shape) -> Self {
        Self { text, shape }
    }

    /// The text as it was written, for answers that repeat the requested path.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The text as it is printed: no whitespace, with the final dot of an object; borrowed if it was written so.
    ///
    /// `Device.IP` stays as it is, since it may well name a parameter.
    pub fn canonical(&self) -> Cow<'a, str> {
        crate::canonical::canonical(self.text, self.shape)
    }

    /// What the path names, as far as the text tells.
    pub const fn kind(&self) -> PathKind {
        self.shape.kind
    }

    /// Whether it is a Search Path by its text: with a wildcard, an expression or `#*+` in it.
    ///
    /// An expression that turns out to be a Unique Key addresses one row; that is for the schema to say.
    pub const fn is_search(&self) -> bool {
        self.shape.search
    }

    /// Whether the text ends with a dot.
    pub fn has_trailing_dot(&self) -> bool {
        self.text.ends_with('.')
    }

    /// The segments, first to last; at least one. Walks the text again and allocates nothing.
    pub fn segments(&self) -> Segments<'a> {
        Segments::new(self.text)
    }

    /// An owned copy in canonical form.
    pub fn to_path_buf(&self) -> PathBuf {
        PathBuf::accepted(self.canonical().into_owned(), Shape { canonical: true, ..self.shape })
    }

    /// The path without its last segment, or `None` for the root object.
    ///
    /// The parent of a parameter, command, event or object is an object, that of a row is its table. That of
    /// `….Interface+.` is the parameter `….Interface`.
    ///
    /// ```
    /// # use usp_path::Path;
    /// let path = Path::parse("Device.IP.Interface.1.Enable")?;
    /// let row = path.parent().unwrap();
    /// assert_eq!(row.as_str(), "Device.IP.Interface.1.");
    /// assert_eq!(row.parent().unwrap().as_str(), "Device.IP.Interface.");
    /// # Ok::<(), usp_path::ParsePathError>(())
    /// ```
    pub fn parent(&self) -> Option<Path<'a>> {
        let mut segments = self.segments();
        let mut last = segments.as_str();
        while segments.next().is_some() && !segments.as_str().is_empty() {
            last = segments.as_str();
        }
        let (parent, _) = self.text.split_at_checked(self.text.len() - last.len())?;
        Path::parse_with(parent, &Limits::UNLIMITED).ok()
    }

    /// The path one `segment` longer.
    ///
    /// # Errors
    ///
    /// As for [`PathBuf::push`].
    pub fn child(&self, segment: Segment<'_>) -> Result<PathBuf, BuildPathError> {
        let mut path = self.to_path_buf();
        path.push(segment)?;
        Ok(path)
    }

    /// The path that `relative` names when it starts here.
    ///
    /// A missing final dot is put in between, so that `Device.IP` can be the object that it may be.
    ///
    /// ```
    /// # use usp_path::{Path, RelativePath};
    /// let table = Path::parse("Device.WiFi.Radio.")?;
    /// let joined = table.join(RelativePath::parse("1.Stats.BytesSent")?)?;
    /// assert_eq!(joined.as_str(), "Device.WiFi.Radio.1.Stats.BytesSent");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If this path is that of a command or event, or if both ends are instance identifiers.
    pub fn join(&self, relative: RelativePath<'_>) -> Result<PathBuf, BuildPathError> {
        let mut path = self.to_path_buf();
        path.push_relative(relative)?;
        Ok(path)
    }

    /// Whether the first segments of this path are those of `prefix`.
    ///
    /// Final dots do not count, and names match as a whole: `Device.IP.Interface.1.` starts with `Device.IP.`,
    /// `Device.IPsec.` does not.
    pub fn starts_with(&self, prefix: Path<'_>) -> bool {
        let mut segments = self.segments();
        prefix.segments().all(|segment| segments.next() == Some(segment))
    }

    /// The same path, if it can be one of the kind `wanted`: for fields of messages that take only some kinds.
    ///
    /// A Parameter Path passes for an Object Path, since the sender may have left out the final dot.
    ///
    /// ```
    /// # use usp_path::{Path, PathKind};
    /// let path = Path::parse("Device.Reboot")?;
    /// let error = path.expect_kind(PathKind::Command).unwrap_err();
    /// assert_eq!(error.hint(), Some("a command ends with `()`"));
    /// # Ok::<(), usp_path::ParsePathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A path of another kind; the error points at what is missing or too much at its end.
    pub fn expect_kind(self, wanted: PathKind) -> Result<Self, ParsePathError> {
        let fault = match (wanted, self.kind()) {
            (PathKind::Object, PathKind::Parameter) => return Ok(self),
            (wanted, kind) if wanted == kind => return Ok(self),
            (PathKind::Object, _) => Fault::ObjectWanted,
            (PathKind::ObjectInstance, _) => Fault::InstanceWanted,
            (PathKind::Parameter, _) => Fault::ParameterWanted,
            (PathKind::Command, _) => Fault::CommandWanted,
            (PathKind::Event, _) => Fault::EventWanted,
        };
        let end = self.text.len();
        let ending = match self.kind() {
            PathKind::Command => 2,
            PathKind::Event => 1,
            PathKind::Object | PathKind::ObjectInstance if self.has_trailing_dot() => 1,
            PathKind::Object | PathKind::ObjectInstance | PathKind::Parameter => 0,
        };
        Err(ParsePathError::new(fault, end - ending, end))
    }

    /// The path in the Supported Data Model: every instance identifier becomes `{i}`.
    ///
    /// `None` if the path follows a reference: where that leads, no text tells.
    pub fn to_supported(&self) -> Option<SupportedPathBuf> {
        SupportedPathBuf::of_instantiated(*self)
    }
}

impl Path<'static> {
    /// The path `text`, for constants: without wildcards, expressions and references to follow.
    ///
    /// ```
    /// use usp_path::Path;
    ///
    /// const LOCAL_AGENT: Path<'static> = Path::from_static("Device.LocalAgent.");
    /// ```
    ///
    /// # Panics
    ///
    /// If `text` is no such path. In a constant, where this belongs, that is an error at compile time.
    #[allow(clippy::panic, reason = "in a constant the panic is the compiler's error message")]
    #[track_caller]
    pub const fn from_static(text: &'static str) -> Self {
        match SupportedPath::from_static(text).as_instantiated() {
            Some(path) => path,
            None => panic!("{}", Fault::Placeholder.texts().description),
        }
    }
}

impl<'a> TryFrom<&'a str> for Path<'a> {
    type Error = ParsePathError;

    fn try_from(text: &'a str) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

crate::compare::compared_by_text!(Path<'_>, canonical);

/// Prints the canonical form.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::canonical::fmt_canonical(f, self.text, self.shape)
    }
}

impl fmt::Debug for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Path").field(&self.text).finish()
    }
}
