//! A house as one would write it down without thinking of speed: plain maps, copied for each attempt.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::requests::{Lamps, Request, Rooms, Row, Setting, Table};

/// All values by full path.
pub type Values = BTreeMap<String, String>;

#[derive(Debug, Clone, Default)]
pub struct House {
    favourite: String,
    rooms: BTreeMap<u32, Room>,
    last_room: u32,
    touched: BTreeMap<(At, &'static str), usize>,
}

#[derive(Debug, Clone, Default)]
struct Room {
    alias: Option<String>,
    name: Option<String>,
    size: Option<u32>,
    open: bool,
    next: String,
    doors: Vec<String>,
    lamps: BTreeMap<u32, Lamp>,
    last_lamp: u32,
}

#[derive(Debug, Clone, Default)]
struct Lamp {
    number: Option<u32>,
    on: bool,
}

/// An object: the house, a room, a lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    House,
    Room(u32),
    Lamp(u32, u32),
}

/// Parameter, room that the table is in, and value.
type Key = (&'static str, Option<u32>, String);

/// What is left out of an attempt since it came into conflict in an earlier one.
type Excluded = BTreeSet<(usize, &'static str, At)>;

impl House {
    /// Does a request, and says of each result that is due whether it is a success: in Add one for each parent of a
    /// row, else one for each entry. `None` if all of it was refused.
    pub fn process(&mut self, request: &Request) -> Option<Vec<bool>> {
        let (partial, length) = match request {
            Request::Add { partial, entries } => (*partial, entries.len()),
            Request::Set { partial, entries } => (*partial, entries.len()),
            Request::Delete { partial, rows } => (*partial, rows.len()),
        };
        let mut excluded = Excluded::new();
        loop {
            let mut house = House { touched: BTreeMap::new(), ..self.clone() };
            let mut made = Vec::new();
            let mut done = Vec::new();
            for entry in 0..length {
                let before = house.clone();
                match house.entry(self, request, entry, &excluded, &mut made) {
                    Some(results) => done.extend(results),
                    None => {
                        house = before;
                        done.push(false);
                    }
                }
            }
            if !partial && done.contains(&false) {
                return None;
            }
            house.complete(&made);
            let conflicts = house.conflicts();
            if conflicts.is_empty() {
                *self = house;
                return Some(done);
            }
            let adds = matches!(request, Request::Add { .. });
            excluded.extend(conflicts.into_iter().map(|(entry, param, at)| {
                // What a new row is refused for is remembered of its table: its number is not lasting.
                (entry, param, if adds { at.table() } else { at })
            }));
        }
    }

    /// One entry. What is changed or deleted is looked for in the house as it was before the request.
    fn entry(
        &mut self,
        before_all: &House,
        request: &Request,
        entry: usize,
        excluded: &Excluded,
        made: &mut Vec<At>,
    ) -> Option<Vec<bool>> {
        match request {
            Request::Add { partial, entries } => {
                let (table, settings) = &entries[entry];
                let parents = self.parents(table)?;
                let mut done = Vec::new();
                for &parent in &parents {
                    let before = self.clone();
                    let at = self.create(parent);
                    let applied = self.apply(at, settings, entry, excluded, true);
                    match applied {
                        Some(()) => made.push(at),
                        // With allow_partial parents are independent of each other.
                        None if *partial && parents.len() > 1 => *self = before,
                        None => return None,
                    }
                    done.push(applied.is_some());
                }
                return Some(done);
            }
            Request::Set { entries, .. } => {
                let (row, settings) = &entries[entry];
                let found = before_all.find(row);
                if found.is_empty() && !is_search(row) {
                    return None;
                }
                let done: Vec<_> =
                    found.iter().map(|&at| self.apply(at, settings, entry, excluded, false)).collect();
                if done.contains(&None) {
                    return None;
                }
            }
            Request::Delete { rows, .. } => {
                for at in before_all.find(&rows[entry]) {
                    self.delete(at);
                }
            }
        }
        Some(vec![true])
    }

    /// Where rows are to be added: in the house, or in rooms.
    fn parents(&self, table: &Table) -> Option<Vec<At>> {
        match table {
            Table::Rooms => Some(vec![At::House]),
            Table::Lamps(rooms) => {
                let found = self.find_rooms(rooms);
                let is_there = !found.is_empty() || rooms.is_search();
                is_there.then(|| found.into_iter().map(At::Room).collect())
            }
        }
    }

    fn create(&mut self, parent: At) -> At {
        if let At::Room(number) = parent {
            let room = self.rooms.get_mut(&number).unwrap();
            room.last_lamp += 1;
            room.lamps.insert(room.last_lamp, Lamp::default());
            return At::Lamp(number, room.last_lamp);
        }
        self.last_room += 1;
        self.rooms.insert(self.last_room, Room::default());
        At::Room(self.last_room)
    }

    fn apply(
        &mut self,
        at: At,
        settings: &[Setting],
        entry: usize,
        excluded: &Excluded,
        adds: bool,
    ) -> Option<()> {
        let mut fatal = false;
        for setting in settings {
            let remembered = if adds { at.table() } else { at };
            let out = excluded.contains(&(entry, setting.param, remembered));
            let closed = setting.param == "Alias" && !adds;
            if out || closed || self.assign(at, setting, entry).is_none() {
                let is_key = matches!(setting.param, "Alias" | "Name" | "Number");
                let exists = matches!((at, setting.param), (At::Lamp(..), "Number") | (At::Room(_), _));
                fatal |= setting.required || (adds && is_key && exists);
            }
        }
        (!fatal).then_some(())
    }

    fn assign(&mut self, at: At, setting: &Setting, entry: usize) -> Option<()> {
        let text = setting.value;
        let boolean = || match text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        let number = || text.parse::<u32>().ok();
        match (at, setting.param) {
            (At::House, "Favourite") => self.favourite = text.into(),
            (At::Room(room), param) => {
                let room = self.rooms.get_mut(&room).unwrap();
                match param {
                    "Alias" => room.alias = Some(text.into()),
                    "Name" => room.name = Some(text.into()),
                    "Size" => room.size = Some(number()?),
                    "Open" => room.open = boolean()?,
                    "Next" => room.next = text.into(),
                    "Doors" => {
                        room.doors =
                            text.split(',').filter(|item| !item.is_empty()).map(Into::into).collect();
                    }
                    _ => return None,
                }
            }
            (At::Lamp(room, lamp), param) => {
                let lamp = self.rooms.get_mut(&room).unwrap().lamps.get_mut(&lamp).unwrap();
                match param {
                    "Number" => lamp.number = Some(number()?),
                    "On" => lamp.on = boolean()?,
                    _ => return None,
                }
            }
            _ => return None,
        }
        self.touched.insert((at, setting.param), entry);
        Some(())
    }

    fn delete(&mut self, at: At) {
        match at {
            At::House => {}
            At::Lamp(room, lamp) => {
                self.rooms.get_mut(&room).and_then(|room| room.lamps.remove(&lamp));
            }
            At::Room(number) => {
                self.rooms.remove(&number);
                let path = format!("House.Room.{number}");
                let clear = |text: &mut String| {
                    if *text == path {
                        text.clear();
                    }
                };
                clear(&mut self.favourite);
                for room in self.rooms.values_mut() {
                    clear(&mut room.next);
                    room.doors.retain(|door| *door != path);
                }
            }
        }
    }

    /// Gives keys to the new rows that have none.
    fn complete(&mut self, made: &[At]) {
        for &at in made {
            match at {
                At::House => {}
                At::Room(number) => {
                    let Some(room) = self.rooms.get(&number) else { continue };
                    let free = |taken: Vec<&Option<String>>| {
                        let first = core::iter::once(format!("cpe-{number}"));
                        let more = (1..).map(|more| format!("cpe-{number}-{more}"));
                        first.chain(more).find(|text| !taken.contains(&&Some(text.clone())))
                    };
                    let (no_alias, no_name) = (room.alias.is_none(), room.name.is_none());
                    let alias = free(self.rooms.values().map(|room| &room.alias).collect());
                    let name = free(self.rooms.values().map(|room| &room.name).collect());
                    let room = self.rooms.get_mut(&number).unwrap();
                    if no_alias {
                        room.alias = alias;
                    }
                    if no_name {
                        room.name = name;
                    }
                }
                At::Lamp(room, lamp) => {
                    let Some(room) = self.rooms.get_mut(&room) else { continue };
                    let taken: Vec<_> = room.lamps.values().map(|lamp| lamp.number).collect();
                    let Some(content) = room.lamps.get_mut(&lamp) else { continue };
                    if content.number.is_none() {
                        content.number = (lamp..).find(|&number| !taken.contains(&Some(number)));
                    }
                }
            }
        }
    }

    /// Who has made what cannot stay: keys that an earlier row has, or else references that lead nowhere.
    fn conflicts(&mut self) -> Vec<(usize, &'static str, At)> {
        let keys = self.duplicate_keys();
        if keys.is_empty() { self.dangling_references() } else { keys }
    }

    /// Those that lead somewhere are put into their canonical form.
    fn dangling_references(&mut self) -> Vec<(usize, &'static str, At)> {
        let mut conflicts = Vec::new();
        let touched = self.touched.clone();
        for (&(at, param), &entry) in &touched {
            let good = match (at, param) {
                (At::House, _) => self.settle(&self.favourite).map(|text| self.favourite = text),
                (At::Room(room), "Next") if self.rooms.contains_key(&room) => self
                    .settle(&self.rooms[&room].next)
                    .map(|text| self.rooms.get_mut(&room).unwrap().next = text),
                (At::Room(room), "Doors") if self.rooms.contains_key(&room) => {
                    let doors: Option<Vec<String>> =
                        self.rooms[&room].doors.iter().map(|door| self.settle(door)).collect();
                    doors.map(|doors| self.rooms.get_mut(&room).unwrap().doors = doors)
                }
                _ => Some(()),
            };
            if good.is_none() {
                conflicts.push((entry, param, at));
            }
        }
        conflicts
    }

    fn duplicate_keys(&self) -> Vec<(usize, &'static str, At)> {
        let mut conflicts = Vec::new();
        let mut keys: BTreeMap<Key, Vec<(Option<usize>, At)>> = BTreeMap::new();
        let mut key = |param, parent, text: String, at| {
            keys.entry((param, parent, text))
                .or_default()
                .push((self.touched.get(&(at, param)).copied(), at));
        };
        for (&number, room) in &self.rooms {
            key("Alias", None, room.alias.clone().unwrap(), At::Room(number));
            key("Name", None, room.name.clone().unwrap(), At::Room(number));
            for (&lamp, content) in &room.lamps {
                key("Number", Some(number), content.number.unwrap().to_string(), At::Lamp(number, lamp));
            }
        }
        for ((param, ..), mut rows) in keys {
            rows.sort_unstable();
            conflicts.extend(rows[1..].iter().map(|&(entry, at)| (entry.unwrap(), param, at)));
        }
        conflicts
    }

    /// The room that a reference leads to, by number or name.
    fn settle(&self, text: &str) -> Option<String> {
        if text.is_empty() {
            return Some(String::new());
        }
        let rest = text.strip_prefix("House.Room.")?.trim_end_matches('.');
        let number = match rest.strip_prefix("[Name==\"").and_then(|rest| rest.strip_suffix("\"]")) {
            Some(name) => *self.rooms.iter().find(|(_, room)| room.name.as_deref() == Some(name))?.0,
            None => rest.parse().ok()?,
        };
        self.rooms.contains_key(&number).then(|| format!("House.Room.{number}"))
    }

    fn find(&self, row: &Row) -> Vec<At> {
        match row {
            Row::House => vec![At::House],
            Row::Room(rooms) => self.find_rooms(rooms).into_iter().map(At::Room).collect(),
            Row::Lamp(rooms, lamps) => {
                let in_room = |number: u32| {
                    let fits = move |(&lamp, content): (&u32, &Lamp)| {
                        let fits = match lamps {
                            Lamps::Number(wanted) => lamp == *wanted,
                            Lamps::All => true,
                            Lamps::Brighter(than) => content.number.unwrap_or(0) > *than,
                        };
                        fits.then_some(At::Lamp(number, lamp))
                    };
                    self.rooms[&number].lamps.iter().filter_map(fits)
                };
                self.find_rooms(rooms).into_iter().flat_map(in_room).collect()
            }
        }
    }

    fn find_rooms(&self, rooms: &Rooms) -> Vec<u32> {
        let fits = |number: u32, room: &Room| match rooms {
            Rooms::Number(wanted) => number == *wanted,
            Rooms::All => true,
            Rooms::Open(open) => room.open == *open,
            Rooms::Named(name) => room.name.as_deref() == Some(name),
        };
        self.rooms.iter().filter(|&(&number, room)| fits(number, room)).map(|(&number, _)| number).collect()
    }

    pub fn values(&self) -> Values {
        let mut values = Values::new();
        let mut put = |path: String, value: String| values.insert(path, value);
        put("House.Favourite".into(), self.favourite.clone());
        put("House.RoomNumberOfEntries".into(), self.rooms.len().to_string());
        for (number, room) in &self.rooms {
            let path = format!("House.Room.{number}.");
            put(format!("{path}Alias"), room.alias.clone().unwrap());
            put(format!("{path}Name"), room.name.clone().unwrap());
            put(format!("{path}Size"), room.size.unwrap_or(1).to_string());
            put(format!("{path}Open"), room.open.to_string());
            put(format!("{path}Next"), room.next.clone());
            put(format!("{path}Doors"), room.doors.join(","));
            put(format!("{path}LampNumberOfEntries"), room.lamps.len().to_string());
            for (lamp, content) in &room.lamps {
                put(format!("{path}Lamp.{lamp}.Number"), content.number.unwrap().to_string());
                put(format!("{path}Lamp.{lamp}.On"), content.on.to_string());
            }
        }
        values
    }
}

impl At {
    /// The table of a row, as the object with the number 0 in it.
    fn table(self) -> Self {
        match self {
            Self::House => Self::House,
            Self::Room(_) => Self::Room(0),
            Self::Lamp(room, _) => Self::Lamp(room, 0),
        }
    }
}

fn is_search(row: &Row) -> bool {
    match row {
        Row::House => false,
        Row::Room(rooms) => rooms.is_search(),
        Row::Lamp(rooms, lamps) => rooms.is_search() || lamps.is_search(),
    }
}
