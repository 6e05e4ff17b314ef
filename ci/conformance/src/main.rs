//! Writes `docs/conformance.md`, or holds it to what the tests prove.
//!
//! `usp-conformance [--check] PAGE LOG…`: the page, and the outputs of `cargo test` and `cargo nextest run`. Ends with
//! 1 where the page does not say what the tests prove, or where a test failed; with 2 where it was called wrongly or
//! cannot read something.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use usp_conformance::{Catalogue, Sources, TestRun, page};

const USAGE: &str = "usage: usp-conformance [--check] PAGE LOG...";

fn main() -> ExitCode {
    let mut arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let checks = arguments.first().is_some_and(|first| first.as_os_str() == "--check");
    if checks {
        arguments.remove(0);
    }
    let [file, logs @ ..] = &arguments[..] else { return wrong_call() };
    if logs.is_empty() {
        return wrong_call();
    }
    match run(file, logs, checks) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn wrong_call() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// Whether all is well.
fn run(file: &Path, logs: &[PathBuf], checks: bool) -> io::Result<bool> {
    let with_name =
        |path: &Path, error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| with_name(path, error));
    let mut tests = TestRun::default();
    for log in logs {
        tests.add(&read(log)?);
    }
    if tests.passed() == 0 || tests.failed() > 0 {
        println!(
            "{} tests passed and {} failed: there is nothing to write down",
            tests.passed(),
            tests.failed()
        );
        return Ok(false);
    }
    let page = page(&Catalogue::of_the_standard(), &Sources::read(Path::new("."))?, &tests);
    if !checks {
        fs::write(file, page).map_err(|error| with_name(file, error))?;
        println!("{} says what {} tests prove", file.display(), tests.passed());
        return Ok(true);
    }
    let written = read(file)?;
    if written == page {
        println!("{} says what {} tests prove", file.display(), tests.passed());
        return Ok(true);
    }
    let differs = written.lines().zip(page.lines()).find(|(written, page)| written != page);
    if let Some((written, page)) = differs {
        println!("{} says:\n  {written}\nbut the tests say:\n  {page}", file.display());
    } else {
        println!(
            "{} has {} lines, and should have {}",
            file.display(),
            written.lines().count(),
            page.lines().count()
        );
    }
    Ok(false)
}
