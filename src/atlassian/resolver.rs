//! Name resolution that keeps outbound calls out of private networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves with the system's resolver and drops addresses that are not public, unless the
/// operator named the host.
#[derive(Debug, Clone)]
pub(super) struct PublicResolver {
    operator_hosts: Vec<String>,
}

impl PublicResolver {
    pub(super) fn new(operator_hosts: Vec<String>) -> Self {
        Self { operator_hosts }
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let trusted = self.operator_hosts.iter().any(|host| host == name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| trusted || is_public(address.ip()))
                .collect();
            if found.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public Internet (IANA's special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match carried(v6) {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let protocols = (first, second, third) == (192, 0, 0);
    let relays = (first, second, third) == (192, 88, 99);
    let benchmarks = first == 198 && (second == 18 || second == 19);
    let reserved = first == 0 || first >= 240;
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || shared
        || protocols
        || relays
        || benchmarks
        || reserved)
}

/// The IPv4 address that an IPv6 address leads to: mapped, compatible, translated (NAT64) or 6to4.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let last = |segments: [u16; 8], at: usize| {
        let [a, b] = segments[at].to_be_bytes();
        let [c, d] = segments[at + 1].to_be_bytes();
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, ..]
        | [0, 0, 0, 0, 0xffff, 0, ..]
        | [0x64, 0xff9b, 0, 0, 0, 0, ..] => last(address.segments(), 6),
        [0x2002, ..] => last(address.segments(), 1),
        _ => None,
    }
}

/// Only `2000::/3` is given out; of that, not what is for protocols (Teredo among them) and documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let given_out = first & 0xe000 == 0x2000;
    let protocols = first == 0x2001 && second < 0x0200;
    let documents = (first == 0x2001 && second == 0x0db8) || first & 0xfff0 == 0x3ff0;
    given_out && !protocols && !documents
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: [&str; 50] = [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fc00::1",
        "fe80::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "ff02::1",
        "127.255.255.254",
        "0.1.2.3",
        "100.127.255.255",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "239.255.255.255",
        "240.0.0.1",
        "::127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2002:c0a8:101::",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1",
        "fdff::1",
        "febf::1",
        "fec0::1",
        "ff0e::1",
        "4000::1",
    ];

    async fn resolved(resolver: &PublicResolver, name: &str) -> Result<usize, String> {
        let addresses = resolver.resolve(name.parse().unwrap()).await;
        addresses
            .map(Iterator::count)
            .map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_name_with_private_addresses_only_is_none_unless_the_operator_gave_it() {
        let nobody = PublicResolver::new(vec![]);
        let refused = resolved(&nobody, "localhost").await;
        assert_eq!(
            refused,
            Err(String::from("localhost has no public address"))
        );
        for spelling in ["127.0.0.1", "2130706433", "0x7f.1", "127.1"] {
            assert!(resolved(&nobody, spelling).await.is_err(), "{spelling}");
        }
        let operator = PublicResolver::new(vec![String::from("localhost")]);
        assert!(
            resolved(&operator, "localhost")
                .await
                .is_ok_and(|count| count > 0)
        );
        assert!(
            resolved(&operator, "localhost.").await.is_err(),
            "another name"
        );
    }

    #[test]
    fn private_addresses_are_not_public() {
        for text in PRIVATE {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "104.192.141.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "2401:1d80::1",
            "64:ff9b::104.192.141.1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
