//! The machine that figures were taken on, and the day.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

use usp_schema::DateTime;

/// How figures came about, in one line. What the system does not tell is left out.
pub fn facts() -> String {
    let cores = thread::available_parallelism().ok().map(|cores| format!("{cores} cores"));
    let facts = [
        day(),
        commit(),
        line_of("/proc/cpuinfo", "model name"),
        cores,
        line_of("/proc/meminfo", "MemTotal").and_then(|text| gigabytes(&text)),
        Some(format!("{} on {}", env::consts::OS, env::consts::ARCH)),
        printed("rustc", &["--version"]),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The commit, and whether files differ from it. Those in `docs` do not count, since benches write there.
fn commit() -> Option<String> {
    let commit = printed("git", &["describe", "--always", "--exclude=*"])?;
    let agrees = printed("git", &["diff", "--quiet", "HEAD", "--", ":/", ":(top,exclude)docs"]).is_some();
    Some(format!("commit {commit}{}", if agrees { "" } else { "-dirty" }))
}

fn day() -> Option<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let now = DateTime::from_unix(since.as_secs().try_into().ok()?, 0).ok()?.to_string();
    Some(now.split('T').next()?.to_string())
}

/// What stands behind the colon of a line.
fn line_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_string())
}

fn gigabytes(text: &str) -> Option<String> {
    let kilobytes: f64 = text.trim_end_matches("kB").trim().parse().ok()?;
    Some(format!("{:.0} GB", kilobytes * 1024.0 / 1e9))
}

fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_string())
}
