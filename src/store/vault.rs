//! The vault: seals secrets for the place they are kept in, and opens them there only.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::sealed_columns::SealedColumn;
use crate::model::key_choice::KeyChoice;
use crate::model::secret::{NoRandomness, SealedSecret, Secret, random_bytes};
use crate::model::signature::SigningKey;
use crate::model::vault_key::VaultKey;

const VERSION: &str = "v1";
/// 192 bits: so long that random nonces never meet, however many values one key seals. The 96 bits of
/// plain ChaCha20-Poly1305 (RFC 8439 §2.8) would need a counter that all processes share
/// (draft-irtf-cfrg-xchacha-03 §1).
const NONCE_LENGTH: usize = 24;
/// How often it is looked whether a key that was put away is still at work.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A failure of the vault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The text does not open: another key, another place, or damage.
    #[error("a sealed value does not open with the vault's keys")]
    DoesNotOpen,
    /// The value was sealed with a key of this name, which is not in the ring.
    #[error(
        "the vault key \"{0}\", which sealed stored secrets, is not configured (VAULT_KEYS, ENCRYPTION_KEY or VAULT_KEY_FILE): put it back; a new key is never made over existing data"
    )]
    KeyMissing(String),
    /// A configured key has this name, which is the right one's, but is another.
    #[error(
        "the configured vault key \"{0}\" is not the one of that name that sealed stored secrets; put the right key back (VAULT_KEYS, ENCRYPTION_KEY or VAULT_KEY_FILE)"
    )]
    WrongKey(String),
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
    /// The column.
    pub column: &'static SealedColumn,
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
        format!("seal {}.{}", self.column.table(), self.column.name()).into_bytes()
    }

    fn to_bytes(self) -> Vec<u8> {
        let generation = self.generation.to_string();
        let parts = [
            VERSION,
            self.column.table(),
            self.column.name(),
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

/// A ring of keys: one seals, all open. It is the first that seals, as soon as every process on the
/// database knows it (`registry.rs`).
#[derive(Clone)]
pub struct Vault {
    first: VaultKey,
    others: Vec<VaultKey>,
    choice: KeyChoice,
    subkeys: Arc<Subkeys>,
}

/// The subkeys that were derived already: to derive one takes as long as to open a token with it.
#[derive(Default)]
struct Subkeys(RwLock<Vec<Subkey>>);

struct Subkey {
    key_id: String,
    column: &'static SealedColumn,
    bytes: Zeroizing<[u8; 32]>,
}

impl Subkeys {
    /// The cipher with the subkey of this key for this column.
    fn cipher(&self, key: &VaultKey, associated: &AssociatedData<'_>) -> XChaCha20Poly1305 {
        let is_it = |known: &&Subkey| {
            let (one, other) = (known.column, associated.column);
            known.key_id == key.id() && one.name() == other.name() && one.table() == other.table()
        };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.iter().find(is_it) {
            return XChaCha20Poly1305::new(&(*found.bytes).into());
        }
        drop(known);
        let bytes = subkey(key, &associated.purpose());
        let cipher = XChaCha20Poly1305::new(&(*bytes).into());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !known.iter().any(|one| is_it(&one)) {
            known.push(Subkey {
                key_id: key.id().to_owned(),
                column: associated.column,
                bytes,
            });
        }
        cipher
    }
}

/// The right to seal with the key of now. It is held until what was sealed is written: a key is known to
/// be out of use when nobody holds one of its.
pub(crate) struct Sealing<'a> {
    vault: &'a Vault,
    index: Arc<usize>,
}

impl Sealing<'_> {
    /// Seals `secret` with XChaCha20-Poly1305 under a random nonce, as `v1.<key id>.<base64url>`.
    ///
    /// # Errors
    /// When the system gives no random nonce.
    pub(crate) fn seal(
        &self,
        associated: &AssociatedData<'_>,
        secret: &Secret,
    ) -> Result<String, VaultError> {
        self.vault.seal_under(*self.index, associated, secret)
    }
}

impl Vault {
    /// A vault that seals with `first` and opens with all.
    pub fn new(first: VaultKey, others: Vec<VaultKey>) -> Self {
        Self {
            first,
            others,
            choice: KeyChoice::default(),
            subkeys: Arc::default(),
        }
    }

