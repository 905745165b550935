//! The client's address: the peer's, or the one that trusted proxies name.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::model::ip_range::IpRange;

/// The address of the client. `X-Forwarded-For` counts only from a trusted peer, and then from its
/// right end, which the nearest proxy wrote: the first address that is not a trusted proxy's is the
/// client's. Anything to the left of it may have been sent by the client itself (RFC 7239, section
/// 8.1, says so of its successor header). For the same reason an entry that is not an address ends
/// the search.
pub(crate) fn of_request(parts: &Parts, trusted: &[IpRange]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    let mut client = peer(&parts.extensions);
    if !is_trusted(client) {
        return client.to_canonical();
    }
    let entries = forwarded_for(&parts.headers);
    let mut entries = entries.iter().rev();
    while is_trusted(client) {
        match entries.next().map(|entry| address(entry)) {
            Some(Some(before)) => client = before,
            Some(None) | None => break,
        }
    }
    client.to_canonical()
}

/// Whether a trusted proxy says that the client came over plain http. The last value is the nearest
/// proxy's.
pub(crate) fn came_over_plain_http(parts: &Parts, trusted: &[IpRange]) -> bool {
    let peer = peer(&parts.extensions);
    let mut said = parts.headers.get_all("x-forwarded-proto").iter();
    trusted.iter().any(|range| range.contains(peer))
        && said.next_back().is_some_and(|value| {
            let text = value.to_str().unwrap_or_default();
            let last = text.rsplit(',').next().unwrap_or_default();
            last.trim().eq_ignore_ascii_case("http")
        })
}

fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    // A dual-stack listener sees IPv4 peers as `::ffff:…` (RFC 4291, section 2.5.5.2).
    peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| {
        peer.ip().to_canonical()
    })
}

/// The entries of all `X-Forwarded-For` lines, in their order.
fn forwarded_for(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|line| line.to_str().unwrap_or("unreadable").split(','))
        .map(str::trim)
        .collect()
}

/// Reads an entry. Some proxies (Azure Application Gateway is one) append a port, and IPv6 then
/// stands in brackets.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    entry
        .parse()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(bare)
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use rstest::rstest;

    use super::*;

    fn parts(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer = SocketAddr::new(peer.parse().unwrap(), 5000);
        parts.extensions.insert(ConnectInfo(peer));
        parts
    }

    fn trusted(ranges: &str) -> Vec<IpRange> {
        ranges
            .split_whitespace()
            .filter_map(IpRange::parse)
            .collect()
    }

    #[rstest]
    #[case::nobody_is_trusted("", "10.0.0.1", &["1.2.3.4"], "10.0.0.1")]
    #[case::the_peer_is_not("10.0.0.0/8", "192.0.2.9", &["1.2.3.4"], "192.0.2.9")]
    #[case::the_peer_is("10.0.0.0/8", "10.0.0.1", &["1.2.3.4"], "1.2.3.4")]
    #[case::written_as_ipv6("10.0.0.0/8", "::ffff:10.0.0.1", &["::ffff:1.2.3.4"], "1.2.3.4")]
    #[case::no_header("10.0.0.0/8", "10.0.0.1", &[], "10.0.0.1")]
    #[case::what_the_client_wrote("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.2.3.4"], "1.2.3.4")]
    #[case::a_chain("10.0.0.0/8", "10.0.0.1", &["6.6.6.6,1.2.3.4,10.0.0.2"], "1.2.3.4")]
    #[case::two_lines("10.0.0.0/8", "10.0.0.1", &["6.6.6.6", "1.2.3.4", "10.9.9.9"], "1.2.3.4")]
    #[case::all_are_trusted("10.0.0.0/8", "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3")]
    #[case::nonsense_ends_it("10.0.0.0/8", "10.0.0.1", &["1.2.3.4, unknown, 10.0.0.2"], "10.0.0.2")]
    #[case::nothing_ends_it("10.0.0.0/8", "10.0.0.1", &["1.2.3.4,, 10.0.0.2"], "10.0.0.2")]
    #[case::only_nonsense("10.0.0.0/8", "10.0.0.1", &["1.2.3.4, _hidden"], "10.0.0.1")]
    #[case::odd_spelling("10.0.0.0/8", "10.0.0.1", &["1.2.3.4, 0x1.2"], "10.0.0.1")]
    #[case::with_port("10.0.0.0/8", "10.0.0.1", &["1.2.3.4:5678"], "1.2.3.4")]
    #[case::ipv6("fd00::/8", "fd00::1", &["2001:db8::1"], "2001:db8::1")]
    #[case::in_brackets("fd00::/8", "fd00::1", &["[2001:db8::1]"], "2001:db8::1")]
    #[case::in_brackets_with_port("fd00::/8", "fd00::1", &["[2001:db8::1]:80"], "2001:db8::1")]
    #[case::everybody_is_trusted("0.0.0.0/0", "10.0.0.1", &["6.6.6.6, 1.2.3.4"], "6.6.6.6")]
    fn the_client_is_the_first_from_the_right_that_is_not_trusted(
        #[case] ranges: &str,
        #[case] peer: &str,
        #[case] lines: &[&str],
        #[case] expected: &str,
    ) {
        let headers: Vec<_> = lines
            .iter()
            .map(|line| ("x-forwarded-for", *line))
            .collect();
        assert_eq!(
            of_request(&parts(peer, &headers), &trusted(ranges)).to_string(),
            expected
        );
    }

    #[test]
    fn bytes_that_are_no_text_end_the_search_too() {
        let mut parts = parts("10.0.0.1", &[("x-forwarded-for", "1.2.3.4")]);
        let odd = axum::http::HeaderValue::from_bytes(b"\xff, 10.0.0.2").unwrap();
        parts.headers.append("x-forwarded-for", odd);
        let client = of_request(&parts, &trusted("10.0.0.0/8"));
        assert_eq!(client.to_string(), "10.0.0.1");
    }

    #[rstest]
    #[case("10.0.0.1", "http", true)]
    #[case("10.0.0.1", "https", false)]
    #[case("10.0.0.1", "https, HTTP", true)]
    #[case("10.0.0.1", "http, https", false)]
    #[case("192.0.2.9", "http", false)]
    fn only_a_trusted_proxy_says_how_the_client_came(
        #[case] peer: &str,
        #[case] said: &str,
        #[case] expected: bool,
    ) {
        let parts = parts(peer, &[("x-forwarded-proto", said)]);
        assert_eq!(
            came_over_plain_http(&parts, &trusted("10.0.0.0/8")),
            expected
        );
    }
}
