//! Grants: read, used, due for their next refresh. What a refresh writes stands in `refreshes.rs`.

use super::Store;
use super::connections::NAME_SITE;
use super::error::StoreError;
use super::grant_rows::{GrantRow, grant_columns, write_sites};
use super::pool::{in_transaction, on_reader, on_writer};
use crate::model::grant::Grant;
use crate::model::scope::Scope;
use crate::model::site::ReachableSite;
use crate::model::time::Timestamp;

impl Store {
    /// Reads a grant again.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn grant(&self, scope: &Scope, id: &str) -> Result<Option<Grant>, StoreError> {
        let row: Option<GrantRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                grant_columns!(),
                " FROM grants WHERE grants.id = $1 AND grants.tenant = $2 AND grants.owner = $3"
            ))
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .fetch_optional(db)
            .await?
        });
        row.map(|row| row.open(&self.vault)).transpose()
    }

    /// Writes down that the grant was used, and when its next background refresh is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_use(
        &self,
        grant: &Grant,
        due_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE grants SET used_at = $1, due_at = $2
                 WHERE id = $3 AND tenant = $4 AND owner = $5 AND generation = $6",
            )
            .bind(self.clock.now().millis())
            .bind(due_at.map(Timestamp::millis))
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Replaces the list of sites the grant reaches; its tokens stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_sites(
        &self,
        grant: &Grant,
        sites: &[ReachableSite],
    ) -> Result<(), StoreError> {
        let (tenant, owner) = (grant.scope.tenant().as_str(), grant.scope.owner().as_str());
        let written = write_sites(sites)?;
        in_transaction!(self, |tx| {
            let updated = sqlx::query("UPDATE grants SET sites = $1 WHERE id = $2 AND tenant = $3 AND owner = $4 AND generation = $5")
                .bind(&written)
                .bind(&grant.id)
                .bind(tenant)
                .bind(owner)
                .bind(grant.generation)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            if updated == 1 {
                for reachable in sites {
                    sqlx::query(NAME_SITE)
                        .bind(&reachable.site.name)
                        .bind(&reachable.site.url)
                        .bind(tenant)
                        .bind(owner)
                        .bind(&grant.id)
                        .bind(reachable.site.cloud_id.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
            }
            Ok(())
        })
    }

    /// Some grants whose background refresh is due, longest overdue first. A row that cannot be read
    /// is logged and left out: it must not keep the others from being renewed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_grants(&self, limit: i64) -> Result<Vec<Grant>, StoreError> {
        let now = self.clock.now().millis();
        let rows: Vec<GrantRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                grant_columns!(),
                " FROM grants WHERE grants.status = 'active' AND grants.due_at <= $1 ORDER BY grants.due_at LIMIT $2"
            ))
            .bind(now)
            .bind(limit)
            .fetch_all(db)
            .await?
        });
        let open = |row: GrantRow| {
            row.open(&self.vault)
                .inspect_err(|error| tracing::error!(%error, "a due grant cannot be read"))
                .ok()
        };
        Ok(rows.into_iter().filter_map(open).collect())
    }

    /// Moves a grant's next background refresh.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone(&self, grant: &Grant, due_at: Timestamp) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE grants SET due_at = $1 WHERE id = $2 AND generation = $3")
                .bind(due_at.millis())
                .bind(&grant.id)
                .bind(grant.generation)
                .execute(db)
                .await?;
        });
        Ok(())
    }
}
