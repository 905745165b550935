//! What became of a write of the gateway's clients that failed: their requests are passed on as they came, so no service
//! knows which of them write.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;

use super::gateway_forms::is_gateway;
use crate::http::wire::error::{ApiError, Code};
use crate::service::writing::{Outcome, watched};

/// Adds to a failure of ours whether the write may have been done all the same.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    if !is_gateway(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut response, outcome) = watched(next.run(request)).await;
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
