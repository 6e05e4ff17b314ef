//! Random requests to a house, as both sides understand them.

use core::fmt;

use proptest::prelude::*;

#[derive(Debug, Clone)]
pub enum Request {
    Add { partial: bool, entries: Vec<(Table, Vec<Setting>)> },
    Set { partial: bool, entries: Vec<(Row, Vec<Setting>)> },
    Delete { partial: bool, rows: Vec<Row> },
}

#[derive(Debug, Clone)]
pub enum Table {
    Rooms,
    Lamps(Rooms),
}

#[derive(Debug, Clone)]
pub enum Row {
    House,
    Room(Rooms),
    Lamp(Rooms, Lamps),
}

#[derive(Debug, Clone)]
pub enum Rooms {
    Number(u32),
    All,
    Open(bool),
    Named(&'static str),
}

#[derive(Debug, Clone)]
pub enum Lamps {
    Number(u32),
    All,
    Brighter(u32),
}

#[derive(Debug, Clone)]
pub struct Setting {
    pub param: &'static str,
    pub value: &'static str,
    pub required: bool,
}

impl fmt::Display for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "House.Room.{number}."),
            Self::All => f.write_str("House.Room.*."),
            Self::Open(open) => write!(f, "House.Room.[Open=={open}]."),
            Self::Named(name) => write!(f, "House.Room.[Name==\"{name}\"]."),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rooms => f.write_str("House.Room."),
            Self::Lamps(rooms) => write!(f, "{rooms}Lamp."),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::House => f.write_str("House."),
            Self::Room(rooms) => write!(f, "{rooms}"),
            Self::Lamp(rooms, Lamps::Number(number)) => write!(f, "{rooms}Lamp.{number}."),
            Self::Lamp(rooms, Lamps::All) => write!(f, "{rooms}Lamp.*."),
            Self::Lamp(rooms, Lamps::Brighter(than)) => write!(f, "{rooms}Lamp.[Number>{than}]."),
        }
    }
}

impl Rooms {
    /// Whether it is a Search Path: then no match is no failure.
    pub fn is_search(&self) -> bool {
        !matches!(self, Self::Number(_))
    }
}

impl Lamps {
    pub fn is_search(&self) -> bool {
        !matches!(self, Self::Number(_))
    }
}

const NAMES: [&str; 5] = ["a", "b", "c", "cpe-1", "cpe-3"];

pub fn request() -> impl Strategy<Value = Request> {
    let add = (any::<bool>(), entries((table(), settings(room_setting()))));
    let add_lamps = (any::<bool>(), entries((rooms().prop_map(Table::Lamps), settings(lamp_setting()))));
    let set = (any::<bool>(), entries((rooms().prop_map(Row::Room), settings(room_setting()))));
    let set_lamps = (any::<bool>(), entries((lamp(), settings(lamp_setting()))));
    let favourite = (any::<bool>(), entries((Just(Row::House), settings(house_setting()))));
    let delete = (any::<bool>(), entries(prop_oneof![rooms().prop_map(Row::Room), lamp()]));
    prop_oneof![
        4 => add.prop_map(|(partial, entries)| Request::Add { partial, entries }),
        2 => add_lamps.prop_map(|(partial, entries)| Request::Add { partial, entries }),
        4 => set.prop_map(|(partial, entries)| Request::Set { partial, entries }),
        2 => set_lamps.prop_map(|(partial, entries)| Request::Set { partial, entries }),
        1 => favourite.prop_map(|(partial, entries)| Request::Set { partial, entries }),
        2 => delete.prop_map(|(partial, rows)| Request::Delete { partial, rows }),
    ]
}

fn entries<T: fmt::Debug>(entry: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(entry, 1..5)
}

fn settings(setting: impl Strategy<Value = Setting>) -> impl Strategy<Value = Vec<Setting>> {
    prop::collection::vec(setting, 0..4)
}

fn table() -> impl Strategy<Value = Table> {
    prop_oneof![9 => Just(Table::Rooms), 1 => rooms().prop_map(Table::Lamps)]
}

fn lamp() -> impl Strategy<Value = Row> {
    let lamps = prop_oneof![
        (1..4_u32).prop_map(Lamps::Number),
        Just(Lamps::All),
        (0..3_u32).prop_map(Lamps::Brighter)
    ];
    (rooms(), lamps).prop_map(|(rooms, lamps)| Row::Lamp(rooms, lamps))
}

fn rooms() -> impl Strategy<Value = Rooms> {
    prop_oneof![
        4 => (1..7_u32).prop_map(Rooms::Number),
        1 => Just(Rooms::All),
        1 => any::<bool>().prop_map(Rooms::Open),
        2 => prop::sample::select(NAMES.to_vec()).prop_map(Rooms::Named),
    ]
}

fn room_setting() -> impl Strategy<Value = Setting> {
    let references =
        ["", "House.Room.1", "House.Room.2.", "House.Room.4", "House.Room.[Name==\"a\"]", "House"];
    let lists = ["", "House.Room.1,House.Room.2", "House.Room.3,House.Room.3.", "House.Room.2,House.Room.9"];
    prop_oneof![
        4 => one("Name", NAMES.to_vec()),
        1 => one("Alias", NAMES.to_vec()),
        1 => one("Size", vec!["1", "07", "many"]),
        2 => one("Open", vec!["true", "0", "maybe"]),
        3 => one("Next", references.to_vec()),
        2 => one("Doors", lists.to_vec()),
        1 => one("LampNumberOfEntries", vec!["3"]),
        1 => one("Nothing", vec!["x"]),
    ]
}

fn lamp_setting() -> impl Strategy<Value = Setting> {
    prop_oneof![3 => one("Number", vec!["1", "2", "03", "x"]), 1 => one("On", vec!["true", "false", "x"])]
}

fn house_setting() -> impl Strategy<Value = Setting> {
    one("Favourite", vec!["", "House.Room.1", "House.Room.[Name==\"b\"].", "House.Room.8"])
}

fn one(param: &'static str, values: Vec<&'static str>) -> impl Strategy<Value = Setting> {
    (prop::sample::select(values), any::<bool>()).prop_map(move |(value, required)| Setting {
        param,
        value,
        required,
    })
}
