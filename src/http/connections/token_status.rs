//! The earlier chatbot server's routes about Jira's token: status, events, refresh.

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

/// Get the status of Jira's token. Without a credential it is `unknown`.
#[utoipa::path(get, path = "/api/auth/oauth/token/status", tag = "Compatible routes",
    responses((status = 200, body = TokenStatus), Failures))]
pub(crate) async fn status(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Json<TokenStatus>, ApiError> {
    Ok(Json(match visitor.scope() {
        Some(scope) => state.dashboard.token_status(&scope, Product::Jira).await?,
        None => TokenStatus::unknown("You are not logged in."),
    }))
}

/// List the newest 100 events of Jira's connection, oldest first.
#[utoipa::path(get, path = "/api/auth/oauth/token/events", tag = "Compatible routes",
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

/// Refresh Jira's token now.
///
/// Within 30 seconds of the last refresh its result is returned again.
#[utoipa::path(post, path = "/api/auth/oauth/token/refresh", tag = "Compatible routes",
    responses((status = 200, body = TokenStatus), Failures))]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<TokenStatus>, ApiError> {
    let scope = caller.scope();
    Ok(Json(state.dashboard.renew(&scope, Product::Jira).await?))
}
