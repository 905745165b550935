//! A connection: one owner's link to one product on one site, through a grant.

use std::sync::Arc;

use super::grant::{AuthMethod, Grant, Renewal};
use super::product::Product;
use super::site::Site;
use super::time::Timestamp;

/// What is wrong with a connection whose calls Atlassian refuses though it renews the login.
const LOGIN_REFUSED: &str = "Atlassian renews this login but refuses calls with it; log in again";
/// The same of a token that somebody attached, which may only be refused for a while.
const API_TOKEN_REFUSED: &str = "Atlassian refuses this API token; it is tried again every quarter of an hour, and if that lasts, make a new one there and connect again";
const PAT_REFUSED: &str = "The server refuses this personal access token; it is tried again every quarter of an hour, and if that lasts, make a new one there and connect again";

/// What is wrong with a connection whose calls are refused with such a credential, in words that are safe to show.
pub(crate) const fn refused(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::OAuth => LOGIN_REFUSED,
        AuthMethod::ApiToken => API_TOKEN_REFUSED,
        AuthMethod::Pat => PAT_REFUSED,
    }
}

/// Whether that is what `trouble` says.
pub(crate) fn is_refusal(trouble: &str) -> bool {
    [AuthMethod::OAuth, AuthMethod::ApiToken, AuthMethod::Pat]
        .into_iter()
        .any(|method| trouble == refused(method))
}

/// A stored connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The row's id.
    pub id: String,
    /// The product.
    pub product: Product,
    /// The grant that pays for it.
    pub grant_id: String,
    /// The site; none until a person has chosen among several, and while the login does not reach the chosen one.
    pub site: Option<Site>,
    /// Why the site turns all calls away, or why all are refused, and what to do, in words that are safe to show; none
    /// while it answers.
    pub trouble: Option<String>,
}

impl Connection {
    /// Whether its credential was refused when it was used last.
    pub(crate) fn is_refused(&self) -> bool {
        self.trouble.as_deref().is_some_and(is_refusal)
    }
}

/// A connection with its grant, read in one go.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The connection.
    pub connection: Connection,
    /// Its grant.
    pub grant: Arc<Grant>,
}

/// What a person is told about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionStatus {
    /// There is none.
    NotConnected,
    /// It works.
    Active,
    /// A site must be chosen first.
    NeedsSite,
    /// The grant is dead, or calls with it are refused; a new login is needed.
    ReauthRequired,
    /// The token has expired and could not be renewed so far, or the site turns all calls away.
    Error,
}

impl ConnectionStatus {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::NotConnected,
        Self::Active,
        Self::NeedsSite,
        Self::ReauthRequired,
        Self::Error,
    ];

    /// The word in bodies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Active => "active",
            Self::NeedsSite => "needs_site",
            Self::ReauthRequired => "reauth_required",
            Self::Error => "error",
        }
    }
}

impl Connected {
    /// The state of this connection at `now`.
    pub(crate) fn status(&self, now: Timestamp) -> ConnectionStatus {
        if self.grant.has_ended(now) {
            ConnectionStatus::ReauthRequired
        } else if self.connection.site.is_none() {
            ConnectionStatus::NeedsSite
        } else if self.is_refused() {
            ConnectionStatus::ReauthRequired
        } else if self.lacks_token(now) || self.connection.trouble.is_some() {
            ConnectionStatus::Error
        } else {
            ConnectionStatus::Active
        }
    }

    /// Why the site turns all calls away at `now`; none where nothing can be asked of it, or nobody knows.
    pub(crate) fn turned_away(&self, now: Timestamp) -> Option<&str> {
        let asks = self.status(now) == ConnectionStatus::Error && !self.lacks_token(now);
        self.connection.trouble.as_deref().filter(|_| asks)
    }

    /// Whether Atlassian refused this product's calls with a login that it had just renewed, or with an attached token.
    /// Other products may be called with it all the same.
    pub(crate) fn is_refused(&self) -> bool {
        self.connection.is_refused()
    }

    /// The same in words that are safe to show.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.connection
            .trouble
            .clone()
            .filter(|_| self.is_refused())
    }

    /// What will become of the login's access token.
    pub(crate) fn renewal(&self) -> Renewal {
        match self.grant.renewal() {
            Renewal::ByItself if self.is_refused() => Renewal::Refused,
            renewal => renewal,
        }
    }

    fn lacks_token(&self, now: Timestamp) -> bool {
        self.grant.renewal() == Renewal::Failing && !self.grant.is_alive(now)
    }
}
