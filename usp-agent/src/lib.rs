//! A sans-IO USP Agent (TR-369).
#![no_std]

extern crate alloc;

mod agent;
mod io;
mod now;
mod subscription;

pub use agent::{Agent, AgentError, SUPPORTED_VERSIONS};
pub use io::{Ignored, Input, Output};
pub use now::Now;
pub use usp_datamodel as datamodel;
pub use usp_record as record;
