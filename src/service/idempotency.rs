//! Work that is done once however often it is asked for: a key is claimed before anything is sent, and
//! its result is kept for a day.

use std::any::Any;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::error::ServiceError;
use super::holding::holding;
use crate::atlassian::effects::Effects;
use crate::model::clock::SharedClock;
use crate::model::kept_answer::KeptAnswer;
use crate::model::scope::Scope;
use crate::model::secret::{Secret, sha256};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::idempotency_keys::{Claim, KeyEnding, KeyState, NewIdempotencyKey};
use crate::work::deadline::Deadline;
use crate::work::request_notes::RequestNotes;

/// How long a key is remembered: longer than any client retries, and a bound for the table.
const KEPT: Duration = Duration::from_hours(24);
/// How long the work may take.
const LONGEST_WORK: Duration = Duration::from_mins(1);
/// How soon it is worth asking again for work that is still running.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// How soon a process that seems to be dead is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Tries to write a result down: a database that restarts is back by then.
const TRIES: u32 = 4;

/// A request with an idempotency key.
#[derive(Debug, Clone)]
pub struct KeyedRequest {
    /// Whose it is.
    pub scope: Scope,
    /// Method and path, path parameters included.
    pub route: String,
    /// The key, as sent.
    pub key: String,
    /// Everything else that says what is asked for, the same for every way to write it.
    pub content: String,
    /// The same as it was sent, by which an earlier version of this program knew it.
    pub as_sent: String,
    /// Whether a success is kept only if something was sent to be changed: for routes that may only read.
    pub may_only_read: bool,
}

/// An answer, and where it comes from.
#[derive(Debug)]
pub enum KeyedAnswer<T> {
    /// From the work, done just now.
    Now(T),
    /// Kept from the first time.
    Before(KeptAnswer),
}

/// A panic in the work, to go on in the request that caused it.
type Panic = Box<dyn Any + Send>;

/// Remembers keys, and the results under them.
#[derive(Debug, Clone)]
pub struct Idempotency {
    store: Store,
    clock: SharedClock,
    tasks: TaskTracker,
}

impl Idempotency {
    /// Keys in `store`; work runs on `tasks`, so that it survives the client that asked for it.
    pub(crate) fn new(store: Store, clock: SharedClock, tasks: TaskTracker) -> Self {
        Self {
            store,
            clock,
            tasks,
        }
    }

