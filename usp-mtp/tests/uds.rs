//! Records over UNIX domain sockets, byte by byte: one end is ours, the other one is written by hand.
#![cfg(unix)]
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use core::time::Duration;
use std::io;

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use usp_mtp::record::{EndpointId, Record};
use usp_mtp::{Closed, Connection, OpenError, Options, Protocol, RecordReceiver, RecordSender, uds};

const US: &str = "os::00256D-0123456789";
const THEM: &str = "self::peer";

fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).unwrap()
}

fn record(payload: Vec<u8>) -> Vec<u8> {
    Record::no_session(&id(THEM), &id(US), payload).encode_to_vec()
}

fn tlv(kind: u8, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap().to_be_bytes();
    [&[kind][..], &length, value].concat()
}

fn frame(tlvs: &[Vec<u8>]) -> Vec<u8> {
    let rest = tlvs.concat();
    let length = u32::try_from(rest.len()).unwrap().to_be_bytes();
    [&[0x5f, 0x55, 0x53, 0x50][..], &length, &rest].concat()
}

fn handshake() -> Vec<u8> {
    frame(&[tlv(1, THEM.as_bytes())])
}

/// The bytes of the next frame, as they stand.
async fn next(stream: &mut DuplexStream) -> Vec<u8> {
    let mut header = [0; 8];
    stream.read_exact(&mut header).await.unwrap();
    let length = u32::from_be_bytes(header[4..].try_into().unwrap());
    let mut rest = vec![0; length as usize];
    stream.read_exact(&mut rest).await.unwrap();
    [&header[..], &rest].concat()
}

/// The text of the Error frame that is next, behind which the stream ends.
async fn error(mut stream: DuplexStream) -> String {
    let frame = next(&mut stream).await;
    assert_eq!(frame[8], 2, "{frame:?}");
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0, "the stream ends");
    String::from_utf8(frame[13..].to_vec()).unwrap()
}

/// What comes of a server's part of a connection whose client sends this first.
async fn accepted(first: &[u8]) -> (Result<Connection, OpenError>, DuplexStream) {
    let (ours, mut theirs) = duplex(1 << 16);
    theirs.write_all(first).await.unwrap();
    (uds::accept(ours, &id(US), Options::DEFAULT).await, theirs)
}

/// A connection after its handshake, and its other end.
async fn connected(options: Options) -> (RecordSender, RecordReceiver, DuplexStream) {
    let (ours, mut theirs) = duplex(1 << 16);
    theirs.write_all(&handshake()).await.unwrap();
    let connection = uds::accept(ours, &id(US), options).await.unwrap();
    assert_eq!((connection.peer(), connection.protocol()), (&id(THEM), Protocol::Uds));
    next(&mut theirs).await;
    let (sender, receiver) = connection.split();
    (sender, receiver, theirs)
}

/// What the other end is told of these bytes, and what we say of them.
async fn refused(bytes: &[u8]) -> (Closed, String) {
    let (sender, mut receiver, mut theirs) = connected(Options::DEFAULT).await;
    theirs.write_all(bytes).await.unwrap();
    theirs.shutdown().await.unwrap();
    let closed = receiver.receive().await.unwrap_err();
    sender.close(Some(&closed)).await;
    drop(receiver);
    (closed, error(theirs).await)
}

#[tokio::test(start_paused = true)]
async fn r_uds_16_the_client_says_first_who_it_is() {
    let (ours, mut theirs) = duplex(1 << 16);
    let us = id(US);
    let (connection, ()) = tokio::join!(uds::open(ours, &us, Options::DEFAULT), async {
        // The example of TR-369.
        let expected =
            [&[0x5f, 0x55, 0x53, 0x50, 0, 0, 0, 0x1a, 1, 0, 0, 0, 0x15][..], US.as_bytes()].concat();
        assert_eq!(next(&mut theirs).await, expected);
        theirs.write_all(&handshake()).await.unwrap();
    });
    assert_eq!(connection.unwrap().peer(), &id(THEM));
}

