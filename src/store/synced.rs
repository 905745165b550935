//! What a sync writes: a page of entries with its progress in one transaction, and at the end the
//! removal of what it did not see again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sqlx::AssertSqlSafe;

use super::Store;
use super::error::StoreError;
use super::pool::{in_transaction, on_writer};
use super::sync_runs::{RunRow, run_columns};
use crate::model::ids::{CloudId, new_id};
use crate::model::lease::LEASE;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::sync::{Entries, ListPage, SyncRun};

/// How many rows are removed in one transaction: SQLite's one writer is needed by others meanwhile.
const REMOVED_AT_ONCE: i64 = 500;

/// The values of a row that differ from entry to entry.
type Values = [Option<String>; 5];

impl Store {
    /// Stores a page of a run's list and how far the run has come, as one. None, and nothing is stored:
    /// another process holds the run, or its connection, login or site has changed.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn save_sync_page(
        &self,
        scope: &Scope,
        run: &SyncRun,
        page: &ListPage,
    ) -> Result<Option<SyncRun>, StoreError> {
        let now = self.clock.now();
        let rows = rows_of(&page.entries, &run.cloud_id);
        let insert = insert_text(run.product, rows.len());
        let lease = self.database_time().await?;
        in_transaction!(self, |tx| {
            let held = sqlx::query(HOLD_AND_PROGRESS)
                .bind(page.count)
                .bind(page.unread())
                .bind(page.total)
                .bind(&page.next)
                .bind(page.next.is_none())
                .bind(lease.plus(LEASE).millis())
                .bind(lease.millis())
                .bind(&run.id)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(run.fence)
                .execute(&mut *tx)
                .await?;
            if held.rows_affected() != 1 {
                return Ok(None);
            }
            let mut upserted = 0;
            if !rows.is_empty() {
                let mut query = sqlx::query(AssertSqlSafe(insert.as_str()))
                    .bind(scope.tenant().as_str())
                    .bind(scope.owner().as_str())
                    .bind(&run.user_id)
                    .bind(&run.connection_id)
                    .bind(run.cloud_id.as_str())
                    .bind(&run.id)
                    .bind(now.millis());
                for values in &rows {
                    query = query.bind(new_id(now));
                    for value in values {
                        query = query.bind(value);
                    }
                }
                upserted = query.execute(&mut *tx).await?.rows_affected();
            }
            let row: RunRow = sqlx::query_as(COUNT_UPSERTED)
                .bind(i64::try_from(upserted).unwrap_or(i64::MAX))
                .bind(&run.id)
                .fetch_one(&mut *tx)
                .await?;
            row.read().map(Some)
        })
    }

    /// Lets a run begin its walk again: what it stored stays, what it counted does not. None: as with
    /// [`Store::save_sync_page`].
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn start_sync_over(
        &self,
        scope: &Scope,
        run: &SyncRun,
    ) -> Result<Option<SyncRun>, StoreError> {
        let lease = self.database_time().await?;
        let row: Option<RunRow> = on_writer!(self, |db| {
            sqlx::query_as(START_OVER)
                .bind(lease.plus(LEASE).millis())
                .bind(lease.millis())
                .bind(&run.id)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(run.fence)
                .fetch_all(db)
                .await?
                .pop()
        });
        row.map(RunRow::read).transpose()
    }

    /// Removes some of the rows that earlier runs wrote for this connection on this site and that this
    /// run, which has seen the whole list, did not meet. Rows of callers, and of other connections or
    /// sites, stay. None, and nothing is removed: as with [`Store::save_sync_page`].
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn remove_unseen(
        &self,
        scope: &Scope,
        run: &SyncRun,
    ) -> Result<Option<u64>, StoreError> {
        let lease = self.database_time().await?;
        in_transaction!(self, |tx| {
            let held = sqlx::query(HOLD_TO_REMOVE)
                .bind(lease.plus(LEASE).millis())
                .bind(lease.millis())
                .bind(&run.id)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(run.fence)
                .execute(&mut *tx)
                .await?;
            if held.rows_affected() != 1 {
                return Ok(None);
            }
            let removed = sqlx::query(remove_text(run.product))
                .bind(&run.connection_id)
                .bind(run.cloud_id.as_str())
                .bind(&run.id)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(REMOVED_AT_ONCE)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            sqlx::query("UPDATE sync_runs SET removed = removed + $1 WHERE id = $2")
                .bind(i64::try_from(removed).unwrap_or(i64::MAX))
                .bind(&run.id)
                .execute(&mut *tx)
                .await?;
            Ok(Some(removed))
        })
    }
}

