//! Removes what has lapsed, a few rows at a time, and gives freed pages back to the file system.

use std::time::Duration;

use super::Store;
use super::error::StoreError;
use super::pool::{Pool, on_writer};
use crate::model::time::Timestamp;

/// The most rows that one statement removes. SQLite has one writer: a statement that removed 100,000
/// sessions kept every login and refresh waiting for half a second.
const ROWS_AT_ONCE: i64 = 500;
/// Gives 200 pages back: few, for the same reason. A pragma takes no parameters.
const GIVE_BACK: &str = "PRAGMA incremental_vacuum(200)";
/// For so long the return of a replaced refresh token or of a used code is noticed.
const RETURN_NOTICED: Duration = Duration::from_hours(30 * 24);
/// So many free pages (4 MiB) stay in the file, to be used again.
const PAGES_KEPT: i64 = 1024;

// What is due by `$1`, at most `$2` rows of it, found by an index of the column. A `DELETE` of its own has
// no `LIMIT` in PostgreSQL, nor in SQLite as it is usually built (https://sqlite.org/lang_delete.html §3).
const EXPIRED_SESSIONS: &str = "DELETE FROM sessions WHERE token_hash IN
  (SELECT token_hash FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";
const UNUSED_SESSIONS: &str = "DELETE FROM sessions WHERE token_hash IN
  (SELECT token_hash FROM sessions WHERE used_at <= $1 ORDER BY used_at LIMIT $2 + 0)";
const EXPIRED_FLOWS: &str = "DELETE FROM flows WHERE id IN
  (SELECT id FROM flows WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";
const EXPIRED_KEYS: &str = "DELETE FROM idempotency_keys WHERE id IN
  (SELECT id FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";
/// The newest event of every owner stays, so that numbers go on growing.
const OLD_EVENTS: &str = "DELETE FROM grant_events WHERE (tenant, owner, seq) IN
  (SELECT old.tenant, old.owner, old.seq FROM grant_events old WHERE old.happened_at < $1 AND EXISTS
     (SELECT 1 FROM grant_events newer WHERE newer.tenant = old.tenant
        AND newer.owner = old.owner AND newer.seq > old.seq)
   ORDER BY old.happened_at LIMIT $2 + 0)";

const EXPIRED_AGENTS: &str = "DELETE FROM agents WHERE id IN
  (SELECT id FROM agents WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";
const EXPIRED_CODES: &str = "DELETE FROM agent_codes WHERE code_hash IN
  (SELECT code_hash FROM agent_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";
const EXPIRED_ACCESS_TOKENS: &str = "DELETE FROM agent_access_tokens WHERE token_hash IN
  (SELECT token_hash FROM agent_access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";
const REPLACED_REFRESH_TOKENS: &str = "DELETE FROM agent_refresh_tokens WHERE token_hash IN
  (SELECT token_hash FROM agent_refresh_tokens WHERE replaced_at <= $1 ORDER BY replaced_at LIMIT $2 + 0)";
const EXPIRED_REQUESTS: &str = "DELETE FROM agent_requests WHERE id_hash IN
  (SELECT id_hash FROM agent_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 + 0)";

/// Every statement above, for a test that looks at how they are run.
pub const STATEMENTS: [&str; 10] = [
    EXPIRED_SESSIONS,
    UNUSED_SESSIONS,
    EXPIRED_FLOWS,
    EXPIRED_KEYS,
    OLD_EVENTS,
    EXPIRED_AGENTS,
    EXPIRED_CODES,
    EXPIRED_ACCESS_TOKENS,
    REPLACED_REFRESH_TOKENS,
    EXPIRED_REQUESTS,
];

impl Store {
    /// Removes sessions that expired or were not used for `idle`, and flows that expired an hour ago;
    /// gives how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune_lapsed(&self, idle: Duration) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let an_hour_ago = now.minus(Duration::from_hours(1));
        Ok(self.remove(EXPIRED_SESSIONS, now).await?
            + self.remove(UNUSED_SESSIONS, now.minus(idle)).await?
            + self.remove(EXPIRED_FLOWS, an_hour_ago).await?)
    }

    /// Forgets the idempotency keys of more than a day ago; gives how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune_keys(&self) -> Result<u64, StoreError> {
        self.remove(EXPIRED_KEYS, self.clock.now()).await
    }

    /// Removes events older than `age`, but the newest of every owner; gives how many went.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune_events(&self, age: Duration) -> Result<u64, StoreError> {
        self.remove(OLD_EVENTS, self.clock.now().minus(age)).await
    }

    /// Removes agents that ended, with all they have; tokens, codes and requests that did, and refresh tokens that
    /// were replaced a month ago. Gives how many rows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune_agents(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let long_ago = now.minus(RETURN_NOTICED);
        Ok(self.remove(EXPIRED_AGENTS, now).await?
            + self.remove(EXPIRED_CODES, long_ago).await?
            + self.remove(EXPIRED_ACCESS_TOKENS, now).await?
            + self.remove(REPLACED_REFRESH_TOKENS, long_ago).await?
            + self.remove(EXPIRED_REQUESTS, now).await?)
    }

    /// Removes what is due by `due`, in steps between which other writers come in.
    async fn remove(&self, step: &'static str, due: Timestamp) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let removed = on_writer!(self, |db| {
                sqlx::query(step)
                    .bind(due.millis())
                    .bind(ROWS_AT_ONCE)
                    .execute(db)
                    .await?
                    .rows_affected()
            });
            gone += removed;
            if removed < ROWS_AT_ONCE.unsigned_abs() {
                return Ok(gone);
            }
        }
    }

    /// Makes the file of SQLite smaller where much of it is free, in steps; gives how many pages went.
    /// PostgreSQL does that itself (autovacuum), and a file that was made without `auto_vacuum` keeps
    /// its size until it is restored from a backup.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back_pages(&self) -> Result<i64, StoreError> {
        let Pool::Sqlite { writer, .. } = &self.pool else {
            return Ok(0);
        };
        let mut given = 0;
        let mut free = free_pages(writer).await?;
        while free > PAGES_KEPT {
            sqlx::query(GIVE_BACK).fetch_all(writer).await?;
            let left = free_pages(writer).await?;
            if left >= free {
                break;
            }
            given += free - left;
            free = left;
        }
        Ok(given)
    }
}

async fn free_pages(writer: &sqlx::SqlitePool) -> Result<i64, StoreError> {
    let (free,): (i64,) = sqlx::query_as("PRAGMA freelist_count")
        .fetch_one(writer)
        .await?;
    Ok(free)
}
