//! Login flows: stored at the start, used up by exactly one callback.

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::row::row;
use super::sealed_columns::{FLOW_SESSION_TOKEN, FLOW_VERIFIER, SealedColumn};
use super::vault::AssociatedData;
use crate::model::flow::{Flow, LoginReply};
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::product::Provider;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// What a callback finds under its state.
#[derive(Debug)]
pub enum FoundFlow {
    /// A flow that can still be used up.
    Pending(Box<Flow>),
    /// A flow that was used up before.
    Used,
    /// A flow that took too long.
    Expired,
}

row! {
    struct FlowRow {
        id: String,
        state_hash: String,
        provider: String,
        client_id: String,
        redirect_uri: String,
        tenant: String,
        owner: Option<String>,
        verifier_sealed: Option<String>,
        return_url: Option<String>,
        caller_state: Option<String>,
        site: Option<String>,
        ending: String,
        session_token_sealed: Option<String>,
        created_at: i64,
        expires_at: i64,
        consumed_at: Option<i64>,
    }
}

impl Store {
    /// Stores a new flow, its secrets sealed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_flow(&self, flow: &Flow) -> Result<(), StoreError> {
        // Until the row is written.
        let sealing = self.vault.sealing();
        let seal = |column, secret: &Option<Secret>| {
            secret
                .as_ref()
                .map(|secret| sealing.seal(&associated_data(column, flow), secret))
                .transpose()
        };
        let verifier = seal(&FLOW_VERIFIER, &flow.verifier)?;
        let session_token = seal(&FLOW_SESSION_TOKEN, &flow.session_token)?;
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO flows (id, state_hash, provider, client_id, redirect_uri, tenant, owner, verifier_sealed,
                   return_url, caller_state, site, ending, session_token_sealed, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            )
            .bind(&flow.id)
            .bind(&flow.state_hash)
            .bind(flow.provider.as_str())
            .bind(&flow.client_id)
            .bind(&flow.redirect_uri)
            .bind(flow.tenant.as_str())
            .bind(flow.owner.as_ref().map(Owner::as_str))
            .bind(verifier)
            .bind(&flow.return_url)
            .bind(&flow.caller_state)
            .bind(&flow.site)
            .bind(flow.reply.as_str())
            .bind(session_token)
            .bind(flow.created_at.millis())
            .bind(flow.expires_at.millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Looks a flow up by the hash of its state.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn flow(&self, state_hash: &str) -> Result<Option<FoundFlow>, StoreError> {
        let Some(row) = self.flow_row(state_hash).await? else {
            return Ok(None);
        };
        if row.consumed_at.is_some() {
            return Ok(Some(FoundFlow::Used));
        }
        if self.clock.now().millis() >= row.expires_at {
            return Ok(Some(FoundFlow::Expired));
        }
        Ok(Some(FoundFlow::Pending(Box::new(self.open_flow(row)?))))
    }

    /// What was asked for at the start of a flow, without its secrets and however far it has come.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub(crate) async fn asked_at_start(
        &self,
        state_hash: &str,
    ) -> Result<Option<Flow>, StoreError> {
        let row = self.flow_row(state_hash).await?;
        row.as_ref().map(without_secrets).transpose()
    }

    async fn flow_row(&self, state_hash: &str) -> Result<Option<FlowRow>, StoreError> {
        Ok(on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, state_hash, provider, client_id, redirect_uri, tenant, owner, verifier_sealed, return_url,
                   caller_state, site, ending, session_token_sealed, created_at, expires_at, consumed_at
                 FROM flows WHERE state_hash = $1",
            )
            .bind(state_hash)
            .fetch_optional(db)
            .await?
        }))
    }

    /// Uses the flow up. Of all callers, on all processes, one gets `true`: a state counts once
    /// (RFC 9700 §2.1), and a code that is presented twice may cost the tokens of the first time
    /// (RFC 6749 §4.1.2).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consume_flow(&self, flow: &Flow) -> Result<bool, StoreError> {
        let now = self.clock.now().millis();
        let consumed = on_writer!(self, |db| {
            sqlx::query("UPDATE flows SET consumed_at = $1 WHERE id = $2 AND consumed_at IS NULL AND expires_at > $1")
                .bind(now)
                .bind(&flow.id)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(consumed == 1)
    }

    fn open_flow(&self, row: FlowRow) -> Result<Flow, StoreError> {
        let mut flow = without_secrets(&row)?;
        let open = |column, sealed: Option<String>| {
            sealed
                .map(|sealed| self.vault.open(&associated_data(column, &flow), &sealed))
                .transpose()
        };
        let verifier = open(&FLOW_VERIFIER, row.verifier_sealed)?;
        let session_token = open(&FLOW_SESSION_TOKEN, row.session_token_sealed)?;
        flow.verifier = verifier;
        flow.session_token = session_token;
        Ok(flow)
    }
}

fn without_secrets(row: &FlowRow) -> Result<Flow, StoreError> {
    Ok(Flow {
        id: row.id.clone(),
        state_hash: row.state_hash.clone(),
        provider: Provider::parse(&row.provider).ok_or(StoreError::Corrupt("flows.provider"))?,
        client_id: row.client_id.clone(),
        redirect_uri: row.redirect_uri.clone(),
        tenant: TenantId::parse(&row.tenant).map_err(|_| StoreError::Corrupt("flows.tenant"))?,
        owner: row.owner.clone().map(Owner::from_text),
        verifier: None,
        return_url: row.return_url.clone(),
        caller_state: row.caller_state.clone(),
        site: row.site.clone(),
        reply: LoginReply::parse(&row.ending).ok_or(StoreError::Corrupt("flows.ending"))?,
        session_token: None,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}

fn associated_data<'a>(column: &'static SealedColumn, flow: &'a Flow) -> AssociatedData<'a> {
    AssociatedData {
        column,
        tenant: flow.tenant.as_str(),
        owner: flow.owner.as_ref().map_or("", Owner::as_str),
        row: &flow.id,
        generation: 0,
    }
}
