//! Owned types, readers and another implementation are compared: on sound Messages of every kind,
//! on Messages that use every liberty of protobuf, and on damaged ones.

mod generate;
mod transcribe;
mod tree;

use crate::body::MsgBody;
use crate::reader::Msg as View;
use crate::request::ReqType;
use crate::schema::MSG;
use crate::{Limits, Msg, Request};
use alloc::vec::Vec;
use generate::{Style, generate};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseError;
use transcribe::transcribe;
use tree::tree;

/// Checks that all ways to read agree: all accept with equal content, or all refuse.
fn agree(bytes: &[u8]) -> Result<(), TestCaseError> {
    let owned = <Msg as prost::Message>::decode(bytes);
    let skimmed = View::open(bytes).and_then(|msg| msg.to_message());
    let validated = View::read_whole(bytes).map(|msg| msg.to_message());
    let limits = Limits { message_size: usize::MAX, elements: usize::MAX, text_length: usize::MAX };
    match owned {
        Ok(owned) => {
            prop_assert_eq!(skimmed.as_ref(), Ok(&owned));
            prop_assert_eq!(View::read_whole(bytes).map(|msg| msg.check_rules()), Ok(owned.validate()));
            prop_assert_eq!(
                View::read_whole_with(bytes, &limits).map(|msg| msg.to_message()),
                Ok(Ok(owned.clone()))
            );
            prop_assert_eq!(validated, Ok(Ok(owned)));
        }
        Err(error) => {
            prop_assert!(skimmed.is_err(), "the reader accepts and prost says {error}");
            prop_assert!(validated.is_err(), "the view accepts and prost says {error}");
            let checked = Msg::decode_with(bytes, &limits);
            prop_assert!(checked.is_err(), "the check accepts and prost says {error}");
        }
    }
    let tight = Limits { message_size: 300, elements: 12, text_length: 40 };
    match (Msg::decode_with(bytes, &tight), View::read_whole_with(bytes, &tight)) {
        (Ok(owned), view) => prop_assert_eq!(view.map(|msg| msg.to_message()), Ok(Ok(owned))),
        // Views take no memory.
        (Err(error), view) if matches!(error.kind(), crate::DecodeErrorKind::TooMuchMemory { .. }) => {
            drop(view)
        }
        (Err(_), view) => prop_assert!(view.is_err()),
    }
    match Msg::decode_with(bytes, &limits).map_err(|error| error.kind().clone()) {
        Ok(msg) => prop_assert_eq!(skimmed, Ok(msg)),
        // They may blame different places if there are several.
        Err(crate::DecodeErrorKind::Malformed(_)) => prop_assert!(skimmed.is_err()),
        Err(crate::DecodeErrorKind::TooMuchMemory { .. }) => {}
        Err(kind) => prop_assert!(false, "unexpected: {kind}"),
    }
    Ok(())
}

/// How many cases to try, unless PROPTEST_CASES says otherwise.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000)
}

