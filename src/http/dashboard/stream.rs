//! The dashboard's stream of server-sent events: a snapshot, and then every change.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::IntoParams;

use crate::http::caller::Caller;
use crate::http::caller::headers::text;
use crate::http::dashboard::shapes::{
    DashboardEvent, DashboardSync, End, RefreshStatistics, Snapshot, connection,
};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, Code};
use crate::http::wire::extract::{GetOnly, Query};
use crate::model::event::GrantEvent;
use crate::model::principal::Principal;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::jitter;
use crate::service::error::ServiceError;
use crate::service::live::{Delivery, Subscription};

/// Proxies drop idle connections; the HTML standard suggests a comment line every 15 seconds
/// ("server-sent events").
const HEARTBEAT: Duration = Duration::from_secs(15);
const STILL_HERE: &str = "still here";
/// After how long without an event a look that found nothing new is told to the page, which does not see comments. It
/// says that the store was read: a page that hears nothing of it does not know how things stand.
const QUIET: Duration = Duration::from_secs(10);
/// When a browser reconnects, spread at random because a restart ends all streams at once.
const RECONNECT_DELAY: Duration = Duration::from_secs(2);
/// Tells nginx not to buffer the stream (its directive `proxy_buffering`).
static ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The query of a stream: a browser's `EventSource` cannot send headers (HTML standard,
/// "server-sent events").
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// The tenant; the same as `X-Tenant-Id`.
    tenant: Option<String>,
}

/// Stream the caller's connections as server-sent events (`text/event-stream`).
///
/// The stream lasts as long as the credential is valid.
///
/// Every `data` is JSON:
///
/// - `snapshot`, first: `{now, resumed, connections, syncs, statistics, events}`.
/// - `connection`: one entry of `connections`, whenever it changes.
/// - `token-event`: one entry of `events`, as it happens; its number is the `id`.
/// - `stats`: `statistics`, whenever they change.
/// - `sync`: one entry of `syncs`, as it progresses.
/// - `alive`: `{}`, when nothing else has come for 15 seconds. A stream without it is broken.
/// - `end`, last: `{reason}` is `signed_out` (log in again) or `restarting` (reconnect).
///
/// A browser that reconnects sends `Last-Event-ID` by itself and gets the events it missed. One
/// owner may open eight streams at a time; more get 429.
#[utoipa::path(get, path = "/dashboard/events", tag = "Connections",
    params(StreamQuery, ("Last-Event-ID" = Option<String>, Header, description = "The last `id` received")),
    responses((status = 200, description = "Server-sent events. The schema is the `data` of the first one", content_type = "text/event-stream", body = Snapshot,
        example = json!({"now": "2026-01-31T12:00:00Z", "resumed": false, "connections": [], "syncs": [],
            "statistics": {"attempted": 0, "succeeded": 0, "failed": 0, "hours": []}, "events": []})),
    Failures))]
pub(crate) async fn stream(
    _: GetOnly,
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let scope = caller.scope_in(query.tenant.as_deref())?;
    let principal = caller.principal().clone();
    let listener = state
        .live
        .subscribe(&principal, &scope)
        .ok_or_else(too_many_streams)?;
    let last_seen = text(&headers, "last-event-id").and_then(|id| id.trim().parse().ok());
    let feed = Feed {
        state,
        scope,
        principal,
        listener,
        last: 0,
        connections: vec![],
        syncs: vec![],
        statistics: String::new(),
        pending: VecDeque::new(),
        told_at: Instant::now(),
        ended: false,
    };
    let feed = feed.with_snapshot(last_seen).await?;
    let events = unfold(feed, |feed| async {
        let (event, feed) = feed.next_event().await?;
        Some((Ok::<_, Infallible>(event), feed))
    });
    let heartbeat = KeepAlive::new().interval(HEARTBEAT).text(STILL_HERE);
    let mut response = Sse::new(events).keep_alive(heartbeat).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCEL_BUFFERING.clone(), HeaderValue::from_static("no"));
    Ok(response)
}

/// Get statistics of the caller's token refreshes, in total and by the hour.
#[utoipa::path(get, path = "/dashboard/statistics", tag = "Connections",
    responses((status = 200, body = RefreshStatistics), Failures))]
pub(crate) async fn statistics(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<RefreshStatistics>, ApiError> {
    let scope = caller.scope();
    let connections = state.dashboard.connections(&scope).await?;
    let statistics = state.dashboard.statistics(&scope, &connections).await?;
    Ok(Json(statistics.into()))
}

fn too_many_streams() -> ApiError {
    let message = "too many event streams are open; close other tabs of the dashboard";
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, message)
        .with_retry_after(Duration::from_secs(15))
}

/// One stream: what its reader has, and what is still to be sent.
struct Feed {
    state: AppState,
    scope: Scope,
    principal: Principal,
    listener: Subscription,
    /// The number of the last event sent.
    last: i64,
    /// The connections as last sent.
    connections: Vec<String>,
    /// The syncs as last sent.
    syncs: Vec<String>,
    /// The statistics as last sent.
    statistics: String,
    pending: VecDeque<Event>,
    /// When an event was sent last.
    told_at: Instant,
    ended: bool,
}

