//! Sessions over TLS that a test brings, as a device would: by rustls, with certificates that are made here.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;
use std::io;

use common::device::{Device, End};
use common::websocket::{MTPS, OWN, listener, with_called, with_own};
use common::{AGENT, CONTROLLER, id};
use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, SigningKey};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyIdMethod, PublicKeyData, SanType,
};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ClientConfig, CommonState, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use usp_agent::datamodel::DataModel;
use usp_controller::Controller;
use usp_msg::Get;
use usp_mtp::record::{EndpointId, EndpointIdPattern};
use usp_mtp::websocket::{self, Address, Listener, Secured, Securing, Tls};
use usp_mtp::{Connection, ControllerHandle, ControllerRuntime, OpenError, Options, SystemRng};

const ID: &str = "Device.LocalAgent.EndpointID";
const NAMES_AGENT: &[&str] = &["urn:bbf:usp:id:os::012345-AGENT"];
const NAMES_CONTROLLER: &[&str] = &["urn:bbf:usp:id:self::controller"];
const NAMES_OTHER: &[&str] = &["urn:bbf:usp:id:self::other", "https://self::controller", "self::controller"];

/// A key that rcgen can sign with.
struct Key {
    key: SigningKey<P256>,
    public: Vec<u8>,
}

impl Key {
    /// Those of P-256 have 65 bytes, at the end of what is around them.
    const PUBLIC: usize = 65;

    fn new() -> Self {
        let key = SigningKey::<P256>::generate().unwrap();
        let mut buffer = [0; 256];
        let info = key.to_spki_der(&mut buffer).unwrap();
        let public = info[info.len() - Self::PUBLIC..].to_vec();
        Self { key, public }
    }

    fn pkcs8(&self) -> PrivatePkcs8KeyDer<'static> {
        self.key.to_pkcs8_der(&mut [0; 256]).unwrap().to_vec().into()
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let mut buffer = [0; 128];
        let signed = self.key.sign_asn1::<Sha256>(&[message], &mut buffer);
        signed.map(<[u8]>::to_vec).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

/// Who issues certificates.
struct Authority(CertifiedIssuer<'static, Key>);

impl Authority {
    fn new() -> Self {
        let mut authority = parameters(1);
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(authority, Key::new()).unwrap())
    }

    /// TLS of an end that shows a certificate with these names, and trusts this authority alone.
    fn end(&self, names: &[&str]) -> Rustls {
        Rustls::new(self, Some(self.issue(names)))
    }

    fn issue(&self, names: &[&str]) -> Identity {
        let mut end = parameters(2);
        end.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        end.subject_alt_names.extend(names.iter().map(|name| SanType::URI((*name).try_into().unwrap())));
        let key = Key::new();
        (end.signed_by(&key, &self.0).unwrap().der().clone(), key.pkcs8())
    }
}

type Identity = (CertificateDer<'static>, PrivatePkcs8KeyDer<'static>);

fn parameters(serial: u64) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.serial_number = Some(serial.into());
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(serial.to_be_bytes().to_vec());
    parameters
}

/// What a device brings.
struct Rustls {
    connector: TlsConnector,
    /// Who shows nothing is nobody's server.
    acceptor: Option<TlsAcceptor>,
}

impl Rustls {
    fn new(trusted: &Authority, identity: Option<Identity>) -> Self {
        let provider = Arc::new(rustls_graviola::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(trusted.0.der().clone()).unwrap();
        let client = ClientConfig::builder_with_provider(provider.clone());
        let client =
            client.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots.clone());
        let Some((certificate, key)) = identity else {
            let connector = Arc::new(client.with_no_client_auth()).into();
            return Self { connector, acceptor: None };
        };
        let client = client.with_client_auth_cert(vec![certificate.clone()], key.clone_key().into()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(vec![certificate], key.into())
            .unwrap();
        Self { connector: Arc::new(client).into(), acceptor: Some(Arc::new(server).into()) }
    }
}

impl Tls for Rustls {
    fn connect<'a>(&'a self, stream: TcpStream, host: &'a str, _: &'a EndpointId) -> Securing<'a> {
        Box::pin(async move {
            let host = ServerName::try_from(host.to_string()).map_err(io::Error::other)?;
            let stream = self.connector.connect(host, stream).await?;
            let names = names(stream.get_ref().1);
            Ok(Secured::new(stream).speaking_for(names))
        })
    }

    fn accept(&self, stream: TcpStream) -> Securing<'_> {
        Box::pin(async move {
            let stream = self.acceptor.as_ref().unwrap().accept(stream).await?;
            let names = names(stream.get_ref().1);
            Ok(Secured::new(stream).speaking_for(names))
        })
    }
}

