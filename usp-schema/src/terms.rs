//! The small vocabularies of TR-106: access, status, kinds of default, versions.

use core::fmt;

/// Who may create and delete rows of a table, as `access` of an object says (TR-106, A.2.3).
///
/// USP knows all four ([`GetSupportedDMResp.ObjAccessType`], TR-369 section "GetSupportedDM"); TR-106 XML states
/// `readOnly` and `readWrite`, and the others for services that a Controller learns about.
///
/// [`GetSupportedDMResp.ObjAccessType`]: https://usp.technology/specification/#sec:the-getsupporteddm-message
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ObjectAccess {
    /// Nobody but the Agent creates or deletes rows.
    #[default]
    ReadOnly,
    /// A Controller may add and delete rows.
    AddDelete,
    /// A Controller may add rows but not delete them.
    AddOnly,
    /// A Controller may delete rows but not add them.
    DeleteOnly,
}

impl ObjectAccess {
    /// Whether Add may create rows.
    pub const fn can_add(self) -> bool {
        matches!(self, Self::AddDelete | Self::AddOnly)
    }

    /// Whether Delete may remove rows.
    pub const fn can_delete(self) -> bool {
        matches!(self, Self::AddDelete | Self::DeleteOnly)
    }
}

/// Who may change a parameter, as `access` of a parameter says (TR-106, A.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ParameterAccess {
    /// Only the Agent changes it.
    #[default]
    ReadOnly,
    /// Add and Set may change it.
    ReadWrite,
    /// Add may give it a value; afterwards it stays as it is.
    WriteOnceReadOnly,
}

/// Where in its life an element of the data model is (TR-106, A.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Status {
    /// In force.
    #[default]
    Current,
    /// Still supported, not for new use.
    Deprecated,
    /// No longer required of anybody.
    Obsoleted,
    /// Gone; present in a published file for the record only.
    Deleted,
}

impl Status {
    /// The word that TR-106 XML uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Deprecated => "deprecated",
            Self::Obsoleted => "obsoleted",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// When a default applies (TR-106, A.2.3: `default` of a syntax).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DefaultKind {
    /// The value of a parameter in a row that was just created.
    Object,
    /// The value after a factory reset.
    Factory,
    /// The value that an implementation is free to start with.
    Implementation,
    /// The value of an argument that the caller left out.
    Parameter,
}

/// Whether a Controller may ask to be told of changes, as `activeNotify` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ActiveNotify {
    /// Changes may be subscribed to.
    #[default]
    Normal,
    /// The Agent may ignore a subscription, usually because the value changes all the time.
    CanDeny,
    /// Always reported.
    ForceEnabled,
    /// Reported unless switched off.
    ForceDefaultEnabled,
}

/// The version of the data model in which an element appeared, such as 2.19.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
}

impl Version {
    pub(crate) const fn pack(self) -> u16 {
        u16::from_be_bytes([self.major, self.minor])
    }

    pub(crate) const fn unpack(packed: u16) -> Self {
        let [major, minor] = packed.to_be_bytes();
        Self { major, minor }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The numbers behind the words, as the image stores them.
macro_rules! coded {
    ($type:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $type {
            pub(crate) const fn code(self) -> u8 {
                match self { $(Self::$variant => $code),+ }
            }

            pub(crate) const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

coded!(ObjectAccess { ReadOnly = 0, AddDelete = 1, AddOnly = 2, DeleteOnly = 3 });
coded!(ParameterAccess { ReadOnly = 0, ReadWrite = 1, WriteOnceReadOnly = 2 });
coded!(Status { Current = 0, Deprecated = 1, Obsoleted = 2, Deleted = 3 });
coded!(DefaultKind { Object = 1, Factory = 2, Implementation = 3, Parameter = 4 });
coded!(ActiveNotify { Normal = 0, CanDeny = 1, ForceEnabled = 2, ForceDefaultEnabled = 3 });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_inverses() {
        for code in 0..=4 {
            assert_eq!(ObjectAccess::from_code(code).map_or(code, ObjectAccess::code), code);
            assert_eq!(DefaultKind::from_code(code).map_or(code, DefaultKind::code), code);
        }
        assert_eq!(Status::from_code(4), None);
    }

    #[test]
    fn a_version_survives_packing() {
        let version = Version { major: 2, minor: 19 };
        assert_eq!(Version::unpack(version.pack()), version);
    }
}
