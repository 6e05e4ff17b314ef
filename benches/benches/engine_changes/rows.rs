//! Rows that come and go, in the engine and as a program would keep them by hand.

use alloc::collections::BTreeMap;
use std::collections::HashMap;

use usp_datamodel::DataModel;
use usp_msg::add::CreateObject;
use usp_msg::body::MsgBody;
use usp_msg::response::RespType;
use usp_msg::{Add, Delete, Msg, Request, Response};

use crate::tables::{Subscription, TABLE, ask, structs};

pub const CONTROLLERS: &str = "Device.LocalAgent.Controller.";
/// The rows that refer to the Controller which goes.
const REFERRING: [u32; 3] = [2, 5, 7];

/// An Add of a row without its Alias and ID.
pub fn new_row() -> Request {
    let row = CreateObject::new(TABLE)
        .required("Recipient", format!("{CONTROLLERS}1"))
        .required("ReferenceList", "Device.IP.Interface.1.IPv4Address.12.Name")
        .required("NotifType", "ValueChange")
        .required("Enable", "true");
    Add::new([row]).into()
}

/// The path of the row that an Add makes.
fn added(model: &mut DataModel, add: &Request) -> String {
    path_of_row(ask(model, add)).unwrap()
}

/// The number of the row that an Add has made, by its answer.
pub fn added_last(answer: Msg) -> u32 {
    let Some(MsgBody::Response(answer)) = answer.into_content() else { return 0 };
    path_of_row(answer).unwrap().strip_prefix(TABLE).unwrap().trim_end_matches('.').parse().unwrap()
}

fn path_of_row(answer: Response) -> Option<String> {
    let Some(RespType::AddResp(answer)) = answer.resp_type else { return None };
    Some(answer.created_obj_results[0].outcome().unwrap().unwrap().instantiated_path.clone())
}

pub fn delete(model: &mut DataModel, row: &str) {
    ask(model, &Delete::new([row]).into());
}

/// Makes a Controller and has three rows refer to it.
pub fn refer(model: &mut DataModel) {
    let controller = CreateObject::new(CONTROLLERS).required("EndpointID", "self::two");
    let controller = added(model, &Add::new([controller]).into());
    for row in REFERRING {
        delete(model, &format!("{TABLE}[ID==\"referring-{row}\"]."));
        let referring = CreateObject::new(TABLE)
            .required("Recipient", &controller)
            .required("ID", format!("referring-{row}"));
        added(model, &Add::new([referring]).into());
    }
}

/// The number of the Controller that was made last.
pub fn last_controller(model: &DataModel) -> u32 {
    let rows = model.objects_at(CONTROLLERS).unwrap();
    let number = |row: &String| row.strip_prefix(CONTROLLERS)?.strip_suffix('.')?.parse().ok();
    rows.iter().filter_map(number).max().unwrap()
}

/// The same rows by number, and their numbers by Alias.
pub struct Floor {
    rows: BTreeMap<u32, Subscription>,
    by_alias: HashMap<String, u32>,
    next: u32,
}

impl Floor {
    pub fn new(rows: u32) -> Self {
        let numbered: BTreeMap<u32, Subscription> = (1..).zip(structs(rows)).collect();
        let by_alias = numbered.iter().map(|(&number, row)| (row.alias.clone(), number)).collect();
        Self { rows: numbered, by_alias, next: rows + 1 }
    }

    pub fn add(&mut self) {
        let number = self.next;
        self.next += 1;
        let row = Subscription::new(number, number + 1);
        self.by_alias.insert(row.alias.clone(), number);
        self.rows.insert(number, row);
    }

    /// Takes out the rows that were added last.
    pub fn remove(&mut self, rows: u32) {
        for number in self.next - rows..self.next {
            if let Some(row) = self.rows.remove(&number) {
                self.by_alias.remove(&row.alias);
            }
        }
    }
}
