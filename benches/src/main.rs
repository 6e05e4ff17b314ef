//! Runs the benches and writes `docs/benchmarks.md` with its plots.
//!
//! `usp-benches [NAME…]`: all benches, or those that are named. Their figures are kept in `docs/benchmarks`, so that
//! the page is whole after a run of some of them. Ends with 1 where a bench gave no figures, with 2 where it was called
//! wrongly. A bar that is missed is said on the page, and is no failure here.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use usp_benches::figures::{Figure, RESULTS};
use usp_benches::page::{Section, page};
use usp_benches::{BENCHES, machine, plot};

fn main() -> ExitCode {
    let asked: Vec<String> = env::args().skip(1).collect();
    if let Some(unknown) = asked.iter().find(|name| BENCHES.iter().all(|(bench, _)| bench != name)) {
        let names: Vec<&str> = BENCHES.iter().map(|(bench, _)| *bench).collect();
        eprintln!("there is no bench {unknown}; the benches are: {}", names.join(", "));
        return ExitCode::from(2);
    }
    match run(&asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(asked: &[String]) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let folder = root.join("docs/benchmarks");
    fs::create_dir_all(&folder)?;
    let is_asked = |bench: &str| asked.is_empty() || asked.iter().any(|name| name == bench);
    let count = BENCHES.iter().filter(|(bench, _)| is_asked(bench)).count();
    for (number, (bench, _)) in (1..).zip(BENCHES.iter().filter(|(bench, _)| is_asked(bench))) {
        println!("\n== {number}/{count} {bench}");
        measure(bench, root, &folder)?;
    }
    let mut sections = Vec::new();
    for (bench, about) in BENCHES {
        let Some((facts, figures)) = kept(bench, &folder)? else { continue };
        let draw = |suffix: &str, drawn: Result<String, _>| -> io::Result<()> {
            let drawn =
                drawn.map_err(|error: plotters::drawing::DrawingAreaErrorKind<_>| io::Error::other(error))?;
            fs::write(folder.join(format!("{bench}{suffix}.svg")), drawn)
        };
        draw("", plot::against_bars(&figures))?;
        if figures.iter().any(|figure| figure.bar.is_none()) {
            draw("-peers", plot::with_peers(&figures))?;
        }
        sections.push(Section { bench, about, figures, facts });
    }
    let file = root.join("docs/benchmarks.md");
    fs::write(&file, page(&sections))?;
    println!("\nwrote docs/benchmarks.md");
    Ok(())
}

/// Runs a bench and keeps what it has found.
fn measure(bench: &'static str, root: &Path, folder: &Path) -> io::Result<()> {
    let results = folder.join("new");
    fs::create_dir_all(&results)?;
    let status = Command::new(env!("CARGO"))
        .args(["bench", "--quiet", "--package", "usp-benches", "--bench", bench])
        .current_dir(root)
        .env(RESULTS, &results)
        .status()?;
    let found = fs::read_to_string(results.join(bench).with_extension("tsv"));
    fs::remove_dir_all(&results)?;
    let figures =
        found.map_err(|_| io::Error::other(format!("{bench} gave no figures and ended with {status}")))?;
    fs::write(file_of(bench, folder), format!("{}\n{figures}", machine::facts()))
}

/// What an earlier run has found, and how.
fn kept(bench: &str, folder: &Path) -> io::Result<Option<(String, Vec<Figure>)>> {
    let text = match fs::read_to_string(file_of(bench, folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let (facts, lines) = text.split_once('\n').unwrap_or((&text, ""));
    let figures: Option<Vec<Figure>> = lines.lines().map(Figure::from_line).collect();
    let unread =
        || io::Error::other(format!("docs/benchmarks/{bench}.tsv is none of ours; run the bench again"));
    Ok(Some((facts.to_string(), figures.ok_or_else(unread)?)))
}

fn file_of(bench: &str, folder: &Path) -> PathBuf {
    folder.join(bench).with_extension("tsv")
}
