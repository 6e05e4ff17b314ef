//! Rules of closing.

use core::time::Duration;

use tokio::time::{Instant, timeout};
use usp_mtp::{Closed, Connection, Options};

use crate::raw::{BINARY, CLOSE, Raw, TEXT, at_most, client, frame, record, server};

/// Both parts: whoever closes, and whoever answers, may be either.
async fn both(options: Options) -> [(Connection, Raw); 2] {
    [server(options).await, client(options).await]
}

/// What comes of these bytes: why the connection is at its end, and what the other end is told.
async fn ended((connection, mut raw): (Connection, Raw), bytes: &[u8]) -> (Closed, u16, String) {
    let (sender, mut receiver) = connection.split();
    let ((), closed) = tokio::join!(raw.write(bytes), receiver.receive());
    let closed = closed.expect_err("an end");
    let ((), (code, reason)) = tokio::join!(sender.close(Some(&closed)), async {
        let (code, reason) = raw.frame().await.close();
        raw.send(CLOSE, &code.to_be_bytes()).await;
        drop(raw);
        (code, reason)
    });
    (closed, code, reason)
}

#[tokio::test]
async fn r_ws_8_a_close_is_answered_with_a_close() {
    for (said, code, closed_as) in [
        (&[][..], None, "the other end has closed the connection"),
        (b"\x03\xe8", Some(1000), "the other end has closed the connection"),
        (b"\x03\xe9going", Some(1001), "the other end has closed the connection"),
        (b"\x03\xebno\nRecord", Some(1003), "the other end has closed the connection: 1003 no\\nRecord"),
        (b"\x0f\xa0", Some(4000), "the other end has closed the connection: 4000"),
    ] {
        for (connection, mut raw) in both(Options::DEFAULT).await {
            let (sender, mut receiver) = connection.split();
            raw.send(CLOSE, said).await;
            let closed = receiver.receive().await.expect_err("closed");
            assert_eq!(closed.to_string(), closed_as);
            let ((), ()) = tokio::join!(sender.close(Some(&closed)), async {
                let answer = raw.frame().await;
                assert_eq!(answer.first, CLOSE);
                assert_eq!(answer.payload.first_chunk().map(|code| u16::from_be_bytes(*code)), code);
                drop(raw);
            });
        }
    }
}

