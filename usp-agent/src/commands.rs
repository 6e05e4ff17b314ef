//! Commands: those that the Agent runs itself, and those that it hands to the device.

pub(crate) mod timers;

use usp_datamodel::{Call, DataModel, Fault, QueuedCall, RegisterError};
use usp_msg::ErrorCode;
use usp_record::Rng;

use crate::agent::Agent;
use crate::controllers;
use crate::events::boot;
use crate::io::Output;

const RESET_SESSION: &str = "Device.LocalAgent.Controller.{i}.E2ESession.Reset()";
const SEND_ON_BOARD_REQUEST: &str = "Device.LocalAgent.Controller.{i}.SendOnBoardRequest()";

/// Has the commands wait that the Agent runs itself, where the schema has them and the device does not serve them.
pub(crate) fn serve(model: &mut DataModel) -> Result<(), RegisterError> {
    for (path, asynchronous) in
        [(timers::COMMAND, true), (SEND_ON_BOARD_REQUEST, false), (RESET_SESSION, false)]
    {
        let found = model.schema().command_at(path);
        let fits = found.is_some_and(|command| command.is_asynchronous() == asynchronous);
        if fits && !model.is_command_served(path) {
            model.queue_command(path)?;
        }
    }
    Ok(())
}

impl<R: Rng> Agent<R> {
    /// Runs the calls that wait, or gives them out.
    pub(crate) fn run_calls(&mut self) {
        for call in self.model.drain_calls() {
            self.run_call(call);
        }
    }

    /// Runs a command of the Agent, or hands it to the device. Apart, since most inputs call none.
    #[inline(never)]
    fn run_call(&mut self, call: Call) {
        match &call {
            Call::Run(run) if run.path() == timers::COMMAND => self.begin_timer(run),
            Call::Run(run)
                if run.path().starts_with(controllers::TABLE)
                    && run.path().ends_with(".SendOnBoardRequest()") =>
            {
                if let Some(&number) = run.instances().first() {
                    self.begin_on_boarding(number);
                }
            }
            Call::Run(run)
                if run.path().starts_with(controllers::TABLE)
                    && run.path().ends_with(".E2ESession.Reset()") =>
            {
                if let Some(&number) = run.instances().first() {
                    self.reset_session(number);
                }
            }
            Call::Cancel(token) if self.cancel_timer(*token) => {}
            _ => {
                if let Call::Run(run) = &call {
                    boot::note_restart(&mut self.model, run);
                }
                self.outputs.push_back(Output::Command(call));
            }
        }
    }

    /// Whether the row of a command has gone before the device was given the call: then its path leads to nothing, and not
    /// to something that is no object.
    pub(crate) fn is_lost(&self, call: &QueuedCall) -> bool {
        self.model.objects_at(call.path()).is_ok()
    }

    /// Ends such a command as one ends whose row goes while it waits for its turn: what has nothing to be run on does not
    /// begin. A synchronous one without output was answered, and is over.
    pub(crate) fn end_lost(&mut self, call: &QueuedCall) {
        if let Some(token) = call.token() {
            let gone = Fault::new(ErrorCode::OBJECT_DOES_NOT_EXIST, "gone before the command began");
            let _ = self.model.complete_command(token, Err(gone));
            self.notify_changes();
            self.end_input();
        }
    }

    /// Ends the Requests whose commands have not outlived the restart: they have failed (TR-369 section "Operate").
    pub(crate) fn end_stopped_requests(&mut self) {
        for stopped in self.model.stopped_requests() {
            let fault =
                Fault::new(ErrorCode::COMMAND_FAILURE, "the Agent was restarted before the command ended");
            match self.model.resume_request(&stopped.row) {
                Ok(token) => {
                    let _ = self.model.complete_command(token, Err(fault));
                }
                // A command that the schema does not have any more has nobody who subscribed to it.
                Err(_) => {
                    let row = usp_datamodel::typed::ObjectPath::<()>::from_text(&stopped.row);
                    let _ = self.model.remove(row);
                }
            }
        }
    }
}
