//! Rules of the handshake.

use core::time::Duration;

use tokio::io::{AsyncReadExt, duplex};
use tokio::time::Instant;
use usp_mtp::websocket::{self, Address, Listener};
use usp_mtp::{Closed, OpenError, Options};

use crate::raw::{
    ACCEPT, BINARY, KEY, Raw, accept, address, agent, agents_request, controller, frame, head, open, record,
    request,
};

const PROTOCOL: &str = "Sec-WebSocket-Protocol: v1.usp";

/// Asserts that a request is refused with this status, and for this reason, which the client is told.
#[track_caller]
fn assert_refused(
    (accepted, head): (Result<usp_mtp::Connection, OpenError>, String),
    status: &str,
    reason: &str,
) -> OpenError {
    let error = accepted.expect_err("refused");
    assert_eq!(error.to_string(), reason);
    assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\nConnection: close\r\n")), "{head}");
    assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", reason.len() + 1)), "{head}");
    error
}

/// Asks, and reads the answer to its end.
async fn ask(asked: &str) -> (Result<usp_mtp::Connection, OpenError>, String) {
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::client(there);
    let us = controller();
    let (accepted, head) = tokio::join!(websocket::accept(here, "usp", &us, Options::DEFAULT), async {
        raw.write(asked).await;
        let head = raw.head().await;
        if !head.contains(" 101 ") {
            let mut text = String::new();
            raw.stream.read_to_string(&mut text).await.expect("text");
            let length = format!("\r\nContent-Length: {}\r\n", text.len());
            assert!(head.contains(&length), "{head}{text}");
        }
        drop(raw);
        head
    });
    (accepted, head)
}

#[tokio::test]
async fn r_ws_7_9_10_10a_10b_the_request_byte_by_byte() {
    let (opened, _raw, asked) = open(&[PROTOCOL], Options::DEFAULT).await;
    assert_eq!(opened.expect("opened").peer(), &controller());
    let key = asked.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).expect("key");
    assert_eq!((key.len(), key.ends_with("==")), (24, true));
    let expected = head(&[
        "GET /usp?eid=os::00256D-0123456789 HTTP/1.1",
        "Host: acs.example.com:8080",
        "Upgrade: websocket",
        "Connection: Upgrade",
        &format!("Sec-WebSocket-Key: {key}"),
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: v1.usp",
        "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=\"os::00256D-0123456789\"",
    ]);
    assert_eq!(asked, expected);

    let (_opened, _raw, again) = open(&[PROTOCOL], Options::DEFAULT).await;
    assert!(!again.contains(key), "keys are random");
}

/// A server is who its URI names (RFC 6455 section 3), and is told so: it may be several.
#[tokio::test]
async fn r_ws_1_2_the_request_is_for_what_the_uri_names() {
    for (host, port, path, uri) in [
        ("acs.example.com", 8080, "/usp", "ws://acs.example.com:8080/usp"),
        ("192.0.2.1", 80, "", "ws://192.0.2.1:80/"),
        ("2001:db8::1", 443, "usp/agent", "ws://[2001:db8::1]:443/usp/agent"),
    ] {
        let address = Address { host: host.to_string(), port, path: path.to_string() };
        assert_eq!(address.to_string(), uri);
        let (here, there) = duplex(64 << 10);
        let mut raw = Raw::server(there);
        let (us, peer) = (agent(), controller());
        let (opened, asked) = tokio::join!(
            websocket::open(here, &address, &us, &peer, Options::DEFAULT),
            raw.answer(&[PROTOCOL])
        );
        opened.expect("opened");
        let target = asked.strip_prefix("GET ").and_then(|rest| rest.split('?').next()).expect("a target");
        let host = asked.lines().find_map(|line| line.strip_prefix("Host: ")).expect("a host");
        assert_eq!(format!("ws://{host}{target}"), uri);
    }
}

