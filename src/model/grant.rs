//! A grant: one account's consent to our app (or one API token or personal access token), and its line of tokens.

use std::time::Duration;

use super::lease::{CLOCK_TOLERANCE, LeaseOn};
use super::product::Product;
use super::scope::Scope;
use super::secret::{SealedSecret, Secret};
use super::site::{ReachableSite, Site};
use super::time::Timestamp;

/// How a connection authenticates to Atlassian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthMethod {
    /// OAuth 2.0 (3LO) with rotating refresh tokens.
    OAuth,
    /// An API token: HTTP Basic on the site (classic) or on the gateway (scoped).
    ApiToken,
    /// A personal access token of a Data Center, as Bearer.
    Pat,
}

impl AuthMethod {
    /// The name in rows and bodies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::OAuth => "oauth",
            Self::ApiToken => "api_token",
            Self::Pat => "pat",
        }
    }

    /// What is presented to Atlassian, as people call it.
    pub(crate) const fn credential(self) -> &'static str {
        match self {
            Self::OAuth => "login",
            Self::ApiToken => "API token",
            Self::Pat => "personal access token",
        }
    }

    /// The same in the middle of a sentence.
    pub(crate) const fn with_article(self) -> &'static str {
        match self {
            Self::OAuth => "a login",
            Self::ApiToken => "an API token",
            Self::Pat => "a personal access token",
        }
    }
}

/// What will become of a login's access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// It is renewed before it expires.
    ByItself,
    /// Renewing it fails so far.
    Failing,
    /// It is renewed, and yet Atlassian refuses a product's calls with it.
    Refused,
    /// It ends: without `offline_access` Atlassian gives no refresh token
    /// (<https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens>).
    Never,
    /// A token that somebody made and attached; only they know when it ends.
    Attached,
}

impl Renewal {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::ByItself,
        Self::Failing,
        Self::Refused,
        Self::Never,
        Self::Attached,
    ];

    /// The word in bodies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ByItself => "by_itself",
            Self::Failing => "failing",
            Self::Refused => "refused",
            Self::Never => "none",
            Self::Attached => "attached",
        }
    }
}

/// Whether a grant can still produce tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantStatus {
    /// Tokens can be had.
    Active,
    /// The refresh token is dead; only a new login helps.
    ReauthRequired,
}

/// Where an API token is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenBase {
    /// `https://{site}`: classic tokens.
    Site,
    /// `https://api.atlassian.com/ex/…`: scoped tokens and OAuth access tokens.
    Gateway,
    /// The base address of a Data Center, which is the site's own.
    DataCenter,
}

/// The Atlassian account behind a grant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Atlassian's account id: the identity.
    pub account_id: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// The e-mail address; for API tokens also the user name of HTTP Basic.
    pub email: Option<String>,
}

/// What Atlassian's token endpoint hands out.
#[derive(Debug, Clone)]
pub(crate) struct TokenPair {
    /// The access token.
    pub access_token: Secret,
    /// The refresh token; Atlassian may leave it out, then the old one stays.
    pub refresh_token: Option<Secret>,
    /// How long the access token lives from its receipt.
    pub expires_in: Duration,
    /// The scopes granted, if the answer named them.
    pub scopes: Option<Vec<String>>,
}

/// A stored grant, with its secrets sealed.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The row's id.
    pub id: String,
    /// Whose grant it is.
    pub scope: Scope,
    /// How it authenticates.
    pub method: AuthMethod,
    /// Where its token is accepted.
    pub base: TokenBase,
    /// The OAuth client it was given to.
    pub client_id: Option<String>,
    /// The account that consented.
    pub account: Account,
    /// The scopes granted.
    pub scopes: Vec<String>,
    /// Grows with every change of credentials.
    pub generation: i64,
    /// Whether it still works.
    pub status: GrantStatus,
    /// The access token, API token or personal access token; none once the grant is dead.
    pub access_token: Option<SealedSecret>,
    /// The refresh token.
    pub refresh_token: Option<SealedSecret>,
    /// When the access token expires; none for API tokens and personal access tokens.
    pub expires_at: Option<Timestamp>,
    /// The access token's whole lifetime.
    pub lifetime: Duration,
    /// When it was last used, to within an hour.
    pub used_at: Timestamp,
    /// When the tokens were last renewed.
    pub refreshed_at: Option<Timestamp>,
    /// When a refresh began that nobody has ended yet: its refresh token may have been used.
    pub refresh_started_at: Option<Timestamp>,
    /// The process that refreshes it, or did when it died.
    pub lease_owner: Option<String>,
    /// Until when that process may be refreshing.
    pub lease_until: Option<Timestamp>,
    /// Counts leases; a commit under an old fence is refused.
    pub fence: i64,
    /// Failed refreshes in a row.
    pub fail_count: i64,
    /// When the last refresh failed.
    pub failed_at: Option<Timestamp>,
    /// When the next refresh may be tried after failures.
    pub next_attempt_at: Option<Timestamp>,
    /// What went wrong last, in words that are safe to show.
    pub last_error: Option<String>,
    /// The sites it reaches.
    pub sites: Vec<ReachableSite>,
}

