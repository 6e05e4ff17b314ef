//! The engine: schema, rows, live parameters and command handlers.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use hashbrown::DefaultHashBuilder;
use litemap::LiteMap;
use usp_collections::{SortedMap, SortedSet};
use usp_schema::{
    CommandId, DateTime, Object, ObjectId, Parameter, ParameterId, Schema, TypedValue, ValueType,
};

use crate::change::Change;
use crate::commands::CommandHandler;
use crate::commands::calls::Calls;
use crate::commands::operations::Operations;
use crate::expression::comparison::is_whole_number;
use crate::fault::Fault;
use crate::layout::{Layout, enclosing_table};
use crate::limits::Limits;
use crate::live::reads::LiveReads;
use crate::live::tables::Discovery;
use crate::live::{LiveParameter, checked};
use crate::parked::Parking;
use crate::permissions::access::Access;
use crate::requester::Requester;
use crate::requests::absent_instance::AbsentInstance;
use crate::requests::keys_of_children::KeysOfChildren;
use crate::requests::scratch::Scratch;
use crate::store::Store;
use crate::subscriptions::Notice;
use crate::subscriptions::index::SubscriptionIndex;
use crate::supported_data_model::SupportedDataModel;
use crate::transaction::hooks::{Leftover, Registered};
use crate::typed::{Event, EventPath, ParameterPath};

/// An in-memory data model: the rows and values of one device, under the rules of its [`Schema`].
///
/// It answers requests ([`process`](Self::process)), gives typed access to the device itself
/// ([`read`](Self::read), [`insert`](Self::insert), …) and says what has changed
/// ([`drain_changes`](Self::drain_changes)). It does no input or output, takes no locks and never asks for the
/// time.
///
/// Values are stored, or live: [`live`](Self::live) gives a parameter a closure that is asked whenever the
/// parameter is read. What was never set has the default of the schema, and costs nothing.
///
/// ```
/// use usp_datamodel::schema::{ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
/// use usp_datamodel::{DataModel, Requester};
/// use usp_msg::{Get, Request, request, response};
///
/// let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
/// let device = builder.object(None, ObjectSpec::single("Device"))?;
/// builder.parameter(device, ParameterSpec::new("UpTime", SyntaxSpec::new(PrimitiveType::UnsignedInt)))?;
///
/// let mut model = DataModel::new(builder.build()?);
/// model.live("Device.UpTime", |_| Ok(42_u32))?;
/// let reply = model.process(&Get::new(["Device.UpTime"]).into(), &Requester::DEVICE);
/// let Ok(response) = reply else { panic!("Get is always answered") };
/// let Some(response::RespType::GetResp(answer)) = response.resp_type else { panic!("a Get was asked") };
/// let result = &answer.req_path_results[0].resolved_path_results[0];
/// assert_eq!(result.result_params.get("UpTime"), Some("42"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct DataModel {
    pub(crate) schema: Schema,
    pub(crate) layout: Arc<Layout>,
    pub(crate) store: Store,
    /// Hashes the texts of Unique Keys.
    pub(crate) hasher: DefaultHashBuilder,
    pub(crate) limits: Limits,
    /// In a box, since it goes to each request and comes back.
    pub(crate) scratch: Option<Box<Scratch>>,
    pub(crate) live: LiteMap<ParameterId, LiveParameter>,
    /// Reading changes nothing about the model, but notes what was told.
    pub(crate) reads: RefCell<LiveReads>,
    pub(crate) parking: Parking,
    pub(crate) live_tables: LiteMap<ObjectId, Discovery>,
    pub(crate) commands: LiteMap<CommandId, CommandHandler>,
    pub(crate) operations: Operations,
    pub(crate) calls: Calls,
    pub(crate) on_create: LiteMap<ObjectId, Vec<CreateHook>>,
    pub(crate) ownership: SortedSet<ParameterId>,
    /// Key parameters that ascend from row to row.
    pub(crate) ascending: SortedSet<ParameterId>,
    /// Parameters that are not saved.
    pub(crate) transient: SortedSet<ParameterId>,
    pub(crate) time: Option<DateTime>,
    pub(crate) absent_instance: AbsentInstance,
    pub(crate) keys_of_children: KeysOfChildren,
    pub(crate) hooks: Vec<Registered>,
    pub(crate) leftovers: Vec<Leftover>,
    pub(crate) subscriptions: SubscriptionIndex,
    pub(crate) notices: Option<Vec<Notice>>,
    pub(crate) deltas: Option<Vec<Vec<u8>>>,
    /// What is saved beside the rows, by name.
    pub(crate) notes: SortedMap<String, String>,
}

