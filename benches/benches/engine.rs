//! What the data model engine costs as its tables grow: reads by number, by Unique Key and by expression, whole
//! answers, memory a row.
//!
//! Every figure is taken in rounds that time all of its cases in turns, and is that of the round in the middle. A
//! missed bar makes the bench fail. Work that the engine cannot do yet is listed as such. Without `--bench`, as
//! `cargo test` runs it, and with `--test` every case is tried once on small tables and nothing is timed.
//!
//! The tables have up to 100,000 rows, and 1,000,000 with `--million`. The environment variable `USP_MODELS` names
//! the folder of the Broadband Forum's models, which are not part of this project; without it the figure of the
//! whole TR-181 is left out.

#![allow(clippy::unwrap_used, reason = "a bench whose own requests are refused has to stop")]

#[path = "engine/pairs.rs"]
mod pairs;
#[path = "codec/plain.rs"]
#[allow(dead_code, reason = "the bench of the codecs uses the rest")]
mod plain;
#[path = "engine/plain_answers.rs"]
mod plain_answers;
#[path = "engine/roles.rs"]
mod roles;
#[path = "engine/tables.rs"]
mod tables;

extern crate alloc;

use core::hint::black_box;
use std::path::PathBuf;
use std::process::ExitCode;

use pairs::{Case, rounds};
use tables::{Maps, Subscription, TABLE, ask, get};
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::DataModel;
use usp_msg::response::RespType;
use usp_msg::{Get, GetSupportedDm, Msg, Request};
use usp_schema::Schema;

const FULL: &str = "tr-181-2-19-1-usp-full.xml";

/// One parameter of 64 rows that are read again and again, against the same in the smallest table.
const REUSED_BAR: f64 = 2.0;
/// How much slower uniform access gets from the smallest table to the largest, against a `HashMap`.
const UNIFORM_BAR: f64 = 1.5;
/// A row that an expression is tried on, against the comparison written by hand.
const EXPRESSION_BAR: f64 = 15.0;
/// How much slower the search gets from the smaller table to the larger, against the loop: both are linear, and both
/// miss the cache.
const LINEAR_BAR: f64 = 1.5;
/// Whole answers, against building and encoding plain prost types.
const ANSWER_BAR: f64 = 0.3;
/// What the permissions of 4 roles of 20 Permissions add to a read.
const PERMISSIONS_BAR: f64 = 0.2;
/// Live bytes a row.
const MEMORY_BAR: f64 = 250.0;

/// Rows that give an answer of about 100,000 parameters, 13 of each row.
const ROWS_OF_ANSWER: u32 = 7_600;

fn main() -> ExitCode {
    let asked = |option| std::env::args().any(|argument| argument == option);
    let measure = asked("--bench") && !asked("--test");
    let mut bench = Bench { schema: tables::schema(), measure, missed: 0 };
    println!("{:<52} {:>12} {:>12} {:>8} {:>6}", "case", "ours", "other", "figure", "bar");
    let sizes: &[u32] = match (measure, asked("--million")) {
        (false, _) => &[100],
        (true, false) => &[100, 1_000, 10_000, 100_000],
        (true, true) => &[100, 1_000, 10_000, 100_000, 1_000_000],
    };
    bench.memory(if measure { 100_000 } else { 100 });
    let mut base = Tables::new(&bench.schema, if measure { 1_000 } else { 10 });
    for &size in sizes {
        let mut tables = Tables::new(&bench.schema, size);
        for address in [Address::Number, Address::Alias] {
            bench.reused(&mut base, &mut tables, address);
            // Growth is from the smaller table to the larger.
            if size > base.rows {
                bench.uniform(&mut base, &mut tables, address);
            }
        }
        bench.expression(&mut base, &mut tables);
    }
    bench.permissions(if measure { 1_000 } else { 10 });
    bench.get_device(if measure { ROWS_OF_ANSWER } else { 10 });
    bench.get_supported_dm();
    bench.absent("restore of 5,000 rows / decoding with prost", 3.0);
    if bench.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One size of the table, in all its forms.
struct Tables {
    rows: u32,
    model: DataModel,
    maps: Maps,
    structs: Vec<Subscription>,
}

impl Tables {
    fn new(schema: &Schema, rows: u32) -> Self {
        let (maps, structs) = (tables::maps(rows), tables::structs(rows));
        Self { rows, model: tables::model(schema, rows), maps, structs }
    }
}

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

    fn get(self, model: &mut DataModel, number: u32) -> usize {
        get(
            model,
            match self {
                Self::Number => format!("{TABLE}{number}.ID"),
                Self::Alias => format!("{TABLE}[Alias==\"cpe-{number}\"].ID"),
            },
        )
        .len()
    }

    fn look_up(self, maps: &Maps, number: u32) -> usize {
        let row = match self {
            Self::Number => maps.by_number.get(&number),
            Self::Alias => maps.by_alias.get(&format!("cpe-{number}")),
        };
        row.map_or(0, |row| black_box(row.id.clone()).len())
    }
}

/// The one row that two comparisons leave.
fn find(model: &mut DataModel) -> usize {
    get(model, format!("{TABLE}[Enable==true&&NotifType==\"Event\"].ID")).len()
}

fn find_by_hand(structs: &[Subscription]) -> usize {
    let wanted = black_box("Event");
    let fits = |row: &&Subscription| row.enable && row.notif_type == wanted;
    structs.iter().filter(fits).map(Subscription::weight).sum()
}