/// The values to write, each key once: a list that changes while it is read may give an entry twice,
/// and PostgreSQL refuses to write one row twice in a statement
/// (<https://www.postgresql.org/docs/current/sql-insert.html>, "cardinality violation").
///
/// What identifies a row holds its site, too: migration 0013 says why.
fn rows_of(entries: &Entries, site: &CloudId) -> Vec<Values> {
    let mut rows: BTreeMap<(&str, &str), Values> = BTreeMap::new();
    match entries {
        Entries::Projects(projects) => {
            for one in projects {
                let values = [
                    Some(format!("{} {site}", one.key)),
                    Some(one.key.clone()),
                    Some(one.name.clone()),
                    one.lead.clone(),
                    one.url.clone(),
                ];
                rows.insert((&one.key, ""), values);
            }
        }
        Entries::Pages(pages) => {
            for one in pages {
                let values = [
                    Some(one.space_key.clone()),
                    Some(format!("{} {site}", one.page_id)),
                    Some(one.page_id.clone()),
                    Some(one.title.clone()),
                    one.url.clone(),
                ];
                rows.insert((&one.space_key, &one.page_id), values);
            }
        }
    }
    rows.into_values().collect()
}

/// One statement for all rows of a page; what the caller stored under the same key is theirs and stands for
/// it. `$1` to `$7` are the same for all of them. Both databases call the values of a row `column1` and so on.
fn insert_text(product: Product, count: usize) -> String {
    let (table, columns, key, changed, is_the_callers) = match product {
        Product::Jira => (
            "stored_projects",
            "project_key, key_at_site, name, lead, url",
            "project_key",
            "name = excluded.name, lead = excluded.lead, url = excluded.url",
            "mine.project_key = entry.column3",
        ),
        Product::Confluence => (
            "stored_pages",
            "space_key, page_id, id_at_site, title, url",
            "space_key, page_id",
            "title = excluded.title, url = excluded.url",
            "mine.space_key = entry.column2 AND mine.page_id = entry.column4",
        ),
    };
    let mut text = format!(
        "INSERT INTO {table} (tenant, owner, user_id, connection_id, cloud_id, run_id, created_at, updated_at, origin, id, {columns})
         SELECT $1, $2, $3, $4, $5, $6, $7, $7, 'sync', column1, column2, column3, column4, column5, column6 FROM (VALUES "
    );
    for row in 0..count {
        let first = 8 + row * 6;
        let separator = if row == 0 { "" } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "{separator}(${}, ${}, ${}, ${}, ${}, ${})",
            first,
            first + 1,
            first + 2,
            first + 3,
            first + 4,
            first + 5
        );
    }
    let _ = write!(
        text,
        ") AS entry WHERE NOT EXISTS (SELECT 1 FROM {table} mine WHERE mine.tenant = $1 AND mine.owner = $2 AND mine.user_id = $3
           AND {is_the_callers} AND mine.origin = 'manual')
         ON CONFLICT (tenant, owner, user_id, {key}) DO UPDATE SET {changed}, connection_id = excluded.connection_id,
           cloud_id = excluded.cloud_id, run_id = excluded.run_id, updated_at = excluded.updated_at
         WHERE {table}.origin = 'sync'"
    );
    text
}

/// A `DELETE` of its own has no `LIMIT` in PostgreSQL, nor in SQLite as it is usually built
/// (<https://sqlite.org/lang_delete.html> §3).
const fn remove_text(product: Product) -> &'static str {
    match product {
        Product::Jira => {
            "DELETE FROM stored_projects WHERE id IN (SELECT id FROM stored_projects
             WHERE connection_id = $1 AND cloud_id = $2 AND run_id <> $3 AND tenant = $4 AND owner = $5 AND origin = 'sync' LIMIT $6 + 0)"
        }
        Product::Confluence => {
            "DELETE FROM stored_pages WHERE id IN (SELECT id FROM stored_pages
             WHERE connection_id = $1 AND cloud_id = $2 AND run_id <> $3 AND tenant = $4 AND owner = $5 AND origin = 'sync' LIMIT $6 + 0)"
        }
    }
}

/// That the run is still ours, and still about the connection, login and site it was started for.
macro_rules! still_ours {
    () => {
        " AND status = 'running' AND EXISTS (SELECT 1 FROM connections c WHERE c.id = sync_runs.connection_id
           AND c.tenant = sync_runs.tenant AND c.owner = sync_runs.owner
           AND c.grant_id = sync_runs.grant_id AND c.cloud_id = sync_runs.cloud_id)"
    };
}

const HOLD_AND_PROGRESS: &str = concat!(
    "UPDATE sync_runs SET fetched = fetched + $1, unread = unread + $2, total = COALESCE($3, total), walked_to = $4, is_walked = $5, available_at = $6, noted_at = $7, error = NULL
     WHERE id = $8 AND tenant = $9 AND owner = $10 AND fence = $11",
    still_ours!()
);

const START_OVER: &str = concat!(
    "UPDATE sync_runs SET walked_to = NULL, is_walked = FALSE, fetched = 0, unread = 0, total = NULL, available_at = $1, noted_at = $2
     WHERE id = $3 AND tenant = $4 AND owner = $5 AND fence = $6",
    still_ours!(),
    " RETURNING ",
    run_columns!()
);

const HOLD_TO_REMOVE: &str = concat!(
    "UPDATE sync_runs SET available_at = $1, noted_at = $2 WHERE id = $3 AND tenant = $4 AND owner = $5 AND fence = $6 AND is_walked",
    still_ours!()
);

const COUNT_UPSERTED: &str = concat!(
    "UPDATE sync_runs SET upserted = upserted + $1 WHERE id = $2 RETURNING ",
    run_columns!()
);
