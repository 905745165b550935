//! The answer to a request that made something.

use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// What a segment of a path may hold as it is (RFC 3986, section 3.3), as far as ids hold it.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// An id as one segment of a path: that of a thing on another site is its whole address.
pub(crate) fn segment(id: &str) -> String {
    utf8_percent_encode(id, IN_SEGMENT).to_string()
}

/// 201 with a `Location`.
pub(crate) fn created<T: Serialize>(location: &str, body: T) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
