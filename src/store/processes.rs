//! Processes on one database: the name under which this one holds leases, and whether the holder of
//! another lease is dead.
//!
//! A lease tells by itself that its holder is dead, when it runs out. To know it at once, each process
//! holds a lock under its number that ends with it, however that ends: an advisory lock of a session of
//! its own on PostgreSQL, a locked file beside a SQLite database. Whoever cannot hold one, behind a pooler
//! that shares sessions or on a file system without locks, says so by its name, and its leases last.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Store;
use super::error::StoreError;
use super::numbered_lock::NumberedLock;
use super::pool::Pool;
use super::session_lock::{SessionLock, is_session_locked};
use super::statement::Statement;
use crate::model::secret::{NoRandomness, random_bytes};

/// Named so, a process is known to be dead as soon as its lock is gone.
const LOCKED: &str = "locked-";
/// Named so, only its leases tell.
const TIMED: &str = "timed-";
/// A lock on a session that was only cut is taken again before this has passed.
const GRACE: Duration = Duration::from_secs(1);
/// A lock that was missed longer ago than this may have been there in between.
const MISSED_LATELY: Duration = Duration::from_secs(5);

/// What is known of the process that holds a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vitality {
    /// It lives, or only the end of its lease will tell.
    Living,
    /// Its lock is gone, since just now: ask again before long.
    Missing,
    /// It is dead.
    Dead,
}

/// This process among those on its database.
#[derive(Debug)]
pub(super) struct Process {
    number: i64,
    lock: OwnLock,
    missing: Mutex<HashMap<i64, Missing>>,
}

#[derive(Debug)]
enum OwnLock {
    File(NumberedLock),
    Session(SessionLock),
}

/// Since when, and when last, the lock of another process was not there.
#[derive(Debug, Clone, Copy)]
struct Missing {
    since: Instant,
    last: Instant,
}

/// A number that no other process has.
pub(super) fn new_number() -> Result<i64, NoRandomness> {
    Ok(i64::from_le_bytes(random_bytes()?) & i64::MAX)
}

/// Whether a process of this name can be seen by its lock.
pub(super) fn is_seen_by_lock(name: &str) -> bool {
    name.starts_with(LOCKED)
}

/// Where this process runs: its id, which is the same on many hosts, and the host.
pub(super) fn host_and_id() -> String {
    let id = std::process::id();
    match std::fs::read_to_string("/proc/sys/kernel/hostname") {
        Ok(host) => format!("{id} on {}", host.trim()),
        Err(_) => id.to_string(),
    }
}

impl Process {
    pub(super) fn with_file(number: i64, lock: NumberedLock) -> Self {
        Self::new(number, OwnLock::File(lock))
    }

    pub(super) fn with_session(number: i64, lock: SessionLock) -> Self {
        Self::new(number, OwnLock::Session(lock))
    }

    fn new(number: i64, lock: OwnLock) -> Self {
        Self {
            number,
            lock,
            missing: Mutex::default(),
        }
    }

    /// The name it takes leases under now.
    pub(super) fn name(&self) -> String {
        let is_held = match &self.lock {
            OwnLock::File(file) => file.is_held(),
            OwnLock::Session(session) => session.is_held(),
        };
        let [locked, timed] = self.names();
        if is_held { locked } else { timed }
    }

    pub(super) const fn number(&self) -> i64 {
        self.number
    }

    /// Every name it may have taken a lease under.
    pub(super) fn names(&self) -> [String; 2] {
        [LOCKED, TIMED].map(|kind| format!("{kind}{}", self.number))
    }

    /// Gives its lock back, before the database is closed.
    pub(super) fn let_go(&self) {
        if let OwnLock::Session(session) = &self.lock {
            session.let_go();
        }
    }

    /// What a look at another process's lock means. A session may be cut while its process lives
    /// and works, so the lock has to be missed for a while.
    fn judge(&self, number: i64, is_locked: bool) -> Vitality {
        let mut missing = self.missing();
        missing.retain(|_, missed| missed.last.elapsed() < MISSED_LATELY);
        if is_locked {
            missing.remove(&number);
            return Vitality::Living;
        }
        if matches!(self.lock, OwnLock::File(_)) {
            return Vitality::Dead;
        }
        let now = Instant::now();
        let missed = missing.entry(number).or_insert(Missing {
            since: now,
            last: now,
        });
        missed.last = now;
        if missed.since.elapsed() < GRACE {
            Vitality::Missing
        } else {
            Vitality::Dead
        }
    }

    fn missing(&self) -> MutexGuard<'_, HashMap<i64, Missing>> {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// What is known of the process that took a lease under the name `holder`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn vitality(&self, holder: &str) -> Result<Vitality, StoreError> {
        let number = holder
            .strip_prefix(LOCKED)
            .and_then(|number| number.parse::<i64>().ok());
        let Some(number) = number.filter(|number| *number != self.process.number) else {
            return Ok(Vitality::Living);
        };
        let is_locked = match &self.pool {
            Pool::Postgres(pool, silence) => {
                let statement = Statement::begin(&self.meter, "read");
                let asked = async { Ok(is_session_locked(pool, number).await?) };
                statement.checked(statement.answered(silence, asked).await)?
            }
            Pool::Sqlite { .. } => match &self.file {
                Some(file) => NumberedLock::is_locked(file.path(), number).await,
                None => true,
            },
        };
        Ok(self.process.judge(number, is_locked))
    }

    /// The name under which this process takes leases now.
    pub(super) fn holder(&self) -> String {
        self.process.name()
    }
}
