//! The device's own access: typed and by path, live parameters, hooks, events, and what the program does wrong.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use core::task::Poll;

use common::house::{ROOM, house};
use common::{Bench, SUB, lines, vc};
use usp_datamodel::msg::ErrorCode;
use usp_datamodel::schema::{Ipv4Address, ObjectSpec, SchemaBuilder, TypedValue, Value, ValueError};
use usp_datamodel::typed::{Object, ObjectPath, ParameterPath, TablePath};
use usp_datamodel::{Change, Columns, ColumnsRow, DataModel, Fault, RegisterError, Requester};

/// What a generator makes of `House.Room.{i}.Lamp.{i}.`.
#[derive(Debug, Default, PartialEq)]
struct Lamp {
    number: Option<u32>,
    on: Option<bool>,
    /// The schema in use lacks it.
    colour: Option<String>,
}

impl Object for Lamp {
    const PATH: &'static str = "House.Room.{i}.Lamp.{i}.";
    const OBJECT: u32 = 0;
    const FINGERPRINT: u64 = 0;
    const PARAMETERS: &'static [&'static str] = &["Number", "On", "Colour"];

    fn values(&self, each: &mut dyn FnMut(usize, Value)) {
        self.number.iter().for_each(|number| each(0, number.to_value()));
        self.on.iter().for_each(|on| each(1, on.to_value()));
        self.colour.iter().for_each(|colour| each(2, colour.to_value()));
    }

    fn assign(&mut self, position: usize, value: &Value) -> Result<(), ValueError> {
        match position {
            0 => self.number = Some(u32::from_value(value)?),
            1 => self.on = Some(bool::from_value(value)?),
            2 => self.colour = Some(String::from_value(value)?),
            _ => {}
        }
        Ok(())
    }
}

fn lamps() -> TablePath<Lamp> {
    TablePath::from_text("House.Room.1.Lamp.")
}

/// Code and words of a fault.
#[track_caller]
fn fault<T: core::fmt::Debug>(result: Result<T, Fault>) -> (u32, String) {
    let fault = result.unwrap_err();
    (fault.code().value(), fault.message().to_owned())
}

fn room() -> Bench {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.changes();
    bench
}

#[test]
fn typed_rows_are_inserted_read_updated_and_removed() {
    let mut bench = room();
    let lamp = Lamp { number: Some(7), ..Lamp::default() };
    let path = bench.model.insert(lamps(), &lamp).unwrap();
    assert_eq!(path.as_str(), "House.Room.1.Lamp.1.");
    let read = bench.model.read(&path).unwrap();
    assert_eq!(read, Lamp { number: Some(7), on: Some(false), colour: None });
    bench.model.update(&path, &Lamp { on: Some(true), ..Lamp::default() }).unwrap();
    let all = bench.model.read_table(lamps()).unwrap();
    assert_eq!(all, [(path.clone(), Lamp { number: Some(7), on: Some(true), colour: None })]);
    bench.model.remove(&path).unwrap();
    assert_eq!(bench.model.read_table(lamps()).unwrap(), []);
    // A row that is not there is no error to remove, and one to read.
    bench.model.remove(&path).unwrap();
    assert_eq!(fault(bench.model.read(&path)), (7016, "House.Room.1.Lamp.1. does not exist".into()));
    assert_eq!(
        lines(&bench.changes()),
        [
            "+House.Room.1.Lamp.1.",
            "House.Room.1.LampNumberOfEntries=1",
            "House.Room.1.Lamp.1.On=true",
            "-House.Room.1.Lamp.1.",
            "House.Room.1.LampNumberOfEntries=0",
        ]
    );
}

