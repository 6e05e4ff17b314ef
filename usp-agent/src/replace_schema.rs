//! Another schema for an Agent that runs: services come and go.

use alloc::vec::Vec;

use usp_collections::SortedSet;
use usp_datamodel::{Change, DataModel, SubscriberId, SupportedDataModel, Unfit};
use usp_record::Rng;

use crate::agent::{Agent, AgentError};
use crate::events::thresholds;
use crate::notifications::{Way, told_as};
use crate::now::Now;
use crate::set_up::SetUp;

impl<R: Rng> Agent<R> {
    /// Gives the model another schema, as [`DataModel::replace_schema`] does, and goes on: Controllers stay, with their
    /// Session Contexts, Subscriptions and undelivered notifications.
    ///
    /// Who subscribed is told of what goes by the rights under the old schema, and of what comes by those under the new
    /// one, for which roles are compiled anew. What the Agent takes over of its model ([`new`](Self::new)) it takes
    /// over of what comes as well; what the device does for what comes it registers in [`update`](Self::update)
    /// afterwards. An Agent that saves saves the whole state next.
    ///
    /// Fetch the outputs afterwards, as after an input.
    ///
    /// # Errors
    ///
    /// The schema lacks something that every Agent has, or the model cannot have it. Then nothing has changed.
    pub fn replace_schema(
        &mut self,
        schema: impl Into<SupportedDataModel>,
        now: Now,
    ) -> Result<Vec<Unfit>, AgentError> {
        let supported = schema.into();
        let mut trial = DataModel::new(supported.clone());
        SetUp { model: &mut trial, before: None }.run(&self.id, &self.up_time, &self.channels)?;
        self.begin_input(now);
        // What has happened before is told before.
        self.notify_changes();
        let before = self.model.schema().clone();
        let (trust, subscriptions) = (&mut self.trust, &self.subscriptions);
        let mut told = Vec::new();
        let outcome = self.model.replace_schema_after(supported, |model, notices| {
            told = told_as(trust, subscriptions, model, notices)
        });
        let outcome = outcome.map_err(AgentError::from).and_then(|unfit| {
            if before != *self.model.schema() {
                SetUp { model: &mut self.model, before: Some(&before) }.run(
                    &self.id,
                    &self.up_time,
                    &self.channels,
                )?;
                self.go_on(told);
            }
            Ok(unfit)
        });
        self.end_input();
        outcome
    }

    /// Tells of what has gone, and takes in what the new schema means for the Agent.
    fn go_on(&mut self, told: Vec<(SubscriberId, Change, Option<Way>)>) {
        self.revision = self.revision.wrapping_add(1);
        // A hook of the device may keep the Agent from saying which tests it has.
        let _ = thresholds::announce(&mut self.model);
        self.trust.note_schema();
        self.refresh_peers(&SortedSet::new(), true);
        let mut seen = Vec::new();
        let gone = self.gone(&self.subscriptions.keys().copied().collect());
        for (id, change, way) in told {
            match way {
                Some(way) if !gone.contains(&id) => self.tell_as(id, &change, &way),
                Some(_) => {}
                None => seen.push((change, alloc::vec![id])),
            }
        }
        self.tell(seen);
        self.notify_changes();
        self.read_subscriptions();
        self.read_thresholds();
        self.read_controllers(false);
        self.notify_changes();
        self.save_whole();
    }
}