/// The server ends the stream when both have said so, and the client waits for that (RFC 6455 section 7.1.1).
#[tokio::test(start_paused = true)]
async fn r_ws_8_the_server_ends_the_stream_first() {
    let start = Instant::now();
    let (connection, mut raw) = server(Options::DEFAULT).await;
    let (sender, _receiver) = connection.split();
    let ((), ()) = tokio::join!(sender.close(None), async {
        assert_eq!(raw.frame().await.close(), (1000, String::new()));
        raw.send(CLOSE, &[3, 0xe8]).await;
        assert!(raw.is_over().await);
    });
    assert_eq!(start.elapsed(), Duration::ZERO);

    let (connection, mut raw) = client(Options::DEFAULT).await;
    let (sender, _receiver) = connection.split();
    let ((), ()) = tokio::join!(sender.close(None), async {
        assert_eq!(raw.frame().await.close(), (1000, String::new()));
        // What is on its way is nobody's any more.
        raw.send(BINARY, &record(3)).await;
        raw.send(CLOSE, &[3, 0xe8]).await;
        assert!(timeout(Duration::from_secs(1), raw.is_over()).await.is_err(), "it waits");
        drop(raw);
    });
    assert_eq!(start.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn r_ws_8_who_does_not_answer_is_not_waited_for() {
    for (connection, mut raw) in both(Options::DEFAULT).await {
        let start = Instant::now();
        let (sender, receiver) = connection.split();
        sender.close(None).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        drop(receiver);
        assert_eq!(raw.frame().await.close().0, 1000);
        assert!(raw.is_over().await);
    }
}

#[tokio::test]
async fn whoever_waits_for_a_record_learns_that_this_end_has_closed() {
    let (connection, mut raw) = server(Options::DEFAULT).await;
    let (sender, mut receiver) = connection.split();
    let waiting = tokio::spawn(async move { receiver.receive().await });
    tokio::task::yield_now().await;
    let ((), _) = tokio::join!(sender.close(None), async {
        raw.frame().await.close();
        raw.send(CLOSE, &[3, 0xe8]).await;
    });
    let closed = waiting.await.expect("no panic").expect_err("closed");
    assert_eq!(closed.to_string(), "the connection has failed: this end has closed it");
}

#[tokio::test]
async fn r_ws_16_what_is_no_record_closes_with_1003() {
    for (at, payload) in [&b"\x0a\xff"[..], b"no Record at all"].into_iter().enumerate() {
        for (connection, is_masked) in both(Options::DEFAULT).await.into_iter().zip([true, false]) {
            let (closed, code, reason) = ended(connection, &frame(BINARY, payload, is_masked)).await;
            assert!(matches!(closed, Closed::Record(_)), "{at}: {closed:?}");
            assert_eq!((code, reason), (1003, closed.to_string()));
        }
    }
}

#[tokio::test]
async fn r_ws_16_text_closes_with_1003() {
    for text in [&b"hello"[..], &record(3), b"\xff\xfe", b""] {
        for (connection, is_masked) in both(Options::DEFAULT).await.into_iter().zip([true, false]) {
            let (closed, code, reason) = ended(connection, &frame(TEXT, text, is_masked)).await;
            assert!(matches!(closed, Closed::Frame(_)), "{closed:?}");
            assert_eq!((code, reason), (1003, closed.to_string()));
        }
    }
}

#[tokio::test]
async fn too_long_a_record_closes_with_1009() {
    let record = record(100);
    let length = record.len();
    let (connection, mut raw) = server(at_most(length)).await;
    let mut receiver = connection.split().1;
    raw.send(BINARY, &record).await;
    assert_eq!(receiver.receive().await.expect("not too long"), record);

    let fragments = [frame(0x02, &record[..60], true), frame(0x80, &record[60..], true)].concat();
    for bytes in [frame(BINARY, &record, true), fragments] {
        let (closed, code, reason) = ended(server(at_most(length - 1)).await, &bytes).await;
        assert!(matches!(closed, Closed::TooLong { .. }), "{closed:?}");
        let text = format!("a Record of {length} bytes came, and no more than {} are taken", length - 1);
        assert_eq!((code, &reason, closed.to_string()), (1009, &text, text.clone()));
    }
}

/// A Close that were overtaken by a failure for bytes left unread would not be heard.
#[tokio::test(start_paused = true)]
async fn what_comes_after_what_is_no_frame_is_passed_over() {
    for (connection, is_masked) in both(at_most(100)).await.into_iter().zip([true, false]) {
        let (connection, mut raw) = connection;
        let (sender, mut receiver) = connection.split();
        let bytes = frame(BINARY, &vec![0; 1 << 20], is_masked);
        let start = Instant::now();
        let ((), told) = tokio::join!(
            async {
                let closed = receiver.receive().await.expect_err("too long");
                sender.close(Some(&closed)).await;
            },
            async {
                raw.write(bytes).await;
                let told = raw.frame().await.close().0;
                assert!(raw.is_over().await);
                drop(raw);
                told
            }
        );
        assert_eq!((told, start.elapsed()), (1009, Duration::ZERO));
    }
}

#[tokio::test]
async fn a_stream_that_ends_without_a_close_has_failed() {
    for (connection, raw) in both(Options::DEFAULT).await {
        let (mut sender, mut receiver) = connection.split();
        drop(raw);
        let closed = receiver.receive().await.expect_err("ended");
        assert_eq!(closed.to_string(), "the connection has failed: it ends without a Close frame");
        assert!(matches!(receiver.receive().await, Err(Closed::ByPeer)), "nothing more comes");
        sender.send(&record(3)).await.expect_err("gone");
        sender.close(Some(&closed)).await;
    }
}

#[tokio::test]
async fn nothing_is_sent_after_a_close() {
    for (connection, mut raw) in both(Options::DEFAULT).await {
        let (mut sender, mut receiver) = connection.split();
        raw.send(CLOSE, &[3, 0xe8]).await;
        assert!(matches!(receiver.receive().await, Err(Closed::ByPeer)));
        for sent in [sender.send(&record(3)).await, sender.ping().await] {
            assert!(matches!(sent, Err(Closed::ByPeer)), "{sent:?}");
        }
    }
}

/// Who has been silent, or has failed, is not waited for, and the stream ends though somebody holds the other half.
#[tokio::test(start_paused = true)]
async fn who_hears_nothing_is_not_waited_for() {
    let mut options = Options::DEFAULT;
    options.keep_alive = Some(Duration::from_secs(1));
    for (connection, mut raw) in both(options).await {
        let (sender, mut receiver) = connection.split();
        let closed = receiver.receive().await.expect_err("silent");
        let start = Instant::now();
        sender.close(Some(&closed)).await;
        assert_eq!(raw.frame().await.close(), (1001, "the other end has not answered in time".to_string()));
        assert!(raw.is_over().await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(receiver);
    }
}
