//! The vault: seals secrets for the place they are kept in, and opens them there only.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::model::secret::{NoRandomness, Secret, random_bytes};
use crate::model::signature::SigningKey;
use crate::model::vault_key::VaultKey;

const VERSION: &str = "v1";
/// 192 bits: so long that random nonces never meet, however many values one key seals. The 96 bits of
/// plain ChaCha20-Poly1305 (RFC 8439 §2.8) would need a counter that all processes share
/// (draft-irtf-cfrg-xchacha-03 §1).
const NONCE_LENGTH: usize = 24;

/// A failure of the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The text does not open: another key, another place, or damage.
    #[error("a sealed value does not open with the vault's keys")]
    DoesNotOpen,
    /// The value was sealed with a key that is not in the ring.
    #[error(
        "the vault key that sealed the stored secrets is not configured (VAULT_KEYS, ENCRYPTION_KEY or VAULT_KEY_FILE); a new key is never made over existing data"
    )]
    KeyMissing,
    /// A configured key has the name of the right one but is another.
    #[error(
        "the configured vault key is not the one that sealed the stored secrets; put the right key back (VAULT_KEYS, ENCRYPTION_KEY or VAULT_KEY_FILE)"
    )]
    WrongKey,
    /// No random nonce could be had.
    #[error("the system's random number source is not available")]
    NoRandomness,
}

impl From<NoRandomness> for VaultError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

/// Where a sealed value is kept: the associated data of its encryption (RFC 5116 §2.1). It opens
/// nowhere else, so that a ciphertext moved to another row, or an older one put back into a newer row,
/// is worth nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AssociatedData<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's tenant.
    pub tenant: &'a str,
    /// The row's owner.
    pub owner: &'a str,
    /// The row's id.
    pub row: &'a str,
    /// The row's generation.
    pub generation: i64,
}

impl AssociatedData<'_> {
    fn purpose(self) -> Vec<u8> {
        format!("seal {}.{}", self.table, self.column).into_bytes()
    }

    fn to_bytes(self) -> Vec<u8> {
        let generation = self.generation.to_string();
        let parts = [
            VERSION,
            self.table,
            self.column,
            self.tenant,
            self.owner,
            self.row,
            &generation,
        ];
        let mut data = Vec::with_capacity(128);
        // Each part behind its length: without it, two places could be spelled by the same bytes.
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

/// A ring of keys: the first seals, all open.
#[derive(Clone)]
pub struct Vault {
    first: VaultKey,
    others: Vec<VaultKey>,
}

impl Vault {
    /// A vault that seals with `first` and opens with all.
    pub fn new(first: VaultKey, others: Vec<VaultKey>) -> Self {
        Self { first, others }
    }

    /// Seals `secret` with XChaCha20-Poly1305 under a random nonce, as `v1.<key id>.<base64url>`.
    ///
    /// # Errors
    /// When the system gives no random nonce.
    pub(crate) fn seal(
        &self,
        associated: &AssociatedData<'_>,
        secret: &Secret,
    ) -> Result<String, VaultError> {
        let nonce: [u8; NONCE_LENGTH] = random_bytes()?;
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: &associated.to_bytes(),
        };
        let sealed = cipher(&self.first, associated)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::DoesNotOpen)?;
        let text = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        Ok(format!("{VERSION}.{}.{text}", self.first.id()))
    }

    /// Opens what `Vault::seal` made for the same place.
    ///
    /// # Errors
    /// `KeyMissing` when it was sealed with a key outside the ring, else `DoesNotOpen`.
    pub(crate) fn open(
        &self,
        associated: &AssociatedData<'_>,
        sealed: &str,
    ) -> Result<Secret, VaultError> {
        let (key_id, text) = split(sealed)?;
        let key = self.key(key_id).ok_or(VaultError::KeyMissing)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| VaultError::DoesNotOpen)?;
        let (nonce, ciphertext) = bytes
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or(VaultError::DoesNotOpen)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &associated.to_bytes(),
        };
        let opened = cipher(key, associated)
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| VaultError::DoesNotOpen)?;
        String::from_utf8(opened)
            .map(Secret::new)
            .map_err(|_| VaultError::DoesNotOpen)
    }

    /// The name of the key that seals.
    pub(crate) fn sealing_key_id(&self) -> &str {
        self.first.id()
    }

    /// Whether a key of this name is in the ring.
    pub(crate) fn has_key(&self, id: &str) -> bool {
        self.key(id).is_some()
    }

    /// A signing key for `purpose`, the same for every process with this vault.
    pub(crate) fn signing_key(&self, purpose: &str) -> SigningKey {
        let purpose = format!("sign {purpose}");
        SigningKey::new(subkey(&self.first, purpose.as_bytes()).as_ref())
    }

    fn key(&self, id: &str) -> Option<&VaultKey> {
        std::iter::once(&self.first)
            .chain(&self.others)
            .find(|key| key.id() == id)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault([redacted])")
    }
}