#[tokio::test(start_paused = true)]
async fn r_uds_17_the_server_answers_with_who_it_is() {
    let (ours, mut theirs) = duplex(1 << 16);
    let us = id(US);
    let (connection, ()) = tokio::join!(uds::accept(ours, &us, Options::DEFAULT), async {
        assert!(tokio::time::timeout(Duration::from_secs(1), theirs.read_u8()).await.is_err(), "it waits");
        theirs.write_all(&handshake()).await.unwrap();
        assert_eq!(next(&mut theirs).await, frame(&[tlv(1, US.as_bytes())]));
    });
    assert_eq!(connection.unwrap().peer(), &id(THEM));
}

#[tokio::test(start_paused = true)]
async fn r_uds_18_the_client_waits_for_thirty_seconds() {
    let (ours, mut theirs) = duplex(1 << 16);
    let begin = tokio::time::Instant::now();
    let opened = uds::open(ours, &id(US), Options::DEFAULT).await;
    assert!(matches!(opened, Err(OpenError::Silent)), "{opened:?}");
    assert_eq!(begin.elapsed().as_secs(), 30);
    next(&mut theirs).await;
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0, "the stream ends");
}

#[tokio::test(start_paused = true)]
async fn r_uds_15_19_what_is_unexpected_is_passed_over() {
    let (_sender, mut receiver, mut theirs) = connected(Options::DEFAULT).await;
    let sent = record(vec![1, 2, 3]);
    let tlvs = [tlv(9, b"of a later version"), tlv(3, &sent), tlv(0, &[]), tlv(3, &sent)];
    theirs.write_all(&[handshake(), frame(&tlvs)].concat()).await.unwrap();
    assert_eq!(receiver.receive().await.unwrap(), sent);
    assert_eq!(receiver.receive().await.unwrap(), sent);
}

#[tokio::test(start_paused = true)]
async fn r_uds_20_records_before_the_handshake_are_passed_over() {
    let early = frame(&[tlv(3, &record(vec![1]))]);
    let late = record(vec![2]);
    let bytes = [early, handshake(), frame(&[tlv(3, &late)])].concat();
    let (connection, _theirs) = accepted(&bytes).await;
    let (_sender, mut receiver) = connection.unwrap().split();
    assert_eq!(receiver.receive().await.unwrap(), late);
}

