//! The earlier chatbot server's routes about Jira's token: how it is, what happened, renew it.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::{Caller, Visitor};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::event::{EventType, GrantEvent};
use crate::model::product::Product;
use crate::model::time::Timestamp;
use crate::service::token_status::TokenStatus;

/// Something that happened to the connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenEvent {
    event_type: EventType,
    /// One plain sentence.
    #[schema(example = "Token renewed; it is good for 1 hour.")]
    message: String,
    #[schema(value_type = String, example = "2026-01-31T12:00:00Z")]
    timestamp: Timestamp,
}

impl From<GrantEvent> for TokenEvent {
    fn from(event: GrantEvent) -> Self {
        Self {
            event_type: event.event_type,
            message: event.message,
            timestamp: event.at,
        }
    }
}

/// How Jira's token is. Without a principal it is `unknown`.
#[utoipa::path(get, path = "/api/auth/oauth/token/status", tag = "Connections",
    responses((status = 200, body = TokenStatus), Failures))]
pub(crate) async fn status(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Json<TokenStatus>, ApiError> {
    Ok(Json(match visitor.scope() {
        Some(scope) => state.dashboard.token_status(&scope, Product::Jira).await?,
        None => TokenStatus::unknown("Nobody is logged in."),
    }))
}

/// What happened to Jira's connection: the newest hundred events, oldest first.
#[utoipa::path(get, path = "/api/auth/oauth/token/events", tag = "Connections",
    responses((status = 200, body = [TokenEvent]), Failures))]
pub(crate) async fn events(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<TokenEvent>>, ApiError> {
    let events = state
        .dashboard
        .events(&caller.scope(), Some(Product::Jira))
        .await?;
    Ok(Json(events.into_iter().map(TokenEvent::from).collect()))
}

/// Renew Jira's token now; within 30 seconds of the last time, that one's answer.
#[utoipa::path(post, path = "/api/auth/oauth/token/refresh", tag = "Connections",
    responses((status = 200, body = TokenStatus), Failures))]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<TokenStatus>, ApiError> {
    let scope = caller.scope();
    Ok(Json(state.dashboard.renew(&scope, Product::Jira).await?))
}
