//! The table of the bench, in the engine and as a program would write it by hand.

use std::collections::HashMap;

use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Limits, Requester};
use usp_msg::add::CreateObject;
use usp_msg::{Add, Request, Response};
use usp_schema::Schema;

pub const TABLE: &str = "Device.LocalAgent.Subscription.";
const RECIPIENT: &str = "Device.LocalAgent.Controller.1";
const REFERENCES: &str = "Device.IP.Interface.1.IPv4Address.12.Name";
const CREATED: &str = "2026-01-31T12:00:00Z";
const ROWS_A_REQUEST: u32 = 500;

pub fn schema() -> Schema {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    Model::from_file(file).unwrap().to_schema(&ImageOptions::new()).unwrap()
}

/// The kind of notice that a row asks for: the last row another one than all others.
pub fn notif_type(number: u32, rows: u32) -> &'static str {
    if number == rows { "Event" } else { "ValueChange" }
}

pub fn id(number: u32) -> String {
    format!("sub-{number:08}")
}

/// A model whose table has so many rows, all of one Controller. Their Aliases are made up by the engine.
pub fn model(schema: &Schema, rows: u32) -> DataModel {
    let mut model =
        DataModel::with_limits(schema.clone(), Limits { max_rows: 2_000_000, ..Limits::default() });
    let controller = CreateObject::new("Device.LocalAgent.Controller.").required("EndpointID", "self::one");
    ask(&mut model, &Add::new([controller]).into());
    for first in (1..=rows).step_by(ROWS_A_REQUEST as usize) {
        let numbers = first..=rows.min(first + ROWS_A_REQUEST - 1);
        ask(&mut model, &Add::new(numbers.map(|number| subscription(number, rows))).into());
    }
    model
}

fn subscription(number: u32, rows: u32) -> CreateObject {
    CreateObject::new(TABLE)
        .required("Recipient", RECIPIENT)
        .required("ID", id(number))
        .required("ReferenceList", &REFERENCES[..40])
        .required("NotifType", notif_type(number, rows))
        .required("Enable", "true")
        .required("CreationDate", CREATED)
}

/// The answer of the device's own model; a bench that is refused anything has to stop.
pub fn ask(model: &mut DataModel, request: &Request) -> Response {
    model.process(request, &Requester::DEVICE).unwrap()
}

/// A row as a struct.
pub struct Subscription {
    pub alias: String,
    pub recipient: String,
    pub id: String,
    pub references: String,
    pub notif_type: String,
    pub enable: bool,
    pub created: i64,
}

impl Subscription {
    pub fn new(number: u32, rows: u32) -> Self {
        Self {
            alias: format!("cpe-{number}"),
            recipient: RECIPIENT.to_string(),
            id: id(number),
            references: REFERENCES[..40].to_string(),
            notif_type: notif_type(number, rows).to_string(),
            enable: true,
            created: 1_769_860_800,
        }
    }

    /// Bytes of all texts, so that none of them is left out as never used.
    pub fn weight(&self) -> usize {
        let texts = [&self.alias, &self.recipient, &self.id, &self.references, &self.notif_type];
        texts.map(String::len).iter().sum::<usize>() + self.created as usize % 2
    }
}

/// The rows by number and by Alias, each in a box.
pub struct Maps {
    pub by_number: HashMap<u32, Box<Subscription>>,
    pub by_alias: HashMap<String, Box<Subscription>>,
}

pub fn maps(rows: u32) -> Maps {
    let boxed = |number| Box::new(Subscription::new(number, rows));
    Maps {
        by_number: (1..=rows).map(|number| (number, boxed(number))).collect(),
        by_alias: (1..=rows).map(|number| (format!("cpe-{number}"), boxed(number))).collect(),
    }
}

pub fn structs(rows: u32) -> Vec<Subscription> {
    (1..=rows).map(|number| Subscription::new(number, rows)).collect()
}
