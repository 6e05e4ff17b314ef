//! Another schema for a model that lives: services come and go, and what stays goes on.
//!
//! What goes is deleted in a transaction under the old schema. What stays is written down by names and brought back
//! (state/restore.rs) in a model of the new schema, which is looked at before anything is final, and takes the place of
//! the old. Handlers find their elements again by name (replacement/renumbering.rs).

pub(crate) mod correspondence;
pub(crate) mod differences;
pub(crate) mod lost_operations;
pub(crate) mod renumbering;

use alloc::string::String;
use alloc::vec::Vec;

use crate::commands::async_command::CommandToken;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::replacement::correspondence::Correspondence;
use crate::requester::Requester;
use crate::resolve::place::Place;
use crate::resolve::{Leaf, Match, Node};
use crate::state::StateWriter;
use crate::state::restore::Unfit;
use crate::store::{ROOT, RowId};
use crate::subscriptions::Notice;
use crate::supported_data_model::SupportedDataModel;
use crate::transaction::Transaction;
use crate::transaction::check::Conflict;

/// Why a model cannot have another schema. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceSchemaError {
    /// A row of a table that both schemas have cannot be kept: it would have the Unique Key of another, be one too
    /// many, or belong to an object that it may not refer to any more. The fault is the caller's, who deletes it first.
    #[error("{path} cannot be kept: {}", fault.message())]
    Row {
        /// Path of the row, with the final dot.
        path: String,
        /// Why.
        fault: Fault,
    },
    /// A [`Hook`](crate::Hook) refuses what goes, or could not carry it out.
    #[error("what goes is refused: {}", .0.message())]
    Refused(Fault),
}

