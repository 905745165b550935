//! One subscriber: a place among the few that an owner may have, and what is delivered there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Hub, Live, Notice, OwnerKey};
use crate::model::owner::Owner;
use crate::model::principal::{Means, Principal};
use crate::model::scope::Scope;
use crate::model::secret::jitter;
use crate::work::locked::lock;
use crate::work::measures::{LimitedBy, Living, STREAMS};

/// Those who look for themselves do so one after another, so much apart on average, and no later than this:
/// a thousand dashboards that ask at the same moment keep the database from everybody else.
const APART: Duration = Duration::from_millis(10);
/// Sooner than they are told to look again (`LOOK_AGAIN_EVERY`).
const LATEST_LOOK: Duration = Duration::from_secs(10);
/// More dashboards than a person looks at; a browser opens six connections to one host at most (HTTP/1.1).
const MOST_STREAMS_OF_ONE_OWNER: usize = 8;
/// A tenth of the connections of a process: open dashboards leave room for requests.
const MOST_STREAMS: usize = 1000;

/// What a subscriber is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Something of the owner's may have changed.
    OwnerChanged,
    /// The caller has logged out.
    LoggedOut,
    /// The process shuts down.
    Draining,
}

/// One subscriber's, for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Subscription {
    notices: broadcast::Receiver<Notice>,
    owner: OwnerKey,
    login_id: Option<String>,
    draining: CancellationToken,
    /// When this subscriber looks for itself.
    looks_at: Option<Instant>,
    slot: SubscriptionSlot,
}

/// One of the few subscriptions that an owner may have.
#[derive(Debug)]
struct SubscriptionSlot {
    hub: Arc<Hub>,
    owner: Owner,
    _counted: Living,
}

impl Live {
    /// Follows what happens in `scope`; none when the owner, or all owners together, have too many
    /// subscriptions.
    pub(crate) fn subscribe(&self, principal: &Principal, scope: &Scope) -> Option<Subscription> {
        let login_id = match principal.means() {
            Means::Session { login_id, .. } => Some(login_id.clone()),
            Means::Key(_) | Means::Agent(_) | Means::Local => None,
        };
        Some(Subscription {
            notices: self.0.notices.subscribe(),
            owner: OwnerKey::of(scope),
            login_id,
            draining: self.0.draining.clone(),
            looks_at: None,
            slot: self.slot(scope.owner())?,
        })
    }

    fn slot(&self, owner: &Owner) -> Option<SubscriptionSlot> {
        let mut subscriptions = lock(&self.0.subscriptions);
        let own = subscriptions.get(owner).copied().unwrap_or(0);
        if own >= MOST_STREAMS_OF_ONE_OWNER || subscriptions.values().sum::<usize>() >= MOST_STREAMS
        {
            self.0.meter.rate_limited(LimitedBy::Service, "streams");
            return None;
        }
        subscriptions.insert(owner.clone(), own + 1);
        Some(SubscriptionSlot {
            hub: self.0.clone(),
            owner: owner.clone(),
            _counted: self.0.meter.living(&STREAMS),
        })
    }
}

impl Subscription {
    /// Waits for the next delivery.
    pub(crate) async fn next(&mut self) -> Delivery {
        loop {
            let looks_at = self.looks_at;
            let notice = tokio::select! {
                () = self.draining.cancelled() => return Delivery::Draining,
                notice = self.notices.recv() => notice,
                () = at(looks_at) => {
                    self.looks_at = None;
                    return Delivery::OwnerChanged;
                }
            };
            match notice {
                // What was missed may have been this owner's.
                Ok(Notice::LookAgain) | Err(RecvError::Lagged(_)) => self.look_in_turn(),
                Ok(Notice::OwnerChanged(owner)) if owner == self.owner => {
                    self.looks_at = None;
                    return Delivery::OwnerChanged;
                }
                Ok(Notice::LoginEnded(login_id)) if self.login_id.as_ref() == Some(&login_id) => {
                    return Delivery::LoggedOut;
                }
                Ok(Notice::OwnerChanged(_) | Notice::LoginEnded(_)) => {}
                Err(RecvError::Closed) => return Delivery::Draining,
            }
        }
    }

    /// Everybody is told to look at the same moment, and each takes a moment of its own for it.
    fn look_in_turn(&mut self) {
        let subscribers: usize = lock(&self.slot.hub.subscriptions).values().sum();
        let subscribers = u32::try_from(subscribers).unwrap_or(u32::MAX);
        let spread = APART.saturating_mul(subscribers).min(LATEST_LOOK);
        let looks_at = Instant::now() + spread.mul_f64(jitter());
        self.looks_at.get_or_insert(looks_at);
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

impl Drop for SubscriptionSlot {
    fn drop(&mut self) {
        let mut subscriptions = lock(&self.hub.subscriptions);
        if let Some(count) = subscriptions.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                subscriptions.remove(&self.owner);
            }
        }
    }
}
