//! How many there are, for the operator: over all tenants and owners, and naming none.

use std::time::Duration;

use super::Store;
use super::error::StoreError;
use super::pool::{PoolState, on_reader};

impl Store {
    /// Sessions that have neither lapsed nor been idle for longer than `idle`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count_sessions(&self, idle: Duration) -> Result<i64, StoreError> {
        let now = self.clock.now();
        let (count,): (i64,) = on_reader!(self, |db| {
            sqlx::query_as("SELECT COUNT(*) FROM sessions WHERE expires_at > $1 AND used_at > $2")
                .bind(now.millis())
                .bind(now.minus(idle).millis())
                .fetch_one(db)
                .await?
        });
        Ok(count)
    }

    /// Grants by the text of their status.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count_grants(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let counts: Vec<(String, i64)> = on_reader!(self, |db| {
            sqlx::query_as("SELECT status, COUNT(*) FROM grants GROUP BY status")
                .fetch_all(db)
                .await?
        });
        Ok(counts)
    }

    /// Living logins by the id of the OAuth client that they were given to.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count_logins_by_client(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let counts: Vec<(String, i64)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT client_id, COUNT(*) FROM grants WHERE client_id IS NOT NULL AND status = 'active' GROUP BY client_id ORDER BY client_id",
            )
            .fetch_all(db)
            .await?
        });
        Ok(counts)
    }

    /// The database connections of this process.
    pub(crate) fn connections_in_use(&self) -> Vec<PoolState> {
        self.pool.states()
    }
}