/// Atlassian asks for an hour at most, as far as we follow it.
const LONGEST_HOLD: Duration = Duration::from_hours(1);

/// Why a login cannot be renewed, and what to do.
pub(crate) const NOT_RENEWABLE: &str = "this login cannot be renewed, because offline_access was not granted; let the app ask for offline_access (ATLASSIAN_SCOPES) and log in again";

impl Grant {
    /// When its access token was given; none for a token that a person made.
    pub(crate) fn issued_at(&self) -> Option<Timestamp> {
        self.expires_at.map(|end| end.minus(self.lifetime))
    }

    /// The stretch before expiry in which a token is renewed beside its use:
    /// `margin`, but never more than half the token's lifetime.
    pub(crate) fn margin(&self, margin: Duration) -> Duration {
        margin.min(self.lifetime / 2)
    }

    /// Whether the access token can be handed out at `now` without renewing it first.
    pub(crate) fn is_fresh(&self, now: Timestamp, margin: Duration) -> bool {
        self.access_token.is_some()
            && self
                .expires_at
                .is_none_or(|expires_at| now.plus(self.margin(margin)) < expires_at)
    }

    /// What will become of the access token.
    pub(crate) fn renewal(&self) -> Renewal {
        if self.method != AuthMethod::OAuth {
            Renewal::Attached
        } else if self.status == GrantStatus::ReauthRequired {
            // It has ended, and its tokens are erased.
            Renewal::ByItself
        } else if self.refresh_token.is_none() {
            Renewal::Never
        } else if self.fail_count > 0 {
            Renewal::Failing
        } else {
            Renewal::ByItself
        }
    }

    /// Whether only a new login or a new token helps at `now`.
    pub(crate) fn has_ended(&self, now: Timestamp) -> bool {
        self.status == GrantStatus::ReauthRequired
            || (self.renewal() == Renewal::Never && !self.is_alive(now))
    }

    /// What is wrong with it, in words that are safe to show.
    pub(crate) fn problem(&self) -> Option<String> {
        let lacks_refresh_token =
            (self.renewal() == Renewal::Never).then(|| NOT_RENEWABLE.to_owned());
        lacks_refresh_token.or_else(|| self.last_error.clone())
    }

    /// Whether the login reaches `site`, as far as is known. A token that somebody made is good for one site alone.
    pub(crate) fn may_reach(&self, site: &Site) -> bool {
        self.method != AuthMethod::OAuth
            || self.sites.is_empty()
            || self
                .sites
                .iter()
                .any(|reachable| reachable.site.cloud_id == site.cloud_id)
    }

    /// How long the access token can still be used.
    pub(crate) fn time_left(&self, now: Timestamp) -> Duration {
        match (&self.access_token, self.expires_at) {
            (None, _) => Duration::ZERO,
            (Some(_), None) => Duration::MAX,
            (Some(_), Some(expires_at)) => expires_at.since(now),
        }
    }

    /// Whether the access token has not expired at `now`.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        self.access_token.is_some() && self.expires_at.is_none_or(|expires_at| now < expires_at)
    }

    /// Until when failures of the past hold the next refresh back. What a clock wrote that was ahead and
    /// has been set back holds nothing back.
    pub(crate) fn held_back_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.next_attempt_at.filter(|until| *until > now)?;
        let was_ahead = |at: Timestamp| at > now.plus(CLOCK_TOLERANCE);
        let is_from_ahead = self.failed_at.is_some_and(was_ahead);
        (!is_from_ahead && until.since(now) <= LONGEST_HOLD).then_some(until)
    }

    /// Whether a process is refreshing it at `now`, as far as its row tells.
    pub(crate) fn is_leased(&self, now: Timestamp) -> bool {
        self.lease_until
            .is_some_and(|until| LeaseOn::Grant.left(until, now).is_some())
    }

    /// The sites on which this grant reaches `product`.
    pub(crate) fn sites_with(&self, product: Product) -> Vec<&ReachableSite> {
        self.sites
            .iter()
            .filter(|reachable| reachable.products.contains(&product))
            .collect()
    }
}
