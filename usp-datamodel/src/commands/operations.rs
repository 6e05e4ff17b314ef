//! Asynchronous commands: those that run, those that wait, and their Request rows.
//!
//! Handlers are registered in `commands/async_command.rs`; requests/operate.rs finds the command and checks its
//! arguments.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_msg::ErrorCode;
use usp_schema::{CommandId, Object, ObjectId, Schema, Value};

use crate::change::Change;
use crate::commands::CommandCall;
use crate::commands::async_command::{AsyncCommand, Cancel, Cancellation, CommandToken, CompleteError};
use crate::commands::calls::Call;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::replacement::correspondence::Correspondence;
use crate::requester::Requester;
use crate::resolve::place::Place;
use crate::store::{ROOT, RowId};
use crate::transaction::Transaction;

/// The table of commands that run (TR-181).
const TABLE: &str = "Device.LocalAgent.Request.{i}.";

/// Handlers of asynchronous commands, and the operations that have not ended.
#[derive(Default)]
pub(crate) struct Operations {
    pub(crate) registered: LiteMap<CommandId, AsyncCommand>,
    pub(crate) running: LiteMap<CommandToken, Operation>,
    /// How many tokens were given out.
    tokens: u64,
    /// The table of Requests and its command to cancel one, where the schema has them.
    pub(crate) requests: Option<ObjectId>,
    cancel: Option<CommandId>,
}

/// A call and its result: the output arguments by path and text.
type Ended = (CommandToken, Result<Vec<(String, String)>, Fault>);

/// One call that has not ended.
pub(crate) struct Operation {
    pub(crate) command: CommandId,
    pub(crate) path: String,
    pub(crate) command_key: String,
    /// The number of its Request row, where the schema has the table.
    request: Option<u32>,
    pub(crate) state: State,
}

impl Operation {
    /// One that has run before a restart and goes on.
    pub(crate) fn resumed(
        command: CommandId,
        path: String,
        command_key: String,
        request: Option<u32>,
    ) -> Self {
        Self { command, path, command_key, request, state: State::Active }
    }
}

pub(crate) enum State {
    /// It begins when another one ends.
    Waiting(Box<Waiting>),
    Active,
    Canceling,
}

/// What the handler is told when its turn comes.
pub(crate) struct Waiting {
    instances: Vec<u32>,
    requester: Requester,
    arguments: Vec<(String, String)>,
}

/// The table of Requests, where the schema has it.
pub(crate) fn requests(schema: &Schema) -> Option<Object<'_>> {
    schema.object_at(TABLE).filter(|object| object.is_table())
}

impl Operations {
    pub(crate) fn new(schema: &Schema) -> Self {
        let requests = requests(schema);
        let cancel = requests.and_then(|table| table.command("Cancel()")).map(|command| command.id());
        Self { requests: requests.map(|table| table.id()), cancel, ..Self::default() }
    }

    /// Whether the command of a Request row runs or waits.
    pub(crate) fn is_running(&self, request: u32) -> bool {
        self.running.values().any(|operation| operation.request == Some(request))
    }

    /// The command of a call that runs or waits.
    pub(crate) fn command(&self, token: CommandToken) -> Option<CommandId> {
        self.running.get(&token).map(|operation| operation.command)
    }

    /// The token of a call that is about to begin, which no other has, also if it does not begin.
    pub(crate) fn take_token(&mut self) -> CommandToken {
        self.tokens += 1;
        CommandToken::new(self.tokens)
    }

    /// Takes in a call that has begun.
    pub(crate) fn insert(&mut self, token: CommandToken, operation: Operation) {
        self.running.insert(token, operation);
    }

    /// Goes on under another schema, whose elements a new one of its kind knows. Handlers have moved already.
    pub(crate) fn renumber(&mut self, successor: Self, same: &Correspondence) {
        self.requests = successor.requests;
        self.cancel = successor.cancel;
        for (_, operation) in self.running.iter_mut() {
            if let Some(command) = same.command(operation.command) {
                operation.command = command;
            }
            // A table of Requests that comes later gives out its numbers anew.
            operation.request = operation.request.filter(|_| self.requests.is_some());
        }
    }

    fn count(&self, command: CommandId, waiting: bool) -> usize {
        let of_command = self.running.values().filter(|operation| operation.command == command);
        of_command.filter(|operation| matches!(operation.state, State::Waiting(_)) == waiting).count()
    }

