//! Any text, read as every TR-106 type and as a list of it: what is accepted, writes and reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_schema::{NestedBrackets, PrimitiveType, Value};

fuzz_target!(|text: &str| {
    for ty in PrimitiveType::ALL {
        reads_back(ty.parse(text), |canonical| ty.parse(canonical));
        for brackets in [NestedBrackets::Legacy, NestedBrackets::Required] {
            reads_back(ty.parse_list(text, brackets), |canonical| ty.parse_list(canonical, brackets));
        }
    }
});

/// A value has a canonical text, which is read as the same value and written as the same text.
fn reads_back<E: core::fmt::Debug>(value: Result<Value, E>, parse: impl Fn(&str) -> Result<Value, E>) {
    let Ok(value) = value else { return };
    let canonical = value.to_string();
    let again = parse(&canonical).expect("a canonical text is valid");
    assert_eq!(again, value);
    assert_eq!(again.to_string(), canonical);
}
