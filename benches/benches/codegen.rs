//! What it costs to make and load a schema, against reading the XML that it comes from.
//!
//! The floor is one quick-xml pass over the full TR-181 file that reads all events and attributes. Each figure is the
//! median over many rounds of the ratio of two times measured one right after the other, so that a busy machine slows
//! both. A missed bar makes the bench fail. Without `--bench`, as `cargo test` runs it, and with `--test` every case
//! is tried once and nothing is timed.
//!
//! `cargo bench -p usp-benches --bench codegen --profile dev` measures what a build script costs, which nobody
//! optimises. How much memory reading takes is asked of processes that do nothing else; the test `codegen_memory`
//! counts it byte by byte, which would slow the clock here.
//!
//! The models are the Broadband Forum's and not part of this project: the environment variable `USP_MODELS` names the
//! folder that they are in. Without it nothing is measured, and the bench says so.

#![allow(clippy::unwrap_used, reason = "a bench that cannot read its own model has to stop")]

#[path = "codegen/include.rs"]
mod include;
#[path = "codegen/peak.rs"]
mod peak;

use core::hint::black_box;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use quick_xml::Reader;
use quick_xml::events::Event;
use usp_benches::figures::Figures;
use usp_codegen::{Config, ImageOptions, Model};
use usp_schema::Schema;

const FULL: &str = "tr-181-2-19-1-usp-full.xml";
const SOURCES: &str = "tr-181-2-19-1-sources/tr-181-2-19-1-usp.xml";

/// XML to model, against a pass over the XML.
const MODEL_BAR: f64 = 4.0;
/// Split sources to model, against a pass over all of them.
const SOURCES_BAR: f64 = 8.0;
/// File to image and source for [`TYPES`], which is what a build script waits for.
const GENERATE_BAR: f64 = 10.0;
/// The same where neither is optimised, as build scripts are.
const UNOPTIMISED_BAR: f64 = 5.0;
/// Model to image.
const IMAGE_BAR: f64 = 2.0;
/// Loading an image of the whole model: all that happens before a program can use it.
const LOAD_BAR: f64 = 0.1;
/// Kilobytes of the image of the whole model, without descriptions.
const SIZE_BAR: f64 = 160.0;
/// Seconds that a crate takes longer to build when it includes the image.
const INCLUDE_BAR: f64 = 0.1;
/// Megabytes that a process takes at most while it reads the full file, and the split sources.
const PEAK_BARS: [(&str, &str, f64); 2] =
    [("peak of reading the full file", FULL, 40.0), ("peak of reading split sources", SOURCES, 60.0)];

/// What types are generated for: the sub-trees that a small gateway deals with.
const TYPES: [&str; 7] = [
    "Device.DeviceInfo.",
    "Device.LocalAgent.",
    "Device.IP.",
    "Device.Ethernet.",
    "Device.Time.",
    "Device.Hosts.",
    "Device.DHCPv4.",
];

fn main() -> ExitCode {
    let Some(folder) = std::env::var_os("USP_MODELS").map(PathBuf::from) else {
        println!("SKIPPED: nothing is measured, because USP_MODELS does not name the folder of the models");
        return ExitCode::SUCCESS;
    };
    if let Some(model) = std::env::args_os().skip_while(|argument| argument != peak::ARGUMENT).nth(1) {
        peak::run(&model);
        return ExitCode::SUCCESS;
    }
    let text = std::fs::read_to_string(folder.join(FULL)).unwrap();
    let asked = |option| std::env::args().any(|argument| argument == option);
    let measure = asked("--bench") && !asked("--test");
    let mut bench = Bench { text: &text, figures: Figures::new("codegen", measure) };
    let model = Model::from_xml(FULL, &text).unwrap();
    let generate =
        TYPES.iter().fold(Config::new().model(folder.join(FULL)), |config, path| config.types(*path));
    if cfg!(debug_assertions) {
        bench.against_pass("generate, unoptimised", || generate.render().unwrap(), UNOPTIMISED_BAR);
        return bench.figures.outcome();
    }
    let options = ImageOptions::new();
    let schema = model.to_schema(&options).unwrap();
    bench.against_pass("XML to model", || Model::from_xml(FULL, black_box(&text)).unwrap(), MODEL_BAR);
    bench.against_pass("model to image", || black_box(&model).to_schema(&options).unwrap(), IMAGE_BAR);
    bench.against_pass("generate for seven sub-trees", || generate.render().unwrap(), GENERATE_BAR);
    let sources: String = Model::from_file(folder.join(SOURCES))
        .unwrap()
        .files()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect::<Vec<_>>()
        .join("\n");
    let from_sources = || Model::from_file(black_box(folder.join(SOURCES))).unwrap();
    bench.against_pass_over("split sources to model", &sources, from_sources, SOURCES_BAR);
    // A program borrows its image for ever; a bench may, once.
    let image: &'static [u8] = Vec::leak(schema.as_bytes().to_vec());
    bench.against_pass("loading an image", || Schema::from_static(black_box(image)).unwrap(), LOAD_BAR);
    bench.against_pass("copying and loading", || Schema::from_vec(black_box(image)).unwrap(), LOAD_BAR);
    bench.figures.count("image of the whole model", image.len() as f64 / 1000.0, "kB", SIZE_BAR);
    if measure {
        let seconds = include::seconds(image);
        bench.figures.count("a crate that includes it builds longer by", seconds, "s", INCLUDE_BAR);
        for (name, file, bar) in PEAK_BARS {
            match peak::megabytes(&folder.join(file)) {
                Some(megabytes) => bench.figures.count(name, megabytes, "MB", bar),
                None => println!("SKIPPED: the system does not tell the {name}"),
            }
        }
    }
    bench.figures.outcome()
}

struct Bench<'x> {
    text: &'x str,
    figures: Figures,
}

impl Bench<'_> {
    /// A case as a multiple of one pass over the full file.
    fn against_pass<T>(&mut self, name: &str, ours: impl FnMut() -> T, bar: f64) {
        self.against_pass_over(name, self.text, ours, bar);
    }

    /// A case as a multiple of one pass over a text.
    fn against_pass_over<T>(&mut self, name: &str, text: &str, mut ours: impl FnMut() -> T, bar: f64) {
        black_box(ours());
        black_box(pass(text));
        if !self.figures.measure {
            return;
        }
        let rounds: Vec<[f64; 2]> = (0..ROUNDS)
            .map(|_| [time(&mut ours), time(|| pass(text))].map(|seconds| seconds * 1e9))
            .collect();
        self.figures.add(&format!("{name} / a pass"), &rounds, |[ours, floor]| ours / floor, bar);
    }
}

const ROUNDS: usize = 51;

/// Seconds of one call; what it made is dropped outside.
fn time<T>(call: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let made = black_box(call());
    let elapsed = start.elapsed();
    drop(made);
    elapsed.as_secs_f64()
}

/// The floor: all events and all attributes, looked at and let go.
fn pass(text: &str) -> usize {
    let mut reader = Reader::from_str(black_box(text));
    let mut seen = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                seen += tag.name().as_ref().len();
                seen += tag.attributes().map(|attribute| attribute.unwrap().value.len()).sum::<usize>();
            }
            Event::Eof => return seen,
            event => seen += event.len(),
        }
    }
}
