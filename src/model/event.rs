//! What happens to grants and connections, as their owners read it.

use serde::Serialize;
use utoipa::ToSchema;

use super::product::Product;
use super::time::Timestamp;

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventType {
    /// Tokens were renewed.
    Refresh,
    /// Something failed.
    Error,
    /// Something will fail unless somebody acts.
    Warning,
    /// Something was connected, chosen or removed.
    Info,
}

impl EventType {
    const ALL: [Self; 4] = [Self::Refresh, Self::Error, Self::Warning, Self::Info];

    /// The word in rows and bodies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// From the word in a row.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// How a refresh went, for the statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshNote {
    /// How often the token endpoint was asked.
    pub attempts: u32,
    /// Whether new tokens came of it.
    pub succeeded: bool,
}

/// Something that has just happened.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The grant it happened to; none when nothing came of it.
    pub grant_id: Option<String>,
    /// The product it concerns; none: the products that the grant serves.
    pub product: Option<Product>,
    /// What kind of event it is.
    pub event_type: EventType,
    /// For a refresh, how it went.
    pub refresh: Option<RefreshNote>,
    /// One plain sentence, without secrets, addresses or words of somebody else's.
    pub message: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantEvent {
    /// Its number among the owner's events.
    pub seq: i64,
    /// The product it concerns; none: both.
    pub product: Option<Product>,
    /// What kind of event it is.
    pub event_type: EventType,
    /// One plain sentence.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// How the refreshes of one grant went so far, and when the next one is due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RefreshRecord {
    /// When the background refresher will renew it, if it is in use.
    pub due_at: Option<Timestamp>,
    /// Calls to the token endpoint.
    pub attempted: i64,
    /// Refreshes that brought new tokens.
    pub succeeded: i64,
    /// Refreshes that did not.
    pub failed: i64,
}

/// The refreshes of one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshHour {
    /// When the hour began.
    pub start: Timestamp,
    /// Refreshes that brought new tokens.
    pub succeeded: i64,
    /// Refreshes that did not.
    pub failed: i64,
}
