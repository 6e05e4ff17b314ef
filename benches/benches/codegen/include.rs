//! What a crate pays for an image in it.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

const ROUNDS: usize = 9;

/// Seconds that a crate with the image takes longer to build than one without: the median of builds in turns.
pub(crate) fn seconds(image: &[u8]) -> f64 {
    let folder = env::temp_dir().join(format!("usp-bench-include-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("model.image"), image).unwrap();
    let with = "pub static IMAGE: &[u8] = include_bytes!(\"model.image\");\n";
    fs::write(folder.join("with.rs"), with).unwrap();
    fs::write(folder.join("without.rs"), with.replace("include_bytes!(\"model.image\")", "&[]")).unwrap();
    let mut longer: Vec<f64> =
        (0..ROUNDS).map(|_| build(&folder, "with.rs") - build(&folder, "without.rs")).collect();
    longer.sort_by(f64::total_cmp);
    fs::remove_dir_all(&folder).unwrap();
    longer[ROUNDS / 2]
}

fn build(folder: &Path, file: &str) -> f64 {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let start = Instant::now();
    let status = Command::new(rustc)
        .current_dir(folder)
        .args(["--crate-type", "lib", "--edition", "2024", "-C", "opt-level=3", file])
        .status()
        .unwrap();
    let elapsed = start.elapsed().as_secs_f64();
    assert!(status.success(), "{file} does not compile");
    elapsed
}
