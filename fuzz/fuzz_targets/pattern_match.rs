//! Any text as a pattern and any bytes as a compiled one: refused, or matched within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_schema::{Pattern, PatternRef};

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (source, text, bytes) = input;
    if let Ok(pattern) = Pattern::compile(source) {
        let loaded = PatternRef::from_bytes(pattern.as_bytes()).expect("a compiled pattern loads");
        assert_eq!(loaded.is_match(text), pattern.is_match(text));
    }
    if let Ok(pattern) = PatternRef::from_bytes(bytes) {
        pattern.is_match(text);
    }
});
