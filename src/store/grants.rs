//! Grants: read, used, due for their next refresh. What a refresh writes stands in `refreshes.rs`.

use std::time::Duration;

use super::Store;
use super::connections::NAME_SITE;
use super::error::StoreError;
use super::grant_rows::{GrantRow, grant_columns, open, remembering, write_sites};
use super::pool::{in_transaction, on_reader, on_writer};
use super::sealed_columns::{GRANT_ACCESS_TOKEN, GRANT_REFRESH_TOKEN};
use crate::model::grant::Grant;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::ReachableSite;
use crate::model::time::Timestamp;

/// When a due grant is looked at again that cannot be read.
const UNREADABLE_AGAIN: Duration = Duration::from_hours(1);

macro_rules! due_condition {
    () => {
        " FROM grants WHERE grants.status = 'active' AND grants.due_at <= $1 AND grants.due_at >= $2 AND (grants.due_at > $2 OR grants.id > $3) \
          ORDER BY grants.due_at, grants.id LIMIT $4 + 0"
    };
}

/// How due grants are found.
pub const DUE_GRANTS: &str = concat!("SELECT grants.id", due_condition!());

/// A place in the order of due grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePlace {
    pub(super) due_at: i64,
    pub(super) id: String,
}

/// Some grants that are due.
#[derive(Debug)]
pub struct DueGrants {
    /// Those that can be read.
    pub grants: Vec<Grant>,
    /// Where the next ones are; none: there are no more.
    pub next: Option<DuePlace>,
}

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
        row.map(|row| row.read(&self.vault)).transpose()
    }

    /// Opens a grant's access token, API token or personal access token; none once the grant is dead.
    ///
    /// # Errors
    /// When it does not open: it was damaged, or put there from elsewhere.
    pub fn access_token(&self, grant: &Grant) -> Result<Option<Secret>, StoreError> {
        let sealed = grant.access_token.as_ref();
        Ok(open(&self.vault, &GRANT_ACCESS_TOKEN, grant, sealed)?)
    }

    /// Opens a grant's refresh token.
    ///
    /// # Errors
    /// As [`Store::access_token`].
    pub fn refresh_token(&self, grant: &Grant) -> Result<Option<Secret>, StoreError> {
        let sealed = grant.refresh_token.as_ref();
        Ok(open(&self.vault, &GRANT_REFRESH_TOKEN, grant, sealed)?)
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

    /// Replaces the list of sites the grant reaches; its tokens stay. Earlier addresses of a site are remembered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_sites(
        &self,
        grant: &Grant,
        sites: &[ReachableSite],
    ) -> Result<(), StoreError> {
        let (tenant, owner) = (grant.scope.tenant().as_str(), grant.scope.owner().as_str());
        let sites = remembering(sites, &grant.sites);
        let written = write_sites(&sites)?;
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
                for reachable in &sites {
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

    /// Some grants whose background refresh is due, longest overdue first, after a place in that order. A
    /// row that cannot be read is logged and put off for an hour: it must not keep the others from being
    /// renewed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_grants(
        &self,
        after: Option<&DuePlace>,
        limit: i64,
    ) -> Result<DueGrants, StoreError> {
        let now = self.clock.now();
        let rows: Vec<GrantRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!("SELECT ", grant_columns!(), due_condition!()))
                .bind(now.millis())
                .bind(after.map_or(i64::MIN, |place| place.due_at))
                .bind(after.map_or("", |place| place.id.as_str()))
                .bind(limit)
                .fetch_all(db)
                .await?
        });
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
        let next = rows.last().filter(|_| is_full).map(GrantRow::due_place);
        let mut grants = Vec::new();
        for row in rows {
            let place = row.due_place();
            let read = row.read(&self.vault).and_then(|grant| {
                // It is about to be presented: what does not open is put off here.
                self.refresh_token(&grant)?;
                Ok(grant)
            });
            match read {
                Ok(grant) => grants.push(grant),
                Err(error) => {
                    tracing::error!(grant = %place.id, %error, "a due grant cannot be read");
                    self.put_off(&place, now.plus(UNREADABLE_AGAIN)).await?;
                }
            }
        }
        Ok(DueGrants { grants, next })
    }

    async fn put_off(&self, place: &DuePlace, due_at: Timestamp) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE grants SET due_at = $1 WHERE id = $2 AND due_at = $3")
                .bind(due_at.millis())
                .bind(&place.id)
                .bind(place.due_at)
                .execute(db)
                .await?;
        });
        Ok(())
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
