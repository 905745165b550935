//! A login in progress: what is remembered between the start and Atlassian's callback.

use super::ids::TenantId;
use super::owner::Owner;
use super::product::Provider;
use super::secret::Secret;
use super::time::Timestamp;

/// How the browser or program that logged in is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginReply {
    /// 303 to the return URL with `connected=` or `error=`.
    Redirect,
    /// 303 with `provider=atlassian&status=…`.
    StatusRedirect,
    /// A page of ours, or JSON.
    Page,
    /// JSON always: the page reply asked with `format=json` at the start.
    Json,
    /// JSON with the session token handed out at the start.
    SessionToken,
}

impl LoginReply {
    const ALL: [Self; 5] = [
        Self::Redirect,
        Self::StatusRedirect,
        Self::Page,
        Self::Json,
        Self::SessionToken,
    ];

    /// The name in rows.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::StatusRedirect => "status_redirect",
            Self::Page => "page",
            Self::Json => "json",
            Self::SessionToken => "session_token",
        }
    }

    /// From the name in a row.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reply| reply.as_str() == text)
    }
}

/// A stored login flow with its opened secrets.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The row's id.
    pub id: String,
    /// The SHA-256 of the state that travels through the browser.
    pub state_hash: String,
    /// What is being connected.
    pub provider: Provider,
    /// The OAuth client the login was started with.
    pub client_id: String,
    /// The redirect URI the login was started with.
    pub redirect_uri: String,
    /// The namespace the connections will live in.
    pub tenant: TenantId,
    /// Whose connections they will be; none: whoever logs in.
    pub owner: Option<Owner>,
    /// The PKCE code verifier (RFC 7636).
    pub verifier: Option<Secret>,
    /// Where to send the browser afterwards; checked at the start.
    pub return_url: Option<String>,
    /// The caller's own state, handed back.
    pub caller_state: Option<String>,
    /// The site the caller asked for.
    pub site: Option<String>,
    /// How it is answered.
    pub reply: LoginReply,
    /// The session token handed out at the start; worth nothing before the callback.
    pub session_token: Option<Secret>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it lapses.
    pub expires_at: Timestamp,
}
