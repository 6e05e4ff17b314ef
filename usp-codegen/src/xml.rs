//! Reading TR-106 XML: one function for each element, over a cursor that walks the file once.

mod command;
mod cursor;
mod data_type;
mod document;
mod elements;
mod event;
mod facets;
mod keyword;
mod markup;
mod names;
mod object;
mod parameter;
mod profile;
mod reader;
mod source;
mod syntax;
mod tag;

pub(crate) use document::read_document;
pub(crate) use elements::{is_in_document, meant, meant_type};
pub(crate) use keyword::Keyword;
pub(crate) use markup::{bad_reference, less_than_in_tag, reader_message};
pub(crate) use names::MAX_NAME;
pub(crate) use source::{Source, newlines};
pub(crate) use tag::MAX_ATTRIBUTES;