/// Completes a row that a Controller creates.
pub(crate) type CreateHook = Box<dyn Fn(&Requester, &mut NewRow) + Send>;

/// Values that the device gives to a row while a Controller creates it.
#[derive(Debug, Default)]
pub struct NewRow {
    pub(crate) values: Vec<(String, String)>,
    pub(crate) time: Option<DateTime>,
}

impl NewRow {
    /// The time that the model was told last; `None` before it was told any.
    pub fn time(&self) -> Option<DateTime> {
        self.time
    }

    /// Gives a parameter a value, read-only ones included. What the Controller sets comes after it.
    pub fn give(&mut self, parameter: impl Into<String>, value: impl Into<String>) {
        self.values.push((parameter.into(), value.into()));
    }
}

/// A path that was given to the engine by the program does not fit the schema. The fault is the caller's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The schema has no such element.
    #[error("the schema {schema} has no {kind} {path}{}", meant(supported))]
    Unknown {
        /// What was looked for: object, parameter, command.
        kind: &'static str,
        /// The supported path.
        path: String,
        /// The name of the schema.
        schema: String,
        /// The supported path that was meant, where that is clear: `{i}` stands for Instance Numbers and wildcards.
        supported: Option<String>,
    },
    /// The element is there, but not of the kind that the caller needs.
    #[error("{path} {reason}")]
    Unfit {
        /// The supported path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The parameter is of another type than the values that it is to get.
    #[error("{path} is of type {expected}, and is given values of type {given}")]
    WrongType {
        /// The supported path.
        path: String,
        /// The type of the parameter, such as `unsignedInt` or `list of string`.
        expected: String,
        /// The type of the values.
        given: ValueType,
    },
}

fn meant(supported: &Option<String>) -> String {
    supported.as_ref().map_or_else(String::new, |path| alloc::format!("; write {path}"))
}

impl DataModel {
    /// A model with the single objects of the schema and the rows of its fixed tables, with the default [`Limits`].
    ///
    /// Fixed tables are those whose `minEntries` and `maxEntries` are equal (TR-106). Their rows are there from the
    /// start on, or from the start of the row that the table is in, with Unique Keys that are made up: texts and whole
    /// numbers, and what an enumeration offers. Where a key cannot be made up, the device adds the rows.
    ///
    /// Who makes many models of one schema gives a [`SupportedDataModel`], which they share.
    pub fn new(schema: impl Into<SupportedDataModel>) -> Self {
        Self::with_limits(schema, Limits::default())
    }

    /// A model with limits of the caller's.
    pub fn with_limits(schema: impl Into<SupportedDataModel>, limits: Limits) -> Self {
        let SupportedDataModel { schema, layout } = schema.into();
        let mut model = Self {
            layout,
            operations: Operations::new(&schema),
            calls: Calls::default(),
            schema,
            store: Store::new(),
            hasher: DefaultHashBuilder::default(),
            limits,
            scratch: None,
            live: LiteMap::new(),
            reads: RefCell::default(),
            parking: Parking::default(),
            live_tables: LiteMap::new(),
            commands: LiteMap::new(),
            on_create: LiteMap::new(),
            ownership: SortedSet::new(),
            ascending: SortedSet::new(),
            transient: SortedSet::new(),
            time: None,
            absent_instance: AbsentInstance::default(),
            keys_of_children: KeysOfChildren::default(),
            hooks: Vec::new(),
            leftovers: Vec::new(),
            subscriptions: SubscriptionIndex::new(),
            notices: None,
            deltas: None,
            notes: SortedMap::new(),
        };
        model.fill_fixed_tables();
        model
    }

