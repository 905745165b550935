//! Sync runs: one per owner and product, held by one process at a time through a lease and a fence.

use super::Store;
use super::connections::{ConnectedRow, connected_columns};
use super::error::StoreError;
use super::grant_rows::grant_columns;
use super::pool::{on_reader, on_writer};
use super::row::row;
use crate::model::connection::{Connected, Connection};
use crate::model::ids::{CloudId, new_id};
use crate::model::lease::LEASE;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::sync::{SyncRun, SyncState};
use crate::model::time::Timestamp;

/// How many runs that wait are tried before the next round: replicas that look at the same moment see
/// the same ones, and each run goes to whoever raises its fence first.
const CANDIDATES: i64 = 8;

row! {
    pub(super) struct RunRow {
        id: String,
        product: String,
        connection_id: String,
        grant_id: String,
        cloud_id: String,
        user_id: String,
        status: String,
        walked_to: Option<String>,
        is_walked: bool,
        fetched: i64,
        unread: i64,
        upserted: i64,
        removed: i64,
        total: Option<i64>,
        error: Option<String>,
        started_at: i64,
        finished_at: Option<i64>,
        synced_at: Option<i64>,
        available_at: i64,
        lease_owner: Option<String>,
        fence: i64,
    }
}

macro_rules! run_columns {
    () => {
        "id, product, connection_id, grant_id, cloud_id, user_id, status, walked_to, is_walked, fetched, unread, upserted, removed, total, error, started_at, finished_at, synced_at, available_at, lease_owner, fence"
    };
}
pub(super) use run_columns;

impl RunRow {
    pub(super) fn read(self) -> Result<SyncRun, StoreError> {
        let state = SyncState::ALL
            .into_iter()
            .find(|state| state.as_str() == self.status)
            .ok_or(StoreError::Corrupt("sync_runs.status"))?;
        Ok(SyncRun {
            id: self.id,
            product: Product::parse(&self.product)
                .ok_or(StoreError::Corrupt("sync_runs.product"))?,
            connection_id: self.connection_id,
            grant_id: self.grant_id,
            cloud_id: CloudId::stored(&self.cloud_id)
                .map_err(|_| StoreError::Corrupt("sync_runs.cloud_id"))?,
            user_id: self.user_id,
            state,
            walked_to: self.walked_to,
            is_walked: self.is_walked,
            fetched: self.fetched,
            unread: self.unread,
            upserted: self.upserted,
            removed: self.removed,
            total: self.total,
            error: self.error,
            started_at: Timestamp::from_millis(self.started_at),
            finished_at: self.finished_at.map(Timestamp::from_millis),
            synced_at: self.synced_at.map(Timestamp::from_millis),
            available_at: Timestamp::from_millis(self.available_at),
            is_held: self.lease_owner.is_some(),
            fence: self.fence,
        })
    }
}

/// A run that this process has taken.
#[derive(Debug)]
pub struct TakenRun {
    /// The run.
    pub run: SyncRun,
    /// Its connection as it is now; none when it is gone.
    pub connected: Option<Connected>,
}

