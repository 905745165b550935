//! Whether this process can do its work now: one probe serves everybody who asks within two seconds.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::grants::Grants;
use crate::model::clock::SharedClock;
use crate::model::lease::CLOCK_TOLERANCE;
use crate::store::Store;
use crate::store::error::StoreError;

/// Several load balancers ask every few seconds each; the database is asked once for all of them.
const PROBE_EVERY: Duration = Duration::from_secs(2);
/// A database that takes longer is of no use to requests; and `probe` waits five seconds for this answer.
const PROBE_TIMEOUT: Duration = Duration::from_secs(4);

/// The result of a readiness check.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether the service is ready.
    pub ready: bool,
    /// Why it is not ready, in one sentence.
    pub reason: Option<String>,
    /// Whether everything this process depends on works.
    pub dependencies_ok: bool,
    /// Each finding.
    pub checks: Checks,
}

/// The checks. Each is `true` if it passed; `draining` is `true` during a shutdown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one finding, shown by name"
)]
pub(crate) struct Checks {
    /// The database can be written, and no renewed tokens wait for it.
    pub database: bool,
    /// Every migration this program knows has been applied.
    pub migrations: bool,
    /// The vault's key opens what it sealed.
    pub vault: bool,
    /// Our clock agrees with the database's.
    pub clock: bool,
    /// The process is shutting down.
    pub draining: bool,
}

/// Probes the process.
#[derive(Debug, Clone)]
pub struct ReadinessProbe {
    store: Store,
    grants: Grants,
    clock: SharedClock,
    draining: CancellationToken,
    last: Arc<Mutex<Option<(Instant, Readiness)>>>,
}

impl ReadinessProbe {
    /// A probe; `draining` is cancelled when the process begins to shut down.
    pub(crate) fn new(
        store: Store,
        grants: Grants,
        clock: SharedClock,
        draining: CancellationToken,
    ) -> Self {
        Self {
            store,
            grants,
            clock,
            draining,
            last: Arc::default(),
        }
    }

    /// The newest finding, at most two seconds old; draining shows at once.
    pub(crate) async fn check(&self) -> Readiness {
        let mut last = self.last.lock().await;
        let found = match last.as_ref() {
            Some((at, found))
                if at.elapsed() < PROBE_EVERY
                    && found.checks.draining == self.draining.is_cancelled() =>
            {
                found.clone()
            }
            _ => {
                let found = self.probe().await;
                *last = Some((Instant::now(), found.clone()));
                found
            }
        };
        drop(last);
        found
    }

    /// Whether the process has been told to stop.
    pub(crate) fn is_shutting_down(&self) -> bool {
        self.draining.is_cancelled()
    }

    async fn probe(&self) -> Readiness {
        let draining = self.draining.is_cancelled();
        let mut problem = draining.then(|| String::from("the process is shutting down"));
        let mut note = |text: String| {
            problem.get_or_insert(text);
        };
        let database = match self.database_problem().await {
            Some(text) => {
                note(String::from(text));
                false
            }
            None => true,
        };
        // A database that falls silent in between must not hold up everybody who asks.
        let migrations = database && in_time(self.store.is_migrated()).await;
        let vault = database && in_time(self.store.vault_opens()).await;
        let clock = database && in_time(self.clock_agrees()).await;
        if !migrations {
            note(String::from("migrations are pending"));
        }
        if !vault {
            note(String::from(
                "the vault key does not open the stored secrets",
            ));
        }
        if !clock {
            note(String::from(
                "this machine's clock is more than 10 seconds away from the database's",
            ));
        }
        let dependencies_ok = database && migrations && vault && clock;
        let checks = Checks {
            database,
            migrations,
            vault,
            clock,
            draining,
        };
        Readiness {
            ready: problem.is_none(),
            reason: problem,
            dependencies_ok,
            checks,
        }
    }

    /// What keeps the database from being written for good; none: nothing does.
    async fn database_problem(&self) -> Option<&'static str> {
        match tokio::time::timeout(PROBE_TIMEOUT, self.store.write_probe()).await {
            Ok(Ok(())) if !self.store.has_its_file().await => Some(
                "the database file was deleted or replaced while the service runs; stop it, put the file back (integration-backend restore FILE) and start again",
            ),
            Ok(Ok(())) if self.grants.has_uncommitted() => {
                Some("renewed tokens are waiting in memory for the database")
            }
            Ok(Ok(())) => None,
            Ok(Err(error)) => {
                tracing::error!(%error, "the readiness probe could not write");
                Some("the database cannot be written")
            }
            Err(_) => Some("the database does not answer"),
        }
    }

    async fn clock_agrees(&self) -> Result<bool, StoreError> {
        let ours = self.clock.now();
        let theirs = self.store.database_time().await?;
        Ok(ours.since(theirs) <= CLOCK_TOLERANCE && theirs.since(ours) <= CLOCK_TOLERANCE)
    }
}

/// Whether a question is answered yes before the probe's patience ends.
async fn in_time(question: impl Future<Output = Result<bool, StoreError>>) -> bool {
    matches!(
        tokio::time::timeout(PROBE_TIMEOUT, question).await,
        Ok(Ok(true))
    )
}
