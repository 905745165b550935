//! The proxy that calls to Atlassian go through, where the operator set one.

use super::secret::Secret;

/// A proxy as the operator named it.
#[derive(Debug, Clone)]
pub struct OutboundProxy {
    /// Its address, which may hold a user name and a password.
    pub address: Secret,
    /// Hosts that are called without it, separated by commas.
    pub exceptions: Option<String>,
}
