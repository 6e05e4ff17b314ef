//! A sans-IO USP Controller (TR-369).
#![no_std]

extern crate alloc;

mod controller;
mod io;

pub use controller::Controller;
pub use io::{Ignored, Input, MessageId, Output};
pub use usp_msg as msg;
pub use usp_record as record;
