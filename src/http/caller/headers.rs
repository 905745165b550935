//! Request headers that several decisions depend on.

use axum::http::header::{AsHeaderName, HOST, UPGRADE_INSECURE_REQUESTS};
use axum::http::{HeaderMap, HeaderName};
use url::{Host, Url};

/// A name that every request is asked for is made once.
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether a browser navigates to this address, rather than a script fetching it. `Sec-Fetch-Mode`
/// says so (Fetch Metadata, section 2.2); older browsers only ask for HTML.
pub(crate) fn is_navigation(headers: &HeaderMap) -> bool {
    match text(headers, SEC_FETCH_MODE) {
        Some(mode) => mode == "navigate",
        None => text(headers, "accept").is_some_and(|accept| accept.contains("text/html")),
    }
}

/// Whether the browser itself says that a person goes to this address. Only that tells a person from a
/// program for certain: programs ask for `text/html`, too (Java's `HttpURLConnection` does). Over plain http
/// to another machine browsers leave out `Sec-Fetch-Mode` (Fetch Metadata, section 3), and say it by
/// `Upgrade-Insecure-Requests` (Upgrade Insecure Requests, section 3.2.1).
pub(crate) fn is_told_to_navigate(headers: &HeaderMap) -> bool {
    match text(headers, SEC_FETCH_MODE) {
        Some(mode) => mode == "navigate",
        None => text(headers, UPGRADE_INSECURE_REQUESTS) == Some("1"),
    }
}

/// A header's text, if it is there and is text.
pub(crate) fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether the one `Host` is a loopback name as a person types it.
///
/// A foreign page can point its own host name at 127.0.0.1 (DNS rebinding), so the address alone
/// proves nothing: the name must be literal. The URL parser also reads `127.1` or `0x7f.1` as
/// 127.0.0.1 (URL standard, "host parsing"), which no person types.
pub(crate) fn is_loopback_host(headers: &HeaderMap) -> bool {
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

/// Whether a page has the same loopback name that this request came to: on this machine our pages
/// work as `localhost` and as `127.0.0.1`.
pub(crate) fn is_page_here(headers: &HeaderMap, origin: &str) -> bool {
    let host = text(headers, HOST.as_str());
    is_loopback_host(headers) && host.is_some_and(|host| origin == format!("http://{host}"))
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