#[test]
fn typed_rows_keep_to_the_rules() {
    let mut bench = room();
    let lamp = Lamp { number: Some(7), ..Lamp::default() };
    bench.model.insert(lamps(), &lamp).unwrap();
    let message = "House.Room.1.Lamp.1. has the same unique key (Number)";
    assert_eq!(fault(bench.model.insert(lamps(), &lamp)), (7025, message.into()));
    let coloured = Lamp { colour: Some("red".into()), ..Lamp::default() };
    let message = "House.Room.{i}.Lamp.{i}. has no parameter Colour";
    assert_eq!(fault(bench.model.insert(lamps(), &coloured)), (7010, message.into()));
    let nowhere = TablePath::<Lamp>::from_text("House.Room.9.Lamp.");
    assert_eq!(fault(bench.model.insert(nowhere, &lamp)), (7016, "House.Room.9.Lamp. does not exist".into()));
    let several = ObjectPath::<Lamp>::from_text("House.Room.*.");
    bench.added(ROOM, &[]);
    let message = "House.Room.*. leads to several objects, one is wanted";
    assert_eq!(fault(bench.model.read(&several)), (7026, message.into()));
}

#[test]
fn typed_parameters_are_read_and_updated() {
    let mut bench = room();
    let open = ParameterPath::<bool>::from_text("House.Room.1.Open");
    assert!(!bench.model.value(&open).unwrap());
    bench.model.update_value(&open, true).unwrap();
    assert!(bench.model.value(&open).unwrap());
    let wrong = ParameterPath::<u32>::from_text("House.Room.1.Open");
    assert_eq!(fault(bench.model.value(&wrong)).0, 7011);
    let absent = ParameterPath::<bool>::from_text("House.Room.9.Open");
    assert_eq!(fault(bench.model.value(&absent)), (7016, "House.Room.9.Open does not exist".into()));
    assert_eq!(fault(bench.model.update_value(&absent, true)).0, 7016);
    bench.added(ROOM, &[]);
    for (path, code) in [("House.Room.*.Open", 7026), ("House.Room.1.", 7026), ("House..", 7008)] {
        assert_eq!(fault(bench.model.value_at(path)).0, code, "{path}");
    }
    // The schema has both, yet neither is one parameter.
    for path in ["House.Room.*.Open", "House.Room.1."] {
        assert_eq!(fault(bench.model.value_at(path)).1, format!("{path} does not lead to one parameter"));
    }
}

#[test]
fn objects_are_listed_by_path() {
    let mut bench = room();
    bench.added(ROOM, &[]);
    assert_eq!(bench.model.objects_at(ROOM).unwrap(), ["House.Room.1.", "House.Room.2."]);
    assert_eq!(bench.model.objects_at("House.Room.[Name==\"hall\"].").unwrap(), ["House.Room.1."]);
    assert_eq!(bench.model.objects_at("House.Room.9.").unwrap(), Vec::<String>::new());
    assert_eq!(fault(bench.model.objects_at("House.Room.1.Open")).0, 7026);
}

#[test]
fn live_parameters_know_their_row_and_have_their_type() {
    let mut bench = room();
    bench.added(ROOM, &[]);
    bench.model.live("House.Room.{i}.Size", |rows| Ok(rows[0] * 100)).unwrap();
    assert_eq!(bench.value("House.Room.2.Size"), "200");
    let result = bench.get("House.Room.[Size>100].Size");
    assert_eq!(result.resolved_path_results[0].resolved_path, "House.Room.2.");
    // Only its values say what this type is.
    for odd in [Odd(Value::Boolean(true)), Odd(Value::List(vec![Value::UnsignedInt(1)]))] {
        bench.model.live("House.Room.{i}.Size", move |_| Ok(odd.clone())).unwrap();
        let result = bench.get("House.Room.1.Size");
        let message = "House.Room.{i}.Size was read as a value of another type";
        assert_eq!((result.err_code, &*result.err_msg), (7003, message));
    }
    for (odd, code) in [(Value::Int(1), 0), (Value::String("1".into()), 7003)] {
        let odd = Odd(Value::List(vec![odd]));
        bench.model.live("House.Room.{i}.Steps", move |_| Ok(odd.clone())).unwrap();
        assert_eq!(bench.get("House.Room.1.Steps").err_code, code);
    }
}

/// A type of a program's own.
#[derive(Clone)]
struct Odd(Value);

