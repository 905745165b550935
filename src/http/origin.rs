//! Which web pages may act here: our own and the listed origins.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method};

use super::error::ApiError;
use super::local::is_page_here;
use super::state::EdgeSettings;

impl EdgeSettings {
    /// Whether pages of this origin may act with a person's cookie.
    pub(super) fn trusts(&self, origin: &str) -> bool {
        origin == self.public_origin || self.listed_origins.iter().any(|listed| listed == origin)
    }
}

/// Whether a request that a browser may have sent by itself comes from a page that may act here:
/// its `Origin` is ours or listed; without one, `Sec-Fetch-Site` must not say it is foreign.
pub(super) fn is_own_or_listed(edge: &EdgeSettings, headers: &HeaderMap) -> bool {
    match headers.get(ORIGIN) {
        Some(origin) => origin.to_str().is_ok_and(|origin| {
            edge.trusts(origin) || (edge.is_open && is_page_here(headers, origin))
        }),
        None => matches!(
            text(headers, "sec-fetch-site"),
            None | Some("same-origin" | "none")
        ),
    }
}

/// Refuses unsafe methods from foreign pages (cross-site request forgery).
pub(super) fn refuse_foreign_writes(
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

/// Whether a browser is going somewhere, rather than a script fetching something.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    match text(headers, "sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => text(headers, "accept").is_some_and(|accept| accept.contains("text/html")),
    }
}

/// A header's text, if it is there and is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
