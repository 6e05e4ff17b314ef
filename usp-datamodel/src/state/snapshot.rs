//! The state of the model in bytes: what lasts beyond a restart.

use alloc::vec::Vec;

use crate::model::DataModel;
use crate::state::StateWriter;

impl DataModel {
    /// The state of the model, by names: [`restore`](Self::restore) brings it back, also under a schema that is newer
    /// or older.
    ///
    /// Saved is what was set, by Controllers and by the device, read-only values included; the rows with their Instance
    /// Numbers; the highest number that each table ever gave out `[R-ARC.8]`. Not saved is what is live, counted or
    /// [`transient`](Self::transient), and what has its default because nobody has set it: the default of the schema in
    /// use holds.
    ///
    /// What is not to last, such as Subscriptions that are not persistent, is deleted after restoring, by a Search
    /// Path:
    ///
    /// ```
    /// # use usp_datamodel::{DataModel, Requester, msg::Delete};
    /// # fn restart(mut model: DataModel, saved: &[u8]) -> Result<(), Box<dyn core::error::Error>> {
    /// for unfit in model.restore([saved])? {
    ///     eprintln!("{unfit}");
    /// }
    /// let transient = Delete::new(["Device.LocalAgent.Subscription.[Persistent==false]."]);
    /// model.process(&transient.into(), &Requester::DEVICE).map_err(|error| error.err_msg)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn snapshot(&self) -> Vec<u8> {
        let mut writer = StateWriter::new(self);
        writer.whole();
        writer.finish()
    }
}
