//! Numbers and tokens: a small seeded generator for the world, and unguessable strings for credentials.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A `SplitMix64` generator: the same seed gives the same world.
pub(crate) struct SeededRandom(u64);

impl SeededRandom {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `limit` (which must not be 0).
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// One of the given things.
    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    /// True in about `percent` of 100 throws.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Makes opaque tokens: a hash chain over a seed from the operating system.
#[derive(Debug)]
pub(crate) struct TokenSource {
    seed: [u8; 32],
    count: u64,
}

impl TokenSource {
    pub(crate) fn new() -> std::io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
        Ok(Self { seed, count: 0 })
    }

    fn block(&mut self) -> String {
        self.count += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.count.to_be_bytes());
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// A token of about `blocks` × 43 characters after the prefix.
    pub(crate) fn token(&mut self, prefix: &str, blocks: usize) -> String {
        let mut token = prefix.to_owned();
        for _ in 0..blocks {
            token.push_str(&self.block());
        }
        token
    }
}

/// base64url(SHA-256(text)): the S256 of RFC 7636, and the fingerprint inside our cursors.
pub(crate) fn sha256_text(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}
