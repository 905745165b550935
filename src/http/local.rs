//! Open local mode: when being on this machine is enough to be its one owner.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use url::{Host, Url};

use super::origin::{is_own_or_listed, text};
use super::state::EdgeSettings;

/// Headers that only a proxy adds: behind one, "local" would mean everybody.
const FORWARDING: [&str; 4] = ["forwarded", "x-real-ip", "via", "x-forwarded"];

/// Why a request does not count as one of a person on this machine: it then has no authority in open
/// local mode, as one sentence; none when it has.
pub(super) fn refusal(edge: &EdgeSettings, parts: &Parts) -> Option<&'static str> {
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
    if !comes_from_here(edge, parts) {
        return Some("this web page may not act here; its origin is not listed in CORS_ORIGINS");
    }
    None
}

fn is_loopback_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (
        hosts.next().and_then(|host| host.to_str().ok()),
        hosts.next(),
    ) else {
        return false;
    };
    let url = Url::parse(&format!("http://{host}/")).ok();
    url.is_some_and(|url| match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" && host.to_ascii_lowercase().starts_with("localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() && host.starts_with("127.0.0.1"),
        Some(Host::Ipv6(address)) => address.is_loopback() && host.starts_with("[::1]"),
        None => false,
    })
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str();
        FORWARDING.contains(&name) || name.starts_with("x-forwarded-") || name.starts_with("cf-")
    })
}

/// An own or listed `Origin`; without one, nothing that says the request comes from a foreign page,
/// or a person going to a page, start or callback. That holds for `GET` too: it reads.
fn comes_from_here(edge: &EdgeSettings, parts: &Parts) -> bool {
    let headers = &parts.headers;
    let goes_there = parts.method == Method::GET
        && !headers.contains_key(ORIGIN)
        && text(headers, "sec-fetch-mode") == Some("navigate")
        && matches!(text(headers, "sec-fetch-dest"), None | Some("document"))
        && is_destination(parts.uri.path());
    is_own_or_listed(edge, headers) || goes_there
}

/// Whether a page has the very loopback name that this request came to: on this machine our pages work as
/// `localhost` and as `127.0.0.1`.
pub(super) fn is_page_here(headers: &HeaderMap, origin: &str) -> bool {
    let host = text(headers, HOST.as_str());
    is_loopback_host(headers) && host.is_some_and(|host| origin == format!("http://{host}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn host(value: &str) -> HeaderMap {
        [(HOST, value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn only_the_three_loopback_names_are_loopback() {
        for good in [
            "localhost",
            "localhost:3001",
            "LOCALHOST:1",
            "127.0.0.1:3001",
            "[::1]:3001",
            "[::1]",
        ] {
            assert!(is_loopback_host(&host(good)), "{good}");
        }
        for bad in [
            "localhost.evil.example",
            "evil.example",
            "127.0.0.1.nip.io",
            "0x7f.1",
            "2130706433",
            "127.1",
            "[::ffff:127.0.0.1]",
            "localhost@evil.example",
            "",
            "192.168.1.1",
            "127.0.0.2",
        ] {
            assert!(!is_loopback_host(&host(bad)), "{bad}");
        }
        assert!(!is_loopback_host(&HeaderMap::new()));
    }
}