struct Bench {
    schema: Schema,
    measure: bool,
    missed: usize,
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
        if self.measure {
            self.row(&format!("live bytes a row, {rows} rows"), None, bytes, MEMORY_BAR);
        }
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
                address.get(&mut tables.model, numbers[at % 64])
            }),
            Box::new(|| {
                at_small += 1;
                address.get(&mut base.model, small[at_small % 64])
            }),
        ];
        self.figure(&name, &mut cases, |[ours, base]| ours / base, REUSED_BAR);
    }

    fn uniform(&mut self, base: &mut Tables, tables: &mut Tables, address: Address) {
        let name = format!("uniform by {}, growth / HashMap's, {} rows", address.name(), tables.rows);
        let (rows, few) = (tables.rows, base.rows);
        let [mut first, mut second, mut third, mut fourth] = [const { Random::new() }; 4];
        let mut cases: [Case<'_>; 4] = [
            Box::new(|| address.get(&mut tables.model, first.below(rows))),
            Box::new(|| address.look_up(&tables.maps, second.below(rows))),
            Box::new(|| address.get(&mut base.model, third.below(few))),
            Box::new(|| address.look_up(&base.maps, fourth.below(few))),
        ];
        let growth = |[ours, map, our_base, map_base]: &[f64; 4]| (ours / our_base) / (map / map_base);
        self.figure(&name, &mut cases, growth, UNIFORM_BAR);
    }

    /// Two parameters that are no key: all rows fit the first, one the second.
    fn expression(&mut self, base: &mut Tables, tables: &mut Tables) {
        let rows = tables.rows;
        let mut cases: [Case<'_>; 4] = [
            Box::new(|| find(&mut tables.model)),
            Box::new(|| find_by_hand(&tables.structs)),
            Box::new(|| find(&mut base.model)),
            Box::new(|| find_by_hand(&base.structs)),
        ];
        let share = |[ours, by_hand, ..]: &[f64; 4]| ours / by_hand;
        self.figure(&format!("expression, {rows} rows / by hand"), &mut cases, share, EXPRESSION_BAR);
        if rows > base.rows {
            let growth = |[ours, by_hand, our_base, base]: &[f64; 4]| (ours / our_base) / (by_hand / base);
            let name = format!("expression, growth / by hand, {rows} rows");
            self.figure(&name, &mut cases, growth, LINEAR_BAR);
        }
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
                let mut cases: [Case<'_>; 2] = [
                    Box::new(|| usize::from(black_box(model.process(&request, &permitted)).is_ok())),
                    Box::new(|| usize::from(black_box(other.process(&request, &free)).is_ok())),
                ];
                let name = format!("permissions by {kind}, {what} / the read");
                self.figure(&name, &mut cases, |[with, without]| with / without - 1.0, PERMISSIONS_BAR);
            }
        }
    }

    /// By way of owned types; straight into bytes is not there yet.
    fn get_device(&mut self, rows: u32) {
        let mut model = tables::model(&self.schema, rows);
        let request: Request = Get::new(["Device."]).into();
        let Some(RespType::GetResp(answer)) = ask(&mut model, &request).resp_type else { return };
        let found = answer.req_path_results.iter().flat_map(|result| &result.resolved_path_results);
        let parameters: usize = found.map(|found| found.result_params.len()).sum();
        let mut cases: [Case<'_>; 2] = [
            Box::new(|| Msg::response_to("id-1", ask(&mut model, &request)).encode_to_vec().len()),
            Box::new(|| plain_answers::get_resp(&answer)),
        ];
        assert_eq!(cases[0](), cases[1](), "both say the same");
        let name = format!("Get Device., {parameters} parameters, owned types / prost");
        self.figure(&name, &mut cases, |[ours, plain]| ours / plain, ANSWER_BAR);
        self.absent("Get Device. straight into bytes / prost", ANSWER_BAR);
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
        let request: Request = GetSupportedDm::new(["Device."]).into();
        let Some(RespType::GetSupportedDmResp(answer)) = ask(&mut model, &request).resp_type else { return };
        let mut cases: [Case<'_>; 2] = [
            Box::new(|| Msg::response_to("id-1", ask(&mut model, &request)).encode_to_vec().len()),
            Box::new(|| plain_answers::get_supported_dm_resp(&answer)),
        ];
        assert_eq!(cases[0](), cases[1](), "both say the same");
        let name = "GetSupportedDM of TR-181, owned types / prost";
        self.figure(name, &mut cases, |[ours, plain]| ours / plain, ANSWER_BAR);
        self.absent("GetSupportedDM of TR-181 straight into bytes / prost", ANSWER_BAR);
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
        if self.measure {
            let (figure, times) = rounds(cases, figure);
            self.row(name, Some((times[0], times[1])), figure, bar);
        }
    }

    fn row(&mut self, name: &str, times: Option<(f64, f64)>, figure: f64, bar: f64) {
        let verdict = if figure <= bar { "" } else { "  MISSED" };
        self.missed += usize::from(figure > bar);
        let [ours, other] = match times {
            Some((ours, other)) => [ours, other].map(|time| format!("{time:.0} ns")),
            None => [const { String::new() }; 2],
        };
        println!("{name:<52} {ours:>12} {other:>12} {figure:>8.2} {bar:>6.1}{verdict}");
    }

    /// Work that the engine cannot do yet. It misses its bar in the table, and fails nothing.
    fn absent(&self, name: &str, bar: f64) {
        if self.measure {
            println!("{name:<52} {:>12} {:>12} {:>8} {bar:>6.1}  MISSED: not there yet", "", "", "");
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
