//! One of the keys that seal stored secrets.

use std::fmt;

use zeroize::Zeroizing;

/// A named key of 32 bytes, wiped when dropped.
#[derive(Clone)]
pub struct VaultKey {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl VaultKey {
    /// A key under the name that sealed values carry.
    pub fn new(id: impl Into<String>, bytes: [u8; 32]) -> Self {
        Self {
            id: id.into(),
            bytes: Zeroizing::new(bytes),
        }
    }

    /// Its name, which stands in front of everything it sealed.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Its bytes, for the one call that needs them.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VaultKey({}, [redacted])", self.id)
    }
}
