//! Path expressions of TR-369 (USP): parse, print, compare; search expressions; supported paths.
#![no_std]

extern crate alloc;

mod build_error;
mod canonical;
mod constant;
mod error;
mod fault;
mod follow;
mod instance_number;
mod limits;
mod operator;
mod parser;
mod path;
mod path_buf;
mod path_kind;
mod relative_path;
mod report;
mod search_expression;
mod segment;
mod supported_path;
mod supported_path_buf;
mod supported_segment;
mod text;

pub use build_error::BuildPathError;
pub use constant::{Constant, QuotedStr};
pub use error::ParsePathError;
pub use follow::Follow;
pub use instance_number::{InstanceNumber, ParseInstanceNumberError};
pub use limits::Limits;
pub use operator::Operator;
pub use path::Path;
pub use path_buf::PathBuf;
pub use path_kind::PathKind;
pub use relative_path::RelativePath;
pub use search_expression::{ExpressionComponent, ExpressionComponents, SearchExpression};
pub use segment::{Segment, Segments};
pub use supported_path::SupportedPath;
pub use supported_path_buf::SupportedPathBuf;
pub use supported_segment::{SupportedSegment, SupportedSegments};
