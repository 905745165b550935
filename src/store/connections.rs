//! Connections: one row per tenant, owner and product, pointing at the grant that serves it.

use std::sync::Arc;

use super::Store;
use super::error::StoreError;
use super::grant_rows::{GrantRow, grant_columns};
use super::pool::{in_transaction, on_reader, on_writer};
use super::row::row;
use crate::model::connection::{Connected, Connection};
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;

row! {
    pub(super) struct ConnectedRow {
        connection_id: String,
        product: String,
        cloud_id: Option<String>,
        site_name: Option<String>,
        site_url: Option<String>,
        trouble: Option<String>,
        ..grant: GrantRow,
    }
}

macro_rules! connected_columns {
    () => {
        concat!(
            "c.id AS connection_id, c.product, c.cloud_id, c.site_name, c.site_url, c.trouble, ",
            grant_columns!()
        )
    };
}
pub(super) use connected_columns;

impl Store {
    /// The owner's connections with their grants, by product.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn connections(&self, scope: &Scope) -> Result<Vec<Connected>, StoreError> {
        let rows: Vec<ConnectedRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                connected_columns!(),
                " FROM connections c JOIN grants ON grants.id = c.grant_id AND grants.tenant = c.tenant AND grants.owner = c.owner
                  WHERE c.tenant = $1 AND c.owner = $2 ORDER BY c.product DESC"
            ))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .fetch_all(db)
            .await?
        });
        rows.into_iter()
            .map(|row| self.open_connected(row))
            .collect()
    }

    /// The owner's connection to one product, with its grant.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn connection(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Option<Connected>, StoreError> {
        let row: Option<ConnectedRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                connected_columns!(),
                " FROM connections c JOIN grants ON grants.id = c.grant_id AND grants.tenant = c.tenant AND grants.owner = c.owner
                  WHERE c.tenant = $1 AND c.owner = $2 AND c.product = $3"
            ))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(product.as_str())
            .fetch_optional(db)
            .await?
        });
        row.map(|row| self.open_connected(row)).transpose()
    }

    /// The same as it was a moment ago, for a call through it: what this process has written since is in it.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub(crate) async fn recent_connection(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Option<Connected>, StoreError> {
        let (recently, key) = (&self.recently, (scope.clone(), product));
        let read = async |_: &(Scope, Product)| self.connection(scope, product).await;
        recently
            .connections
            .or_read(&recently.writes, key, read)
            .await
    }

    /// Chooses the site of a connection, if it still uses the grant the choice was made for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn choose_site(
        &self,
        scope: &Scope,
        connection: &Connection,
        site: &Site,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now().millis();
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE connections SET cloud_id = $1, site_name = $2, site_url = $3, updated_at = $4, trouble = NULL
                 WHERE id = $5 AND tenant = $6 AND owner = $7 AND grant_id = $8",
            )
            .bind(site.cloud_id.as_str())
            .bind(&site.name)
            .bind(&site.url)
            .bind(now)
            .bind(&connection.id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(&connection.grant_id)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Notes why a connection's site turns all its calls away, or that it answers again; `false`: the
    /// connection has another site or another login by now, or is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn note_trouble(
        &self,
        scope: &Scope,
        connection: &Connection,
        trouble: Option<&str>,
    ) -> Result<bool, StoreError> {
        let site = connection.site.as_ref().map(|site| site.cloud_id.as_str());
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE connections SET trouble = $1
                 WHERE id = $2 AND tenant = $3 AND owner = $4 AND grant_id = $5 AND cloud_id = $6",
            )
            .bind(trouble)
            .bind(&connection.id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(&connection.grant_id)
            .bind(site)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Removes the owner's connection to `product`; its grant is erased when it was the last one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_connection(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<(), StoreError> {
        in_transaction!(self, |tx| {
            sqlx::query(LOCK_GRANTS)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .execute(&mut *tx)
                .await?;
            sqlx::query(
                "DELETE FROM connections WHERE tenant = $1 AND owner = $2 AND product = $3",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(product.as_str())
            .execute(&mut *tx)
            .await?;
            for statement in ERASE_UNUSED {
                sqlx::query(statement)
                    .bind(scope.tenant().as_str())
                    .bind(scope.owner().as_str())
                    .execute(&mut *tx)
                    .await?;
            }
            Ok(())
        })
    }

    /// Whether the operator's settings made the owner's connection to `product`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_made_by_settings(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<bool, StoreError> {
        let identity: Option<(String,)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT grants.identity FROM connections c JOIN grants ON grants.id = c.grant_id AND grants.tenant = c.tenant AND grants.owner = c.owner
                  WHERE c.tenant = $1 AND c.owner = $2 AND c.product = $3",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(product.as_str())
            .fetch_optional(db)
            .await?
        });
        Ok(identity.is_some_and(|(identity,)| {
            identity
                .split_once(':')
                .is_some_and(|(made_by, _)| made_by == MADE_BY_SETTINGS)
        }))
    }

    /// Removes the owner's connection to `product` if the operator's settings made it; `false` when
    /// there is none of theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_made_by_settings(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<bool, StoreError> {
        in_transaction!(self, |tx| {
            sqlx::query(LOCK_GRANTS)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .execute(&mut *tx)
                .await?;
            let removed = sqlx::query(DELETE_MADE_BY_SETTINGS)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(product.as_str())
                .bind(format!("{MADE_BY_SETTINGS}:"))
                .execute(&mut *tx)
                .await?
                .rows_affected();
            for statement in ERASE_UNUSED {
                sqlx::query(statement)
                    .bind(scope.tenant().as_str())
                    .bind(scope.owner().as_str())
                    .execute(&mut *tx)
                    .await?;
            }
            Ok(removed == 1)
        })
    }

    pub(super) fn open_connected(&self, row: ConnectedRow) -> Result<Connected, StoreError> {
        let site = match (row.cloud_id, row.site_name, row.site_url) {
            (Some(cloud_id), Some(name), Some(url)) => Some(Site {
                cloud_id: CloudId::stored(&cloud_id)
                    .map_err(|_| StoreError::Corrupt("connections.cloud_id"))?,
                name,
                url,
            }),
            _ => None,
        };
        let grant = row.grant.read(&self.vault)?;
        // A login that was made anew for other sites reaches this one no longer: another must be chosen. It counts
        // again as soon as the login reaches it again.
        let site = site.filter(|site| grant.may_reach(site));
        let product =
            Product::parse(&row.product).ok_or(StoreError::Corrupt("connections.product"))?;
        let connection = Connection {
            id: row.connection_id,
            product,
            grant_id: grant.id.clone(),
            site,
            trouble: row.trouble,
        };
        let grant = Arc::new(grant);
        Ok(Connected { connection, grant })
    }
}

