//! Other ends that want to do harm. A panic is our bug, never the other end's.

use core::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::Instant;
use usp_mtp::websocket;
use usp_mtp::{Closed, Connection, OpenError, Options};

use crate::raw::{
    BINARY, CLOSE, PING, PONG, Raw, address, agent, agents_request, at_most, client, controller, frame, head,
    record, request, server,
};

/// Why a connection ends when these bytes come and then nothing more.
async fn end((connection, mut raw): (Connection, Raw), bytes: &[u8]) -> Closed {
    let (sender, mut receiver) = connection.split();
    raw.write(bytes).await;
    // What we say to it goes nowhere, yet it goes.
    let (mut theirs, mut ours) = tokio::io::split(raw.stream);
    ours.shutdown().await.expect("ends");
    let closed = loop {
        if let Err(closed) = receiver.receive().await {
            break closed;
        }
    };
    let (_, ()) = tokio::join!(tokio::io::copy(&mut theirs, &mut ours), sender.close(Some(&closed)));
    closed
}

/// Asserts why a server of ours ends a connection.
#[track_caller]
fn assert_frame(closed: &Closed, text: &str) {
    assert!(matches!(closed, Closed::Frame(_)), "{closed:?}");
    assert_eq!(closed.to_string(), format!("what came is no frame: {text}"));
}

/// What a server has of these bytes, and what it answers them with.
async fn asked(bytes: &[u8]) -> (Result<Connection, OpenError>, String) {
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::client(there);
    raw.write(bytes).await;
    let (mut theirs, mut ours) = tokio::io::split(raw.stream);
    ours.shutdown().await.expect("ends");
    let us = controller();
    let mut answer = Vec::new();
    let accepting = async {
        let accepted = websocket::accept(here, "/usp", &us, Options::DEFAULT).await;
        // The stream of a connection ends with it.
        accepted.map(|connection| drop(connection.split()))
    };
    let (accepted, _) = tokio::join!(accepting, theirs.read_to_end(&mut answer));
    let answer = String::from_utf8(answer).expect("UTF-8");
    match accepted {
        Ok(()) => (Ok(server(Options::DEFAULT).await.0), answer),
        Err(error) => (Err(error), answer),
    }
}

#[tokio::test]
async fn what_is_no_http_is_told_so() {
    for (bytes, reason) in [
        // Of TLS.
        (&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], "it does not speak HTTP: invalid token"),
        (b"_USP\0\0\0\x1a\x01", "it does not speak HTTP: invalid token"),
        (b"GET /usp HTTP/1.1\r\nHo\0st: h\r\n", "it does not speak HTTP: invalid header name"),
        (b"GET /usp HTTP/3.0\r\n\r\n", "it does not speak HTTP: invalid HTTP version"),
        (b"GET /usp HTTP/1.0\r\n\r\n", "HTTP version must be 1.1 or higher"),
    ] {
        let (accepted, answer) = asked(bytes).await;
        let reason = format!("the other end does not open a WebSocket: {reason}");
        assert_eq!(accepted.expect_err("garbage").to_string(), reason);
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        assert!(answer.ends_with(&format!("\r\n\r\n{reason}\n")), "{answer}");
    }
    for bytes in [&b""[..], b"GET /usp HT", agents_request().trim_end().as_bytes()] {
        let (accepted, answer) = asked(bytes).await;
        let error = accepted.expect_err("cut off");
        assert!(matches!(error, OpenError::Closed(Closed::ByPeer)), "{error:?}");
        assert_eq!(answer, "", "nobody is there");
    }
}

