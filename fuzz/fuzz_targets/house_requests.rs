//! Requests about the model of rooms and lamps, made of pieces that the bytes of a fuzz target choose.

use usp_datamodel::{DataModel, Limits, Requester};
use usp_msg::{Add, Delete, Get, GetInstances, GetSupportedDm, Msg, Operate, Request, Set, add, set};

use crate::choices::Choices;

#[path = "../../usp-datamodel/tests/common/house.rs"]
#[allow(dead_code)]
pub mod house;

/// What the model of rooms and lamps needs to be made.
pub struct Bench {
    pub model: DataModel,
    pub requester: Requester,
}

/// Bounds that a few requests reach.
pub const LIMITS: Limits = Limits {
    max_rows: 8,
    max_all_rows: 24,
    max_matches: 300,
    max_comparisons: 300,
    max_results: 2_000,
    max_rounds: 4,
    max_operations: 2,
    max_parked: 2,
    max_parked_bytes: 4096,
    max_pending_values: 16,
    max_answer: 1 << 20,
};

const PATHS: [&str; 24] = [
    "House.",
    "House.Favourite",
    "House.Room.",
    "House.Room",
    "House.Room.1.",
    "House.Room.2.",
    "House.Room.9.",
    "House.Room.*.",
    "House.Room.[Open==true].",
    "House.Room.[Name==\"a\"].",
    "House.Room.[Size>1&&Floor!=2].",
    "House.Room.[Tags~=\"x\"].",
    "House.Room.[Next+.Open==true].",
    "House.Room.*.Lamp.",
    "House.Room.1.Lamp.",
    "House.Room.*.Lamp.*.",
    "House.Room.*.Lamp.[Number==1].",
    "House.Room.1.Next+.",
    "House.Room.*.Doors#*+.",
    "House.Room.1.Cold.",
    "House.Meter.",
    "House.Meter.*.",
    "House.Nothing.",
    "House.Room.[Name==\"a\"",
];

const PARAMS: [&str; 18] = [
    "Name",
    "Alias",
    "Size",
    "Open",
    "Floor",
    "Ratio",
    "Seen",
    "Token",
    "Kind",
    "Tags",
    "Next",
    "Doors",
    "Likes",
    "Secret",
    "Cold.Degrees",
    "Number",
    "Favourite",
    "Nothing",
];

const VALUES: [&str; 20] = [
    "a",
    "b",
    "",
    "1",
    "07",
    "-1",
    "true",
    "0",
    "4294967296",
    "x,y",
    "Cold",
    "Warm",
    "House.Room.1",
    "House.Room.2.",
    "House.Room.[Name==\"a\"]",
    "House.Room.1,House.Room.2",
    "House.Room.9",
    "2026-01-31T12:00:00Z",
    "0.5",
    "ff",
];

impl Choices<'_> {
    /// A path, at times followed by the name of an element.
    fn path(&mut self) -> String {
        let path = *self.one_of(&PATHS);
        match self.byte().unwrap_or_default() {
            1..=60 => path.to_owned() + *self.one_of(&PARAMS),
            _ => path.to_owned(),
        }
    }

    pub fn paths(&mut self) -> Vec<String> {
        (0..=self.byte().unwrap_or_default() % 4).map(|_| self.path()).collect()
    }

    fn settings(&mut self) -> Vec<(&'static str, &'static str, bool)> {
        let count = self.byte().unwrap_or_default() % 5;
        (0..count)
            .map(|_| {
                (*self.one_of(&PARAMS), *self.one_of(&VALUES), self.byte().is_some_and(|byte| byte % 4 == 0))
            })
            .collect()
    }

    /// A request: its kind in three bits, and whether it allows to be done in part. `None` for kind 6, and where the
    /// bytes make none.
    pub fn request(&mut self, kind: u8) -> Option<Request> {
        let allow_partial = kind & 8 != 0;
        Some(match kind & 7 {
            0 => {
                let entries = (0..=self.byte()? % 3).map(|_| {
                    let entry = add::CreateObject::new(self.path());
                    self.settings().into_iter().fold(entry, |entry, (name, value, required)| match required {
                        true => entry.required(name, value),
                        false => entry.optional(name, value),
                    })
                });
                Add { allow_partial, ..Add::new(entries.collect::<Vec<_>>()) }.into()
            }
            1 => {
                let entries = (0..=self.byte()? % 3).map(|_| {
                    let entry = set::UpdateObject::new(self.path());
                    self.settings().into_iter().fold(entry, |entry, (name, value, required)| match required {
                        true => entry.required(name, value),
                        false => entry.optional(name, value),
                    })
                });
                Set { allow_partial, ..Set::new(entries.collect::<Vec<_>>()) }.into()
            }
            2 => Delete { allow_partial, ..Delete::new(self.paths()) }.into(),
            3 => Get::new(self.paths()).with_max_depth(u32::from(self.byte()? % 4)).into(),
            4 => GetInstances { first_level_only: allow_partial, ..GetInstances::new(self.paths()) }.into(),
            5 => match allow_partial {
                true => GetSupportedDm::new(self.paths()).into(),
                false => Operate::new(self.path()).into(),
            },
            6 => return None,
            _ => {
                let length = usize::from(self.byte()?).min(self.0.len());
                let (message, rest) = self.0.split_at(length);
                self.0 = rest;
                let message = Msg::decode(message).ok()?;
                message.validate().ok()?;
                message.as_request()?.clone()
            }
        })
    }
}