/// The Endpoint IDs in the certificate of the other end.
fn names(tls: &CommonState) -> Vec<EndpointIdPattern> {
    let certificate = webpki::EndEntityCert::try_from(&tls.peer_certificates().unwrap()[0]).unwrap();
    certificate.valid_uri_names().filter_map(|uri| EndpointIdPattern::from_urn(uri).ok()).collect()
}

/// A device that calls the Controller over TLS.
fn calling(port: u16, tls: Rustls) -> Device {
    let model = with_called(port, &[("EnableEncryption", "true")]);
    Device::start_with(model, |runtime| runtime.with_tls(Arc::new(tls)))
}

fn with_own_secured() -> (DataModel, Address) {
    let (mut model, address) = with_own();
    model.update_value_at(&format!("{OWN}1.WebSocket.EnableEncryption"), "true").unwrap();
    (model, address)
}

/// A device that may be called over TLS.
async fn called(tls: Rustls) -> (Device, Address) {
    let (model, address) = with_own_secured();
    let mut device = Device::start_with(model, |runtime| runtime.with_tls(Arc::new(tls)));
    device.told(&format!("{OWN}1.: waits for callers")).await;
    (device, address)
}

/// What the Controller has of a call of the Agent.
async fn accepted(listener: &Listener, tls: &dyn Tls) -> Result<Connection, OpenError> {
    let stream = listener.accept().await.unwrap();
    websocket::accept_secured(tls, stream, "/usp", &id(CONTROLLER), Options::DEFAULT).await
}

/// What the Controller has of its call to the Agent.
async fn call(address: &Address, tls: &dyn Tls) -> Result<Connection, OpenError> {
    websocket::connect_secured(tls, address, &id(CONTROLLER), &id(AGENT), Options::DEFAULT).await
}

#[tokio::test(start_paused = true)]
async fn tp469_7_9_the_agent_calls_over_tls() {
    let authority = Authority::new();
    let (listener, port) = listener().await;
    let device = calling(port, authority.end(NAMES_AGENT));
    let tls = authority.end(NAMES_CONTROLLER);
    let mut end = End::new(CONTROLLER, accepted(&listener, &tls).await.unwrap()).await;
    device.handle.stop();
    let (stopped, ()) = tokio::join!(device.run, async {
        end.goodbye().await;
        end.receiver.receive().await.unwrap_err();
        end.sender.close(None).await;
    });
    stopped.unwrap();

    let mut device = calling(port, authority.end(NAMES_AGENT));
    let mut end = End::new(CONTROLLER, accepted(&listener, &tls).await.unwrap()).await;
    device.told("self::controller is connected by WebSocket").await;
    assert_ne!(end.get("Device.DeviceInfo.").await, "");
}

#[tokio::test(start_paused = true)]
async fn the_agent_is_called_over_tls() {
    let authority = Authority::new();
    let (device, address) = called(authority.end(NAMES_AGENT)).await;
    assert_eq!(device.value("Device.LocalAgent.MTP.1.Status").await, "Up");
    let connection = call(&address, &authority.end(NAMES_CONTROLLER)).await.unwrap();
    assert_eq!(End::new(CONTROLLER, connection).await.get(ID).await, AGENT);
    // Whoever does not speak TLS is told nothing, and has nothing.
    let plain = websocket::connect(&address, &id(CONTROLLER), &id(AGENT), Options::DEFAULT).await;
    plain.unwrap_err();
}

