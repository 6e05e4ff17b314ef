//! A USP Agent and a USP Controller talk in one process, and print what they say.
//!
//! ```sh
//! cargo run --release -p usp-examples --example quickstart
//! cargo run --release -p usp-examples --example quickstart -- --model tr-181-2-19-1-usp-full.xml
//! ```

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

mod conversation;
mod link;
mod walk;

const USAGE: &str = "\
Usage: quickstart [--model FILE.xml]

Without arguments an Agent and a Controller talk over the embedded data model.

Options:
  --model FILE.xml  read a TR-106 full file instead and walk the whole model
  -h, --help        print this help
";

/// Anything that can go wrong here is shown to the user and ends the program.
type Failure = Box<dyn core::error::Error>;

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    match arguments().and_then(|task| run(task, &mut out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where standard error is closed as well, there is nobody left to tell.
            let _ = writeln!(io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

enum Task {
    Help,
    Talk,
    Walk(PathBuf),
}

fn arguments() -> Result<Task, Failure> {
    let mut arguments = env::args_os().skip(1);
    let Some(first) = arguments.next() else { return Ok(Task::Talk) };
    let task = match first.to_str() {
        Some("-h" | "--help") => Task::Help,
        Some("--model") => {
            Task::Walk(arguments.next().ok_or("--model needs the name of a file, see --help")?.into())
        }
        _ => return Err(format!("unknown argument {}, see --help", first.display()).into()),
    };
    match arguments.next() {
        Some(more) => Err(format!("unknown argument {}, see --help", more.display()).into()),
        None => Ok(task),
    }
}

fn run(task: Task, out: &mut impl Write) -> Result<(), Failure> {
    match task {
        Task::Help => Ok(out.write_all(USAGE.as_bytes())?),
        Task::Talk => conversation::talk(out),
        Task::Walk(file) => walk::walk(&file, out),
    }
}
