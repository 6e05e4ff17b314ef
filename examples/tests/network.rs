//! The device and the operator of the examples talk over real sockets.
#![cfg(unix)]
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::path::PathBuf;

use usp_examples::network::device::Device;
use usp_examples::network::operator::{Operator, Task};
use usp_examples::network::{DEVICE, OPERATOR, Place};
use usp_record::EndpointId;

/// A folder that is gone at the end; sockets want short names.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("usp-examples-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn device(place: Place, state: Option<PathBuf>) -> Device {
    let (id, operator) = (EndpointId::parse(DEVICE).unwrap(), EndpointId::parse(OPERATOR).unwrap());
    Device { id, operator, place, waits: true, state }
}

/// What the operator of a device that waits prints.
async fn ask(place: &Place, task: Task) -> String {
    let (id, device) = (EndpointId::parse(OPERATOR).unwrap(), EndpointId::parse(DEVICE).unwrap());
    let operator = Operator { id, device, place: place.clone(), calls: true };
    let mut out = Vec::new();
    match operator.run(task, &mut out, |_| {}).await {
        Ok(()) => String::from_utf8(out).unwrap(),
        Err(failure) => format!("error: {failure}"),
    }
}

fn get(path: &str) -> Task {
    Task::Get(vec![path.to_owned()])
}

#[tokio::test]
async fn an_operator_asks_a_device() {
    let folder = Folder::new("asks");
    let place = Place::Uds(folder.0.join("socket"));
    let (handle, running) = device(place.clone(), None).start(|_| {}).await.unwrap();
    assert_eq!(
        ask(&place, get("Device.DeviceInfo.ModelName")).await,
        "Device.DeviceInfo.ModelName = Example gateway\n"
    );
    assert_eq!(
        ask(&place, get("Device.Nope")).await,
        "Device.Nope: 7026 Device.Nope is not in the Supported Data Model of this Agent\n"
    );
    let set = |path: &str, value: &str| Task::Set { path: path.to_owned(), value: value.to_owned() };
    let refused = ask(&place, set("Device.DeviceInfo.ModelName", "other")).await;
    assert!(refused.starts_with("error: "), "{refused}");
    let operate = |command: &str| Task::Operate { command: command.to_owned(), arguments: Vec::new() };
    let failed = ask(&place, operate("Device.IP.Diagnostics.IPPing()")).await;
    assert!(failed.starts_with("error: Device.IP.Diagnostics.IPPing() has failed: 7027 "), "{failed}");
    assert_eq!(ask(&place, operate("Device.Reboot()")).await, "Device.Reboot() is done\n");
    let agent = running.await.unwrap();
    assert_eq!(agent.id().as_str(), DEVICE);
    handle.stop();
}

#[tokio::test]
async fn what_an_operator_sets_outlives_the_device() {
    let folder = Folder::new("outlives");
    let (place, state) = (Place::Uds(folder.0.join("socket")), folder.0.join("state"));
    let (handle, running) = device(place.clone(), Some(state.clone())).start(|_| {}).await.unwrap();
    let path = "Device.DeviceInfo.ProvisioningCode";
    let set = Task::Set { path: path.to_owned(), value: "abc".to_owned() };
    assert_eq!(ask(&place, set).await, format!("{path} is set\n"));
    handle.stop();
    running.await.unwrap();
    let (handle, running) = device(place.clone(), Some(state)).start(|_| {}).await.unwrap();
    assert_eq!(ask(&place, get(path)).await, format!("{path} = abc\n"));
    handle.stop();
    running.await.unwrap();
}

#[tokio::test]
async fn an_operator_is_told_of_changes() {
    let folder = Folder::new("told");
    let place = Place::Uds(folder.0.join("socket"));
    let (handle, running) = device(place.clone(), None).start(|_| {}).await.unwrap();
    let path = "Device.DeviceInfo.ProvisioningCode";
    let watch = ask(&place, Task::Watch { path: path.to_owned(), count: 2 });
    let change = async {
        // As soon as somebody watches.
        let is_watched = |model: &mut usp_datamodel::DataModel| {
            !model.objects_at("Device.LocalAgent.Subscription.").unwrap().is_empty()
        };
        while !handle.update(is_watched).await.unwrap() {
            tokio::task::yield_now().await;
        }
        for text in ["one", "two"] {
            let set = move |model: &mut usp_datamodel::DataModel| model.update_value_at(path, text);
            handle.update(set).await.unwrap().unwrap();
        }
    };
    let (told, ()) = tokio::join!(watch, change);
    assert_eq!(told, format!("{path} = one\n{path} = two\n"));
    handle.stop();
    running.await.unwrap();
}
