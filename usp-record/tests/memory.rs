//! What decoding a Record takes in memory: never more than its size allows, from bytes and from JSON.

use allocation_counter::measure;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use usp_record::bytes::Bytes;
use usp_record::prost::encode_length_delimiter;
use usp_record::session_context_record::PayloadSarState;
use usp_record::{EndpointId, Reassembly, Record, RecordError, reader};

/// Bytes that decoding may take for `size` bytes.
const fn allowed(size: usize) -> u64 {
    64 * size as u64 + 1024
}

#[track_caller]
fn decodes_within_bounds(bytes: &[u8]) -> Result<Record, RecordError> {
    let mut result = None;
    let used = measure(|| result = Some(Record::decode(bytes)));
    assert!(used.bytes_total <= allowed(bytes.len()), "{} bytes took {}", bytes.len(), used.bytes_total);
    result.expect("decoded")
}

#[test]
fn the_largest_record_passes() {
    let id = |text| EndpointId::parse(text).expect("an Endpoint ID");
    let record = Record::no_session(&id("doc::agent"), &id("doc::controller"), vec![7; 4 << 20]);
    assert_eq!(decodes_within_bounds(&record.encode_to_vec()), Ok(record));
}

/// Two bytes each; a list of them doubles as it grows.
#[test]
fn empty_payloads_take_what_they_may() {
    for count in [1, 5, 513, Record::MAX_PAYLOADS] {
        let content = [7 << 3 | 2, 0].repeat(count);
        let mut bytes = vec![8 << 3 | 2];
        encode_length_delimiter(content.len(), &mut bytes).expect("there is room");
        bytes.extend(content);
        let record = decodes_within_bounds(&bytes).expect("sound");
        assert_eq!(record.session_context().map(|content| content.payload.len()), Some(count));
    }
}

#[test]
fn the_reader_allocates_nothing() {
    let id = |text| EndpointId::parse(text).expect("an Endpoint ID");
    let bytes = Record::no_session(&id("doc::agent"), &id("doc::controller"), vec![7; 1_000]).encode_to_vec();
    let used = measure(|| {
        let record = reader::Record::open(&bytes).expect("sound");
        assert_eq!(record.payload().map(<[u8]>::len), Some(1_000));
    });
    assert_eq!(used.count_total, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Repeats of short pieces are what makes lists of many small elements, and contents in many parts.
    #[test]
    fn no_input_takes_more_than_its_size_allows(
        pieces in vec((vec(0..24u8, 0..4), 0..300usize), 1..5),
        kind in 7..=13u8,
    ) {
        let content = pieces.iter().map(|(piece, repeats)| piece.repeat(*repeats)).collect::<Vec<_>>().concat();
        // As one content, and as many small ones.
        let mut whole = vec![kind << 3 | 2];
        encode_length_delimiter(content.len(), &mut whole).expect("there is room");
        whole.extend(&content);
        let parts: Vec<u8> = content
            .chunks(2)
            .enumerate()
            .flat_map(|(at, part)| {
                let kind = if at % 5 == 0 { 8 } else { kind };
                [&[kind << 3 | 2, part.len() as u8], part].concat()
            })
            .collect();
        for bytes in [whole, parts, content] {
            let used = measure(|| drop(Record::decode(&bytes)));
            prop_assert!(used.bytes_total <= allowed(bytes.len()), "{bytes:?} took {}", used.bytes_total);
        }
    }

    #[test]
    fn random_bytes_take_no_more_than_their_size_allows(bytes in vec(any::<u8>(), 0..200)) {
        let used = measure(|| drop(Record::decode(&bytes)));
        prop_assert!(used.bytes_total <= allowed(bytes.len()));
    }

    #[cfg(feature = "json")]
    #[test]
    fn no_json_takes_more_than_its_size_allows(count in 0..400usize, piece in 0..4usize, end in 0..2usize) {
        let piece = ["\"\"", "\"AA\"", "\"\\u0041A\"", "[]"][piece];
        let body = vec![piece; count].join(",");
        let json = format!("{{\"sessionContext\":{{\"sessionId\":\"1\",\"payload\":[{body}{}", ["", "]}}"][end]);
        let used = measure(|| drop(Record::from_json(&json)));
        prop_assert!(used.bytes_total <= allowed(json.len()), "{json} took {}", used.bytes_total);
    }
}

/// A payload takes two bytes in a Record, and a thousand of them may come in each.
#[test]
fn a_message_in_empty_and_short_parts_takes_no_more_than_its_limit() {
    for part in [&b""[..], b"x"] {
        let mut reassembly = Reassembly::new();
        let used = measure(|| {
            let states = [PayloadSarState::Begin].into_iter().chain([PayloadSarState::Inprocess; 1_000]);
            for state in states {
                let payload = vec![Bytes::from_static(part); Record::MAX_PAYLOADS];
                if reassembly.push(state, payload, 100_000).is_err() {
                    break;
                }
            }
        });
        // What each Record brings comes on top.
        let record = (Record::MAX_PAYLOADS * size_of::<Bytes>()) as u64;
        assert!(used.bytes_max <= 100_000 * 2 + record, "{part:?} took {}", used.bytes_max);
    }
}

#[test]
fn validation_allocates_nothing() {
    let id = |text| EndpointId::parse(text).expect("an Endpoint ID");
    let record = Record::no_session(&id("doc::agent"), &id("doc::controller"), vec![7; 1_000]);
    assert_eq!(measure(|| assert_eq!(record.validate(), Ok(()))).count_total, 0);
}
