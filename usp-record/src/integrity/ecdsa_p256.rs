//! The signature method, as defined by TR-369, section "Using the Signature Method to Validate the
//! Integrity of USP Records".

use core::fmt;

use bytes::Bytes;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};

use super::Integrity;

/// Signatures by ECDSA over P-256 with SHA-256, in ASN.1 DER: for Records in plain text, and for those
/// before TLS is established `[R-E2E.31]`.
///
/// Signing is deterministic (RFC 6979) and needs no randomness; its arithmetic is that of RustCrypto,
/// which takes the same time for every private key. The key is overwritten when the value is dropped;
/// printing the value does not show it.
///
/// The public key of the other Endpoint is an argument: whoever makes this value has taken it from a
/// certificate whose chain, validity and Endpoint ID were checked. `sender_cert` of a Record is
/// therefore not looked into; it is among the signed fields. A Record signed with any other key is
/// refused, whatever certificate it brings.
///
/// ```
/// use usp_record::{EcdsaP256, EndpointId, Record};
///
/// let (agent_key, controller_key) = ([0x11; 32], [0x22; 32]);
/// let agent_public = EcdsaP256::public_key_of(&agent_key)?;
/// let controller_public = EcdsaP256::public_key_of(&controller_key)?;
/// let agent = EcdsaP256::new(&agent_key, &controller_public)?;
/// let controller = EcdsaP256::new(&controller_key, &agent_public)?;
///
/// let (from, to) = (EndpointId::parse("doc::agent")?, EndpointId::parse("doc::controller")?);
/// let mut record = Record::no_session(&from, &to, &b"message"[..]);
/// record.sign(&agent)?;
/// assert!(record.verify(&controller));
/// record.from_id = "doc::impostor".into();
/// assert!(!record.verify(&controller));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EcdsaP256 {
    own_key: SigningKey,
    peer_key: VerifyingKey,
}

/// Bytes that are no key. Whoever passed them is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The private key is zero, or not below the order of the curve.
    #[error("the private key is not from 1 to the order of P-256 less 1")]
    Private,
    /// The public key is no point of the curve in the form of SEC 1.
    #[error("the public key is no point of P-256 in the form of SEC 1")]
    Public,
    /// A signature could not be made with the key; the algorithm allows for it, and nobody has seen it.
    #[error("no signature can be made of this input with this private key")]
    Signature,
}

impl EcdsaP256 {
    /// Signs with `private_key`, the 32 bytes of a big-endian number, and verifies with
    /// `peer_public_key`, a point in the form of SEC 1: 33 bytes if compressed, otherwise 65, as
    /// `subjectPublicKey` of a certificate has them.
    ///
    /// # Errors
    ///
    /// A number or a point that is no key of P-256.
    pub fn new(private_key: &[u8; 32], peer_public_key: &[u8]) -> Result<Self, KeyError> {
        let peer_key = VerifyingKey::from_sec1_bytes(peer_public_key).map_err(|_| KeyError::Public)?;
        Ok(Self { own_key: signing_key(private_key)?, peer_key })
    }

    /// The public key that belongs to a private key, uncompressed in the form of SEC 1.
    ///
    /// # Errors
    ///
    /// A number that is no private key of P-256.
    pub fn public_key_of(private_key: &[u8; 32]) -> Result<Bytes, KeyError> {
        let point = signing_key(private_key)?.verifying_key().to_sec1_point(false);
        Ok(Bytes::copy_from_slice(point.as_bytes()))
    }
}

impl Integrity for EcdsaP256 {
    type Error = KeyError;

    fn sign(&self, input: &[u8]) -> Result<Bytes, KeyError> {
        let signature: DerSignature = self.own_key.try_sign(input).map_err(|_| KeyError::Signature)?;
        Ok(Bytes::copy_from_slice(signature.as_bytes()))
    }

    fn verify(&self, input: &[u8], mac_signature: &[u8], _sender_cert: &[u8]) -> bool {
        DerSignature::from_bytes(mac_signature)
            .is_ok_and(|signature| self.peer_key.verify(input, &signature).is_ok())
    }
}

