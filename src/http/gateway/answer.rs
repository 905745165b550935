//! Atlassian's answers as they leave here.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;

use crate::http::edge::failures::Passed;
use crate::http::edge::outermost::SkipEnvelope;
use crate::service::gateway::{PassedAnswer, PassedBody};

/// What other people wrote must not act as a page of ours, should a browser show it.
const POWERLESS: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");

/// An answer of Atlassian's, refusals among them, which stay as they are.
pub(super) fn of(passed: PassedAnswer) -> Response {
    let body = match passed.body {
        PassedBody::Whole(bytes) => Body::from(bytes),
        PassedBody::Stream(parts) => Body::from_stream(parts),
    };
    let mut response = Response::new(body);
    *response.status_mut() = passed.status;
    *response.headers_mut() = passed.headers;
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, POWERLESS);
    response.extensions_mut().insert(SkipEnvelope);
    response.extensions_mut().insert(Passed);
    response
}
