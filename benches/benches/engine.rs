//! What the data model engine costs as its tables grow: reads by number, by Unique Key and by expression, whole
//! answers, memory a row.
//!
//! Every figure is taken in rounds that time all of its cases in turns, and is that of the round in the middle. A
//! missed bar makes the bench fail. Without `--bench`, as
//! `cargo test` runs it, and with `--test` every case is tried once on small tables and nothing is timed.
//!
//! The tables have up to 1,000,000 rows. The environment variable `USP_MODELS` names
//! the folder of the Broadband Forum's models, which are not part of this project; without it the figure of the
//! whole TR-181 is left out.

#![allow(clippy::unwrap_used, reason = "a bench whose own requests are refused has to stop")]

#[path = "engine/asking.rs"]
mod asking;
#[path = "engine/pairs.rs"]
mod pairs;
#[path = "codec/plain.rs"]
#[allow(dead_code, reason = "the bench of the codecs uses the rest")]
mod plain;
#[path = "engine/plain_answers.rs"]
mod plain_answers;
#[path = "engine/roles.rs"]
mod roles;
#[path = "engine/saved.rs"]
mod saved;
#[path = "engine/tables.rs"]
mod tables;

extern crate alloc;

use core::hint::black_box;
use std::path::PathBuf;
use std::process::ExitCode;

use asking::Asking;
use pairs::{Case, rounds};
use tables::{Maps, Subscription, TABLE};
use usp_benches::figures::Figures;
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Requester};
use usp_msg::{Get, GetSupportedDm, Request};
use usp_schema::Schema;

const FULL: &str = "tr-181-2-19-1-usp-full.xml";

/// One parameter of 64 rows that are read again and again, against the same in the smallest table.
const REUSED_BAR: f64 = 2.0;
/// How much slower uniform access gets from the smallest table to the largest, against a `HashMap`.
const UNIFORM_BAR: f64 = 1.5;
/// A row that an expression is tried on, against the comparison written by hand.
const EXPRESSION_BAR: f64 = 15.0;
/// A search in a table of one row, against a Get of one parameter by number: what parsing and compiling may cost.
const FIXED_BAR: f64 = 3.0;
/// How much slower the search gets from the smaller table to the larger, against the loop: both are linear, and both
/// miss the cache.
const LINEAR_BAR: f64 = 1.5;
/// Whole answers, against building and encoding plain prost types.
const ANSWER_BAR: f64 = 0.3;
/// What the permissions of 4 roles of 20 Permissions add to a read.
const PERMISSIONS_BAR: f64 = 0.2;
/// Saved rows brought back into an empty model, against decoding a prost message of the same content.
const RESTORE_BAR: f64 = 3.0;
/// Live bytes a row.
const MEMORY_BAR: f64 = 250.0;

/// Rows that give an answer of about 100,000 parameters, 13 of each row.
const ROWS_OF_ANSWER: u32 = 7_600;

fn main() -> ExitCode {
    let asked = |option| std::env::args().any(|argument| argument == option);
    let measure = asked("--bench") && !asked("--test");
    let mut bench = Bench { schema: tables::schema(), figures: Figures::new("engine", measure) };
    let sizes: &[u32] = if measure { &[100, 1_000, 10_000, 100_000, 1_000_000] } else { &[100] };
    bench.memory(if measure { 100_000 } else { 100 });
    let mut base = Tables::new(&bench.schema, if measure { 1_000 } else { 10 });
    let mut one = Tables::new(&bench.schema, 1);
    bench.fixed_cost(&mut one, &mut base);
    for &size in sizes {
        let mut tables = Tables::new(&bench.schema, size);
        for address in [Address::Number, Address::Alias] {
            bench.reused(&mut base, &mut tables, address);
            // Growth is from the smaller table to the larger.
            if size > base.rows {
                bench.uniform(&mut base, &mut tables, address);
            }
        }
        bench.expression(&mut one, &mut base, &mut tables);
    }
    bench.permissions(if measure { 1_000 } else { 10 });
    bench.get_device(if measure { ROWS_OF_ANSWER } else { 10 });
    bench.get_supported_dm();
    bench.restore(if measure { 5_000 } else { 10 });
    bench.figures.outcome()
}

/// One size of the table, in all its forms.
struct Tables {
    rows: u32,
    engine: Engine,
    maps: Maps,
    structs: Vec<Subscription>,
}

impl Tables {
    fn new(schema: &Schema, rows: u32) -> Self {
        let (maps, structs) = (tables::maps(rows), tables::structs(rows));
        let engine = Engine { model: tables::model(schema, rows), asking: Asking::getting() };
        Self { rows, engine, maps, structs }
    }
}

/// The model and the buffers for what it is asked.
struct Engine {
    model: DataModel,
    asking: Asking,
}

impl Engine {
    fn get(&mut self, path: &str) -> usize {
        self.asking.get(&mut self.model, path)
    }

    /// The one row that two comparisons leave.
    fn find(&mut self) -> usize {
        self.get(SEARCH)
    }
}

