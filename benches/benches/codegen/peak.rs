//! How much memory a process takes that reads a model and does nothing else.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use usp_codegen::Model;

/// With this argument, and a file, the bench is that process.
pub const ARGUMENT: &str = "--peak-of";

/// Megabytes that a new process takes at most while it reads a model; `None` where the system does not tell.
pub fn megabytes(model: &Path) -> Option<f64> {
    let this = std::env::current_exe().ok()?;
    let output = Command::new(this).arg(ARGUMENT).arg(model).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kilobytes: f64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

/// Reads the model and prints the most kilobytes that the process has had, if the system tells.
pub fn run(model: &OsStr) {
    let objects = Model::from_file(Path::new(model)).map_or(0, |model| model.objects().len());
    assert_eq!(objects, 822, "not the model that the bar is for");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.map_or("", |peak| peak.trim().trim_end_matches(" kB")));
}
