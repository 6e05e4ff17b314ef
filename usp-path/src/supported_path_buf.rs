use alloc::string::String;

use crate::parser::SupportedShape;
use crate::{Path, PathKind, Segment, SupportedPath, SupportedSegment, SupportedSegments};

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

crate::compare::owned_text!(SupportedPathBuf, SupportedPath);