impl Store {
    /// Starts a run for a connection on its site. None: one is under way for just that. One that was
    /// started for another login or site is replaced: it could only fail.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn start_sync(
        &self,
        scope: &Scope,
        connection: &Connection,
        cloud_id: &CloudId,
        user_id: &str,
    ) -> Result<Option<SyncRun>, StoreError> {
        let now = self.clock.now();
        let available_at = self.database_time().await?;
        let row: Option<RunRow> = on_writer!(self, |db| {
            sqlx::query_as(START_SYNC)
                .bind(new_id(now))
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(connection.product.as_str())
                .bind(&connection.id)
                .bind(&connection.grant_id)
                .bind(cloud_id.as_str())
                .bind(user_id)
                .bind(now.millis())
                .bind(available_at.millis())
                .fetch_all(db)
                .await?
                .pop()
        });
        row.map(RunRow::read).transpose()
    }

    /// The owner's last run for a product, or the one under way.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn sync_run(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Option<SyncRun>, StoreError> {
        let row: Option<RunRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                run_columns!(),
                " FROM sync_runs WHERE tenant = $1 AND owner = $2 AND product = $3"
            ))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(product.as_str())
            .fetch_optional(db)
            .await?
        });
        row.map(RunRow::read).transpose()
    }

    /// Takes a run that nobody holds, for [`LEASE`], the one that has waited longest first: a new one, one
    /// whose pause is over, one whose lease has run out.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn take_sync_run(&self) -> Result<Option<TakenRun>, StoreError> {
        let time = self.database_time().await?;
        let now = time.millis();
        let waiting: Vec<(String, i64)> = on_reader!(self, |db| {
            sqlx::query_as(WAITING_SYNCS)
                .bind(now)
                .bind(CANDIDATES)
                .fetch_all(db)
                .await?
        });
        for (id, fence) in waiting {
            let row: Option<RunRow> = on_writer!(self, |db| {
                sqlx::query_as(concat!(
                    "UPDATE sync_runs SET lease_owner = $1, available_at = $2, noted_at = $5, fence = fence + 1
                     WHERE id = $3 AND fence = $4 AND status = 'running' AND available_at <= $5 RETURNING ",
                    run_columns!()
                ))
                .bind(self.holder())
                .bind(time.plus(LEASE).millis())
                .bind(&id)
                .bind(fence)
                .bind(now)
                .fetch_all(db)
                .await?
                .pop()
            });
            if let Some(row) = row {
                let run = row.read()?;
                let connected = self.connection_by_id(&run.connection_id).await?;
                return Ok(Some(TakenRun { run, connected }));
            }
        }
        Ok(None)
    }

    /// Ends a run; `failure` is the sentence that says why it ended early. `false`: another process
    /// holds it now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_sync(
        &self,
        run: &SyncRun,
        failure: Option<&str>,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now().millis();
        let (state, synced_at, total) = match failure {
            Some(_) => (SyncState::Failed, None, None),
            None => (SyncState::Succeeded, Some(now), Some(run.fetched)),
        };
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE sync_runs SET status = $1, error = $2, finished_at = $3, synced_at = COALESCE($4, synced_at),
                   total = COALESCE(total, $5), lease_owner = NULL
                 WHERE id = $6 AND fence = $7 AND status = 'running'",
            )
            .bind(state.as_str())
            .bind(failure)
            .bind(now)
            .bind(synced_at)
            .bind(total)
            .bind(&run.id)
            .bind(run.fence)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Takes one connection that is due for a scheduled run, gives its id and makes it due again at
    /// `next`. On several replicas each is taken once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_due_connection(&self, next: Timestamp) -> Result<Option<String>, StoreError> {
        let now = self.clock.now().millis();
        let taken: Option<(String,)> = on_writer!(self, |db| {
            sqlx::query_as(TAKE_DUE)
                .bind(next.millis())
                .bind(now)
                .fetch_all(db)
                .await?
                .pop()
        });
        Ok(taken.map(|(id,)| id))
    }

    /// Whoever's connection this is, with its grant.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub(crate) async fn connection_by_id(&self, id: &str) -> Result<Option<Connected>, StoreError> {
        let row: Option<ConnectedRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                connected_columns!(),
                " FROM connections c JOIN grants ON grants.id = c.grant_id AND grants.tenant = c.tenant AND grants.owner = c.owner
                  WHERE c.id = $1"
            ))
            .bind(id)
            .fetch_optional(db)
            .await?
        });
        row.map(|row| self.open_connected(row)).transpose()
    }
}

const START_SYNC: &str = concat!(
    "INSERT INTO sync_runs (id, tenant, owner, product, connection_id, grant_id, cloud_id, user_id, status, is_walked,
       fetched, upserted, removed, started_at, available_at, noted_at, fence)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', FALSE, 0, 0, 0, $9, $10, $10, 0)
     ON CONFLICT (tenant, owner, product) DO UPDATE SET
       id = excluded.id, connection_id = excluded.connection_id, grant_id = excluded.grant_id, cloud_id = excluded.cloud_id,
       user_id = excluded.user_id, status = excluded.status, walked_to = NULL, is_walked = FALSE, fetched = 0, unread = 0, upserted = 0,
       removed = 0, total = NULL, error = NULL, started_at = excluded.started_at, finished_at = NULL,
       available_at = excluded.available_at, noted_at = excluded.noted_at, lease_owner = NULL, fence = 0
     WHERE sync_runs.status <> 'running' OR sync_runs.connection_id <> excluded.connection_id
       OR sync_runs.grant_id <> excluded.grant_id OR sync_runs.cloud_id <> excluded.cloud_id
     RETURNING ",
    run_columns!()
);

/// Runs that nobody holds, the one that has waited longest first.
pub const WAITING_SYNCS: &str = "SELECT id, fence FROM sync_runs
    WHERE status = 'running' AND available_at <= $1 ORDER BY available_at LIMIT $2 + 0";

/// The connection that is longest overdue for a scheduled run. The condition stands twice: PostgreSQL,
/// having waited for another's update of the row, looks again at the outer one only
/// (<https://www.postgresql.org/docs/current/transaction-iso.html> §13.2.1). `FOR UPDATE SKIP LOCKED` is
/// not SQLite's.
pub const TAKE_DUE: &str = "UPDATE connections SET sync_due_at = $1
    WHERE id = (SELECT id FROM connections WHERE sync_due_at <= $2 ORDER BY sync_due_at LIMIT 1)
      AND sync_due_at <= $2 RETURNING id";
