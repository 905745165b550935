//! Authorization codes of agents, known by their hash: made by a consent, turned into tokens once.

use super::Store;
use super::connections::LOCK_GRANTS;
use super::error::StoreError;
use super::pool::{in_transaction, on_reader, on_writer};
use super::row::row;
use crate::model::agent::{AgentCode, scope_text};
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::time::Timestamp;

/// The hashes of a new pair of tokens, and when they end.
#[derive(Debug, Clone)]
pub struct NewAgentTokens {
    /// Of the access token.
    pub access_hash: String,
    /// When that one ends.
    pub access_ends: Timestamp,
    /// Of the refresh token.
    pub refresh_hash: String,
    /// When the agent ends unless it renews its token.
    pub agent_ends: Timestamp,
}

/// What became of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchanged {
    /// The tokens are stored.
    Done,
    /// Somebody else was faster.
    Lost,
    /// The owner has nothing connected any more.
    NothingConnected,
}

row! {
    struct CodeRow {
        agent_id: String,
        tenant: String,
        owner: String,
        client_id: String,
        client_name: String,
        redirect_uri: String,
        redirect_host: String,
        challenge: String,
        scopes: String,
        created_at: i64,
        expires_at: i64,
        used_at: Option<i64>,
        answered_at: Option<i64>,
    }
}

impl TryFrom<CodeRow> for AgentCode {
    type Error = StoreError;

    fn try_from(row: CodeRow) -> Result<Self, StoreError> {
        Ok(Self {
            agent_id: row.agent_id,
            tenant: TenantId::parse(&row.tenant)
                .map_err(|_| StoreError::Corrupt("agent_codes.tenant"))?,
            owner: Owner::from_text(row.owner),
            client_id: row.client_id,
            client_name: row.client_name,
            redirect_uri: row.redirect_uri,
            redirect_host: row.redirect_host,
            challenge: row.challenge,
            scopes: KeyScope::parse_list(&row.scopes)
                .map_err(|_| StoreError::Corrupt("agent_codes.scopes"))?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            used_at: row.used_at.map(Timestamp::from_millis),
            answered_at: row.answered_at.map(Timestamp::from_millis),
        })
    }
}

impl Store {
    /// Stores a code under its hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_agent_code(
        &self,
        code: &AgentCode,
        code_hash: &str,
    ) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO agent_codes (code_hash, agent_id, tenant, owner, client_id, client_name, redirect_uri,
                   redirect_host, challenge, scopes, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            )
            .bind(code_hash)
            .bind(&code.agent_id)
            .bind(code.tenant.as_str())
            .bind(code.owner.as_str())
            .bind(&code.client_id)
            .bind(&code.client_name)
            .bind(&code.redirect_uri)
            .bind(&code.redirect_host)
            .bind(&code.challenge)
            .bind(scope_text(&code.scopes))
            .bind(code.created_at.millis())
            .bind(code.expires_at.millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// The code with this hash, used or not.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn agent_code(&self, code_hash: &str) -> Result<Option<AgentCode>, StoreError> {
        let row: Option<CodeRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT agent_id, tenant, owner, client_id, client_name, redirect_uri, redirect_host, challenge, scopes,
                   created_at, expires_at, used_at, answered_at FROM agent_codes WHERE code_hash = $1",
            )
            .bind(code_hash)
            .fetch_optional(db)
            .await?
        });
        row.map(AgentCode::try_from).transpose()
    }

    /// Turns a code into an agent with a pair of tokens, unless somebody else has since it was read. A code whose
    /// tokens nobody was told of (the process died) makes new ones of the same agent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn exchange_agent_code(
        &self,
        code: &AgentCode,
        code_hash: &str,
        tokens: &NewAgentTokens,
    ) -> Result<Exchanged, StoreError> {
        let now = self.clock.now().millis();
        in_transaction!(self, |tx| {
            // Taking turns with whoever takes the last connection away.
            sqlx::query(LOCK_GRANTS)
                .bind(code.tenant.as_str())
                .bind(code.owner.as_str())
                .execute(&mut *tx)
                .await?;
            let taken = sqlx::query(TAKE_CODE)
                .bind(now)
                .bind(code_hash)
                .bind(code.used_at.map_or(0, Timestamp::millis))
                .execute(&mut *tx)
                .await?
                .rows_affected();
            if taken == 0 {
                return Ok(Exchanged::Lost);
            }
            let made = sqlx::query(PUT_AGENT)
                .bind(&code.agent_id)
                .bind(code.tenant.as_str())
                .bind(code.owner.as_str())
                .bind(&code.client_id)
                .bind(&code.client_name)
                .bind(&code.redirect_host)
                .bind(scope_text(&code.scopes))
                .bind(now)
                .bind(tokens.agent_ends.millis())
                .execute(&mut *tx)
                .await?
                .rows_affected();
            if made == 0 {
                return Ok(Exchanged::NothingConnected);
            }
            for forget in FORGET_TOKENS {
                sqlx::query(forget)
                    .bind(&code.agent_id)
                    .execute(&mut *tx)
                    .await?;
            }
            sqlx::query(INSERT_REFRESH)
                .bind(&tokens.refresh_hash)
                .bind(&code.agent_id)
                .bind(1_i64)
                .execute(&mut *tx)
                .await?;
            sqlx::query(INSERT_ACCESS)
                .bind(&tokens.access_hash)
                .bind(&code.agent_id)
                .bind(tokens.access_ends.millis())
                .execute(&mut *tx)
                .await?;
            Ok(Exchanged::Done)
        })
    }

    /// Notes that the tokens made for a code are handed out: from now on it is used up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_code_answered(&self, code_hash: &str) -> Result<(), StoreError> {
        let now = self.clock.now().millis();
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE agent_codes SET answered_at = $1 WHERE code_hash = $2 AND answered_at IS NULL",
            )
            .bind(now)
            .bind(code_hash)
            .execute(db)
            .await?;
        });
        Ok(())
    }
}

const TAKE_CODE: &str = "UPDATE agent_codes SET used_at = $1
     WHERE code_hash = $2 AND COALESCE(used_at, 0) = $3 AND answered_at IS NULL AND expires_at > $1";

/// The first column that a conflict meets is the id, which the code has had since it was made.
const PUT_AGENT: &str = "INSERT INTO agents (id, tenant, owner, client_id, client_name, redirect_host, scopes, generation, created_at, expires_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, 1, CAST($8 AS BIGINT), CAST($9 AS BIGINT)
     WHERE EXISTS (SELECT 1 FROM connections c WHERE c.tenant = $2 AND c.owner = $3)
     ON CONFLICT (id) DO UPDATE SET generation = 1, expires_at = excluded.expires_at";

const FORGET_TOKENS: [&str; 2] = [
    "DELETE FROM agent_access_tokens WHERE agent_id = $1",
    "DELETE FROM agent_refresh_tokens WHERE agent_id = $1",
];

pub(super) const INSERT_REFRESH: &str =
    "INSERT INTO agent_refresh_tokens (token_hash, agent_id, generation) VALUES ($1, $2, $3)";

pub(super) const INSERT_ACCESS: &str =
    "INSERT INTO agent_access_tokens (token_hash, agent_id, expires_at) VALUES ($1, $2, $3)";
