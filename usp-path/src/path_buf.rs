use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::parser::{Shape, is_name};
use crate::{BuildPathError, Follow, InstanceNumber, Path, PathKind, RelativePath, Segment, Segments};

/// An owned path into the Instantiated Data Model, in canonical form.
///
/// [`Path`] tells the syntax. Reading a text and printing it are inverse, but for what the sender was forgiven.
/// Equality, order and hash are those of the text, so a map keyed by `PathBuf` can be asked with a `&str` in
/// canonical form.
///
/// Paths are built by pushing segments. A name that was pushed last is that of a parameter;
/// [`make_object`](Self::make_object) makes it that of an object.
///
/// ```
/// use usp_path::{InstanceNumber, PathBuf};
///
/// let mut path = PathBuf::device();
/// path.push_name("IP")?;
/// path.push_name("Interface")?;
/// path.push_instance(InstanceNumber::MIN)?;
/// assert_eq!(path.as_str(), "Device.IP.Interface.1.");
/// path.push_name("Enable")?;
/// assert_eq!(path.as_str(), "Device.IP.Interface.1.Enable");
/// # Ok::<(), usp_path::BuildPathError>(())
/// ```
#[derive(Clone)]
pub struct PathBuf {
    text: String,
    /// Follows from the text and takes no part in comparisons.
    shape: Shape,
}

impl PathBuf {
    /// `Device.`, the root object of every device.
    pub fn device() -> Self {
        Self::accepted("Device.".to_owned(), Shape { kind: PathKind::Object, search: false, canonical: true })
    }

    /// `text`, in canonical form, was accepted as a path of this `shape`.
    pub(crate) const fn accepted(text: String, shape: Shape) -> Self {
        Self { text, shape }
    }

    /// The same path, borrowed; costs nothing.
    pub fn as_path(&self) -> Path<'_> {
        Path::accepted(&self.text, self.shape)
    }

    /// The text in canonical form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text in canonical form, without copying it.
    pub fn into_string(self) -> String {
        self.text
    }

    /// What the path names, as far as the text tells.
    pub const fn kind(&self) -> PathKind {
        self.shape.kind
    }

    /// Whether there is a wildcard, an expression or `#*+` in it; see [`Path::is_search`].
    pub const fn is_search(&self) -> bool {
        self.shape.search
    }

    /// The segments, first to last; at least one.
    pub fn segments(&self) -> Segments<'_> {
        Segments::new(&self.text)
    }

    /// Makes the path one name longer, that of a parameter, or of an object if more is pushed.
    ///
    /// # Errors
    ///
    /// If `name` is no name, or if the path is that of a command or event. The path is then as it was.
    pub fn push_name(&mut self, name: &str) -> Result<(), BuildPathError> {
        self.push(Segment::Name(name))
    }

    /// Names the row `number` of the table that the path names.
    ///
    /// # Errors
    ///
    /// If the path cannot be that of a table: it is the root object, a row, a command or an event, or ends with
    /// a reference that is followed. The path is then as it was.
    pub fn push_instance(&mut self, number: InstanceNumber) -> Result<(), BuildPathError> {
        self.push(Segment::Instance(number))
    }

    /// Makes the path one segment longer.
    ///
    /// # Errors
    ///
    /// As for [`push_name`](Self::push_name) and [`push_instance`](Self::push_instance); a reference can be
    /// followed only behind a name that was pushed last. The path is then as it was.
    pub fn push(&mut self, segment: Segment<'_>) -> Result<(), BuildPathError> {
        self.may_push(&segment)?;
        if !self.text.ends_with('.') && !matches!(segment, Segment::Follow(_)) {
            self.text.push('.');
        }
        let mut search = false;
        self.shape.kind = match segment {
            Segment::Name(_) => PathKind::Parameter,
            Segment::Command(_) => PathKind::Command,
            Segment::Event(_) => PathKind::Event,
            Segment::Follow(follow) => {
                search = follow == Follow::All;
                PathKind::Object
            }
            Segment::Instance(_) => PathKind::ObjectInstance,
            Segment::Wildcard | Segment::Expression(_) => {
                search = true;
                PathKind::ObjectInstance
            }
        };
        self.shape.search |= search;
        crate::canonical::push_display(&mut self.text, segment);
        if self.shape.kind.is_object() {
            self.text.push('.');
        }
        Ok(())
    }

    /// Goes on with `relative`.
    ///
    /// # Errors
    ///
    /// As for [`Path::join`]. The path is then as it was.
    pub fn push_relative(&mut self, relative: RelativePath<'_>) -> Result<(), BuildPathError> {
        if let Some(first) = relative.segments().next() {
            self.may_push(&first)?;
        }
        self.make_object();
        self.text.push_str(&relative.canonical());
        self.shape.kind = relative.kind();
        self.shape.search |= relative.is_search();
        Ok(())
    }

    /// Takes a Parameter Path for the Object Path that it may be as well: puts the final dot.
    pub fn make_object(&mut self) {
        if self.shape.kind == PathKind::Parameter {
            self.text.push('.');
            self.shape.kind = PathKind::Object;
        }
    }

    fn may_push(&self, segment: &Segment<'_>) -> Result<(), BuildPathError> {
        match self.shape.kind {
            PathKind::Command => return Err(BuildPathError::BehindCommand),
            PathKind::Event => return Err(BuildPathError::BehindEvent),
            PathKind::Object | PathKind::ObjectInstance | PathKind::Parameter => {}
        }
        match segment {
            Segment::Name(name) | Segment::Command(name) | Segment::Event(name) if !is_name(name) => {
                Err(BuildPathError::NotAName)
            }
            Segment::Follow(_) if self.shape.kind != PathKind::Parameter => {
                Err(BuildPathError::FollowOfNothing)
            }
            _ if !segment.is_instance_identifier() => Ok(()),
            _ if self.shape.kind == PathKind::ObjectInstance || self.text.ends_with("+.") => {
                Err(BuildPathError::InstanceAfterInstance)
            }
            _ if self.segments().nth(1).is_none() => Err(BuildPathError::InstanceOfRoot),
            _ => Ok(()),
        }
    }
}

crate::compare::owned_text!(PathBuf, Path);
