//! An in-memory TR-181 data model engine: instances, resolver, transactions, request handling.
#![no_std]

extern crate alloc;

mod access;
mod budget;
mod change;
mod check;
mod comparison;
mod consistency;
mod cover;
mod device;
mod expression;
mod fault;
mod key;
mod layout;
mod limits;
mod model;
mod net_effect;
mod operate;
mod requester;
mod requests;
mod resolve;
mod store;
mod transaction;
pub mod typed;

pub use change::Change;
pub use fault::Fault;
pub use limits::Limits;
pub use model::{DataModel, NewRow, RegisterError};
pub use operate::CommandCall;
pub use requester::Requester;
pub use usp_msg as msg;
pub use usp_path as path;
pub use usp_schema as schema;
