//! Any bytes: reader, check and owned types accept the same with the same content, or refuse.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_msg::reader::Msg as View;
use usp_msg::{DecodeErrorKind, Limits, Msg, prost::Message as _};

fuzz_target!(|bytes: &[u8]| {
    let owned = <Msg as usp_msg::prost::Message>::decode(bytes);
    let skimmed = View::open(bytes).and_then(|msg| msg.to_message());
    let validated = View::read_whole(bytes).and_then(|msg| msg.to_message());
    assert_eq!(owned.is_ok(), skimmed.is_ok());
    assert_eq!(skimmed.is_ok(), validated.is_ok());
    let limits = Limits { message_size: usize::MAX, elements: usize::MAX, text_length: usize::MAX };
    match Msg::decode_with(bytes, &limits) {
        Err(error) if matches!(error.kind(), DecodeErrorKind::TooMuchMemory { .. }) => {}
        decoded => assert_eq!(decoded.is_ok(), owned.is_ok()),
    }
    if let Ok(owned) = owned {
        assert_eq!(skimmed.as_ref(), Ok(&owned));
        assert_eq!(validated.as_ref(), Ok(&owned));
        assert_eq!(
            <Msg as usp_msg::prost::Message>::decode(owned.encode_to_vec().as_slice()).as_ref(),
            Ok(&owned)
        );
        assert_eq!(owned.encoded_len(), owned.encode_to_vec().len());
        let _ = (owned.validate(), owned.to_string(), format!("{owned:#}"));
    }
});