    /// The one of a command that has waited longest.
    fn next_waiting(&self, command: CommandId) -> Option<CommandToken> {
        let waits = |operation: &Operation| {
            operation.command == command && matches!(operation.state, State::Waiting(_))
        };
        self.running.iter().find(|(_, operation)| waits(operation)).map(|(&token, _)| token)
    }
}

/// # Asynchronous commands that run
impl DataModel {
    /// Starts an asynchronous command, or lets it wait for its turn, and gives the path of its Request row
    /// `[R-OPR.0]` `[R-OPR.2]`: empty where the schema has no such table.
    ///
    /// # Errors
    ///
    /// The handler refuses, or too many run already (7005): none that runs is stopped for it `[R-OPR.3]`. Then there
    /// is no Request row.
    pub(crate) fn start_command(
        &mut self,
        command: CommandId,
        call: &CommandCall<'_>,
        arguments: &[(&str, &str)],
    ) -> Result<String, Fault> {
        let limit = self.limits.max_operations;
        if self.operations.running.len() >= limit {
            let message = alloc::format!("{} is refused: {limit} commands run already", call.path);
            return Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message));
        }
        // None overtakes those that wait.
        self.begin_waiting(command);
        let (active, waiting) = (self.operations.count(command, false), self.operations.count(command, true));
        let Some(handler) = self.operations.registered.get(&command) else {
            let message = alloc::format!("{}: this device does not run the command", call.path);
            return Err(Fault::new(ErrorCode::COMMAND_FAILURE, message));
        };
        let concurrency = handler.concurrency;
        if active < concurrency.active {
            let handler = self.operations.registered.remove(&command);
            let mut lent = LentCommand { command, handler, model: self };
            lent.model.admit(command, call, arguments, lent.handler.as_mut())
        } else if waiting < concurrency.waiting {
            self.admit(command, call, arguments, None)
        } else {
            let message = alloc::format!("{} runs {active} times already", call.path);
            Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message))
        }
    }

    /// Makes the Request row and starts the command if there is a handler; else it waits.
    fn admit(
        &mut self,
        command: CommandId,
        call: &CommandCall<'_>,
        arguments: &[(&str, &str)],
        handler: Option<&mut AsyncCommand>,
    ) -> Result<String, Fault> {
        let token = self.operations.take_token();
        let originator = self.originator(call.requester);
        let table = self.operations.requests;
        let mut transaction = Transaction::new(self);
        let status = if handler.is_some() { "Active" } else { "Requested" };
        let values = [
            ("Originator", &*originator),
            ("Command", call.path),
            ("CommandKey", call.command_key),
            ("Status", status),
        ];
        let row = table.map(|table| transaction.create_request(table, &values)).transpose()?;
        let mut queued = None;
        let state = match handler {
            Some(handler) => {
                queued = handler.begin(call, token, arguments)?;
                State::Active
            }
            None => State::Waiting(Box::new(Waiting {
                instances: call.instances.to_vec(),
                requester: call.requester.clone(),
                arguments: owned(arguments),
            })),
        };
        transaction.commit();
        let place = row.and_then(|row| self.place_of_row(row));
        let request = row.and_then(|row| self.store.home(row)).map(|home| home.number);
        let operation = Operation {
            command,
            path: call.path.to_string(),
            command_key: call.command_key.to_string(),
            request,
            state,
        };
        self.operations.insert(token, operation);
        if let Some(queued) = queued {
            self.push_call(queued);
        }
        Ok(place.map(|place| self.path_of(place)).unwrap_or_default())
    }

    /// Ends a command. Of an asynchronous one the Request row goes `[R-OPR.0]`, whoever subscribed to it is told by
    /// [`Change::OperationComplete`], and one that waited begins.
    ///
    /// A result is the output arguments by path and text; see
    /// [`complete_command_typed`](Self::complete_command_typed) for structs.
    ///
    /// # Errors
    ///
    /// No command with this token runs: it has ended, or was canceled while it waited.
    pub fn complete_command(
        &mut self,
        token: CommandToken,
        result: Result<Vec<(String, String)>, Fault>,
    ) -> Result<(), CompleteError> {
        let Some(result) = self.parking.complete_command(token, result) else { return Ok(()) };
        let mut ended: VecDeque<Ended> = [(token, result)].into();
        while let Some((token, result)) = ended.pop_front() {
            let Some(operation) = self.operations.running.remove(&token) else {
                return Err(CompleteError::UnknownToken);
            };
            let request = self.request_row(&operation);
            let status = match &result {
                Ok(_) => "Success",
                Err(fault) if fault.code() == ErrorCode::COMMAND_CANCELED => "Canceled",
                Err(_) => "Error",
            };
            self.record(Change::OperationComplete {
                path: operation.path,
                command_key: operation.command_key,
                result,
            });
            if let Some(row) = request {
                // The row does not go before it says how the command has ended (TR-181).
                self.set_row_status(row, status);
                let mut transaction = Transaction::new(self);
                transaction.delete(row);
                transaction.commit();
            }
            // Those that cannot begin have ended, and make room for others.
            ended.extend(self.start_waiting(operation.command));
        }
        Ok(())
    }

    /// The tokens of the commands that run or wait, in the order of their calls.
    pub fn running_commands(&self) -> impl Iterator<Item = CommandToken> + '_ {
        self.operations.running.keys().copied()
    }

    /// The path of the Request row of a command that runs or waits.
    pub fn request_of(&self, token: CommandToken) -> Option<String> {
        let row = self.request_row(self.operations.running.get(&token)?)?;
        self.place_of_row(row).map(|place| self.path_of(place))
    }

    /// The path of the command that a token is for, and its supported one.
    pub(crate) fn running_command(&self, token: CommandToken) -> Option<(&str, Cow<'_, str>)> {
        if let Some((path, command)) = self.parking.command(token) {
            return Some((path, Cow::Borrowed(command)));
        }
        let operation = self.operations.running.get(&token)?;
        Some((&*operation.path, Cow::Owned(self.schema.command(operation.command)?.path())))
    }

    /// Starts calls of a command that wait, as far as there is room: how many may run is not the same for ever.
    pub(crate) fn begin_waiting(&mut self, command: CommandId) {
        for (token, fault) in self.start_waiting(command) {
            // What has failed to begin is there to be ended.
            let _ = self.complete_command(token, fault);
        }
    }

    /// The same, those that have waited longest first. Gives those that will not start with their faults.
    fn start_waiting(&mut self, command: CommandId) -> Vec<Ended> {
        let mut failed = Vec::new();
        while let Some(token) = self.operations.next_waiting(command) {
            let concurrency = self.operations.registered.get(&command).map(|handler| handler.concurrency);
            let active = self.operations.count(command, false);
            if concurrency.is_none_or(|concurrency| active >= concurrency.active) {
                break;
            }
            failed.extend(self.start(token));
        }
        failed
    }

    /// Starts a call that waits; gives its fault if it will not start, or has nothing to be run on any more.
    fn start(&mut self, token: CommandToken) -> Option<Ended> {
        let operation = self.operations.running.get_mut(&token)?;
        let State::Waiting(waiting) = core::mem::replace(&mut operation.state, State::Active) else {
            return None;
        };
        let operation = self.operations.running.get(&token)?;
        if self.row_by_numbers(&operation.path.split('.').collect::<Vec<_>>()).is_none() {
            return Some((token, Err(Fault::absent_object(&operation.path))));
        }
        let handler = self.operations.registered.get_mut(&operation.command)?;
        let call = CommandCall {
            path: &operation.path,
            instances: &waiting.instances,
            command_key: &operation.command_key,
            requester: &waiting.requester,
        };
        let arguments: Vec<(&str, &str)> =
            waiting.arguments.iter().map(|(path, text)| (&**path, &**text)).collect();
        match handler.begin(&call, token, &arguments) {
            Ok(queued) => {
                self.set_status(token, "Active");
                if let Some(queued) = queued {
                    self.push_call(queued);
                }
                None
            }
            Err(fault) => Some((token, Err(fault))),
        }
    }

    /// Whether a command is the one that cancels a Request.
    pub(crate) fn cancels(&self, command: CommandId) -> bool {
        self.operations.cancel == Some(command)
    }

    /// `Cancel()` of a Request row, the only thing that stops a command `[R-OPR.3]`.
    ///
    /// # Errors
    ///
    /// 7022: nothing runs for this row, or it cannot be stopped; or whatever the device says.
    pub(crate) fn cancel_request(&mut self, row: RowId) -> Result<(), Fault> {
        let refuse = |why: &str| Err(Fault::new(ErrorCode::COMMAND_FAILURE, why));
        let number = self.store.home(row).map(|home| home.number);
        let found = self.operations.running.iter().find(|(_, operation)| operation.request == number);
        let Some((&token, operation)) = found.filter(|_| number.is_some()) else {
            return refuse("the command of this Request does not run");
        };
        let canceled = match operation.state {
            State::Canceling => return Ok(()),
            State::Waiting(_) => Cancellation::Canceled,
            State::Active => {
                let command = self.operations.registered.get_mut(&operation.command);
                match command.and_then(|command| command.cancel.as_mut()) {
                    Some(Cancel::Handler(cancel)) => cancel(token)?,
                    Some(Cancel::Queue) => {
                        self.push_call(Call::Cancel(token));
                        Cancellation::Canceling
                    }
                    None => return refuse("the command cannot be stopped once it has begun"),
                }
            }
        };
        match canceled {
            Cancellation::Canceled => {
                let fault = Fault::new(ErrorCode::COMMAND_CANCELED, "canceled on request");
                self.complete_command(token, Err(fault)).map_err(|_| Fault::absent_object("the Request"))
            }
            Cancellation::Canceling => {
                if let Some(operation) = self.operations.running.get_mut(&token) {
                    operation.state = State::Canceling;
                }
                self.set_status(token, "Canceling");
                Ok(())
            }
        }
    }

    pub(crate) fn set_status(&mut self, token: CommandToken, status: &str) {
        let row = self.operations.running.get(&token).and_then(|operation| self.request_row(operation));
        if let Some(row) = row {
            self.set_row_status(row, status);
        }
    }

    fn set_row_status(&mut self, row: RowId, status: &str) {
        let Some(place) = self.place_of_row(row) else { return };
        let Some(id) = self.object(place.object).parameter("Status").map(|status| status.id()) else {
            return;
        };
        let mut transaction = Transaction::new(self);
        transaction.set(place.row, id, Value::String(status.to_string()));
        transaction.commit();
    }

    /// The Request row, unless the device has removed it.
    pub(crate) fn request_row(&self, operation: &Operation) -> Option<RowId> {
        self.store.table(ROOT, self.operations.requests?)?.row(operation.request?)
    }

    /// Who a Request row says that has started the command: the Endpoint ID of the Controller.
    fn originator(&self, requester: &Requester) -> String {
        let Some(row) = requester.controller_row() else { return String::new() };
        let id = self.value_at(&alloc::format!("{row}.EndpointID")).map(|id| id.to_string());
        id.ok().filter(|id| !id.is_empty()).unwrap_or_else(|| row.to_string())
    }
}

