//! When a grant's background refresh is due.

use std::time::Duration;

use super::RefreshSettings;
use crate::model::grant::{AuthMethod, Grant};
use crate::model::secret::jitter;
use crate::model::time::Timestamp;

const DAY: Duration = Duration::from_hours(24);
/// A grant used this recently is renewed ahead of its expiry, so that no request has to wait.
pub(super) const RECENTLY_USED: Duration = DAY;
/// An idle grant is renewed this long after its last refresh: Atlassian forgets a refresh token that
/// was not used for 90 days (<https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens>),
/// and 35 days are left for a service that is down or a database that is not reached.
const IDLE_REFRESH: Duration = Duration::from_hours(55 * 24);
/// From here on a grant that could not be renewed is warned about.
const WARN_AFTER: Duration = Duration::from_hours(75 * 24);

/// When a grant in use should be renewed: ahead of the moment a request would have to do it, spread
/// over one interval so that grants of one moment do not come due together.
pub(super) fn ahead_of_expiry(
    expires_at: Timestamp,
    lifetime: Duration,
    settings: &RefreshSettings,
) -> Timestamp {
    // A short-lived token must not be due as soon as it comes.
    let margin = settings.margin.min(lifetime / 2);
    let ahead = settings.interval.mul_f64(1.0 + jitter()).min(lifetime / 4);
    expires_at.minus(margin).minus(ahead)
}

/// When an idle grant should be renewed, only to keep it alive.
pub(super) fn keep_alive(grant: &Grant) -> Option<Timestamp> {
    grant.refreshed_at.map(|at| at.plus(IDLE_REFRESH))
}

/// When the grant, being used now, is due.
pub(super) fn due_at(grant: &Grant, settings: &RefreshSettings) -> Option<Timestamp> {
    if grant.method != AuthMethod::OAuth {
        return None;
    }
    grant
        .expires_at
        .map(|expires_at| ahead_of_expiry(expires_at, grant.lifetime, settings))
}

/// Whether the 90 days that an unused refresh token lives are running out.
pub(super) fn is_about_to_lapse(grant: &Grant, now: Timestamp) -> bool {
    grant
        .refreshed_at
        .is_some_and(|at| now.since(at) > WARN_AFTER)
}
