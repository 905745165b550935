//! Trying again: when a call may be repeated, and how many repeats all callers together may cost.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::access::{Entrance, SiteAccess};
use super::error::AtlassianError;
use super::verdict::PAGE_INSTEAD;
use crate::model::clock::SharedClock;
use crate::model::secret::jitter;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// How often an idempotent call is tried in all: Atlassian asks for a few retries, spread, and an end
/// (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>).
const TRIES: u32 = 4;
/// The longest we wait inside a request before we hand the wait to the caller: they know whether it is
/// worth waiting for, and a request that sleeps holds one of the connections that others want.
pub(super) const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// Tries that may be repeated at once when there was no need for long.
const RESERVE: f64 = 20.0;
/// What every call adds for repeats: in an outage of any length they cost a tenth more, not three times more
/// ("Addressing Cascading Failures", Site Reliability Engineering, 2016).
const SHARE: f64 = 0.1;
/// How many repeats come back in a second, so that a quiet service can heal a hiccup.
const PER_SECOND: f64 = 0.5;

/// How long to wait before the next try; none when there must not be one. A 429 is a refusal (RFC 6585
/// §4), so even a write may follow it; after a timeout or failure only what is idempotent may (RFC 9110
/// §9.2.2).
pub(super) fn pause(error: &AtlassianError, idempotent: bool, tried: u32) -> Option<Duration> {
    let spread = 0.7 + 0.6 * jitter();
    // A wait that was asked for is the least there is: whoever is spread below it is refused again. What
    // can be waited for at all is not spread beyond that.
    let asked = |wait: Duration| {
        wait.mul_f64(1.0 + 0.3 * jitter())
            .min(wait.max(LONGEST_SLEEP))
    };
    let pause = match error {
        AtlassianError::RateLimited { retry_after } => asked(*retry_after),
        AtlassianError::Failed {
            retry_after: Some(wait),
            ..
        } if idempotent => asked(*wait),
        // From 520 on: what Atlassian's front says when the servers behind it fail
        // (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/).
        AtlassianError::Failed {
            status: 500 | 502..=504 | 520..=524 | 530,
            ..
        }
        | AtlassianError::Unusable {
            status: 408 | 425, ..
        }
        | AtlassianError::NotReached
        | AtlassianError::Unreachable
            if idempotent =>
        {
            Duration::from_millis(200 * 2_u64.pow(tried)).mul_f64(spread)
        }
        // Once is enough to meet the server behind a page, where it is there.
        AtlassianError::NoJson | AtlassianError::Replaced(PAGE_INSTEAD)
            if idempotent && tried == 1 =>
        {
            Duration::from_millis(400).mul_f64(spread)
        }
        _ => return None,
    };
    (tried < TRIES && pause <= LONGEST_SLEEP).then_some(pause)
}

/// Whose outage it is: Atlassian's own servers, or one Data Center.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Server {
    /// The gateway, the sites and the identity API.
    Atlassian,
    /// The host of a Data Center.
    DataCenter(String),
}

impl Server {
    pub(super) fn of(access: &SiteAccess) -> Self {
        match access.entrance {
            Entrance::Gateway | Entrance::Site => Self::Atlassian,
            Entrance::DataCenter => Self::DataCenter(access.site.url.clone()),
        }
    }
}

/// The repeats that are left, for all callers of a server together.
#[derive(Debug)]
pub(super) struct RetryBudget {
    clock: SharedClock,
    purses: Mutex<HashMap<Server, Purse>>,
}

#[derive(Debug)]
struct Purse {
    left: f64,
    counted_at: Timestamp,
}

impl RetryBudget {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            purses: Mutex::default(),
        }
    }

    /// A call is made for the first time.
    pub(super) fn note_call(&self, server: &Server) {
        self.with(server, |purse| {
            purse.left = (purse.left + SHARE).min(RESERVE);
        });
    }

    /// Takes the means for one more try; `false`: others have used them up.
    pub(super) fn take(&self, server: &Server) -> bool {
        self.with(server, |purse| {
            let enough = purse.left >= 1.0;
            if enough {
                purse.left -= 1.0;
            }
            enough
        })
    }

    fn with<T>(&self, server: &Server, use_it: impl FnOnce(&mut Purse) -> T) -> T {
        let now = self.clock.now();
        let mut purses = lock(&self.purses);
        let purse = purses.entry(server.clone()).or_insert(Purse {
            left: RESERVE,
            counted_at: now,
        });
        let come_back = now.since(purse.counted_at).as_secs_f64() * PER_SECOND;
        purse.left = (purse.left + come_back).min(RESERVE);
        purse.counted_at = now;
        use_it(purse)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::error::Explanation;
    use super::*;
    use crate::model::clock::ManualClock;

    #[test]
    fn repeats_are_a_share_of_all_calls_and_come_back_with_time() {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(0)));
        let budget = RetryBudget::new(clock.clone());
        let outage = |calls: u32| {
            let mut repeats = 0;
            for _ in 0..calls {
                budget.note_call(&Server::Atlassian);
                while budget.take(&Server::Atlassian) {
                    repeats += 1;
                }
            }
            repeats
        };
        assert!((20..=36).contains(&outage(150)));
        assert!(outage(100) <= 11);
        assert!(budget.take(&Server::DataCenter(String::from(
            "https://jira.corp.example"
        ))));
        clock.advance(Duration::from_secs(10));
        assert!((4..=6).contains(&outage(1)));
    }

    #[test]
    fn what_may_have_happened_is_not_repeated_and_a_wait_is_kept() {
        let failed = |status, retry_after| AtlassianError::Failed {
            status,
            explanation: Explanation::default(),
            retry_after,
        };
        for status in [500, 502, 503, 504, 520, 522, 524, 530] {
            assert!(pause(&failed(status, None), true, 1).is_some());
            assert_eq!(pause(&failed(status, None), false, 1), None);
            assert_eq!(pause(&failed(status, None), true, TRIES), None);
        }
        assert_eq!(pause(&failed(501, None), true, 1), None);
        let limited = AtlassianError::RateLimited {
            retry_after: LONGEST_SLEEP,
        };
        assert_eq!(pause(&limited, false, 1), Some(LONGEST_SLEEP));
        let long = Some(Duration::from_secs(30));
        assert_eq!(pause(&failed(503, long), true, 1), None);
        let two = Duration::from_secs(2);
        assert!(pause(&failed(503, Some(two)), true, 1).is_some_and(|pause| pause >= two));
    }
}
