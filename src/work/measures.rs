//! The table of every metric, and what the modules tell the meter in their own words.

use std::fmt;
use std::time::Duration;

use metrics::{Counter, Gauge};
use metrics_exporter_prometheus::BuildError;

use super::meter::{Kind, Meter, Metric};

macro_rules! metrics {
    ($($name:ident $kind:ident $text:literal, $help:literal;)*) => {
        $(#[doc = $help] pub const $name: Metric = Metric { name: $text, kind: Kind::$kind, help: $help };)*

        /// Every metric, in the order of the documentation.
        pub static METRICS: &[Metric] = &[$($name),*];
    };
}

metrics! {
    BUILD Gauge "integration_backend_build_info", "Always 1; the label names the version";
    UPTIME Gauge "integration_backend_uptime_seconds", "Seconds since the process started";
    MEMORY Gauge "process_resident_memory_bytes", "Memory the process holds";
    FILES Gauge "process_open_fds", "File descriptors the process has open";
    FILES_LIMIT Gauge "process_max_fds", "File descriptors the process may have open";
    REQUESTS Counter "integration_backend_http_requests_total", "Requests answered, by route template, method and class of status; and those whose client left before (499)";
    REQUEST_TIME Histogram "integration_backend_http_request_duration_seconds", "How long requests took until their answer began";
    IN_FLIGHT Gauge "integration_backend_http_requests_in_flight", "Requests being handled now";
    STREAMS Gauge "integration_backend_event_streams", "Event streams open now";
    UPSTREAM Counter "integration_backend_upstream_requests_total", "Calls to Jira, Confluence and the identity API, by outcome";
    UPSTREAM_TIME Histogram "integration_backend_upstream_request_duration_seconds", "How long those calls took";
    TOKEN_CALLS Counter "integration_backend_token_calls_total", "Calls to the token endpoint, by purpose and outcome";
    TOKEN_TIME Histogram "integration_backend_token_call_duration_seconds", "How long those calls took";
    REFRESHES Counter "integration_backend_refreshes_total", "Refreshes of a grant, by how they ended";
    RATE_LIMITS Counter "integration_backend_rate_limited_total", "Calls that a rate limit stopped: ours (by=service) or Atlassian's";
    STORE_UP Gauge "integration_backend_store_up", "1 when the database answered this scrape, else 0";
    STORE_CONNECTIONS Gauge "integration_backend_store_connections", "Database connections, by pool and state";
    STORE_LIMIT Gauge "integration_backend_store_connections_limit", "Most connections a pool may open";
    STATEMENT_TIME Histogram "integration_backend_store_statement_duration_seconds", "How long statements and transactions took, waiting for a connection included";
    STORE_ERRORS Counter "integration_backend_store_errors_total", "Statements the database did not carry out, by reason";
    SESSIONS Gauge "integration_backend_sessions", "Sessions that are neither idle nor over";
    GRANTS Gauge "integration_backend_grants", "Grants, by status";
    LOG_LINES_LOST Gauge "integration_backend_log_lines_lost", "Log lines that could not be written since the process started";
    POINTS Counter "integration_backend_points_total", "Points of Atlassian's that calls under OAuth logins have cost, by urgency";
    POINTS_HELD_BACK Counter "integration_backend_points_held_back_total", "Calls that were not made because the points are scarce: refused (interactive) or made to wait (background)";
    POINTS_LIMIT Gauge "integration_backend_points_limit", "Points of the app in this hour; of several apps, of the one with the smallest part left";
    POINTS_LEFT Gauge "integration_backend_points_left", "Points that are left of them";
    POINTS_RESERVE Gauge "integration_backend_points_reserve", "Points that only calls may use that somebody waits for";
    SYNC_RUNS Counter "integration_backend_sync_runs_total", "Syncs that ended, by product and outcome";
    TOOL_CALLS Counter "integration_backend_tool_calls_total", "Tools that agents ran, at /mcp and by /connectors/tools/invoke, by how they ended";
}

/// How a refresh of a grant ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshEnd {
    /// New tokens are committed.
    Renewed,
    /// The refresh token is dead.
    Dead,
    /// Not now; to be tried again.
    Later,
    /// Our own client is not accepted.
    ClientRejected,
    /// The database did not take the new tokens at once.
    CommitFailed,
    /// Somebody else was first, and theirs counts.
    LeaseLost,
}

impl RefreshEnd {
    const ALL: [Self; 6] = [
        Self::Renewed,
        Self::Dead,
        Self::Later,
        Self::ClientRejected,
        Self::CommitFailed,
        Self::LeaseLost,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Dead => "dead",
            Self::Later => "later",
            Self::ClientRejected => "client_rejected",
            Self::CommitFailed => "commit_failed",
            Self::LeaseLost => "lease_lost",
        }
    }
}

/// How a tool ended that an agent ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolEnd {
    /// With a result.
    Done,
    /// The agent asked for what is not, or what it may not.
    Refused,
    /// Something failed that the agent can do nothing about.
    Failed,
}

