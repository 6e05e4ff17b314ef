//! What it costs to read and print paths, against splitting and joining strings, and against a JSONPath parser.
//!
//! Each figure is the median over many rounds of the ratio of two times measured one right after the other, so
//! that a busy machine slows both. A missed bar makes the bench fail. Without `--bench`, as `cargo test` runs
//! it, and with `--test` every case is tried once and nothing is timed.

#![allow(clippy::unwrap_used, reason = "a bench that cannot parse its own texts has to stop")]

use core::fmt::Write as _;
use core::hint::black_box;
use core::time::Duration;
use std::process::ExitCode;
use std::time::Instant;

use serde_json_path::JsonPath;
use usp_benches::figures::Figures;
use usp_path::{Limits, Path, Segment};

const INSTANCE: &str = "Device.IP.Interface.1.IPv4Address.2.";
const PARAMETER: &str = "Device.IP.Interface.1.IPv4Address.2.IPAddress";
const WILDCARD: &str = "Device.IP.Interface.*.IPv4Address.*.IPAddress";
const SEARCH: &str = "Device.IP.Interface.[Type==\"Normal\"&&Stats.ErrorsSent>0].IPv4Address.1.IPAddress";

/// What is printed otherwise than it is written, piece by piece.
const LENIENT: &str =
    "Device.IP.Interface.[Type == \"Normal\" && Stats.ErrorsSent > 0].IPv4Address.1.IPAddress";

/// Path, the same as a JSONPath query, and how many times the time of splitting at dots it may take.
const PARSED: [(&str, &str, &str, f64); 4] = [
    ("instance", INSTANCE, "$.Device.IP.Interface[1].IPv4Address[2]", 4.0),
    ("parameter", PARAMETER, "$.Device.IP.Interface[1].IPv4Address[2].IPAddress", 4.0),
    ("wildcard", WILDCARD, "$.Device.IP.Interface[*].IPv4Address[*].IPAddress", 4.0),
    (
        "search",
        SEARCH,
        "$.Device.IP.Interface[?@.Type=='Normal'&&@.Stats.ErrorsSent>0].IPv4Address[1].IPAddress",
        8.0,
    ),
];

/// Long texts, and what they repeat. The last is refused at its end.
const LONG: [(&str, &str); 4] = [
    ("segments", "Interface.1."),
    ("comparisons", "Stats.ErrorsSent>0&&"),
    ("string", "%22x"),
    ("refused", "Stats.ErrorsSent>0&&"),
];

/// Printing against `String::push_str` of the segments.
const PRINT_BAR: f64 = 3.0;
/// The same for a path that is not printed as it was written, so that its text has to be looked at.
const REPRINT_BAR: f64 = 10.0;
/// Reading a path against reading the same query as JSONPath.
const PEER_BAR: f64 = 0.5;
/// The time per byte at 1 MB against that at 10 kB.
const LINEAR_BAR: f64 = 1.5;

fn main() -> ExitCode {
    let asked = |option| std::env::args().any(|argument| argument == option);
    let mut bench = Bench { figures: Figures::new("path", asked("--bench") && !asked("--test")) };
    for (name, text, query, bar) in PARSED {
        bench.parse(name, text, query, bar);
    }
    for (name, text, ..) in PARSED {
        bench.print(name, text, PRINT_BAR);
    }
    bench.print("lenient", LENIENT, REPRINT_BAR);
    for (name, unit) in LONG {
        bench.long(name, unit);
    }
    bench.figures.outcome()
}

struct Bench {
    figures: Figures,
}

impl Bench {
    /// Reading, and walking what was read, against splitting at dots; then against the peer.
    fn parse(&mut self, name: &str, text: &str, query: &str, bar: f64) {
        let allocations = allocation_counter::measure(|| {
            black_box(Path::parse(black_box(text)).unwrap().segments().count());
        });
        self.figures.count(&format!("parse {name}"), allocations.count_total as f64, "allocations", 0.0);
        let ours = || black_box(Path::parse(black_box(text)).unwrap().is_search());
        self.pair(
            &format!("parse {name} / split"),
            ours,
            || black_box(black_box(text).split('.').count()),
            bar,
        );
        let peer = || black_box(JsonPath::parse(black_box(query)).unwrap());
        self.pair(&format!("parse {name} / JSONPath"), ours, peer, PEER_BAR);
        let path = Path::parse(text).unwrap();
        let walk = || black_box(black_box(path).segments().count());
        self.pair(
            &format!("walk {name} / split"),
            walk,
            || black_box(black_box(text).split('.').count()),
            bar,
        );
    }

    /// Printing against pushing the texts of the segments.
    fn print(&mut self, name: &str, text: &str, bar: f64) {
        let path = Path::parse(text).unwrap();
        let pieces: Vec<String> = path.segments().map(|segment| segment.to_string()).collect();
        let (mut printed, mut pushed) = (String::with_capacity(256), String::with_capacity(256));
        let ours = || {
            printed.clear();
            write!(printed, "{}", black_box(path)).unwrap();
            black_box(printed.len())
        };
        let other = || {
            pushed.clear();
            for piece in black_box(&pieces) {
                pushed.push_str(piece);
                pushed.push('.');
            }
            black_box(pushed.len())
        };
        self.pair(&format!("print {name} / push_str"), ours, other, bar);
    }

    /// 1 MB against 10 kB, per byte.
    fn long(&mut self, name: &str, unit: &str) {
        let (short, long) = (long_path(name, unit, 10_000), long_path(name, unit, 1_000_000));
        let parse = |text: &str| match Path::parse_with(black_box(text), &Limits::UNLIMITED) {
            Ok(path) => path.segments().filter(|segment| matches!(segment, Segment::Wildcard)).count(),
            Err(error) => error.span().start,
        };
        let scale = (long.len() / short.len()) as u32;
        self.pair(
            &format!("1 MB {name} / {scale} x 10 kB"),
            || parse(&long),
            || (0..scale).map(|_| parse(&short)).sum::<usize>(),
            LINEAR_BAR,
        );
    }

    fn pair<A, B>(
        &mut self,
        name: &str,
        mut ours: impl FnMut() -> A,
        mut other: impl FnMut() -> B,
        bar: f64,
    ) {
        black_box(ours());
        black_box(other());
        if !self.figures.measure {
            return;
        }
        let times = calls_in(Duration::from_micros(200), &mut ours);
        let other_times = calls_in(Duration::from_micros(200), &mut other);
        let mut rounds: Vec<(f64, f64)> =
            (0..ROUNDS).map(|_| (time(times, &mut ours), time(other_times, &mut other))).collect();
        rounds.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
        let (ours, other) = rounds[ROUNDS / 2];
        self.figures.row(name, [ours, other], ours / other, bar);
    }
}

const ROUNDS: usize = 201;

/// How many calls fit into `span`.
fn calls_in<T>(span: Duration, call: &mut impl FnMut() -> T) -> u32 {
    let mut calls = 1;
    loop {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(call());
        }
        if start.elapsed() >= span {
            return calls;
        }
        calls *= 2;
    }
}

/// Nanoseconds of one call, out of `calls`.
fn time<T>(calls: u32, call: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

/// A path of about `length` bytes, made of `unit` over and over.
fn long_path(name: &str, unit: &str, length: usize) -> String {
    let repeated = unit.repeat(length / unit.len());
    match name {
        "comparisons" => format!("Device.Interface.[{repeated}Enable==1]."),
        "refused" => format!("Device.Interface.[{repeated}Enable=1]."),
        "string" => format!("Device.Interface.[Name==\"{repeated}\"]."),
        _ => format!("Device.{repeated}"),
    }
}