    /// Has answers take no more bytes than this from now on, in place of [`Limits::max_answer`], and gives what they were
    /// allowed before: for a request whose answer goes a way that carries less.
    pub const fn limit_answers(&mut self, bytes: usize) -> usize {
        core::mem::replace(&mut self.limits.max_answer, bytes)
    }

    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Runs a hook whenever a Controller creates a row of a table, so that the device can fill in what the
    /// Controller may not write, such as the Recipient of a Subscription.
    ///
    /// # Errors
    ///
    /// The schema has no such table.
    pub fn on_create(
        &mut self,
        table: &str,
        hook: impl Fn(&Requester, &mut NewRow) + Send + 'static,
    ) -> Result<(), RegisterError> {
        let id = self.named_table(table)?.id();
        self.on_create.entry(id).or_default().push(Box::new(hook));
        Ok(())
    }

    /// Says that the object which a reference points to owns the row that the reference is in: when the object is
    /// deleted, so is the row. Otherwise a strong reference is emptied when its target goes `[R-ARC.12]`.
    ///
    /// # Errors
    ///
    /// The schema has no such parameter, or it is no strong reference in a table.
    pub fn owned_by(&mut self, reference: &str) -> Result<(), RegisterError> {
        let parameter = self.named_parameter(reference)?;
        if !self.can_own(parameter) {
            let reason = "is no strong reference in a table";
            return Err(RegisterError::Unfit { path: reference.to_string(), reason });
        }
        let id = parameter.id();
        self.ownership.insert(id);
        Ok(())
    }

    /// Has rows that are added without a value for a parameter take the number above the highest one in their table,
    /// such as the Order of a Permission or of a Controller's MTP. The first row has the default, or 1 where there is
    /// none.
    ///
    /// # Errors
    ///
    /// The schema has no such parameter, or it is no whole number in a table.
    pub fn ascending(&mut self, parameter: &str) -> Result<(), RegisterError> {
        let found = self.named_parameter(parameter)?;
        if !can_ascend(found) {
            let reason = "is no whole number in a table";
            return Err(RegisterError::Unfit { path: parameter.to_string(), reason });
        }
        let id = found.id();
        self.ascending.insert(id);
        Ok(())
    }

    /// Leaves a parameter out of what is saved, since its value says how things are at the moment, such as the Status
    /// of a connection: it is in no snapshot, and a change of it alone makes no delta.
    ///
    /// # Errors
    ///
    /// The schema has no such parameter.
    pub fn transient(&mut self, parameter: &str) -> Result<(), RegisterError> {
        let id = self.named_parameter(parameter)?.id();
        self.transient.insert(id);
        Ok(())
    }

    /// Tells the model what time it is, for the hooks of [`on_create`](Self::on_create); the model has no clock.
    pub fn tell_time(&mut self, time: Option<DateTime>) {
        self.time = time;
    }

    /// Raises an event: whoever records changes gets it in its place among them. `path` is instantiated, such as
    /// `Device.Boot!`. The arguments are told as they are: that the schema has them, and their types, is for the device to
    /// see to, or for [`raise_event_typed`](Self::raise_event_typed).
    ///
    /// # Errors
    ///
    /// The schema has no such event, or the object that it belongs to does not exist.
    pub fn raise_event(&mut self, path: &str, arguments: Vec<(String, String)>) -> Result<(), Fault> {
        let path = self.one_event(path)?;
        self.record(Change::Event { path, arguments });
        Ok(())
    }

    /// Raises an event with the struct that was generated for its arguments.
    ///
    /// # Errors
    ///
    /// As for [`raise_event`](Self::raise_event).
    pub fn raise_event_typed<E: Event>(
        &mut self,
        path: impl AsRef<EventPath<E>>,
        arguments: &E,
    ) -> Result<(), Fault> {
        self.raise_event(path.as_ref().as_str(), arguments.to_arguments())
    }