const SEARCH: &str = "Device.LocalAgent.Subscription.[Enable==true&&NotifType==\"Event\"].ID";

/// How a row is addressed.
#[derive(Clone, Copy)]
enum Address {
    Number,
    Alias,
}

impl Address {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Alias => "Alias",
        }
    }

    fn get(self, engine: &mut Engine, number: u32) -> usize {
        let path = match self {
            Self::Number => format!("{TABLE}{number}.ID"),
            Self::Alias => format!("{TABLE}[Alias==\"cpe-{number}\"].ID"),
        };
        engine.get(&path)
    }

    fn look_up(self, maps: &Maps, number: u32) -> usize {
        let row = match self {
            Self::Number => maps.by_number.get(&number),
            Self::Alias => maps.by_alias.get(&format!("cpe-{number}")),
        };
        row.map_or(0, |row| black_box(row.id.clone()).len())
    }
}

fn find_by_hand(structs: &[Subscription]) -> usize {
    let wanted = black_box("Event");
    let fits = |row: &&Subscription| row.enable && row.notif_type == wanted;
    structs.iter().filter(fits).map(Subscription::weight).sum()
}

struct Bench {
    schema: Schema,
    figures: Figures,
}

impl Bench {
    /// Live bytes of a row with all its indexes: Alias made up, ID of 12, ReferenceList of 40 characters.
    fn memory(&mut self, rows: u32) {
        let live = |rows| {
            let mut model = None;
            let counted = allocation_counter::measure(|| model = Some(tables::model(&self.schema, rows)));
            drop(model);
            counted.bytes_current as f64
        };
        let bytes = (live(rows) - live(0)) / f64::from(rows);
        self.figures.count(&format!("a row of {rows}, all indexes counted"), bytes, "bytes", MEMORY_BAR);
    }

    fn reused(&mut self, base: &mut Tables, tables: &mut Tables, address: Address) {
        let name = format!("64 rows by {}, {} rows / {}", address.name(), tables.rows, base.rows);
        let mut large = Random::new();
        let numbers: Vec<u32> = (0..64).map(|_| large.below(tables.rows)).collect();
        let small: Vec<u32> = (0..64).map(|_| large.below(base.rows)).collect();
        let (mut at, mut at_small) = (0, 0);
        let mut cases: [Case<'_>; 2] = [
            Box::new(|| {
                at += 1;
                address.get(&mut tables.engine, numbers[at % 64])
            }),
            Box::new(|| {
                at_small += 1;
                address.get(&mut base.engine, small[at_small % 64])
            }),
        ];
        self.figure(&name, &mut cases, |[ours, base]| ours / base, REUSED_BAR);
    }

    fn uniform(&mut self, base: &mut Tables, tables: &mut Tables, address: Address) {
        let name = format!("uniform by {}, growth / HashMap's, {} rows", address.name(), tables.rows);
        let (rows, few) = (tables.rows, base.rows);
        let [mut first, mut second, mut third, mut fourth] = [const { Random::new() }; 4];
        let mut cases: [Case<'_>; 4] = [
            Box::new(|| address.get(&mut tables.engine, first.below(rows))),
            Box::new(|| address.look_up(&tables.maps, second.below(rows))),
            Box::new(|| address.get(&mut base.engine, third.below(few))),
            Box::new(|| address.look_up(&base.maps, fourth.below(few))),
        ];
        let growth = |[ours, map, our_base, map_base]: &[f64; 4]| (ours / our_base) / (map / map_base);
        self.figure(&name, &mut cases, growth, UNIFORM_BAR);
    }

    /// Two parameters that are no key: all rows fit the first, one the second. A row costs what the search costs beyond
    /// the same search in a table of one row, which is the cost of the request as such and has a figure of its own.
    fn expression(&mut self, one: &mut Tables, base: &mut Tables, tables: &mut Tables) {
        let (rows, base_rows) = (tables.rows, base.rows);
        let mut cases: [Case<'_>; 5] = [
            Box::new(|| tables.engine.find()),
            Box::new(|| find_by_hand(&tables.structs)),
            Box::new(|| base.engine.find()),
            Box::new(|| find_by_hand(&base.structs)),
            Box::new(|| one.engine.find()),
        ];
        let row = |[ours, by_hand, _, _, one]: &[f64; 5]| (ours - one) / by_hand;
        self.figure(&format!("expression, {rows} rows / by hand"), &mut cases, row, EXPRESSION_BAR);
        if rows > base_rows {
            let growth = |[ours, by_hand, our_base, base, _]: &[f64; 5]| (ours / our_base) / (by_hand / base);
            let name = format!("expression, growth / by hand, {rows} rows");
            self.figure(&name, &mut cases, growth, LINEAR_BAR);
        }
    }

