//! Operate (TR-369 section "The Operate Message").

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::reader::{self, Valid};
use usp_msg::writer::operate_resp::OperationResult;
use usp_msg::{ErrorCode, Map, writer};
use usp_schema::{Command, CommandId, Object, Parameter};

use super::{Answer, Asker, parse};
use crate::access::Access;
use crate::budget::Budget;
use crate::calls::QueuedCall;
use crate::fault::Fault;
use crate::handled::Handled;
use crate::model::DataModel;
use crate::operate::CommandCall;
use crate::permissions::{ObjectGrants, Rights};
use crate::place::Place;
use crate::requester::Requester;
use crate::resolve::{Leaf, Node, View};

impl DataModel {
    /// One result for each object that the path leads to, none for a search without matches [R-MSG.4a]; failures
    /// never become an Error [R-OPR.1].
    ///
    /// No answer is sent when none is wanted, except to tell of a failure [R-OPR.4] (T8).
    pub(super) fn operate(
        &mut self,
        operate: &reader::Operate<'_, Valid>,
        asker: Asker<'_>,
        answer: &mut Answer<'_>,
    ) -> Handled {
        let mut has_failed = false;
        let mut response = writer::operate_resp(answer.out, answer.msg_id);
        let commands = self.commands_at(operate.command(), asker.access);
        // What is run once is not run again: all that the request may have to wait for comes before.
        if self.is_waiting() {
            response.discard();
            return Handled::Silent;
        }
        self.reads.get_mut().close();
        match commands {
            Ok(commands) => {
                for (place, command, is_allowed) in commands {
                    let name = self.schema.command(command).map_or("", Command::name);
                    let path = self.path_of(place) + name;
                    let outcome = match is_allowed {
                        true => self.run_command((place, command), &path, operate, asker.requester),
                        false => Err(Fault::denied(&path)),
                    };
                    has_failed |= outcome.is_err();
                    write_outcome(&path, outcome, &mut response.operation_results());
                }
            }
            Err(fault) => {
                has_failed = true;
                write_outcome(operate.command(), Err(fault), &mut response.operation_results());
            }
        }
        if operate.send_resp() || has_failed {
            return Handled::Answered;
        }
        response.discard();
        Handled::Silent
    }

    /// The commands that a path leads to, and whether each may be run: the rights are those before the first is.
    fn commands_at(&self, path: &str, access: &Access) -> Result<Vec<(Place, CommandId, bool)>, Fault> {
        let mut resolution =
            self.resolve_for(&parse(path)?, View::of(access), &mut Budget::new(self.limits))?;
        let runs = |grants: &ObjectGrants, leaf| match leaf {
            Leaf::Command(command) => grants.command(command, Rights::EXECUTE),
            _ => true,
        };
        // [R-SEC.1] where it may be run nowhere that is said of the path, whether or not anything is there.
        if !resolution.ends.any(|end| runs(access.possible_at(end), end.leaf)) {
            return Err(Fault::denied(path));
        }
        resolution.matches.retain(|found| access.node(self, found.node).reveal());
        if resolution.matches.is_empty() && !resolution.search {
            return Err(Fault::absent_object(path));
        }
        resolution
            .matches
            .iter()
            .map(|found| match (found.node, found.leaf) {
                (Node::Place(place), Leaf::Command(command)) => {
                    Ok((place, command, runs(&access.object(self, place), found.leaf)))
                }
                _ => Err(Fault::unsupported_path(path)),
            })
            .collect()
    }

    fn run_command(
        &mut self,
        (place, command): (Place, CommandId),
        path: &str,
        operate: &reader::Operate<'_, Valid>,
        requester: &Requester,
    ) -> Result<Outcome, Fault> {
        let schema = self.schema.clone();
        let element = schema.command(command).ok_or_else(|| Fault::unsupported_path(path))?;
        let arguments: Vec<(&str, &str)> = operate.input_args().collect();
        let input = input_arguments(element, &arguments)?;
        let instances = self.numbers_of(place.row);
        let call = CommandCall { path, instances: &instances, command_key: operate.command_key(), requester };
        let input: Vec<(&str, &str)> =
            input.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        if element.is_asynchronous() {
            // [R-OPR.2] a Request for each match.
            return self.start_command(command, &call, &input).map(Outcome::Started);
        }
        let output = if let Some(handler) = self.commands.get_mut(&command) {
            handler(&call, &input)?
        } else if self.is_queued(command) {
            self.queue_call(QueuedCall::new(&call, None, &input)).map(|()| Vec::new())?
        } else if self.cancels(command) {
            self.cancel_request(place.row).map(|()| Vec::new())?
        } else {
            let message = alloc::format!("{path}: this device does not run the command");
            return Err(Fault::new(ErrorCode::COMMAND_FAILURE, message));
        };
        Ok(Outcome::Done(output.into_iter().collect()))
    }
}

/// What a command that did not fail has come to.
enum Outcome {
    /// Its output arguments.
    Done(Map),
    /// The path of its Request.
    Started(String),
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

/// The arguments as the handler gets them: known ones only [R-OPR.6], in canonical form, with defaults [R-OPR.7];
/// a mandatory one that is missing fails the command [R-OPR.5]. In rows of arguments that are given at all, what is
/// missing is missing as well.
fn input_arguments(command: Command<'_>, given: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Fault> {
    let Some(root) = command.input() else { return Ok(BTreeMap::new()) };
    let refuse = |message: String| Err(Fault::new(ErrorCode::INVALID_COMMAND_ARGUMENTS, message));
    let mut input = BTreeMap::new();
    let mut objects = BTreeMap::from([(String::new(), root)]);
    // Of an argument that is given twice the last counts, as in every map of protobuf.
    for &(path, text) in given {
        let Some(argument) = argument(root, path) else { continue };
        let object = path.strip_suffix(argument.name()).unwrap_or_default();
        objects.entry(object.to_string()).or_insert_with(|| argument.object());
        match argument.syntax().parse(text) {
            Ok(value) => input.insert(path.to_string(), value.to_string()),
            Err(error) => return refuse(alloc::format!("the argument {path}: {error}")),
        };
    }
    for (object, argument) in
        objects.iter().flat_map(|(path, object)| object.parameters().map(move |argument| (path, argument)))
    {
        let path = alloc::format!("{object}{}", argument.name());
        if input.contains_key(&path) {
            continue;
        }
        if argument.is_mandatory() {
            return refuse(alloc::format!("the mandatory argument {path} is missing"));
        }
        if let Some((_, text)) = argument.default() {
            input.insert(path, text.to_string());
        }
    }
    Ok(input)
}

/// The argument with this path below the arguments of a command; rows of argument tables are numbered.
fn argument<'s>(root: Object<'s>, path: &str) -> Option<Parameter<'s>> {
    let (mut object, mut steps) = (root, path.split('.'));
    let name = steps.next_back()?;
    while let Some(step) = steps.next() {
        object = object.child(step)?;
        if object.is_table() {
            steps.next()?.parse::<u32>().ok().filter(|&number| number > 0)?;
        }
    }
    object.parameter(name)
}
