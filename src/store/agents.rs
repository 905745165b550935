//! Agents and their tokens, known by the hashes of these.

use std::time::Duration;

use super::Store;
use super::agent_codes::{INSERT_ACCESS, INSERT_REFRESH, NewAgentTokens};
use super::error::StoreError;
use super::pool::{in_transaction, on_reader, on_writer};
use super::row::row;
use crate::model::agent::Agent;
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;

/// An agent's use is written down at most this often.
const USE_RESOLUTION: Duration = Duration::from_mins(5);

row! {
    struct AgentRow {
        id: String,
        tenant: String,
        owner: String,
        client_id: String,
        client_name: String,
        redirect_host: String,
        scopes: String,
        created_at: i64,
        used_at: Option<i64>,
        expires_at: i64,
    }
}

macro_rules! agent_columns {
    () => {
        "a.id, a.tenant, a.owner, a.client_id, a.client_name, a.redirect_host, a.scopes, a.created_at, a.used_at, a.expires_at"
    };
}

impl TryFrom<AgentRow> for Agent {
    type Error = StoreError;

    fn try_from(row: AgentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            tenant: TenantId::parse(&row.tenant)
                .map_err(|_| StoreError::Corrupt("agents.tenant"))?,
            owner: Owner::from_text(row.owner),
            client_id: row.client_id,
            client_name: row.client_name,
            redirect_host: row.redirect_host,
            scopes: KeyScope::parse_list(&row.scopes)
                .map_err(|_| StoreError::Corrupt("agents.scopes"))?,
            created_at: Timestamp::from_millis(row.created_at),
            used_at: row.used_at.map(Timestamp::from_millis),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}

row! {
    struct RefreshTokenRow {
        generation: i64,
        newest: i64,
        replaced_at: Option<i64>,
        ..agent: AgentRow,
    }
}

/// A refresh token that was handed out, with its agent.
#[derive(Debug, Clone)]
pub struct AgentRefreshToken {
    /// Whose it is.
    pub agent: Agent,
    /// Which of the agent's tokens it is, counted.
    pub generation: i64,
    /// Which the newest is.
    pub newest: i64,
    /// When a newer one took its place.
    pub replaced_at: Option<Timestamp>,
}

impl Store {
    /// The agent behind an access token that has not ended. Its use is written down.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn agent_of_access_token(
        &self,
        token_hash: &str,
    ) -> Result<Option<Agent>, StoreError> {
        let now = self.clock.now();
        let row: Option<AgentRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                agent_columns!(),
                " FROM agent_access_tokens t JOIN agents a ON a.id = t.agent_id WHERE t.token_hash = $1 AND t.expires_at > $2"
            ))
            .bind(token_hash)
            .bind(now.millis())
            .fetch_optional(db)
            .await?
        });
        let Some(agent) = row.map(Agent::try_from).transpose()? else {
            return Ok(None);
        };
        let is_noted = agent
            .used_at
            .is_some_and(|used_at| now.since(used_at) < USE_RESOLUTION);
        if !is_noted {
            self.forgiven(self.note_use_by_agent(&agent.id, now).await);
        }
        Ok(Some(agent))
    }

    async fn note_use_by_agent(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE agents SET used_at = $1 WHERE id = $2")
                .bind(now.millis())
                .bind(id)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// The refresh token with this hash, replaced or not, of an agent that has not ended.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn agent_refresh_token(
        &self,
        token_hash: &str,
    ) -> Result<Option<AgentRefreshToken>, StoreError> {
        let row: Option<RefreshTokenRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT t.generation, a.generation AS newest, t.replaced_at, ",
                agent_columns!(),
                " FROM agent_refresh_tokens t JOIN agents a ON a.id = t.agent_id WHERE t.token_hash = $1 AND a.expires_at > $2"
            ))
            .bind(token_hash)
            .bind(self.clock.now().millis())
            .fetch_optional(db)
            .await?
        });
        row.map(|row| {
            Ok(AgentRefreshToken {
                agent: row.agent.try_into()?,
                generation: row.generation,
                newest: row.newest,
                replaced_at: row.replaced_at.map(Timestamp::from_millis),
            })
        })
        .transpose()
    }

    /// Puts a new pair in the place of a refresh token; `false`: another request has replaced it, or the agent is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_agent_token(
        &self,
        token: &AgentRefreshToken,
        tokens: &NewAgentTokens,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now().millis();
        in_transaction!(self, |tx| {
            let moved = sqlx::query(
                "UPDATE agents SET generation = generation + 1, expires_at = $1 WHERE id = $2 AND generation = $3",
            )
            .bind(tokens.agent_ends.millis())
            .bind(&token.agent.id)
            .bind(token.generation)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if moved == 0 {
                return Ok(false);
            }
            sqlx::query(
                "UPDATE agent_refresh_tokens SET replaced_at = $1 WHERE agent_id = $2 AND generation <= $3 AND replaced_at IS NULL",
            )
            .bind(now)
            .bind(&token.agent.id)
            .bind(token.generation)
            .execute(&mut *tx)
            .await?;
            sqlx::query(INSERT_REFRESH)
                .bind(&tokens.refresh_hash)
                .bind(&token.agent.id)
                .bind(token.generation + 1)
                .execute(&mut *tx)
                .await?;
            sqlx::query(INSERT_ACCESS)
                .bind(&tokens.access_hash)
                .bind(&token.agent.id)
                .bind(tokens.access_ends.millis())
                .execute(&mut *tx)
                .await?;
            Ok(true)
        })
    }

    /// Adds a pair beside the agent's newest one, which took the place of `token`, for whoever did not get that; `false`:
    /// the newest is another by now, or the agent is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_agent_tokens(
        &self,
        token: &AgentRefreshToken,
        tokens: &NewAgentTokens,
    ) -> Result<bool, StoreError> {
        let (agent_id, generation) = (&token.agent.id, token.generation + 1);
        in_transaction!(self, |tx| {
            let found =
                sqlx::query("UPDATE agents SET expires_at = $1 WHERE id = $2 AND generation = $3")
                    .bind(tokens.agent_ends.millis())
                    .bind(agent_id)
                    .bind(generation)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
            if found == 0 {
                return Ok(false);
            }
            sqlx::query(INSERT_REFRESH)
                .bind(&tokens.refresh_hash)
                .bind(agent_id)
                .bind(generation)
                .execute(&mut *tx)
                .await?;
            sqlx::query(INSERT_ACCESS)
                .bind(&tokens.access_hash)
                .bind(agent_id)
                .bind(tokens.access_ends.millis())
                .execute(&mut *tx)
                .await?;
            Ok(true)
        })
    }

    /// The owner's agents, newest first.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn agents(&self, scope: &Scope) -> Result<Vec<Agent>, StoreError> {
        let rows: Vec<AgentRow> = on_reader!(self, |db| {
            sqlx::query_as(concat!(
                "SELECT ",
                agent_columns!(),
                " FROM agents a WHERE a.tenant = $1 AND a.owner = $2 AND a.expires_at > $3 ORDER BY a.id DESC"
            ))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(self.clock.now().millis())
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(Agent::try_from).collect()
    }

    /// Takes everything away from one of the owner's agents, and forgets the consent it came by; `false`: the owner
    /// has no such agent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_agent(&self, scope: &Scope, id: &str) -> Result<bool, StoreError> {
        in_transaction!(self, |tx| {
            let found: Option<(String, String)> = sqlx::query_as(
                "DELETE FROM agents WHERE id = $1 AND tenant = $2 AND owner = $3 RETURNING client_id, redirect_host",
            )
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .fetch_optional(&mut *tx)
            .await?;
            let Some((client_id, redirect_host)) = found else {
                return Ok(false);
            };
            sqlx::query(
                "DELETE FROM agent_consents WHERE tenant = $1 AND owner = $2 AND client_id = $3 AND redirect_host = $4",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(client_id)
            .bind(redirect_host)
            .execute(&mut *tx)
            .await?;
            Ok(true)
        })
    }

    /// Takes everything away from an agent whose token or code came back; `false`: it has nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_agent(&self, id: &str) -> Result<bool, StoreError> {
        let gone = on_writer!(self, |db| {
            sqlx::query("DELETE FROM agents WHERE id = $1")
                .bind(id)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(gone == 1)
    }

    /// Takes one access token away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_agent_access_token(&self, token_hash: &str) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("DELETE FROM agent_access_tokens WHERE token_hash = $1")
                .bind(token_hash)
                .execute(db)
                .await?;
        });
        Ok(())
    }
}
