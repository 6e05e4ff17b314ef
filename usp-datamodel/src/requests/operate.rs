//! Operate (TR-369 section "The Operate Message").

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::task::Poll;

use usp_collections::SortedMap;
use usp_msg::ErrorCode;
use usp_msg::reader::{self, Valid};
use usp_schema::{Command, CommandId, Object, Parameter};

use super::{Answer, Asker};
use crate::commands::calls::{QueuedCall, has_output};
use crate::commands::operated::{Operated, Outcome, State};
use crate::commands::{CommandCall, CommandHandler};
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::permissions::{ObjectGrants, Rights};
use crate::requester::Requester;
use crate::requests::budget::Budget;
use crate::requests::handled::Handled;
use crate::resolve::place::Place;
use crate::resolve::{ElementKind, Leaf, Node, View, parse};

impl DataModel {
    /// One result for each object that the path leads to, none for a search without matches [R-MSG.4a]; failures
    /// never become an Error [R-OPR.1].
    ///
    /// Commands that end later leave the whole to be parked, without an answer.
    pub(super) fn operate(
        &mut self,
        operate: &reader::Operate<'_, Valid>,
        asker: Asker<'_>,
        answer: &mut Answer<'_>,
    ) -> Handled {
        let commands = self.commands_at(operate.command(), asker.access);
        // What is run once is not run again: all values that the request may have to wait for come before.
        if self.is_waiting() {
            return Handled::Silent;
        }
        let can_wait = self.reads.get_mut().close();
        let mut operated = Operated::new(answer.msg_id, operate.send_resp());
        match commands {
            Ok(commands) => {
                let given: Vec<(&str, &str)> = operate.input_args().collect();
                // The matches of one path are mostly of one command.
                let mut inputs = SortedMap::new();
                for (place, command, is_allowed) in commands {
                    let name = self.schema.command(command).map_or("", Command::name);
                    let path = self.path_of(place) + name;
                    let waits = Waits { can_wait, already: operated.awaited() };
                    let outcome = match is_allowed {
                        true => {
                            let input = inputs.get_or_insert_with(command, || self.input_of(command, &given));
                            let target = Target { place, command, path: &path, input };
                            self.run_command(target, operate.command_key(), asker.requester, waits)
                        }
                        false => Err(Fault::denied(&path)),
                    };
                    operated.push(path, outcome.unwrap_or_else(|fault| State::Ended(Err(fault))));
                }
            }
            Err(fault) => operated.push(operate.command().to_string(), State::Ended(Err(fault))),
        }
        if operated.is_waiting() {
            self.parking.begun = Some(operated);
            return Handled::Silent;
        }
        operated.answer(answer.out)
    }

    /// The commands that a path leads to, and whether each may be run: the rights are those before the first is.
    fn commands_at(&self, path: &str, access: &Access<'_>) -> Result<Vec<(Place, CommandId, bool)>, Fault> {
        let mut resolution =
            self.resolve_for(&parse(path)?, View::of(access), &mut Budget::new(self.limits))?;
        // What is no command cannot be run, whether or not there is anything.
        if !resolution.ends.lead_to(&[ElementKind::Command]) {
            return Err(Fault::unsupported_path(path));
        }
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

    fn input_of(&self, command: CommandId, given: &[(&str, &str)]) -> Result<Input, Fault> {
        self.schema
            .command(command)
            .map_or_else(|| Ok(Input::new()), |command| input_arguments(command, given))
    }

    fn run_command(
        &mut self,
        Target { place, command, path, input }: Target<'_>,
        command_key: &str,
        requester: &Requester,
        waits: Waits,
    ) -> Result<State, Fault> {
        let schema = self.schema.clone();
        let element = schema.command(command).ok_or_else(|| Fault::unsupported_path(path))?;
        let input = input.as_ref().map_err(Fault::clone)?;
        let instances = self.numbers_of(place.row);
        let call = CommandCall { path, instances: &instances, command_key, requester };
        let input: Vec<(&str, &str)> =
            input.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        if element.is_asynchronous() {
            // [R-OPR.2] a Request for each match.
            let request = self.start_command(command, &call, &input)?;
            return Ok(State::Ended(Ok(Outcome::Started(request))));
        }
        let no_output = |()| Vec::new();
        let later = |token| Ok(State::Awaited { token, command: element.path() });
        let output = if let Some(handler) = self.commands.get_mut(&command) {
            match handler {
                CommandHandler::Now(handler) => handler(&call, &input)?,
                CommandHandler::Later(handler) => {
                    // Whether there is room is known before the device begins.
                    if waits.can_wait {
                        self.parking.has_room(&self.limits, waits.already, path)?;
                    }
                    let token = self.operations.take_token();
                    match handler(&call, token, &input) {
                        Poll::Ready(result) => result?,
                        Poll::Pending if waits.can_wait => return later(token),
                        Poll::Pending => {
                            self.give_up_call(token);
                            return Err(ends_later(path));
                        }
                    }
                }
            }
        } else if self.is_queued(command) && has_output(element) {
            if !waits.can_wait {
                return Err(ends_later(path));
            }
            self.parking.has_room(&self.limits, waits.already, path)?;
            let token = self.operations.take_token();
            self.queue_call(QueuedCall::new(&call, Some(token), &input))?;
            return later(token);
        } else if self.is_queued(command) {
            self.queue_call(QueuedCall::new(&call, None, &input)).map(no_output)?
        } else if self.cancels(command) {
            self.cancel_request(place.row).map(no_output)?
        } else {
            let message = alloc::format!("{path}: this device does not run the command");
            return Err(Fault::new(ErrorCode::COMMAND_FAILURE, message));
        };
        Ok(State::Ended(Ok(Outcome::Done(output.into_iter().collect()))))
    }
}

/// Input arguments by path.
type Input = SortedMap<String, String>;

/// One match of the path, and what its command is told.
struct Target<'a> {
    place: Place,
    command: CommandId,
    path: &'a str,
    input: &'a Result<Input, Fault>,
}

/// Whether a request can wait for the end of a command, and for how many it waits already.
#[derive(Debug, Clone, Copy)]
struct Waits {
    can_wait: bool,
    already: usize,
}

/// The command may well be run by the device, but whoever called it cannot learn how it ends.
fn ends_later(path: &str) -> Fault {
    Fault::new(ErrorCode::COMMAND_FAILURE, alloc::format!("{path} ends later than the answer"))
}

/// The arguments as the handler gets them: known ones only [R-OPR.6], in canonical form, with defaults [R-OPR.7];
/// a mandatory one that is missing fails the command [R-OPR.5]. In rows of arguments that are given at all, what is
/// missing is missing as well.
fn input_arguments(command: Command<'_>, given: &[(&str, &str)]) -> Result<Input, Fault> {
    let Some(root) = command.input() else { return Ok(Input::new()) };
    let refuse = |message: String| Err(Fault::new(ErrorCode::INVALID_COMMAND_ARGUMENTS, message));
    let mut input = Input::new();
    let mut objects = SortedMap::from([(String::new(), root)]);
    // Of an argument that is given twice the last counts, as in every map of protobuf.
    for &(path, text) in given {
        let Some(argument) = argument(root, path) else { continue };
        let object = path.strip_suffix(argument.name()).unwrap_or_default();
        objects.get_or_insert_with(object.to_string(), || argument.object());
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
