//! One app's points in one hour: what is used, what is set aside, and who may have the rest.

use std::time::Duration;

use hashlink::LruCache;

use super::site_share::{Callers, SiteShare};
use super::told::Told;
use crate::model::points::{AppPoints, ByUrgency, PointLimits, PointTotals, SitePoints};
use crate::model::time::Timestamp;
use crate::work::urgency::Urgency;

/// The time for which points are counted, in milliseconds.
const HOUR: i64 = 60 * 60 * 1000;
/// How many sites are remembered in an hour; beyond that the one that was quiet for the longest time is forgotten.
const MOST_SITES: usize = 16_384;
/// The shortest wait that is asked for: `Retry-After` counts whole seconds.
const SHORTEST: Duration = Duration::from_secs(1);

/// What an app may use in an hour, and what it has used.
#[derive(Debug)]
pub(super) struct Ledger {
    limits: PointLimits,
    hour: i64,
    /// Used in this hour, as far as this process knows.
    used: u64,
    /// Set aside for calls under way.
    set_aside: u64,
    /// Settled by this process since it started: what an answer cannot know of yet.
    settled: u64,
    /// How many there are, by Atlassian's word.
    quota: Option<u64>,
    /// How many were left by Atlassian's word, less what was used since.
    told_left: Option<u64>,
    sites: LruCache<String, SiteShare>,
    people: Callers,
    syncs: Callers,
    in_hour: ByUrgency,
    totals: PointTotals,
}

/// A call that was let through.
#[derive(Debug)]
pub(super) struct Ticket {
    site: String,
    urgency: Urgency,
    cost: u64,
    /// What it took of the site's part, in milliseconds.
    price: i64,
    hour: i64,
    settled_before: u64,
    /// Atlassian has said what is left after it.
    is_told: bool,
}

impl Ticket {
    /// What was set aside for it.
    pub(super) const fn cost(&self) -> u64 {
        self.cost
    }
}

impl Ledger {
    pub(super) fn new(limits: PointLimits) -> Self {
        Self {
            limits,
            hour: 0,
            used: 0,
            set_aside: 0,
            settled: 0,
            quota: None,
            told_left: None,
            sites: LruCache::new(MOST_SITES),
            people: Callers::default(),
            syncs: Callers::default(),
            in_hour: ByUrgency::default(),
            totals: PointTotals::default(),
        }
    }

    /// Sets `cost` aside for a call to `site`.
    ///
    /// # Errors
    /// After what time the call can be made, as things stand.
    pub(super) fn admit(
        &mut self,
        site: &str,
        urgency: Urgency,
        cost: u64,
        now: Timestamp,
    ) -> Result<Ticket, Duration> {
        self.turn(now);
        match self.price(site, urgency, cost, now.millis()) {
            Ok(price) => {
                self.set_aside += cost;
                Ok(Ticket {
                    site: site.to_owned(),
                    urgency,
                    cost,
                    price,
                    hour: self.hour,
                    settled_before: self.settled,
                    is_told: false,
                })
            }
            Err(wait) => {
                *figure(&mut self.totals.held_back, urgency) += 1;
                Err(Duration::from_millis(wait.unsigned_abs()).max(SHORTEST))
            }
        }
    }

    /// What the call takes of the site's part, in milliseconds.
    ///
    /// # Errors
    /// After how many milliseconds it may ask again.
    fn price(&mut self, site: &str, urgency: Urgency, cost: u64, now: i64) -> Result<i64, i64> {
        let rest_of_hour = HOUR - now.rem_euclid(HOUR);
        let (left, reserve) = (self.left(), self.reserve());
        let (room, plenty) = match urgency {
            Urgency::Interactive => (left, reserve),
            Urgency::Background => (left.saturating_sub(reserve), (self.limit() - reserve) / 2),
        };
        let share = self
            .sites
            .entry(site.to_owned())
            .or_insert_with(SiteShare::default);
        let callers = match urgency {
            Urgency::Interactive => &mut self.people,
            Urgency::Background => &mut self.syncs,
        };
        callers.saw(share, urgency, now);
        if cost > room {
            return Err(rest_of_hour);
        }
        let shares = match urgency {
            // A site whose people come yet finds a part, too.
            Urgency::Interactive => callers.count() + 1,
            Urgency::Background => callers.count(),
        };
        if room >= plenty || shares < 2 {
            return Ok(0);
        }
        let price = u128::from(cost) * u128::from(shares) * u128::from(rest_of_hour.unsigned_abs())
            / u128::from(room);
        let price = i64::try_from(price).unwrap_or(i64::MAX).min(HOUR);
        match share.take(urgency, price, now, rest_of_hour) {
            Ok(()) => Ok(price),
            Err(wait) => Err(wait.min(rest_of_hour)),
        }
    }

