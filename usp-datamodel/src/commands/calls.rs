//! Commands that are run by whoever holds the model: their calls wait in a queue until they are fetched.

use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_collections::SortedSet;
use usp_msg::ErrorCode;
use usp_schema::{Command, CommandId};

use crate::commands::CommandCall;
use crate::commands::async_command::CommandToken;
use crate::fault::Fault;
use crate::model::{DataModel, RegisterError};
use crate::requester::Requester;
use crate::typed::{self, ArgumentError, Arguments};

/// A call of a command, to be run by whoever fetches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedCall {
    path: String,
    instances: Vec<u32>,
    command_key: String,
    requester: Requester,
    arguments: Vec<(String, String)>,
    token: Option<CommandToken>,
}

impl QueuedCall {
    pub(crate) fn new(
        call: &CommandCall<'_>,
        token: Option<CommandToken>,
        arguments: &[(&str, &str)],
    ) -> Self {
        let owned = |&(path, text): &(&str, &str)| (path.to_string(), text.to_string());
        Self {
            path: call.path.to_string(),
            instances: call.instances.to_vec(),
            command_key: call.command_key.to_string(),
            requester: call.requester.clone(),
            arguments: arguments.iter().map(owned).collect(),
            token,
        }
    }

    /// The instantiated path of the command, such as `Device.IP.Interface.1.Reset()`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The Instance Numbers of the rows that the command stands in, outermost first.
    pub fn instances(&self) -> &[u32] {
        &self.instances
    }

    /// The key that the caller gave.
    pub fn command_key(&self) -> &str {
        &self.command_key
    }

    /// Who calls.
    pub fn requester(&self) -> &Requester {
        &self.requester
    }

    /// The token by which [`DataModel::complete_command`] ends the call; `None` for a synchronous command without
    /// output, whose caller has its answer already.
    pub fn token(&self) -> Option<CommandToken> {
        self.token
    }

    /// The input arguments by path and text, with the defaults of those that the caller left out.
    pub fn arguments(&self) -> &[(String, String)] {
        &self.arguments
    }

    /// The text of one input argument.
    pub fn argument(&self, path: &str) -> Option<&str> {
        self.arguments.iter().find(|(given, _)| given == path).map(|(_, text)| &**text)
    }

    /// The input arguments as the struct that was generated for the command.
    ///
    /// # Errors
    ///
    /// The struct is that of another command, or of another schema than the one in use.
    pub fn input<C: typed::Command>(&self) -> Result<C::Input, ArgumentError> {
        let arguments: Vec<(&str, &str)> =
            self.arguments.iter().map(|(path, text)| (&**path, &**text)).collect();
        C::Input::from_arguments(&arguments)
    }
}

/// What is asked of whoever runs queued commands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Call {
    /// Run the command. One that has a token is ended by [`DataModel::complete_command`].
    Run(QueuedCall),
    /// Stop the command with this token, if that is still possible.
    ///
    /// An asynchronous one is ended by [`DataModel::complete_command`] one way or the other: with error 7023 (Command
    /// canceled) if it was stopped. A synchronous one, whether it was fetched or
    /// [has a handler](DataModel::on_command_later), is one whose end nobody waits for any more: the request was
    /// [expired](DataModel::expire) or [forgotten](DataModel::forget). There is nothing to complete.
    Cancel(CommandToken),
}

/// Whether a command has output arguments.
pub(crate) fn has_output(command: Command<'_>) -> bool {
    command
        .output()
        .is_some_and(|output| output.parameters().next().is_some() || output.children().next().is_some())
}

/// Commands whose calls wait to be fetched, and those calls.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// The synchronous ones; for asynchronous ones their handler says so.
    pub(crate) queued: SortedSet<CommandId>,
    waiting: VecDeque<Call>,
}

impl Calls {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// # Commands that wait to be fetched
impl DataModel {
    /// Has the calls of a command wait for [`drain_calls`](Self::drain_calls), instead of a handler that is called in
    /// the midst of a request. `path` is supported: `Device.IP.Diagnostics.IPPing()`.
    ///
    /// This is for programs that do the work of commands elsewhere, in a task or thread. An asynchronous command is a
    /// Request from its call till [`complete_command`](Self::complete_command), and can be canceled by way of
    /// [`Call::Cancel`]. The call of a synchronous one without output, such as `Device.Reboot()`, is answered with
    /// success, and what it asks for is done afterwards, which is what such a command needs (the answer must leave
    /// before the restart begins). One with output has the caller wait till
    /// [`complete_command`](Self::complete_command), as with [`on_command_later`](Self::on_command_later).
    ///
    /// # Errors
    ///
    /// The schema has no such command.
    pub fn queue_command(&mut self, path: &str) -> Result<(), RegisterError> {
        let command = self.named_command(path)?;
        let id = command.id();
        if command.is_asynchronous() {
            self.register_queue(id);
        } else {
            self.commands.remove(&id);
            self.calls.queued.insert(id);
        }
        Ok(())
    }

    /// Whether a command, by its supported path, has a handler or a queue. Others fail with error 7022 (Command
    /// failure).
    pub fn is_command_served(&self, path: &str) -> bool {
        let id = self.schema.command_at(path).map(|command| command.id());
        id.is_some_and(|id| {
            self.commands.contains_key(&id)
                || self.calls.queued.contains(&id)
                || self.operations.registered.contains_key(&id)
        })
    }

    /// The calls since the last time, in their order.
    ///
    /// Whoever queues commands takes them after each request, once its answer is on its way.
    #[inline]
    pub fn drain_calls(&mut self) -> Vec<Call> {
        match self.calls.waiting.is_empty() {
            true => Vec::new(),
            false => core::mem::take(&mut self.calls.waiting).into(),
        }
    }

    /// Lets a call of a synchronous command wait.
    ///
    /// # Errors
    ///
    /// 7005: too many wait already.
    pub(crate) fn queue_call(&mut self, call: QueuedCall) -> Result<(), Fault> {
        // Those of asynchronous commands are bounded where they start.
        if self.calls.waiting.len() >= self.limits.max_operations {
            let message = alloc::format!("{} is refused: too many calls wait", call.path);
            return Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message));
        }
        self.push_call(Call::Run(call));
        Ok(())
    }

    pub(crate) fn push_call(&mut self, call: Call) {
        self.calls.waiting.push_back(call);
    }

    /// Takes away the call of an asynchronous command that waits to be fetched; whether there was one.
    pub(crate) fn withdraw_call(&mut self, token: CommandToken) -> bool {
        let before = self.calls.waiting.len();
        let is_it = |call: &Call| matches!(call, Call::Run(run) if run.token == Some(token));
        self.calls.waiting.retain(|call| !is_it(call));
        self.calls.waiting.len() < before
    }

    /// Nobody waits for the end of a synchronous command any more. Whoever runs it is told so, unless it never learned
    /// of the call; or does not look at its calls, which are bounded.
    pub(crate) fn give_up_call(&mut self, token: CommandToken) {
        if !self.withdraw_call(token) && self.calls.waiting.len() < self.limits.max_operations {
            self.push_call(Call::Cancel(token));
        }
    }

    /// Whether the calls of a synchronous command wait to be fetched.
    pub(crate) fn is_queued(&self, command: CommandId) -> bool {
        self.calls.queued.contains(&command)
    }
}
