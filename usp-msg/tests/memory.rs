//! What decoding takes in memory: never more than the size of the input allows, and nothing at all for
//! readers and for writers with a used buffer.

use allocation_counter::measure;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use usp_msg::get_supported_dm_resp::{
    RequestedObjectResult, SupportedCommandResult, SupportedObjectResult, SupportedParamResult,
};
use usp_msg::reader::{Lazy, Msg as View, MsgBody, RespType, Valid};
use usp_msg::{DecodeErrorKind, GetResp, GetSupportedDmResp, Limits, Msg, get_resp, writer};

/// Bytes that owned decoding may take for `size` bytes.
fn allowed(size: usize) -> u64 {
    (Limits::MEMORY_PER_BYTE * size + Limits::MEMORY_FREE) as u64
}

#[track_caller]
fn decodes_within_bounds(bytes: &[u8]) -> Result<Msg, usp_msg::DecodeError> {
    let mut result = None;
    let used = measure(|| result = Some(Msg::decode(bytes)));
    assert!(used.bytes_total <= allowed(bytes.len()), "{} bytes took {}", bytes.len(), used.bytes_total);
    result.expect("decoded")
}

fn get_resp(objects: usize) -> Msg {
    let params = ["Enable", "Status", "Alias", "Name", "LastChange"];
    let object = |at| {
        let values = params.iter().map(|name| (*name, format!("value {at}"))).collect::<usp_msg::Map>();
        get_resp::ResolvedPathResult::new(format!("Device.IP.Interface.{at}."), values)
    };
    let result = get_resp::RequestedPathResult::found("Device.IP.", (0..objects).map(object));
    Msg::response_to("id-1", GetResp::new([result]))
}

