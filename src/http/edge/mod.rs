//! The layers around every handler, outermost first.

pub(crate) mod cors;
pub(crate) mod failures;
pub(crate) mod gateway_forms;
pub mod idempotency;
pub(crate) mod outcomes;
pub(crate) mod outermost;
pub(crate) mod query_names;
pub(crate) mod rate_limits;
pub(crate) mod request_checks;
mod request_line;
pub(crate) mod uploads;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::state::AppState;
use idempotency::replay_or_run;
use outermost::{OutermostState, panicked, run_in_envelope};
use rate_limits::charge_before_auth;
use request_checks::LARGEST_BODY;

/// Wraps routes in the layers that hold for all of them. A handler that takes longer than
/// `handler_timeout` is stopped.
pub fn inside_the_edge(
    routes: Router<AppState>,
    state: AppState,
    handler_timeout: Duration,
) -> Router {
    let outermost_state = OutermostState {
        state: state.clone(),
        handler_timeout,
    };
    let largest_body = usize::try_from(LARGEST_BODY).unwrap_or(usize::MAX);
    // The first layer is the outermost. Panics are caught inside it, so that a panic leaves in the
    // envelope, too. Rate limits come before bodies are read, and replays last: only who may call
    // gets a kept answer.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(outermost_state, run_in_envelope))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), charge_before_auth))
        .layer(DefaultBodyLimit::max(largest_body))
        .layer(from_fn(outcomes::told))
        .layer(from_fn_with_state(state.clone(), replay_or_run));
    routes.layer(layers).with_state(state)
}
