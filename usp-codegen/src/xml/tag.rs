use core::str::FromStr;
use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::AttrError;

use usp_schema::Decimal;

use super::keyword::{Keyword, expected_words};
use super::markup::bad_reference;
use super::source::Source;
use crate::{CodegenError, ErrorKind, Version};

/// More attributes than this on one element are refused: looking for duplicates costs their square.
pub(crate) const MAX_ATTRIBUTES: usize = 64;

/// All attributes of TR-106, whether or not this reader has a use for them.
const KNOWN: [&str; 51] = [
    "access",
    "action",
    "activeNotify",
    "async",
    "base",
    "code",
    "command",
    "discriminatorParameter",
    "enableParameter",
    "extends",
    "file",
    "forcedInform",
    "functional",
    "hidden",
    "id",
    "isService",
    "mandatory",
    "maxEntries",
    "maxInclusive",
    "maxItems",
    "maxLength",
    "minEntries",
    "minInclusive",
    "minItems",
    "minLength",
    "mountType",
    "name",
    "nestedBrackets",
    "nullValue",
    "numEntriesParameter",
    "optional",
    "path",
    "ref",
    "refType",
    "requirement",
    "secured",
    "spec",
    "status",
    "step",
    "targetDataType",
    "targetParam",
    "targetParamScope",
    "targetParent",
    "targetParentScope",
    "targetType",
    "type",
    "units",
    "uri",
    "value",
    "version",
    "xmlns",
];

/// A start tag, and where it stands.
#[derive(Debug)]
pub(crate) struct Tag<'x> {
    source: Source<'x>,
    offset: usize,
    line: u32,
    start: BytesStart<'x>,
}

impl<'x> Tag<'x> {
    pub(super) fn new(source: Source<'x>, offset: usize, line: u32, start: BytesStart<'x>) -> Self {
        Self { source, offset, line, start }
    }

    /// Name of the element, without its prefix.
    pub(crate) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The line on which the element begins, counted from 1.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// The element's own attributes in the order of the file.
    ///
    /// Of those from another namespace only `version` is shown, because older full files carry it there.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Result<Attribute<'_>, CodegenError>> {
        self.start.attributes().enumerate().filter_map(|(index, attribute)| {
            if index == MAX_ATTRIBUTES {
                let kind = ErrorKind::TooLarge { what: "the number of attributes", limit: MAX_ATTRIBUTES };
                return Some(Err(self.error(kind)));
            }
            let attribute = match attribute {
                Ok(attribute) if index < MAX_ATTRIBUTES => attribute,
                Ok(_) => return None,
                Err(error) => return Some(Err(self.syntax_error(&error))),
            };
            let name = match attribute.key.into_inner().split_once(':') {
                None => attribute.key.into_inner(),
                Some((_, "version")) => "version",
                Some(_) => return None,
            };
            Some(match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => Ok(Attribute { source: self.source, offset: self.offset, name, value }),
                Err(error) => Err(match bad_reference(&attribute.value) {
                    Some((at, message)) => {
                        let offset = self.source.offset_of(&attribute.value) + at;
                        self.source.error(offset, ErrorKind::Xml(message))
                    }
                    None => self.error(ErrorKind::Xml(error.to_string())),
                }),
            })
        })
    }

    /// An attribute without a prefix that no element of TR-106 has.
    pub(crate) fn unknown_attribute(&self) -> Option<&str> {
        let mut attributes = self.start.attributes();
        let names = attributes.with_checks(false).take(MAX_ATTRIBUTES).flatten();
        names
            .map(|attribute| attribute.key.into_inner())
            .find(|name| !name.contains(':') && *name != "xmlns" && KNOWN.binary_search(name).is_err())
    }

    /// What messages call the element: the attribute that names it or says what it stands for.
    pub(crate) fn label(&self) -> String {
        ["name", "base", "ref"]
            .into_iter()
            .map(|attribute| self.value_of(attribute))
            .find(|value| !value.is_empty())
            .unwrap_or_default()
    }

    /// The value of this attribute for use in a message; empty if it is not there.
    pub(crate) fn value_of(&self, attribute: &str) -> String {
        let found = self.attributes().flatten().find(|candidate| candidate.name() == attribute);
        found.map(|attribute| attribute.trimmed()).unwrap_or_default()
    }

    /// An error at this tag.
    pub(crate) fn error(&self, kind: ErrorKind) -> CodegenError {
        self.source.error(self.offset, kind)
    }

    /// The error for attributes that are not well-formed.
    fn syntax_error(&self, error: &AttrError) -> CodegenError {
        let (at, message) = match error {
            AttrError::ExpectedEq(at) => (at, "expected = after the name of an attribute"),
            AttrError::ExpectedValue(at) => (at, "expected the value of an attribute after ="),
            AttrError::UnquotedValue(at) => (at, "the value of an attribute is not in quotes"),
            AttrError::ExpectedQuote(at, _) => (at, "the quote behind the value of an attribute is missing"),
            AttrError::Duplicated(at, _) => (at, "an attribute is there twice"),
        };
        // Offsets count from behind the < of the tag.
        self.source.error(self.offset + 1 + at, ErrorKind::Xml(message.to_owned()))
    }

    /// The value of an attribute that has to be there.
    pub(crate) fn required<T>(&self, attribute: &'static str, value: Option<T>) -> Result<T, CodegenError> {
        value.ok_or_else(|| self.error(ErrorKind::MissingAttribute { attribute }))
    }
}

