//! The wire format as lists of fields, from which views and writers are made.
//!
//! A line `4 => curr_insts: list(CurrInstance);` is a field: its number, its name and what it holds:
//! `text`, `texts`, `number`, `code` (an error code), `flag`, `variant` (an enumeration), `pairs`
//! (a map), `part(X)` (a message), `list(X)` (messages) or `oneof(X)`, whose alternatives are listed
//! apart; `kept(X)` is a oneof whose message is kept as bytes beside its view.

#[macro_use]
mod add_format;
#[macro_use]
mod delete_format;
#[macro_use]
mod deregister_format;
#[macro_use]
mod get_instances_format;
#[macro_use]
mod get_supported_dm_format;
#[macro_use]
mod get_supported_protocol_format;
#[macro_use]
mod get_format;
#[macro_use]
mod message_format;
#[macro_use]
mod notify_format;
#[macro_use]
mod operate_format;
#[macro_use]
mod register_format;
#[macro_use]
mod set_format;
