//! What happened to the model.

use alloc::string::String;
use alloc::vec::Vec;

use crate::fault::Fault;

/// One thing that happened to the model, in the words that a Notify needs (TR-369 section
/// "Notifications and Subscription Mechanism").
///
/// Paths are instantiated, with Instance Numbers; values are canonical texts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A parameter has a value that differs from the one before.
    ValueChange {
        /// Full path of the parameter.
        path: String,
        /// The new value; the null value of its type where Controllers may not read it. The device reads the value
        /// itself by the path.
        value: String,
    },
    /// A row was created.
    ObjectCreation {
        /// Path of the row, with the final dot.
        path: String,
        /// Names and values of the parameters of all Unique Keys.
        unique_keys: Vec<(String, String)>,
    },
    /// A row was deleted, by itself or with an object above it.
    ObjectDeletion {
        /// Path that the row had, with the final dot.
        path: String,
    },
    /// An event of the data model occurred.
    Event {
        /// Full path of the event, such as `Device.Boot!`.
        path: String,
        /// Paths and texts of its arguments.
        arguments: Vec<(String, String)>,
    },
    /// An asynchronous command has ended.
    OperationComplete {
        /// Full path of the command, such as `Device.IP.Diagnostics.IPPing()`.
        path: String,
        /// The key that it was called with.
        command_key: String,
        /// Paths and texts of its output arguments, or why it failed.
        result: Result<Vec<(String, String)>, Fault>,
    },
}

impl Change {
    /// The path of the parameter, row, event or command.
    pub fn path(&self) -> &str {
        match self {
            Self::ValueChange { path, .. }
            | Self::ObjectCreation { path, .. }
            | Self::ObjectDeletion { path }
            | Self::Event { path, .. }
            | Self::OperationComplete { path, .. } => path,
        }
    }

    /// What kind of change it is.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::ValueChange { .. } => ChangeKind::ValueChange,
            Self::ObjectCreation { .. } => ChangeKind::ObjectCreation,
            Self::ObjectDeletion { .. } => ChangeKind::ObjectDeletion,
            Self::Event { .. } => ChangeKind::Event,
            Self::OperationComplete { .. } => ChangeKind::OperationComplete,
        }
    }
}

/// What kind of change somebody wants to be told of: the NotifType of a Subscription (TR-181).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// [`Change::ValueChange`].
    ValueChange,
    /// [`Change::ObjectCreation`].
    ObjectCreation,
    /// [`Change::ObjectDeletion`].
    ObjectDeletion,
    /// [`Change::Event`].
    Event,
    /// [`Change::OperationComplete`].
    OperationComplete,
}
