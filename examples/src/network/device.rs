//! The device: an Agent that a runtime drives by the rows of its own data model.

use std::path::PathBuf;
use std::process;
use std::time::Instant;

use usp_agent::datamodel::{Call, DataModel, QueuedCall, Requester};
use usp_agent::{Agent, Boot};
use usp_msg::{Add, add};
use usp_mtp::{AgentHandle, AgentRuntime, SystemRng};
use usp_record::EndpointId;

use super::{Failure, Place};
use crate::model;

/// What the device is, and where it meets its operator.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its Endpoint ID.
    pub id: EndpointId,
    /// That of the operator that it trusts.
    pub operator: EndpointId,
    /// Where they meet.
    pub place: Place,
    /// Whether the operator calls; else the device does.
    pub waits: bool,
    /// The folder where its state is kept, so that it outlives a restart.
    pub state: Option<PathBuf>,
}

impl Device {
    /// Makes the device, and what others may use it by. Each line of its log is handed to `log`.
    ///
    /// # Errors
    ///
    /// The folder for the state cannot be used.
    pub async fn start(
        &self,
        mut log: impl FnMut(String) + Send + 'static,
    ) -> Result<(AgentHandle, tokio::task::JoinHandle<Agent<SystemRng>>), Failure> {
        let agent = Agent::new(self.id.clone(), data_model()?, SystemRng)?;
        let (mut runtime, handle) = AgentRuntime::new(agent);
        if let Some(folder) = &self.state {
            let restored = runtime.restore(folder)?;
            if let Some(repair) = restored.repair {
                log(repair.to_string());
            }
            for unfit in restored.unfit {
                log(unfit.to_string());
            }
        }
        let calls = handle.clone();
        let runtime = runtime.on_event(move |event| log(event.to_string())).on_command(move |call| {
            if let Call::Run(call) = call {
                tokio::spawn(run(call, calls.clone()));
            }
        });
        let running = tokio::spawn(runtime.run());
        let device = self.clone();
        handle.update(move |model| device.set_up(model)).await??;
        handle.boot(Boot::default()).await?;
        Ok((handle, running))
    }

    /// Gives a device that comes from the factory the rows for its operator. One that was there before has them.
    fn set_up(&self, model: &mut DataModel) -> Result<(), Failure> {
        if !model.objects_at("Device.LocalAgent.Controller.")?.is_empty() {
            return Ok(());
        }
        let operator = [("EndpointID", self.operator.as_str()), ("Enable", "true")];
        let operator = add_row(model, "Device.LocalAgent.Controller.", &operator)?;
        let protocol = match &self.place {
            Place::WebSocket(_) => "WebSocket",
            Place::Uds(_) => "UDS",
        };
        // Who waits has a row of its own MTPs, who calls one among those of the operator.
        let table = if self.waits { "Device.LocalAgent.MTP.".to_owned() } else { format!("{operator}MTP.") };
        let row = add_row(model, &table, &[("Protocol", protocol)])?;
        match &self.place {
            Place::WebSocket(address) => {
                let port = address.port.to_string();
                let mut settings =
                    vec![("Port", &*port), ("Path", &*address.path), ("EnableEncryption", "false")];
                if !self.waits {
                    settings.push(("Host", &*address.host));
                }
                for (name, text) in settings {
                    model.update_value_at(&format!("{row}WebSocket.{name}"), text)?;
                }
            }
            Place::Uds(path) => {
                let mode = if self.waits { "Listen" } else { "Connect" };
                let path = path.to_str().ok_or("the path of a socket has to be UTF-8")?;
                let socket = [("Mode", mode), ("Path", path)];
                let socket = add_row(model, "Device.UnixDomainSockets.UnixDomainSocket.", &socket)?;
                let reference = socket.trim_end_matches('.');
                model.update_value_at(&format!("{row}UDS.UnixDomainSocketRef"), reference)?;
            }
        }
        Ok(model.update_value_at(&format!("{row}Enable"), "true")?)
    }
}

/// What the device knows of itself, and what it does.
fn data_model() -> Result<DataModel, Failure> {
    let mut model = DataModel::new(model::schema());
    let begin = Instant::now();
    model.live("Device.DeviceInfo.UpTime", move |_| Ok(begin.elapsed().as_secs() as u32))?;
    model.live("Device.DeviceInfo.ModelName", |_| Ok("Example gateway".to_owned()))?;
    model.queue_command("Device.Reboot()")?;
    model.queue_command("Device.IP.Diagnostics.IPPing()")?;
    Ok(model)
}

/// Adds a row, and gives its path with the final dot.
fn add_row(model: &mut DataModel, table: &str, settings: &[(&str, &str)]) -> Result<String, Failure> {
    let row =
        settings.iter().fold(add::CreateObject::new(table), |row, (name, text)| row.required(*name, *text));
    model.process(&Add::new([row]).into(), &Requester::DEVICE)?;
    let rows = model.objects_at(table)?;
    Ok(rows.last().ok_or("the row is not there")?.clone())
}

/// Does the work of a command, beside all else.
async fn run(call: QueuedCall, device: AgentHandle) {
    if call.path() == "Device.Reboot()" {
        // The answer has left. Whoever started the program starts it again.
        device.stop();
        return;
    }
    let Some(token) = call.token() else { return };
    // A gateway would ping here; this one has a network of one.
    let sent: u32 = call.argument("NumberOfRepetitions").and_then(|text| text.parse().ok()).unwrap_or(1);
    let output = vec![
        ("Status".to_owned(), "Complete".to_owned()),
        ("SuccessCount".to_owned(), sent.to_string()),
        ("IPAddressUsed".to_owned(), "127.0.0.1".to_owned()),
    ];
    let ended = device.update(move |model| model.complete_command(token, Ok(output))).await;
    if let Ok(Err(error)) = ended {
        eprintln!("process {}: {error}", process::id());
    }
}