    /// What a search costs before it looks at rows, against a Get by number.
    fn fixed_cost(&mut self, one: &mut Tables, base: &mut Tables) {
        let path = format!("{TABLE}1.ID");
        let mut cases: [Case<'_>; 2] = [Box::new(|| one.engine.find()), Box::new(|| base.engine.get(&path))];
        let name = "expression on one row / Get by number";
        self.figure(name, &mut cases, |[search, get]| search / get, FIXED_BAR);
    }

    /// The same Get with and without permissions: of all parameters of all rows, and of one parameter.
    fn permissions(&mut self, rows: u32) {
        let free = roles::requester();
        for (kind, by_number) in [("schema", false), ("numbers", true)] {
            let permitted = roles::permitted(&self.schema, by_number);
            for (what, path) in
                [("many parameters", TABLE.to_string()), ("one parameter", format!("{TABLE}{}.ID", rows / 2))]
            {
                let mut model = tables::model(&self.schema, rows);
                let request: Request = Get::new([path]).into();
                let answer = model.process(&request, &free);
                assert_eq!(model.process(&request, &permitted), answer, "all of it may be read");
                let mut other = tables::model(&self.schema, rows);
                let mut with = Asking::new(request.clone(), permitted.clone());
                let mut without = Asking::new(request, free.clone());
                let mut cases: [Case<'_>; 2] =
                    [Box::new(|| with.ask(&mut model)), Box::new(|| without.ask(&mut other))];
                let name = format!("permissions by {kind}, {what} / the read");
                self.figure(&name, &mut cases, |[with, without]| with / without - 1.0, PERMISSIONS_BAR);
            }
        }
    }

    fn get_device(&mut self, rows: u32) {
        let mut model = tables::model(&self.schema, rows);
        let mut asking = Asking::new(Get::new(["Device."]).into(), Requester::DEVICE);
        asking.ask(&mut model);
        let Some(Ok(answer)) = asking.answer().into_answer::<Get>() else { return };
        let parameters = answer.values().count();
        let mut cases: [Case<'_>; 2] =
            [Box::new(|| asking.ask(&mut model)), Box::new(|| plain_answers::get_resp(&answer))];
        assert_eq!(cases[0](), cases[1](), "both say the same");
        let name = format!("Get Device., {parameters} parameters / prost");
        self.figure(&name, &mut cases, |[ours, plain]| ours / plain, ANSWER_BAR);
    }

    /// The model is made anew each time, and thrown away.
    fn restore(&mut self, rows: u32) {
        let schema = self.schema.clone();
        let saved = tables::model(&schema, rows).snapshot();
        let plain = saved::encoded(rows);
        // Both have the texts once for each row, and few bytes beside them.
        assert!(plain.len().abs_diff(saved.len()) < saved.len() / 4, "{} {}", plain.len(), saved.len());
        let mut check = DataModel::new(schema.clone());
        assert!(check.restore([&*saved]).unwrap().is_empty());
        assert_eq!(check.snapshot(), saved, "all of it comes back");
        let mut cases: [Case<'_>; 2] = [
            Box::new(|| {
                let mut model = DataModel::new(schema.clone());
                usize::from(model.restore([&*saved]).is_ok_and(|left_out| left_out.is_empty()))
            }),
            Box::new(|| saved::decoded(&plain)),
        ];
        let name = format!("restore of {rows} rows / decoding with prost");
        self.figure(&name, &mut cases, |[ours, plain]| ours / plain, RESTORE_BAR);
    }

    fn get_supported_dm(&mut self) {
        let Some(folder) = std::env::var_os("USP_MODELS").map(PathBuf::from) else {
            println!(
                "SKIPPED: GetSupportedDM of the whole TR-181, because USP_MODELS does not name its folder"
            );
            return;
        };
        let whole = Model::from_file(folder.join(FULL)).unwrap().to_schema(&ImageOptions::new()).unwrap();
        let mut model = DataModel::new(whole);
        let mut asking = Asking::new(GetSupportedDm::new(["Device."]).into(), Requester::DEVICE);
        asking.ask(&mut model);
        let Some(Ok(answer)) = asking.answer().into_answer::<GetSupportedDm>() else { return };
        let mut cases: [Case<'_>; 2] =
            [Box::new(|| asking.ask(&mut model)), Box::new(|| plain_answers::get_supported_dm_resp(&answer))];
        assert_eq!(cases[0](), cases[1](), "both say the same");
        let name = "GetSupportedDM of TR-181 / prost";
        self.figure(name, &mut cases, |[ours, plain]| ours / plain, ANSWER_BAR);
    }

    /// The first case is ours, the second what it is compared with.
    fn figure<const N: usize>(
        &mut self,
        name: &str,
        cases: &mut [Case<'_>; N],
        figure: impl Fn(&[f64; N]) -> f64,
        bar: f64,
    ) {
        for case in &mut *cases {
            assert_ne!(black_box(case()), 0, "{name} finds something");
        }
        if self.figures.measure {
            let (figure, times) = rounds(cases, figure);
            self.figures.row(name, [times[0], times[1]], figure, bar);
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    const fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    /// A number from 1 to `rows`.
    fn below(&mut self, rows: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % u64::from(rows)) as u32 + 1
    }
}