#[tokio::test(start_paused = true)]
async fn r_uds_21_a_handshake_without_an_endpoint_id_is_answered_with_an_error() {
    for (bytes, said) in [(&b""[..], "nothing"), (b"nobody", "nobody"), (b"os::\xff", "os::\u{fffd}")] {
        let (connection, theirs) = accepted(&frame(&[tlv(1, bytes)])).await;
        let Err(failed @ OpenError::EndpointId { .. }) = connection else { panic!("{connection:?}") };
        let told = error(theirs).await;
        assert_eq!(told, failed.to_string());
        assert!(told.starts_with(&format!("{said} is no Endpoint ID of the other end: ")), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn r_uds_22_a_record_is_a_frame_of_its_own() {
    let (mut sender, _receiver, mut theirs) = connected(Options::DEFAULT).await;
    let sent = record(vec![7; 300]);
    sender.send(&sent).await.unwrap();
    assert_eq!(next(&mut theirs).await, frame(&[tlv(3, &sent)]));
    sender.close(None).await;
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0, "the stream ends");
}

#[tokio::test(start_paused = true)]
async fn r_uds_23_what_is_no_record_is_answered_with_an_error() {
    let (closed, told) = refused(&frame(&[tlv(3, &[0xff; 9])])).await;
    assert!(matches!(closed, Closed::Record(_)), "{closed:?}");
    assert_eq!(told, closed.to_string());
}

#[tokio::test(start_paused = true)]
async fn r_uds_24_what_is_no_frame_is_answered_with_an_error() {
    let cut = frame(&[tlv(3, &record(vec![1]))]);
    for (bytes, why) in [
        (&b"_USPx"[..], "it ends within a frame"),
        (b"GET / HTTP/1.1\r\n\r\n", "it does not begin with the bytes of one"),
        (b"_USq", "it does not begin with the bytes of one"),
        (&frame(&[]), "it is empty"),
        (&[&b"_USP"[..], &[0, 0, 0, 4], &[3, 0, 0, 0]].concat(), "4 bytes are left for a TLV"),
        (
            &[&b"_USP"[..], &[0, 0, 0, 6], &[9, 0, 0, 0, 2, 0]].concat(),
            "a TLV of 2 bytes is longer than its frame",
        ),
        (&[&b"_USP"[..], &[0, 0, 0, 8], &tlv(9, &[])[..], &[3, 0, 0]].concat(), "3 bytes are left for a TLV"),
        (&cut[..cut.len() - 1], "it ends within a frame"),
        (&cut[..3], "it ends within a frame"),
    ] {
        let (closed, told) = refused(bytes).await;
        assert!(matches!(closed, Closed::Frame(_)), "{bytes:?}: {closed:?}");
        assert_eq!((closed.to_string(), told), (format!("what came is no frame: {why}"), closed.to_string()));
    }
}

#[tokio::test(start_paused = true)]
async fn r_uds_25_an_error_frame_ends_the_connection() {
    let (sender, mut receiver, mut theirs) = connected(Options::DEFAULT).await;
    theirs.write_all(&frame(&[tlv(2, b"no\nmore"), tlv(3, &record(vec![1]))])).await.unwrap();
    let closed = receiver.receive().await.unwrap_err();
    assert_eq!(closed.to_string(), "the other end has closed the connection: no\\nmore");
    sender.close(Some(&closed)).await;
    drop(receiver);
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0, "nothing is said to it, and the stream ends");
    // The same before the handshake is done.
    let (connection, _theirs) = accepted(&frame(&[tlv(2, b"no")])).await;
    assert!(matches!(connection, Err(OpenError::Closed(Closed::Error(text))) if text == "no"));
}

/// A length alone costs no memory, of a Record or of what is passed over.
#[tokio::test(start_paused = true)]
async fn what_is_too_long_is_refused_before_it_comes() {
    let options = || {
        let mut options = Options::DEFAULT;
        options.max_record = 1000;
        options
    };
    let header = |kind: u8, length: u32| {
        let rest = length + 5;
        [&b"_USP"[..], &rest.to_be_bytes(), &[kind], &length.to_be_bytes()].concat()
    };
    let (sender, mut receiver, mut theirs) = connected(options()).await;
    theirs.write_all(&header(3, 1001)).await.unwrap();
    let closed = receiver.receive().await.unwrap_err();
    assert!(matches!(closed, Closed::TooLong { length: 1001, limit: 1000 }), "{closed:?}");
    sender.close(Some(&closed)).await;
    drop(receiver);
    assert_eq!(error(theirs).await, "a Record of 1001 bytes came, and no more than 1000 are taken");

    let (_sender, mut receiver, mut theirs) = connected(options()).await;
    let last = record(vec![1]);
    let sending = async {
        theirs.write_all(&header(9, 100 << 20)).await.unwrap();
        for _ in 0..100 << 10 {
            theirs.write_all(&[0; 1 << 10]).await.unwrap();
        }
        theirs.write_all(&frame(&[tlv(3, &last)])).await.unwrap();
    };
    let (received, ()) = tokio::join!(receiver.receive(), sending);
    assert_eq!(received.unwrap(), last);
    assert!(format!("{receiver:?}").contains("buffered: 0"), "{receiver:?}");
}

/// Whoever gives up waiting for a Record loses nothing of it.
#[tokio::test(start_paused = true)]
async fn to_give_up_receiving_loses_nothing() {
    let (_sender, mut receiver, mut theirs) = connected(Options::DEFAULT).await;
    let sent = record((0..200).collect());
    for byte in frame(&[tlv(3, &sent)]) {
        let waited = tokio::time::timeout(Duration::from_millis(1), receiver.receive()).await;
        assert!(waited.is_err());
        theirs.write_all(&[byte]).await.unwrap();
    }
    assert_eq!(receiver.receive().await.unwrap(), sent);
}

/// Whoever takes nothing does not keep us from closing.
#[tokio::test(start_paused = true)]
async fn closing_waits_for_nobody() {
    let (ours, mut theirs) = duplex(64);
    theirs.write_all(&handshake()).await.unwrap();
    let (sender, _receiver) = uds::accept(ours, &id(US), Options::DEFAULT).await.unwrap().split();
    sender.close(Some(&Closed::Frame("x".repeat(1000)))).await;
}

mod listener {
    use super::*;
    use std::path::PathBuf;

    /// A path that is free, and short, as that of a socket has to be.
    fn path(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("usp-uds-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[tokio::test]
    async fn r_uds_3_the_server_accepts_clients() {
        let path = path("accepts");
        let listener = uds::Listener::bind(&path).unwrap();
        let (us, them) = (id(US), id(THEM));
        let (client, server) = tokio::join!(uds::connect(&path, &us, Options::DEFAULT), async {
            uds::accept(listener.accept().await.unwrap(), &them, Options::DEFAULT).await
        });
        assert_eq!((client.unwrap().peer(), server.unwrap().peer()), (&them, &us));
        drop(listener);
        assert!(!path.exists());
        let failed = uds::connect(&path, &us, Options::DEFAULT).await;
        assert!(matches!(failed, Err(OpenError::Io(error)) if error.kind() == io::ErrorKind::NotFound));
    }

    #[tokio::test]
    async fn r_uds_2_a_socket_that_was_left_behind_is_replaced() {
        let path = path("behind");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "the system keeps it");
        let listener = uds::Listener::bind(&path).unwrap();
        let taken = uds::Listener::bind(&path).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse, "somebody listens there");
        drop(listener);
    }

    #[tokio::test]
    async fn what_is_no_socket_stays() {
        let path = path("file");
        std::fs::write(&path, "precious").unwrap();
        assert_eq!(uds::Listener::bind(&path).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(std::fs::read(&path).unwrap(), b"precious");
        std::fs::remove_file(&path).unwrap();
    }
}

proptest! {
    /// Records come as they were sent, wherever the stream is cut and whatever stands between them.
    #[test]
    fn records_come_as_they_were_sent(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..8),
        others in proptest::collection::vec((4_u8.., proptest::collection::vec(any::<u8>(), 0..40)), 0..8),
        together in any::<bool>(),
        cuts in proptest::collection::vec(1_usize..200, 1..50),
    ) {
        let records: Vec<Vec<u8>> = payloads.into_iter().map(record).collect();
        let mut tlvs: Vec<Vec<u8>> = records.iter().map(|record| tlv(3, record)).collect();
        for (index, (kind, value)) in others.iter().enumerate() {
            tlvs.insert(index * 7 % (tlvs.len() + 1), tlv(*kind, value));
        }
        let bytes = match together {
            true if !tlvs.is_empty() => frame(&tlvs),
            _ => tlvs.iter().flat_map(|tlv| frame(core::slice::from_ref(tlv))).collect(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (received, end) = runtime.block_on(async {
            let (_sender, mut receiver, mut theirs) = connected(Options::DEFAULT).await;
            let sending = async {
                let (mut rest, mut cuts) = (&bytes[..], cuts.iter().cycle());
                while !rest.is_empty() {
                    let (now, later) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                    theirs.write_all(now).await.unwrap();
                    tokio::task::yield_now().await;
                    rest = later;
                }
                theirs.shutdown().await.unwrap();
            };
            let receiving = async {
                let mut received = Vec::new();
                loop {
                    match receiver.receive().await {
                        Ok(record) => received.push(record),
                        Err(closed) => return (received, closed),
                    }
                }
            };
            tokio::join!(receiving, sending).0
        });
        prop_assert_eq!(received, records);
        prop_assert!(matches!(end, Closed::ByPeer), "{:?}", end);
    }

    /// Whatever comes, nothing panics, and it ends.
    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..100), framed in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (sender, mut receiver, mut theirs) = connected(Options::DEFAULT).await;
            if framed {
                theirs.write_all(b"_USP\0\0\0").await.unwrap();
            }
            theirs.write_all(&bytes).await.unwrap();
            theirs.shutdown().await.unwrap();
            let closed = loop {
                if let Err(closed) = receiver.receive().await {
                    break closed;
                }
            };
            sender.close(Some(&closed)).await;
        });
    }
}
