//! What becomes of a Delete of a row that is not there.

use crate::model::DataModel;

/// What a Delete says of an Object Instance Path whose row is not there, when `allow_partial` is false.
///
/// The standard says both: `[R-DEL.2a]` and TP-469 (test 1.25) that nothing is to be done and this is a success,
/// `[R-DEL.1]` in 1.4.1 that it is an Error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AbsentInstance {
    /// A success that has affected nothing, as TP-469 certifies it.
    #[default]
    Succeeds,
    /// An Error (7016, Object does not exist).
    Fails,
}

impl DataModel {
    /// Chooses what a Delete without `allow_partial` says of rows that are not there.
    pub fn delete_absent_instance(&mut self, outcome: AbsentInstance) {
        self.absent_instance = outcome;
    }
}
