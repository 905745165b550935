//! What is known of agents' clients: those that the operator entered, consents that are remembered, and requests that
//! wait for a login.

use super::Store;
use super::error::StoreError;
use super::pool::{in_transaction, on_reader, on_writer};
use super::row::row;
use crate::model::agent::scope_text;
use crate::model::api_key::KeyScope;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;

/// A client that the operator entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredClient {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where codes may be sent to.
    pub redirect_uris: Vec<String>,
    /// The SHA-256 of its secret, if it has one.
    pub secret_hash: Option<String>,
    /// When it was entered.
    pub created_at: Timestamp,
}

row! {
    struct ClientRow {
        id: String,
        name: String,
        redirect_uris: String,
        secret_hash: Option<String>,
        created_at: i64,
    }
}

impl From<ClientRow> for EnteredClient {
    fn from(row: ClientRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            redirect_uris: row.redirect_uris.split(' ').map(str::to_owned).collect(),
            secret_hash: row.secret_hash,
            created_at: Timestamp::from_millis(row.created_at),
        }
    }
}

impl Store {
    /// Enters a client.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_agent_client(&self, client: &EnteredClient) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO agent_clients (id, name, redirect_uris, secret_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(&client.id)
            .bind(&client.name)
            .bind(client.redirect_uris.join(" "))
            .bind(&client.secret_hash)
            .bind(client.created_at.millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// The entered client with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent_client(&self, id: &str) -> Result<Option<EnteredClient>, StoreError> {
        let row: Option<ClientRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, name, redirect_uris, secret_hash, created_at FROM agent_clients WHERE id = $1",
            )
            .bind(id)
            .fetch_optional(db)
            .await?
        });
        Ok(row.map(EnteredClient::from))
    }

    /// Every entered client, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent_clients(&self) -> Result<Vec<EnteredClient>, StoreError> {
        let rows: Vec<ClientRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, name, redirect_uris, secret_hash, created_at FROM agent_clients ORDER BY created_at DESC, id DESC",
            )
            .fetch_all(db)
            .await?
        });
        Ok(rows.into_iter().map(EnteredClient::from).collect())
    }

    /// Takes an entered client away, with every agent that came by it; `false`: there is none with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_agent_client(&self, id: &str) -> Result<bool, StoreError> {
        in_transaction!(self, |tx| {
            let gone = sqlx::query("DELETE FROM agent_clients WHERE id = $1")
                .bind(id)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            for of_client in [
                "DELETE FROM agents WHERE client_id = $1",
                "DELETE FROM agent_codes WHERE client_id = $1",
            ] {
                sqlx::query(of_client).bind(id).execute(&mut *tx).await?;
            }
            Ok(gone == 1)
        })
    }

    /// Remembers a consent of the owner.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_agent_consent(
        &self,
        scope: &Scope,
        client_id: &str,
        redirect_host: &str,
        scopes: &[KeyScope],
    ) -> Result<(), StoreError> {
        let now = self.clock.now().millis();
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO agent_consents (tenant, owner, client_id, redirect_host, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant, owner, client_id, redirect_host) DO UPDATE SET scopes = excluded.scopes, created_at = excluded.created_at",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(client_id)
            .bind(redirect_host)
            .bind(scope_text(scopes))
            .bind(now)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// What the owner has consented to for this client there.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn agent_consent(
        &self,
        scope: &Scope,
        client_id: &str,
        redirect_host: &str,
    ) -> Result<Option<Vec<KeyScope>>, StoreError> {
        let row: Option<(String,)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT scopes FROM agent_consents WHERE tenant = $1 AND owner = $2 AND client_id = $3 AND redirect_host = $4",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(client_id)
            .bind(redirect_host)
            .fetch_optional(db)
            .await?
        });
        let scopes = row.map(|(scopes,)| KeyScope::parse_list(&scopes));
        scopes
            .transpose()
            .map_err(|_| StoreError::Corrupt("agent_consents.scopes"))
    }

    /// Keeps the query of a request until somebody has logged in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_agent_request(
        &self,
        id_hash: &str,
        query: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO agent_requests (id_hash, query, expires_at) VALUES ($1, $2, $3)",
            )
            .bind(id_hash)
            .bind(query)
            .bind(expires_at.millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// The query that was kept, unless it took too long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent_request(&self, id_hash: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT query FROM agent_requests WHERE id_hash = $1 AND expires_at > $2",
            )
            .bind(id_hash)
            .bind(self.clock.now().millis())
            .fetch_optional(db)
            .await?
        });
        Ok(row.map(|(query,)| query))
    }
}
