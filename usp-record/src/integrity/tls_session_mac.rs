//! The MAC method, as defined by TR-369, section "Using TLS to Validate the Integrity of USP Records".

use core::convert::Infallible;
use core::fmt;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Integrity;
use crate::TlsRole;

/// Message authentication codes by HMAC-SHA256 with the keys of a TLS session between the Endpoints
/// `[R-E2E.33]`: for Records after TLS is established.
///
/// Comparing takes the same time wherever the first difference is. The keyed states are overwritten
/// when the value is dropped; printing the value does not show them.
///
/// ```
/// use usp_record::{EndpointId, Record, TlsRole, TlsSessionMac};
///
/// // What the TLS session exports: the same on both sides.
/// let exported = [7; TlsRole::EXPORTED_LENGTH];
/// let agent = TlsSessionMac::new(&exported, TlsRole::Server);
/// let controller = TlsSessionMac::new(&exported, TlsRole::Client);
///
/// let (from, to) = (EndpointId::parse("doc::agent")?, EndpointId::parse("doc::controller")?);
/// let mut record = Record::no_session(&from, &to, &b"message"[..]);
/// record.sign(&agent)?;
/// assert!(record.verify(&controller));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TlsSessionMac {
    own: Hmac<Sha256>,
    peer: Hmac<Sha256>,
}

impl TlsSessionMac {
    /// The keys of a TLS session, out of what it exported under [`TlsRole::EXPORTER_LABEL`]
    /// (RFC 5705 in TLS 1.2, RFC 8446 in TLS 1.3) `[R-E2E.35]`.
    ///
    /// The first half is the key of the client, the second that of the server `[R-E2E.39]`; each
    /// protects what its owner sends.
    pub fn new(exported: &[u8; TlsRole::EXPORTED_LENGTH], role: TlsRole) -> Self {
        let (client, server) = exported.split_at(32);
        let (client, server) = (keyed(client), keyed(server));
        match role {
            TlsRole::Client => Self { own: client, peer: server },
            TlsRole::Server => Self { own: server, peer: client },
        }
    }
}

impl Integrity for TlsSessionMac {
    type Error = Infallible;

    fn sign(&self, input: &[u8]) -> Result<Bytes, Infallible> {
        let code = self.own.clone().chain_update(input).finalize().into_bytes();
        Ok(Bytes::copy_from_slice(&code))
    }

    /// The whole code has to be there; `sender_cert` plays no part.
    fn verify(&self, input: &[u8], mac_signature: &[u8], _sender_cert: &[u8]) -> bool {
        self.peer.clone().chain_update(input).verify_slice(mac_signature).is_ok()
    }
}

impl fmt::Debug for TlsSessionMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSessionMac").finish_non_exhaustive()
    }
}

/// The state after the key; HMAC fills a key up to a block with zeros.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrity::test_records::{hex, record, tampered};
    use alloc::format;
    use proptest::prelude::*;

    fn both() -> [TlsSessionMac; 2] {
        let mut exported = [1; 64];
        exported[32..].fill(2);
        [TlsRole::Client, TlsRole::Server].map(|role| TlsSessionMac::new(&exported, role))
    }

    /// A key is zero-filled to a block, so that shorter ones of RFC 4231 stand for 32 bytes.
    #[track_caller]
    fn authenticates(key: &[u8], input: &[u8], code: &str) {
        let mut exported = [0; 64];
        exported[..key.len()].copy_from_slice(key);
        let [client, server] =
            [TlsRole::Client, TlsRole::Server].map(|role| TlsSessionMac::new(&exported, role));
        assert_eq!(client.sign(input), Ok(hex(code).into()));
        assert!(server.verify(input, &hex(code), b""));
        assert!(!client.verify(input, &hex(code), b""), "the key of the other side");
    }

    #[test]
    fn rfc_4231_4_2_to_4_5() {
        authenticates(
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        );
        authenticates(
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        );
        authenticates(
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        );
        let key: [u8; 25] = core::array::from_fn(|at| at as u8 + 1);
        authenticates(&key, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    }

    #[test]
    fn r_e2e_33_the_code_is_whole() {
        let [client, server] = both();
        let code = client.sign(b"input").expect("a code");
        assert_eq!(code.len(), 32);
        let longer = [&code[..], &[0]].concat();
        for wrong in [&[][..], &code[..31], &code[..16], &code[1..], &longer] {
            assert!(!server.verify(b"input", wrong, b""), "{wrong:?}");
        }
    }

    #[test]
    fn r_e2e_39_each_side_has_a_key_of_its_own() {
        let [client, server] = both();
        let mut record = record();
        assert_eq!(record.sign(&client), Ok(()));
        assert!(record.verify(&server));
        assert!(!record.verify(&client), "a Record sent back to its sender");
        assert_eq!(record.sign(&server), Ok(()));
        assert!(record.verify(&client));
    }

    #[test]
    fn printing_shows_no_key() {
        assert_eq!(format!("{:?}", both()[0]), "TlsSessionMac { .. }");
    }

    proptest! {
        #[test]
        fn r_e2e_33_a_changed_field_or_code_is_noticed(field in 0..12, at: prop::sample::Index, bit in 0..7) {
            let [client, server] = both();
            let mut signed = record();
            prop_assert_eq!(signed.sign(&client), Ok(()));
            prop_assert!(signed.verify(&server));
            prop_assert!(!tampered(&signed, field, &at, bit).verify(&server));
        }
    }
}
