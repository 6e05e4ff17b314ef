//! Path expressions of TR-369 (USP): parse, print, compare; search expressions; supported paths.
//!
//! A path names objects, parameters, commands and events of an Agent's data model:
//! `Device.IP.Interface.[Name=="eth0"].Stats.BytesSent`. This crate knows its syntax, as defined by TR-369 sections
//! "Path Names" and "Data Model Path Grammar" `[R-ARC.7]`. What a path means in a given data model, whether an
//! expression is a Unique Key, and which constant suits which parameter, is the business of crate `usp-datamodel`; who
//! writes an Agent or a Controller meets this crate through that one.
//!
//! # The types
//!
//! | | borrowed, allocates nothing | owned, canonical |
//! |---|---|---|
//! | into the Instantiated Data Model | [`Path`] | [`PathBuf`] |
//! | behind an object | [`RelativePath`] | |
//! | into the Supported Data Model, with `{i}` | [`SupportedPath`] | [`SupportedPathBuf`] |
//! | between square brackets | [`SearchExpression`] | [`SearchExpressionBuf`] |
//!
//! A text is checked once, when a borrowed type is made of it; then [`Path::segments`] and
//! [`SearchExpression::components`] walk the text again. [`InstanceNumber`], [`Follow`], [`Operator`] and
//! [`Constant`] are what they find.
//!
//! ```
//! use usp_path::{Constant, Operator, Path, Segment};
//!
//! let path = Path::parse(r#"Device.IP.Interface.[Type=="Normal"&&Stats.ErrorsSent>0].Status"#)?;
//! assert!(path.is_search());
//! assert_eq!(path.to_supported().unwrap().as_str(), "Device.IP.Interface.{i}.Status");
//!
//! for segment in path.segments() {
//!     if let Segment::Expression(expression) = segment {
//!         let second = expression.components().nth(1).unwrap();
//!         assert_eq!(second.path().as_str(), "Stats.ErrorsSent");
//!         assert_eq!(second.operator(), Operator::Greater);
//!         assert_eq!(second.constant(), Constant::Token("0"));
//!     }
//! }
//! # Ok::<(), usp_path::ParsePathError>(())
//! ```
//!
//! # What is accepted, what is printed
//!
//! What is read is read leniently where the standard or its test cases ask for that: [`Path`] lists it. What is
//! printed is what the grammar says. `parse` and `Display` are inverse: reading what was printed gives an equal
//! path, and printing that the same text. The original text stays at hand for answers that repeat it.
//!
//! Two points go beyond the grammar, for the sake of the standard's own examples and of vendors: constants
//! without quotes may be booleans, times and numbers of any spelling, and names may hold `-`.
//!
//! # Errors
//!
//! [`ParsePathError`] says what is wrong, where, what was expected, and often how to mend it:
//!
//! ```
//! let text = r#"Device.IP.Interface.[Name=="eth0"||Name=="eth1"]."#;
//! println!("{}", usp_path::Path::parse(text).unwrap_err().render(text));
//! ```
//!
//! ```text
//! Device.IP.Interface.[Name=="eth0"||Name=="eth1"].
//!                                  ^^ an OR in a Search Expression, expected `&&` or `]`
//! hint: USP has no OR: send two paths
//! ```
//!
//! Putting segments together can fail too, which is a [`BuildPathError`] and the caller's mistake.
//!
//! # Untrusted text
//!
//! Every text is safe to parse. The time is linear in the length of the text, the stack constant, and nothing is
//! allocated. Memory is taken where an owned path is made, where a text that was not canonical is made so or
//! compared, and where a constant with `%22` or `%25` is decoded, and is bounded by the length of the text. No input
//! makes this crate panic; only [`Path::from_static`] and [`SupportedPath::from_static`] do, which are for constants,
//! where that is an error at compile time.
//! [`Limits`] bound the length, the segments and the comparisons, by default to 8,192 bytes, 64 and 32.
//!
//! # Features and requirements
//!
//! `no_std`, with `alloc`; no unsafe code; Rust 1.89 or newer.
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `serde` | no | `Serialize` and `Deserialize` for paths, as strings, and for Instance Numbers |
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
