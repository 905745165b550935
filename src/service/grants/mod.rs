//! Grants and their refresh: nobody is handed an access token whose successor is not committed.
//!
//! Atlassian's refresh tokens rotate: each use disables the token that was sent and gives its only
//! successor, and one that is used again after its leeway counts as stolen (RFC 9700 §4.14.2,
//! <https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens>). A pair that is lost
//! logs a person out, hence the lease, the fence and the commit before use.

mod back_off;
mod breaker;
mod commit;
mod due;
mod failure;
mod flight;
mod lease;
mod protocol;
pub(crate) mod refresher;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::atlassian::Atlassian;
use crate::model::clock::SharedClock;
use crate::model::grant::{AuthMethod, Grant, GrantStatus, Renewal};
use crate::model::oauth_client::OAuthClient;
use crate::model::time::Timestamp;
use crate::service::history::History;
use crate::store::Store;
use crate::work::deadline::Deadline;
use crate::work::locked::lock;

use breaker::Breakers;
pub(crate) use failure::RefreshFailure;
use flight::Flight;
use lease::Interrupted;

/// When a new grant's first background refresh is due.
pub(super) fn first_due_at(
    expires_at: Timestamp,
    lifetime: Duration,
    settings: &RefreshSettings,
) -> Timestamp {
    due::ahead_of_expiry(expires_at, lifetime, settings)
}

/// The longest a caller waits for a refresh; the refresh itself goes on.
const PATIENCE: Duration = Duration::from_secs(25);
/// An access token that lives no longer than this is waited for rather than used.
const LAST_MOMENTS: Duration = Duration::from_secs(15);
/// A forced refresh this soon after the last one gets that one's result.
const RECENT: Duration = Duration::from_secs(30);
/// A grant's use is written down at most this often.
const USE_RESOLUTION: Duration = Duration::from_hours(1);

/// Why a login of another OAuth client is not renewed, and what to do.
const OTHER_CLIENT: &str = "this login belongs to another client id than those in the settings, and is not renewed; this service's operator must check the client id, or log in again";

/// What the refresh needs to know from the settings.
#[derive(Debug, Clone)]
pub(crate) struct RefreshSettings {
    /// How long before expiry a token is renewed beside its use.
    pub margin: Duration,
    /// How often the background refresher looks for due grants.
    pub interval: Duration,
    /// Our OAuth clients; a grant is renewed with the one it was given to.
    pub clients: Vec<OAuthClient>,
}

/// Hands out usable grants and renews them; one per process, cheap to clone.
#[derive(Debug, Clone)]
pub struct Grants {
    engine: Arc<RefreshEngine>,
}

/// What all flights of this process share.
#[derive(Debug)]
pub(super) struct RefreshEngine {
    pub(super) store: Store,
    pub(super) atlassian: Atlassian,
    pub(super) clock: SharedClock,
    pub(super) settings: RefreshSettings,
    pub(super) tasks: TaskTracker,
    pub(super) history: History,
    /// When the background refresher looks next, in milliseconds; 0 while it does not run.
    next_round: AtomicI64,
    flights: Mutex<HashMap<String, Flight>>,
    /// Old refreshes that another process began and has not ended.
    interrupted: Mutex<Interrupted>,
    /// Grants whose renewed tokens are in memory and not yet in the database.
    uncommitted: Mutex<HashSet<String>>,
    /// Grants that another process refreshes, and until when its lease holds.
    held_elsewhere: Mutex<HashMap<String, Instant>>,
    /// Clients and grants that Atlassian refuses.
    breakers: Breakers,
}

impl Grants {
    /// Grants in `store`, renewed at `atlassian`; refreshes run on `tasks`, so that they survive
    /// the client that caused them and are waited for at shutdown.
    pub(crate) fn new(
        store: Store,
        atlassian: Atlassian,
        clock: SharedClock,
        settings: RefreshSettings,
        tasks: TaskTracker,
        history: History,
    ) -> Self {
        let engine = RefreshEngine {
            store,
            atlassian,
            clock,
            settings,
            tasks,
            history,
            next_round: AtomicI64::new(0),
            flights: Mutex::default(),
            interrupted: Mutex::default(),
            uncommitted: Mutex::default(),
            held_elsewhere: Mutex::default(),
            breakers: Breakers::default(),
        };
        Self {
            engine: Arc::new(engine),
        }
    }

