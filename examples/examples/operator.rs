//! An operator: a Controller that asks a device for something, over a network.
//!
//! ```sh
//! cargo run --release -p usp-examples --example operator -- get Device.DeviceInfo.
//! cargo run --release -p usp-examples --example device
//! ```

use std::process::ExitCode;

use usp_examples::network::operator::{Operator, Task};
use usp_examples::network::{DEVICE, Failure, MEETING, OPERATOR};
use usp_record::EndpointId;

const USAGE: &str = "\
Usage: operator [OPTIONS] TASK

A Controller that waits for a device, over WebSocket or a UNIX domain socket, and asks it for something.

Tasks:
  get PATH...                      print the values that paths lead to
  set PATH VALUE                   set a parameter
  operate COMMAND [NAME=VALUE]...  run a command
  watch PATH [COUNT]               print changes as they happen; COUNT of them, else until Ctrl-C

Options:
  --at PLACE     where the two meet: ws://HOST:PORT/PATH or unix:PATH (default: ws://127.0.0.1:8080/usp)
  --call         call the device, instead of waiting there for it to call
  --id ID        the Endpoint ID of the operator (default: self::operator)
  --device ID    the Endpoint ID of the device (default: os::012345-GATEWAY1)
  --quiet        do not print what happens around the task
  -h, --help     print this help
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let mut operator = Operator {
        id: EndpointId::parse(OPERATOR)?,
        device: EndpointId::parse(DEVICE)?,
        place: MEETING.parse()?,
        calls: false,
    };
    let mut is_quiet = false;
    let mut arguments = std::env::args().skip(1);
    let task = loop {
        let Some(argument) = arguments.next() else { return Err("there is no task, see --help".into()) };
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value, see --help"));
        match &*argument {
            "-h" | "--help" => {
                print!("{USAGE}");
                return Ok(());
            }
            "--at" => operator.place = value()?.parse()?,
            "--call" => operator.calls = true,
            "--id" => operator.id = value()?.parse()?,
            "--device" => operator.device = value()?.parse()?,
            "--quiet" => is_quiet = true,
            _ => break task(&argument, &arguments.collect::<Vec<_>>())?,
        }
    };
    let log = move |line: &str| {
        if !is_quiet {
            eprintln!("{line}");
        }
    };
    let mut out = std::io::stdout();
    tokio::select! {
        done = operator.run(task, &mut out, log) => done,
        ended = tokio::signal::ctrl_c() => Ok(ended?),
    }
}

fn task(name: &str, arguments: &[String]) -> Result<Task, Failure> {
    match (name, arguments) {
        ("get", [_, ..]) => Ok(Task::Get(arguments.to_vec())),
        ("set", [path, value]) => Ok(Task::Set { path: path.clone(), value: value.clone() }),
        ("operate", [command, rest @ ..]) => {
            let pair = |text: &String| {
                let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
                pair.ok_or_else(|| format!("{text} is no argument: NAME=VALUE is expected"))
            };
            let arguments = rest.iter().map(pair).collect::<Result<_, _>>()?;
            Ok(Task::Operate { command: command.clone(), arguments })
        }
        ("watch", [path]) => Ok(Task::Watch { path: path.clone(), count: usize::MAX }),
        ("watch", [path, count]) => Ok(Task::Watch { path: path.clone(), count: count.parse()? }),
        ("get" | "set" | "operate" | "watch", _) => {
            Err(format!("{name} does not take these arguments, see --help").into())
        }
        _ => Err(format!("unknown task {name}, see --help").into()),
    }
}