#[tokio::test]
async fn headers_without_an_end_are_not_read_to_it() {
    let reason =
        "the other end does not open a WebSocket: it sends more than 8192 bytes of headers, or 124 of them";
    let long = request("/usp", &[&format!("X: {}", "x".repeat(9000))]);
    let many = request("/usp", &["X: y"; 130]);
    for bytes in [&long, &many] {
        let (accepted, answer) = asked(bytes.as_bytes()).await;
        assert_eq!(accepted.expect_err("too long").to_string(), reason);
        assert!(answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{answer}");
    }

    // Over a stream that ends never, to either end.
    let (here, mut there) = duplex(1 << 10);
    let endless = tokio::spawn(async move {
        let mut sent = 0;
        there.write_all(b"GET /").await.expect("takes it");
        while there.write_all(&[b'x'; 100]).await.is_ok() {
            sent += 100;
            tokio::task::yield_now().await;
        }
        sent
    });
    let us = controller();
    let (accepted, ()) = tokio::join!(websocket::accept(here, "/usp", &us, Options::DEFAULT), async {
        tokio::task::yield_now().await;
    });
    assert_eq!(accepted.expect_err("too long").to_string(), reason);
    assert!(endless.await.expect("no panic") > 8192);

    let (here, mut there) = duplex(1 << 10);
    let endless = tokio::spawn(async move {
        there.write_all(b"HTTP/1.1 101 S\r\n").await.expect("takes it");
        while there.write_all(b"A: b\r\nLonger: than this one\r\n").await.is_ok() {}
    });
    let (address, us, peer) = (address(), agent(), controller());
    let opened = websocket::open(here, &address, &us, &peer, Options::DEFAULT).await;
    assert_eq!(opened.expect_err("too long").to_string(), reason);
    endless.await.expect("no panic");
}

/// One byte a second keeps nobody for longer than others.
#[tokio::test(start_paused = true)]
async fn who_is_slow_to_ask_is_not_waited_for() {
    let start = Instant::now();
    let (here, mut there) = duplex(64 << 10);
    let slow = tokio::spawn(async move {
        for byte in agents_request().bytes() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if there.write_all(&[byte]).await.is_err() {
                break;
            }
        }
    });
    let error = websocket::accept(here, "/usp", &controller(), Options::DEFAULT).await.expect_err("slow");
    assert!(matches!(error, OpenError::Silent), "{error:?}");
    assert_eq!(start.elapsed(), Options::DEFAULT.handshake_timeout);
    slow.await.expect("no panic");
}