    /// The right to seal, to be held until what was sealed is written.
    pub(crate) fn sealing(&self) -> Sealing<'_> {
        Sealing {
            vault: self,
            index: self.choice.current(),
        }
    }

    /// Seals with the key at `index` from now on, and waits until nobody is about to write what was
    /// sealed with the one before.
    pub(super) async fn seal_with(&self, index: usize) {
        let before = self.choice.change(index);
        while Arc::strong_count(&before) > 1 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Seals a text with the key at `index`, whichever seals now.
    pub(super) fn seal_under(
        &self,
        index: usize,
        associated: &AssociatedData<'_>,
        secret: &Secret,
    ) -> Result<String, VaultError> {
        let key = self.key_at(index);
        let nonce: [u8; NONCE_LENGTH] = random_bytes()?;
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: &associated.to_bytes(),
        };
        let sealed = self
            .subkeys
            .cipher(key, associated)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::DoesNotOpen)?;
        let text = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        Ok(format!("{}{text}", prefix(key.id())))
    }

    /// Opens what [`Sealing::seal`] made for the same place.
    ///
    /// # Errors
    /// `KeyMissing` when it was sealed with a key outside the ring, else `DoesNotOpen`.
    pub(crate) fn open(
        &self,
        associated: &AssociatedData<'_>,
        sealed: &str,
    ) -> Result<Secret, VaultError> {
        tracing::trace!("a sealed text is opened");
        let (key_id, text) = split(sealed)?;
        let key = self
            .key(key_id)
            .ok_or_else(|| VaultError::KeyMissing(key_id.to_owned()))?;
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
        let opened = self
            .subkeys
            .cipher(key, associated)
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| VaultError::DoesNotOpen)?;
        String::from_utf8(opened)
            .map(Secret::new)
            .map_err(|_| VaultError::DoesNotOpen)
    }

    /// A sealed text whose key is in the ring; whether it opens is seen when it is used.
    ///
    /// # Errors
    /// `KeyMissing` when it was sealed with a key outside the ring, `DoesNotOpen` when it names none.
    pub(super) fn with_a_key(&self, sealed: String) -> Result<SealedSecret, VaultError> {
        let (key_id, _) = split(&sealed)?;
        if !self.has_key(key_id) {
            return Err(VaultError::KeyMissing(key_id.to_owned()));
        }
        Ok(SealedSecret::new(sealed))
    }

    /// The place in the ring of the key that seals.
    pub(super) fn sealing_index(&self) -> usize {
        *self.choice.current()
    }

    /// The name of the key at `index`.
    pub(crate) fn key_id(&self, index: usize) -> &str {
        self.key_at(index).id()
    }

    /// Whether a key of this name is in the ring.
    pub(crate) fn has_key(&self, id: &str) -> bool {
        self.key(id).is_some()
    }

    /// Each key of the ring, in its order, by its name and a fingerprint that tells it from another key of
    /// that name and nothing about it.
    pub(super) fn marks(&self) -> Vec<String> {
        let mark = |key: &VaultKey| {
            let print = subkey(key, b"fingerprint");
            let print = print
                .first_chunk()
                .map_or(0, |some| u64::from_be_bytes(*some));
            format!("{}:{print:016x}", key.id())
        };
        self.keys().map(mark).collect()
    }

    /// A signing key for `purpose`, the same for every process with this vault: it signs with what is
    /// derived from the key that seals, and accepts what any key of the ring has signed.
    pub(crate) fn signing_key(&self, purpose: &str) -> SigningKey {
        let purpose = format!("sign {purpose}");
        let keys = self.keys().map(|key| subkey(key, purpose.as_bytes()));
        SigningKey::of_ring(keys.map(|key| key.to_vec()), self.choice.clone())
    }

    fn keys(&self) -> impl Iterator<Item = &VaultKey> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn key(&self, id: &str) -> Option<&VaultKey> {
        self.keys().find(|key| key.id() == id)
    }

    fn key_at(&self, index: usize) -> &VaultKey {
        self.keys().nth(index).unwrap_or(&self.first)
    }
}

/// What a text that was sealed with the key of this name begins with.
pub(super) fn prefix(key_id: &str) -> String {
    format!("{VERSION}.{key_id}.")
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

fn split(sealed: &str) -> Result<(&str, &str), VaultError> {
    let mut parts = sealed.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(VERSION), Some(key_id), Some(text)) => Ok((key_id, text)),
        _ => Err(VaultError::DoesNotOpen),
    }
}

#[cfg(test)]
#[path = "vault_tests.rs"]
mod tests;
