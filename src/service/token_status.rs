//! One connection's token in the words of the earlier chatbot server: is it good, for how long, when
//! is it renewed, and how did that go so far.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::connections::ConnectionView;
use crate::model::event::RefreshRecord;
use crate::model::grant::{Grant, Renewal};
use crate::model::sentence::sentence;
use crate::model::time::{Timestamp, in_words};

/// The state of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TokenState {
    /// It can be used.
    Active,
    /// It has expired; the next call renews it.
    Expired,
    /// It is being renewed now.
    Refreshing,
    /// It cannot be used: a new login is needed, renewing it failed, or the site turns all calls away.
    Error,
    /// There is none.
    Unknown,
}

/// Whether a refresh is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefreshState {
    /// Its time has not come.
    Waiting,
    /// Its time has come.
    Ready,
    /// It is under way.
    InProgress,
}

/// The token of one connection. Every key is always present; what is unknown is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TokenStatus {
    /// How the token is.
    pub status: TokenState,
    /// Seconds until it expires; 0 once it has.
    #[schema(example = 3480)]
    pub expires_in_seconds: Option<u64>,
    /// The same, written out.
    #[schema(example = "58 minutes")]
    pub expires_in_formatted: Option<String>,
    /// When it expires.
    #[schema(value_type = Option<String>, example = "2026-01-31T13:00:00Z")]
    pub expires_at: Option<Timestamp>,
    /// Seconds until the background refresher renews it.
    #[schema(example = 3280)]
    pub refresh_in_seconds: Option<u64>,
    /// The same, written out.
    #[schema(example = "54 minutes 40 seconds")]
    pub refresh_in_formatted: Option<String>,
    /// Whether a refresh is due.
    pub refresh_status: Option<RefreshState>,
    /// When it was last renewed, or first given.
    #[schema(value_type = Option<String>, example = "2026-01-31T12:00:00Z")]
    pub last_refresh: Option<Timestamp>,
    /// When the background refresher checks next.
    #[schema(value_type = Option<String>, example = "2026-01-31T12:02:40Z")]
    pub next_scheduled_check: Option<Timestamp>,
    /// Calls to Atlassian's token endpoint for this login so far.
    pub refreshes_attempted: Option<i64>,
    /// Refreshes that brought a new token.
    pub refreshes_succeeded: Option<i64>,
    /// Refreshes that failed.
    pub refreshes_failed: Option<i64>,
    /// One plain sentence.
    #[schema(example = "The token is good, and is renewed by itself before it expires.")]
    pub message: Option<String>,
}

impl TokenStatus {
    /// What is known without a connection.
    pub(crate) fn unknown(message: &str) -> Self {
        Self {
            status: TokenState::Unknown,
            expires_in_seconds: None,
            expires_in_formatted: None,
            expires_at: None,
            refresh_in_seconds: None,
            refresh_in_formatted: None,
            refresh_status: None,
            last_refresh: None,
            next_scheduled_check: None,
            refreshes_attempted: None,
            refreshes_succeeded: None,
            refreshes_failed: None,
            message: Some(message.to_owned()),
        }
    }

    /// What is known of a connection at `now`; the refresher looks next at `next_check`.
    pub(super) fn of(
        view: &ConnectionView,
        record: &RefreshRecord,
        next_check: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let Some(connected) = &view.connected else {
            let message = format!("{} is not connected; log in first.", view.product.title());
            return Self::unknown(&message);
        };
        let grant = &connected.grant;
        let refusal = view.turned_away.clone().or_else(|| connected.refusal());
        let status = match refusal {
            Some(_) => TokenState::Error,
            None => state(grant, now),
        };
        let left = |at: Timestamp| at.since(now).as_secs();
        let is_dead = grant.has_ended(now);
        let expires_at = grant.expires_at.filter(|_| !is_dead);
        let due_at = record
            .due_at
            .filter(|_| !is_dead && grant.renewal() != Renewal::Never);
        let words = |seconds: u64| in_words(Duration::from_secs(seconds));
        Self {
            status,
            expires_in_seconds: expires_at.map(left),
            expires_in_formatted: expires_at.map(left).map(words),
            expires_at,
            refresh_in_seconds: due_at.map(left),
            refresh_in_formatted: due_at.map(left).map(words),
            refresh_status: refresh_state(grant, record, now),
            last_refresh: grant.refreshed_at,
            next_scheduled_check: next_check,
            refreshes_attempted: Some(record.attempted),
            refreshes_succeeded: Some(record.succeeded),
            refreshes_failed: Some(record.failed),
            message: Some(match &refusal {
                Some(problem) => sentence(problem),
                None => message(grant, status),
            }),
        }
    }
}

fn state(grant: &Grant, now: Timestamp) -> TokenState {
    if grant.has_ended(now) {
        TokenState::Error
    } else if grant.is_leased(now) {
        TokenState::Refreshing
    } else if grant.is_alive(now) {
        TokenState::Active
    } else if grant.renewal() == Renewal::Failing {
        TokenState::Error
    } else {
        TokenState::Expired
    }
}

/// Whether a renewal of the grant is to come; none for what is never renewed.
pub(crate) fn refresh_state(
    grant: &Grant,
    record: &RefreshRecord,
    now: Timestamp,
) -> Option<RefreshState> {
    let is_renewed = !matches!(grant.renewal(), Renewal::Never | Renewal::Attached);
    if !is_renewed || grant.has_ended(now) {
        None
    } else if grant.is_leased(now) {
        Some(RefreshState::InProgress)
    } else if record.due_at.is_some_and(|due_at| due_at <= now) {
        Some(RefreshState::Ready)
    } else {
        Some(RefreshState::Waiting)
    }
}

fn message(grant: &Grant, status: TokenState) -> String {
    if status == TokenState::Refreshing {
        return String::from("The token is being renewed.");
    }
    if let Some(problem) = grant.problem() {
        return sentence(&problem);
    }
    let plain = match (grant.renewal(), status) {
        (Renewal::Attached, _) => {
            "A token that somebody attached is in use; it is not renewed, and nobody says when it expires."
        }
        (_, TokenState::Active) => "The token is good, and is renewed by itself before it expires.",
        (_, TokenState::Expired) => "The token has expired; the next call renews it.",
        _ => "The token cannot be used; log in again.",
    };
    plain.to_owned()
}
