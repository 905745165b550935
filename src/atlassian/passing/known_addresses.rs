//! What is replaced in the answers of a site: the same for every call, so it is made ready once.

use std::fmt;
use std::sync::{Arc, Mutex};

use hashlink::LruCache;

use super::rewriting::Sought;
use super::targets::Addresses;
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::work::locked::lock;

/// Of as many sites, each under each of its names.
const MOST: usize = 200;

/// A product of a site: its id, its addresses there, and where its caller finds it.
pub(super) type Site = (Product, CloudId, Vec<String>, String);

/// What was made ready so far.
pub(in crate::atlassian) struct KnownAddresses(Mutex<LruCache<Site, Arc<Sought>>>);

impl Default for KnownAddresses {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }
}

impl fmt::Debug for KnownAddresses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KnownAddresses")
    }
}

impl KnownAddresses {
    pub(super) fn of(&self, addresses: &Addresses<'_>) -> Arc<Sought> {
        let site = addresses.site();
        if let Some(known) = lock(&self.0).get(&site) {
            return known.clone();
        }
        let made = Arc::new(Sought::new(addresses.in_bodies()));
        lock(&self.0).insert(site, made.clone());
        made
    }
}
