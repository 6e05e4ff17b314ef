//! What a requester gets to see of a value.

use alloc::string::{String, ToString};

use usp_schema::Parameter;

use crate::fault::Fault;
use crate::model::DataModel;
use crate::requester::Requester;
use crate::store::RowId;

impl DataModel {
    /// The text of a parameter as the requester may see it: hidden and secured parameters read as the null value
    /// of their type (TR-106, A.2.3.5).
    pub(super) fn shown(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        requester: &Requester,
    ) -> Result<String, Fault> {
        let concealed = parameter.is_hidden() || parameter.is_secured();
        if concealed && !requester.is_device() {
            return Ok(parameter.syntax().null_value().to_string());
        }
        Ok(self.effective(row, parameter)?.to_string())
    }
}
