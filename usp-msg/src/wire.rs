//! Bytes that break the rules of protobuf, by the names of the schema.

use core::fmt;

use usp_wire::Fault;

use crate::schema::MessageType;

/// Bytes that break the rules of protobuf, and where.
///
/// The peer is at fault.
#[derive(Clone, Copy)]
pub struct WireError {
    fault: Fault,
    message: &'static MessageType,
    number: u32,
}

impl WireError {
    /// Which rule is broken.
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// The schema's name of the message in which the fault is.
    pub const fn message(&self) -> &'static str {
        self.message.name
    }

    /// The schema's name of the field in which the fault is; `None` between fields and in unknown
    /// ones.
    pub fn field(&self) -> Option<&'static str> {
        self.message.field(self.number).map(|field| field.name)
    }

    pub(crate) const fn new(fault: Fault, message: &'static MessageType, number: u32) -> Self {
        Self { fault, message, number }
    }
}

impl PartialEq for WireError {
    fn eq(&self, other: &Self) -> bool {
        self.fault == other.fault && self.number == other.number && core::ptr::eq(self.message, other.message)
    }
}

impl Eq for WireError {}

/// For instance `GetResp.req_path_results: the value reaches past the end of its message`.
impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field() {
            Some(field) => write!(f, "{}.{field}: {}", self.message(), self.fault),
            None => write!(f, "{}: {}", self.message(), self.fault),
        }
    }
}

impl fmt::Debug for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireError({self})")
    }
}

impl core::error::Error for WireError {}
