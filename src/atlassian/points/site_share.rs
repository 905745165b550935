//! A site's part of what is left: how far it may run ahead, and how many sites there are to share with.
//!
//! The generic cell rate algorithm (ITU-T I.371) with a rate that moves: each call is priced in the time that its
//! points take at the site's rate, and a site may be a tenth of the rest of the hour ahead. The first call always
//! passes, whatever it costs.

use crate::model::points::ByUrgency;
use crate::work::urgency::Urgency;

/// How long a site counts as calling after its last call. Whoever rests longer makes room for the others.
const COUNTS_FOR: i64 = 10 * 60 * 1000;
/// The part of the rest of the hour by which a site may be ahead.
const AHEAD: i64 = 10;

/// What is known of one site in this hour.
#[derive(Debug, Default)]
pub(super) struct SiteShare {
    pub(super) used: ByUrgency,
    interactive: Pace,
    background: Pace,
}

/// How one kind of a site's calls stands.
#[derive(Debug, Default)]
struct Pace {
    /// Until when its calls are paid for, in milliseconds since the Unix epoch.
    paid_until: i64,
    /// The stretch of time in which it last called.
    seen_in: Option<i64>,
}

impl SiteShare {
    fn pace(&mut self, urgency: Urgency) -> &mut Pace {
        match urgency {
            Urgency::Interactive => &mut self.interactive,
            Urgency::Background => &mut self.background,
        }
    }

    /// Takes a call that costs `price` milliseconds of the site's part.
    ///
    /// # Errors
    /// After how many milliseconds it can be taken.
    pub(super) fn take(
        &mut self,
        urgency: Urgency,
        price: i64,
        now: i64,
        rest_of_hour: i64,
    ) -> Result<(), i64> {
        let pace = self.pace(urgency);
        let from = pace.paid_until.max(now);
        let too_far = from - now - rest_of_hour / AHEAD;
        if too_far > 0 {
            // What it may be ahead shrinks with the hour, so it takes longer until it is that no more.
            return Err(too_far * AHEAD / (AHEAD - 1) + 1);
        }
        pace.paid_until = from.saturating_add(price);
        Ok(())
    }

    /// Gives back what a call was charged too much.
    pub(super) fn give_back(&mut self, urgency: Urgency, price: i64) {
        self.pace(urgency).paid_until -= price;
    }
}

/// How many sites call: two numbers, for this stretch of time and for the one before.
#[derive(Debug, Default)]
pub(super) struct Callers {
    stretch: i64,
    now: u64,
    before: u64,
}

impl Callers {
    /// Counts a site that calls, once.
    pub(super) fn saw(&mut self, site: &mut SiteShare, urgency: Urgency, now: i64) {
        let stretch = now.div_euclid(COUNTS_FOR);
        if stretch != self.stretch {
            self.before = if stretch == self.stretch + 1 {
                self.now
            } else {
                0
            };
            (self.now, self.stretch) = (0, stretch);
        }
        let seen_in = &mut site.pace(urgency).seen_in;
        if *seen_in == Some(stretch) {
            return;
        }
        if *seen_in == Some(stretch - 1) {
            self.before = self.before.saturating_sub(1);
        }
        self.now += 1;
        *seen_in = Some(stretch);
    }

    /// So many sites.
    pub(super) const fn count(&self) -> u64 {
        self.now + self.before
    }
}