    /// Takes over what an answer says. It knows of everything that had ended when its call was sent; what has ended
    /// since is counted on top, as if it knew nothing of that. Of its own call it knows.
    pub(super) fn correct(&mut self, ticket: &mut Ticket, told: Told, now: Timestamp) {
        self.turn(now);
        // It may be about an hour that is over.
        if ticket.hour != self.hour || ticket.is_told {
            return;
        }
        let since = self.settled - ticket.settled_before;
        let quota = told.quota.or(self.quota).unwrap_or(self.setting());
        let left = told.left.min(quota).saturating_sub(since);
        self.quota = Some(quota);
        self.told_left = Some(left);
        if !self.is_a_part() {
            self.used = quota - left;
        }
        self.settled = self.settled.saturating_add(ticket.cost);
        ticket.is_told = true;
    }

    /// Counts what a call has cost in place of what was set aside for it.
    pub(super) fn settle(&mut self, ticket: &Ticket, cost: u64, now: Timestamp) {
        self.turn(now);
        if !ticket.is_told {
            self.settled = self.settled.saturating_add(cost);
            self.told_left = self.told_left.map(|left| left.saturating_sub(cost));
        }
        if !ticket.is_told || (self.is_a_part() && ticket.hour == self.hour) {
            self.used = self.used.saturating_add(cost);
        }
        self.set_aside = self.set_aside.saturating_sub(ticket.cost);
        *figure(&mut self.in_hour, ticket.urgency) += cost;
        *figure(&mut self.totals.used, ticket.urgency) += cost;
        let Some(share) = self.sites.get_mut(&ticket.site) else {
            return;
        };
        *figure(&mut share.used, ticket.urgency) += cost;
        let too_much = ticket.cost.saturating_sub(cost);
        if ticket.hour == self.hour && too_much > 0 {
            let price = u128::from(ticket.price.unsigned_abs()) * u128::from(too_much)
                / u128::from(ticket.cost);
            share.give_back(ticket.urgency, i64::try_from(price).unwrap_or(0));
        }
    }

    /// Begins a new hour when there is one. What is under way may be counted in either, so it stays set aside.
    fn turn(&mut self, now: Timestamp) {
        let hour = now.millis().div_euclid(HOUR);
        if hour == self.hour {
            return;
        }
        self.hour = hour;
        self.used = 0;
        self.told_left = None;
        self.in_hour = ByUrgency::default();
        self.sites.clear();
        (self.people, self.syncs) = (Callers::default(), Callers::default());
    }

    /// Whether the operator gives this process only a part of the app's points, and others use the rest.
    fn is_a_part(&self) -> bool {
        self.quota.is_some_and(|quota| self.setting() < quota)
    }

    fn setting(&self) -> u64 {
        u64::from(self.limits.per_hour)
    }

    fn limit(&self) -> u64 {
        let setting = self.setting();
        self.quota.map_or(setting, |quota| quota.min(setting))
    }

    fn reserve(&self) -> u64 {
        self.limit() * u64::from(self.limits.reserve_percent) / 100
    }

    fn left(&self) -> u64 {
        let own = self.limit().saturating_sub(self.used);
        let left = self.told_left.map_or(own, |told| told.min(own));
        left.saturating_sub(self.set_aside)
    }

    /// How things stand, with the dearest `sites`.
    pub(super) fn stand(
        &mut self,
        app: Option<&String>,
        sites: usize,
        now: Timestamp,
    ) -> AppPoints {
        self.turn(now);
        let used = self.sites.iter().map(|(cloud_id, share)| SitePoints {
            cloud_id: cloud_id.clone(),
            used: share.used,
        });
        let mut dearest: Vec<SitePoints> = used.filter(|site| site.used.sum() > 0).collect();
        dearest.sort_by_key(|site| std::cmp::Reverse(site.used.sum()));
        dearest.truncate(sites);
        AppPoints {
            app: app.cloned(),
            limit: self.limit(),
            left: self.left(),
            reserve: self.reserve(),
            whole_at: Timestamp::from_millis((self.hour + 1) * HOUR),
            used: self.in_hour,
            is_told: self.told_left.is_some(),
            dearest,
        }
    }

    /// Adds what was counted since the start.
    pub(super) const fn add_to(&self, totals: &mut PointTotals) {
        let own = &self.totals;
        totals.used.interactive += own.used.interactive;
        totals.used.background += own.used.background;
        totals.held_back.interactive += own.held_back.interactive;
        totals.held_back.background += own.held_back.background;
    }
}

fn figure(figures: &mut ByUrgency, urgency: Urgency) -> &mut u64 {
    match urgency {
        Urgency::Interactive => &mut figures.interactive,
        Urgency::Background => &mut figures.background,
    }
}
