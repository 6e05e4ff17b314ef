//! What changes cost: a Set as Subscriptions grow, an Add as its table grows, a Delete as references grow, and a Set
//! Message against its decoding.
//!
//! Every figure is taken in rounds that time all of its cases in turns, and is that of the round in the middle. A
//! missed bar makes the bench fail. Without `--bench`, as `cargo test` runs it, and with `--test` every case is tried
//! once on small tables and nothing is timed.

#![allow(clippy::unwrap_used, reason = "a bench whose own requests are refused has to stop")]

extern crate alloc;

#[path = "engine/asking.rs"]
#[allow(dead_code, reason = "the bench of reads uses the rest")]
mod asking;
#[path = "engine/pairs.rs"]
mod pairs;
#[path = "codec/plain.rs"]
#[allow(dead_code, reason = "the bench of the codecs uses the rest")]
mod plain;
#[path = "engine_changes/rows.rs"]
mod rows;
#[path = "engine/tables.rs"]
#[allow(dead_code, reason = "the bench of reads uses the rest")]
mod tables;

use core::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use asking::Asking;
use pairs::{Case, rounds};
use prost::Message as _;
use rows::{CONTROLLERS, Floor, added_last, delete, new_row, refer};
use tables::{TABLE, ask};
use usp_benches::figures::{Figures, middle};
use usp_datamodel::{ChangeKind, DataModel, Requester, SubscriberId};
use usp_msg::set::UpdateObject;
use usp_msg::{Msg, Request, Set};
use usp_schema::Schema;

/// A Set with many Subscriptions, against one with none.
const SUBSCRIPTIONS_BAR: f64 = 2.0;
/// An Add to the largest table, against one to the smallest, and against collections of the standard library.
const ADD_GROWTH_BAR: f64 = 2.0;
const ADD_BAR: f64 = 8.0;
/// The slowest Add of many, against the one in the middle.
const WORST_ADD_BAR: f64 = 100.0;
/// A Delete that cleans 3 of many references, against 3 of few.
const DELETE_BAR: f64 = 2.0;
/// A Set Message of 20 parameters, against decoding it.
const SET_BAR: f64 = 3.0;

fn main() -> ExitCode {
    let asked = |option| std::env::args().any(|argument| argument == option);
    let measure = asked("--bench") && !asked("--test");
    let mut bench = Bench { schema: tables::schema(), figures: Figures::new("engine_changes", measure) };
    bench.set_with_subscriptions(if measure { &[1_000, 100_000] } else { &[10, 100] });
    bench.set_message();
    bench.delete_referred_to(if measure { 100_000 } else { 100 });
    bench.add(if measure { [1_000, 1_000_000] } else { [10, 100] });
    bench.worst_add(if measure { 1_000_000 } else { 100 });
    bench.figures.outcome()
}

struct Bench {
    schema: Schema,
    figures: Figures,
}

impl Bench {
    /// One parameter, changed each time, and the notice fetched.
    fn set_with_subscriptions(&mut self, sizes: &[u32]) {
        let (mut alone, mut turn_alone) = (self.model_with_subscribers(0), 0);
        for &size in sizes {
            let mut crowded = self.model_with_subscribers(size);
            let mut turn = 0;
            let mut cases: [Case<'_>; 2] = [
                Box::new(|| change(&mut crowded, &mut turn)),
                Box::new(|| change(&mut alone, &mut turn_alone)),
            ];
            let name = format!("Set with {size} Subscriptions / none");
            self.figure(&name, &mut cases, SUBSCRIPTIONS_BAR);
        }
    }

    /// Subscriptions that do not match: nine of ten name a parameter by its number, the others search the table that
    /// is changed, by one value or by two, for the very parameter that is changed.
    fn model_with_subscribers(&self, subscribers: u32) -> DataModel {
        let mut model = tables::model(&self.schema, 10);
        model.record_changes(true);
        for number in 0..subscribers {
            let reference = match number % 30 {
                0 => format!("{TABLE}[ID==\"other-{number}\"].NotifExpiration"),
                10 => format!("{TABLE}[Enable==true&&ReferenceList==\"other-{number}\"].NotifExpiration"),
                20 => format!("{TABLE}[Alias==\"other-{number}\"]."),
                _ => format!("{TABLE}{}.NotifExpiration", number + 100),
            };
            model.subscribe(SubscriberId(number), ChangeKind::ValueChange, [reference]);
        }
        model
    }

    /// Two parameters in each of ten rows, both changed each time: from the bytes of the request to those of the
    /// answer.
    fn set_message(&mut self) {
        let mut model = tables::model(&self.schema, 100);
        let mut messages = [0, 1].map(|turn| Asking::new(set_20(turn), Requester::DEVICE));
        let message = Msg::request("id-1", set_20(0)).encode_to_vec();
        let mut turn = 0;
        let mut cases: [Case<'_>; 2] = [
            Box::new(|| {
                turn += 1;
                messages[turn % 2].ask(&mut model)
            }),
            Box::new(|| plain::Msg::decode(&*message).unwrap().encoded_len()),
        ];
        self.figure("Set of 20 parameters / decoding it with prost", &mut cases, SET_BAR);
    }

