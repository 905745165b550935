//! Answers in the form that the standards of OAuth give them: JSON with `error`, and redirects with it.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, LOCATION, PRAGMA, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::http::edge::outermost::SkipEnvelope;
use crate::http::wire::error::ApiError;
use crate::service::agents::request::answer_at;
use crate::work::request_notes::RequestNotes;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"integration-backend\"");

/// A success that nobody may keep (RFC 6749, section 5.1).
pub(super) fn success(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    keep_out_of_caches(&mut response);
    response
}

/// A refusal (RFC 6749, section 5.2). Nothing of what the client sent is in it.
pub(super) fn refusal(status: StatusCode, error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(SkipEnvelope);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, BASIC);
    }
    keep_out_of_caches(&mut response);
    RequestNotes::note_cause(error);
    response
}

/// Sends the browser back to the client, with who we are (RFC 9207).
pub(super) fn back_to_client(
    issuer: &str,
    redirect_uri: &str,
    state: Option<&str>,
    outcome: &[(&str, &str)],
) -> Response {
    let mut pairs = outcome.to_vec();
    pairs.extend(state.map(|state| ("state", state)));
    pairs.push(("iss", issuer));
    let address = answer_at(redirect_uri, &pairs);
    match HeaderValue::from_str(&address) {
        // 303: whatever the browser sent here, it gets the address (RFC 9700, section 4.12).
        Ok(address) => (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response(),
        Err(_) => ApiError::internal().into_response(),
    }
}

fn keep_out_of_caches(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(PRAGMA, NO_CACHE);
}
