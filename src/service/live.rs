//! Who follows what happens to an owner, and what is delivered to them: changes made by this process at
//! once, those of other processes on the same database by looking for their events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::locked::lock;
use crate::model::clock::SharedClock;
use crate::model::owner::Owner;
use crate::model::principal::{Means, Principal};
use crate::model::scope::Scope;
use crate::model::secret::jitter;
use crate::model::sync::SyncChange;
use crate::model::time::Timestamp;
use crate::store::Store;
use crate::work::measures::{LimitedBy, Living, STREAMS};
use crate::work::meter::Meter;

/// How often the database is asked for other processes' changes, while there is a subscriber.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How far back that question goes: over the longest round and the clocks' difference.
const WINDOW: Duration = Duration::from_secs(30);
/// How often subscribers look for themselves, and at their own credential.
const LOOK_AGAIN_EVERY: Duration = Duration::from_secs(15);
/// Those who look for themselves do so one after another, so much apart on average, and no later than this:
/// a thousand dashboards that ask at the same moment keep the database from everybody else.
const APART: Duration = Duration::from_millis(10);
const LATEST_LOOK: Duration = Duration::from_secs(10);
/// Notices that a slow subscriber may be behind; after that it looks for itself.
const BACKLOG: usize = 256;
const MOST_STREAMS_OF_ONE_OWNER: usize = 8;
const MOST_STREAMS: usize = 1000;

#[derive(Debug, Clone)]
enum Notice {
    OwnerChanged(OwnerKey),
    LoginEnded(String),
    LookAgain,
}

/// An owner in a namespace, as the store names them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct OwnerKey {
    tenant: String,
    owner: String,
}

impl OwnerKey {
    fn of(scope: &Scope) -> Self {
        Self {
            tenant: scope.tenant().as_str().to_owned(),
            owner: scope.owner().as_str().to_owned(),
        }
    }
}

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

/// What the subscribers of one process are told; cheap to clone.
#[derive(Debug, Clone)]
pub struct Live(Arc<Hub>);

#[derive(Debug)]
struct Hub {
    store: Store,
    clock: SharedClock,
    meter: Meter,
    draining: CancellationToken,
    notices: broadcast::Sender<Notice>,
    subscriptions: Mutex<HashMap<Owner, usize>>,
    looked: Mutex<Looked>,
}

/// What the last looks found.
#[derive(Debug, Default)]
struct Looked {
    newest: HashMap<OwnerKey, i64>,
    again_at: Option<Timestamp>,
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
    /// No subscribers yet; all subscriptions end when `draining` is cancelled.
    pub(crate) fn new(
        store: Store,
        clock: SharedClock,
        meter: Meter,
        draining: CancellationToken,
    ) -> Self {
        Self(Arc::new(Hub {
            store,
            clock,
            meter,
            draining,
            notices: broadcast::Sender::new(BACKLOG),
            subscriptions: Mutex::default(),
            looked: Mutex::default(),
        }))
    }

    /// Follows what happens in `scope`; none when the owner, or all owners together, have too many
    /// subscriptions.
    pub(crate) fn subscribe(&self, principal: &Principal, scope: &Scope) -> Option<Subscription> {
        let login_id = match principal.means() {
            Means::Session { login_id, .. } => Some(login_id.clone()),
            Means::Key(_) | Means::Local => None,
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

    /// Tells subscribers that something in `scope` has changed.
    pub(crate) fn changed(&self, scope: &Scope) {
        self.tell(Notice::OwnerChanged(OwnerKey::of(scope)));
    }

    /// Passes on the changes of this process's syncs until `stop`.
    pub async fn follow_syncs(
        self,
        mut changes: broadcast::Receiver<SyncChange>,
        stop: CancellationToken,
    ) {
        loop {
            let change = tokio::select! {
                () = stop.cancelled() => return,
                change = changes.recv() => change,
            };
            match change {
                Ok(change) => self.changed(&change.scope),
                // Subscribers look for themselves before long.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Tells subscribers that a login has ended.
    pub(crate) fn login_ended(&self, login_id: &str) {
        self.tell(Notice::LoginEnded(login_id.to_owned()));
    }

    fn tell(&self, notice: Notice) {
        // There may be no subscriber.
        let _ = self.0.notices.send(notice);
    }

    /// Looks for other processes' changes every two seconds, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => self.look().await,
            }
        }
    }

    /// Looks once: tells subscribers what other processes have written, and now and then to look for
    /// themselves. Does nothing without subscribers.
    pub async fn look(&self) {
        if lock(&self.0.subscriptions).is_empty() {
            *lock(&self.0.looked) = Looked::default();
            return;
        }
        let now = self.0.clock.now();
        match self
            .0
            .store
            .newest_events_everywhere(now.minus(WINDOW))
            .await
        {
            Ok(newest) => {
                let newest: HashMap<OwnerKey, i64> = newest
                    .into_iter()
                    .map(|event| {
                        let (tenant, owner) = (event.tenant, event.owner);
                        (OwnerKey { tenant, owner }, event.seq)
                    })
                    .collect();
                let before = std::mem::replace(&mut lock(&self.0.looked).newest, newest.clone());
                for (owner, seq) in newest {
                    if before.get(&owner) != Some(&seq) {
                        self.tell(Notice::OwnerChanged(owner));
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "other processes' changes could not be read"),
        }
        let mut looked = lock(&self.0.looked);
        if looked.again_at.is_none_or(|at| at <= now) {
            looked.again_at = Some(now.plus(LOOK_AGAIN_EVERY));
            drop(looked);
            self.tell(Notice::LookAgain);
        }
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