impl TypedValue for Odd {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        Ok(Self(value.clone()))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

/// A live parameter whose values would never be of its type is the program's fault, and no value was read yet.
#[test]
fn live_parameters_are_given_values_of_their_type() {
    fn told<V: TypedValue>(name: &str) -> String {
        let mut bench = house();
        let path = format!("House.Room.{{i}}.{name}");
        let asked = |_: &[u32]| -> Result<V, Fault> { panic!("nobody reads it") };
        let now = bench.model.live(&path, asked).err().map(|error| error.to_string());
        let later = bench.model.live_later::<V>(&path, |_, _| Poll::Pending);
        assert_eq!(now, later.err().map(|error| error.to_string()));
        now.unwrap_or_default()
    }
    let wrong = |name: &str, expected: &str, given: &str| {
        format!("House.Room.{{i}}.{name} is of type {expected}, and is given values of type {given}")
    };
    assert_eq!(told::<i32>("Size"), wrong("Size", "unsignedInt", "int"));
    assert_eq!(told::<u64>("Size"), wrong("Size", "unsignedInt", "unsignedLong"));
    assert_eq!(told::<Vec<u32>>("Size"), wrong("Size", "unsignedInt", "list of unsignedInt"));
    assert_eq!(told::<Ipv4Address>("Size"), wrong("Size", "unsignedInt", "string"));
    assert_eq!(told::<String>("Tags"), wrong("Tags", "list of string", "string"));
    assert_eq!(told::<Vec<u32>>("Tags"), wrong("Tags", "list of string", "list of unsignedInt"));
    assert_eq!(told::<Vec<Vec<String>>>("Tags"), wrong("Tags", "list of string", "list of list of string"));
    assert_eq!(told::<Vec<Odd>>("Size"), wrong("Size", "unsignedInt", "list"));
    for fitting in [
        told::<u32>("Size"),
        told::<Odd>("Size"),
        told::<Ipv4Address>("Kind"),
        told::<Vec<Odd>>("Steps"),
        told::<Vec<i32>>("Steps"),
    ] {
        assert_eq!(fitting, "");
    }
}

#[test]
fn a_live_parameter_that_changes_is_reported() {
    let mut bench = room();
    bench.model.live("House.Room.{i}.Floor", |_| Ok(-3_i32)).unwrap();
    bench.model.report_value_change("House.Room.[Name==\"hall\"].Floor").unwrap();
    assert_eq!(lines(&bench.changes()), ["House.Room.1.Floor=-3"]);
    let absent = bench.model.report_value_change("House.Room.9.Floor");
    assert_eq!(fault(absent), (7016, "House.Room.9.Floor does not exist".into()));
    assert_eq!(bench.changes(), []);
}

/// What the program itself does wrong is its own kind of error.
#[test]
fn registrations_that_do_not_fit_are_refused() {
    let mut bench = house();
    let model = &mut bench.model;
    let told = |result: Result<(), RegisterError>| result.unwrap_err().to_string();
    assert_eq!(
        told(model.live("House.Room.{i}.Nothing", |_| Ok(1_u32))),
        "the schema House:1.0 has no parameter House.Room.{i}.Nothing"
    );
    assert_eq!(
        told(model.live("House.Room.{i}.Name", |_| Ok(1_u32))),
        "House.Room.{i}.Name is part of a Unique Key, so that its value must be stored"
    );
    assert_eq!(told(model.on_create("House.", |_, _| {})), "the schema House:1.0 has no table House.");
    assert_eq!(
        told(model.owned_by("House.Room.{i}.Likes")),
        "House.Room.{i}.Likes is no strong reference in a table"
    );
    assert_eq!(told(model.owned_by("House.Favourite")), "House.Favourite is no strong reference in a table");
}

/// A hook that gives what the schema does not take is the device's fault, and the row does not come to be.
#[test]
fn a_hook_that_gives_nonsense_is_7003() {
    for (name, value, message) in [
        ("Nothing", "1", "the device gives House.Room.{i}.Nothing a value, which does not exist"),
        (
            "Open",
            "maybe",
            "the device gives House.Room.{i}.Open a wrong value: \"maybe\" is not a valid boolean: only true, false, 1 and 0 are",
        ),
    ] {
        let mut bench = house();
        bench.model.on_create("House.Room.{i}.", move |_, row| row.give(name, value)).unwrap();
        let error = bench.add(false, &[(ROOM, &[])]).unwrap_err();
        assert_eq!((error.param_errs[0].err_code, &*error.param_errs[0].err_msg), (7003, message));
        assert_eq!(bench.value("House.RoomNumberOfEntries"), "0");
        // The device itself needs no completion.
        bench.requester = Requester::DEVICE;
        bench.added(ROOM, &[]);
    }
}

#[test]
fn events_take_their_place_among_the_changes() {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("one", "Device.LocalAgent.UpTime"));
    bench.model.raise_event("Device.Boot!", vec![("Cause".into(), "LocalReboot".into())]).unwrap();
    let changes = bench.changes();
    let Some(Change::Event { path, arguments }) = changes.last() else { panic!("an event: {changes:?}") };
    assert_eq!(path, "Device.Boot!");
    assert_eq!(arguments, &[("Cause".to_owned(), "LocalReboot".to_owned())]);
    for (path, code) in [("Device.Nothing!", 7026), ("Device.LocalAgent.UpTime", 7026), ("Device.Boot", 7026)]
    {
        assert_eq!(fault(bench.model.raise_event(path, Vec::new())).0, code, "{path}");
    }
    let (_, words) = fault(bench.model.raise_event("Device.LocalAgent.UpTime", Vec::new()));
    assert_eq!(words, "Device.LocalAgent.UpTime does not lead to one event");
    let absent = "Device.LocalAgent.Threshold.1.Triggered!";
    assert_eq!(fault(bench.model.raise_event(absent, Vec::new())).0, 7016);
}

