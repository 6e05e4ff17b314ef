//! On whose behalf the model is read or changed.

use alloc::string::String;
use alloc::sync::Arc;

use crate::permissions::Permissions;

/// On whose behalf the model is read or changed: a Controller, or the device itself.
///
/// A Controller may do what its [`Permissions`] say; one that was given none may do everything that a Controller can,
/// which is for devices without roles. The device reads what is secured and writes what is read-only for Controllers;
/// types, facets, Unique Keys and references bind it like everybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requester {
    controller: Option<String>,
    permissions: Option<Arc<Permissions>>,
}

impl Requester {
    /// The device itself.
    pub const DEVICE: Self = Self { controller: None, permissions: None };

    /// The Controller with this row, such as `Device.LocalAgent.Controller.1`, without the final dot.
    pub fn controller(row: impl Into<String>) -> Self {
        Self { controller: Some(row.into()), permissions: None }
    }

    /// The same Controller with what its roles allow. The device itself needs no permission.
    #[must_use]
    pub fn with_permissions(self, permissions: Arc<Permissions>) -> Self {
        Self { permissions: Some(permissions), ..self }
    }

    /// The row of the Controller; `None` for the device itself.
    pub fn controller_row(&self) -> Option<&str> {
        self.controller.as_deref()
    }

    /// What its roles allow; `None` where everything is allowed.
    pub fn permissions(&self) -> Option<&Arc<Permissions>> {
        self.permissions.as_ref().filter(|_| self.controller.is_some())
    }

    /// Whether it is the device itself.
    pub fn is_device(&self) -> bool {
        self.controller.is_none()
    }
}
