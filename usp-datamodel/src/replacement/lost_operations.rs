//! Operations whose command goes with the schema.

use alloc::string::ToString;
use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_schema::Schema;

use crate::change::Change;
use crate::commands::async_command::{Cancel, CommandToken};
use crate::commands::calls::Call;
use crate::commands::operations::State;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::replacement::correspondence::Correspondence;
use crate::store::RowId;
use crate::subscriptions::Notice;

impl DataModel {
    /// The operations whose command another schema does not have, or has as a synchronous one.
    pub(crate) fn lost_operations(&self, same: &Correspondence, schema: &Schema) -> Vec<CommandToken> {
        let is_lost = |token: &CommandToken| {
            let command = self.operations.command(*token).and_then(|command| same.command(command));
            let command = command.and_then(|command| schema.command(command));
            command.is_none_or(|command| !command.is_asynchronous())
        };
        self.running_commands().filter(is_lost).collect()
    }

    /// The rows of their Requests.
    pub(crate) fn requests_of(&self, lost: &[CommandToken]) -> Vec<RowId> {
        let operations = lost.iter().filter_map(|token| self.operations.running.get(token));
        operations.filter_map(|operation| self.request_row(operation)).collect()
    }

    /// What is told of their end, to those who subscribed as things stand now: the row of a Request does not go before
    /// it says how the command has ended (TR-181).
    pub(crate) fn ends_of(&self, lost: &[CommandToken]) -> Vec<Notice> {
        if !self.is_recording() {
            return Vec::new();
        }
        let mut ends = Vec::new();
        for operation in lost.iter().filter_map(|token| self.operations.running.get(token)) {
            let message = "the command is gone with its part of the schema";
            ends.push(Change::OperationComplete {
                path: operation.path.clone(),
                command_key: operation.command_key.clone(),
                result: Err(Fault::new(ErrorCode::COMMAND_CANCELED, message)),
            });
            let place = self.request_row(operation).and_then(|row| self.place_of_row(row));
            if let Some(place) = place.filter(|place| self.object(place.object).parameter("Status").is_some())
            {
                let path = self.path_of(place) + "Status";
                ends.push(Change::ValueChange { path, value: "Canceled".to_string() });
            }
        }
        let notice = |change| Notice { subscribers: self.subscribers(&change), change };
        ends.into_iter().map(notice).collect()
    }

    /// Forgets them, and asks the device to stop those that it can.
    pub(crate) fn abandon(&mut self, lost: &[CommandToken]) {
        for &token in lost {
            let Some(operation) = self.operations.running.remove(&token) else { continue };
            // What nobody has fetched yet needs no stopping.
            if matches!(operation.state, State::Waiting(_)) || self.withdraw_call(token) {
                continue;
            }
            let command = self.operations.registered.get_mut(&operation.command);
            match command.and_then(|command| command.cancel.as_mut()) {
                Some(Cancel::Handler(cancel)) => {
                    // It is over for the engine, whatever becomes of it.
                    let _ = cancel(token);
                }
                Some(Cancel::Queue) => self.push_call(Call::Cancel(token)),
                None => {}
            }
        }
    }
}
