//! Secrets: a text that never prints itself, and the one source of randomness.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A text that must not reach a log, an error, a page or the database in clear.
/// It cannot be serialized, prints as `[redacted]` and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The machine's source of randomness did not answer.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system's random number source is not available")]
pub(crate) struct NoRandomness;

/// `N` random bytes.
///
/// # Errors
/// When the machine's source does not answer; there is no other source to fall back to.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A new token of 32 random bytes in base64url, after `prefix`.
///
/// # Errors
/// As [`random_bytes`].
pub(crate) fn random_token(prefix: &str) -> Result<Secret, NoRandomness> {
    Ok(Secret::new(format!(
        "{prefix}{}",
        URL_SAFE_NO_PAD.encode(random_bytes::<32>()?)
    )))
}

/// A number in `0.0..1.0` to spread retries with; not for secrets.
pub(crate) fn jitter() -> f64 {
    random_bytes::<4>().map_or(0.5, |bytes| {
        f64::from(u32::from_le_bytes(bytes)) / 4_294_967_296.0
    })
}

/// The SHA-256 of a text or bytes in base64url: what the store keeps of tokens it must recognise.
pub fn sha256(content: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret:?} {:?}", Some(&secret)),
            "[redacted] Some([redacted])"
        );
    }

    #[test]
    fn two_tokens_differ_and_carry_their_prefix() {
        let (one, two) = (random_token("ibs_").unwrap(), random_token("ibs_").unwrap());
        assert_ne!(one.expose(), two.expose());
        assert!(one.expose().starts_with("ibs_") && one.expose().len() == 47);
    }
}