/// Whoever is refused may neither read why nor go.
#[tokio::test(start_paused = true)]
async fn who_is_refused_is_not_waited_for() {
    let start = Instant::now();
    let (here, mut there) = duplex(512);
    let asked = request("/nowhere", &[]);
    assert!(asked.len() < 512);
    there.write_all(asked.as_bytes()).await.expect("takes it");
    let error = websocket::accept(here, "/usp", &controller(), Options::DEFAULT).await.expect_err("refused");
    assert!(matches!(error, OpenError::Path(_)), "{error:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn a_length_beyond_all_bounds_takes_no_memory() {
    for (is_masked, lengths) in [(true, [1 << 63, u64::MAX]), (false, [(4 << 20) + (64 << 10) + 1, 1 << 62])]
    {
        for length in lengths {
            let mut bytes = vec![BINARY, if is_masked { 0xff } else { 0x7f }];
            bytes.extend(length.to_be_bytes());
            bytes.extend(is_masked.then_some([1, 2, 3, 4]).iter().flatten());
            let (connection, mut raw) =
                if is_masked { server(Options::DEFAULT).await } else { client(Options::DEFAULT).await };
            let (sender, mut receiver) = connection.split();
            raw.write(bytes).await;
            let closed = receiver.receive().await.expect_err("too long");
            let claimed = usize::try_from(length).unwrap_or(usize::MAX);
            assert!(matches!(closed, Closed::TooLong { length, .. } if length == claimed), "{closed:?}");
            let ((), (code, _)) = tokio::join!(sender.close(Some(&closed)), async {
                let told = raw.frame().await.close();
                drop(raw);
                told
            });
            assert_eq!(code, 1009);
        }
    }
}

#[tokio::test]
async fn fragments_of_nothing_are_nothing() {
    let (connection, mut raw) = server(Options::DEFAULT).await;
    let (_sender, mut receiver) = connection.split();
    let record = record(3);
    let sending = async {
        raw.send(0x02, &[]).await;
        for _ in 0..10_000 {
            raw.send(0x00, &[]).await;
        }
        raw.send(0x80, &record).await;
    };
    let (received, ()) = tokio::join!(receiver.receive(), sending);
    assert_eq!(received.expect("Record"), record);

    // One that never ends is of a bounded length, and somebody's who is still there.
    let (connection, mut raw) = server(at_most(1000)).await;
    let (_sender, mut receiver) = connection.split();
    let sending = tokio::spawn(async move {
        raw.send(0x02, &[1]).await;
        while raw.stream.write_all(&frame(0x00, &[1; 7], true)).await.is_ok() {}
    });
    let closed = receiver.receive().await.expect_err("too long");
    assert!(matches!(closed, Closed::TooLong { length: 1002, limit: 1000 }), "{closed:?}");
    drop((receiver, _sender));
    sending.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn pings_whose_answers_are_not_taken_come_to_an_end() {
    for is_client in [true, false] {
        let (connection, mut raw) =
            if is_client { client(Options::DEFAULT).await } else { server(Options::DEFAULT).await };
        let (sender, mut receiver) = connection.split();
        let mut sent = 0;
        let flooding = async {
            loop {
                raw.send(PING, &[0; 125]).await;
                sent += 1;
            }
        };
        let closed = tokio::select! {
            received = receiver.receive() => received.expect_err("an end"),
            closed = flooding => closed,
        };
        assert_frame(&closed, "it is one of many Pings, whose answers are not taken");
        // Besides those that the stream holds: 64 KiB in each direction.
        assert!((500..1200).contains(&sent), "{sent}");
        let start = Instant::now();
        sender.close(Some(&closed)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5), "it takes no Close either");
    }
}

/// So many at once are more than a task may do at once, which is not for the other end to pay for.
#[tokio::test]
async fn pings_that_come_all_at_once_are_borne() {
    for _ in 0..100 {
        let (connection, mut raw) = server(Options::DEFAULT).await;
        let (_sender, mut receiver) = connection.split();
        let pings = frame(PING, &[], true).repeat(1000);
        raw.write([pings, frame(BINARY, &record(3), true)].concat()).await;
        assert_eq!(receiver.receive().await.expect("Record"), record(3));
    }
}

#[tokio::test]
async fn pings_whose_answers_are_taken_are_answered_for_ever() {
    let (connection, mut raw) = server(Options::DEFAULT).await;
    let (_sender, mut receiver) = connection.split();
    let asking = async {
        for number in 0..5_000_u32 {
            raw.send(PING, &number.to_be_bytes()).await;
            let pong = raw.frame().await;
            assert_eq!((pong.first, &pong.payload[..]), (PONG, &number.to_be_bytes()[..]));
        }
    };
    tokio::select! {
        received = receiver.receive() => unreachable!("{received:?}"),
        () = asking => {}
    }
}

#[tokio::test]
async fn a_close_that_says_nonsense_closes_nonetheless() {
    for (payload, text) in [
        // Neither of these codes may be sent (RFC 6455 section 7.4).
        (&b"\0\0"[..], "the other end has closed the connection: 1002 Protocol violation"),
        (b"\x03\xe7", "the other end has closed the connection: 1002 Protocol violation"),
        (b"\x03\xee", "the other end has closed the connection: 1002 Protocol violation"),
        (b"\xff\xff", "the other end has closed the connection: 1002 Protocol violation"),
        (b"\x03", "what came is no frame: Invalid close sequence"),
        (
            b"\x03\xe8\xff",
            "what came is no frame: UTF-8 encoding error: invalid utf-8 sequence of 1 bytes from index 0",
        ),
    ] {
        for (connection, is_masked) in
            [(server(Options::DEFAULT).await, true), (client(Options::DEFAULT).await, false)]
        {
            let closed = end(connection, &frame(CLOSE, payload, is_masked)).await;
            assert_eq!(closed.to_string(), text);
        }
    }
}

#[tokio::test]
async fn r_ws_7_frames_that_break_the_rules_of_websockets_end_the_connection() {
    let record = record(3);
    for (bytes, text) in [
        (frame(BINARY, &record, false), "Received an unmasked frame from client"),
        (frame(0xc2, &record, true), "Reserved bits are non-zero"),
        (frame(0x83, &record, true), "Encountered invalid opcode: 3"),
        (frame(0x8f, &[], true), "Encountered invalid opcode: 15"),
        (frame(0x09, &[], true), "Fragmented control frame"),
        (frame(PING, &[0; 126], true), "Control frame too big (payload must be 125 bytes or less)"),
        (frame(0x80, &record, true), "Continue frame but nothing to continue"),
        (
            [frame(0x02, &record, true), frame(BINARY, &record, true)].concat(),
            "While waiting for more fragments received: BINARY",
        ),
    ] {
        assert_frame(&end(server(Options::DEFAULT).await, &bytes).await, text);
    }
    let closed = end(client(Options::DEFAULT).await, &frame(BINARY, &record, true)).await;
    assert_frame(&closed, "Received a masked frame from server");
    let cut = frame(BINARY, &record, true);
    for length in 0..cut.len() {
        let closed = end(server(Options::DEFAULT).await, &cut[..length]).await;
        assert!(matches!(closed, Closed::Io(_)), "{closed:?}");
    }
}

/// A generator of numbers that nobody has chosen, the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).expect("short")).expect("short")
    }
}