#[test]
fn changes_are_recorded_only_when_asked_for() {
    let mut bench = room();
    bench.model.record_changes(false);
    bench.set(false, &[("House.Room.1.", &[("Open!", "true")])]).unwrap();
    assert_eq!(bench.changes(), []);
    bench.model.record_changes(true);
    bench.set(false, &[("House.Room.1.", &[("Open!", "false")])]).unwrap();
    assert_eq!(lines(&bench.changes()), ["House.Room.1.Open=false"]);
}

/// Messages that are for the Agent or a Controller, and the empty one.
#[test]
fn requests_that_are_not_for_a_data_model_are_refused() {
    let mut bench = house();
    let notify = usp_datamodel::msg::Notify::default();
    let error = bench.model.process(&notify.into(), &Requester::DEVICE).unwrap_err();
    assert_eq!((error.err_code, &*error.err_msg), (7001, "this Message is not for a data model"));
    let error = bench.model.process(&usp_datamodel::msg::Request::default(), &Requester::DEVICE).unwrap_err();
    assert_eq!((error.err_code, &*error.err_msg), (7004, "the request is empty"));
}

#[test]
fn columns_read_what_paths_read() {
    let mut bench = house();
    bench.model.live("House.Room.{i}.Open", |numbers| Ok(numbers == [3])).unwrap();
    bench
        .model
        .live("House.Room.{i}.Floor", |_| Err::<i32, _>(Fault::new(ErrorCode::INTERNAL_ERROR, "stuck")))
        .unwrap();
    for (name, tags) in [("hall", "a,b"), ("attic", ""), ("cellar", "c")] {
        bench.added(ROOM, &[("Name", name), ("Tags", tags)]);
    }
    bench.added("House.Room.3.Lamp.", &[]);
    bench.delete(false, &["House.Room.2."]).unwrap();
    let model = &bench.model;
    let names = ["Name", "Tags", "Open", "LampNumberOfEntries", "Size", "Floor", "Colour"];
    let columns = Columns::find(model, "House.Room.{i}.", names).unwrap();
    let mut numbers = Vec::new();
    columns.for_each_row(model, |row| numbers.push(row.number()));
    assert_eq!(numbers, [1, 3]);
    columns.for_each_row(model, |row| {
        for (column, name) in names.into_iter().enumerate() {
            let value = model.value_at(&format!("House.Room.{}.{name}", row.number())).ok();
            assert_eq!(row.value(column), value, "{name}");
            assert_eq!(row.text(column).as_deref(), value.as_ref().map(Value::to_string).as_deref());
            assert_eq!(row.is_true(column), value == Some(Value::Boolean(true)), "{name}");
            let unsigned = value.and_then(|value| u32::from_value(&value).ok());
            assert_eq!(row.unsigned(column), unsigned, "{name}");
        }
    });
    let cellar = columns.row(model, 3).unwrap();
    assert_eq!((cellar.is_true(2), cellar.unsigned(3), cellar.unsigned(4)), (true, Some(1), Some(1)));
    assert_eq!((cellar.value(5), cellar.value(6), cellar.value(7)), (None, None, None));
    let items = |number, column| -> Vec<String> {
        columns.row(model, number).unwrap().texts(column).map(|text| text.into_owned()).collect()
    };
    assert_eq!(
        (items(1, 1), items(1, 0), items(1, 6)),
        (vec!["a".into(), "b".into()], vec!["hall".into()], vec![])
    );
    assert!(columns.row(model, 2).is_none());
}

