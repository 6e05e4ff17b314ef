use usp_schema::{ObjectAccess, Status};

use crate::xml::Keyword;

/// The word of TR-106 for a value.
pub(super) fn word<T: Keyword + PartialEq>(value: T) -> &'static str {
    value.word()
}

/// Nothing for the value that counts where none is stated.
pub(super) fn unusual<T: Keyword + PartialEq + Default>(value: T) -> Option<&'static str> {
    (value != T::default()).then(|| value.word())
}

pub(super) fn object_access(access: ObjectAccess) -> &'static str {
    match access {
        // A model that was learned from an Agent may have these, which XML has no words for.
        ObjectAccess::AddOnly => "addOnly",
        ObjectAccess::DeleteOnly => "deleteOnly",
        access => access.word(),
    }
}

pub(super) fn strength(strong: bool) -> &'static str {
    if strong { "strong" } else { "weak" }
}

/// Nothing for what is in force.
pub(super) fn status(status: Status) -> Option<&'static str> {
    unusual(status)
}
