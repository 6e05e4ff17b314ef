//! What GetSupportedDM says of the Unique Keys of children.

use crate::model::DataModel;

/// Whether a GetSupportedDM with `first_level_only` tells the Unique Keys of the children that it lists (T12).
///
/// The standard says both: its example tells them, and TP-469 test 1.75 asks for them; the word is that children come
/// without parameters, commands and events, and TP-469 tests 1.73 and 1.75 have them without keys as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeysOfChildren {
    /// Where keys are asked for, those of children are told, as in the example of the standard.
    #[default]
    Told,
    /// Of children there is nothing but the path and who may add and delete rows.
    LeftOut,
}

impl DataModel {
    /// Chooses what a GetSupportedDM with `first_level_only` says of the Unique Keys of children.
    pub fn supported_keys_of_children(&mut self, outcome: KeysOfChildren) {
        self.keys_of_children = outcome;
    }
}
