//! How a login came out.

use crate::model::flow::Flow;
use crate::model::secret::Secret;

/// Why a login failed, as the browser is told in `error=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFailure {
    /// The person declined.
    AccessDenied,
    /// Atlassian did not accept the code.
    ExchangeFailed,
    /// No client secret is configured; Atlassian demands one.
    ClientSecretMissing,
    /// Atlassian does not accept our client, or we do not have the flow's client any more.
    ServerMisconfigured,
    /// Atlassian does not give our client the scopes it asks for.
    InvalidScope,
    /// The operator does not let this account in.
    NotAllowed,
    /// The account reaches no site with the product.
    NoSite,
    /// Atlassian would not say who it is.
    IdentityUnavailable,
    /// Atlassian or the store failed; trying again may help.
    TemporarilyUnavailable,
}

impl LoginFailure {
    /// What Atlassian's own word in the callback means (RFC 6749 §4.1.2.1).
    pub(super) fn told_by(error: &str) -> Self {
        match error {
            "access_denied" => Self::AccessDenied,
            "server_error" | "temporarily_unavailable" => Self::TemporarilyUnavailable,
            "unauthorized_client" | "invalid_client" => Self::ServerMisconfigured,
            "invalid_scope" => Self::InvalidScope,
            _ => Self::ExchangeFailed,
        }
    }

    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::AccessDenied,
        Self::ExchangeFailed,
        Self::ClientSecretMissing,
        Self::ServerMisconfigured,
        Self::InvalidScope,
        Self::NotAllowed,
        Self::NoSite,
        Self::IdentityUnavailable,
        Self::TemporarilyUnavailable,
    ];

    /// The word in `error=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::ExchangeFailed => "exchange_failed",
            Self::ClientSecretMissing => "client_secret_missing",
            Self::ServerMisconfigured => "server_misconfigured",
            Self::InvalidScope => "invalid_scope",
            Self::NotAllowed => "not_allowed",
            Self::NoSite => "no_site",
            Self::IdentityUnavailable => "identity_unavailable",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// One plain sentence for a person.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::AccessDenied => "The access was declined at Atlassian. Nothing was connected.",
            Self::ExchangeFailed => "Atlassian did not accept the login. Please start it again.",
            Self::ClientSecretMissing => {
                "This service has no client secret, and Atlassian demands one. Its operator must set it."
            }
            Self::ServerMisconfigured => {
                "Atlassian does not accept this service's client id or secret. Its operator must check them."
            }
            Self::InvalidScope => {
                "Atlassian does not give this service's app the scopes it asks for. Its operator must enable them or ask for fewer."
            }
            Self::NotAllowed => "This account reaches none of the sites that may be used here.",
            Self::NoSite => {
                "This account reaches no site with this product, or the app is not allowed there."
            }
            Self::IdentityUnavailable => {
                "Atlassian did not say whose account this is. The app needs the User Identity API (read:me)."
            }
            Self::TemporarilyUnavailable => {
                "The login could not be completed just now. Please try again in a moment."
            }
        }
    }
}

/// What a login has to tell of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteNews {
    /// The one that was asked for is none that the login reaches.
    NotReached,
    /// A connection uses another one than before, which was not asked for.
    Changed,
}

impl SiteNews {
    /// The word in `site=`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotReached => "not_reached",
            Self::Changed => "changed",
        }
    }
}

/// A login that succeeded.
#[derive(Debug, Clone)]
pub(crate) struct LoggedIn {
    /// The session for the browser.
    pub session: Option<Secret>,
    /// Their own row among the stored users, where the frontend is told it.
    pub user_id: Option<String>,
    /// Whether a connection still needs a site.
    pub needs_site: bool,
    /// What became of the site otherwise than one may expect.
    pub site_news: Option<SiteNews>,
    /// How long the access token lives, in seconds.
    pub expires_in: u64,
    /// The scopes granted.
    pub scopes: Vec<String>,
    /// Whether a refresh token came.
    pub has_refresh_token: bool,
}

/// What a callback found and did.
#[derive(Debug)]
pub(crate) struct FinishedLogin {
    /// The flow, now used up.
    pub flow: Flow,
    /// How it came out.
    pub result: Result<LoggedIn, LoginFailure>,
    /// What Atlassian itself says of the failure.
    pub told: Option<String>,
}
