//! `/metrics`, for the operator: with an admin key, or from the machine where that proves something.

use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Extension, Router};

use crate::http::caller::Caller;
use crate::http::caller::credentials::shows_explicit_credential;
use crate::http::caller::open_mode;
use crate::http::edge::inside_the_edge;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Prometheus itself waits no longer (`scrape_timeout` is 10 s by default).
const TIMEOUT: Duration = Duration::from_secs(10);

/// Marks the requests of the listener that serves the metrics alone.
#[derive(Debug, Clone, Copy)]
struct OwnListener;

/// An operator: a key with the scope `admin`, or somebody on this machine by the rules of open local
/// mode. A request from this machine that shows a credential must show a valid one.
///
/// Where the service is reached from elsewhere, a proxy on the same machine may stand before it, and one
/// that adds no header looks like an operator; there being on the machine proves nothing, but on the
/// listener that serves the metrics alone.
#[derive(Debug)]
pub(crate) struct Operator;

impl FromRequestParts<AppState> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let shows_credential = shows_explicit_credential(&parts.headers);
        let may_be_ambient =
            state.edge.is_on_loopback || parts.extensions.get::<OwnListener>().is_some();
        if !shows_credential && may_be_ambient && open_mode::refusal(&state.edge, parts).is_none() {
            return Ok(Self);
        }
        Caller::from_request_parts(parts, state).await.map(|_| Self)
    }
}

/// Get the metrics in Prometheus' text format.
///
/// Needs an API key with the scope `admin`, unless `PUBLIC_BASE_URL` and the caller are on this machine:
/// from a loopback address, to localhost, without a proxy in between.
#[utoipa::path(get, path = "/metrics", tag = "Operations", responses(
    (status = 200, description = "Prometheus' text format", content_type = "text/plain", body = String,
        example = "# TYPE integration_backend_refreshes_total counter\nintegration_backend_refreshes_total{outcome=\"renewed\"} 12\n"),
    Failures))]
pub(crate) async fn metrics(_: Operator, State(state): State<AppState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, TEXT_FORMAT)], state.metrics.text().await)
}

/// The metrics alone, for a separate listener.
pub(crate) fn router(state: AppState) -> Router {
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .layer(Extension(OwnListener));
    inside_the_edge(routes, state, TIMEOUT)
}