impl ToolEnd {
    const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Whose rate limit stopped a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitedBy {
    /// Ours.
    Service,
    /// Atlassian's.
    Atlassian,
}

impl LimitedBy {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Atlassian => "atlassian",
        }
    }
}

/// Something that is counted for as long as it lives.
#[must_use]
pub(crate) struct Living(Gauge);

impl Drop for Living {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl fmt::Debug for Living {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Living")
    }
}

impl Meter {
    /// The meter of a process: it knows every metric, and those that only grow stand at zero, so
    /// that their first step is seen as one.
    ///
    /// # Errors
    /// As [`Meter::recording`].
    pub(crate) fn of_process(version: &str) -> Result<Self, BuildError> {
        let meter = Self::recording(METRICS)?;
        meter.gauge(&BUILD, &[("version", version)]).set(1.0);
        for end in RefreshEnd::ALL {
            meter
                .counter(&REFRESHES, &[("outcome", end.as_str())])
                .increment(0);
        }
        for kind in ["principal", "address", "email", "streams", "points"] {
            meter.rate_limits(LimitedBy::Service, kind).increment(0);
        }
        for kind in ["app_quota", "site_quota", "burst", "paused"] {
            meter.rate_limits(LimitedBy::Atlassian, kind).increment(0);
        }
        for reason in ["busy", "no_connection", "failed"] {
            meter
                .counter(&STORE_ERRORS, &[("reason", reason)])
                .increment(0);
        }
        for (product, outcome) in [
            ("jira", "succeeded"),
            ("jira", "failed"),
            ("confluence", "succeeded"),
            ("confluence", "failed"),
        ] {
            let labels = [("product", product), ("outcome", outcome)];
            meter.counter(&SYNC_RUNS, &labels).increment(0);
        }
        meter.gauge(&IN_FLIGHT, &[]).set(0.0);
        meter.gauge(&STREAMS, &[]).set(0.0);
        Ok(meter)
    }

    /// A request was answered. `route` is a template of ours, never an address.
    pub(crate) fn http_request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let class = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            // Not one of the answers: nobody was there to get one.
            499 => "499",
            400..=499 => "4xx",
            _ => "5xx",
        };
        let (route, method) = (("route", route), ("method", known_method(method)));
        self.counter(&REQUESTS, &[route, method, ("status", class)])
            .increment(1);
        self.observe(&REQUEST_TIME, &[route, method], took);
    }

    /// Atlassian answered, or failed to. `operation` is our name for the call.
    pub(crate) fn upstream_call(
        &self,
        product: &str,
        operation: &str,
        outcome: &str,
        took: Duration,
    ) {
        let (product, operation) = (("product", product), ("operation", operation));
        self.counter(&UPSTREAM, &[product, operation, ("outcome", outcome)])
            .increment(1);
        self.observe(&UPSTREAM_TIME, &[product, operation], took);
    }

    /// The token endpoint answered, or failed to.
    pub(crate) fn token_call(&self, purpose: &str, outcome: &str, took: Duration) {
        let purpose = ("purpose", purpose);
        self.counter(&TOKEN_CALLS, &[purpose, ("outcome", outcome)])
            .increment(1);
        self.observe(&TOKEN_TIME, &[purpose], took);
    }

    /// A refresh of a grant ended.
    pub(crate) fn refreshed(&self, end: RefreshEnd) {
        self.counter(&REFRESHES, &[("outcome", end.as_str())])
            .increment(1);
    }

    /// A rate limit stopped a call.
    pub(crate) fn rate_limited(&self, by: LimitedBy, kind: &str) {
        self.rate_limits(by, kind).increment(1);
    }

    fn rate_limits(&self, by: LimitedBy, kind: &str) -> Counter {
        self.counter(&RATE_LIMITS, &[("by", by.as_str()), ("kind", kind)])
    }

    /// A sync ended.
    pub(crate) fn synced(&self, product: &str, outcome: &str) {
        let labels = [("product", product), ("outcome", outcome)];
        self.counter(&SYNC_RUNS, &labels).increment(1);
    }

    /// There is a tool: its counters begin with zero, so that its first step is seen.
    pub(crate) fn tool_is_there(&self, tool: &'static str) {
        for end in ToolEnd::ALL {
            let labels = [("tool", tool), ("outcome", end.as_str())];
            self.counter(&TOOL_CALLS, &labels).increment(0);
        }
    }

    /// A tool ended. Only tools of the registry are told of, so that the labels are bounded.
    pub(crate) fn tool_ran(&self, tool: &'static str, end: ToolEnd) {
        let labels = [("tool", tool), ("outcome", end.as_str())];
        self.counter(&TOOL_CALLS, &labels).increment(1);
    }

    /// Counts something in `gauge` until the result is dropped.
    pub(crate) fn living(&self, gauge: &Metric) -> Living {
        let gauge = self.gauge(gauge, &[]);
        gauge.increment(1.0);
        Living(gauge)
    }
}

/// Anybody can make up methods; a label must not grow with them.
fn known_method(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "OTHER",
    }
}
