//! Requests that outlived a restart, and the commands that do.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::commands::async_command::CommandToken;
use crate::commands::operations::Operation;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::resolve::place::Place;
use crate::resolve::{Leaf, Node, parse};
use crate::store::ROOT;

/// A row of `Device.LocalAgent.Request.` whose command does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoppedRequest {
    /// Path of the row, with the final dot.
    pub row: String,
    /// The instantiated path of the command.
    pub command: String,
    /// The key that it was called with.
    pub command_key: String,
}

/// # Requests after a restart
///
/// Asynchronous commands end with the restart of the device, as a rule; their rows come back with the saved state
/// ([`restore`](Self::restore)). A command that goes on nevertheless is taken up again with
/// [`resume_request`](Self::resume_request). One that does not has failed: it is resumed and completed with a fault, so
/// that whoever subscribed to its end is told.
impl DataModel {
    /// The Requests whose commands do not run, in the order of their Instance Numbers: after a restart all of them.
    pub fn stopped_requests(&self) -> Vec<StoppedRequest> {
        let Some(table) = self.operations.requests else { return Vec::new() };
        let rows = self.store.table(ROOT, table).into_iter().flat_map(|rows| rows.rows());
        let stopped = rows.filter_map(|row| {
            let number = self.store.home(row)?.number;
            let row = self.path_of(Place { row, object: table });
            if self.operations.is_running(number) {
                return None;
            }
            let value = |name: &str| {
                let value = self.value_at(&alloc::format!("{row}{name}"));
                value.map(|value| value.to_string()).unwrap_or_default()
            };
            let (command, command_key) = (value("Command"), value("CommandKey"));
            Some(StoppedRequest { row, command, command_key })
        });
        stopped.collect()
    }

    /// Takes up the command of a Request again: it counts as running, under a new token, until
    /// [`complete_command`](Self::complete_command). No handler is called.
    ///
    /// # Errors
    ///
    /// There is no such row, its command runs, or the schema and the rows have no such command any more.
    pub fn resume_request(&mut self, row: &str) -> Result<CommandToken, Fault> {
        let stopped = self.stopped_requests().into_iter().find(|stopped| stopped.row == row);
        let stopped = stopped.ok_or_else(|| Fault::absent_object(row))?;
        let path = &stopped.command;
        let command = match self.resolve(&parse(path)?)?.matches[..] {
            [found] => match (found.node, found.leaf) {
                (Node::Place(_), Leaf::Command(command)) => Some(command),
                _ => None,
            },
            _ => None,
        };
        let command = command
            .filter(|&command| self.schema.command(command).is_some_and(|found| found.is_asynchronous()));
        let command = command.ok_or_else(|| Fault::unsupported_path(path))?;
        let number = row.trim_end_matches('.').rsplit('.').next().and_then(|number| number.parse().ok());
        let token = self.operations.take_token();
        let operation = Operation::resumed(command, path.to_string(), stopped.command_key, number);
        self.operations.insert(token, operation);
        self.set_status(token, "Active");
        Ok(token)
    }
}
