//! Any text: no panic; what is a Message in JSON stays the same through another round.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_msg::Msg;

fuzz_target!(|json: &str| {
    if let Ok(msg) = Msg::from_json(json) {
        assert_eq!(Msg::from_json(&msg.to_json()).as_ref(), Ok(&msg));
    }
});
