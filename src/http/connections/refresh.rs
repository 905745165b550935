//! Token refresh on request.

use axum::Json;
use axum::extract::State;
use serde_json::json;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::operations::frame::Framed;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::product::Product;
use crate::model::scope::Scope;

/// Refresh the tokens of the OAuth login.
///
/// Within 30 seconds of the last refresh its result is returned again.
#[utoipa::path(post, path = "/api/oauth/atlassian/refresh", tag = "Login", responses((status = 200, body = Framed), Failures))]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Framed>, ApiError> {
    let scope = caller.scope();
    let product = state.connections.oauth_product(&scope).await?;
    refresh_product(&state, &scope, product).await
}

/// Refreshes the tokens of the login to `product`.
pub(crate) async fn refresh_product(
    state: &AppState,
    scope: &Scope,
    product: Product,
) -> Result<Json<Framed>, ApiError> {
    let refreshed = state.connections.refresh(scope, product).await?;
    let data = json!({ "expires_in": refreshed.expires_in, "scope": refreshed.scopes.join(" "), "token_type": "Bearer" });
    Ok(Framed::new("Token refreshed", data))
}
