//! Keyed signatures (HMAC-SHA256, RFC 2104) for values that travel through a client and come back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key that signs values of one purpose; it is wiped when dropped.
#[derive(Clone)]
pub struct SigningKey(Zeroizing<Vec<u8>>);

impl SigningKey {
    /// A key from raw bytes of any length.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The signature over `parts` in base64url; the parts' boundaries are part of what is signed.
    pub(crate) fn sign(&self, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(parts).finalize().into_bytes())
    }

    /// Whether `signature` was made by [`SigningKey::sign`] over the same parts, in constant time.
    pub(crate) fn verifies(&self, parts: &[&str], signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|bytes| self.mac(parts).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, parts: &[&str]) -> Hmac<Sha256> {
        // HMAC takes keys of any length; the empty key stands in for an error that cannot occur.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .unwrap_or_else(|_| Hmac::<Sha256>::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_the_same_parts_only() {
        let key = SigningKey::new(b"0123456789abcdef");
        let signature = key.sign(&["ab", "c"]);
        assert!(key.verifies(&["ab", "c"], &signature));
        assert!(!key.verifies(&["a", "bc"], &signature));
        assert!(!key.verifies(&["ab", "c"], "AAAA"));
        assert!(!SigningKey::new(b"another key here").verifies(&["ab", "c"], &signature));
    }
}
