use super::{Model, Syntax};
use crate::text::{Subject, expand};

/// The prose of an element, as the file has it: with its line breaks, its indentation and its macros (`{{param}}`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    pub(crate) action: DescriptionAction,
    pub(crate) text: String,
}

/// How a description goes together with that of the definition it is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DescriptionAction {
    /// It is the first one.
    #[default]
    Create,
    /// It follows the earlier one.
    Append,
    /// It goes before the earlier one.
    Prefix,
    /// It takes the place of the earlier one.
    Replace,
}

impl Description {
    /// The text as it stands in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text in words: macros are replaced by what they stand for (TR-106, section "Description markup"), names and
    /// values stand between backticks.
    ///
    /// `object` is the path of the object that is described, or whose element is; `name` is the name of what is
    /// described, and `syntax` its type where it is a parameter. At most about 32 KiB come out, whatever templates
    /// include.
    pub fn in_words(&self, model: &Model, object: &str, name: &str, syntax: Option<&Syntax>) -> String {
        expand(&Subject { model, object, name, syntax }, &self.text)
    }

    /// How it goes together with an earlier one.
    pub fn action(&self) -> DescriptionAction {
        self.action
    }
}
