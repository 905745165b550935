//! The budget of points: who may call Atlassian now, so that an hour's points last for everybody.
//!
//! Atlassian counts points by the hour (UTC) for an OAuth app over all its sites, and stops the app for the
//! rest of the hour when they are used up
//! (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>). One greedy site would
//! stop all others. So:
//!
//! - **What counts**: calls of Jira and Confluence under a login by OAuth. API tokens and Data Centers have no part
//!   in it, nor have token calls and the identity API.
//! - **Cost** (`cost.rs`): one point a call, and for reads one for each object asked for, two for each person. So
//!   much is set aside before the call, so that calls under way can never exceed the points; what the
//!   answer holds is what it cost. Where Atlassian says how many points are left (`told.rs`), that counts.
//! - **Urgency**: a share of the hour (the reserve) is for calls that somebody waits for. Syncs take the rest and
//!   then rest themselves until there is more.
//! - **Fairness** (`site_share.rs`): while there is plenty, nobody waits. When it gets scarce, what is left is spread
//!   over the rest of the hour and in equal parts over the sites that call: so a site that comes late
//!   finds its part, and what one does not use is the others'. Scarce is, for syncs, less than half of what is
//!   theirs while several sites sync (one alone may use it all); for people, less than the
//!   reserve, and then one part is kept for a site that comes yet.
//! - **Refusal**: a call that gets none is not sent. A person's is answered with 429 and the time after which it
//!   is let through; a sync rests as long.
//! - **Processes**: each counts for itself. What the others use it learns with the next answer that says what
//!   is left; where Atlassian says nothing, the operator divides the points between the processes.
//!
//! All of it is a few numbers under one lock that nobody holds while waiting; sites are forgotten with the hour.

mod cost;
mod ledger;
mod site_share;
mod told;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::access::SiteAccess;
use super::error::AtlassianError;
use super::request::Call;
use crate::model::clock::SharedClock;
use crate::model::points::{AppPoints, PointLimits, PointTotals};
use crate::work::locked::lock;
use crate::work::urgency::Urgency;
use ledger::{Ledger, Ticket};

/// The points of all apps; there are as many apps as the operator has registered.
#[derive(Debug)]
pub(super) struct Points {
    clock: SharedClock,
    limits: Option<PointLimits>,
    ledgers: Mutex<HashMap<String, Ledger>>,
}

impl Points {
    /// Without limits nothing is counted.
    pub(super) fn new(limits: Option<PointLimits>, clock: SharedClock) -> Self {
        Self {
            clock,
            limits,
            ledgers: Mutex::default(),
        }
    }

    /// Sets aside what `call` may cost.
    ///
    /// # Errors
    /// How long it has to wait.
    pub(super) fn charge(
        self: &Arc<Self>,
        access: &SiteAccess,
        call: &Call<'_>,
    ) -> Result<Charge, Duration> {
        let (Some(app), Some(limits)) = (&access.app, self.limits) else {
            return Ok(Charge(None));
        };
        let site = access.site.cloud_id.as_str();
        let cost = cost::most(call);
        let mut ledgers = self.lock();
        let ledger = ledgers
            .entry(app.clone())
            .or_insert_with(|| Ledger::new(limits));
        let urgency = Urgency::of_this_work();
        let ticket = ledger.admit(site, urgency, cost, self.clock.now())?;
        Ok(Charge(Some(Open {
            points: self.clone(),
            app: app.clone(),
            ticket,
            weight: cost::weight(call),
            is_sent: false,
        })))
    }

    /// How the points of each app stand, and how many sites are named at most.
    pub(super) fn stand(&self, sites: usize) -> Vec<AppPoints> {
        let Some(limits) = self.limits else {
            return Vec::new();
        };
        let now = self.clock.now();
        let mut ledgers = self.lock();
        if ledgers.is_empty() {
            return vec![Ledger::new(limits).stand(None, sites, now)];
        }
        let mut apps: Vec<AppPoints> = ledgers
            .iter_mut()
            .map(|(app, ledger)| ledger.stand(Some(app), sites, now))
            .collect();
        apps.sort_by(|one, other| one.app.cmp(&other.app));
        apps
    }

    /// What was counted since the process started.
    pub(super) fn totals(&self) -> PointTotals {
        let mut totals = PointTotals::default();
        for ledger in self.lock().values() {
            ledger.add_to(&mut totals);
        }
        totals
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Ledger>> {
        lock(&self.ledgers)
    }
}

/// What is set aside for a call. Dropped before it is settled, all of it counts as used if the call was sent.
#[derive(Debug)]
#[must_use]
pub(super) struct Charge(Option<Open>);

#[derive(Debug)]
struct Open {
    points: Arc<Points>,
    app: String,
    ticket: Ticket,
    weight: u64,
    is_sent: bool,
}

impl Charge {
    /// The call is sent now.
    pub(super) fn sent(&mut self) {
        if let Some(open) = &mut self.0 {
            open.is_sent = true;
        }
    }

    /// Reads what an answer says about the points.
    pub(super) fn answered(&mut self, status: StatusCode, headers: &HeaderMap) {
        if let Some(open) = &mut self.0
            && let Some(told) = told::read(status, headers)
        {
            let now = open.points.clock.now();
            if let Some(ledger) = open.points.lock().get_mut(&open.app) {
                ledger.correct(&mut open.ticket, told, now);
            }
        }
    }

    /// Whether somebody should tell it what the answer held.
    pub(super) const fn counts(&self) -> bool {
        self.0.is_some()
    }

    /// The answer held so many objects.
    pub(super) fn held(&mut self, objects: usize) {
        let objects = u64::try_from(objects).unwrap_or(u64::MAX);
        if let Some(open) = self.0.take() {
            let cost = objects.saturating_mul(open.weight).saturating_add(1);
            open.settle(cost);
        }
    }

    /// The call failed. One that was refused for its rate, or did not get there, costs nothing; another error is
    /// an answer without an object, and of what got lost nobody knows.
    pub(super) fn failed(&mut self, error: &AtlassianError) {
        if let Some(open) = self.0.take() {
            let cost = match error {
                AtlassianError::RateLimited { .. } | AtlassianError::NotReached => 0,
                error if error.is_certainly_unprocessed() => 1,
                _ => open.ticket.cost(),
            };
            open.settle(cost);
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            let cost = if open.is_sent { open.ticket.cost() } else { 0 };
            open.settle(cost);
        }
    }
}

impl Open {
    fn settle(&self, cost: u64) {
        let now = self.points.clock.now();
        if let Some(ledger) = self.points.lock().get_mut(&self.app) {
            ledger.settle(&self.ticket, cost, now);
        }
    }
}
