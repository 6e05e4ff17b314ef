//! What the data model says of ways to Controllers: the tables `MTP.` of `Device.LocalAgent.` and of its Controllers.

use alloc::collections::BTreeMap;
#[cfg(feature = "websocket")]
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
#[cfg(feature = "websocket")]
use core::time::Duration;

use usp_datamodel::DataModel;
use usp_datamodel::schema::Value;
use usp_record::EndpointId;
#[cfg(feature = "websocket")]
use usp_record::RetryWaits;

use crate::Options;
use crate::ways::{Destination, Place};
#[cfg(feature = "websocket")]
use crate::websocket::Address;

const CONTROLLERS: &str = "Device.LocalAgent.Controller.";
const MTPS: &str = "Device.LocalAgent.MTP.";

/// What a way is described by: a row of a table `MTP.`, and one of several addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    pub(super) row: String,
    index: usize,
}

/// A way that the model wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Dial { destination: Destination, options: Options },
    Listen { place: Place, options: Options },
}

impl Wanted {
    /// Whether it takes TLS.
    #[cfg(feature = "websocket")]
    pub(super) const fn is_secure(&self) -> bool {
        matches!(
            self,
            Self::Dial { destination: Destination::WebSocket { is_secure: true, .. }, .. }
                | Self::Listen { place: Place::WebSocket { is_secure: true, .. }, .. }
        )
    }
}

/// The ways that the rows describe which are enabled.
pub(super) fn wanted(model: &DataModel, options: Options) -> BTreeMap<Source, Wanted> {
    let mut ways = BTreeMap::new();
    for row in enabled(model, MTPS) {
        match &*text(model, &row, "Protocol") {
            "UDS" => add_socket(&mut ways, model, row, options),
            #[cfg(feature = "websocket")]
            "WebSocket" => ways.extend(listening(model, &row, options)),
            _ => {}
        }
    }
    for controller in enabled(model, CONTROLLERS) {
        // [R-WS.4] Of those that are enabled one at most is of WebSocket: Protocol is a functional unique key.
        for row in enabled(model, &format!("{controller}MTP.")) {
            match &*text(model, &row, "Protocol") {
                "UDS" => add_socket(&mut ways, model, row, options),
                #[cfg(feature = "websocket")]
                "WebSocket" => ways.extend(dialed(model, &controller, &row, options)),
                _ => {}
            }
        }
    }
    ways
}

/// Whether an enabled row of `Device.LocalAgent.Controller.` has this Endpoint ID.
pub(super) fn knows(model: &DataModel, peer: &EndpointId) -> bool {
    enabled(model, CONTROLLERS).any(|row| text(model, &row, "EndpointID") == peer.as_str())
}

/// The socket that a row refers to [R-UDS.1]. Where several rows refer to it, it is the first one's.
fn add_socket(ways: &mut BTreeMap<Source, Wanted>, model: &DataModel, row: String, options: Options) {
    let Some(wanted) = socket(model, &row, options) else { return };
    if !ways.values().any(|other| *other == wanted) {
        ways.insert(Source { row, index: 0 }, wanted);
    }
}

#[cfg(unix)]
fn socket(model: &DataModel, row: &str, options: Options) -> Option<Wanted> {
    let reference = text(model, row, "UDS.UnixDomainSocketRef");
    let socket = format!("{}.", reference.trim_end_matches('.'));
    let path = Some(text(model, &socket, "Path")).filter(|path| !path.is_empty())?.into();
    match text(model, &socket, "Mode").as_str() {
        "Listen" => Some(Wanted::Listen { place: Place::Uds(path), options }),
        "Connect" => Some(Wanted::Dial { destination: Destination::Uds(path), options }),
        _ => None,
    }
}

#[cfg(not(unix))]
fn socket(_: &DataModel, _: &str, _: Options) -> Option<Wanted> {
    None
}