impl Feed {
    /// The feed with its first events: a snapshot, and what a reader who reconnects has missed.
    async fn with_snapshot(mut self, last_seen: Option<i64>) -> Result<Self, ServiceError> {
        let dashboard = &self.state.dashboard;
        let events = dashboard.events(&self.scope, None).await?;
        let newest = events.last().map_or(0, |event| event.seq);
        // A number from another tenant or an older database may be beyond ours.
        let resumed = last_seen.filter(|seen| (1..=newest).contains(seen));
        let watched = dashboard.connections(&self.scope).await?;
        let statistics = dashboard.statistics(&self.scope, &watched).await?;
        let connections: Vec<_> = watched
            .iter()
            .map(|one| connection(&self.state, one))
            .collect();
        self.connections = connections.iter().map(to_json).collect();
        let syncs = self.sync_reports().await?;
        self.syncs = syncs.iter().map(to_json).collect();
        let statistics = RefreshStatistics::from(statistics);
        self.statistics = to_json(&statistics);
        self.last = resumed.unwrap_or(newest);
        let shown: Vec<GrantEvent> = if resumed.is_some() { vec![] } else { events };
        let snapshot = Snapshot {
            now: self.state.clock.now(),
            resumed: resumed.is_some(),
            connections,
            syncs,
            statistics,
            events: shown.into_iter().map(DashboardEvent::from).collect(),
        };
        let pause = RECONNECT_DELAY.mul_f64(1.0 + jitter());
        let first = sse_event("snapshot", &to_json(&snapshot)).retry(pause);
        self.pending.push_back(first.id(self.last.to_string()));
        self.queue_events().await?;
        Ok(self)
    }

    async fn next_event(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                self.told_at = Instant::now();
                return Some((event, self));
            }
            if self.ended {
                return None;
            }
            match self.listener.next().await {
                Delivery::OwnerChanged => self.queue_changes_if_allowed().await,
                Delivery::LoggedOut => self.queue_end("signed_out"),
                Delivery::Draining => self.queue_end("restarting"),
            }
        }
    }

    /// Queues what has changed, if the credential is still valid.
    async fn queue_changes_if_allowed(&mut self) {
        let result = match self.state.dashboard.is_still_good(&self.principal).await {
            Ok(true) => self.queue_changes().await,
            Ok(false) => {
                self.queue_end("signed_out");
                Ok(())
            }
            Err(error) => Err(error),
        };
        match result {
            Ok(()) if self.pending.is_empty() && self.told_at.elapsed() >= QUIET => {
                let alive = sse_event("alive", "{}").comment(STILL_HERE);
                self.pending.push_back(alive);
            }
            Ok(()) => {}
            // The next look is within seconds; until then the reader sees the old state, and is told nothing.
            Err(error) => tracing::warn!(%error, "a dashboard's changes could not be read"),
        }
    }

    fn queue_end(&mut self, reason: &'static str) {
        self.ended = true;
        self.pending
            .push_back(sse_event("end", &to_json(&End { reason })));
    }

    async fn queue_changes(&mut self) -> Result<(), ServiceError> {
        let watched = self.state.dashboard.connections(&self.scope).await?;
        for (position, one) in watched.iter().enumerate() {
            let now = to_json(&connection(&self.state, one));
            send_if_new(
                "connection",
                now,
                self.connections.get_mut(position),
                &mut self.pending,
            );
        }
        for (position, one) in self.sync_reports().await?.iter().enumerate() {
            let now = to_json(one);
            send_if_new("sync", now, self.syncs.get_mut(position), &mut self.pending);
        }
        self.queue_events().await?;
        let statistics = self
            .state
            .dashboard
            .statistics(&self.scope, &watched)
            .await?;
        let statistics = to_json(&RefreshStatistics::from(statistics));
        if statistics != self.statistics {
            self.pending.push_back(sse_event("stats", &statistics));
            self.statistics = statistics;
        }
        Ok(())
    }

    async fn sync_reports(&self) -> Result<Vec<DashboardSync>, ServiceError> {
        let mut syncs = Vec::new();
        for product in Product::ALL {
            let status = self.state.catalog.status(&self.scope, product).await?;
            syncs.push(DashboardSync::new(product, status));
        }
        Ok(syncs)
    }

    /// Queues the events after the last one sent.
    async fn queue_events(&mut self) -> Result<(), ServiceError> {
        loop {
            let events = self
                .state
                .dashboard
                .events_after(&self.scope, self.last)
                .await?;
            let Some(newest) = events.last() else {
                return Ok(());
            };
            self.last = newest.seq;
            for event in events {
                let id = event.seq.to_string();
                let event = sse_event("token-event", &to_json(&DashboardEvent::from(event)));
                self.pending.push_back(event.id(id));
            }
        }
    }
}

/// Queues what differs from `before`, and remembers it.
fn send_if_new(
    name: &str,
    now: String,
    before: Option<&mut String>,
    pending: &mut VecDeque<Event>,
) {
    if let Some(before) = before.filter(|before| **before != now) {
        pending.push_back(sse_event(name, &now));
        *before = now;
    }
}

fn sse_event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(data)
}

/// Our own shapes always serialize.
fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
