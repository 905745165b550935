//! What became of a write of the gateway's clients that failed: their requests are passed on as they came, so no service
//! knows which of them write.

use axum::extract::Request;
use axum::response::Response;
use axum::routing::Route;
use serde_json::json;

use super::gateway_forms::is_gateway;
use super::idempotency::replay_or_run;
use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, Code};
use crate::service::writing::{Outcome, watched};

/// Adds to a failure of ours whether the write may have been done all the same.
pub(super) async fn told(state: &AppState, request: Request, route: Route) -> Response {
    if !is_gateway(request.uri().path()) {
        return replay_or_run(state, request, route).await;
    }
    let (mut response, outcome) = watched(replay_or_run(state, request, route)).await;
    if let Some(outcome) = outcome
        && let Some(error) = response.extensions_mut().get_mut::<ApiError>()
        && error.code == Code::VendorError
    {
        tell(error, outcome);
    }
    response
}

fn tell(error: &mut ApiError, outcome: Outcome) {
    let details = error.details.get_or_insert_with(|| json!({}));
    if details.get("outcome").is_none() {
        details["outcome"] = json!(outcome.as_str());
        error.message = format!("{}; {}", error.message, outcome.sentence());
    }
}