/// A Controller that a runtime drives, and the lines of its log.
fn operator(tls: Option<Rustls>) -> (ControllerHandle, UnboundedReceiver<String>) {
    let (runtime, operator) = ControllerRuntime::new(Controller::new(id(CONTROLLER), SystemRng));
    let (tell, told) = unbounded_channel();
    let runtime = runtime.on_event(move |event| _ = tell.send(event.to_string()));
    let runtime = match tls {
        Some(tls) => runtime.with_tls(Arc::new(tls)),
        None => runtime,
    };
    tokio::spawn(runtime.run());
    (operator, told)
}

#[tokio::test(start_paused = true)]
async fn both_runtimes_over_tls() {
    let authority = Authority::new();
    let (operator, mut told) = operator(Some(authority.end(NAMES_CONTROLLER)));
    let (way, at) = operator.listen_wss("127.0.0.1:0".parse().unwrap(), "/usp").await.unwrap();
    let device = calling(at.port(), authority.end(NAMES_AGENT));
    let connected = |way| format!("{AGENT} is connected over WebSocket, {way}");
    assert_eq!(told.recv().await.unwrap(), connected(way));
    let answer = operator.ask(&id(AGENT), Get::new([ID])).await.unwrap();
    assert_eq!(answer.values().next(), Some(("Device.LocalAgent.", "EndpointID", AGENT)));
    device.handle.stop();
    device.run.await.unwrap();

    let (_device, address) = called(authority.end(NAMES_AGENT)).await;
    let connected = connected(operator.connect_wss(address, id(AGENT)));
    while told.recv().await.unwrap() != connected {}
    let answer = operator.ask(&id(AGENT), Get::new([ID])).await.unwrap();
    assert_eq!(answer.values().next(), Some(("Device.LocalAgent.", "EndpointID", AGENT)));
}

#[tokio::test(start_paused = true)]
async fn a_controller_without_tls_says_so() {
    let (operator, mut told) = operator(None);
    let listening = operator.listen_wss("127.0.0.1:0".parse().unwrap(), "/usp").await;
    assert_eq!(listening.unwrap_err().to_string(), "nobody can call there: TLS is wanted, and there is none");
    operator.connect_wss(with_own().1, id(AGENT));
    let line = told.recv().await.unwrap();
    assert!(line.ends_with("TLS is wanted, and there is none"), "{line}");
}

/// Not even of one that has the same name.
#[tokio::test(start_paused = true)]
async fn certificates_of_another_authority_are_nothing() {
    let (authority, other) = (Authority::new(), Authority::new());
    // Of the server.
    let (listener, port) = listener().await;
    let mut device = calling(port, authority.end(NAMES_AGENT));
    let refused = accepted(&listener, &other.end(NAMES_CONTROLLER)).await.unwrap_err();
    assert!(matches!(refused, OpenError::Tls(_)), "{refused:?}");
    let why = "there is no TLS with the other end: invalid peer certificate: BadSignature";
    device.told(&format!("{MTPS}1. (try 1): {why}")).await;

    // Of a client that trusts us.
    let (mut device, address) = called(authority.end(NAMES_AGENT)).await;
    let strange = Rustls::new(&authority, Some(other.issue(NAMES_CONTROLLER)));
    call(&address, &strange).await.unwrap_err();
    device.told(&format!("{OWN}1.: a caller was refused: {why}")).await;
}

#[tokio::test(start_paused = true)]
async fn who_shows_no_certificate_is_refused() {
    let authority = Authority::new();
    let (mut device, address) = called(authority.end(NAMES_AGENT)).await;
    call(&address, &Rustls::new(&authority, None)).await.unwrap_err();
    let why = "there is no TLS with the other end: peer sent no certificates";
    device.told(&format!("{OWN}1.: a caller was refused: {why}")).await;
}

