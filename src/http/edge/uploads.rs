//! Requests that bring a file through the gateway: they may be larger, and take longer, than any other.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode};

use crate::http::wire::error::{ApiError, Code};

/// The largest file with what stands around it.
pub(crate) const LARGEST_UPLOAD: u64 = 25 * 1024 * 1024;
/// How long one may take: 25 MiB over a line of 1 Mbit/s. Who sends nothing for a while is cut off earlier.
pub(crate) const LONGEST_UPLOAD: Duration = Duration::from_mins(5);

/// Whether a request may bring a file. Whether it may do so in earnest is seen later.
pub(crate) fn brings_file(request: &Request) -> bool {
    let path = request.uri().path();
    let changes = matches!(*request.method(), Method::POST | Method::PUT);
    let is_attachment = ["/attachments", "/child/attachment"]
        .iter()
        .any(|end| path.ends_with(end))
        || (path.contains("/child/attachment/") && path.ends_with("/data"));
    changes && path.starts_with("/ex/") && is_attachment
}

/// 413 for such a request.
pub(crate) fn too_large() -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Code::Validation,
        "a file must not be larger than 25 MiB",
    )
}
