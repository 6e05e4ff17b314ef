//! A sans-IO USP Controller (TR-369).
//!
//! A [`Controller`] sends requests to any number of Agents, finds the request that an answer belongs to, gives up on
//! Agents that do not answer in time, and takes notifications. Records go in through [`Controller::handle_input`],
//! Records and answers come out of [`Controller::poll_output`]; sockets, threads and clocks are the embedder's. The
//! other end is `usp-agent`; whoever only wants to read and write Messages takes `usp-msg` and `usp-record`.
//!
//! [`learn_model`] makes a schema of what an Agent says that it supports, [`learn_models`] one for each of its data
//! models.
//!
//! The page of [`Controller`] has an example that runs.
//!
//! # Contract
//!
//! - **After each [`Controller::handle_input`] and [`Controller::send`], call [`Controller::poll_output`] until it
//!   returns [`Output::Wait`]**, and come back with [`Input::Timeout`] at the moment that it names.
//! - Time is an argument, [`record::Instant`], and never goes back. Randomness is an argument, [`record::Rng`].
//!
//! # Untrusted input
//!
//! Everything in a Record is. An answer counts only when its id is that of an open request to the Agent that it comes
//! from, and when it is of the kind that the request asks for; anything else becomes [`Output::Ignored`]. The sender
//! is who `from_id` says: that the MTP vouches for it is the embedder's to see to.
//!
//! # What it does not do yet
//!
//! Session Contexts.
//!
//! # Errors and panics
//!
//! A [`Controller`] never fails, learning has a [`LearnError`], and nothing panics on input; a panic is a bug.
#![no_std]

extern crate alloc;

mod controller;
mod divergence;
mod io;
mod learned_model;

pub use controller::Controller;
pub use io::{Ignored, Input, MessageId, Output};
pub use learned_model::{LearnError, MAX_LEARNED_ELEMENTS, MAX_LEARNED_MODELS, learn_model, learn_models};
pub use usp_msg as msg;
pub use usp_record as record;
pub use usp_schema as schema;

/// A Controller may be handed to another thread.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Controller<()>>();
};
