//! Rows with random mounts, asked and changed in random ways, against a slow reference: a list of devices with what
//! each carries.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::collections::{BTreeMap, BTreeSet};

use common::Bench;
use common::gateway::{PROXIED, TABLE, composition, devices, empty};
use proptest::prelude::*;
use usp_datamodel::{Change, ChangeKind, SubscriberId};
use usp_msg::GetSupportedDm;

/// A device of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Device {
    alias: String,
    kind: Option<Kind>,
    /// Values of what it carries that are not in tables, by their paths from the row.
    values: BTreeMap<&'static str, String>,
    /// Colour by number.
    lamps: BTreeMap<u32, String>,
    /// The highest number of a lamp, of each kind.
    highest: BTreeMap<Kind, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Wifi,
    Zigbee,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Wifi => "wifi",
            Self::Zigbee => "zigbee",
        }
    }

    fn fresh(self) -> BTreeMap<&'static str, String> {
        let values: &[_] = match self {
            Self::Wifi => &[("Radio.Band", ""), ("Radio.Stats.Errors", "0")],
            Self::Zigbee => &[("Mesh.Channel", "0"), ("Mesh.Router", "")],
        };
        values.iter().map(|&(path, text)| (path, text.to_owned())).collect()
    }

    fn takes(self, path: &str, text: &str) -> bool {
        match (self, path) {
            (Self::Zigbee, "Colour") => text.parse::<i32>().is_ok(),
            (_, "Mesh.Channel" | "Radio.Stats.Errors") => text.parse::<u32>().is_ok(),
            _ => true,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct World {
    devices: BTreeMap<u32, Device>,
    made: u32,
    /// Whether the schema lacks what a device by wifi has.
    is_without_wifi: bool,
}

/// Rows as they are chosen: a number, or all of them.
type Rows = Option<u32>;

#[derive(Debug, Clone)]
enum Step {
    Add,
    Delete(u32),
    Mount(u32, Option<Kind>),
    AddLamp(u32, &'static str),
    DeleteLamps(Rows, Rows),
    SetColour(Rows, Rows, &'static str),
    SetValue(Rows, &'static str, &'static str),
    /// Another schema, with wifi or without.
    Replace,
    Restart,
    /// By the deltas since the beginning.
    Replay,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = || 1..5_u32;
    let rows = || prop::option::weighted(0.7, number());
    let text = || prop::sample::select(vec!["5", "-7", "red"]);
    let kind = prop::option::weighted(0.8, prop::sample::select(vec![Kind::Wifi, Kind::Zigbee]));
    let path = prop::sample::select(vec!["Mesh.Channel", "Radio.Band", "Radio.Stats.Errors", "Mesh.Oven"]);
    let step = prop_oneof![
        3 => Just(Step::Add),
        1 => number().prop_map(Step::Delete),
        5 => (number(), kind).prop_map(|(row, kind)| Step::Mount(row, kind)),
        6 => (number(), text()).prop_map(|(row, colour)| Step::AddLamp(row, colour)),
        1 => (rows(), rows()).prop_map(|(row, lamp)| Step::DeleteLamps(row, lamp)),
        3 => (rows(), rows(), text()).prop_map(|(row, lamp, colour)| Step::SetColour(row, lamp, colour)),
        3 => (rows(), path, text()).prop_map(|(row, path, text)| Step::SetValue(row, path, text)),
        1 => Just(Step::Replace),
        1 => Just(Step::Restart),
        1 => Just(Step::Replay),
    ];
    prop::collection::vec(step, 1..40)
}

impl World {
    fn chosen(&mut self, rows: Rows) -> impl Iterator<Item = &mut Device> {
        let devices = self.devices.iter_mut();
        devices.filter(move |(number, _)| rows.is_none_or(|row| row == **number)).map(|(_, device)| device)
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Add => {
                self.made += 1;
                let device = Device {
                    alias: format!("device-{}", self.made),
                    kind: None,
                    values: BTreeMap::new(),
                    lamps: BTreeMap::new(),
                    highest: BTreeMap::new(),
                };
                self.devices.insert(self.made, device);
            }
            Step::Delete(row) => drop(self.devices.remove(&row)),
            Step::Mount(_, Some(Kind::Wifi)) if self.is_without_wifi => {}
            Step::Mount(row, kind) => {
                if let Some(device) = self.devices.get_mut(&row).filter(|device| device.kind != kind) {
                    device.kind = kind;
                    device.values = kind.map(Kind::fresh).unwrap_or_default();
                    device.lamps.clear();
                }
            }
            Step::AddLamp(row, colour) => {
                let Some(device) = self.devices.get_mut(&row) else { return };
                let Some(kind) = device.kind.filter(|kind| kind.takes("Colour", colour)) else { return };
                let highest = device.highest.entry(kind).or_default();
                *highest += 1;
                device.lamps.insert(*highest, colour.to_owned());
            }
            Step::DeleteLamps(rows, lamps) => {
                for device in self.chosen(rows) {
                    device.lamps.retain(|number, _| lamps.is_some_and(|lamp| lamp != *number));
                }
            }
            Step::SetColour(rows, lamps, colour) => {
                for device in self.chosen(rows) {
                    let takes = device.kind.is_some_and(|kind| kind.takes("Colour", colour));
                    let chosen = device.lamps.iter_mut();
                    for (_, value) in
                        chosen.filter(|(number, _)| takes && lamps.is_none_or(|lamp| lamp == **number))
                    {
                        *value = colour.to_owned();
                    }
                }
            }
            Step::SetValue(rows, path, text) => {
                for device in self.chosen(rows) {
                    if device.kind.is_some_and(|kind| kind.takes(path, text))
                        && let Some(value) = device.values.get_mut(path)
                    {
                        *value = text.to_owned();
                    }
                }
            }
            Step::Replace => {
                self.is_without_wifi = !self.is_without_wifi;
                for device in self.devices.values_mut().filter(|_| self.is_without_wifi) {
                    device.highest.remove(&Kind::Wifi);
                    if device.kind == Some(Kind::Wifi) {
                        (device.kind, device.values) = (None, BTreeMap::new());
                        device.lamps.clear();
                    }
                }
            }
            // The schema that a model begins with has everything.
            Step::Restart | Step::Replay => self.is_without_wifi = false,
        }
    }

    fn values(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for (number, device) in &self.devices {
            let mut put = |path: &str, text: &str| {
                all.insert(format!("{PROXIED}{number}.{path}"), text.to_owned());
            };
            put("Alias", &device.alias);
            put("LampNumberOfEntries", &device.lamps.len().to_string());
            put("Status.Online", "false");
            for (path, text) in &device.values {
                put(path, text);
            }
            for (lamp, colour) in &device.lamps {
                put(&format!("Lamp.{lamp}.Colour"), colour);
                put(&format!("Lamp.{lamp}.Name"), &format!("lamp-{number}-{lamp}"));
            }
        }
        all
    }

    fn rows(&self) -> BTreeSet<String> {
        let mut rows = BTreeSet::new();
        for (number, device) in &self.devices {
            rows.insert(format!("{PROXIED}{number}."));
            rows.extend(device.lamps.keys().map(|lamp| format!("{PROXIED}{number}.Lamp.{lamp}.")));
        }
        rows
    }

    /// The lamps whose colour is a text: no name of a colour is compared with a number.
    fn lamps(&self, colour: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (number, device) in &self.devices {
            let compared = (device.kind == Some(Kind::Wifi)) == (colour == "red");
            let lamps = device.lamps.iter().filter(|(_, found)| compared && *found == colour);
            found.extend(lamps.map(|(lamp, _)| format!("{PROXIED}{number}.Lamp.{lamp}.")));
        }
        found
    }
}

fn at(rows: Rows) -> String {
    rows.map_or_else(|| "*".into(), |row| row.to_string())
}

/// The same of the engine, and the deltas of it.
fn step(bench: &mut Bench, world: &World, saved: &mut Vec<Vec<u8>>, step: &Step) {
    match *step {
        Step::Add => {
            let alias = format!("device-{}", world.made + 1);
            bench.added(PROXIED, &[("Alias", &*alias)]);
        }
        Step::Delete(row) => drop(bench.delete(true, &[&format!("{PROXIED}{row}.")])),
        Step::Mount(row, kind) => {
            let row = format!("{PROXIED}{row}.");
            let _ = match kind {
                Some(kind) => bench.model.mount(&row, kind.name()),
                None => bench.model.unmount(&row),
            };
        }
        Step::AddLamp(row, colour) => {
            let highest = |device: &Device| device.highest.get(&device.kind?).copied();
            let next = world.devices.get(&row).and_then(highest).unwrap_or(0) + 1;
            let (table, name) = (format!("{PROXIED}{row}.Lamp."), format!("lamp-{row}-{next}"));
            let _ = bench.add(false, &[(&*table, &[("Name", &*name), ("Colour!", colour)])]);
        }
        Step::DeleteLamps(rows, lamps) => {
            drop(bench.delete(true, &[&format!("{PROXIED}{}.Lamp.{}.", at(rows), at(lamps))]));
        }
        Step::SetColour(rows, lamps, colour) => {
            let path = format!("{PROXIED}{}.Lamp.{}.", at(rows), at(lamps));
            let _ = bench.set(true, &[(&*path, &[("Colour", colour)])]);
        }
        Step::SetValue(rows, path, text) => {
            let _ = bench.set(true, &[(&*format!("{PROXIED}{}.", at(rows)), &[(path, text)])]);
        }
        Step::Replace => {
            let whole = composition();
            let schema = match world.is_without_wifi {
                true => whole,
                false => whole.without_mount(TABLE, "wifi").unwrap(),
            };
            assert_eq!(bench.model.replace_schema(schema.schema().clone()), Ok(vec![]));
        }
        Step::Restart | Step::Replay => {
            let by: Vec<Vec<u8>> = match step {
                Step::Restart => vec![bench.model.snapshot()],
                _ => saved.clone(),
            };
            let mut again = empty();
            assert_eq!(again.model.restore(by.iter().map(Vec::as_slice)), Ok(vec![]));
            assert_eq!(again.model.snapshot(), bench.model.snapshot());
            again.model.drain_changes();
            again.model.record_deltas(true);
            again.model.subscribe(SubscriberId(1), ChangeKind::ObjectDeletion, [format!("{PROXIED}*.Lamp.")]);
            *bench = again;
        }
    }
    saved.extend(bench.model.drain_deltas());
}

/// Every value, by its path.
fn values(bench: &mut Bench) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for object in bench.get(PROXIED).resolved_path_results {
        let values = object.result_params.iter();
        all.extend(values.map(|(name, text)| (format!("{}{name}", object.resolved_path), text.to_owned())));
    }
    all
}

/// What GetSupportedDM says of all rows, and of each.
fn supported(bench: &mut Bench, world: &World) -> Result<(), TestCaseError> {
    let objects = |kind: Option<Kind>| {
        let mounted: &[&str] = match kind {
            None => &[],
            Some(Kind::Zigbee) => &["Lamp.{i}.", "Mesh."],
            Some(Kind::Wifi) => &["Lamp.{i}.", "Radio.", "Radio.Stats."],
        };
        let all = ["", "Status."].iter().chain(mounted);
        all.map(|path| (format!("{PROXIED}{{i}}.{path}"), vec![])).collect::<Vec<_>>()
    };
    let mut told = |path: &str| {
        let answer = bench.supported(GetSupportedDm::new([path]));
        let objects = answer.req_obj_results.into_iter().flat_map(|result| result.supported_objs);
        objects.map(|object| (object.supported_obj_path, object.divergent_paths)).collect::<Vec<_>>()
    };
    let kinds: BTreeSet<Option<Kind>> = world.devices.values().map(|device| device.kind).collect();
    let expected = match kinds.len() {
        0 | 1 => objects(kinds.first().copied().flatten()),
        _ => {
            let rows = world.devices.keys().map(|number| format!("{PROXIED}{number}."));
            vec![(format!("{PROXIED}{{i}}."), rows.collect())]
        }
    };
    prop_assert_eq!(told(PROXIED), expected);
    for (number, device) in &world.devices {
        prop_assert_eq!(told(&format!("{PROXIED}{number}.")), objects(device.kind));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn mounts_behave_as_the_reference(steps in steps()) {
        let mut bench = empty();
        bench.model.record_deltas(true);
        bench.model.subscribe(SubscriberId(1), ChangeKind::ObjectDeletion, [format!("{PROXIED}*.Lamp.")]);
        let mut world = World::default();
        let mut saved = Vec::new();
        for change in &steps {
            let before = world.clone();
            step(&mut bench, &before, &mut saved, change);
            world.step(change);
            prop_assert_eq!(bench.model.inconsistency(), None, "{:?}", change);
            prop_assert_eq!(values(&mut bench), world.values(), "{:?}", change);
            for (number, device) in &world.devices {
                let mounted = bench.model.mounted(&format!("{PROXIED}{number}."));
                prop_assert_eq!(mounted, Ok(device.kind.map(Kind::name)));
            }
            // Every row that went is told, and who subscribed to lamps is told of lamps.
            let (mut gone, mut lamps) = (BTreeSet::new(), BTreeSet::new());
            for notice in bench.model.drain_notices() {
                if let Change::ObjectDeletion { path } = notice.change {
                    if !notice.subscribers.is_empty() {
                        lamps.insert(path.clone());
                    }
                    prop_assert!(gone.insert(path));
                }
            }
            let expected: BTreeSet<String> = before.rows().difference(&world.rows()).cloned().collect();
            prop_assert_eq!(&gone, &expected, "{:?}", change);
            let expected: BTreeSet<String> = expected.into_iter().filter(|row| row.contains("Lamp")).collect();
            prop_assert_eq!(lamps, expected);
            supported(&mut bench, &world)?;
            for colour in ["5", "-7", "red"] {
                let constant = if colour == "red" { "\"red\"" } else { colour };
                let path = format!("{PROXIED}*.Lamp.[Colour=={constant}].");
                if colour == "red" && world.is_without_wifi {
                    // No lamp is left whose colour has a name.
                    prop_assert_eq!(bench.get(&path).err_code, 7008);
                    continue;
                }
                let found = bench.found(&path);
                prop_assert_eq!(found, world.lamps(colour), "{:?}", change);
            }
        }
    }

    /// Saved state that somebody has changed: restored as far as it fits, into a model whose books agree.
    #[test]
    fn changed_state_fits_or_is_left_out(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 0..6)) {
        let mut changed = devices().model.snapshot();
        for (at, to) in changes {
            let at = at % changed.len();
            changed[at] = to;
        }
        let mut bench = devices();
        let before = bench.model.snapshot();
        let outcome = bench.model.restore([&*changed]);
        prop_assert_eq!(bench.model.inconsistency(), None);
        if outcome.is_err() {
            prop_assert_eq!(bench.model.snapshot(), before);
        }
        let saved = bench.model.snapshot();
        let mut again = empty();
        prop_assert_eq!(again.model.restore([&*saved]), Ok(vec![]));
        prop_assert_eq!(again.model.snapshot(), saved);
    }
}