/// One attribute, entities and white space resolved.
#[derive(Debug)]
pub(crate) struct Attribute<'t> {
    source: Source<'t>,
    offset: usize,
    name: &'t str,
    value: Cow<'t, str>,
}

impl Attribute<'_> {
    pub(crate) fn name(&self) -> &str {
        self.name
    }

    /// The value as it stands.
    pub(crate) fn text(self) -> String {
        self.value.into_owned()
    }

    /// The value without the blanks around it, for names and paths.
    pub(crate) fn trimmed(&self) -> String {
        self.value.trim().to_owned()
    }

    /// A list of names, parted by white space.
    pub(crate) fn names(&self) -> Vec<String> {
        self.value.split_ascii_whitespace().map(str::to_owned).collect()
    }

    /// One of the words of a vocabulary.
    pub(crate) fn word<T: Keyword>(&self) -> Result<T, CodegenError> {
        T::from_word(self.value.trim()).ok_or_else(|| self.error(&expected_words::<T>()))
    }

    pub(crate) fn boolean(&self) -> Result<bool, CodegenError> {
        match self.value.trim() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(self.error("true or false")),
        }
    }

    /// A number of this type.
    pub(crate) fn number<T: FromStr>(&self, expected: &str) -> Result<T, CodegenError> {
        self.value.trim().parse().map_err(|_| self.error(expected))
    }

    /// Whether the value is a decimal number with digits behind its point other than zeros.
    pub(crate) fn is_fraction(&self) -> bool {
        self.value.parse::<Decimal>().is_ok_and(|number| number.scale() > 0)
    }

    /// A count, or none for `unbounded`.
    pub(crate) fn count_or_unbounded(&self) -> Result<Option<u32>, CodegenError> {
        match self.value.trim() {
            "unbounded" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.error("a count or unbounded")),
        }
    }

    pub(crate) fn version(&self) -> Result<Version, CodegenError> {
        self.number("a version such as 2.19 or 2.15.1")
    }

    /// The error that says that this attribute should be something else.
    pub(crate) fn error(&self, expected: &str) -> CodegenError {
        let attribute = self.name.to_owned();
        let value = self.value.clone().into_owned();
        let kind = ErrorKind::BadAttribute { attribute, value, expected: expected.to_owned() };
        self.source.error(self.offset, kind)
    }
}
