//! What the tests of the runtimes share.
#![allow(dead_code)] // It serves several test programs.

pub mod device;
#[cfg(feature = "websocket")]
pub mod websocket;

use core::sync::atomic::{AtomicU32, Ordering};
use std::path::PathBuf;
use std::sync::OnceLock;

use usp_agent::Agent;
use usp_agent::datamodel::{DataModel, Requester, SupportedDataModel};
use usp_codegen::{ImageOptions, Model};
use usp_msg::{Add, Msg, add};
use usp_mtp::SystemRng;
use usp_mtp::record::{EndpointId, Record};

pub const AGENT: &str = "os::012345-AGENT";
pub const CONTROLLER: &str = "self::controller";

pub fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).unwrap()
}

/// A folder that is gone at the end. Its name is short, since that of a socket must be.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("usp-mtp-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The model of a device without rows.
pub fn empty_model() -> DataModel {
    static SUPPORTED: OnceLock<SupportedDataModel> = OnceLock::new();
    let supported = SUPPORTED.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
        Model::from_file(path).unwrap().to_schema(&ImageOptions::default()).unwrap().into()
    });
    DataModel::new(supported.clone())
}

/// The model of a device that knows one Controller.
pub fn model() -> DataModel {
    let mut model = empty_model();
    add_controller(&mut model, CONTROLLER);
    model
}

pub fn add_controller(model: &mut DataModel, endpoint_id: &str) {
    let settings = [("EndpointID", endpoint_id), ("OnBoardingComplete", "true"), ("Enable", "true")];
    add_row(model, "Device.LocalAgent.Controller.", &settings);
}

/// A row that the device adds.
pub fn add_row(model: &mut DataModel, table: &str, settings: &[(&str, &str)]) {
    let row =
        settings.iter().fold(add::CreateObject::new(table), |row, (name, text)| row.required(*name, *text));
    let added = model.process(&Add::new([row]).into(), &Requester::DEVICE);
    added.unwrap_or_else(|error| panic!("{table}: {error}"));
}

pub fn agent(model: DataModel) -> Agent<SystemRng> {
    Agent::new(id(AGENT), model, SystemRng).unwrap()
}

/// A Record of a Controller with a Message, encoded.
pub fn record_of(controller: &str, msg: &Msg) -> Vec<u8> {
    Record::no_session(&id(controller), &id(AGENT), msg.encode_to_vec()).encode_to_vec()
}

/// The Message in a Record of the Agent.
#[track_caller]
pub fn message(record: &Record) -> Msg {
    record.validate().unwrap();
    Msg::decode(record.payload().expect("a Message")).unwrap()
}
