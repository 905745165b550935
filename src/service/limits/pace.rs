//! A steady pace per key, with a burst in front: the generic cell rate algorithm (ITU-T I.371), which
//! keeps one number per key.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use hashlink::LruCache;

use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// How many keys are remembered; beyond that the one that was quiet for the longest time is forgotten.
const MOST_KEYS: usize = 65_536;
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// So many events a minute of every key, some of them at once.
#[derive(Debug)]
pub(super) struct Pace<K> {
    /// Microseconds that one event costs.
    cost: i64,
    /// How far a key may run ahead, in microseconds.
    ahead: i64,
    /// When each key will have caught up, in microseconds since the Unix epoch.
    caught_up: Mutex<LruCache<K, i64>>,
}

impl<K: Eq + Hash> Pace<K> {
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        let cost = (MICROS_PER_MINUTE / i64::from(per_minute.max(1))).max(1);
        Self {
            cost,
            ahead: cost * i64::from(burst.max(1)),
            caught_up: Mutex::new(LruCache::new(MOST_KEYS)),
        }
    }

    /// Counts one event of `key`.
    ///
    /// # Errors
    /// How long the key has to wait for its next one; this one was not counted.
    pub(super) fn take(&self, key: K, now: Timestamp) -> Result<(), Duration> {
        let now = micros(now);
        let mut caught_up = self.lock();
        let from = self.position(&mut caught_up, &key, now);
        self.room(from, now)?;
        caught_up.insert(key, from + self.cost);
        Ok(())
    }

    /// Takes back one event that was counted under the wrong key.
    pub(super) fn give_back(&self, key: &K) {
        if let Some(moment) = self.lock().get_mut(key) {
            *moment -= self.cost;
        }
    }

    /// Where `key` stands; never in the past, and never further ahead than it can have come by
    /// itself: then the clock was set back, and the key starts anew.
    fn position(&self, caught_up: &mut LruCache<K, i64>, key: &K, now: i64) -> i64 {
        let known = caught_up.get(key).copied().unwrap_or(now).max(now);
        if known - now > self.ahead { now } else { known }
    }

    fn room(&self, from: i64, now: i64) -> Result<(), Duration> {
        let wait = from + self.cost - self.ahead - now;
        if wait <= 0 {
            return Ok(());
        }
        Err(Duration::from_micros(wait.unsigned_abs()))
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<K, i64>> {
        lock(&self.caught_up)
    }
}

fn micros(moment: Timestamp) -> i64 {
    moment.millis().saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_700_000_000_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(START + millis)
    }

    #[test]
    fn a_burst_passes_at_once_and_then_one_at_a_time() {
        let pace = Pace::new(60, 3);
        for _ in 0..3 {
            assert_eq!(pace.take("a", at(0)), Ok(()));
        }
        assert_eq!(pace.take("a", at(0)), Err(Duration::from_secs(1)));
        assert_eq!(pace.take("a", at(400)), Err(Duration::from_millis(600)));
        assert_eq!(pace.take("b", at(400)), Ok(()), "others are not concerned");
        assert_eq!(pace.take("a", at(1000)), Ok(()));
        assert!(pace.take("a", at(1000)).is_err());
        for _ in 0..3 {
            assert_eq!(
                pace.take("a", at(60_000)),
                Ok(()),
                "rest brings the burst back"
            );
        }
        assert!(pace.take("a", at(60_000)).is_err());
    }

    #[test]
    fn waiting_as_long_as_asked_is_enough_at_every_pace() {
        for (per_minute, burst) in [(1, 1), (7, 7), (6000, 1000), (10_000_000, 600)] {
            let pace = Pace::new(per_minute, burst);
            let mut now = 0;
            for _ in 0..burst * 3 {
                if let Err(wait) = pace.take("a", at(now)) {
                    now += i64::try_from(wait.as_micros().div_ceil(1000)).unwrap();
                    assert_eq!(pace.take("a", at(now)), Ok(()), "{per_minute}");
                }
            }
        }
    }

    #[test]
    fn an_event_can_be_given_back() {
        let pace = Pace::new(60, 1);
        assert_eq!(pace.take("a", at(0)), Ok(()));
        assert!(pace.take("a", at(0)).is_err());
        pace.give_back(&"a");
        assert_eq!(pace.take("a", at(0)), Ok(()));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let pace = Pace::new(60, 2);
        assert_eq!(pace.take("a", at(3_600_000)), Ok(()));
        assert_eq!(pace.take("a", at(0)), Ok(()));
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let pace = Pace::new(60, 1);
        for key in 0..=MOST_KEYS {
            assert_eq!(pace.take(key, at(0)), Ok(()));
        }
        assert_eq!(pace.lock().len(), MOST_KEYS);
        assert_eq!(pace.take(0, at(0)), Ok(()), "the oldest was forgotten");
        assert!(pace.take(MOST_KEYS, at(0)).is_err(), "the newest was not");
    }
}
