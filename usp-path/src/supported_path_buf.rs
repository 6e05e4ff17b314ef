use alloc::string::String;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::parser::SupportedShape;
use crate::{ParsePathError, Path, PathKind, Segment, SupportedPath, SupportedSegment, SupportedSegments};

/// An owned path into the Supported Data Model, in canonical form; [`SupportedPath`] tells the syntax.
///
/// Equality, order and hash are those of the text, so a map keyed by it can be asked with a `&str` in canonical
/// form.
#[derive(Clone)]
pub struct SupportedPathBuf {
    text: String,
    /// Follows from the text and takes no part in comparisons.
    shape: SupportedShape,
}

impl SupportedPathBuf {
    /// `text`, in canonical form, was accepted as a supported path of this `shape`.
    pub(crate) const fn accepted(text: String, shape: SupportedShape) -> Self {
        Self { text, shape }
    }

    /// What [`Path::to_supported`] says.
    pub(crate) fn of_instantiated(path: Path<'_>) -> Option<Self> {
        let mut text = String::with_capacity(path.as_str().len() + 2);
        let mut shape =
            SupportedShape { kind: path.kind(), placeholder: false, instance: false, canonical: true };
        if shape.kind == PathKind::ObjectInstance {
            shape.kind = PathKind::Object;
        }
        for segment in path.segments() {
            if !text.is_empty() {
                text.push('.');
            }
            let segment = match segment {
                Segment::Name(name) => SupportedSegment::Name(name),
                Segment::Command(name) => SupportedSegment::Command(name),
                Segment::Event(name) => SupportedSegment::Event(name),
                Segment::Instance(_) | Segment::Wildcard | Segment::Expression(_) => {
                    shape.placeholder = true;
                    SupportedSegment::Table
                }
                Segment::Follow(_) => return None,
            };
            crate::canonical::push_display(&mut text, segment);
        }
        if shape.kind.is_object() {
            text.push('.');
        }
        Some(Self { text, shape })
    }

    /// The same path, borrowed; costs nothing.
    pub fn as_path(&self) -> SupportedPath<'_> {
        SupportedPath::accepted(&self.text, self.shape)
    }

    /// The text in canonical form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text in canonical form, without copying it.
    pub fn into_string(self) -> String {
        self.text
    }

    /// What the path names, as far as the text tells; see [`SupportedPath::kind`].
    pub const fn kind(&self) -> PathKind {
        self.shape.kind
    }

    /// The segments, first to last; at least one.
    pub fn segments(&self) -> SupportedSegments<'_> {
        SupportedSegments::new(&self.text)
    }
}

/// Reads a supported path, with [`Limits::DEFAULT`](crate::Limits::DEFAULT).
///
/// # Errors
///
/// As for [`SupportedPath::parse`].
impl FromStr for SupportedPathBuf {
    type Err = ParsePathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(SupportedPath::parse(text)?.to_path_buf())
    }
}

impl From<SupportedPath<'_>> for SupportedPathBuf {
    fn from(path: SupportedPath<'_>) -> Self {
        path.to_path_buf()
    }
}

impl AsRef<str> for SupportedPathBuf {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Borrow<str> for SupportedPathBuf {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl PartialEq for SupportedPathBuf {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for SupportedPathBuf {}

impl PartialEq<SupportedPath<'_>> for SupportedPathBuf {
    fn eq(&self, other: &SupportedPath<'_>) -> bool {
        self.as_path() == *other
    }
}

impl PartialEq<SupportedPathBuf> for SupportedPath<'_> {
    fn eq(&self, other: &SupportedPathBuf) -> bool {
        *self == other.as_path()
    }
}

impl PartialOrd for SupportedPathBuf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SupportedPathBuf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for SupportedPathBuf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for SupportedPathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for SupportedPathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SupportedPathBuf").field(&self.text).finish()
    }
}