/// The first word of the identity of a grant that the operator's settings made.
pub(crate) const MADE_BY_SETTINGS: &str = "settings";

/// `substr` and not `LIKE`, which tells capitals apart in PostgreSQL but not in SQLite
/// (<https://sqlite.org/lang_expr.html#like>).
const DELETE_MADE_BY_SETTINGS: &str = "DELETE FROM connections WHERE tenant = $1 AND owner = $2 AND product = $3
    AND grant_id IN (SELECT id FROM grants WHERE tenant = $1 AND owner = $2 AND substr(identity, 1, 9) = $4)";

/// Makes transactions that change which grants an owner uses take turns. Without it, PostgreSQL lets
/// two deletions each see the other's connection still in use, and neither erases the grant: a statement
/// sees what was committed before it began
/// (<https://www.postgresql.org/docs/current/transaction-iso.html> §13.2.1).
pub(super) const LOCK_GRANTS: &str =
    "UPDATE grants SET created_at = created_at WHERE tenant = $1 AND owner = $2";

/// Takes a site's newest name and address over into the connections of a grant: both can change, and the
/// cloud id cannot.
pub(super) const NAME_SITE: &str = "UPDATE connections SET site_name = $1, site_url = $2
     WHERE tenant = $3 AND owner = $4 AND grant_id = $5 AND cloud_id = $6 AND (site_name <> $1 OR site_url <> $2)";

pub(super) const ERASE_UNUSED_GRANTS: &str = "DELETE FROM grants WHERE tenant = $1 AND owner = $2
    AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.grant_id = grants.id)";

/// What goes with a connection: its grant, if no other uses it; with the owner's last one, what lets agents in.
const ERASE_UNUSED: [&str; 4] = [
    ERASE_UNUSED_GRANTS,
    "DELETE FROM agents WHERE tenant = $1 AND owner = $2
       AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.tenant = $1 AND c.owner = $2)",
    "DELETE FROM agent_codes WHERE tenant = $1 AND owner = $2
       AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.tenant = $1 AND c.owner = $2)",
    "DELETE FROM agent_consents WHERE tenant = $1 AND owner = $2
       AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.tenant = $1 AND c.owner = $2)",
];