impl fmt::Debug for EcdsaP256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EcdsaP256").finish_non_exhaustive()
    }
}

fn signing_key(private_key: &[u8; 32]) -> Result<SigningKey, KeyError> {
    SigningKey::from_slice(private_key).map_err(|_| KeyError::Private)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrity::test_records::{hex, record, tampered};
    use alloc::format;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// RFC 6979, A.2.5.
    const PRIVATE: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    const X: &str = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
    const Y: &str = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

    fn private() -> [u8; 32] {
        hex(PRIVATE).try_into().expect("32 bytes")
    }

    fn public() -> Vec<u8> {
        hex(&format!("04{X}{Y}"))
    }

    /// An Endpoint that talks to itself: what it signs, it verifies.
    fn endpoint() -> EcdsaP256 {
        EcdsaP256::new(&private(), &public()).expect("a key")
    }

    #[track_caller]
    fn signs(input: &[u8], der: &str) {
        let signature = endpoint().sign(input).expect("a signature");
        assert_eq!(signature, hex(der));
        assert!(endpoint().verify(input, &signature, b""));
    }

    #[test]
    fn rfc_6979_a_2_5_in_der() {
        signs(
            b"sample",
            "3046\
             022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        );
        signs(
            b"test",
            "3045\
             022100f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367\
             0220019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        );
    }

    #[test]
    fn rfc_6979_a_2_5_public_key_in_both_forms() {
        assert_eq!(EcdsaP256::public_key_of(&private()).expect("a key"), public());
        let compressed = EcdsaP256::new(&private(), &hex(&format!("03{X}"))).expect("a key");
        assert_eq!(compressed.peer_key, endpoint().peer_key);
    }

    #[test]
    fn bytes_that_are_no_keys() {
        let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        for private in [[0; 32], [0xff; 32], order.try_into().expect("32 bytes")] {
            assert_eq!(EcdsaP256::new(&private, &public()).err(), Some(KeyError::Private));
            assert_eq!(EcdsaP256::public_key_of(&private), Err(KeyError::Private));
        }
        let mut off_the_curve = public();
        off_the_curve[64] ^= 1;
        for public in [&[][..], &[0], &off_the_curve, &off_the_curve[..64]] {
            assert_eq!(EcdsaP256::new(&private(), public).err(), Some(KeyError::Public), "{public:?}");
        }
    }

    #[test]
    fn r_e2e_31_a_signature_by_another_key_is_refused() {
        let mut record = record();
        assert_eq!(record.sign(&endpoint()), Ok(()));
        assert!(record.verify(&endpoint()));
        let other = EcdsaP256::public_key_of(&[7; 32]).expect("a key");
        assert!(!record.verify(&EcdsaP256::new(&private(), &other).expect("a key")));
    }

    #[test]
    fn r_e2e_31_the_signature_is_der_and_nothing_after_it() {
        let signature = endpoint().sign(b"sample").expect("a signature");
        let longer = [&signature[..], &[0]].concat();
        let raw = [&signature[5..37], &signature[40..72]].concat();
        for wrong in [&[][..], &signature[1..], &signature[..signature.len() - 1], &longer, &raw, &[0; 72]] {
            assert!(!endpoint().verify(b"sample", wrong, b""), "{wrong:?}");
        }
        assert!(!endpoint().verify(b"sample", &hex("3006020100020100"), b""), "zeros");
    }

    #[test]
    fn printing_shows_no_key() {
        assert_eq!(format!("{:?}", endpoint()), "EcdsaP256 { .. }");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn r_e2e_31_a_changed_field_or_signature_is_noticed(field in 0..12, at: prop::sample::Index, bit in 0..7) {
            let mut signed = record();
            prop_assert_eq!(signed.sign(&endpoint()), Ok(()));
            prop_assert!(signed.verify(&endpoint()));
            prop_assert!(!tampered(&signed, field, &at, bit).verify(&endpoint()));
        }

        #[test]
        fn arbitrary_bytes_are_no_signature(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(!endpoint().verify(b"sample", &bytes, b""));
        }
    }
}
