//! From the prose of a data model to the documentation of generated code.
//!
//! Descriptions hold macros such as `{{param|Enable}}` and a little wiki markup (TR-106 section "Description
//! markup"). [`expand`] replaces the macros by words, [`blocks`] finds paragraphs and lists, and
//! [`rustdoc`] writes them so that rustdoc and its lints take them as they are meant.

mod blocks;
mod macros;
mod rustdoc;

pub(crate) use macros::{Subject, expand, referred};
pub(crate) use rustdoc::doc_lines;
