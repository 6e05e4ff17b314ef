//! The data of the bench: rows of the kind that an Agent has at hand, from which every codec builds
//! its message.

use core::hint::black_box;

use usp_record::EndpointId;

pub const AGENT: &str = "os::00256D-0123456789";
pub const CONTROLLER: &str = "self::controller-1";
pub const MSG_ID: &str = "4711-0815";

/// What a message is to say, as borrowed rows.
pub struct Payload {
    pub name: &'static str,
    pub content: Content,
}

/// The rows of each kind of message.
pub enum Content {
    Get(Vec<String>),
    GetResp(Vec<Object>),
    GetSupportedDmResp(Vec<Object>),
    ValueChange([String; 2]),
    Set(Vec<Object>),
}

/// An object: its path, and names with values.
pub struct Object {
    pub path: String,
    pub params: Vec<[String; 2]>,
}

/// The payloads, smallest first.
pub fn payloads() -> Vec<Payload> {
    vec![
        Payload {
            name: "Notify ValueChange",
            content: Content::ValueChange(["Device.WiFi.Radio.1.Channel".into(), "36".into()]),
        },
        Payload { name: "Get 10", content: Content::Get((1..=10).map(stats_path).collect()) },
        Payload { name: "Set 20", content: Content::Set(objects(10, 2, 0)) },
        Payload { name: "GetResp 100", content: Content::GetResp(objects(10, 10, 0)) },
        Payload { name: "GetResp 5000", content: Content::GetResp(objects(500, 10, 0)) },
        Payload { name: "GetResp 5000 long", content: Content::GetResp(objects(500, 10, 20)) },
        Payload { name: "GetSupportedDMResp", content: Content::GetSupportedDmResp(objects(1000, 10, 0)) },
    ]
}

const NAMES: [&str; 10] = [
    "BytesSent",
    "BytesReceived",
    "PacketsSent",
    "PacketsReceived",
    "ErrorsSent",
    "Enable",
    "Status",
    "UnicastPacketsSent",
    "DiscardPacketsReceived",
    "LastChange",
];

fn stats_path(instance: usize) -> String {
    format!("Device.IP.Interface.{instance}.Stats.UnicastPacketsReceived")
}

/// Objects with parameters; every `long`-th value has 210 bytes, unless `long` is 0.
fn objects(count: usize, params: usize, long: usize) -> Vec<Object> {
    let value = |number: usize| match number {
        _ if long > 0 && number % long == long - 1 => "v".repeat(210),
        _ if number.is_multiple_of(5) => "true".to_owned(),
        _ if number.is_multiple_of(7) => String::from("Up"),
        _ => (number * 7919).to_string(),
    };
    let object = |at: usize| Object {
        path: format!("Device.IP.Interface.{}.Stats.", at + 1),
        params: NAMES
            .iter()
            .take(params)
            .enumerate()
            .map(|(param, name)| [(*name).to_owned(), value(at * params + param)])
            .collect(),
    };
    (0..count).map(object).collect()
}

/// Looks at a text, cheaply and so that the compiler cannot skip it.
pub fn touch(sum: &mut usize, text: &str) {
    let first = text.as_bytes().first().map_or(0, |byte| usize::from(*byte));
    *sum = sum.wrapping_add(black_box(text).len() * 31 + first);
}

/// The sender and the receiver.
pub fn endpoints() -> (EndpointId, EndpointId) {
    (AGENT.parse().expect("valid"), CONTROLLER.parse().expect("valid"))
}
