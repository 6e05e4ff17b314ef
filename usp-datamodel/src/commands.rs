//! Commands: handlers, and what they are told.

pub(crate) mod async_command;
pub(crate) mod calls;
pub(crate) mod operated;
pub(crate) mod operations;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::task::Poll;

use usp_msg::ErrorCode;

use crate::commands::async_command::CommandToken;
use crate::fault::Fault;
use crate::model::{DataModel, RegisterError};
use crate::requester::Requester;
use crate::typed::{Arguments, Command};

/// What a command has come to: output arguments by path and text.
type CommandResult = Result<Vec<(String, String)>, Fault>;

/// Runs a command: call and input arguments in, output arguments out.
pub(crate) enum CommandHandler {
    Now(NowHandler),
    Later(LaterHandler),
}

type NowHandler = Box<dyn FnMut(&CommandCall<'_>, &[(&str, &str)]) -> CommandResult + Send>;

/// The same, which may give nothing yet.
type LaterHandler =
    Box<dyn FnMut(&CommandCall<'_>, CommandToken, &[(&str, &str)]) -> Poll<CommandResult> + Send>;

/// Which command is called, by whom.
#[derive(Debug, Clone, Copy)]
pub struct CommandCall<'a> {
    pub(crate) path: &'a str,
    pub(crate) instances: &'a [u32],
    pub(crate) command_key: &'a str,
    pub(crate) requester: &'a Requester,
}

impl<'a> CommandCall<'a> {
    /// The instantiated path of the command, such as `Device.IP.Interface.1.Reset()`.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The Instance Numbers of the rows that the command stands in, outermost first.
    pub fn instances(&self) -> &'a [u32] {
        self.instances
    }

    /// The key that the caller gave.
    pub fn command_key(&self) -> &'a str {
        self.command_key
    }

    /// Who calls.
    pub fn requester(&self) -> &'a Requester {
        self.requester
    }
}

impl DataModel {
    /// Gives a synchronous command its handler. `path` is supported: `Device.IP.Interface.{i}.Reset()`.
    ///
    /// The handler gets the input arguments by path and text, those that the caller left out with their defaults
    /// `[R-OPR.7]`, none that the schema does not know `[R-OPR.6]`, and returns the output arguments alike. Its
    /// fault becomes the command's failure. Output arguments are told as they are. See
    /// [`on_command_typed`](Self::on_command_typed) for structs.
    ///
    /// # Errors
    ///
    /// The schema has no such command, or the command is asynchronous: see
    /// [`on_async_command`](Self::on_async_command).
    pub fn on_command(
        &mut self,
        path: &str,
        handler: impl FnMut(&CommandCall<'_>, &[(&str, &str)]) -> Result<Vec<(String, String)>, Fault>
        + Send
        + 'static,
    ) -> Result<(), RegisterError> {
        self.register_command(path, CommandHandler::Now(Box::new(handler)))
    }

    /// Gives a synchronous command a handler that may take its time: it gives the output at once, or takes the token
    /// and lets the caller wait until [`complete_command`](Self::complete_command) ends the command. Until then the
    /// Operate is [parked](crate::Handled::Parked), and the model serves others; the answer is given by
    /// [`resume`](Self::resume).
    ///
    /// The command is run once, whatever becomes of the request. When nobody waits for its end any more, that is said
    /// by [`Call::Cancel`](crate::Call::Cancel) among the [calls](Self::drain_calls). It fails with error 7022 (Command
    /// failure) for a caller that has waited for long enough ([`expire`](Self::expire)) or cannot wait
    /// ([`process`](Self::process)); one that finds too many waiting already is refused before the handler is called,
    /// with 7005.
    ///
    /// # Errors
    ///
    /// As for [`on_command`](Self::on_command).
    pub fn on_command_later(
        &mut self,
        path: &str,
        handler: impl FnMut(
            &CommandCall<'_>,
            CommandToken,
            &[(&str, &str)],
        ) -> Poll<Result<Vec<(String, String)>, Fault>>
        + Send
        + 'static,
    ) -> Result<(), RegisterError> {
        self.register_command(path, CommandHandler::Later(Box::new(handler)))
    }

    fn register_command(&mut self, path: &str, handler: CommandHandler) -> Result<(), RegisterError> {
        let command = self.named_command(path)?;
        if command.is_asynchronous() {
            let reason = "is an asynchronous command, which on_async_command is for";
            return Err(RegisterError::Unfit { path: path.to_string(), reason });
        }
        let id = command.id();
        self.calls.queued.remove(&id);
        self.commands.insert(id, handler);
        Ok(())
    }

    /// Gives a synchronous command its handler, with the argument structs that were generated for it.
    ///
    /// # Errors
    ///
    /// As for [`on_command`](Self::on_command).
    pub fn on_command_typed<C: Command>(
        &mut self,
        mut handler: impl FnMut(&CommandCall<'_>, C::Input) -> Result<C::Output, Fault> + Send + 'static,
    ) -> Result<(), RegisterError> {
        self.on_command(C::PATH, move |call, arguments| {
            let input = C::Input::from_arguments(arguments)
                .map_err(|error| Fault::new(ErrorCode::INVALID_COMMAND_ARGUMENTS, error.to_string()))?;
            Ok(handler(call, input)?.to_arguments())
        })
    }
}
