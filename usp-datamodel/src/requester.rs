//! On whose behalf the model is read or changed.

use alloc::string::String;

/// On whose behalf the model is read or changed: a Controller, or the device itself.
///
/// The device reads what is secured and writes what is read-only for Controllers; types, facets, Unique Keys and
/// references bind it like everybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requester {
    controller: Option<String>,
}

impl Requester {
    /// The device itself.
    pub const DEVICE: Self = Self { controller: None };

    /// The Controller with this row, such as `Device.LocalAgent.Controller.1`, without the final dot.
    pub fn controller(row: impl Into<String>) -> Self {
        Self { controller: Some(row.into()) }
    }

    /// The row of the Controller; `None` for the device itself.
    pub fn controller_row(&self) -> Option<&str> {
        self.controller.as_deref()
    }

    /// Whether it is the device itself.
    pub fn is_device(&self) -> bool {
        self.controller.is_none()
    }
}
