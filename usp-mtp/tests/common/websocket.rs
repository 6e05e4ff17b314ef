//! Rows by which an Agent has sessions over WebSocket, and a Controller's ends of them.

use usp_agent::datamodel::DataModel;
use usp_mtp::websocket::{self, Address, Listener};
use usp_mtp::{Connection, Options};

use super::{AGENT, CONTROLLER, add_row, id, model};

pub const OWN: &str = "Device.LocalAgent.MTP.";
pub const MTPS: &str = "Device.LocalAgent.Controller.1.MTP.";

/// A row of the MTPs of the Controller, by which it is called at this port.
pub fn with_called(port: u16, settings: &[(&str, &str)]) -> DataModel {
    let mut model = model();
    add_called(&mut model, MTPS, port, settings);
    model
}

pub fn add_called(model: &mut DataModel, table: &str, port: u16, settings: &[(&str, &str)]) {
    add_row(model, table, &[("Protocol", "WebSocket"), ("Enable", "true")]);
    let row = model.objects_at(table).unwrap().pop().unwrap();
    let port = port.to_string();
    let common = [("Host", "127.0.0.1"), ("Port", &*port), ("Path", "usp"), ("EnableEncryption", "false")];
    for (name, text) in common.iter().chain(settings) {
        model.update_value_at(&format!("{row}WebSocket.{name}"), text).unwrap();
    }
}

/// A row of the Agent's own MTPs, by which it may be called, and where.
pub fn with_own() -> (DataModel, Address) {
    // The system has one that is free.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut model = model();
    add_row(&mut model, OWN, &[("Protocol", "WebSocket"), ("Enable", "true")]);
    for (name, text) in [("Port", &*port.to_string()), ("Path", "/agent"), ("EnableEncryption", "false")] {
        model.update_value_at(&format!("{OWN}1.WebSocket.{name}"), text).unwrap();
    }
    (model, Address { host: "127.0.0.1".to_string(), port, path: "agent".to_string() })
}

pub async fn listener() -> (Listener, u16) {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

pub async fn accepted(listener: &Listener) -> Connection {
    let stream = listener.accept().await.unwrap();
    websocket::accept(stream, "/usp", &id(CONTROLLER), Options::DEFAULT).await.unwrap()
}

pub async fn call(address: &Address, controller: &'static str) -> Connection {
    websocket::connect(address, &id(controller), &id(AGENT), Options::DEFAULT).await.unwrap()
}
