//! An OAuth client: our app as it is registered with Atlassian.

use super::secret::Secret;

/// Our app, as registered with Atlassian.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    /// The client id.
    pub id: String,
    /// The client secret. Atlassian demands it for every token call: without it a login starts, but
    /// its code cannot be exchanged.
    pub secret: Option<Secret>,
    /// The callback URL, exactly as registered.
    pub redirect_uri: String,
}
