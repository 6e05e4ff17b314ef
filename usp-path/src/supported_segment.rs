use core::fmt;

use crate::InstanceNumber;

/// One step of a path into the Supported Data Model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SupportedSegment<'a> {
    /// The name of an object, a table or a parameter.
    Name(&'a str),
    /// `{i}`: all rows of the table named before it.
    Table,
    /// One row of the table named before it, in a part of the model that differs from row to row.
    Instance(InstanceNumber),
    /// The name of a command, without `()`.
    Command(&'a str),
    /// The name of an event, without `!`.
    Event(&'a str),
}

/// As it stands in a path, without dots.
impl fmt::Display for SupportedSegment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Table => f.write_str("{i}"),
            Self::Instance(number) => fmt::Display::fmt(number, f),
            Self::Command(name) => write!(f, "{name}()"),
            Self::Event(name) => write!(f, "{name}!"),
        }
    }
}

/// The segments of a supported path, first to last.
#[derive(Debug, Clone)]
pub struct SupportedSegments<'a> {
    rest: &'a str,
}

impl<'a> SupportedSegments<'a> {
    /// `text` was accepted as a supported path.
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for SupportedSegments<'a> {
    type Item = SupportedSegment<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (segment, rest) = self.rest.split_once('.').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(if segment == "{i}" {
            SupportedSegment::Table
        } else if let Some(command) = segment.strip_suffix("()") {
            SupportedSegment::Command(command)
        } else if let Some(event) = segment.strip_suffix('!') {
            SupportedSegment::Event(event)
        } else {
            segment.parse().map_or(SupportedSegment::Name(segment), SupportedSegment::Instance)
        })
    }
}

impl core::iter::FusedIterator for SupportedSegments<'_> {}