/// The key of one purpose, derived from a key of the ring.
fn subkey(key: &VaultKey, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut subkey = Zeroizing::new([0_u8; 32]);
    // 32 bytes are always a valid HKDF-SHA256 output length (RFC 5869).
    let expanded = Hkdf::<Sha256>::new(None, key.expose()).expand(purpose, subkey.as_mut());
    debug_assert!(expanded.is_ok());
    subkey
}

fn cipher(key: &VaultKey, associated: &AssociatedData<'_>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*subkey(key, &associated.purpose())).into())
}

fn split(sealed: &str) -> Result<(&str, &str), VaultError> {
    let mut parts = sealed.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(VERSION), Some(key_id), Some(text)) => Ok((key_id, text)),
        _ => Err(VaultError::DoesNotOpen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(VaultKey::new("a", [7; 32]), vec![])
    }

    const ASSOCIATED: AssociatedData<'static> = AssociatedData {
        table: "grants",
        column: "access_token",
        tenant: "t",
        owner: "o",
        row: "r",
        generation: 3,
    };

    #[test]
    fn a_sealed_value_opens_in_its_place_and_shows_nothing() {
        let sealed = vault().seal(&ASSOCIATED, &Secret::new("hunter2")).unwrap();
        assert!(sealed.starts_with("v1.a.") && !sealed.contains("hunter2"));
        assert_eq!(
            vault().open(&ASSOCIATED, &sealed).unwrap().expose(),
            "hunter2"
        );
        assert_ne!(
            sealed,
            vault().seal(&ASSOCIATED, &Secret::new("hunter2")).unwrap()
        );
    }

    #[test]
    fn a_value_moved_to_any_other_place_does_not_open() {
        let sealed = vault().seal(&ASSOCIATED, &Secret::new("hunter2")).unwrap();
        for other in [
            AssociatedData {
                table: "flows",
                ..ASSOCIATED
            },
            AssociatedData {
                column: "refresh_token",
                ..ASSOCIATED
            },
            AssociatedData {
                tenant: "u",
                ..ASSOCIATED
            },
            AssociatedData {
                owner: "p",
                ..ASSOCIATED
            },
            AssociatedData {
                row: "s",
                ..ASSOCIATED
            },
            AssociatedData {
                generation: 4,
                ..ASSOCIATED
            },
        ] {
            assert_eq!(
                vault().open(&other, &sealed).unwrap_err(),
                VaultError::DoesNotOpen,
                "{other:?}"
            );
        }
    }

    #[test]
    fn an_old_key_in_the_ring_opens_and_a_missing_one_says_so() {
        let sealed = vault().seal(&ASSOCIATED, &Secret::new("x")).unwrap();
        let rotated = Vault::new(
            VaultKey::new("b", [8; 32]),
            vec![VaultKey::new("a", [7; 32])],
        );
        assert_eq!(rotated.open(&ASSOCIATED, &sealed).unwrap().expose(), "x");
        let lost = Vault::new(VaultKey::new("b", [8; 32]), vec![]);
        assert_eq!(
            lost.open(&ASSOCIATED, &sealed).unwrap_err(),
            VaultError::KeyMissing
        );
    }

    #[test]
    fn damaged_text_does_not_open() {
        let sealed = vault().seal(&ASSOCIATED, &Secret::new("x")).unwrap();
        for text in [
            "",
            "v1",
            "v1.a",
            "v1.a.!!",
            "v1.a.AAAA",
            "v2.a.AAAA",
            &sealed[..sealed.len() - 2],
        ] {
            assert!(vault().open(&ASSOCIATED, text).is_err(), "{text}");
        }
    }
}
