//! At most so many events of one key in any stretch of time: exact, for small numbers.

use std::collections::VecDeque;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use hashlink::LruCache;

use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// How many keys are remembered; beyond that the one that was quiet for the longest time is forgotten.
const MOST_KEYS: usize = 16_384;

/// The events of each key, as far back as a rule looks.
#[derive(Debug)]
pub(super) struct Window<K> {
    /// How many events within how much time.
    rules: &'static [(usize, Duration)],
    events: Mutex<LruCache<K, VecDeque<Timestamp>>>,
}

impl<K: Eq + Hash> Window<K> {
    pub(super) fn new(rules: &'static [(usize, Duration)]) -> Self {
        Self {
            rules,
            events: Mutex::new(LruCache::new(MOST_KEYS)),
        }
    }

    /// Counts one event of `key`.
    ///
    /// # Errors
    /// How long the key has to wait for its next one; this one was not counted.
    pub(super) fn take(&self, key: K, now: Timestamp) -> Result<(), Duration> {
        let mut events = self.lock();
        let mut of_key = events.remove(&key).unwrap_or_default();
        // Events of the future are left behind by a clock that was set back.
        of_key.retain(|event| *event <= now);
        let wait = self.wait(&of_key, now);
        if wait.is_none() {
            of_key.push_back(now);
            while of_key.len() > self.longest_memory() {
                of_key.pop_front();
            }
        }
        events.insert(key, of_key);
        wait.map_or(Ok(()), Err)
    }

    /// Takes back the event of `key` that was counted at `moment`.
    pub(super) fn give_back(&self, key: &K, moment: Timestamp) {
        if let Some(of_key) = self.lock().get_mut(key)
            && let Some(at) = of_key.iter().rposition(|event| *event == moment)
        {
            of_key.remove(at);
        }
    }

    fn wait(&self, of_key: &VecDeque<Timestamp>, now: Timestamp) -> Option<Duration> {
        let waits = self.rules.iter().filter_map(|(most, within)| {
            let oldest = of_key.get(of_key.len().checked_sub(*most)?)?;
            within.checked_sub(now.since(*oldest))
        });
        waits.max().filter(|wait| !wait.is_zero())
    }

    fn longest_memory(&self) -> usize {
        self.rules.iter().map(|(most, _)| *most).max().unwrap_or(0)
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<K, VecDeque<Timestamp>>> {
        lock(&self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[(usize, Duration)] =
        &[(2, Duration::from_mins(1)), (3, Duration::from_mins(10))];

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + seconds * 1000)
    }

    fn wait(seconds: u64) -> Result<(), Duration> {
        Err(Duration::from_secs(seconds))
    }

    #[test]
    fn every_rule_holds_in_every_stretch_of_time() {
        let window = Window::new(RULES);
        assert_eq!(window.take("a", at(0)), Ok(()));
        assert_eq!(window.take("a", at(50)), Ok(()));
        assert_eq!(window.take("a", at(50)), wait(10));
        assert_eq!(window.take("b", at(50)), Ok(()), "others are not concerned");
        assert_eq!(window.take("a", at(60)), Ok(()));
        assert_eq!(window.take("a", at(120)), wait(480), "the longer rule");
        assert_eq!(window.take("a", at(600)), Ok(()));
    }

    #[test]
    fn an_event_can_be_given_back_and_a_refused_one_does_not_count() {
        let window = Window::new(RULES);
        assert_eq!(window.take("a", at(0)), Ok(()));
        assert_eq!(window.take("a", at(1)), Ok(()));
        assert_eq!(window.take("a", at(1)), wait(59));
        window.give_back(&"a", at(1));
        assert_eq!(window.take("a", at(1)), Ok(()));
        assert_eq!(window.take("a", at(61)), Ok(()));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let window = Window::new(RULES);
        assert_eq!(window.take("a", at(86_400)), Ok(()));
        assert_eq!(window.take("a", at(86_400)), Ok(()));
        assert_eq!(window.take("a", at(0)), Ok(()));
    }

    #[test]
    fn the_number_of_keys_and_events_is_bounded() {
        let window = Window::new(RULES);
        for key in 0..=MOST_KEYS {
            assert_eq!(window.take(key, at(0)), Ok(()));
        }
        assert_eq!(window.lock().len(), MOST_KEYS);
        for minute in 0..20 {
            let _refused_or_not = window.take(MOST_KEYS, at(minute * 600));
        }
        assert_eq!(window.lock().get(&MOST_KEYS).map(VecDeque::len), Some(3));
    }
}
