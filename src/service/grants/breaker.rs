//! What Atlassian's refusals of our own client mean for other grants. A wrong secret fails for every
//! grant alike; one grant alone may be refused in the very same words, and must stop nobody else.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use crate::model::grant::Grant;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// How long a client that is refused is left in peace, and a grant the first time. Only the client's
/// operator can mend it.
pub(super) const PAUSE: Duration = Duration::from_mins(1);
/// The longest that a grant which is refused again and again is left in peace.
const LONGEST_PAUSE: Duration = Duration::from_mins(16);
/// So many different grants, refused one after another, are the client's fault.
const ARE_THE_CLIENTS_FAULT: usize = 2;
/// How soon it is worth asking again while one try finds out for all.
const WHILE_TRYING: Duration = Duration::from_secs(2);

/// The breakers of all clients, and the grants that are refused.
#[derive(Debug, Default)]
pub(super) struct Breakers(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    clients: HashMap<String, Breaker>,
    grants: HashMap<String, Refusals>,
}

/// What is known of one client since the last time it was accepted.
#[derive(Debug, Default)]
struct Breaker {
    /// The grants that were refused.
    refused: HashSet<String>,
    /// Open: until when nobody tries. After that, one does.
    open_until: Option<Timestamp>,
    is_trying: bool,
}

/// The refusals of one grant in a row.
#[derive(Debug)]
struct Refusals {
    generation: i64,
    count: u32,
    until: Timestamp,
}

/// The right to one refresh; it ends with [`Admission::accepted`], [`Admission::refused`] or, when the
/// refresh told nothing about the client, by being dropped.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    breakers: &'a Breakers,
    client: String,
    decides: bool,
}

impl Breakers {
    /// Lets a refresh of `grant` begin, or says how long it has to wait.
    ///
    /// # Errors
    /// How long to wait: this grant was refused before, or its client is known to be.
    pub(super) fn admit(
        &self,
        client: &str,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<Admission<'_>, Duration> {
        let mut state = lock(&self.0);
        let held_back = state
            .grants
            .get(&grant.id)
            .filter(|refusals| refusals.generation == grant.generation)
            .and_then(|refusals| left(refusals.until, now, LONGEST_PAUSE));
        if let Some(wait) = held_back {
            return Err(wait);
        }
        let mut decides = false;
        if let Some(breaker) = state.clients.get_mut(client)
            && let Some(until) = breaker.open_until
        {
            if let Some(wait) = left(until, now, PAUSE) {
                return Err(wait);
            }
            if breaker.is_trying {
                return Err(WHILE_TRYING);
            }
            breaker.is_trying = true;
            decides = true;
        }
        Ok(Admission {
            breakers: self,
            client: client.to_owned(),
            decides,
        })
    }

    /// Whether a client is known to be refused whoever asks.
    pub(super) fn is_open(&self, client: &str) -> bool {
        let state = lock(&self.0);
        let breaker = state.clients.get(client);
        breaker.is_some_and(|breaker| breaker.open_until.is_some())
    }
}

/// How long it is until `until`. A time that is further away than it can be was reckoned by a clock that
/// has been set back since.
fn left(until: Timestamp, now: Timestamp, longest: Duration) -> Option<Duration> {
    let left = until.since(now);
    (!left.is_zero() && left <= longest).then_some(left)
}

impl Admission<'_> {
    /// Atlassian gave tokens to the client: its secret is right.
    pub(super) fn accepted(self, grant: &Grant) {
        let mut state = lock(&self.breakers.0);
        state.clients.remove(&self.client);
        state.grants.remove(&grant.id);
    }

    /// Atlassian refused the client when it came with `grant`; gives how long that grant waits.
    pub(super) fn refused(self, grant: &Grant, now: Timestamp) -> Duration {
        let mut state = lock(&self.breakers.0);
        let breaker = state.clients.entry(self.client.clone()).or_default();
        // A grant that was refused before tells nothing new.
        let is_news = breaker.refused.insert(grant.id.clone());
        if is_news && (self.decides || breaker.refused.len() >= ARE_THE_CLIENTS_FAULT) {
            breaker.open_until = Some(now.plus(PAUSE));
        }
        let refusals = state
            .grants
            .entry(grant.id.clone())
            .and_modify(|refusals| {
                refusals.count = if refusals.generation == grant.generation {
                    refusals.count + 1
                } else {
                    0
                };
            })
            .or_insert(Refusals {
                generation: grant.generation,
                count: 0,
                until: now,
            });
        let pause = (PAUSE * 2_u32.pow(refusals.count.min(4))).min(LONGEST_PAUSE);
        refusals.generation = grant.generation;
        refusals.until = now.plus(pause);
        pause
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        if self.decides
            && let Some(breaker) = lock(&self.breakers.0).clients.get_mut(&self.client)
        {
            breaker.is_trying = false;
        }
    }
}
