//! The integrity of the fields around a payload, as defined by TR-369, section "Validating the
//! Integrity of the USP Record".

#[cfg(feature = "crypto")]
mod ecdsa_p256;
#[cfg(test)]
mod test_records;
#[cfg(feature = "crypto")]
mod tls_session_mac;

use alloc::vec::Vec;

use bytes::Bytes;

use crate::Record;
use crate::record::RecordType;

#[cfg(feature = "crypto")]
pub use ecdsa_p256::{EcdsaP256, KeyError};
#[cfg(feature = "crypto")]
pub use tls_session_mac::TlsSessionMac;

/// Makes and checks the `mac_signature` of Records.
///
/// In plain text, and until TLS is established, that is an ECDSA signature over P-256 with SHA-256 in
/// ASN.1 DER, checked with `sender_cert` `[R-E2E.31]`; afterwards it is HMAC-SHA256 with a key of the
/// TLS session `[R-E2E.33]`. Which of them, and with which key, is the implementor's knowledge.
/// Comparing has to take the same time wherever the first difference is. With feature `crypto`,
/// `EcdsaP256` and `TlsSessionMac` do both.
pub trait Integrity {
    /// Why a signature could not be made, for instance because the key is missing.
    type Error;

    /// The signature over `input`.
    ///
    /// # Errors
    ///
    /// Whatever keeps the implementor from signing; no Record may go out then.
    fn sign(&self, input: &[u8]) -> Result<Bytes, Self::Error>;

    /// Whether `mac_signature` was made over `input` by the holder of `sender_cert`, or of the key of
    /// the TLS session.
    fn verify(&self, input: &[u8], mac_signature: &[u8], sender_cert: &[u8]) -> bool;
}

impl Record {
    /// The bytes that `mac_signature` protects: every field but the payload and the signature itself
    /// `[R-E2E.32, R-E2E.34]`.
    ///
    /// Fields of the Record and then those of its Session Context follow one another in the order of
    /// their numbers; texts and bytes as they are, numbers big-endian, enumerations as 32 bits,
    /// without keys and lengths `[R-E2E.32.1]`.
    pub fn integrity_input(&self) -> Vec<u8> {
        let mut input = Vec::new();
        input.extend_from_slice(self.version.as_bytes());
        input.extend_from_slice(self.to_id.as_bytes());
        input.extend_from_slice(self.from_id.as_bytes());
        input.extend_from_slice(&self.payload_security.to_be_bytes());
        input.extend_from_slice(&self.sender_cert);
        input.extend_from_slice(self.originator_id.as_bytes());
        input.extend_from_slice(self.destination_id.as_bytes());
        if let Some(RecordType::SessionContext(content)) = &self.record_type {
            for id in [content.session_id, content.sequence_id, content.expected_id, content.retransmit_id] {
                input.extend_from_slice(&id.to_be_bytes());
            }
            input.extend_from_slice(&content.payload_sar_state.to_be_bytes());
            input.extend_from_slice(&content.payloadrec_sar_state.to_be_bytes());
        }
        input
    }

    /// Signs the Record; fields changed afterwards make the signature invalid.
    ///
    /// # Errors
    ///
    /// As [`Integrity::sign`]; the Record is unchanged then.
    pub fn sign<I: Integrity>(&mut self, integrity: &I) -> Result<(), I::Error> {
        self.mac_signature = integrity.sign(&self.integrity_input())?;
        Ok(())
    }

    /// Whether the Record is signed, and the signature is right (R-E2E.30).
    pub fn verify<I: Integrity>(&self, integrity: &I) -> bool {
        !self.mac_signature.is_empty()
            && integrity.verify(&self.integrity_input(), &self.mac_signature, &self.sender_cert)
    }
}

#[cfg(test)]
mod tests {
    use super::test_records::record;
    use super::*;
    use core::convert::Infallible;

    /// A sum stands in for a signature: what matters is over which bytes it goes.
    struct Sum;

    impl Integrity for Sum {
        type Error = Infallible;

        fn sign(&self, input: &[u8]) -> Result<Bytes, Infallible> {
            let sum =
                input.iter().enumerate().map(|(at, byte)| (at as u64 + 1) * u64::from(*byte)).sum::<u64>();
            Ok(Bytes::copy_from_slice(&sum.to_be_bytes()))
        }

        fn verify(&self, input: &[u8], mac_signature: &[u8], _: &[u8]) -> bool {
            self.sign(input).is_ok_and(|expected| expected == mac_signature)
        }
    }

    /// [R-E2E.32.1, R-E2E.34]
    #[test]
    fn r_e2e_32_fields_in_the_order_of_their_numbers() {
        let expected = [
            &b"1.4tofrom"[..],
            &[0, 0, 0, 1],
            b"cert",
            &[0, 0, 0, 0, 0, 0, 1, 2],
            &[0, 0, 0, 0, 0, 0, 0, 3],
            &[0, 0, 0, 0, 0, 0, 0, 4],
            &[0; 8],
            &[0, 0, 0, 1, 0, 0, 0, 2],
        ];
        assert_eq!(record().integrity_input(), expected.concat());
    }

    #[test]
    fn a_changed_field_is_noticed_and_a_changed_payload_is_not() {
        let mut record = record();
        assert!(!record.verify(&Sum), "no signature");
        assert_eq!(record.sign(&Sum), Ok(()));
        assert!(record.verify(&Sum));
        if let Some(RecordType::SessionContext(content)) = &mut record.record_type {
            content.payload.clear();
        }
        assert!(record.verify(&Sum));
        record.to_id = "ot".into();
        assert!(!record.verify(&Sum));
    }
}