/// As large as the answer for the whole Device:2 data model, and as dense: many objects with few
/// elements in each list.
fn get_supported_dm_resp() -> Msg {
    let object = |at: usize| SupportedObjectResult {
        supported_obj_path: format!("Device.A{at}."),
        is_multi_instance: at.is_multiple_of(3),
        supported_params: (0..at % 9)
            .map(|param| SupportedParamResult { param_name: format!("P{param}"), ..Default::default() })
            .collect(),
        supported_commands: (0..at % 2)
            .map(|_| SupportedCommandResult {
                command_name: "Reset()".into(),
                input_arg_names: vec!["A".into()],
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    };
    let result = RequestedObjectResult::found("Device.", "urn:x", (0..2_000).map(object));
    Msg::response_to("id-1", GetSupportedDmResp { req_obj_results: vec![result] })
}

#[test]
fn honest_messages_pass() {
    for msg in [get_resp(0), get_resp(1), get_resp(2_000), get_supported_dm_resp()] {
        assert_eq!(decodes_within_bounds(&msg.encode_to_vec()), Ok(msg));
    }
}

/// Two bytes of input for an element of 150 bytes: a hostile byte would buy a hundred.
#[test]
fn messages_of_empty_elements_are_refused() {
    let empty =
        RequestedObjectResult { supported_objs: vec![Default::default(); 20_000], ..Default::default() };
    let msg = Msg::response_to("id-1", GetSupportedDmResp { req_obj_results: vec![empty] });
    let error = decodes_within_bounds(&msg.encode_to_vec()).expect_err("refused");
    assert!(matches!(error.kind(), DecodeErrorKind::TooMuchMemory { .. }), "{error}");
}

#[test]
fn limits_are_kept() {
    let bytes = get_resp(100).encode_to_vec();
    let refused = |limits| Msg::decode_with(&bytes, &limits).expect_err("refused").to_string();
    assert_eq!(
        refused(Limits { elements: 600, ..Limits::DEFAULT }),
        "the Message has more than 600 list elements and map entries"
    );
    assert_eq!(
        refused(Limits { text_length: 20, ..Limits::DEFAULT }),
        "a text has 22 bytes, more than the 20 that are accepted"
    );
    assert!(Msg::decode_with(&bytes, &Limits { elements: 601, text_length: 24, ..Limits::DEFAULT }).is_ok());
}

fn walk<'a, M: usp_msg::reader::Mode>(
    msg: &View<'a, M>,
    mut visit: impl FnMut(&usp_msg::reader::GetResp<'a, M>) -> usize,
) -> usize {
    match msg.content() {
        Some(MsgBody::Response(response)) => match response.resp_type() {
            Some(RespType::GetResp(response)) => visit(response),
            _ => 0,
        },
        _ => 0,
    }
}

#[test]
fn readers_allocate_nothing() {
    let bytes = get_resp(1_000).encode_to_vec();
    let used = measure(|| {
        let msg = View::<Lazy>::open(&bytes).expect("sound");
        let count = walk(&msg, |response| {
            response
                .req_path_results()
                .flat_map(|result| result.expect("sound").resolved_path_results())
                .flat_map(|object| object.expect("sound").result_params())
                .map(|pair| pair.expect("sound").0.len().min(1))
                .sum()
        });
        assert_eq!(count, 5_000);
        let msg = View::<Valid>::read_whole(&bytes).expect("sound");
        let objects = |response: &usp_msg::reader::GetResp<'_, Valid>| {
            response.req_path_results().flat_map(|result| result.resolved_path_results()).count()
        };
        assert_eq!(walk(&msg, objects), 1_000);
    });
    assert_eq!(used.count_total, 0);
}

#[test]
fn writers_with_a_used_buffer_allocate_nothing() {
    let mut buffer = Vec::new();
    let write = |buffer: &mut Vec<u8>| {
        buffer.clear();
        let mut response = writer::get_resp(buffer, "id-1");
        let mut result = response.req_path_results();
        for _ in 0..1_000 {
            result.resolved_path_results().resolved_path("Device.Time.").result_params([("Enable", "true")]);
        }
    };
    write(&mut buffer);
    assert_eq!(measure(|| write(&mut buffer)).count_total, 0);
}

#[cfg(feature = "json")]
const JSON_KINDS: [(&str, &str); 3] = [
    (r#"{"body":{"request":{"get":{"paramPaths":["#, "]}}}}"),
    (r#"{"body":{"response":{"getSupportedDmResp":{"reqObjResults":["#, "]}}}}"),
    (
        r#"{"body":{"response":{"getResp":{"reqPathResults":[{"resolvedPathResults":[{"resultParams":{"#,
        "}}]}]}}}}",
    ),
];

#[cfg(feature = "json")]
const JSON_PIECES: [&str; 7] =
    ["{},", "\"\",", "\"a\\n\",", "\"\":\"\",", "{\"supportedObjs\":[{}]},", "[", "\"supportedObjs\":null,"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Repeats of short pieces are what makes lists of many small elements.
    #[test]
    fn no_input_takes_more_than_its_size_allows(
        head in vec(0..24u8, 0..12),
        piece in vec(0..24u8, 1..8),
        repeats in 0..400usize,
    ) {
        let body = [head, piece.repeat(repeats)].concat();
        // Wrapped up as each of the eleven Responses in turn.
        for number in 1..=11 {
            let bytes = wrap(2, &wrap(2, &wrap(number, &body)));
            let used = measure(|| drop(Msg::decode(&bytes)));
            prop_assert!(used.bytes_total <= allowed(bytes.len()), "{bytes:?} took {}", used.bytes_total);
        }
    }

    /// Texts of JSON are held to the same; those of many empty lists and objects are the hungriest.
    #[cfg(feature = "json")]
    #[test]
    fn no_json_takes_more_than_its_size_allows(
        pieces in vec((0..JSON_PIECES.len(), 0..300usize), 1..8),
        kind in 0..JSON_KINDS.len(),
    ) {
        let body: String = pieces.iter().map(|(piece, repeats)| JSON_PIECES[*piece].repeat(*repeats)).collect();
        let (begin, end) = JSON_KINDS[kind];
        for json in [body.clone(), format!("{begin}{body}"), format!("{begin}{}{end}", body.trim_end_matches(','))] {
            let used = measure(|| drop(Msg::from_json(&json)));
            prop_assert!(used.bytes_total <= allowed(json.len()), "{json} took {}", used.bytes_total);
        }
    }

    #[test]
    fn random_bytes_take_no_more_than_their_size_allows(bytes in vec(any::<u8>(), 0..200)) {
        let used = measure(|| drop(Msg::decode(&bytes)));
        prop_assert!(used.bytes_total <= allowed(bytes.len()));
    }
}

/// A message as the field of this number.
fn wrap(number: u8, inner: &[u8]) -> Vec<u8> {
    let mut outer = vec![number << 3 | 2];
    prost::encode_length_delimiter(inner.len(), &mut outer).expect("there is room");
    outer.extend(inner);
    outer
}

/// Protobuf merges the parts, so that one list grows through all of them.
#[test]
fn a_message_in_parts_takes_no_more_than_its_size_allows() {
    for number in 1..=11 {
        for filling in 0..20 {
            // An unknown field fills the element up.
            let element = wrap(1, &if filling < 2 { Vec::new() } else { wrap(15, &vec![7; filling - 2]) });
            let part = |count: usize| wrap(2, &wrap(2, &wrap(number, &element.repeat(count))));
            for counts in [vec![64, 1], vec![1, 64], vec![65], vec![33, 32], vec![4; 33], vec![1; 129]] {
                let bytes = counts.iter().map(|count| part(*count)).collect::<Vec<_>>().concat();
                let _ = decodes_within_bounds(&bytes);
            }
        }
    }
}

/// Of a text that comes again the last one counts, and the memory of the one before grows for it.
#[test]
fn a_text_that_comes_again_takes_no_more_than_its_size_allows() {
    let element = (8..60).map(|length| wrap(1, &vec![b'a'; length])).collect::<Vec<_>>().concat();
    for elements in [1, 5, 65, 1_025] {
        let bytes = wrap(2, &wrap(2, &wrap(2, &wrap(1, &element).repeat(elements))));
        assert!(decodes_within_bounds(&bytes).is_ok());
    }
}

#[test]
fn an_honest_message_in_parts_passes() {
    for msg in [get_resp(1), get_resp(2_000), get_supported_dm_resp()] {
        let header = Msg { header: msg.header.clone(), ..Msg::default() }.encode_to_vec();
        let body = Msg { header: None, ..msg.clone() }.encode_to_vec();
        let both = [header, wrap(2, &[]), body].concat();
        assert_eq!(decodes_within_bounds(&both), Ok(msg));
    }
}
