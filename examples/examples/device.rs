//! A device: an Agent on the embedded data model, over a network.
//!
//! ```sh
//! cargo run --release -p usp-examples --example operator -- get Device.DeviceInfo.
//! cargo run --release -p usp-examples --example device
//! ```

use std::process::ExitCode;

use usp_examples::network::device::Device;
use usp_examples::network::{DEVICE, Failure, MEETING, OPERATOR};
use usp_record::EndpointId;

const USAGE: &str = "\
Usage: device [OPTIONS]

An Agent on the embedded data model, which an operator reaches over WebSocket or a UNIX domain socket.

Options:
  --at PLACE       where the two meet: ws://HOST:PORT/PATH or unix:PATH (default: ws://127.0.0.1:8080/usp)
  --wait           wait there for the operator to call, instead of calling it
  --id ID          the Endpoint ID of the device (default: os::012345-GATEWAY1)
  --operator ID    the Endpoint ID of the operator that it trusts (default: self::operator)
  --state FOLDER   keep the state in this folder, so that it outlives a restart
  -h, --help       print this help
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
    let mut device = Device {
        id: EndpointId::parse(DEVICE)?,
        operator: EndpointId::parse(OPERATOR)?,
        place: MEETING.parse()?,
        waits: false,
        state: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value, see --help"));
        match &*argument {
            "-h" | "--help" => {
                print!("{USAGE}");
                return Ok(());
            }
            "--at" => device.place = value()?.parse()?,
            "--wait" => device.waits = true,
            "--id" => device.id = value()?.parse()?,
            "--operator" => device.operator = value()?.parse()?,
            "--state" => device.state = Some(value()?.into()),
            other => return Err(format!("unknown argument {other}, see --help").into()),
        }
    }
    let (handle, mut running) = device.start(|line| eprintln!("{line}")).await?;
    eprintln!("{} is up; Ctrl-C ends it", device.id);
    tokio::select! {
        _ = &mut running => return Ok(()),
        ended = tokio::signal::ctrl_c() => ended?,
    }
    handle.stop();
    running.await?;
    Ok(())
}