/// Where a Controller waits for the Agent to call.
#[cfg(feature = "websocket")]
fn dialed(model: &DataModel, controller: &str, row: &str, options: Options) -> Option<(Source, Wanted)> {
    let peer = EndpointId::parse(&text(model, controller, "EndpointID")).ok()?;
    let source = Source { row: row.to_string(), index: 0 };
    let host = Some(text(model, row, "WebSocket.Host")).filter(|host| !host.is_empty())?;
    let port = u16::try_from(number(model, row, "WebSocket.Port")?).ok()?;
    let address = Address { host, port, path: text(model, row, "WebSocket.Path") };
    let minimum = number(model, row, "WebSocket.SessionRetryMinimumWaitInterval").unwrap_or(5);
    let multiplier = number(model, row, "WebSocket.SessionRetryIntervalMultiplier").unwrap_or(2000);
    // Without a wait it would be called for ever at one moment; TR-181 begins at 1.
    let waits = RetryWaits { minimum: Duration::from_secs(minimum.max(1).into()), multiplier };
    let destination = Destination::WebSocket { address, is_secure: wants_tls(model, row), peer, waits };
    Some((source, Wanted::Dial { destination, options: kept_alive(model, row, options) }))
}

/// Where the Agent waits for Controllers to call: on all addresses, or those of the interfaces that are named.
#[cfg(feature = "websocket")]
fn listening(model: &DataModel, row: &str, options: Options) -> Vec<(Source, Wanted)> {
    let Some(port) = number(model, row, "WebSocket.Port").and_then(|port| u16::try_from(port).ok()) else {
        return Vec::new();
    };
    let (path, is_secure) = (text(model, row, "WebSocket.Path"), wants_tls(model, row));
    let options = kept_alive(model, row, options);
    let interfaces = match model.value_at(&format!("{row}WebSocket.Interfaces")) {
        Ok(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let addresses: Vec<IpAddr> = if interfaces.is_empty() {
        vec![Ipv4Addr::UNSPECIFIED.into()]
    } else {
        interfaces.iter().flat_map(|interface| addresses(model, interface)).collect()
    };
    let source = |index| Source { row: row.to_string(), index };
    let place = |address| {
        let address = SocketAddr::new(address, port);
        Place::WebSocket { address, is_secure, path: path.clone() }
    };
    let listen = |address| Wanted::Listen { place: place(address), options };
    addresses.into_iter().enumerate().map(|(index, address)| (source(index), listen(address))).collect()
}

/// The addresses of an IP interface.
#[cfg(feature = "websocket")]
fn addresses(model: &DataModel, interface: &str) -> Vec<IpAddr> {
    let interface = interface.trim_end_matches('.');
    ["IPv4Address", "IPv6Address"]
        .iter()
        .flat_map(|table| enabled(model, &format!("{interface}.{table}.")))
        .filter_map(|row| text(model, &row, "IPAddress").parse().ok())
        .collect()
}

/// Whether the row wants TLS: where it does not say, it does.
#[cfg(feature = "websocket")]
fn wants_tls(model: &DataModel, row: &str) -> bool {
    model.value_at(&format!("{row}WebSocket.EnableEncryption")) != Ok(Value::Boolean(false))
}

/// [R-WS.18]
#[cfg(feature = "websocket")]
fn kept_alive(model: &DataModel, row: &str, options: Options) -> Options {
    let seconds = number(model, row, "WebSocket.KeepAliveInterval").filter(|seconds| *seconds > 0);
    let keep_alive = seconds.map(|seconds| Duration::from_secs(seconds.into()));
    Options { keep_alive: keep_alive.or(options.keep_alive), ..options }
}

/// Paths of the rows of a table that are enabled, with their final dots.
fn enabled<'m>(model: &'m DataModel, table: &str) -> impl Iterator<Item = String> + use<'m> {
    let rows = model.objects_at(table).unwrap_or_default();
    rows.into_iter().filter(|row| is_true(model, row, "Enable"))
}

fn text(model: &DataModel, row: &str, name: &str) -> String {
    model.value_at(&format!("{row}{name}")).map(|value| value.to_string()).unwrap_or_default()
}

fn is_true(model: &DataModel, row: &str, name: &str) -> bool {
    model.value_at(&format!("{row}{name}")) == Ok(Value::Boolean(true))
}

#[cfg(feature = "websocket")]
fn number(model: &DataModel, row: &str, name: &str) -> Option<u32> {
    match model.value_at(&format!("{row}{name}")) {
        Ok(Value::UnsignedInt(number)) => Some(number),
        _ => None,
    }
}
