//! The layers around every handler, outermost first.

pub(crate) mod cors;
pub(crate) mod failures;
pub(crate) mod gateway_forms;
pub mod idempotency;
mod layer;
pub(crate) mod mcp_challenge;
mod outcomes;
pub(crate) mod outermost;
pub(crate) mod query_names;
pub(crate) mod rate_limits;
pub(crate) mod refusals;
pub(crate) mod request_checks;
mod request_line;
mod routes;
pub(crate) mod uploads;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use tower::ServiceBuilder;

use crate::http::state::AppState;
use outermost::{Edge, ForPeople};
use request_checks::LARGEST_BODY;

/// Wraps routes in the layers that hold for all of them. A handler that takes longer than
/// `handler_timeout` is stopped.
pub fn inside_the_edge(
    routes: Router<AppState>,
    state: AppState,
    handler_timeout: Duration,
) -> Router {
    inside_an_edge(routes, state, handler_timeout, None)
}

/// The same with pages in place of envelopes for people.
pub(crate) fn inside_an_edge(
    routes: Router<AppState>,
    state: AppState,
    handler_timeout: Duration,
    for_people: Option<ForPeople>,
) -> Router {
    let edge = Edge {
        state: state.clone(),
        handler_timeout,
        for_people,
    };
    let largest_body = usize::try_from(LARGEST_BODY).unwrap_or(usize::MAX);
    // The first layer is the outermost. The edge may read bodies, for which the limit must stand.
    let layers = ServiceBuilder::new()
        .layer(DefaultBodyLimit::max(largest_body))
        .layer(edge);
    routes.layer(layers).with_state(state)
}
