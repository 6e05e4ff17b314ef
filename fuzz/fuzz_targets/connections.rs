//! Any bytes from another end, before and after it has said who it is: a connection gives Records that can be read, and
//! comes to its end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use usp_mtp::websocket::Address;
use usp_mtp::{Options, uds, websocket};
use usp_record::{EndpointId, reader};

const UDS_HANDSHAKE: &[u8] = b"_USP\0\0\0\x0f\x01\0\0\0\x0aself::peer";
const WEBSOCKET_REQUEST: &[u8] = b"GET /usp?eid=self::peer HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: v1.usp\r\n\r\n";

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime of one thread needs nothing").block_on(connect(*kind, bytes));
});

async fn connect(kind: u8, bytes: &[u8]) {
    let (ours, theirs) = duplex(1 << 16);
    let (mut from_us, mut to_us) = tokio::io::split(theirs);
    let before = match kind % 6 {
        0 => UDS_HANDSHAKE,
        1 => WEBSOCKET_REQUEST,
        _ => &[],
    };
    let us = EndpointId::parse("self::us").expect("an Endpoint ID");
    let peer = EndpointId::parse("self::peer").expect("an Endpoint ID");
    let mut options = Options::DEFAULT;
    options.max_record = 1 << 12;
    let ends = async {
        let connection = match kind % 6 {
            0 | 2 => uds::accept(ours, &us, options).await,
            1 | 3 => websocket::accept(ours, "usp", &us, options).await,
            4 => uds::open(ours, &us, options).await,
            _ => {
                let address = Address { host: "a".to_string(), port: 80, path: "usp".to_string() };
                websocket::open(ours, &address, &us, &peer, options).await
            }
        };
        let Ok(connection) = connection else { return };
        if kind % 6 < 2 {
            assert_eq!(connection.peer(), &peer);
        }
        let (sender, mut receiver) = connection.split();
        let closed = loop {
            match receiver.receive().await {
                Ok(record) => {
                    assert!(record.len() <= options.max_record);
                    assert!(reader::Record::open(&record).is_ok());
                }
                Err(closed) => break closed,
            }
        };
        assert!(!closed.to_string().is_empty());
        sender.close(Some(&closed)).await;
    };
    let other = async {
        // Whether all of it is taken is not for the other end to say.
        let _ = to_us.write_all(before).await;
        let _ = to_us.write_all(bytes).await;
        let _ = to_us.shutdown().await;
    };
    let hears = async {
        let mut heard = Vec::new();
        let _ = from_us.read_to_end(&mut heard).await;
    };
    tokio::join!(ends, other, hears);
}
