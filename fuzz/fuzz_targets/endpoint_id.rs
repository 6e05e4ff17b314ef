//! Any text: parse and print are inverses, in plain and in URN form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_record::{EndpointId, EndpointIdPattern};

fuzz_target!(|text: &str| {
    if let Ok(id) = EndpointId::parse(text) {
        assert_eq!(id.to_string(), text);
        assert_eq!(EndpointId::from_urn(&id.to_urn()).as_ref(), Ok(&id));
        let pattern = EndpointIdPattern::from_urn(&id.to_urn()).expect("an Endpoint ID is a pattern");
        assert!(pattern.matches(&id));
    }
    let _ = EndpointId::from_urn(text);
    let _ = EndpointIdPattern::from_urn(text);
});
