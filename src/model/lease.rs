//! How long a lease holds: the right of one process to work on a row until it has to renew it.

use std::time::Duration;

use super::time::Timestamp;

/// How long a lease holds unless it is renewed. Short, so that the work of a process that died is soon
/// taken over; renewed often, so that slow work goes on for as long as it takes.
pub const LEASE: Duration = Duration::from_secs(15);
/// How often the holder renews it: two renewals may fail before it runs out.
pub(crate) const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How far two clocks may be apart. A machine that is further from its database's time does no work
/// that depends on leases.
pub(crate) const CLOCK_TOLERANCE: Duration = Duration::from_secs(10);
/// The longest lease that any version of this program took on a grant, by a clock that may be ahead.
const LONGEST_ON_GRANT: Duration = Duration::from_secs(75);
/// The same for idempotency keys.
const LONGEST_ON_KEY: Duration = Duration::from_secs(105);

/// What a lease is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseOn {
    /// A grant, while it is renewed.
    Grant,
    /// An idempotency key, while the work under it goes on.
    Key,
}

impl LeaseOn {
    /// The longest that such a lease can still hold. One that ends later was written by a clock that
    /// has been set back since, and counts for nothing.
    pub const fn longest(self) -> Duration {
        match self {
            Self::Grant => LONGEST_ON_GRANT,
            Self::Key => LONGEST_ON_KEY,
        }
    }

    /// How long a lease that ends at `until` still holds at `now`; none: it does not.
    pub fn left(self, until: Timestamp, now: Timestamp) -> Option<Duration> {
        let left = until.since(now);
        (!left.is_zero() && left <= self.longest()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_that_is_over_or_ends_later_than_any_can_holds_nobody_up() {
        let now = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        let left = |until| LeaseOn::Grant.left(until, now);
        assert_eq!(left(now.plus(LEASE)), Some(LEASE));
        assert_eq!(left(now), None);
        assert_eq!(left(now.minus(LEASE)), None);
        assert_eq!(left(now.plus(Duration::from_hours(1))), None);
    }
}
