//! Open mode: when a request from this machine needs no credential.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::http::caller::headers::{is_loopback_host, text};
use crate::http::caller::origin::is_own_or_listed;
use crate::http::state::EdgeSettings;
use crate::policy;

/// Headers that only proxies add. Behind one every client has the proxy's loopback address.
const FORWARDING: [&str; 4] = ["forwarded", "x-real-ip", "via", "x-forwarded"];

/// Why a request does not count as one from a person on this machine, in one sentence; none if it
/// does. Without that it has no authority in open mode.
pub(crate) fn refusal(edge: &EdgeSettings, parts: &Parts) -> Option<&'static str> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    if !peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback()) {
        return Some(
            "open mode (AUTH_MODE=open) answers this machine only; use AUTH_MODE=session to serve others",
        );
    }
    if !is_loopback_host(&parts.headers) {
        return Some("open mode works at localhost, 127.0.0.1 and [::1] only");
    }
    if is_forwarded(&parts.headers) {
        return Some("open mode does not work behind a proxy; use AUTH_MODE=session");
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

/// Whether the page that sent a request may act here: it has an own or listed `Origin`; without
/// one, nothing says that it is foreign, or a person navigates to a page, start or callback. In
/// open mode this holds for `GET` too, because any page on the machine's browser could read
/// through it otherwise.
fn comes_from_page_here(edge: &EdgeSettings, parts: &Parts) -> bool {
    let headers = &parts.headers;
    let goes_there = parts.method == Method::GET
        && !headers.contains_key(ORIGIN)
        && text(headers, "sec-fetch-mode") == Some("navigate")
        && matches!(text(headers, "sec-fetch-dest"), None | Some("document"))
        && is_destination(parts.uri.path());
    is_own_or_listed(edge, headers) || goes_there
}

/// Addresses that people navigate to: our pages, starts and callbacks.
fn is_destination(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_page = matches!(
        path,
        "" | "/login"
            | "/connected"
            | "/dashboard"
            | "/dashboard/token"
            | "/docs"
            | "/operator"
            | "/authorize"
    );
    is_page
        || is_page_of_a_site(path)
        || ["/login", "/callback", "/oauth/start", "/callback/atlassian"]
            .iter()
            .any(|end| path.ends_with(end))
}

/// Pages of Jira and Confluence below a base address of the gateway, from which people are sent on.
fn is_page_of_a_site(path: &str) -> bool {
    let mut segments = path.strip_prefix("/ex/").unwrap_or_default().split('/');
    let _site = segments.by_ref().nth(1);
    policy::page_for_people(&segments.collect::<Vec<_>>()).is_some()
}

#[cfg(test)]
mod tests {
    use super::is_destination;
    use crate::http::caller::access::TABLE;
    use crate::http::router::document;

    /// What the OpenAPI document does not show and pages fetch.
    const FETCHED: [&str; 12] = [
        "/docs/{*file}",
        "/openapi.json",
        "/favicon.ico",
        "/ex/jira/{site}/{*path}",
        "/ex/confluence/{site}/{*path}",
        "/oauth/token/accessible-resources",
        "/me",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/{*path}",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/{*path}",
        "/.well-known/openid-configuration",
    ];
    /// What people open although it does not redirect them: the page of the root, and a start that answers with
    /// an address.
    const OPENED: [&str; 2] = ["/", "/auth/{product}/oauth/start"];

    #[test]
    fn people_navigate_to_every_page_start_and_callback_and_to_nothing_else() {
        let document = document();
        for (_, path, _) in TABLE.iter().filter(|(method, ..)| *method == "GET") {
            let item = document.paths.paths.get(*path);
            let is_expected = match item.and_then(|item| item.get.as_ref()) {
                Some(operation) => {
                    let mut statuses = operation.responses.responses.keys();
                    OPENED.contains(path) || statuses.any(|status| status.starts_with("30"))
                }
                None => !path.starts_with("/static/") && !FETCHED.contains(path),
            };
            assert_eq!(is_destination(path), is_expected, "{path}");
        }
        assert!(is_destination("/ex/jira/-/browse/EX-1"));
        assert!(is_destination("/ex/confluence/-/wiki/spaces/ENG"));
        for fetched in [
            "/browse/EX-1",
            "/ex/jira/-/rest/api/3/issue/EX-1",
            "/ex/jira/browse/EX-1",
        ] {
            assert!(!is_destination(fetched), "{fetched}");
        }
    }
}
