//! Networks in CIDR notation (RFC 4632), for the proxies whose headers count.

use std::net::IpAddr;

/// An address or a network of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpRange {
    network: IpAddr,
    prefix: u8,
}

impl IpRange {
    /// Reads `10.0.0.1`, `10.0.0.0/8`, `::1` or `fd00::/8`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let network: IpAddr = address.parse().ok()?;
        let longest = if network.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { network, prefix })
    }

    /// Whether it holds every address of its kind.
    pub(crate) fn is_everybody(&self) -> bool {
        self.prefix == 0
    }

    /// Whether the address lies in the network; an IPv4 address mapped into IPv6 counts as IPv4.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = u32::from(network) ^ u32::from(address);
                u32::from(self.prefix) <= differing.leading_zeros()
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = u128::from(network) ^ u128::from(address);
                u32::from(self.prefix) <= differing.leading_zeros()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("10.0.0.0/8", "10.255.0.1", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("10.1.2.3", "10.1.2.3", true)]
    #[case("10.1.2.3", "10.1.2.2", false)]
    #[case("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    #[case("0.0.0.0/0", "192.0.2.1", true)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    #[case("fd00::/8", "fdff::1", true)]
    #[case("fd00::/8", "fe80::1", false)]
    #[case("172.16.0.0/12", "172.31.255.255", true)]
    #[case("172.16.0.0/12", "172.32.0.0", false)]
    fn a_network_holds_its_addresses(
        #[case] range: &str,
        #[case] address: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(
            IpRange::parse(range)
                .unwrap()
                .contains(address.parse().unwrap()),
            expected
        );
    }

    #[rstest]
    #[case("*")]
    #[case("10.0.0.0/33")]
    #[case("::/129")]
    #[case("10.0.0/8")]
    #[case("proxy.example")]
    fn what_is_no_network_is_refused(#[case] text: &str) {
        assert!(IpRange::parse(text).is_none());
    }
}