/// Nobody is somebody else by saying so, however good a certificate is. What is no URN of an Endpoint ID is no name.
#[tokio::test(start_paused = true)]
async fn certificates_speak_for_their_endpoints_alone() {
    let authority = Authority::new();
    let why = "the certificate of the other end does not speak for self::controller";
    for names in [NAMES_OTHER, &[]] {
        let (listener, port) = listener().await;
        let mut device = calling(port, authority.end(NAMES_AGENT));
        let refused = accepted(&listener, &authority.end(names)).await.unwrap_err();
        assert!(matches!(refused, OpenError::Closed(_)), "it is not even asked: {refused:?}");
        device.told(&format!("{MTPS}1. (try 1): {why}")).await;

        let (mut device, address) = called(authority.end(NAMES_AGENT)).await;
        let refused = call(&address, &authority.end(names)).await.unwrap_err();
        // As much of the reason as comes with the head.
        let told = refused.to_string();
        assert!(told.starts_with("the other end refuses with status 403: the certificate"), "{told}");
        device.told(&format!("{OWN}1.: a caller was refused: {why}")).await;
    }
}

/// As devices have it whose certificates are of a kind of devices.
#[tokio::test(start_paused = true)]
async fn certificates_may_speak_for_many() {
    let authority = Authority::new();
    let (listener, port) = listener().await;
    let tls = authority.end(NAMES_CONTROLLER);
    let _device = calling(port, authority.end(&["urn:bbf:usp:id:os::012345-*"]));
    accepted(&listener, &tls).await.unwrap();

    let _device = calling(port, authority.end(&["urn:bbf:usp:id:os::543210-*"]));
    let refused = loop {
        match accepted(&listener, &tls).await {
            Ok(connection) => drop(connection),
            Err(error) => break error,
        }
    };
    let why = "the certificate of the other end does not speak for os::012345-AGENT";
    assert_eq!(refused.to_string(), why);
}

/// However much of it there is: TLS takes nothing that comes on top.
#[tokio::test(start_paused = true)]
async fn a_handshake_over_tls_takes_so_long_and_no_longer() {
    let authority = Authority::new();
    let (tls, theirs) = (authority.end(NAMES_CONTROLLER), authority.end(NAMES_AGENT));
    let (listener, port) = listener().await;
    let address = Address { host: "127.0.0.1".to_string(), port, path: String::new() };

    // Who says nothing at all, as a server and as a client.
    let start = Instant::now();
    let silent = call(&address, &tls).await.unwrap_err();
    assert!(matches!(silent, OpenError::Silent), "{silent:?}");
    assert_eq!(start.elapsed(), Options::DEFAULT.handshake_timeout);
    drop(listener.accept().await.unwrap());
    let start = Instant::now();
    let _client = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let silent = accepted(&listener, &tls).await.unwrap_err();
    assert!(matches!(silent, OpenError::Silent), "{silent:?}");
    assert_eq!(start.elapsed(), Options::DEFAULT.handshake_timeout);

    // Who is late with TLS, and then says nothing.
    let late = Duration::from_secs(20);
    let start = Instant::now();
    let client = async {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        sleep(late).await;
        let secured = theirs.connect(stream, &address.host, &id(CONTROLLER)).await.unwrap();
        (secured, start.elapsed())
    };
    let (silent, (_secured, elapsed)) = tokio::join!(accepted(&listener, &tls), client);
    let silent = silent.unwrap_err();
    assert!(matches!(silent, OpenError::Silent), "{silent:?}");
    assert_eq!((elapsed, start.elapsed()), (late, Options::DEFAULT.handshake_timeout));
    let start = Instant::now();
    let server = async {
        let stream = listener.accept().await.unwrap();
        sleep(late).await;
        theirs.accept(stream).await.unwrap()
    };
    let (silent, _secured) = tokio::join!(call(&address, &tls), server);
    let silent = silent.unwrap_err();
    assert!(matches!(silent, OpenError::Silent), "{silent:?}");
    assert_eq!(start.elapsed(), Options::DEFAULT.handshake_timeout);
}
