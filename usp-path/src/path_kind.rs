use core::fmt;

/// What a path names, as far as its text tells; TR-369 section "Path Names".
///
/// The schema may know better: the text of `Device.IP` says parameter, while the sender may have left out the
/// dot that an Object Path ends with. Whether the path is a Search Path is another question, which
/// [`Path::is_search`](crate::Path::is_search) answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    /// An Object Path: a single-instance object or a table, `Device.IP.Interface.`; also the object to which a
    /// reference leads, `Device.NAT.PortMapping.1.Interface+.`.
    Object,
    /// An Object Instance Path: it ends with an instance identifier, `Device.IP.Interface.1.`.
    ObjectInstance,
    /// A Parameter Path: it ends with a name, `Device.IP.Interface.1.Enable`.
    Parameter,
    /// A Command Path: it ends with `()`, `Device.Reboot()`.
    Command,
    /// An Event Path: it ends with `!`, `Device.Boot!`.
    Event,
}

impl PathKind {
    /// Whether paths of this kind name an object or rows of a table, so that something may stand behind them.
    pub const fn is_object(self) -> bool {
        matches!(self, Self::Object | Self::ObjectInstance)
    }
}

impl fmt::Display for PathKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Object => "Object Path",
            Self::ObjectInstance => "Object Instance Path",
            Self::Parameter => "Parameter Path",
            Self::Command => "Command Path",
            Self::Event => "Event Path",
        })
    }
}