    /// A grant whose access token can be used now: `grant` itself while it is fresh, else its
    /// renewed self. Inside the margin it is renewed beside the request, which takes the old token; only
    /// when that is about to expire does anybody wait. While Atlassian cannot renew it, the old token
    /// serves until it expires.
    ///
    /// # Errors
    /// `ReauthRequired` for a dead grant; when it cannot be renewed and the old token has expired
    /// as well.
    pub(crate) async fn usable(&self, grant: Arc<Grant>) -> Result<Arc<Grant>, RefreshFailure> {
        if grant.has_ended(self.engine.clock.now()) {
            return Err(RefreshFailure::ReauthRequired);
        }
        if self.engine.clock.now().since(grant.used_at) >= USE_RESOLUTION {
            Box::pin(self.note_use(&grant)).await;
        }
        // A lifetime counts from the moment the answer was made (RFC 6749 §5.1); the margin covers the
        // call's own time, and clocks that differ.
        let now = self.engine.clock.now();
        if grant.is_fresh(now, self.engine.settings.margin) || grant.renewal() == Renewal::Never {
            return Ok(grant);
        }
        let left = grant.time_left(now);
        if left > LAST_MOMENTS {
            self.renew_beside(&grant);
            return Ok(grant);
        }
        // Time must be left for the call itself while the old token is good for it.
        let patience = if left.is_zero() { PATIENCE } else { left / 2 };
        match Box::pin(self.renewed_within(&grant, patience)).await {
            Err(
                RefreshFailure::Later(_)
                | RefreshFailure::BeingRenewed(_)
                | RefreshFailure::WrongClock
                | RefreshFailure::ForeignClient,
            ) if grant.is_alive(self.engine.clock.now()) => Ok(grant),
            result => result.map(Arc::new),
        }
    }

    /// A grant newer than `grant`: somebody else's refresh if there was one, else ours.
    ///
    /// # Errors
    /// Why there is no newer grant: see [`RefreshFailure`].
    pub(crate) async fn renewed(&self, grant: &Grant) -> Result<Grant, RefreshFailure> {
        self.renewed_within(grant, PATIENCE).await
    }

    async fn renewed_within(
        &self,
        grant: &Grant,
        patience: Duration,
    ) -> Result<Grant, RefreshFailure> {
        if grant.method != AuthMethod::OAuth {
            return Err(RefreshFailure::ReauthRequired);
        }
        // The caller's deadline ends the waiting, never the refresh.
        self.fly(grant, Deadline::within(patience)).await
    }

    /// Renews the grant because a person asked; right after a refresh they get that one's result.
    ///
    /// # Errors
    /// Why there is no newer grant: see [`RefreshFailure`].
    pub(crate) async fn renewed_on_demand(&self, grant: Grant) -> Result<Grant, RefreshFailure> {
        let now = self.engine.clock.now();
        let recent = grant
            .refreshed_at
            // Each renewal uses a refresh token up, so a button pressed twice must not rotate
            // twice.
            .is_some_and(|at| at <= now && now.since(at) < RECENT);
        if grant.status == GrantStatus::ReauthRequired {
            Err(RefreshFailure::ReauthRequired)
        } else if recent {
            Ok(grant)
        } else {
            self.renewed(&grant).await
        }
    }

    /// Why no login of this one's client is renewed just now, if that is known: the client is not in the settings, or
    /// is refused, which any of its logins may have shown.
    pub(super) fn refused_client(&self, grant: &Grant) -> Option<&'static str> {
        let client = grant.client_id.as_deref()?;
        if !self.engine.knows_client(client) {
            return Some(OTHER_CLIENT);
        }
        self.engine
            .breakers
            .is_open(client)
            .then_some(back_off::CLIENT_REJECTED)
    }

    /// Where what happens to grants and connections is written down.
    pub(super) fn history(&self) -> &History {
        &self.engine.history
    }

    /// When the background refresher of this process looks for due grants next.
    pub(crate) fn next_round(&self) -> Option<Timestamp> {
        let millis = self.engine.next_round.load(Ordering::Relaxed);
        (millis > 0).then(|| Timestamp::from_millis(millis))
    }

    /// Whether renewed tokens are waiting in memory for the database to take them.
    pub(crate) fn has_uncommitted(&self) -> bool {
        !lock(&self.engine.uncommitted).is_empty()
    }

    async fn note_use(&self, grant: &Grant) {
        let due_at = due::due_at(grant, &self.engine.settings);
        // Bookkeeping must not fail a request; the refresh itself never depends on it.
        if let Err(error) = self.engine.store.note_use(grant, due_at).await {
            tracing::warn!(%error, "a grant's use could not be written down");
        }
    }
}
