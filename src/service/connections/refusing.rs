//! Logins and tokens whose calls Atlassian refuses though they should be good: nothing is sent for a while, and then
//! one call is, to see. A server that cannot ask who is calling refuses everybody for a minute, so a refusal is never
//! for ever; and each try with a renewed token of a login costs a rotation of the refresh token, and helps nobody.

use std::time::Duration;

use crate::model::grant::{AuthMethod, Grant};
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::service::lately::Lately;

/// How long nothing is sent after a refusal of a login.
const HOLD: Duration = Duration::from_secs(10);
/// The same of a token that somebody attached: sites count failed logins.
const HOLD_OF_TOKENS: Duration = Duration::from_mins(15);
/// The same for a call by which a person asks whether it is over.
const HOLD_FOR_WHO_ASKS: Duration = Duration::from_mins(1);

/// What was refused: a token line as it was, at one product of one site. Another login or a renewal is another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Calls {
    grant_id: String,
    generation: i64,
    product: Product,
    /// The site; none for the list of sites.
    cloud_id: Option<CloudId>,
    method: AuthMethod,
}

impl Calls {
    /// Calls with a login for `product`, at `site` or for the list of sites.
    pub(super) fn new(grant: &Grant, product: Product, site: Option<&Site>) -> Self {
        Self {
            grant_id: grant.id.clone(),
            generation: grant.generation,
            product,
            cloud_id: site.map(|site| site.cloud_id.clone()),
            method: grant.method,
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

/// What is known of some calls before one of them is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Whether the store knows that they were refused.
    pub is_refused: bool,
    /// Whether a person asks whether they still are.
    pub is_asked: bool,
}

/// Whether a call is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// As ever.
    Free,
    /// It is, to see whether calls are still refused; the token of a login is renewed for it where that is some time
    /// ago.
    Trial,
    /// It is not.
    Held,
}

/// What was refused lately, and when.
#[derive(Debug, Clone)]
pub(super) struct Refusing(Lately<Calls>);

impl Default for Refusing {
    fn default() -> Self {
        Self(Lately::kept_for(HOLD_OF_TOKENS))
    }
}

impl Refusing {
    /// Whether one of `calls` is sent at `now`. Whoever comes while one is tried does not try as well.
    pub(super) fn turn(&self, calls: &Calls, known: Known, now: Timestamp) -> Turn {
        if !known.is_refused && !self.0.is_known(calls) {
            Turn::Free
        } else if self.0.is_due(hold(calls, known), calls.clone(), now) {
            Turn::Trial
        } else {
            Turn::Held
        }
    }

    /// Whether one that is known to have been refused would be sent at `now`, to see.
    pub(super) fn may_try(&self, calls: &Calls, known: Known, now: Timestamp) -> bool {
        !self.0.is_within(hold(calls, known), calls, now)
    }

    /// They were refused at `now`.
    pub(super) fn note(&self, calls: Calls, now: Timestamp) {
        self.0.note(calls, now);
    }

    /// They are answered.
    pub(super) fn forget(&self, calls: &Calls) {
        self.0.forget(calls);
    }
}

fn hold(calls: &Calls, known: Known) -> Duration {
    match calls.method {
        AuthMethod::OAuth => HOLD,
        // The store knows no more of a refusal: another process has seen that it is over.
        _ if !known.is_refused => HOLD,
        _ if known.is_asked => HOLD_FOR_WHO_ASKS,
        _ => HOLD_OF_TOKENS,
    }
}
