//! Any text, read as every kind of path: the laws that the property tests of usp-path try as well.
#![no_main]

#[path = "../../usp-path/tests/laws/law.rs"]
mod law;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| law::all(text));
