//! What it costs to read and to write Messages, as a share of what plain prost types cost.
//!
//! Every round times all codecs one after another, in an order that rotates; a figure is the median over the
//! rounds of the ratio of two times of the same round, and of three such medians the best. A missed bar makes
//! the bench fail. Without `--bench`, as `cargo test` runs it, and with `--test` every codec is tried once
//! and nothing is timed.
//!
//! "plain prost" is what prost-build makes of the schema, with `String` and `HashMap`. rusp-lib is read without a walk
//! and written from a tree that is there already, both of which favour it; "quick" are the types of quick-protobuf in
//! it, built, written, read and walked as those of prost. "floor" is copying the bytes once, and for reading one check
//! of UTF-8 over them. That our codecs allocate nothing is held by the test `codec_allocations`, because counting would
//! slow down those that do.

#![allow(clippy::expect_used, reason = "a bench that cannot read its own data has to stop")]

#[path = "codec/our_codec.rs"]
mod our_codec;
#[path = "codec/payloads.rs"]
mod payloads;
#[path = "codec/plain.rs"]
mod plain;
#[path = "codec/plain_codec.rs"]
mod plain_codec;
#[path = "codec/quick_codec.rs"]
mod quick_codec;
#[path = "codec/rounds.rs"]
mod rounds;

use core::hint::black_box;
use std::process::ExitCode;

use payloads::endpoints;
use rounds::{Case, shares};
use usp_benches::figures::Figures;
use usp_record::bytes::Bytes;
use usp_record::{Reassembly, segment};

/// Name of the payload; share of plain prost that the lazy walk and the writer may take at most.
const BARS: [(&str, f64, f64); 7] = [
    ("Notify ValueChange", 0.36, 0.20),
    ("Get 10", 0.27, 0.20),
    ("Set 20", 0.27, 0.20),
    ("GetResp 100", 0.10, 0.12),
    ("GetResp 5000", 0.08, 0.12),
    ("GetResp 5000 long", 0.14, 0.12),
    ("GetSupportedDMResp", 0.17, 0.18),
];

/// How many times copying a Message once it may take to cut it into Records and put it together again.
const REASSEMBLY_BAR: f64 = 3.0;

/// How many times the lazy walk a walk with validation before it may take.
const VALIDATED_BAR: f64 = 1.7;

fn main() -> ExitCode {
    let asked = |option| std::env::args().any(|argument| argument == option);
    let timed = asked("--bench") && !asked("--test");
    let mut figures = Figures::new("codec", timed);
    for (payload, (name, walk_bar, write_bar)) in payloads::payloads().iter().zip(BARS) {
        assert_eq!(payload.name, name, "the table of bars is in the order of the payloads");
        let bytes = plain_codec::encode(&payload.content);
        let sum = agree(payload, &bytes);
        if timed {
            compare(payload, &bytes, (walk_bar, write_bar), &mut figures);
        }
        black_box(sum);
    }
    reassemble(&mut figures);
    figures.outcome()
}

/// Has every codec read and write the payload once, and checks that they agree on what it says.
fn agree(payload: &payloads::Payload, bytes: &[u8]) -> usize {
    let (from, to) = endpoints();
    let mut buffer = Vec::new();
    our_codec::encode(&payload.content, &from, &to, &mut buffer);
    let quick = quick_codec::encode(&payload.content);
    let sum = plain_codec::decode_and_walk(bytes);
    for bytes in [bytes, &buffer, &quick] {
        assert_eq!(plain_codec::decode_and_walk(bytes), sum, "{}: plain prost", payload.name);
        assert_eq!(our_codec::decode_and_walk(bytes), sum, "{}: lazy walk", payload.name);
        assert_eq!(our_codec::validate_and_walk(bytes), sum, "{}: validated walk", payload.name);
        assert_eq!(quick_codec::decode_and_walk(bytes), sum, "{}: quick-protobuf", payload.name);
    }
    assert_eq!(rusp_write(&rusp_read(&buffer)).len(), buffer.len(), "{}: rusp-lib", payload.name);
    sum
}

