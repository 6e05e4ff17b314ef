//! Handlers of asynchronous commands, and what the device says of their end.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use usp_msg::ErrorCode;
use usp_schema::CommandId;

use crate::commands::CommandCall;
use crate::commands::calls::{Call, QueuedCall};
use crate::fault::Fault;
use crate::model::{DataModel, RegisterError};
use crate::typed::{Arguments, Command};

/// Names one call of an asynchronous command, or of a synchronous one that ends later, from its start to its end.
///
/// No other call ever has the same token in the lifetime of a [`DataModel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandToken(u64);

impl CommandToken {
    pub(crate) fn new(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for CommandToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many calls of one command run at the same time, and what becomes of more (TR-369 section "Operate": a
/// command may run in parallel, queue or be refused, and none that runs is stopped for another `[R-OPR.3]`).
///
/// ```
/// use usp_datamodel::Concurrency;
///
/// // One runs, three wait for their turn, a fifth is refused with 7005 (Resources exceeded).
/// let orderly = Concurrency::queue(1, 3);
/// assert_ne!(orderly, Concurrency::refuse(1));
/// assert_eq!(Concurrency::default(), Concurrency::UNLIMITED);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concurrency {
    pub(crate) active: usize,
    pub(crate) waiting: usize,
}

impl Concurrency {
    /// All calls run at once, up to [`Limits::max_operations`](crate::Limits::max_operations) of all commands.
    pub const UNLIMITED: Self = Self::refuse(usize::MAX);

    /// So many run at once; more are refused.
    pub const fn refuse(active: usize) -> Self {
        Self { active, waiting: 0 }
    }

    /// So many run at once, one at least, and so many wait for their turn, in the order of their calls; more are
    /// refused.
    pub const fn queue(active: usize, waiting: usize) -> Self {
        Self { active: if active == 0 { 1 } else { active }, waiting }
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        Self::UNLIMITED
    }
}

/// What a device makes of the wish to cancel a command that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancellation {
    /// It has stopped. The engine tells its end with error 7023 (Command canceled).
    Canceled,
    /// It is being stopped, or may be too far gone: [`DataModel::complete_command`] tells its end, one way or the
    /// other.
    Canceling,
}

/// Why a command could not be completed. The fault is the device's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompleteError {
    /// No command with this token runs.
    #[error("no command with this token runs")]
    UnknownToken,
    /// The token is for another command than the type of the result.
    #[error("the token is for {running}, not for {given}")]
    AnotherCommand {
        /// The path of the command that runs.
        running: String,
        /// The command that the result is for.
        given: &'static str,
    },
}

