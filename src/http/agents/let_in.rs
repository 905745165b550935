//! The agents that a person has let in: list them, and take it back.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::connections::connectors::Done;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::agent::Agent;
use crate::model::api_key::KeyScope;
use crate::model::time::Timestamp;

/// An agent: a client that acts for the caller at `/mcp`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LetInAgent)]
pub(crate) struct AgentShown {
    #[schema(example = "018f2f6e-7c1a-7000-8000-000000000001")]
    id: String,
    /// What it calls itself. Nobody has checked that.
    #[schema(example = "Claude")]
    name: String,
    /// Where the consent was answered to.
    #[schema(example = "claude.ai")]
    host: String,
    /// The id of its client.
    client_id: String,
    /// `read`, or `read` and `write`.
    scopes: Vec<&'static str>,
    #[schema(example = "2026-07-27T09:00:00.000Z")]
    created_at: String,
    /// When it was last used, to within five minutes.
    used_at: Option<String>,
    /// When it ends unless it renews its token before.
    #[schema(example = "2026-10-25T09:00:00.000Z")]
    expires_at: String,
}

impl From<Agent> for AgentShown {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id,
            name: agent.client_name,
            host: agent.redirect_host,
            client_id: agent.client_id,
            scopes: agent.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: agent.created_at.rfc3339(),
            used_at: agent.used_at.map(Timestamp::rfc3339),
            expires_at: agent.expires_at.rfc3339(),
        }
    }
}

/// List the agents that the caller has let in, newest first.
#[utoipa::path(get, path = "/agents", tag = "Agents", responses((status = 200, body = [AgentShown]), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<AgentShown>>, ApiError> {
    let agents = state.agents.list(&caller.scope()).await?;
    Ok(Json(agents.into_iter().map(AgentShown::from).collect()))
}

/// Take everything away from an agent. It works at once, on every process.
///
/// Also where the service is read-only.
#[utoipa::path(delete, path = "/agents/{id}", tag = "Agents", params(("id" = String, Path)),
    responses((status = 200, body = Done), Failures))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Done>, ApiError> {
    if !caller.principal().may(KeyScope::Write) {
        return Err(ApiError::forbidden(
            "this needs an API key with the scope write",
        ));
    }
    state.agents.revoke(&caller.scope(), &id).await?;
    Ok(Json(Done { ok: true }))
}
