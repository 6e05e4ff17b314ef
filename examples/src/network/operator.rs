//! The operator: a Controller that asks a device for something.

use std::io::Write;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use usp_controller::Controller;
use usp_msg::notify::Notification;
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::{Add, Get, Notify, Operate, Set, add, set};
use usp_mtp::{ControllerEvent, ControllerHandle, ControllerRuntime, RequestError, SystemRng};
use usp_record::EndpointId;

use super::{Failure, Place};

/// Who the operator is, and where it meets the device.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Its Endpoint ID.
    pub id: EndpointId,
    /// That of the device.
    pub device: EndpointId,
    /// Where they meet.
    pub place: Place,
    /// Whether the operator calls; else the device does.
    pub calls: bool,
}

/// What the operator wants of the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// The values that paths lead to.
    Get(Vec<String>),
    /// Another value for a parameter.
    Set {
        /// The path of the parameter.
        path: String,
        /// The value.
        value: String,
    },
    /// That a command runs.
    Operate {
        /// The path of the command.
        command: String,
        /// The input arguments.
        arguments: Vec<(String, String)>,
    },
    /// To be told of changes, so many times.
    Watch {
        /// The path of what may change.
        path: String,
        /// How many changes.
        count: usize,
    },
}

impl Operator {
    /// Waits for the device, does the task, and writes what comes of it. Each line of the log is handed to `log`.
    ///
    /// # Errors
    ///
    /// The place cannot be had, the device refuses or does not answer, or nothing can be written.
    pub async fn run(
        &self,
        task: Task,
        out: &mut impl Write,
        mut log: impl FnMut(&str) + Send + 'static,
    ) -> Result<(), Failure> {
        let controller = Controller::new(self.id.clone(), SystemRng);
        let (runtime, handle) = ControllerRuntime::new(controller);
        let (tell, mut events) = unbounded_channel();
        let runtime = runtime.on_event(move |event| {
            log(&event.to_string());
            let _ = tell.send(event);
        });
        let running = tokio::spawn(runtime.run());
        self.meet(&handle).await?;
        let done = self.perform(task, &handle, &mut events, out).await;
        handle.stop();
        running.await?;
        done
    }

    async fn meet(&self, handle: &ControllerHandle) -> Result<(), Failure> {
        match (&self.place, self.calls) {
            (Place::WebSocket(address), true) => {
                handle.connect_websocket(address.clone(), self.device.clone());
            }
            (Place::WebSocket(address), false) => {
                let socket = (address.host.trim_matches(['[', ']']), address.port);
                let first = tokio::net::lookup_host(socket).await?.next();
                let first = first.ok_or_else(|| format!("{} is no address of this host", address.host))?;
                handle.listen_websocket(first, address.path.clone()).await?;
            }
            (Place::Uds(path), true) => _ = handle.connect_uds(path),
            (Place::Uds(path), false) => _ = handle.listen_uds(path).await?,
        }
        Ok(())
    }

    async fn perform(
        &self,
        task: Task,
        handle: &ControllerHandle,
        events: &mut UnboundedReceiver<ControllerEvent>,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        loop {
            match events.recv().await {
                Some(ControllerEvent::Connected { agent, .. }) if agent == self.device => break,
                Some(_) => {}
                None => return Err(RequestError::Stopped.into()),
            }
        }
        match task {
            Task::Get(paths) => {
                let answer = handle.ask(&self.device, Get::new(paths)).await?;
                for (object, name, text) in answer.values() {
                    writeln!(out, "{object}{name} = {text}")?;
                }
                for failed in answer.req_path_results.iter().filter(|result| result.err_code != 0) {
                    writeln!(out, "{}: {} {}", failed.requested_path, failed.err_code, failed.err_msg)?;
                }
            }
            Task::Set { path, value } => {
                let (object, name) = split(&path)?;
                let update = set::UpdateObject::new(object).required(name, value);
                handle.ask(&self.device, Set::new([update])).await?;
                writeln!(out, "{path} is set")?;
            }
            Task::Operate { command, arguments } => {
                let operate = arguments
                    .into_iter()
                    .fold(Operate::new(command), |operate, (name, text)| operate.with_arg(name, text));
                let answer = handle.ask(&self.device, operate).await?;
                for result in answer.operation_results {
                    let command = result.executed_command;
                    match result.operation_resp {
                        Some(OperationResp::ReqObjPath(request)) => {
                            writeln!(out, "{command} runs as {request}")?
                        }
                        Some(OperationResp::ReqOutputArgs(output)) => {
                            writeln!(out, "{command} is done")?;
                            for (name, text) in output.output_args.iter() {
                                writeln!(out, "{name} = {text}")?;
                            }
                        }
                        Some(OperationResp::CmdFailure(failure)) => {
                            let (code, text) = (failure.err_code, failure.err_msg);
                            return Err(format!("{command} has failed: {code} {text}").into());
                        }
                        None => {}
                    }
                }
            }
            Task::Watch { path, count } => {
                let row = add::CreateObject::new("Device.LocalAgent.Subscription.")
                    .required("ID", "watch")
                    .required("NotifType", "ValueChange")
                    .required("ReferenceList", path)
                    .required("Enable", "true");
                handle.ask(&self.device, Add::new([row])).await?;
                let mut left = count;
                while left > 0 {
                    let Some(event) = events.recv().await else { return Err(RequestError::Stopped.into()) };
                    if let ControllerEvent::Notify {
                        notify: Notify { notification: Some(Notification::ValueChange(change)), .. },
                        ..
                    } = event
                    {
                        writeln!(out, "{} = {}", change.param_path, change.param_value)?;
                        left -= 1;
                    }
                }
            }
        }
        Ok(out.flush()?)
    }
}

/// The path of an object, with its final dot, and the name of a parameter of it.
fn split(path: &str) -> Result<(&str, &str), Failure> {
    let dot = path.rfind('.').ok_or_else(|| format!("{path} is no path of a parameter"))?;
    Ok(path.split_at(dot + 1))
}