    /// A row that three rows refer to, in a table where as many others refer to another row.
    fn delete_referred_to(&mut self, references: u32) {
        let mut models = [references, 10].map(|rows| {
            let mut model = tables::model(&self.schema, rows);
            refer(&mut model);
            model
        });
        let times = self.rounds(|_| {
            models.each_mut().map(|model| {
                let start = Instant::now();
                delete(model, &format!("{CONTROLLERS}{}.", rows::last_controller(model)));
                let time = start.elapsed().as_nanos() as f64;
                refer(model);
                time
            })
        });
        let name = format!("Delete of 1 with 3 of {references} references / of 10");
        self.figures.add(&name, &times, |[many, few]| many / few, DELETE_BAR);
    }

    /// Rows whose keys are made up, a few at a time, which go again: from the bytes of each request to those of its
    /// answer.
    fn add(&mut self, [small, large]: [u32; 2]) {
        let mut models = [large, small].map(|rows| tables::model(&self.schema, rows));
        let mut floor = Floor::new(large);
        let mut asking = Asking::new(new_row(), Requester::DEVICE);
        let times = self.rounds(|round| {
            let mut times = [0.0; 3];
            for turn in 0..3 {
                let at = (turn + round) % 3;
                let start = Instant::now();
                if let Some(model) = models.get_mut(at) {
                    (0..ROWS_A_ROUND).for_each(|_| _ = black_box(asking.ask(model)));
                    times[at] = start.elapsed().as_nanos() as f64 / f64::from(ROWS_A_ROUND);
                    let last = added_last(asking.answer());
                    (last + 1 - ROWS_A_ROUND..=last).for_each(|row| delete(model, &format!("{TABLE}{row}.")));
                } else {
                    (0..ROWS_A_ROUND).for_each(|_| floor.add());
                    times[at] = start.elapsed().as_nanos() as f64 / f64::from(ROWS_A_ROUND);
                    floor.remove(ROWS_A_ROUND);
                }
            }
            times
        });
        let name = format!("Add at {large} rows / at {small}");
        self.figures.add(&name, &times, |[ours, small, _]| ours / small, ADD_GROWTH_BAR);
        let times: Vec<[f64; 2]> = times.iter().map(|&[ours, _, floor]| [ours, floor]).collect();
        let name = format!("Add at {large} rows / BTreeMap and HashMap");
        self.figures.add(&name, &times, |[ours, floor]| ours / floor, ADD_BAR);
    }

    /// From an empty table to a full one, row by row: whatever grows on the way does it here. Three times, and the
    /// fastest counts of each row: growth comes back at the same row, an interrupt does not.
    fn worst_add(&mut self, rows: u32) {
        let mut asking = Asking::new(new_row(), Requester::DEVICE);
        let mut times = vec![f64::INFINITY; rows as usize];
        for _ in 0..if self.figures.measure { 3 } else { 1 } {
            let mut model = tables::model(&self.schema, 0);
            for time in &mut times {
                let start = Instant::now();
                black_box(asking.ask(&mut model));
                *time = time.min(start.elapsed().as_nanos() as f64);
            }
        }
        let worst = times.iter().copied().fold(0.0, f64::max);
        let median = middle(&mut times);
        let name = format!("slowest of {rows} Adds / the one in the middle");
        self.figures.add(&name, &[[worst, median]], |[worst, median]| worst / median, WORST_ADD_BAR);
    }

    /// Times of several rounds; one round where nothing is measured.
    fn rounds<const N: usize>(&self, mut round: impl FnMut(usize) -> [f64; N]) -> Vec<[f64; N]> {
        (0..if self.figures.measure { 101 } else { 1 }).map(&mut round).collect()
    }

    fn figure(&mut self, name: &str, cases: &mut [Case<'_>; 2], bar: f64) {
        for case in &mut *cases {
            assert_ne!(black_box(case()), 0, "{name} does something");
        }
        if self.figures.measure {
            let (figure, times) = rounds(cases, |[ours, other]| ours / other);
            self.figures.row(name, times, figure, bar);
        }
    }
}

const ROWS_A_ROUND: u32 = 50;

/// Gives a parameter another value; how many changes were told, to nobody.
fn change(model: &mut DataModel, turn: &mut u32) -> usize {
    *turn += 1;
    let entry = UpdateObject::new(format!("{TABLE}1.")).required("NotifExpiration", turn.to_string());
    ask(model, &Set::new([entry]).into());
    let notices = model.drain_notices();
    assert!(notices.iter().all(|notice| notice.subscribers.is_empty()), "nobody subscribed to it");
    notices.len()
}

fn set_20(turn: u32) -> Request {
    let entry = |row: u32| {
        UpdateObject::new(format!("{TABLE}{row}."))
            .required("NotifExpiration", (turn + row).to_string())
            .required("NotifRetry", if turn == 0 { "true" } else { "false" })
    };
    Set::new((1..=10).map(entry)).into()
}
