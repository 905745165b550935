//! Keyed signatures (HMAC-SHA256, RFC 2104) for values that travel through a client and come back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::key_choice::KeyChoice;

/// A key that signs values of one purpose, and those beside it whose signatures count as well; all are
/// wiped when dropped.
#[derive(Clone)]
pub struct SigningKey {
    keys: Vec<Zeroizing<Vec<u8>>>,
    choice: KeyChoice,
}

impl SigningKey {
    /// A key from raw bytes of any length.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self::of_ring([bytes.to_vec()], KeyChoice::default())
    }

    /// The keys of a ring, of which the chosen one signs.
    pub(crate) fn of_ring(keys: impl IntoIterator<Item = Vec<u8>>, choice: KeyChoice) -> Self {
        Self {
            keys: keys.into_iter().map(Zeroizing::new).collect(),
            choice,
        }
    }

    /// The signature over `parts` in base64url; the parts' boundaries are part of what is signed.
    pub(crate) fn sign(&self, parts: &[&str]) -> String {
        let key = self.keys.get(*self.choice.current());
        let key = key.or(self.keys.first()).map_or(&[][..], |key| key);
        URL_SAFE_NO_PAD.encode(mac(key, parts).finalize().into_bytes())
    }

    /// Whether `signature` was made by [`SigningKey::sign`] over the same parts, in constant time.
    pub(crate) fn verifies(&self, parts: &[&str], signature: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(signature) else {
            return false;
        };
        let made_with = |key: &Zeroizing<Vec<u8>>| mac(key, parts).verify_slice(&bytes).is_ok();
        self.keys.iter().any(made_with)
    }
}

fn mac(key: &[u8], parts: &[&str]) -> Hmac<Sha256> {
    // HMAC takes keys of any length; the empty key stands in for an error that cannot occur.
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac
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