    /// Switches the recording of changes on or off. Off at first.
    ///
    /// Whoever switches it on takes the changes with [`drain_changes`](Self::drain_changes) or
    /// [`drain_notices`](Self::drain_notices) after each call, since they are kept until then.
    pub fn record_changes(&mut self, on: bool) {
        self.notices = on.then(Vec::new);
    }

    /// Reports that a live parameter has another value now, which the parameter is asked for. `path` is instantiated.
    ///
    /// # Errors
    ///
    /// The path leads to no parameter that exists, or the parameter cannot be read. One whose value
    /// [comes later](Self::live_later) cannot: [`report_value`](Self::report_value) is for those.
    pub fn report_value_change(&mut self, path: &str) -> Result<(), Fault> {
        let (place, parameter) = self.one_parameter(path)?;
        let parameter = self.parameter(parameter);
        let value = self.seen(place.row, parameter, Access::CONTROLLER)?.to_string();
        let path = self.path_of(place) + parameter.name();
        self.record(Change::ValueChange { path, value });
        Ok(())
    }

    /// Reports the value that a live parameter has now, without asking it. `path` is instantiated.
    ///
    /// # Errors
    ///
    /// The path leads to no parameter that exists, or the value is not of its type (7003).
    pub fn report_value<V: TypedValue>(
        &mut self,
        path: impl AsRef<ParameterPath<V>>,
        value: &V,
    ) -> Result<(), Fault> {
        let (place, parameter) = self.one_parameter(path.as_ref().as_str())?;
        let parameter = self.parameter(parameter);
        let value = checked(parameter, Ok(value.to_value()))?;
        let value = match Access::CONTROLLER.conceals(parameter) {
            true => parameter.syntax().null_value().to_string(),
            false => value.to_string(),
        };
        let path = self.path_of(place) + parameter.name();
        self.record(Change::ValueChange { path, value });
        Ok(())
    }

    pub(crate) fn is_recording(&self) -> bool {
        self.notices.is_some()
    }

    pub(crate) fn unknown(&self, kind: &'static str, path: &str) -> RegisterError {
        let supported = self.supported_form(path);
        RegisterError::Unknown {
            kind,
            path: path.to_string(),
            schema: self.schema.name().to_string(),
            supported,
        }
    }

    /// The supported path that an instantiated one leads along, if the schema has it.
    fn supported_form(&self, path: &str) -> Option<String> {
        let is_number = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        let step = |step| if step == "*" || is_number(step) { "{i}" } else { step };
        let steps: Vec<&str> = path.split('.').map(step).collect();
        let supported = steps.join(".");
        let is_there = self.schema.parameter_at(&supported).is_some()
            || self.schema.command_at(&supported).is_some()
            || self.schema.object_at(&supported).is_some();
        (supported != path && is_there).then_some(supported)
    }

    /// The object of an identifier that came from this schema.
    pub(crate) fn object(&self, id: ObjectId) -> Object<'_> {
        self.schema.object(id).expect("identifiers held by the engine come from its own schema")
    }

    /// The parameter of an identifier that came from this schema.
    pub(crate) fn parameter(&self, id: ParameterId) -> Parameter<'_> {
        self.schema.parameter(id).expect("identifiers held by the engine come from its own schema")
    }
}

impl DataModel {
    /// Whether what a parameter refers to can own the row that it is in: it is a strong reference in a table.
    pub(crate) fn can_own(&self, parameter: Parameter<'_>) -> bool {
        enclosing_table(parameter.object()).is_some() && self.layout.is_strong_reference(parameter.id())
    }
}

/// Whether rows can be numbered by a parameter: it is theirs, and a whole number.
pub(crate) fn can_ascend(parameter: Parameter<'_>) -> bool {
    let syntax = parameter.syntax();
    is_whole_number(syntax.primitive_type()) && !syntax.is_list() && parameter.object().is_table()
}

impl fmt::Debug for DataModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataModel")
            .field("schema", &self.schema)
            .field("live", &self.live.len())
            .field("commands", &self.commands.len())
            .finish_non_exhaustive()
    }
}
