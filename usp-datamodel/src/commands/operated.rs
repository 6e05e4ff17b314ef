//! Operates whose commands have begun: what each has come to, and the answer to the whole.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::writer::{self, operate_resp::OperationResult};
use usp_msg::{ErrorCode, Map};

use crate::commands::async_command::CommandToken;
use crate::fault::Fault;
use crate::requests::handled::Handled;

/// What the commands of one Operate have come to, in the order in which they were run.
#[derive(Debug)]
pub(crate) struct Operated {
    msg_id: String,
    /// Whether an answer is wanted in any case.
    send_resp: bool,
    results: Vec<(String, State)>,
    /// How many commands have not ended.
    awaited: usize,
}

/// What one command has come to.
#[derive(Debug)]
pub(crate) enum State {
    Ended(Result<Outcome, Fault>),
    /// It ends later.
    Awaited {
        token: CommandToken,
        /// The supported path.
        command: String,
    },
}

/// What a command that did not fail has come to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Its output arguments.
    Done(Map),
    /// The path of its Request.
    Started(String),
}

impl Operated {
    pub(crate) fn new(msg_id: &str, send_resp: bool) -> Self {
        Self { msg_id: msg_id.to_string(), send_resp, results: Vec::new(), awaited: 0 }
    }

    pub(crate) fn push(&mut self, path: String, state: State) {
        self.awaited += usize::from(matches!(state, State::Awaited { .. }));
        self.results.push((path, state));
    }

    /// The commands that have not ended.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = CommandToken> + '_ {
        self.results.iter().filter_map(|(_, state)| match state {
            State::Awaited { token, .. } => Some(*token),
            State::Ended(_) => None,
        })
    }

    /// How many there are of them.
    pub(crate) fn awaited(&self) -> usize {
        self.awaited
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.awaited > 0
    }

    /// The path of a command that has not ended, and its supported one.
    pub(crate) fn command(&self, wanted: CommandToken) -> Option<(&str, &str)> {
        self.results.iter().find_map(|(path, state)| match state {
            State::Awaited { token, command } if *token == wanted => Some((&**path, &**command)),
            _ => None,
        })
    }

    /// A command has ended.
    pub(crate) fn complete(&mut self, wanted: CommandToken, result: Result<Vec<(String, String)>, Fault>) {
        let is_meant = |state: &State| matches!(state, State::Awaited { token, .. } if *token == wanted);
        if let Some((_, state)) = self.results.iter_mut().find(|(_, state)| is_meant(state)) {
            *state = State::Ended(result.map(|output| Outcome::Done(output.into_iter().collect())));
            self.awaited -= 1;
        }
    }

    /// No end is awaited any more: what has not ended has failed, as far as the caller is concerned.
    pub(crate) fn expire(&mut self) {
        for (path, state) in &mut self.results {
            if matches!(state, State::Awaited { .. }) {
                let message = alloc::format!("{path} did not end in time");
                *state = State::Ended(Err(Fault::new(ErrorCode::COMMAND_FAILURE, message)));
            }
        }
        self.awaited = 0;
    }

    /// Bytes that it holds, roughly.
    pub(crate) fn weight(&self) -> usize {
        let of_state = |state: &State| match state {
            State::Ended(Ok(Outcome::Done(output))) => {
                output.iter().map(|(name, text)| name.len() + text.len()).sum()
            }
            State::Ended(Ok(Outcome::Started(request))) => request.len(),
            State::Ended(Err(fault)) => fault.message().len(),
            State::Awaited { command, .. } => command.len(),
        };
        let of =
            |(path, state): &(String, State)| size_of::<(String, State)>() + path.len() + of_state(state);
        self.msg_id.len() + self.results.iter().map(of).sum::<usize>()
    }

    /// Answers when all have ended. No answer is sent when none is wanted, except to tell of a failure [R-OPR.4] (T8).
    pub(crate) fn answer(self, out: &mut Vec<u8>) -> Handled {
        let failed = |(_, state): &(String, State)| !matches!(state, State::Ended(Ok(_)));
        if !self.send_resp && !self.results.iter().any(failed) {
            return Handled::Silent;
        }
        let mut response = writer::operate_resp(out, &self.msg_id);
        for (path, state) in self.results {
            if let State::Ended(outcome) = state {
                write_outcome(&path, outcome, &mut response.operation_results());
            }
        }
        Handled::Answered
    }
}

fn write_outcome(path: &str, outcome: Result<Outcome, Fault>, result: &mut OperationResult<'_>) {
    result.executed_command(path);
    match outcome {
        // The output is told even where there is none (T3, T4).
        Ok(Outcome::Done(output)) => {
            result.req_output_args().output_args(output.iter());
        }
        Ok(Outcome::Started(request)) => {
            result.req_obj_path(&request);
        }
        Err(fault) => {
            result.cmd_failure().err_code(fault.code()).err_msg(fault.message());
        }
    }
}
