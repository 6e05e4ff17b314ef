//! Rules of frames, and of keeping alive.

use core::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use usp_mtp::{Closed, Options};

use crate::raw::{BINARY, PING, PONG, Raw, at_most, client, frame, record, server};

fn kept_alive(seconds: u64) -> Options {
    let mut options = Options::DEFAULT;
    options.keep_alive = Some(Duration::from_secs(seconds));
    options
}

/// Lengths that are written in each of the three ways, and their borders.
#[tokio::test]
async fn r_ws_14_14a_15_records_go_as_one_binary_frame() {
    for is_client in [true, false] {
        let (connection, mut raw) =
            if is_client { client(Options::DEFAULT).await } else { server(Options::DEFAULT).await };
        let (mut sender, _receiver) = connection.split();
        for length in [0, 1, 125, 126, 0xffff, 0x1_0000, 300_000] {
            // Whether it is a Record is not the sender's to see.
            let bytes = vec![9; length];
            let (sent, frame) = tokio::join!(sender.send(&bytes), raw.frame());
            sent.expect("sent");
            assert_eq!((frame.first, frame.is_masked), (BINARY, is_client), "FIN and binary; clients mask");
            assert!(frame.payload == bytes, "{length}");
        }
    }
}

#[tokio::test]
async fn r_ws_14_records_come_in_binary_frames() {
    for (connection, mut raw) in [server(Options::DEFAULT).await, client(Options::DEFAULT).await] {
        let (_sender, mut receiver) = connection.split();
        for length in [0, 60, 100, 0x1_0000, 300_000] {
            let record = record(length);
            let (received, ()) = tokio::join!(receiver.receive(), raw.send(BINARY, &record));
            assert!(received.expect("Record") == record, "{length}");
        }
    }
}

#[tokio::test]
async fn r_ws_14b_fragments_are_put_together() {
    for (connection, mut raw) in [server(Options::DEFAULT).await, client(Options::DEFAULT).await] {
        let (_sender, mut receiver) = connection.split();
        let record = record(1000);
        raw.send(0x02, &record[..10]).await;
        raw.send(0x00, &[]).await;
        // Control frames may come between (RFC 6455 section 5.4).
        raw.send(PING, b"still there?").await;
        raw.send(0x00, &record[10..500]).await;
        raw.send(0x80, &record[500..]).await;
        raw.send(BINARY, &record).await;
        assert_eq!(receiver.receive().await.expect("Record"), record);
        assert_eq!(receiver.receive().await.expect("Record"), record);
        let pong = raw.frame().await;
        assert_eq!((pong.first, &pong.payload[..]), (PONG, &b"still there?"[..]));
    }
}

