//! Who follows what happens to an owner, and what is delivered to them: changes made by this process at
//! once, those of other processes on the same database by looking for their events.

mod looking;
mod subscription;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use self::looking::Looked;
use crate::model::clock::SharedClock;
use crate::model::owner::Owner;
use crate::model::scope::Scope;
use crate::model::sync::SyncChange;
use crate::store::Store;
use crate::work::meter::Meter;

pub(crate) use subscription::{Delivery, Subscription};

/// Notices that a slow subscriber may be behind; after that it looks for itself.
const BACKLOG: usize = 256;

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
}