/// # Another schema
impl DataModel {
    /// Gives the model another schema, such as a [`Composition`](crate::schema::Composition) with one service more or
    /// less.
    ///
    /// Elements of the same path are the same: a table is one in both, and arguments do not matter. **What both schemas
    /// have stays**: rows with their Instance Numbers, which no table gives out again as long as it lives `[R-ARC.8]`;
    /// values, those too that are [`transient`](Self::transient) or read-only; what was registered, except where it
    /// makes no sense any more; asynchronous commands that run; subscribers and notes. A value that its parameter
    /// cannot have any more is given up for the default of the new schema, a strong reference that must not lead where
    /// it does is emptied, and both are told, like a handler that went because its element is of another kind now.
    ///
    /// **What only the old schema has goes** by its rules: rows are deleted, strong references to them and to single
    /// objects cleaned, rows that they own deleted `[R-ARC.12]`. An asynchronous command ends with error 7023 (Command
    /// canceled); its token is unknown from then on, and a device that may cancel it is asked to. Requests that
    /// [wait](Self::resume) can go on, and ask for their values anew. What was
    /// registered is dropped, and not there when the element comes back. Hooks are asked about what goes, on
    /// behalf of the device, and may refuse it.
    ///
    /// **What only the new schema has** begins with its defaults.
    ///
    /// Whoever records changes is told of what goes as it was, and then of parameters that have another value by the
    /// new schema. Whoever records deltas gets the whole state as one, so that no value comes back that was given up.
    /// [`Permissions`](crate::Permissions) and generated structs with a fingerprint belong to one schema: those who
    /// compile permissions do so again.
    ///
    /// It takes as long, and for this time as much memory, as restoring the whole model does.
    ///
    /// # Errors
    ///
    /// A row cannot be kept, or a hook refuses. Then nothing has changed.
    ///
    /// ```
    /// use usp_datamodel::DataModel;
    /// use usp_datamodel::schema::{Composition, ObjectSpec, SchemaBuilder};
    ///
    /// let image = |service: &str| {
    ///     let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
    ///     let device = builder.object(None, ObjectSpec::single("Device"))?;
    ///     builder.object(Some(device), ObjectSpec::table(service))?;
    ///     builder.build()
    /// };
    /// let device = Composition::from(image("Host")?);
    /// let mut model = DataModel::new(device.schema().clone());
    ///
    /// let with_wifi = device.with(image("SSID")?)?;
    /// assert_eq!(model.replace_schema(with_wifi.schema().clone())?, []);
    /// assert!(model.objects_at("Device.SSID.").is_ok());
    ///
    /// model.replace_schema(device.schema().clone())?;
    /// assert!(model.objects_at("Device.SSID.").is_err());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn replace_schema(
        &mut self,
        schema: impl Into<SupportedDataModel>,
    ) -> Result<Vec<Unfit>, ReplaceSchemaError> {
        let mut before = Vec::new();
        let outcome = self.replace_schema_after(schema, |_, notices| before = notices);
        if let Some(notices) = &mut self.notices {
            before.append(notices);
            *notices = before;
        }
        outcome
    }

    /// The same, with a look at the model when what goes has gone and the old schema still holds: `farewell` gets what
    /// [`drain_notices`](Self::drain_notices) would give then. For whoever decides by permissions who is told: those of
    /// the old schema know what has gone. It is called once the replacement cannot fail any more; without a difference
    /// between the schemas, or with an error, not at all.
    ///
    /// # Errors
    ///
    /// As for [`replace_schema`](Self::replace_schema).
    pub fn replace_schema_after(
        &mut self,
        schema: impl Into<SupportedDataModel>,
        farewell: impl FnOnce(&Self, Vec<Notice>),
    ) -> Result<Vec<Unfit>, ReplaceSchemaError> {
        let supported = schema.into();
        if supported.schema == self.schema {
            return Ok(Vec::new());
        }
        let same = Correspondence::new(&self.schema, &supported.schema);
        let lost = self.lost_operations(&same, &supported.schema);
        let ends = self.ends_of(&lost);
        // The whole state is the delta, and not what goes by itself.
        let deltas = self.deltas.take();
        let outcome = self.retire(&same, supported, &lost, ends);
        self.deltas = deltas;
        let (successor, mut unfit) = outcome?;
        self.abandon(&lost);
        let notices = self.drain_notices();
        farewell(self, notices);
        let changes = self.differences(&successor, &same);
        unfit.extend(self.take_over(successor, &same));
        for change in changes {
            self.record(change);
        }
        if self.deltas.is_some() {
            let mut writer = StateWriter::new(self);
            writer.anew();
            writer.whole();
            let delta = writer.finish();
            self.deltas.get_or_insert_default().push(delta);
        }
        Ok(unfit)
    }

    /// Deletes what goes, if the rest fits the new schema, and gives the model that has it.
    fn retire(
        &mut self,
        same: &Correspondence,
        supported: SupportedDataModel,
        lost: &[CommandToken],
        ends: Vec<Notice>,
    ) -> Result<(Self, Vec<Unfit>), ReplaceSchemaError> {
        let requests = self.requests_of(lost);
        let mut transaction = Transaction::new(self);
        transaction.delete_what_goes(same);
        requests.into_iter().for_each(|row| transaction.delete(row));
        let model = &*transaction.model;
        let (mut successor, mut unfit) = model.successor(supported, same);
        let mut writer = StateWriter::for_successor(model, same);
        writer.whole();
        match successor.succeed(&writer.finish()) {
            Ok(left_out) => unfit.extend(left_out),
            Err(Unfit { path, fault }) => return Err(ReplaceSchemaError::Row { path, fault }),
        }
        let refused = transaction.prepare(&Requester::DEVICE).err().into_iter().flatten().next();
        if let Some(Conflict { fault, .. }) = refused {
            return Err(ReplaceSchemaError::Refused(fault));
        }
        transaction.commit_hooks(&Requester::DEVICE).map_err(ReplaceSchemaError::Refused)?;
        if let Some(notices) = &mut transaction.model.notices {
            notices.extend(ends);
        }
        transaction.commit();
        Ok((successor, unfit))
    }
}

impl Transaction<'_> {
    /// Deletes the rows of tables that go, and cleans the references to what goes besides.
    fn delete_what_goes(&mut self, same: &Correspondence) {
        let model = &*self.model;
        let goes = |mount| same.object(mount).is_none();
        let bare: Vec<RowId> =
            model.store.mounts().filter(|&(_, mount)| goes(mount)).map(|(row, _)| row).collect();
        for row in bare {
            self.mount(row, None);
        }
        let model = &*self.model;
        let mut doomed: Vec<RowId> = Vec::new();
        for row in model.store.with_descendants(ROOT) {
            for (table, rows) in model.store.row(row).into_iter().flat_map(|row| row.tables()) {
                if same.object(table).is_none() {
                    doomed.extend(rows.rows());
                }
            }
        }
        for row in doomed {
            self.delete(row);
        }
        let model = &*self.model;
        let goes = |target: &&str| model.reference_target(target).is_some_and(|found| !stays(found, same));
        let targets: Vec<String> = model.store.references.targets().filter(goes).map(String::from).collect();
        for target in targets {
            for row in self.clean_references(&target) {
                self.delete(row);
            }
        }
    }
}

fn stays(found: Match, same: &Correspondence) -> bool {
    let (Node::Place(Place { object, .. }) | Node::Table { table: object, .. }) = found.node;
    same.object(object).is_some()
        && match found.leaf {
            Leaf::Parameter(parameter) => same.parameter(parameter).is_some(),
            Leaf::Command(command) => same.command(command).is_some(),
            Leaf::Object | Leaf::Event(_) => true,
        }
}
