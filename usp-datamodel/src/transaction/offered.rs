//! Values that another parameter offers (TR-106, `enumerationRef`): `OperatingStandards` of a radio is among its
//! `SupportedStandards`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_schema::{Parameter, ParameterId, Value};

use crate::fault::{Fault, shortened};
use crate::layout::enclosing_table;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::store::RowId;
use crate::transaction::Transaction;

impl Transaction<'_> {
    /// Whether what was set is offered, as of the end of the message. What the device sets is not asked about: it knows
    /// what it offers, and may say so later. Nor is anything as long as nothing is offered, since then the device has
    /// not said.
    ///
    /// # Errors
    ///
    /// 7012 for what is not offered; or what is offered cannot be read.
    pub(crate) fn check_offered(
        &self,
        row: RowId,
        parameter: ParameterId,
        access: &Access<'_>,
    ) -> Result<(), Fault> {
        let parameter = self.model.parameter(parameter);
        let Some(offer) = parameter.syntax().enumeration_ref().filter(|_| !access.is_device()) else {
            return Ok(());
        };
        let Some(value) = self.model.store.value(row, parameter.id()) else { return Ok(()) };
        let value = value.into_value();
        if offer.null_value.is_some_and(|none| value.to_string() == none) {
            return Ok(());
        }
        let Some((holder, offering)) = self.model.offering(row, offer.target) else { return Ok(()) };
        let offered = self.model.effective(holder, offering)?.into_value();
        let is_known = access.reads(self.model, holder, offering) && !access.conceals(offering);
        match items(&offered) {
            [] => Ok(()),
            [Value::String(nothing)] if nothing.is_empty() => Ok(()),
            offered => {
                match items(&value).iter().find(|item| !offered.iter().any(|other| is_same(item, other))) {
                    None => Ok(()),
                    Some(item) => Err(not_offered(parameter, item, offering, offered, is_known)),
                }
            }
        }
    }
}

impl DataModel {
    /// The parameter that offers values to those of a row, and the row that has it: this one or one around it.
    fn offering(&self, row: RowId, target: &str) -> Option<(RowId, Parameter<'_>)> {
        let candidates = self.schema.parameters_at(target);
        let around = core::iter::successors(Some(row), |&row| Some(self.store.home(row)?.parent));
        around.into_iter().find_map(|row| {
            let table = self.store.home(row).map(|home| home.table);
            let in_row = |candidate: &&Parameter<'_>| {
                let within = enclosing_table(candidate.object()).map(|table| table.id());
                within == table
            };
            candidates.iter().find(in_row).map(|&found| (row, found))
        })
    }
}

/// The items of a list, or the one value.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        single => core::slice::from_ref(single),
    }
}

/// Whether two parameters of different types have the same value: the texts count.
fn is_same(value: &Value, other: &Value) -> bool {
    value == other || value.to_string() == other.to_string()
}

fn not_offered(
    parameter: Parameter<'_>,
    item: &Value,
    offering: Parameter<'_>,
    offered: &[Value],
    is_known: bool,
) -> Fault {
    let mut message = alloc::format!(
        "{}: {} is not among what {} offers",
        parameter.path(),
        shortened(&item.to_string()),
        offering.path()
    );
    if is_known {
        let offered: Vec<String> = offered.iter().map(ToString::to_string).collect();
        message.push_str(&alloc::format!(" ({})", shortened(&offered.join(", "))));
    }
    Fault::new(ErrorCode::INVALID_VALUE, message)
}
