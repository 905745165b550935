//! A file that never changes while the program runs: sent without a copy, and not at all to who has it already.

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};

use crate::model::secret::sha256;

/// A file with its type, its validator and how long a browser may keep it without asking.
#[derive(Debug, Clone)]
pub(crate) struct FixedFile {
    content_type: HeaderValue,
    caching: &'static str,
    bytes: Bytes,
    tag: Option<ETag>,
}

impl FixedFile {
    /// A file with this content; `caching` is its `Cache-Control`.
    pub(crate) fn new(content_type: &str, caching: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let octets = HeaderValue::from_static("application/octet-stream");
        Self {
            content_type: HeaderValue::from_str(content_type).unwrap_or(octets),
            caching,
            tag: format!("\"{}\"", sha256(&bytes)).parse().ok(),
            bytes,
        }
    }

    /// The file, or 304 when the request says that it has it (RFC 9110, section 13.1.2).
    pub(crate) fn reply(&self, request: &HeaderMap) -> Response {
        let known = request.typed_get::<IfNoneMatch>();
        let is_known = match (&known, &self.tag) {
            (Some(known), Some(tag)) => !known.precondition_passes(tag),
            _ => false,
        };
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = self.bytes.clone().into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, self.content_type.clone());
            response
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.caching));
        if let Some(tag) = &self.tag {
            headers.typed_insert(tag.clone());
        }
        response
    }
}
