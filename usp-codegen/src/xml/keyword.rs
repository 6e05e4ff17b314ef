use usp_schema::{
    ActiveNotify, DefaultKind, NestedBrackets, ObjectAccess, ParameterAccess, ReferenceTarget, Status,
};

use crate::model::{DescriptionAction, MountType, PathScope, RequiredAccess};

/// A vocabulary of TR-106: a type whose values are words in XML.
pub(crate) trait Keyword: Copy + 'static {
    /// The words, in the order in which messages list them.
    const WORDS: &'static [(&'static str, Self)];

    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }

    /// The first word for the value; empty for a value that XML has no word for.
    fn word(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| *word)
    }
}

/// "readOnly or readWrite".
pub(crate) fn expected_words<T: Keyword>() -> String {
    let mut text = String::new();
    for (index, (word, _)) in T::WORDS.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == T::WORDS.len() { " or " } else { ", " });
        }
        text.push_str(word);
    }
    text
}

impl Keyword for ObjectAccess {
    const WORDS: &'static [(&'static str, Self)] =
        &[("readOnly", Self::ReadOnly), ("readWrite", Self::AddDelete)];
}

impl Keyword for ParameterAccess {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("readOnly", Self::ReadOnly),
        ("readWrite", Self::ReadWrite),
        ("writeOnceReadOnly", Self::WriteOnceReadOnly),
    ];
}

impl Keyword for Status {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("current", Self::Current),
        ("deprecated", Self::Deprecated),
        ("obsoleted", Self::Obsoleted),
        ("deleted", Self::Deleted),
    ];
}

impl Keyword for ActiveNotify {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("normal", Self::Normal),
        ("canDeny", Self::CanDeny),
        ("forceEnabled", Self::ForceEnabled),
        ("forceDefaultEnabled", Self::ForceDefaultEnabled),
    ];
}

impl Keyword for DefaultKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("object", Self::Object),
        ("factory", Self::Factory),
        ("implementation", Self::Implementation),
        ("parameter", Self::Parameter),
    ];
}

impl Keyword for NestedBrackets {
    const WORDS: &'static [(&'static str, Self)] =
        &[("legacy", Self::Legacy), ("permitted", Self::Permitted), ("required", Self::Required)];
}

impl Keyword for ReferenceTarget {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("any", Self::Any),
        ("parameter", Self::Parameter),
        ("row", Self::Row),
        ("single", Self::Single),
        // Objects and tables as such: what is kept of them is that the value is a path.
        ("object", Self::Any),
        ("table", Self::Any),
    ];
}

impl Keyword for PathScope {
    const WORDS: &'static [(&'static str, Self)] =
        &[("normal", Self::Normal), ("model", Self::Model), ("object", Self::Object)];
}

impl Keyword for MountType {
    const WORDS: &'static [(&'static str, Self)] =
        &[("none", Self::None), ("mountable", Self::Mountable), ("mountPoint", Self::MountPoint)];
}

impl Keyword for DescriptionAction {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("create", Self::Create),
        ("append", Self::Append),
        ("prefix", Self::Prefix),
        ("replace", Self::Replace),
    ];
}

impl Keyword for RequiredAccess {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("present", Self::Present),
        ("notSpecified", Self::NotSpecified),
        ("create", Self::Create),
        ("delete", Self::Delete),
        ("createDelete", Self::CreateDelete),
        ("readOnly", Self::ReadOnly),
        ("readWrite", Self::ReadWrite),
        ("writeOnceReadOnly", Self::WriteOnceReadOnly),
    ];
}