/// Starts a command: call, token and input arguments in.
type StartHandler =
    Box<dyn FnMut(&CommandCall<'_>, CommandToken, &[(&str, &str)]) -> Result<(), Fault> + Send>;

/// Stops a command that runs.
type CancelHandler = Box<dyn FnMut(CommandToken) -> Result<Cancellation, Fault> + Send>;

/// What is registered for an asynchronous command.
pub(crate) struct AsyncCommand {
    start: Start,
    pub(crate) cancel: Option<Cancel>,
    pub(crate) concurrency: Concurrency,
}

enum Start {
    Handler(StartHandler),
    Queue,
}

/// How a command that runs is stopped.
pub(crate) enum Cancel {
    Handler(CancelHandler),
    Queue,
}

impl AsyncCommand {
    /// Starts a call; gives it back where it is to wait until it is fetched.
    pub(crate) fn begin(
        &mut self,
        call: &CommandCall<'_>,
        token: CommandToken,
        arguments: &[(&str, &str)],
    ) -> Result<Option<Call>, Fault> {
        match &mut self.start {
            Start::Handler(start) => start(call, token, arguments).map(|()| None),
            Start::Queue => Ok(Some(Call::Run(QueuedCall::new(call, Some(token), arguments)))),
        }
    }
}

/// # Asynchronous commands
impl DataModel {
    /// Gives an asynchronous command the handler that starts it. `path` is supported:
    /// `Device.IP.Diagnostics.IPPing()`.
    ///
    /// The handler gets the input arguments as those of [`on_command`](Self::on_command) do, and a token under
    /// which the device reports the end with [`complete_command`](Self::complete_command), as soon as the call that
    /// led to the handler has returned. In the meantime there is a row in `Device.LocalAgent.Request.`, if the schema
    /// has that table. A fault means that the command has not begun.
    ///
    /// # Errors
    ///
    /// The schema has no such command, or the command is synchronous.
    pub fn on_async_command(
        &mut self,
        path: &str,
        start: impl FnMut(&CommandCall<'_>, CommandToken, &[(&str, &str)]) -> Result<(), Fault> + Send + 'static,
    ) -> Result<(), RegisterError> {
        let id = self.async_command(path)?;
        let start = Start::Handler(Box::new(start));
        self.operations
            .registered
            .insert(id, AsyncCommand { start, cancel: None, concurrency: Concurrency::default() });
        Ok(())
    }

    /// Gives an asynchronous command its handler, with the argument structs that were generated for it.
    ///
    /// # Errors
    ///
    /// As for [`on_async_command`](Self::on_async_command).
    pub fn on_async_command_typed<C: Command>(
        &mut self,
        mut start: impl FnMut(&CommandCall<'_>, CommandToken, C::Input) -> Result<(), Fault> + Send + 'static,
    ) -> Result<(), RegisterError> {
        self.on_async_command(C::PATH, move |call, token, arguments| {
            let input = C::Input::from_arguments(arguments)
                .map_err(|error| Fault::new(ErrorCode::INVALID_COMMAND_ARGUMENTS, error.to_string()))?;
            start(call, token, input)
        })
    }

    /// Lets `Device.LocalAgent.Request.{i}.Cancel()` stop an asynchronous command that runs. Without this only
    /// one that still waits can be canceled, and others run to their end `[R-OPR.3]`.
    ///
    /// # Errors
    ///
    /// The command has no handler yet.
    pub fn on_cancel(
        &mut self,
        path: &str,
        cancel: impl FnMut(CommandToken) -> Result<Cancellation, Fault> + Send + 'static,
    ) -> Result<(), RegisterError> {
        self.registered_command(path)?.cancel = Some(Cancel::Handler(Box::new(cancel)));
        Ok(())
    }

    /// Lets the calls of an asynchronous command, and the wishes to cancel them, wait to be fetched.
    pub(crate) fn register_queue(&mut self, command: CommandId) {
        let queue = AsyncCommand {
            start: Start::Queue,
            cancel: Some(Cancel::Queue),
            concurrency: Concurrency::default(),
        };
        self.operations.registered.insert(command, queue);
    }

    /// Limits how many calls of an asynchronous command run at the same time. Those that wait begin where there is room
    /// for them now; those that run are not stopped.
    ///
    /// # Errors
    ///
    /// The command has no handler yet.
    pub fn limit_command(&mut self, path: &str, concurrency: Concurrency) -> Result<(), RegisterError> {
        self.registered_command(path)?.concurrency = concurrency;
        let command = self.async_command(path)?;
        self.begin_waiting(command);
        Ok(())
    }

    /// Ends a command with the struct that was generated for its output.
    ///
    /// # Errors
    ///
    /// As for [`complete_command`](Self::complete_command); and the token is that of another command.
    pub fn complete_command_typed<C: Command>(
        &mut self,
        token: CommandToken,
        result: Result<C::Output, Fault>,
    ) -> Result<(), CompleteError> {
        let (running, command) = self.running_command(token).ok_or(CompleteError::UnknownToken)?;
        if command != C::PATH {
            return Err(CompleteError::AnotherCommand { running: running.to_string(), given: C::PATH });
        }
        self.complete_command(token, result.map(|output| output.to_arguments()))
    }

    fn async_command(&self, path: &str) -> Result<CommandId, RegisterError> {
        let command = self.named_command(path)?;
        if !command.is_asynchronous() {
            let reason = "is a synchronous command, which ends as it returns";
            return Err(RegisterError::Unfit { path: path.to_string(), reason });
        }
        Ok(command.id())
    }

    fn registered_command(&mut self, path: &str) -> Result<&mut AsyncCommand, RegisterError> {
        let id = self.async_command(path)?;
        let reason = "has no handler yet";
        let unfit = RegisterError::Unfit { path: path.to_string(), reason };
        self.operations.registered.get_mut(&id).ok_or(unfit)
    }
}
