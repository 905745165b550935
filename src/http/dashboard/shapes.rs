//! The dashboard's stream and statistics as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::connections::shapes::{ConnectionDetail, detail};
use crate::http::state::AppState;
use crate::http::stored::sync::SyncReport;
use crate::model::event::{EventType, GrantEvent};
use crate::model::product::Product;
use crate::model::time::Timestamp;
use crate::service::catalog::SyncStatus;
use crate::service::dashboard::{Statistics, Watched};
use crate::service::token_status::{RefreshState, refresh_state};

/// One connection as the dashboard shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DashboardConnection {
    #[schema(example = "jira")]
    id: &'static str,
    #[schema(example = "Jira")]
    title: &'static str,
    #[serde(flatten)]
    detail: ConnectionDetail,
    /// The product's start page on the site; opens in a browser.
    #[schema(example = "https://acme.atlassian.net/wiki")]
    home_url: Option<String>,
    /// What will become of the access token: renewed `by_itself`; renewing is `failing` so far; it is renewed
    /// and yet `refused`; `none`: the login ends with it, because `offline_access` was not granted; `attached`:
    /// somebody made the token.
    #[schema(example = "by_itself")]
    renewal: Option<&'static str>,
    /// Whether the site turns all calls away though the login is good; `error` says why.
    turned_away: bool,
    /// When the background refresher renews the token, if the connection is in use; `null` for API
    /// tokens.
    #[schema(value_type = Option<String>)]
    refresh_due_at: Option<Timestamp>,
    /// Whether a refresh is due; `null` for API tokens and logins that have ended.
    refresh_status: Option<RefreshState>,
    refreshes_attempted: i64,
    refreshes_succeeded: i64,
    refreshes_failed: i64,
}

/// An event of a connection, with its number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DashboardEvent {
    /// Counts the caller's events; also the `id` in the stream.
    #[schema(example = 12)]
    id: i64,
    event_type: EventType,
    /// The product; `null` for both.
    #[schema(example = "jira")]
    product: Option<&'static str>,
    #[schema(example = "Token renewed; it is good for 1 hour.")]
    message: String,
    #[schema(value_type = String, example = "2026-01-31T12:00:00Z")]
    timestamp: Timestamp,
}

/// Statistics of token refreshes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefreshStatistics {
    /// Calls to Atlassian's token endpoint by the current logins. One refresh makes up to three.
    #[schema(example = 25)]
    attempted: i64,
    /// Refreshes that brought new tokens.
    #[schema(example = 24)]
    succeeded: i64,
    /// Refreshes that failed.
    #[schema(example = 0)]
    failed: i64,
    /// The last seven days by the hour (UTC), oldest first. Hours without a refresh are omitted.
    hours: Vec<Hour>,
}

/// The refreshes of one hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hour {
    #[schema(value_type = String, example = "2026-01-31T12:00:00Z")]
    start: Timestamp,
    #[schema(example = 1)]
    succeeded: i64,
    #[schema(example = 0)]
    failed: i64,
}

/// The state of the sync of one product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DashboardSync {
    #[schema(example = "jira")]
    product: &'static str,
    #[serde(flatten)]
    report: SyncReport,
}

impl DashboardSync {
    pub(crate) fn new(product: Product, status: SyncStatus) -> Self {
        Self {
            product: product.as_str(),
            report: status.into(),
        }
    }
}

/// The first event of every stream.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Snapshot {
    /// The service's time, to correct the reader's clock.
    #[schema(value_type = String)]
    pub(crate) now: Timestamp,
    /// Whether the stream continues after `Last-Event-ID`. Then `events` is empty, and the missed
    /// events follow as `token-event`s.
    pub(crate) resumed: bool,
    pub(crate) connections: Vec<DashboardConnection>,
    /// The state of the syncs of Jira's projects and Confluence's pages.
    pub(crate) syncs: Vec<DashboardSync>,
    pub(crate) statistics: RefreshStatistics,
    /// The newest 100 events, oldest first.
    pub(crate) events: Vec<DashboardEvent>,
}

/// The last event of a stream that the service ends.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct End {
    /// `signed_out`: log in again; `restarting`: reconnect.
    pub(crate) reason: &'static str,
}

pub(crate) fn connection(state: &AppState, watched: &Watched) -> DashboardConnection {
    let Watched { view, record } = watched;
    let grant = view.connected.as_ref().map(|connected| &connected.grant);
    let refresh_status = grant.and_then(|grant| refresh_state(grant, record, state.clock.now()));
    DashboardConnection {
        id: view.product.as_str(),
        title: view.product.title(),
        detail: detail(state, view),
        home_url: view
            .connected
            .as_ref()
            .and_then(|connected| connected.connection.site.as_ref())
            .map(|site| state.connections.product_address(view.product, site)),
        renewal: view
            .connected
            .as_ref()
            .map(|connected| connected.renewal().as_str()),
        turned_away: view.turned_away.is_some(),
        refresh_due_at: record.due_at.filter(|_| refresh_status.is_some()),
        refresh_status,
        refreshes_attempted: record.attempted,
        refreshes_succeeded: record.succeeded,
        refreshes_failed: record.failed,
    }
}

impl From<GrantEvent> for DashboardEvent {
    fn from(event: GrantEvent) -> Self {
        Self {
            id: event.seq,
            event_type: event.event_type,
            product: event.product.map(Product::as_str),
            message: event.message,
            timestamp: event.at,
        }
    }
}

impl From<Statistics> for RefreshStatistics {
    fn from(statistics: Statistics) -> Self {
        let hour = |hour: crate::model::event::RefreshHour| Hour {
            start: hour.start,
            succeeded: hour.succeeded,
            failed: hour.failed,
        };
        Self {
            attempted: statistics.attempted,
            succeeded: statistics.succeeded,
            failed: statistics.failed,
            hours: statistics.hours.into_iter().map(hour).collect(),
        }
    }
}