/// The parts were once put in front of one another, which took the square of their number.
#[test]
fn a_message_in_very_many_parts_is_read_in_order() {
    let parts = 150_000u32;
    let bytes: Vec<u8> = (0..parts)
        .flat_map(|number| {
            let [a, b, c, d] = core::array::from_fn(|place| b'a' + (number >> (4 * place) & 15) as u8);
            [2 << 3 | 2, 10, 1 << 3 | 2, 8, 1 << 3 | 2, 6, 1 << 3 | 2, 4, a, b, c, d]
        })
        .collect();
    let owned = <Msg as prost::Message>::decode(bytes.as_slice()).expect("sound");
    assert_eq!(View::open(&bytes).and_then(|msg| msg.to_message()).as_ref(), Ok(&owned));
    match owned.body.and_then(|body| body.msg_body) {
        Some(MsgBody::Request(Request { req_type: Some(ReqType::Get(get)) })) => {
            assert_eq!(get.param_paths.len(), 150_000);
        }
        other => panic!("a Get: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_messages(entropy in vec(any::<u8>(), 0..600)) {
        let bytes = generate(&entropy, Style::Usual);
        prop_assert!(<Msg as prost::Message>::decode(bytes.as_slice()).is_ok());
        agree(&bytes)?;
    }

    #[test]
    fn nothing_is_left_of_the_message_before(one in vec(any::<u8>(), 0..300), other in vec(any::<u8>(), 0..300)) {
        let [one, other] = [one, other].map(|entropy| generate(&entropy, Style::Wild));
        let mut view = View::default();
        let _ = view.replace_with(&one, &Limits::DEFAULT);
        let replaced = view.replace_with(&other, &Limits::DEFAULT).map(|()| view.to_message());
        prop_assert_eq!(replaced, View::read_whole_with(&other, &Limits::DEFAULT).map(|msg| msg.to_message()));
    }

    #[test]
    fn messages_with_every_liberty_of_protobuf(entropy in vec(any::<u8>(), 0..600)) {
        agree(&generate(&entropy, Style::Wild))?;
    }

    #[test]
    fn damaged_messages(
        entropy in vec(any::<u8>(), 0..400),
        damage in vec((any::<u16>(), any::<u8>()), 1..4),
        cut in any::<u16>(),
    ) {
        let mut bytes = generate(&entropy, Style::Wild);
        for (place, value) in damage {
            let length = bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(usize::from(place) % length) {
                *byte = value;
            }
        }
        agree(&bytes)?;
        bytes.truncate(usize::from(cut) % (bytes.len() + 1));
        agree(&bytes)?;
    }

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..60)) {
        agree(&bytes)?;
    }

    /// However it is sent, in parts too, which have to be put together.
    #[test]
    fn a_request_is_encoded_as_it_was_sent(entropy in vec(any::<u8>(), 0..600)) {
        let bytes = generate(&entropy, Style::Wild);
        let msg = View::read_whole(&bytes).unwrap_or_default();
        if let Some(crate::reader::MsgBody::Request(request)) = msg.content() {
            let encoded = request.encode("id");
            let again = View::read_whole(&encoded).expect("sound").to_message().expect("sound");
            let owned = request.to_message().expect("sound");
            let expected = Msg::request("id", owned);
            prop_assert_eq!(again, expected);
        }
    }

    #[test]
    fn encoding_is_the_inverse_of_decoding(entropy in vec(any::<u8>(), 0..600)) {
        let bytes = generate(&entropy, Style::Wild);
        if let Ok(msg) = <Msg as prost::Message>::decode(bytes.as_slice()) {
            let encoded = msg.encode_to_vec();
            prop_assert_eq!(<Msg as prost::Message>::decode(encoded.as_slice()), Ok(msg));
        }
    }

    #[test]
    fn writers_write_what_owned_types_encode(entropy in vec(any::<u8>(), 0..600)) {
        let bytes = generate(&entropy, Style::Usual);
        let msg = View::read_whole(&bytes).expect("sound");
        if let Some(written) = transcribe(&msg) {
            let owned = msg.to_message().expect("sound");
            let kind = owned.msg_type().expect("content");
            let mut expected = owned;
            expected.header = Some(crate::Header { msg_id: msg.msg_id().into(), msg_type: kind.into() });
            prop_assert_eq!(written, expected.encode_to_vec());
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn json_is_read_as_it_was_printed(entropy in vec(any::<u8>(), 0..600)) {
        let bytes = generate(&entropy, Style::Wild);
        if let Ok(msg) = Msg::decode(&bytes) {
            prop_assert_eq!(Msg::from_json(&msg.to_json()), Ok(msg));
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn any_text_is_json_of_a_message_or_a_typed_error(json in "[\\[\\]{}:,\"a-z0-9\\\\u]{0,40}") {
        let _ = Msg::from_json(&json);
    }

    /// [R-ENC.0]
    #[test]
    fn rusp_lib_reads_and_writes_the_same(entropy in vec(any::<u8>(), 0..600)) {
        let bytes = generate(&entropy, Style::Usual);
        let ours = <Msg as prost::Message>::decode(bytes.as_slice()).expect("sound").encode_to_vec();
        let theirs = rusp_lib::usp_decoder::try_decode_msg(&ours).expect("sound");
        let theirs = theirs.to_vec().expect("encodable");
        prop_assert_eq!(tree(&MSG, &ours), tree(&MSG, &theirs));
    }
}
