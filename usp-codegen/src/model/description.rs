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

    /// How it goes together with an earlier one.
    pub fn action(&self) -> DescriptionAction {
        self.action
    }
}
