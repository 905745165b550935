//! Two small routes that clients of Atlassian's ask: which sites there are, and who it is.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::http::caller::Caller;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::service::gateway::Resource;

/// The account, in the words of Atlassian's identity API.
#[derive(Debug, Serialize)]
pub(super) struct Me {
    account_type: &'static str,
    account_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    account_status: &'static str,
}

/// The sites of the caller's own connections.
pub(super) async fn accessible_resources(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<Resource>>, ApiError> {
    let limits = caller.principal().limits();
    Ok(Json(
        state.gateway.resources(&caller.scope(), limits).await?,
    ))
}

/// The account behind the caller's connections.
pub(super) async fn me(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Me>, ApiError> {
    let account = state.gateway.account(&caller.scope()).await?;
    Ok(Json(Me {
        account_type: "atlassian",
        account_id: account.account_id,
        email: account.email,
        name: account.display_name,
        account_status: "active",
    }))
}
