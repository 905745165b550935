//! The audit trail: who got in, who was refused, which keys were made, used and revoked. Its lines have the
//! target `audit`. They name ids and never secrets, names or e-mail addresses.

use super::request_notes::RequestNotes;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    /// Somebody logged in, or attached a token of theirs.
    Login,
    /// A login, or a token, was refused.
    LoginFailed,
    /// A login ended: somebody logged out, or logged in anew in the same browser.
    Logout,
    /// The operator made an API key.
    KeyMade,
    /// An API key was used for the first time.
    KeyFirstUsed,
    /// An API key was refused.
    KeyRefused,
    /// The operator revoked an API key.
    KeyRevoked,
    /// Somebody let an agent in.
    AgentAllowed,
    /// Somebody took everything away from an agent of theirs.
    AgentRevoked,
    /// An agent ended: a code or token of it came back, or its client gave it up.
    AgentEnded,
    /// Somebody's client asks the gateway to change something at Atlassian.
    Passed,
    /// Somebody's agent runs a tool that changes something at Atlassian.
    ToolRun,
}

impl Happened {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginFailed => "login_failed",
            Self::Logout => "logout",
            Self::KeyMade => "key_made",
            Self::KeyFirstUsed => "key_first_used",
            Self::KeyRefused => "key_refused",
            Self::KeyRevoked => "key_revoked",
            Self::AgentAllowed => "agent_allowed",
            Self::AgentRevoked => "agent_revoked",
            Self::AgentEnded => "agent_ended",
            Self::Passed => "passed_on",
            Self::ToolRun => "tool_run",
        }
    }
}

/// Whom and what an audit line is about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About<'a> {
    /// The owner; none: the caller's own, if they are known.
    pub principal: Option<&'a str>,
    /// The id of an API key.
    pub key: Option<&'a str>,
    /// The id of an agent.
    pub agent: Option<&'a str>,
    /// The product or app that the login is for.
    pub provider: Option<&'a str>,
    /// How: `oauth`, `api_token` or `pat`.
    pub means: Option<&'a str>,
    /// The operation of Atlassian's, by its method and template; or the tool, by its name.
    pub operation: Option<&'a str>,
    /// Why it was refused, in a word or sentence of ours.
    pub reason: Option<&'a str>,
}

impl About<'_> {
    /// Writes the line. The address is that of the request which is worked on.
    pub(crate) fn note(self, happened: Happened) {
        let noted = RequestNotes::of_this_work();
        let address = noted.address.map(|address| address.to_string());
        let principal = self.principal.or(noted.principal.as_deref());
        tracing::info!(
            target: "audit",
            event = happened.as_str(),
            principal,
            key = self.key,
            agent = self.agent,
            provider = self.provider,
            means = self.means,
            operation = self.operation,
            reason = self.reason,
            address = address.as_deref(),
            "audit"
        );
    }
}
