//! The one line that the log has of a request, and its count: how it ended and, where it failed, why.

use std::net::IpAddr;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use tokio::time::Instant;
use tracing::Span;

use crate::http::edge::failures::failure_of;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::work::measures::{IN_FLIGHT, Living};
use crate::work::request_notes::{Noted, RequestNotes};

/// What proxies log when the client left before the answer (nginx, `ngx_http_request.h`). Nobody receives it.
const CLIENT_LEFT: u16 = 499;

/// The probe for life, which is asked every few seconds and can tell nothing but that the process lives: its line is
/// for who looks closely.
pub(super) const LIVENESS: &str = "/healthz";

/// A request that is being answered. When it is let go of before that, its client has left: nobody waits any
/// longer for what was being done.
pub(super) struct RequestLine<'a> {
    state: &'a AppState,
    notes: RequestNotes,
    span: Span,
    route: &'a str,
    method: Method,
    started: Instant,
    _in_flight: Living,
    is_answered: bool,
}

impl<'a> RequestLine<'a> {
    /// Begins to count and to take notes.
    pub(super) fn begin(
        state: &'a AppState,
        span: Span,
        route: &'a str,
        method: Method,
        address: IpAddr,
    ) -> Self {
        Self {
            notes: RequestNotes::of_client(address),
            _in_flight: state.metrics.meter().living(&IN_FLIGHT),
            state,
            span,
            route,
            method,
            started: Instant::now(),
            is_answered: false,
        }
    }

    /// Where notes of this request are taken.
    pub(super) fn notes(&self) -> &RequestNotes {
        &self.notes
    }

    /// Writes the line.
    pub(super) fn answered(mut self, response: &Response) {
        self.is_answered = true;
        self.end(response.status().as_u16(), failure_of(response).as_ref());
    }

    fn end(&self, status: u16, error: Option<&ApiError>) {
        let took = self.started.elapsed();
        self.state
            .metrics
            .meter()
            .http_request(self.route, self.method.as_str(), status, took);
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if self.route == LIVENESS && status < 400 {
            self.span
                .in_scope(|| tracing::debug!(status, took_ms, "answered"));
            return;
        }
        self.span.in_scope(|| {
            self.notes
                .tell(|noted| write(status, took_ms, noted, error));
        });
    }
}

impl Drop for RequestLine<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.end(CLIENT_LEFT, None);
        }
    }
}

/// A failure names what is known of it; everything else names its caller.
fn write(status: u16, took_ms: u64, noted: &Noted, error: Option<&ApiError>) {
    let (principal, key) = (noted.principal.as_deref(), noted.key.as_deref());
    let told = noted.failure.as_ref();
    let left = (status == CLIENT_LEFT).then_some("the client left before the answer");
    let cause = noted
        .cause
        .as_deref()
        .or_else(|| error?.cause.as_deref())
        .or_else(|| told?.cause.as_deref())
        .or(left);
    let is_failure = status >= 400 || noted.cause.is_some() || told.is_some();
    if !is_failure {
        tracing::info!(status, took_ms, principal, key, "answered");
        return;
    }
    let code = error.map(|error| error.code.as_str());
    let code = code.or_else(|| Some(told?.code));
    let tool = noted.tool;
    // Who leaves does so while a call is waited for; otherwise the one that failed is told.
    let under_way = noted.under_way.as_ref().filter(|_| status == CLIENT_LEFT);
    let call = under_way.or(noted.call.as_ref());
    let product = call.map(|call| call.product);
    let operation = call.map(|call| call.operation);
    let outcome = call.map(|call| call.outcome);
    let tries = call.map(|call| call.tries);
    let address = noted.address.map(|address| address.to_string());
    let address = address.as_deref();
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                status, took_ms, code, cause, tool, product, operation, outcome, tries, principal,
                key, address, "answered"
            )
        };
    }
    // A failure within an answer weighs as much as one that is the answer.
    let weight = told.map_or(status, |told| told.status.max(status));
    if noted.cause.is_some() || weight == StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
        line!(error);
    } else if weight >= 500 {
        line!(warn);
    } else {
        line!(info);
    }
}
