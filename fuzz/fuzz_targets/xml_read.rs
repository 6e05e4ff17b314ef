//! Any text as a TR-106 file: refused with a place, or a model that makes an image, which loads, and source.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_codegen::{ImageOptions, Model};
use usp_schema::Schema;

fuzz_target!(|text: &str| {
    let Ok(model) = Model::from_xml("fuzz.xml", text) else { return };
    let _ = model.lint();
    for element in model.elements() {
        let _ = element.to_json();
    }
    let options = ImageOptions::new().include_deleted(true).descriptions(true);
    if let Ok(schema) = model.to_schema(&options) {
        let loaded = Schema::from_vec(schema.as_bytes().to_vec()).expect("what was built can be loaded");
        assert_eq!(loaded.fingerprint(), schema.fingerprint());
    }
});
