//! The rows of the bench as a prost message of the content of saved state: names once, values as text.

use prost::Message;

use crate::tables::{Subscription, TABLE};

#[derive(Clone, PartialEq, Message)]
struct State {
    #[prost(message, repeated, tag = "1")]
    tables: Vec<Table>,
}

#[derive(Clone, PartialEq, Message)]
struct Table {
    #[prost(string, tag = "1")]
    path: String,
    #[prost(string, repeated, tag = "2")]
    parameters: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    rows: Vec<Row>,
}

#[derive(Clone, PartialEq, Message)]
struct Row {
    #[prost(uint32, repeated, tag = "1")]
    numbers: Vec<u32>,
    #[prost(message, repeated, tag = "2")]
    values: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(uint32, tag = "1")]
    parameter: u32,
    #[prost(string, tag = "2")]
    text: String,
}

const PARAMETERS: [&str; 7] =
    ["Alias", "Enable", "Recipient", "ID", "CreationDate", "NotifType", "ReferenceList"];

/// The table as bytes.
pub fn encoded(rows: u32) -> Vec<u8> {
    let row = |number| {
        let row = Subscription::new(number, rows);
        let texts = [
            row.alias,
            "true".to_string(),
            row.recipient,
            row.id,
            "2026-01-31T12:00:00Z".to_string(),
            row.notif_type,
            row.references,
        ];
        let value = |(parameter, text)| Value { parameter, text };
        Row { numbers: vec![number], values: (0..).zip(texts).map(value).collect() }
    };
    let table = Table {
        path: format!("{TABLE}{{i}}."),
        parameters: PARAMETERS.map(str::to_string).to_vec(),
        rows: (1..=rows).map(row).collect(),
    };
    State { tables: vec![table] }.encode_to_vec()
}

/// Reads the bytes; how many rows there are.
pub fn decoded(bytes: &[u8]) -> usize {
    let Ok(state) = State::decode(bytes) else { return 0 };
    state.tables.iter().map(|table| table.rows.len()).sum()
}