    /// Does `work`, unless it was done before under the same key. `work` gives its result, and what
    /// of it is kept; nothing if it failed.
    ///
    /// # Errors
    /// `KeyReused` when the key came with something else before, `KeyInUse` while that is still at
    /// work, `OutcomeUnknown` when it may or may not have happened, now or the first time.
    pub async fn run<T, F>(
        &self,
        request: KeyedRequest,
        work: F,
    ) -> Result<KeyedAnswer<T>, ServiceError>
    where
        T: Send + 'static,
        F: Future<Output = (T, Option<KeptAnswer>)> + Send + 'static,
    {
        let engine = self.clone();
        // The claim, too: whoever goes away while it is written would leave a key that is said to be at work.
        let task = async move {
            match engine.claim(&request).await {
                Ok(Ok(id)) => {
                    let done = engine.carry_out(&request, &id, work).await?;
                    Ok(done.map(KeyedAnswer::Now))
                }
                Ok(Err(kept)) => Ok(Ok(KeyedAnswer::Before(kept))),
                Err(error) => Ok(Err(error)),
            }
        };
        let task = RequestNotes::carried(Deadline::carried(task));
        match self.tasks.spawn(task.in_current_span()).await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(error) => Err(ServiceError::Internal(error.to_string())),
        }
    }

    /// Forgets old keys; gives how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn prune(&self) -> Result<u64, ServiceError> {
        Ok(self.store.prune_keys().await?)
    }

    /// The row's id if the key is ours now, else the answer of the first time.
    async fn claim(
        &self,
        request: &KeyedRequest,
    ) -> Result<Result<String, KeptAnswer>, ServiceError> {
        let now = self.clock.now();
        // What a key without limits made is not told to one that is held to less.
        let limits = request.scope.limits().and_then(|limits| limits.to_row());
        let held_to = |content: &str| match &limits {
            None => sha256(content),
            Some(limits) => sha256(format!("{limits}\n{content}")),
        };
        let asked = held_to(&request.content);
        let key = NewIdempotencyKey {
            route: &request.route,
            key_hash: &sha256(&request.key),
            body_hash: &asked,
            expires_at: now.plus(KEPT),
        };
        loop {
            let (body_hash, state) = match self.store.claim_key(&request.scope, &key).await? {
                Claim::Ours(id) => return Ok(Ok(id)),
                Claim::Taken { body_hash, state } => (body_hash, state),
            };
            if body_hash != asked && body_hash != held_to(&request.as_sent) {
                return Err(ServiceError::KeyReused);
            }
            return match state {
                KeyState::Done(result) => serde_json::from_str(result.expose())
                    .map(Err)
                    .map_err(|_| StoreError::Corrupt("idempotency_keys.result_sealed").into()),
                KeyState::Running => Err(ServiceError::KeyInUse(ASK_AGAIN)),
                KeyState::Suspected => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                    continue;
                }
                KeyState::Unknown => Err(ServiceError::OutcomeUnknown),
            };
        }
    }

    /// Does the work and writes down how it ended, a panic included.
    async fn carry_out<T>(
        &self,
        request: &KeyedRequest,
        id: &str,
        work: impl Future<Output = (T, Option<KeptAnswer>)>,
    ) -> Result<Result<T, ServiceError>, Panic> {
        let effects = Effects::default();
        let work = effects.watch(AssertUnwindSafe(work).catch_unwind());
        let work = tokio::time::timeout(LONGEST_WORK, work);
        let result = self.holding(request, id, work).await;
        let happened = effects.may_have_happened();
        if let Ok(Ok((result, Some(kept)))) = result {
            if happened || !request.may_only_read {
                self.keep(request, id, &kept).await;
            } else {
                self.settle(request, id, KeyEnding::Released).await;
            }
            return Ok(Ok(result));
        }
        let outcome = if happened {
            KeyEnding::Unknown
        } else {
            KeyEnding::Released
        };
        self.settle(request, id, outcome).await;
        match result {
            Ok(Err(panic)) => Err(panic),
            _ if happened => Ok(Err(ServiceError::OutcomeUnknown)),
            Ok(Ok((result, _))) => Ok(Ok(result)),
            Err(_) => Ok(Err(ServiceError::VendorTimeout)),
        }
    }

    /// Does the work and holds its key meanwhile.
    async fn holding<T>(
        &self,
        request: &KeyedRequest,
        id: &str,
        work: impl Future<Output = T>,
    ) -> T {
        holding(work, || async move {
            if let Err(error) = self.store.renew_key(&request.scope, id).await {
                tracing::warn!(%error, "the lease of an idempotency key could not be renewed");
            }
            ControlFlow::Continue(())
        })
        .await
    }

    async fn keep(&self, request: &KeyedRequest, id: &str, kept: &KeptAnswer) {
        match serde_json::to_string(kept).map(Secret::new) {
            Ok(text) => self.settle(request, id, KeyEnding::Done(&text)).await,
            Err(error) => tracing::error!(%error, "an answer could not be kept"),
        }
    }

    /// A row that cannot be written stays running and counts as unknown when its time is over, so
    /// nothing is done twice.
    async fn settle(&self, request: &KeyedRequest, id: &str, outcome: KeyEnding<'_>) {
        for attempt in 1..=TRIES {
            match self.store.settle_key(&request.scope, id, outcome).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, attempt, "the result under an idempotency key could not be stored");
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}