/// Servers that are strict about RFC 6455 refuse the extension.
#[tokio::test]
async fn r_ws_10a_the_extension_may_be_left_out() {
    let mut options = Options::DEFAULT;
    options.eid_extension = false;
    let (opened, _raw, asked) = open(&[PROTOCOL], options).await;
    assert_eq!(opened.expect("opened").peer(), &controller());
    assert!(asked.starts_with("GET /usp?eid=os::00256D-0123456789 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.ends_with("\r\nSec-WebSocket-Protocol: v1.usp\r\n\r\n"), "{asked}");
}

#[tokio::test]
async fn r_ws_10c_percent_signs_of_an_id_are_encoded() {
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::server(there);
    let (us, peer, address) = (controller(), agent(), address());
    let (opened, asked) =
        tokio::join!(websocket::open(here, &address, &us, &peer, Options::DEFAULT), raw.answer(&[PROTOCOL]));
    opened.expect("opened");
    assert!(asked.starts_with("GET /usp?eid=self::the%2520controller HTTP/1.1\r\n"), "{asked}");

    let (accepted, _raw, _) =
        accept(&request("/usp?eid=self::the%2520controller", &[PROTOCOL]), Options::DEFAULT).await;
    assert_eq!(accepted.expect("accepted").peer(), &controller());
    // Not encoded, it is the ID of nobody.
    let answer = ask(&request("/usp?eid=self::the%20controller", &[PROTOCOL])).await;
    assert_refused(
        answer,
        "400 Bad Request",
        "self::the controller is no Endpoint ID of the other end: the instance-id may hold letters, digits, '-', '.', \
         '_' and %XX, yet byte 3 is another",
    );
}

#[tokio::test]
async fn r_ws_7_11_11a_the_answer_byte_by_byte() {
    let extension =
        "Sec-WebSocket-Extensions: permessage-deflate, bbf-usp-protocol; eid=\"os::00256D-0123456789\"";
    let asked = request("/usp?eid=os::00256D-0123456789", &[PROTOCOL, extension]);
    let (accepted, _raw, answer) = accept(&asked, Options::DEFAULT).await;
    assert_eq!(accepted.expect("accepted").peer(), &agent());
    let expected = head(&[
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        &format!("Sec-WebSocket-Accept: {ACCEPT}"),
        "Sec-WebSocket-Protocol: v1.usp",
        "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=\"self::the%20controller\"",
    ]);
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn r_ws_11a_11c_an_extension_that_is_not_offered_is_neither_missed_nor_sent() {
    let (accepted, _raw, answer) = accept(&agents_request(), Options::DEFAULT).await;
    assert_eq!(accepted.expect("accepted").peer(), &agent());
    assert!(!answer.contains("Extensions"), "{answer}");
}

#[tokio::test]
async fn r_ws_10a_clients_of_old_say_who_they_are_in_the_extension() {
    let extension = "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=\"os::00256D-0123456789\"";
    let (accepted, _raw, _) = accept(&request("/usp", &[PROTOCOL, extension]), Options::DEFAULT).await;
    assert_eq!(accepted.expect("accepted").peer(), &agent());
    // What is not deprecated goes before what is.
    let (accepted, _raw, _) =
        accept(&request("/usp?eid=self::a", &[PROTOCOL, extension]), Options::DEFAULT).await;
    assert_eq!(accepted.expect("accepted").peer().as_str(), "self::a");
}

#[tokio::test]
async fn r_ws_10b_who_does_not_say_who_it_is_is_refused() {
    for target in ["/usp", "/usp?eid=", "/usp?id=self::a"] {
        let answer = ask(&request(target, &[PROTOCOL])).await;
        let error = assert_refused(
            answer,
            "400 Bad Request",
            "nothing is no Endpoint ID of the other end: an Endpoint ID is written scheme:authority-id:instance-id, \
             with an empty authority-id scheme::instance-id",
        );
        assert!(matches!(error, OpenError::EndpointId { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn r_ws_12a_a_server_refuses_who_does_not_speak_usp() {
    let reason = "the other end does not name v1.usp in its Sec-WebSocket-Protocol";
    for lines in [&[][..], &["Sec-WebSocket-Protocol: v2.usp, chat"], &["Sec-WebSocket-Protocol: V1.USP"]] {
        let answer = ask(&request("/usp?eid=self::a", lines)).await;
        let error = assert_refused(answer, "400 Bad Request", reason);
        assert!(matches!(error, OpenError::NoSubprotocol), "{error:?}");
    }
    for lines in [
        &["Sec-WebSocket-Protocol: chat, v1.usp"][..],
        &["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: v1.usp"],
    ] {
        let (accepted, _raw, answer) = accept(&request("/usp?eid=self::a", lines), Options::DEFAULT).await;
        accepted.expect("accepted");
        assert!(answer.contains("\r\nSec-WebSocket-Protocol: v1.usp\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn r_ws_12_a_client_opens_nothing_that_does_not_speak_usp() {
    for lines in [
        &[][..],
        &["Sec-WebSocket-Protocol: chat"],
        &["Sec-WebSocket-Protocol: chat, v1.usp"],
        &["Sec-WebSocket-Protocol: v1.usp", "Sec-WebSocket-Protocol: chat"],
    ] {
        let (opened, _raw, _) = open(lines, Options::DEFAULT).await;
        let error = opened.expect_err("refused");
        assert!(matches!(error, OpenError::NoSubprotocol), "{error:?}");
    }
}

#[tokio::test]
async fn r_ws_11b_an_answer_without_the_extension_is_fine() {
    let (opened, _raw, _) = open(&[PROTOCOL], Options::DEFAULT).await;
    assert_eq!(opened.expect("opened").peer(), &controller());
    let ours = "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=\"self::the%20controller\"";
    let (opened, _raw, _) = open(&[PROTOCOL, ours], Options::DEFAULT).await;
    opened.expect("opened");
}

#[tokio::test]
async fn a_client_does_not_talk_to_somebody_else() {
    let other = "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=\"self::other\"";
    let error = open(&[PROTOCOL, other], Options::DEFAULT).await.0.expect_err("other");
    assert!(matches!(error, OpenError::OtherEndpoint { .. }), "{error:?}");
    assert_eq!(error.to_string(), "the other end is self::other, and not self::the%20controller");
    let nobody = "Sec-WebSocket-Extensions: bbf-usp-protocol; eid=nobody";
    let error = open(&[PROTOCOL, nobody], Options::DEFAULT).await.0.expect_err("nobody");
    assert!(matches!(error, OpenError::EndpointId { .. }), "{error:?}");
    let deflate = "Sec-WebSocket-Extensions: permessage-deflate";
    let error = open(&[PROTOCOL, deflate], Options::DEFAULT).await.0.expect_err("not offered");
    assert_eq!(
        error.to_string(),
        "the other end does not open a WebSocket: it wants the extension permessage-deflate, which was not offered"
    );
}

#[tokio::test]
async fn r_ws_2_an_endpoint_is_at_its_path_alone() {
    for target in ["/", "/usp/?eid=self::a", "/USP?eid=self::a", "/usq"] {
        let path = target.split('?').next().expect("path");
        let answer = ask(&request(target, &[PROTOCOL])).await;
        let error = assert_refused(answer, "404 Not Found", &format!("there is no Endpoint at {path}"));
        assert!(matches!(error, OpenError::Path(_)), "{error:?}");
    }
}

#[tokio::test]
async fn r_ws_7_a_request_for_something_else_is_told_how_to_ask() {
    let answer = ask(&head(&["GET /usp?eid=self::a HTTP/1.1", "Host: h"])).await;
    assert!(answer.1.contains("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), "{}", answer.1);
    let reason = "the other end does not open a WebSocket: No \"Connection: upgrade\" header";
    assert_refused(answer, "426 Upgrade Required", reason);

    let asked = agents_request().replace("Version: 13", "Version: 8");
    let reason = "the other end does not open a WebSocket: No \"Sec-WebSocket-Version: 13\" header";
    assert_refused(ask(&asked).await, "426 Upgrade Required", reason);

    let asked = agents_request().replace(KEY, "short");
    let reason = "the other end does not open a WebSocket: Invalid \"Sec-WebSocket-Key\" header value";
    assert_refused(ask(&asked).await, "426 Upgrade Required", reason);

    let answer = ask(&agents_request().replace("GET", "POST")).await;
    assert!(answer.1.contains("\r\nAllow: GET\r\n"), "{}", answer.1);
    let reason = "the other end does not open a WebSocket: it asks for something else than GET";
    assert_refused(answer, "405 Method Not Allowed", reason);
}

/// What a client is answered with.
async fn answered(bytes: &[u8]) -> OpenError {
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::server(there);
    let (address, us, peer) = (address(), agent(), controller());
    let (opened, ()) = tokio::join!(websocket::open(here, &address, &us, &peer, Options::DEFAULT), async {
        raw.head().await;
        raw.write(bytes).await;
        drop(raw);
    });
    opened.expect_err("nothing to be opened")
}

#[tokio::test]
async fn r_ws_7_a_client_says_why_there_is_no_websocket() {
    let error = answered(b"HTTP/1.1 404 Not Found\r\n\r\nthere is\r\nno such\x1b[31m thing\n").await;
    assert!(matches!(error, OpenError::Refused { status: 404, .. }), "{error:?}");
    let reason = "the other end refuses with status 404: there is\\r\\nno such\\u{1b}[31m thing";
    assert_eq!(error.to_string(), reason);
    let error = answered(b"HTTP/1.1 503 Sorry\r\n\r\n").await;
    assert_eq!(error.to_string(), "the other end refuses with status 503: it does not say why");

    let lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket", PROTOCOL];
    let wrong =
        "the other end does not open a WebSocket: its Sec-WebSocket-Accept is not that of the request";
    assert_eq!(answered(head(&lines).as_bytes()).await.to_string(), wrong);
    let accept = format!("Sec-WebSocket-Accept: {ACCEPT}");
    assert_eq!(answered(head(&[&lines[..], &[&accept]].concat()).as_bytes()).await.to_string(), wrong);
    for missing in [1, 2] {
        let mut lines = lines.to_vec();
        lines.remove(missing);
        let error = answered(head(&lines).as_bytes()).await;
        assert_eq!(
            error.to_string(),
            "the other end does not open a WebSocket: it switches to something else"
        );
    }
    let error = answered(b"HTTP/1.1 101 Swit").await;
    assert!(matches!(error, OpenError::Closed(Closed::ByPeer)), "{error:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_before_anything_is_sent() {
    let (here, mut there) = duplex(64 << 10);
    let address = Address { host: "h\r\nX-Y: z".to_string(), ..address() };
    let error = websocket::open(here, &address, &agent(), &controller(), Options::DEFAULT).await;
    assert!(matches!(error, Err(OpenError::Address(_))), "{error:?}");
    assert_eq!(there.read(&mut [0]).await.expect("end"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handshake_takes_so_long_and_no_longer() {
    let mut options = Options::DEFAULT;
    options.handshake_timeout = Duration::from_secs(7);
    let start = Instant::now();
    let (here, mut there) = duplex(64 << 10);
    let error = websocket::accept(here, "/usp", &controller(), options).await.expect_err("silent");
    assert!(matches!(error, OpenError::Silent), "{error:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(7));
    assert_eq!(there.read(&mut [0]).await.expect("end"), 0);

    let start = Instant::now();
    let (here, _there) = duplex(64 << 10);
    let error =
        websocket::open(here, &address(), &agent(), &controller(), options).await.expect_err("silent");
    assert!(matches!(error, OpenError::Silent), "{error:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(7));
}

/// Who has asked may send at once when answered, and the system may hand over both together.
#[tokio::test]
async fn what_comes_with_the_handshake_is_not_lost() {
    let record = record(3);
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::client(there);
    raw.write([agents_request().as_bytes(), &frame(BINARY, &record, true)].concat()).await;
    let accepted = websocket::accept(here, "/usp", &controller(), Options::DEFAULT).await.expect("accepted");
    assert_eq!(accepted.split().1.receive().await.expect("Record"), record);
}

#[tokio::test]
async fn r_ws_7_two_ends_of_ours_over_tcp() {
    let listener = Listener::bind("127.0.0.1:0".parse().expect("address")).await.expect("listens");
    let port = listener.local_addr().expect("address").port();
    let address = Address { host: "127.0.0.1".to_string(), port, path: "usp".to_string() };
    let (us, them) = (agent(), controller());
    let (opened, accepted) =
        tokio::join!(websocket::connect(&address, &us, &them, Options::DEFAULT), async {
            let stream = listener.accept().await.expect("client");
            assert!(stream.nodelay().expect("option"));
            websocket::accept(stream, "/usp", &them, Options::DEFAULT).await
        });
    let (opened, accepted) = (opened.expect("opened"), accepted.expect("accepted"));
    assert_eq!((opened.peer(), accepted.peer()), (&them, &us));

    let ((mut sender, mut receiver), (mut their_sender, mut their_receiver)) =
        (opened.split(), accepted.split());
    let record = record(100_000);
    let (sent, received) = tokio::join!(sender.send(&record), their_receiver.receive());
    sent.expect("sent");
    assert_eq!(received.expect("Record"), record);
    let (sent, received) = tokio::join!(their_sender.send(&record), receiver.receive());
    sent.expect("sent");
    assert_eq!(received.expect("Record"), record);

    // [R-WS.8]
    let ((), closed) = tokio::join!(sender.close(None), async {
        let closed = their_receiver.receive().await.expect_err("closed");
        their_sender.close(Some(&closed)).await;
        closed
    });
    assert!(matches!(closed, Closed::ByPeer), "{closed:?}");

    drop(listener);
    let error = websocket::connect(&address, &us, &them, Options::DEFAULT).await.expect_err("nobody");
    assert!(matches!(error, OpenError::Io(_)), "{error:?}");
}
