//! The readers and writers of usp-msg and usp-record allocate nothing for any payload of the bench `codec`.
//! Here and not there, because the counting allocator would slow down the codecs that do allocate.

#[path = "../benches/codec/our_codec.rs"]
mod our_codec;
#[path = "../benches/codec/payloads.rs"]
mod payloads;

use core::hint::black_box;

use allocation_counter::measure;

#[test]
fn walks_and_writers_with_a_used_buffer_allocate_nothing() {
    let (from, to) = payloads::endpoints();
    for payload in payloads::payloads() {
        let mut buffer = Vec::new();
        our_codec::encode(&payload.content, &from, &to, &mut buffer);
        let bytes = buffer.clone();
        let count = |work: &mut dyn FnMut()| measure(work).count_total;
        let lazy = count(&mut || {
            black_box(our_codec::decode_and_walk(&bytes));
        });
        let valid = count(&mut || {
            black_box(our_codec::validate_and_walk(&bytes));
        });
        let write = count(&mut || our_codec::encode(&payload.content, &from, &to, &mut buffer));
        assert_eq!([lazy, valid, write], [0; 3], "{}", payload.name);
        assert_eq!(buffer, bytes, "{}", payload.name);
    }
}
