//! What an idle connection holds: a Controller may have very many of them.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

use allocation_counter::measure;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::{Builder, Runtime};
use usp_controller::Controller;
use usp_mtp::{ControllerHandle, ControllerRuntime, Options, SystemRng, uds, websocket};
use usp_record::{EndpointId, Record};

/// Bytes that a connection may hold while nothing comes, with its tasks, its queues and the pipe of the test.
const BAR: i64 = 8_000;
/// Bytes of the pipe that stands for the buffers of the system, in each direction.
const PIPE: usize = 64;
/// A Record that was long: nothing of it stays.
const LONG: usize = 300_000;

fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).unwrap()
}

/// A Controller, and what it runs on.
struct Hub {
    runtime: Runtime,
    handle: ControllerHandle,
}

impl Hub {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (hub, handle) = ControllerRuntime::new(Controller::new(id("self::operator"), SystemRng));
        runtime.spawn(hub.run());
        Self { runtime, handle }
    }

    /// What a connection holds of an Agent that has sent a Record, and nothing since.
    fn held(&self, number: u32, connect: impl AsyncFn(&ControllerHandle, &str) -> DuplexStream) -> i64 {
        let mut other = None;
        let held = measure(|| {
            let agent = format!("os::012345-{number:04}");
            other = Some(self.runtime.block_on(connect(&self.handle, &agent)));
        });
        assert!(other.is_some());
        core::mem::forget(other);
        held.bytes_current
    }
}

fn record(agent: &str) -> Vec<u8> {
    Record::no_session(&id(agent), &id("self::operator"), vec![0; LONG]).encode_to_vec()
}

async fn over_uds(handle: &ControllerHandle, agent: &str) -> DuplexStream {
    let tlv = |kind: u8, value: &[u8]| {
        let length = u32::try_from(value.len()).unwrap();
        [&b"_USP"[..], &(length + 5).to_be_bytes(), &[kind], &length.to_be_bytes(), value].concat()
    };
    let (here, mut there) = duplex(PIPE);
    let us = id("self::operator");
    let (ours, ()) = tokio::join!(uds::accept(here, &us, Options::DEFAULT), async {
        there.write_all(&tlv(1, agent.as_bytes())).await.unwrap();
        there.read_exact(&mut [0; 27]).await.unwrap();
    });
    handle.add_accepted(ours.unwrap());
    there.write_all(&tlv(3, &record(agent))).await.unwrap();
    taken(handle, agent).await;
    there
}

async fn over_websocket(handle: &ControllerHandle, agent: &str) -> DuplexStream {
    let request = format!(
        "GET /usp?eid={agent} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: v1.usp\r\n\r\n"
    );
    let (here, mut there) = duplex(PIPE);
    let us = id("self::operator");
    let (ours, ()) = tokio::join!(websocket::accept(here, "usp", &us, Options::DEFAULT), async {
        there.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(there.read_u8().await.unwrap());
        }
    });
    handle.add_accepted(ours.unwrap());
    let record = record(agent);
    // Masked by zeros, which changes nothing.
    let length = u64::try_from(record.len()).unwrap().to_be_bytes();
    let frame = [&[0x82, 0xff][..], &length, &[0; 4], &record].concat();
    there.write_all(&frame).await.unwrap();
    taken(handle, agent).await;
    there
}

/// Waits until the Controller has taken what was sent.
async fn taken(handle: &ControllerHandle, agent: &str) {
    assert!(handle.agents().await.contains(&id(agent)));
    tokio::time::sleep(core::time::Duration::from_millis(1)).await;
}

#[track_caller]
fn check(connect: impl AsyncFn(&ControllerHandle, &str) -> DuplexStream) {
    let hub = Hub::new();
    // The first ones have the maps grow that all share.
    let all: Vec<i64> = (0..20).map(|number| hub.held(number, &connect)).collect();
    let middle = all[10..].iter().sum::<i64>() / 10;
    assert!(middle < BAR, "an idle connection holds {middle} bytes of {BAR}: {all:?}");
}

#[test]
fn an_idle_connection_over_uds_holds_little() {
    check(over_uds);
}

#[test]
fn an_idle_connection_over_websocket_holds_little() {
    check(over_websocket);
}
