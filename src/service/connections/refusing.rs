//! Logins whose calls Atlassian refuses though it renews them: nothing is sent for a while, and then one call is, to
//! see. Each try with a renewed token would cost a rotation of the refresh token, and help nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::model::grant::Grant;
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// How long nothing is sent after a refusal.
const HOLD: Duration = Duration::from_secs(10);
/// Of how many logins that is kept in memory.
const MOST: usize = 1000;

/// What was refused: a token line as it was, at one product of one site. Another login or a renewal is another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Calls {
    grant_id: String,
    generation: i64,
    product: Product,
    /// The site; none for the list of sites.
    cloud_id: Option<CloudId>,
}

impl Calls {
    /// Calls with a login for `product`, at `site` or for the list of sites.
    pub(super) fn new(grant: &Grant, product: Product, site: Option<&Site>) -> Self {
        Self {
            grant_id: grant.id.clone(),
            generation: grant.generation,
            product,
            cloud_id: site.map(|site| site.cloud_id.clone()),
        }
    }

    /// For which product they are made.
    pub(super) fn product(&self) -> Product {
        self.product
    }

    /// The same with the login as it was at that generation.
    pub(super) fn at(self, generation: i64) -> Self {
        Self { generation, ..self }
    }
}

/// Whether a call is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// As ever.
    Free,
    /// It is, to see whether calls are still refused; the token is renewed for it where that is some time ago.
    Trial,
    /// It is not.
    Held,
}

/// What was refused lately, and when.
#[derive(Debug, Clone, Default)]
pub(super) struct Refusing(Arc<Mutex<HashMap<Calls, Timestamp>>>);

impl Refusing {
    /// Whether a call is sent at `now`, one of `calls` that are known to have been refused, here or by the store.
    pub(super) fn turn(&self, calls: &Calls, is_known: bool, now: Timestamp) -> Turn {
        let mut refused = lock(&self.0);
        if refused.is_empty() && !is_known {
            return Turn::Free;
        }
        match refused.get(calls).copied() {
            Some(at) if holds(at, now) => return Turn::Held,
            None if !is_known => return Turn::Free,
            Some(_) | None => {}
        }
        // Whoever comes meanwhile does not try as well.
        if refused.len() < MOST {
            refused.insert(calls.clone(), now);
        }
        Turn::Trial
    }

    /// Whether one that is known to have been refused would be sent at `now`, to see.
    pub(super) fn may_try(&self, calls: &Calls, now: Timestamp) -> bool {
        let last = lock(&self.0).get(calls).copied();
        !last.is_some_and(|at| holds(at, now))
    }

    /// They were refused at `now`.
    pub(super) fn note(&self, calls: Calls, now: Timestamp) {
        let mut refused = lock(&self.0);
        if refused.len() >= MOST {
            refused.retain(|_, at| now.since(*at) < HOLD);
        }
        if refused.len() < MOST {
            refused.insert(calls, now);
        }
    }

    /// They are answered.
    pub(super) fn forget(&self, calls: &Calls) {
        lock(&self.0).remove(calls);
    }
}

/// Whether a refusal at `at` still keeps calls back.
fn holds(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.since(at) < HOLD
}
