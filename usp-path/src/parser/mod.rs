//! The grammar of instantiated paths, one file for each part of it, in the words of TR-369 section "Data Model
//! Path Grammar".
//!
//! Everything here checks; what is found is handed out by the iterators of the public types, which walk the
//! checked text again. The walk has no recursion, so nesting costs no stack.

mod constant;
mod expression;
mod follow;
mod located;
mod name;
mod operator;
mod path;
mod relative;
mod segment;
mod supported;
mod whitespace;

pub(crate) use constant::is_token;
pub(crate) use expression::{Components, closing_bracket};
pub(crate) use follow::follow;
pub(crate) use name::{is_name, split_name};
pub(crate) use path::{Shape, leading_expression, path, relative_path, search_expression};
pub(crate) use supported::{SupportedShape, supported_path};
