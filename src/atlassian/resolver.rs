//! Name resolution that keeps outbound calls out of private networks.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

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

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            let reserved =
                first == 0 || first >= 240 || (first == 198 && (second == 18 || second == 19));
            !(v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_multicast()
                || shared
                || reserved)
        }
        IpAddr::V6(v6) => v6
            .to_ipv4()
            .map_or_else(|| is_public_v6(v6), |v4| is_public(IpAddr::V4(v4))),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let local =
        address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local();
    !(local || address.is_unspecified() || address.is_multicast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_not_public() {
        for text in [
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
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["104.192.141.1", "8.8.8.8", "2606:4700::1111"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