impl Transaction<'_> {
    /// Makes a Request row. Parameters that the schema does not have are left out.
    fn create_request(&mut self, table: ObjectId, values: &[(&str, &str)]) -> Result<RowId, Fault> {
        let schema = self.model.schema.clone();
        let Some(object) = schema.object(table) else { return Err(Fault::unsupported_path(TABLE)) };
        let row = self.create(ROOT, object)?;
        for (name, text) in values {
            if let Some(parameter) = object.parameter(name) {
                self.set(row, parameter.id(), Value::String((*text).to_string()));
            }
        }
        self.complete_keys();
        match self.check(Access::DEVICE, &|_, _, _| Access::DEVICE) {
            Ok(()) => Ok(row),
            Err(conflicts) => {
                let path = self.model.path_of(Place { row, object: table });
                let why = conflicts.first().map(|conflict| conflict.fault.message().to_string());
                let message = alloc::format!("{path} cannot be made: {}", why.unwrap_or_default());
                Err(Fault::new(ErrorCode::INTERNAL_ERROR, message))
            }
        }
    }
}

/// What is registered for a command, out of the model while that is worked on. It goes back also when it panics.
struct LentCommand<'m> {
    command: CommandId,
    handler: Option<AsyncCommand>,
    model: &'m mut DataModel,
}

impl Drop for LentCommand<'_> {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            self.model.operations.registered.insert(self.command, handler);
        }
    }
}

fn owned(arguments: &[(&str, &str)]) -> Vec<(String, String)> {
    arguments.iter().map(|&(path, text)| (path.to_string(), text.to_string())).collect()
}
