//! Any bytes as a schema image, and any changes to a good one: refused, or read to the end without harm.
#![no_main]

#[path = "../../usp-schema/tests/support/forge.rs"]
mod forge;
#[path = "../../usp-schema/tests/support/mounted.rs"]
mod mounted;
#[path = "../../usp-schema/tests/support/sample.rs"]
mod sample;
#[path = "../../usp-schema/tests/support/walk.rs"]
mod walk;

use libfuzzer_sys::fuzz_target;
use usp_schema::Schema;

fuzz_target!(|input: &[u8]| {
    load(input.to_vec());
    for builder in [sample::sample(), mounted::mounted()] {
        let mut image = builder.build().expect("the samples are sound").as_bytes().to_vec();
        for change in input.chunks_exact(3) {
            let at = usize::from(change[0]) | usize::from(change[1]) << 8;
            let at = at % image.len();
            image[at] = change[2];
        }
        load(image);
    }
});

/// Loads an image whose length and fingerprint are made right.
fn load(mut image: Vec<u8>) {
    forge::repair(&mut image);
    if let Ok(schema) = Schema::from_vec(image) {
        walk::read_everything(&schema);
        if let Ok(rebuilt) = schema.to_builder().and_then(|builder| builder.build()) {
            walk::read_everything(&rebuilt);
        }
    }
}
