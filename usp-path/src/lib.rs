//! Path expressions of TR-369 (USP): parse, print, compare; search expressions; supported paths.
#![no_std]

extern crate alloc;

mod build_error;
mod canonical;
mod compare;
mod constant;
mod error;
mod expression_component;
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
mod search_expression_buf;
mod segment;
#[cfg(feature = "serde")]
mod serde;
mod supported_path;
mod supported_path_buf;
mod supported_segment;
mod text;

pub use build_error::BuildPathError;
pub use constant::{Constant, QuotedStr};
pub use error::ParsePathError;
pub use expression_component::ExpressionComponent;
pub use follow::Follow;
pub use instance_number::{InstanceNumber, ParseInstanceNumberError};
pub use limits::Limits;
pub use operator::Operator;
pub use path::Path;
pub use path_buf::PathBuf;
pub use path_kind::PathKind;
pub use relative_path::RelativePath;
pub use search_expression::{ExpressionComponents, SearchExpression};
pub use search_expression_buf::SearchExpressionBuf;
pub use segment::{Segment, Segments};
pub use supported_path::SupportedPath;
pub use supported_path_buf::SupportedPathBuf;
pub use supported_segment::{SupportedSegment, SupportedSegments};
