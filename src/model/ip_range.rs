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

    /// Whether some networks together hold so many addresses that they stand for everybody: half of IPv4, or as
    /// many of IPv6 as are in use at all (`2000::/3`, RFC 4291 §2.4).
    pub(crate) fn are_everybody(ranges: &[Self]) -> bool {
        let reach = |is_ipv4: bool, prefix: u8| {
            let ranges = ranges
                .iter()
                .filter(|range| range.network.is_ipv4() == is_ipv4);
            let mut blocks: Vec<(u128, u128)> = ranges.map(Self::bounds).collect();
            blocks.sort_unstable();
            let (mut held, mut next) = (0_u128, 0_u128);
            for (first, last) in blocks {
                let first = first.max(next);
                if first <= last {
                    held = held.saturating_add((last - first).saturating_add(1));
                    next = last.saturating_add(1);
                }
            }
            let bits = if is_ipv4 { 32 } else { 128 };
            held >= 1_u128 << (bits - u32::from(prefix))
        };
        reach(true, 1) || reach(false, 3)
    }

    /// Its first and its last address, as numbers.
    fn bounds(&self) -> (u128, u128) {
        let (network, bits) = match self.network {
            IpAddr::V4(network) => (u128::from(u32::from(network)), 32),
            IpAddr::V6(network) => (u128::from(network), 128),
        };
        let host_bits = bits - u32::from(self.prefix);
        let hosts = u128::MAX.checked_shr(128 - host_bits).unwrap_or_default();
        (network & !hosts, network | hosts)
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
    #[case(&["0.0.0.0/0"], true)]
    #[case(&["::/0"], true)]
    #[case(&["0.0.0.0/1", "128.0.0.0/1"], true)]
    #[case(&["128.0.0.0/1", "10.0.0.0/8", "0.0.0.0/2", "64.0.0.0/2"], true)]
    #[case(&["0.0.0.0/2", "64.0.0.0/3", "96.0.0.0/3"], true)]
    #[case(&["::/1", "8000::/1"], true)]
    #[case(&["2000::/4", "3000::/4"], true)]
    #[case(&["77.1.2.3/1"], true)]
    #[case(&["0.0.0.0/2", "0.0.0.0/2", "10.0.0.0/8"], false)]
    #[case(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], false)]
    #[case(&["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::1"], false)]
    #[case(&["fc00::/7", "fe80::/10"], false)]
    #[case(&[], false)]
    fn networks_that_together_hold_the_internet_are_everybody(
        #[case] ranges: &[&str],
        #[case] expected: bool,
    ) {
        let ranges: Vec<IpRange> = ranges
            .iter()
            .map(|text| IpRange::parse(text).unwrap())
            .collect();
        assert_eq!(IpRange::are_everybody(&ranges), expected);
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
