//! What a requester gets to see of a value.

use alloc::string::{String, ToString};

use usp_schema::Parameter;

use crate::fault::Fault;
use crate::model::DataModel;
use crate::requester::Requester;
use crate::store::RowId;
use crate::value_view::ValueView;

/// Whether Controllers read the null value of the type in place of the value (TR-106, A.2.3.5).
pub(crate) fn is_concealed(parameter: Parameter<'_>) -> bool {
    parameter.is_hidden() || parameter.is_secured()
}

impl DataModel {
    /// The value of a parameter; for Controllers, who are to be kept from it, the null value where it is concealed.
    ///
    /// Answers, comparisons in expressions and notices all read values here.
    pub(crate) fn seen(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        conceals: bool,
    ) -> Result<ValueView<'_>, Fault> {
        if conceals && is_concealed(parameter) {
            return Ok(ValueView::Owned(parameter.syntax().null_value()));
        }
        self.effective(row, parameter)
    }

    /// The text of a parameter as the requester may see it.
    pub(crate) fn shown(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        requester: &Requester,
    ) -> Result<String, Fault> {
        Ok(self.seen(row, parameter, !requester.is_device())?.to_string())
    }
}
