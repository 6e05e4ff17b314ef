//! How much memory reading a data model takes at most, counted by the allocator. `USP_MODELS` names the folder of the
//! Broadband Forum's models.

use core::hint::black_box;
use std::path::PathBuf;

use allocation_counter::measure;
use usp_codegen::Model;

const MEGABYTE: u64 = 1_000_000;

/// Reads a model; more than `bar` bytes at any moment are too many.
#[track_caller]
fn takes_at_most(file: &str, bar: u64) {
    let Some(folder) = std::env::var_os("USP_MODELS").map(PathBuf::from) else {
        eprintln!("SKIPPED: USP_MODELS is not set, so {file} was not read");
        return;
    };
    let path = folder.join(file);
    let mut objects = 0;
    let memory =
        measure(|| objects = black_box(Model::from_file(&path)).map_or(0, |model| model.objects().len()));
    assert_eq!(objects, 822, "{file} is not the model that the bar is for");
    println!("{file}: {:.1} MB at most", memory.bytes_max as f64 / MEGABYTE as f64);
    assert!(memory.bytes_max <= bar, "{file} takes {} bytes, more than {bar}", memory.bytes_max);
}

#[test]
fn the_full_file_of_tr_181_takes_40_megabytes() {
    takes_at_most("tr-181-2-19-1-usp-full.xml", 40 * MEGABYTE);
}

#[test]
fn the_split_sources_of_tr_181_take_60_megabytes() {
    takes_at_most("tr-181-2-19-1-sources/tr-181-2-19-1-usp.xml", 60 * MEGABYTE);
}
