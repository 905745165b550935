//! Who listens to what happens, and the news for them: at once from this process, and from the
//! others on the same database by looking for their events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::model::clock::SharedClock;
use crate::model::owner::Owner;
use crate::model::principal::{Means, Principal};
use crate::model::scope::Scope;
use crate::model::sync::SyncChange;
use crate::model::time::Timestamp;
use crate::store::Store;
use crate::work::measures::{LimitedBy, Living, STREAMS};
use crate::work::meter::Meter;

/// How often the database is asked for other processes' news, while somebody listens.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How far back that question goes: over the longest round and the clocks' difference.
const WINDOW: Duration = Duration::from_secs(30);
/// How often listeners look for themselves, and at their own credential.
const LOOK_AGAIN_EVERY: Duration = Duration::from_secs(15);
/// News that a slow listener may be behind; after that it looks for itself.
const BACKLOG: usize = 256;
const MOST_OF_ONE_OWNER: usize = 8;
const MOST: usize = 1000;

#[derive(Debug, Clone)]
enum News {
    Changed { tenant: String, owner: String },
    LoginEnded(String),
    LookAgain,
}

/// What a listener hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Something may have changed.
    News,
    /// The caller has logged out.
    LoggedOut,
    /// The process shuts down.
    Draining,
}

/// The news of one process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Live(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: SharedClock,
    meter: Meter,
    draining: CancellationToken,
    news: broadcast::Sender<News>,
    listeners: Mutex<HashMap<Owner, usize>>,
    looked: Mutex<Looked>,
}

/// What the last looks found.
#[derive(Debug, Default)]
struct Looked {
    newest: HashMap<(String, String), i64>,
    again_at: Option<Timestamp>,
}

/// One who listens, for as long as it is kept.
#[derive(Debug)]
pub struct Listener {
    news: broadcast::Receiver<News>,
    scope: Scope,
    login_id: Option<String>,
    draining: CancellationToken,
    _place: Place,
}

/// A listener's place among the few that an owner may have.
#[derive(Debug)]
struct Place {
    shared: Arc<Shared>,
    owner: Owner,
    _counted: Living,
}

impl Live {
    /// No listeners yet; all of them end when `draining` is cancelled.
    pub fn new(
        store: Store,
        clock: SharedClock,
        meter: Meter,
        draining: CancellationToken,
    ) -> Self {
        Self(Arc::new(Shared {
            store,
            clock,
            meter,
            draining,
            news: broadcast::Sender::new(BACKLOG),
            listeners: Mutex::default(),
            looked: Mutex::default(),
        }))
    }

    /// Listens to what happens in `scope`; none when the owner, or everybody, listens too often.
    pub fn listen(&self, principal: &Principal, scope: &Scope) -> Option<Listener> {
        let login_id = match principal.means() {
            Means::Session { login_id, .. } => Some(login_id.clone()),
            Means::Key(_) | Means::Local => None,
        };
        Some(Listener {
            news: self.0.news.subscribe(),
            scope: scope.clone(),
            login_id,
            draining: self.0.draining.clone(),
            _place: self.place(scope.owner())?,
        })
    }

    fn place(&self, owner: &Owner) -> Option<Place> {
        let mut listeners = lock(&self.0.listeners);
        let own = listeners.get(owner).copied().unwrap_or(0);
        if own >= MOST_OF_ONE_OWNER || listeners.values().sum::<usize>() >= MOST {
            self.0.meter.rate_limited(LimitedBy::Service, "streams");
            return None;
        }
        listeners.insert(owner.clone(), own + 1);
        Some(Place {
            shared: self.0.clone(),
            owner: owner.clone(),
            _counted: self.0.meter.living(&STREAMS),
        })
    }

    /// Tells listeners that something in `scope` has changed.
    pub fn changed(&self, scope: &Scope) {
        self.tell(News::Changed {
            tenant: scope.tenant().as_str().to_owned(),
            owner: scope.owner().as_str().to_owned(),
        });
    }

    /// Passes on the news of this process's syncs until `stop`.
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
                // Listeners look for themselves before long.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Tells listeners that a login has ended.
    pub fn login_ended(&self, login_id: &str) {
        self.tell(News::LoginEnded(login_id.to_owned()));
    }

    fn tell(&self, news: News) {
        // Nobody may be listening.
        let _ = self.0.news.send(news);
    }

    /// Looks for other processes' news every two seconds, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => self.look().await,
            }
        }
    }

    /// Looks once: tells listeners what other processes have written, and now and then to look for
    /// themselves. Does nothing while nobody listens.
    pub async fn look(&self) {
        if lock(&self.0.listeners).is_empty() {
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
                let newest: HashMap<(String, String), i64> = newest
                    .into_iter()
                    .map(|event| ((event.tenant, event.owner), event.seq))
                    .collect();
                let before = std::mem::replace(&mut lock(&self.0.looked).newest, newest.clone());
                for (place, seq) in newest {
                    if before.get(&place) != Some(&seq) {
                        let (tenant, owner) = place;
                        self.tell(News::Changed { tenant, owner });
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "other processes' news could not be read"),
        }
        let mut looked = lock(&self.0.looked);
        if looked.again_at.is_none_or(|at| at <= now) {
            looked.again_at = Some(now.plus(LOOK_AGAIN_EVERY));
            drop(looked);
            self.tell(News::LookAgain);
        }
    }
}

impl Listener {
    /// Waits for the next thing that concerns this listener.
    pub async fn hear(&mut self) -> Heard {
        loop {
            let news = tokio::select! {
                () = self.draining.cancelled() => return Heard::Draining,
                news = self.news.recv() => news,
            };
            match news {
                Ok(News::LookAgain) | Err(RecvError::Lagged(_)) => return Heard::News,
                Ok(News::Changed { tenant, owner })
                    if tenant == self.scope.tenant().as_str()
                        && owner == self.scope.owner().as_str() =>
                {
                    return Heard::News;
                }
                Ok(News::LoginEnded(login_id)) if self.login_id.as_ref() == Some(&login_id) => {
                    return Heard::LoggedOut;
                }
                Ok(News::Changed { .. } | News::LoginEnded(_)) => {}
                Err(RecvError::Closed) => return Heard::Draining,
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut listeners = lock(&self.shared.listeners);
        if let Some(count) = listeners.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                listeners.remove(&self.owner);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
