//! Origins: which web pages may act here, our own and the listed ones.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method};

use crate::http::caller::headers::{is_page_here, text};
use crate::http::state::EdgeSettings;
use crate::http::wire::error::ApiError;

impl EdgeSettings {
    /// Whether pages of this origin may act with a person's cookie.
    pub(crate) fn trusts(&self, origin: &str) -> bool {
        origin == self.public_origin || self.listed_origins.iter().any(|listed| listed == origin)
    }
}

/// Whether a request that a browser may have sent by itself comes from a page that may act here:
/// its `Origin` is ours or listed. Without one, `Sec-Fetch-Site` must not say that it is foreign.
///
/// Browsers send `Origin` with every method but GET and HEAD (Fetch, "`Origin` header"). Scripts
/// can set neither header (Fetch, "forbidden request-header"), and programs that are no browsers
/// send neither.
pub(crate) fn is_own_or_listed(edge: &EdgeSettings, headers: &HeaderMap) -> bool {
    match headers.get(ORIGIN) {
        Some(origin) => origin.to_str().is_ok_and(|origin| {
            edge.trusts(origin) || (edge.is_open() && is_page_here(headers, origin))
        }),
        None => matches!(
            text(headers, "sec-fetch-site"),
            None | Some("same-origin" | "none")
        ),
    }
}

/// Refuses unsafe methods (RFC 9110, section 9.2.1) from foreign pages: cross-site request forgery.
pub(crate) fn refuse_foreign_writes(
    edge: &EdgeSettings,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if method.is_safe() || is_own_or_listed(edge, headers) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "this web page may not act here; the operator can list its origin in CORS_ORIGINS",
    ))
}
