//! An advisory lock under a process's number on PostgreSQL, on a session that does nothing else: it ends
//! with the process, and everybody sees whether it is there
//! (<https://www.postgresql.org/docs/current/explicit-locking.html> §13.3.5).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{ConnectOptions, Connection};
use tokio::task::AbortHandle;

/// How often the session is asked whether it is still the same one. Often enough that a lock that was
/// lost with its connection is back before anybody concludes from it.
const BEAT: Duration = Duration::from_millis(500);
/// How soon a lost session is replaced.
const AGAIN: Duration = Duration::from_millis(200);
/// How long the server may take for any of it.
const PATIENCE: Duration = Duration::from_secs(2);

/// The lock of this process, kept by a task.
#[derive(Debug)]
pub(super) struct SessionLock {
    is_held: Arc<AtomicBool>,
    keeper: AbortHandle,
}

impl SessionLock {
    /// Takes the lock and keeps it. A server that gives no further connection is no error: until it
    /// does, leases alone tell who is dead.
    pub(super) async fn take(options: PgConnectOptions, number: i64) -> Self {
        let is_held = Arc::new(AtomicBool::new(false));
        let first = open(&options, number).await;
        let is_shared = matches!(first, Opened::Shared);
        let first = first.session();
        is_held.store(first.is_some(), Ordering::Relaxed);
        let held = is_held.clone();
        let keeper = tokio::spawn(async move {
            if !is_shared {
                keep(&options, number, &held, first).await;
            }
            held.store(false, Ordering::Relaxed);
        });
        Self {
            is_held,
            keeper: keeper.abort_handle(),
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Relaxed)
    }

    /// Ends the session, and the lock with it.
    pub(super) fn let_go(&self) {
        self.keeper.abort();
        self.is_held.store(false, Ordering::Relaxed);
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// A session with the lock.
struct Session {
    connection: PgConnection,
    backend: i32,
}

/// The result of asking for a session.
enum Opened {
    Held(Session),
    /// Not now: no connection, or the session that was lost is still there on the server.
    NotNow,
    /// There is something between us and the server that shares sessions (pgbouncer's transaction
    /// mode): what is locked on one may be anybody's the next moment.
    Shared,
}

impl Opened {
    fn session(self) -> Option<Session> {
        match self {
            Self::Held(session) => Some(session),
            Self::NotNow | Self::Shared => None,
        }
    }
}

async fn keep(
    options: &PgConnectOptions,
    number: i64,
    is_held: &AtomicBool,
    first: Option<Session>,
) {
    let mut session = first;
    loop {
        let Some(open_session) = &mut session else {
            is_held.store(false, Ordering::Relaxed);
            match open(options, number).await {
                Opened::Held(opened) => {
                    session = Some(opened);
                    is_held.store(true, Ordering::Relaxed);
                }
                Opened::NotNow => tokio::time::sleep(AGAIN).await,
                Opened::Shared => return,
            }
            continue;
        };
        tokio::time::sleep(BEAT).await;
        let backend = tokio::time::timeout(PATIENCE, backend(&mut open_session.connection)).await;
        match backend {
            Ok(Ok(backend)) if backend == open_session.backend => {}
            Ok(Ok(_)) => {
                warn_of_shared_sessions();
                return;
            }
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(
                    "the session that shows this process to the others was lost; taking another"
                );
                session = None;
            }
        }
    }
}

async fn open(options: &PgConnectOptions, number: i64) -> Opened {
    match tokio::time::timeout(PATIENCE, try_open(options, number)).await {
        Ok(Ok(opened)) => opened,
        Ok(Err(_)) | Err(_) => Opened::NotNow,
    }
}

async fn try_open(options: &PgConnectOptions, number: i64) -> Result<Opened, sqlx::Error> {
    let mut connection = options.connect().await?;
    // A machine that lost its power says no goodbye: the server is to find out by itself.
    for setting in [
        "tcp_keepalives_idle = 5",
        "tcp_keepalives_interval = 2",
        "tcp_keepalives_count = 3",
    ] {
        let set = sqlx::AssertSqlSafe(format!("SET {setting}"));
        sqlx::query(set).execute(&mut connection).await?;
    }
    let backend_before = backend(&mut connection).await?;
    let (is_taken,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock($1)")
        .bind(number)
        .fetch_one(&mut connection)
        .await?;
    if !is_taken {
        return Ok(Opened::NotNow);
    }
    // A pooler that lends sessions for a transaction lends the one that was used last first: a
    // transaction of somebody else's is then on ours, and we are on another one.
    let mut beside = options.connect().await?;
    let mut other = beside.begin().await?;
    let of_other = backend(&mut other).await?;
    let backend_after = backend(&mut connection).await?;
    let is_own: bool = holds(&mut connection, number).await?;
    other.rollback().await?;
    beside.close().await?;
    if of_other == backend_before || backend_after != backend_before || !is_own {
        warn_of_shared_sessions();
        return Ok(Opened::Shared);
    }
    Ok(Opened::Held(Session {
        connection,
        backend: backend_before,
    }))
}

fn warn_of_shared_sessions() {
    tracing::warn!(
        "PostgreSQL is reached through a pooler that shares sessions (pgbouncer in transaction mode): what a killed process was doing is taken over after 15 seconds and not at once"
    );
}

async fn backend(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let (backend,): (i32,) = sqlx::query_as("SELECT pg_backend_pid()")
        .fetch_one(connection)
        .await?;
    Ok(backend)
}

/// Whether the session behind this statement has the lock.
async fn holds(connection: &mut PgConnection, number: i64) -> Result<bool, sqlx::Error> {
    let (is_held,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()
           AND objsubid = 1 AND classid::BIGINT = $1 AND objid::BIGINT = $2)",
    )
    .bind(high(number))
    .bind(low(number))
    .fetch_one(connection)
    .await?;
    Ok(is_held)
}

/// Whether any session of this database has the lock of that number.
pub(super) async fn is_session_locked(pool: &PgPool, number: i64) -> Result<bool, sqlx::Error> {
    let (is_locked,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND classid::BIGINT = $1 AND objid::BIGINT = $2)",
    )
    .bind(high(number))
    .bind(low(number))
    .fetch_one(pool)
    .await?;
    Ok(is_locked)
}

/// `pg_locks` shows a number of 64 bits in two halves
/// (<https://www.postgresql.org/docs/current/view-pg-locks.html>).
const fn high(number: i64) -> i64 {
    number >> 32
}

const fn low(number: i64) -> i64 {
    number & 0xffff_ffff
}
