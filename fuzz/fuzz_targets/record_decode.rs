//! Any bytes: reader and owned types accept the same with the same content, or refuse.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_record::{Record, reader};

fuzz_target!(|bytes: &[u8]| {
    let owned = <Record as usp_record::prost::Message>::decode(bytes);
    let read = reader::Record::open(bytes).map(|record| record.to_record());
    assert_eq!(owned.is_ok(), read.is_ok());
    if let (Ok(owned), Ok(read)) = (owned, read) {
        assert_eq!(owned, read);
        let _ = (owned.validate(), owned.to_string(), owned.integrity_input());
    }
});