#[tokio::test]
async fn r_ws_13_17_pings_are_answered() {
    for is_client in [true, false] {
        let (connection, mut raw) =
            if is_client { client(Options::DEFAULT).await } else { server(Options::DEFAULT).await };
        let (mut sender, mut receiver) = connection.split();
        let received = async {
            let pong = tokio::select! {
                closed = receiver.receive() => unreachable!("{closed:?}"),
                pong = async {
                    raw.send(PING, b"hello").await;
                    raw.frame().await
                } => pong,
            };
            assert_eq!((pong.first, pong.is_masked, &pong.payload[..]), (PONG, is_client, &b"hello"[..]));
            // Pongs that nobody has asked for are passed over.
            raw.send(PONG, b"unasked").await;
            raw.send(BINARY, &record(1)).await;
            receiver.receive().await
        };
        assert_eq!(received.await.expect("Record"), record(1));

        sender.ping().await.expect("sent");
        let ping = raw.frame().await;
        assert_eq!((ping.first, ping.is_masked, ping.payload.len()), (PING, is_client, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn r_ws_18_silence_is_borne_for_two_intervals() {
    let (connection, _raw) = client(kept_alive(10)).await;
    let (_sender, mut receiver) = connection.split();
    let start = Instant::now();
    let closed = receiver.receive().await.expect_err("silent");
    assert!(matches!(closed, Closed::Silent), "{closed:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(20));

    let mut never = Options::DEFAULT;
    never.keep_alive = None;
    for options in [never, kept_alive(u64::MAX)] {
        let (connection, _raw) = client(options).await;
        let (_sender, mut receiver) = connection.split();
        let year = Duration::from_secs(365 * 24 * 60 * 60);
        assert!(timeout(year, receiver.receive()).await.is_err(), "nothing ends");
    }
}

#[tokio::test(start_paused = true)]
async fn r_ws_18_whatever_comes_is_a_sign_of_life() {
    let (connection, mut raw) = server(kept_alive(10)).await;
    let (_sender, mut receiver) = connection.split();
    let start = Instant::now();
    let record = record(3);
    let (received, ()) = tokio::join!(receiver.receive(), async {
        for first in [PONG, PING, PONG] {
            sleep(Duration::from_secs(19)).await;
            raw.send(first, &[]).await;
        }
        // A frame that is long on its way.
        for byte in frame(BINARY, &record, true) {
            sleep(Duration::from_secs(19)).await;
            raw.write([byte]).await;
        }
    });
    assert_eq!(received.expect("Record"), record);
    let closed = receiver.receive().await.expect_err("silent");
    assert!(matches!(closed, Closed::Silent), "{closed:?}");
    let frames = 3 + u64::try_from(frame(BINARY, &record, true).len()).expect("short");
    assert_eq!(start.elapsed(), Duration::from_secs(19 * frames + 20));
}

/// What was not waited for is silence of this end, and not of the other one.
#[tokio::test(start_paused = true)]
async fn r_ws_18_what_has_come_is_received_however_late() {
    let (connection, mut raw) = server(kept_alive(10)).await;
    let (_sender, mut receiver) = connection.split();
    raw.send(BINARY, &record(3)).await;
    sleep(Duration::from_secs(1000)).await;
    assert_eq!(receiver.receive().await.expect("Record"), record(3));
}

#[tokio::test(start_paused = true)]
async fn receiving_may_be_given_up_at_any_byte() {
    let (connection, mut raw) = server(Options::DEFAULT).await;
    let (_sender, mut receiver) = connection.split();
    let record = record(200);
    let half = record.len() / 2;
    let bytes = [frame(0x02, &record[..half], true), frame(0x80, &record[half..], true)].concat();
    let (last, bytes) = bytes.split_last().expect("bytes");
    for byte in bytes {
        raw.write([*byte]).await;
        assert!(timeout(Duration::from_millis(1), receiver.receive()).await.is_err());
    }
    raw.write([*last]).await;
    assert_eq!(receiver.receive().await.expect("Record"), record);
}

/// Neither end waits for the other one to take what it sends before it takes what comes.
#[tokio::test]
async fn both_directions_go_at_once() {
    let (here, there) = tokio::io::duplex(1 << 10);
    let (us, them, address) = (crate::raw::agent(), crate::raw::controller(), crate::raw::address());
    let (ours, theirs) = tokio::join!(
        usp_mtp::websocket::open(here, &address, &us, &them, at_most(1 << 20)),
        usp_mtp::websocket::accept(there, "/usp", &them, at_most(1 << 20)),
    );
    let record = record(500_000);
    let mut tasks = tokio::task::JoinSet::new();
    for connection in [ours.expect("opened"), theirs.expect("accepted")] {
        let (mut sender, mut receiver) = connection.split();
        let sent = record.clone();
        tasks.spawn(async move {
            for _ in 0..3 {
                sender.send(&sent).await.expect("sent");
                sender.ping().await.expect("sent");
            }
            // Lives as long as the other end receives.
            core::future::pending::<()>().await;
        });
        let expected = record.clone();
        tasks.spawn(async move {
            for _ in 0..3 {
                assert!(receiver.receive().await.expect("Record") == expected);
            }
        });
    }
    for _ in 0..2 {
        tasks.join_next().await.expect("task").expect("no panic");
    }
}

/// Answers to Pings go between Records, and never into one.
#[tokio::test]
async fn r_ws_17_pings_are_answered_while_a_record_is_sent() {
    let (here, there) = tokio::io::duplex(1 << 10);
    let us = crate::raw::controller();
    let mut raw = Raw::client(there);
    let (accepted, _) =
        tokio::join!(usp_mtp::websocket::accept(here, "/usp", &us, Options::DEFAULT), async {
            raw.write(crate::raw::agents_request()).await;
            raw.head().await
        });
    let (mut sender, mut receiver) = accepted.expect("accepted").split();
    let sent = vec![5; 100_000];
    let frames = async {
        raw.send(PING, b"1").await;
        raw.send(PING, b"2").await;
        (raw.frame().await, raw.frame().await)
    };
    tokio::select! {
        closed = receiver.receive() => unreachable!("{closed:?}"),
        (sent, (first, second)) = async { tokio::join!(sender.send(&sent), frames) } => {
            sent.expect("sent");
            assert_eq!((first.first, first.payload.len()), (BINARY, 100_000));
            assert_eq!((second.first, second.payload.len()), (PONG, 1));
        }
    }
}
