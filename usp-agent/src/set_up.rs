//! What an Agent has its model do: for a schema as it begins, or for what another schema has beyond the one before.

use alloc::string::ToString;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};

use usp_datamodel::{DataModel, RegisterError};
use usp_record::EndpointId;
use usp_schema::Schema;

use crate::commands;
use crate::controllers;
use crate::controllers::endpoint_ids;
use crate::controllers::trust;
use crate::events::thresholds;
use crate::mtps;
use crate::sessions;
use crate::sessions::secure_channels::{self, SecureChannels};
use crate::subscriptions::subscription;

/// A model that gets what the Agent needs of it.
pub(crate) struct SetUp<'m> {
    pub(crate) model: &'m mut DataModel,
    /// The schema before, for whose elements everything is set up.
    pub(crate) before: Option<&'m Schema>,
}

impl SetUp<'_> {
    /// Sets everything up.
    ///
    /// # Errors
    ///
    /// The schema lacks something that every Agent has. No more than the schema decides about it.
    pub(crate) fn run(
        &mut self,
        id: &EndpointId,
        up_time: &Arc<AtomicU32>,
        channels: &SecureChannels,
    ) -> Result<(), RegisterError> {
        let shared = Arc::clone(up_time);
        self.model.live("Device.LocalAgent.UpTime", move |_| Ok(shared.load(Ordering::Relaxed)))?;
        let subscriptions = "Device.LocalAgent.Subscription.{i}.";
        if self.comes(subscriptions) {
            self.model.on_create(subscriptions, |requester, row| {
                row.give("Recipient", requester.controller_row().unwrap_or_default());
                if let Some(time) = row.time() {
                    row.give("CreationDate", time.to_string());
                }
            })?;
        }
        // The Subscriptions of a Controller go when the Controller goes (TR-181, Recipient).
        self.model.owned_by("Device.LocalAgent.Subscription.{i}.Recipient")?;
        controllers::own(self)?;
        subscription::guard(self)?;
        thresholds::guard(self)?;
        commands::serve(self.model)?;
        endpoint_ids::guard(self, id)?;
        sessions::keep_out_of_state(self.model)?;
        mtps::keep_out_of_state(self.model)?;
        trust::keep_out_of_state(self.model)?;
        mtps::order(self.model)?;
        secure_channels::guard(self, channels)?;
        trust::order_permissions(self.model)
    }

    /// Whether something is to be registered for a table: unless it was there before.
    pub(crate) fn comes(&self, table: &str) -> bool {
        let was_there = |schema: &Schema| schema.object_at(table).is_some_and(|found| found.is_table());
        !self.before.is_some_and(was_there)
    }
}