#[tokio::test]
async fn frames_of_any_bytes_end_the_connection_at_most() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..1500 {
        let is_client = round % 2 == 0;
        let mut bytes = Vec::new();
        while bytes.len() < 400 {
            let first = [BINARY, 0x02, 0x00, 0x80, PING, PONG, CLOSE, random.byte()][random.below(8)];
            let payload: Vec<u8> = (0..random.below(140)).map(|_| random.byte()).collect();
            bytes.extend(frame(first, &payload, !is_client));
        }
        for _ in 0..random.below(4) {
            let at = random.below(bytes.len());
            bytes[at] = random.byte();
        }
        let connection = if is_client { client(at_most(500)).await } else { server(at_most(500)).await };
        let closed = end(connection, &bytes).await;
        assert!(!closed.to_string().contains('\n'), "{closed}");
    }
}

#[tokio::test]
async fn requests_and_answers_of_any_bytes_are_accepted_or_refused() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let extension = "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=\"os::00256D-0123456789\"";
    let good = request("/usp?eid=os::00256D-0123456789", &["Sec-WebSocket-Protocol: v1.usp", extension]);
    let (mut accepted, mut refused) = (0, 0);
    for at in 0..good.len() {
        for byte in [0, b'\n', b'"', b'%', b',', 0xff, random.byte()] {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = byte;
            let (result, answer) = asked(&bytes).await;
            match result {
                Ok(_) => {
                    accepted += 1;
                    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
                }
                Err(error) => {
                    refused += 1;
                    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
                    assert!(!error.to_string().contains(['\r', '\n']), "{error}");
                }
            }
        }
    }
    assert!(accepted > 100 && refused > 1000, "{accepted} {refused}");

    let good =
        head(&["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", extension]);
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = random.byte();
        let (here, there) = duplex(64 << 10);
        let mut raw = Raw::server(there);
        let (address, us, peer) = (address(), agent(), controller());
        let (opened, ()) =
            tokio::join!(websocket::open(here, &address, &us, &peer, Options::DEFAULT), async {
                raw.head().await;
                raw.write(bytes).await;
                drop(raw);
            });
        let error = opened.expect_err("no key");
        assert!(!error.to_string().contains(['\r', '\n']), "{error}");
    }
}
