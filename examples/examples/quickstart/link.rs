//! An in-memory link between an Agent and a Controller that writes down what passes.

use std::io::Write;

use usp_agent::{Agent, Now};
use usp_controller::{Controller, MessageId};
use usp_msg::{Error, Msg, Request, Response};
use usp_record::{Instant, Record, Rng};

use crate::Failure;

/// How many lines of a Message are printed.
const SHOWN_LINES: usize = 18;

/// Message ids 1, 2, 3: easy to follow in print. A product takes a generator that nobody can predict.
pub struct Counting(pub u64);

impl Rng for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        bytes.iter_mut().zip(self.0.to_le_bytes()).for_each(|(to, from)| *to = from);
    }
}

/// The two ends and the time, which stands still unless it is moved.
pub struct Link<'w, W> {
    pub agent: Agent<Counting>,
    pub controller: Controller<Counting>,
    pub now: Now,
    out: &'w mut W,
    /// Answers that nobody has taken yet.
    answers: Vec<(MessageId, Result<Response, Error>)>,
}

impl<'w, W: Write> Link<'w, W> {
    pub fn new(agent: Agent<Counting>, controller: Controller<Counting>, out: &'w mut W) -> Self {
        let now = Now::new(Instant::from_secs(0));
        Self { agent, controller, now, out, answers: Vec::new() }
    }

    /// Prints a line of the story.
    pub fn say(&mut self, words: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "\n{words}")?)
    }

    /// Sends a request and carries Records until both ends have nothing left to send.
    pub fn ask(&mut self, request: impl Into<Request>) -> Result<Result<Response, Error>, Failure> {
        let agent = self.agent.id().clone();
        let asked = self.controller.send(&agent, request, self.now.monotonic);
        self.carry()?;
        let position = self.answers.iter().position(|(id, _)| *id == asked).ok_or("no answer came")?;
        Ok(self.answers.remove(position).1)
    }

    /// As `ask`, for a request that is to succeed.
    pub fn ask_well(&mut self, request: impl Into<Request>) -> Result<Response, Failure> {
        Ok(self.ask(request)??)
    }

    /// Carries Records until both ends have nothing left to send.
    pub fn carry(&mut self) -> Result<(), Failure> {
        loop {
            let mut idle = true;
            loop {
                match self.controller.poll_output() {
                    usp_controller::Output::Record { bytes, .. } => {
                        idle = false;
                        show(self.out, "Controller -> Agent", &bytes)?;
                        self.agent.handle_input(usp_agent::Input::Record(&bytes), self.now);
                    }
                    usp_controller::Output::Answer { id, result, .. } => self.answers.push((id, result)),
                    usp_controller::Output::Ignored(ignored) => {
                        writeln!(self.out, "  the Controller ignores it: {ignored}")?;
                    }
                    usp_controller::Output::Wait { .. } => break,
                    // A Notify has been printed on its way.
                    _ => {}
                }
            }
            loop {
                match self.agent.poll_output() {
                    usp_agent::Output::Record { bytes, .. } => {
                        idle = false;
                        show(self.out, "Agent -> Controller", &bytes)?;
                        self.controller
                            .handle_input(usp_controller::Input::Record(&bytes), self.now.monotonic);
                    }
                    usp_agent::Output::Ignored(ignored) => {
                        writeln!(self.out, "  the Agent ignores it: {ignored}")?;
                    }
                    usp_agent::Output::Wait { .. } => break,
                    // This Agent saves nothing and hands out no commands; the rest is there for logs.
                    _ => {}
                }
            }
            if idle {
                return Ok(());
            }
        }
    }
}

/// Prints the Message in a Record, as a tree of so many lines.
fn show(out: &mut impl Write, way: &str, bytes: &[u8]) -> Result<(), Failure> {
    let record = Record::decode(bytes)?;
    let payload = record.payload().ok_or("the Record carries no Message")?;
    let text = format!("{:#}", Msg::decode(payload)?);
    writeln!(out, "  {way}, Record of {} bytes", bytes.len())?;
    let lines = text.lines().count();
    let shown = if lines > SHOWN_LINES + 1 { SHOWN_LINES } else { lines };
    text.lines().take(shown).try_for_each(|line| writeln!(out, "    {line}"))?;
    if shown < lines {
        writeln!(out, "    … and {} lines more", lines - shown)?;
    }
    Ok(())
}
