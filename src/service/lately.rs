//! When something was last seen or done, for a bounded number of things: what was learnt a moment ago, in memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// Of how many things the time is kept.
const MOST: usize = 1000;

/// The times at which things happened last.
#[derive(Debug)]
pub(crate) struct Lately<K> {
    times: Arc<Mutex<HashMap<K, Timestamp>>>,
    /// After which time nobody asks any more.
    kept_for: Duration,
}

impl<K> Clone for Lately<K> {
    fn clone(&self) -> Self {
        Self {
            times: Arc::clone(&self.times),
            kept_for: self.kept_for,
        }
    }
}

impl<K: Eq + Hash> Lately<K> {
    /// Nothing happened yet; what happens matters for `kept_for`.
    pub(crate) fn kept_for(kept_for: Duration) -> Self {
        Self {
            times: Arc::default(),
            kept_for,
        }
    }

    /// Whether it happened less than `time` before `now`. What a clock wrote that was ahead counts for nothing.
    pub(crate) fn is_within(&self, time: Duration, key: &K, now: Timestamp) -> bool {
        let at = lock(&self.times).get(key).copied();
        at.is_some_and(|at| is_within(time, at, now))
    }

    /// Whether it is remembered at all.
    pub(crate) fn is_known(&self, key: &K) -> bool {
        lock(&self.times).contains_key(key)
    }

    /// It happened at `now`.
    pub(crate) fn note(&self, key: K, now: Timestamp) {
        self.keep(&mut lock(&self.times), key, now);
    }

    /// Whether it did not happen less than `time` before `now`: then it happens now, and of several who ask at once one
    /// is told so.
    pub(crate) fn is_due(&self, time: Duration, key: K, now: Timestamp) -> bool {
        let mut times = lock(&self.times);
        if times.get(&key).is_some_and(|at| is_within(time, *at, now)) {
            return false;
        }
        self.keep(&mut times, key, now);
        true
    }

    /// It counts as never having happened.
    pub(crate) fn forget(&self, key: &K) {
        lock(&self.times).remove(key);
    }

    fn keep(&self, times: &mut HashMap<K, Timestamp>, key: K, now: Timestamp) {
        if times.len() >= MOST {
            times.retain(|_, at| is_within(self.kept_for, *at, now));
        }
        if times.len() < MOST || times.contains_key(&key) {
            times.insert(key, now);
        }
    }
}

fn is_within(time: Duration, at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.since(at) < time
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(10);

    #[test]
    fn it_is_due_once_in_a_while_and_a_clock_that_was_ahead_holds_nothing_back() {
        let lately = Lately::kept_for(TIME);
        let start = Timestamp::from_millis(100_000);
        assert!(lately.is_due(TIME, "a", start));
        assert!(!lately.is_due(TIME, "a", start.plus(TIME / 2)));
        assert!(lately.is_due(TIME, "a", start.plus(TIME)));
        assert!(lately.is_due(TIME, "a", start));
        assert!(!lately.is_within(TIME, &"b", start));
    }

    #[test]
    fn what_is_old_makes_room_and_what_is_new_is_not_forgotten_for_others() {
        let lately = Lately::kept_for(TIME);
        let start = Timestamp::from_millis(100_000);
        for number in 0..MOST {
            lately.note(number, start);
        }
        lately.note(MOST, start);
        assert!(!lately.is_known(&MOST));
        let later = start.plus(TIME);
        lately.note(0, later);
        assert!(lately.is_known(&0) && !lately.is_known(&1));
    }
}
