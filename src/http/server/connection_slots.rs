//! Limits on the number of connections, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::client_address::ClientAddress;
use crate::model::ip_range::IpRange;

/// The connections of each address. Cheap to clone; the clones count together.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionSlots {
    per_address: usize,
    /// Proxies, whose connections are those of many clients.
    uncounted: Arc<[IpRange]>,
    taken: Arc<Mutex<HashMap<ClientAddress, usize>>>,
}

/// The slot of one connection, free again when dropped.
#[derive(Debug)]
pub(crate) struct ConnectionSlot(Option<(ConnectionSlots, ClientAddress)>);

impl ConnectionSlots {
    pub(crate) fn new(per_address: usize, uncounted: &[IpRange]) -> Self {
        Self {
            per_address,
            uncounted: uncounted.into(),
            taken: Arc::default(),
        }
    }

    /// A slot for a connection from `peer`; none if that address has all it may have.
    pub(crate) fn take(&self, peer: IpAddr) -> Option<ConnectionSlot> {
        if self.uncounted.iter().any(|range| range.contains(peer)) {
            return Some(ConnectionSlot(None));
        }
        let address = ClientAddress::new(peer);
        let mut taken = self.lock();
        let of_address = taken.entry(address).or_default();
        if *of_address >= self.per_address {
            return None;
        }
        *of_address += 1;
        Some(ConnectionSlot(Some((self.clone(), address))))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClientAddress, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let Some((slots, address)) = &self.0 else {
            return;
        };
        let mut taken = slots.lock();
        if let Some(of_address) = taken.get_mut(address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_has_its_share_and_a_proxy_has_no_limit() {
        let proxies: Vec<_> = IpRange::parse("10.0.0.0/8").into_iter().collect();
        let slots = ConnectionSlots::new(2, &proxies);
        let first = slots.take(address("2001:db8::1"));
        let _second = slots.take(address("2001:db8::2")).unwrap();
        assert!(slots.take(address("2001:db8::3")).is_none(), "one network");
        let _other = slots.take(address("192.0.2.1")).unwrap();
        drop(first);
        let _third = slots.take(address("2001:db8::3")).unwrap();
        let of_proxy: Vec<_> = (0..10).map(|_| slots.take(address("10.0.0.1"))).collect();
        assert!(of_proxy.iter().all(Option::is_some));
    }

    #[test]
    fn nothing_is_remembered_of_those_who_have_gone() {
        let slots = ConnectionSlots::new(2, &[]);
        drop(slots.take(address("192.0.2.1")));
        assert!(slots.lock().is_empty());
    }
}
