//! The account that the service itself uses, where the settings name one.

use super::owner::Owner;
use super::secret::Secret;

/// An account that the settings name.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// Its e-mail address.
    pub email: String,
    /// Its API token.
    pub token: Secret,
    /// Whose connection it becomes: `local` in open mode, else `service`.
    pub owner: Owner,
}
