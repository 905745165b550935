//! Agents: clients that a person lets act for them at `/mcp`, with what was consented to.

use super::api_key::KeyScope;
use super::ids::TenantId;
use super::owner::Owner;
use super::time::Timestamp;

/// A client with a person's consent. Its tokens are not kept, only their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its id, to revoke it by.
    pub id: String,
    /// The one namespace it works in.
    pub tenant: TenantId,
    /// Whom it acts as.
    pub owner: Owner,
    /// The client.
    pub client_id: String,
    /// What the client calls itself.
    pub client_name: String,
    /// The host that the code was sent to.
    pub redirect_host: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// When it was let in.
    pub created_at: Timestamp,
    /// When it was last used, to within five minutes.
    pub used_at: Option<Timestamp>,
    /// When it ends unless it renews its token.
    pub expires_at: Timestamp,
}

/// An authorization code, as it was asked for and consented to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentCode {
    /// The id that the agent gets.
    pub agent_id: String,
    /// The namespace of the consent.
    pub tenant: TenantId,
    /// Who consented.
    pub owner: Owner,
    /// The client.
    pub client_id: String,
    /// What the client calls itself.
    pub client_name: String,
    /// Where the code was sent to.
    pub redirect_uri: String,
    /// The host of that address.
    pub redirect_host: String,
    /// The S256 challenge.
    pub challenge: String,
    /// What was consented to.
    pub scopes: Vec<KeyScope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it may be presented.
    pub expires_at: Timestamp,
    /// When tokens were made for it.
    pub used_at: Option<Timestamp>,
    /// When they were handed out.
    pub answered_at: Option<Timestamp>,
}

/// The scopes as rows, tokens and pages write them.
pub(crate) fn scope_text(scopes: &[KeyScope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    names.join(" ")
}
