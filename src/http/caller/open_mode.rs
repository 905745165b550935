//! Open local mode: when being on this machine is enough to be its one owner.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::http::caller::headers::{is_loopback_host, text};
use crate::http::caller::origin::is_own_or_listed;
use crate::http::state::EdgeSettings;

/// Headers that only a proxy adds: behind one, "local" would mean everybody.
const FORWARDING: [&str; 4] = ["forwarded", "x-real-ip", "via", "x-forwarded"];

/// Why a request does not count as one of a person on this machine: it then has no authority in open
/// local mode, as one sentence; none when it has.
pub(crate) fn refusal(edge: &EdgeSettings, parts: &Parts) -> Option<&'static str> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    if !peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback()) {
        return Some(
            "open local mode (AUTH_MODE=open) answers this machine only; use AUTH_MODE=session for others",
        );
    }
    if !is_loopback_host(&parts.headers) {
        return Some("open local mode is reached as localhost, 127.0.0.1 or [::1] only");
    }
    if is_forwarded(&parts.headers) {
        return Some("open local mode does not work behind a proxy; use AUTH_MODE=session");
    }
    if !comes_from_page_here(edge, parts) {
        return Some("this web page may not act here; its origin is not listed in CORS_ORIGINS");
    }
    None
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str();
        FORWARDING.contains(&name) || name.starts_with("x-forwarded-") || name.starts_with("cf-")
    })
}

/// An own or listed `Origin`; without one, nothing that says the request comes from a foreign page,
/// or a person going to a page, start or callback. That holds for `GET` too: it reads.
fn comes_from_page_here(edge: &EdgeSettings, parts: &Parts) -> bool {
    let headers = &parts.headers;
    let goes_there = parts.method == Method::GET
        && !headers.contains_key(ORIGIN)
        && text(headers, "sec-fetch-mode") == Some("navigate")
        && matches!(text(headers, "sec-fetch-dest"), None | Some("document"))
        && is_destination(parts.uri.path());
    is_own_or_listed(edge, headers) || goes_there
}

/// Addresses that people go to: our pages, starts and callbacks.
fn is_destination(path: &str) -> bool {
    let is_page = matches!(
        path,
        "/" | "/login" | "/connected" | "/dashboard" | "/dashboard/token" | "/docs" | "/docs/"
    );
    is_page
        || ["/login", "/callback", "/oauth/start", "/callback/atlassian"]
            .iter()
            .any(|end| path.ends_with(end))
}