/// Times all codecs.
fn compare(
    payload: &payloads::Payload,
    bytes: &[u8],
    (walk_bar, write_bar): (f64, f64),
    figures: &mut Figures,
) {
    let content = &payload.content;
    let (from, to) = endpoints();
    let (mut buffer, mut copy) = (Vec::new(), vec![0; bytes.len()]);
    let mut second_copy = copy.clone();
    let tree = rusp_read(bytes);
    let mut reads = [
        Case::new(|| plain_codec::decode_and_walk(bytes)),
        Case::new(|| our_codec::decode_and_walk(bytes)),
        Case::new(|| our_codec::validate_and_walk(bytes)),
        Case::new(|| usize::from(black_box(rusp_read(bytes)).1.header.is_some())),
        Case::new(|| {
            copy.copy_from_slice(bytes);
            core::str::from_utf8(black_box(&copy)).map_or(1, str::len)
        }),
        Case::new(|| quick_codec::decode_and_walk(bytes)),
    ];
    let read = shares(&mut reads, bytes.len());
    let mut writes = [
        Case::new(|| plain_codec::encode(content).len()),
        Case::new(|| {
            our_codec::encode(content, &from, &to, &mut buffer);
            black_box(&buffer).len()
        }),
        Case::new(|| rusp_write(&tree).len()),
        Case::new(|| {
            second_copy.copy_from_slice(bytes);
            black_box(&second_copy).len()
        }),
        Case::new(|| quick_codec::encode(content).len()),
    ];
    let write = shares(&mut writes, bytes.len());
    let name = format!("{}, {} bytes", payload.name, bytes.len());
    figures.count(&format!("read {name}: ours / prost"), read[1], "", walk_bar);
    figures.count(&format!("read {name}, validated / lazily"), read[2] / read[1], "", VALIDATED_BAR);
    for (who, share) in [("quick-protobuf", read[5]), ("rusp-lib", read[3]), ("a copy", read[4])] {
        figures.peer(&format!("read {name}: {who} / prost"), share);
    }
    figures.count(&format!("write {name}: ours / prost"), write[1], "", write_bar);
    for (who, share) in [("quick-protobuf", write[4]), ("rusp-lib", write[2]), ("a copy", write[3])] {
        figures.peer(&format!("write {name}: {who} / prost"), share);
    }
}
/// Cuts 1 MB into Records of 4 kB and puts it together again.
fn reassemble(figures: &mut Figures) {
    let message = Bytes::from(vec![7; 1 << 20]);
    let run = || {
        let mut reassembly = Reassembly::new();
        let segments = segment(vec![message.clone()], 4096).into_iter();
        segments
            .filter_map(|segment| {
                let limit = message.len();
                reassembly.push(segment.payload_sar_state, segment.payload, limit).expect("in order")
            })
            .map(|message| message.len())
            .sum()
    };
    assert_eq!(run(), message.len(), "the Message is whole again");
    if !figures.measure {
        return;
    }
    let mut cases = [Case::new(|| black_box(message.to_vec()).len()), Case::new(run)];
    let share = shares(&mut cases, message.len())[1];
    figures.count("1 MB in Records of 4 kB and back / a copy", share, "", REASSEMBLY_BAR);
}

type RuspTree = (rusp_lib::usp_record::Record, rusp_lib::usp::Msg);

fn rusp_read(bytes: &[u8]) -> RuspTree {
    let mut record = rusp_lib::usp_decoder::try_decode_record(bytes).expect("encoded by us");
    let payload = record.payload_flatten().map(core::mem::take).unwrap_or_default();
    let msg = rusp_lib::usp_decoder::try_decode_msg(&payload).expect("encoded by us");
    (record, msg)
}

fn rusp_write((record, msg): &RuspTree) -> Vec<u8> {
    let mut record = record.clone();
    if let Some(payload) = record.payload_flatten() {
        *payload = msg.to_vec().expect("encodable");
    }
    record.to_vec().expect("encodable")
}