#[test]
fn columns_know_what_rows_repeat_but_for_live_values() {
    let mut bench = house();
    bench.model.live("House.Room.{i}.Floor", |_| Ok(1)).unwrap();
    let like = [("Open", "true"), ("Tags", "a,b"), ("Likes", "House.Room.1"), ("Size", "7")];
    for (name, settings) in
        [("hall", &like[..]), ("attic", &like), ("loft", &like[..3]), ("cellar", &like[1..3])]
    {
        bench.added(ROOM, &[&[("Name", name)], settings].concat());
    }
    let names = ["Open", "Name", "Tags", "Likes", "Size", "Floor", "LampNumberOfEntries", "Colour"];
    let columns = Columns::find(&bench.model, "House.Room.{i}.", names).unwrap();
    let mut rows = Vec::new();
    columns.for_each_row(&bench.model, |row| rows.push(*row));
    let [.., hall, attic, loft, cellar] = &rows[..] else { panic!("{} rooms", rows.len()) };
    let repeated =
        |one: &ColumnsRow<'_, 8>, other| (0..9).filter(|&column| one.repeats(other, [column])).collect();
    let repeated = |one, other| -> Vec<usize> { repeated(one, other) };
    assert_eq!(repeated(attic, hall), [0, 2, 3, 4, 7]);
    assert_eq!(repeated(loft, hall), [0, 2, 3, 7]);
    assert_eq!(repeated(cellar, hall), [2, 3, 7]);
    assert_eq!(repeated(hall, hall), [0, 1, 2, 3, 4, 7]);
    assert!(attic.repeats(hall, [0, 2, 3, 4, 7]) && !attic.repeats(hall, [0, 1]) && attic.repeats(hall, []));
}

#[test]
fn columns_are_of_one_table_and_one_schema() {
    let bench = room();
    for path in ["House.", "House.Garden.{i}.", "House.Room.{i}.Lamp.{i}."] {
        let unknown = Columns::find(&bench.model, path, ["Name"]).unwrap_err();
        assert!(matches!(unknown, RegisterError::Unknown { kind: "table", .. }), "{path}: {unknown}");
    }
    let columns = Columns::find(&bench.model, "House.Room.{i}.", ["Name"]).unwrap();
    let mut builder = SchemaBuilder::new("Other:1.0", "urn:example:other");
    builder.object(None, ObjectSpec::single("Other")).unwrap();
    let other = DataModel::new(builder.build().unwrap());
    assert_eq!((columns.row_count(&bench.model), columns.row_count(&other)), (1, 0));
    columns.for_each_row(&other, |row| panic!("{row:?} is of another schema"));
}
