//! Connections: list, show, disconnect, and the sites a login reaches.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::http::caller::{Caller, Visitor};
use crate::http::connections::shapes::{ConnectionDetail, ConnectorSummary, detail, summaries};
use crate::http::openapi::Failures;
use crate::http::operations::frame::Framed;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::ProductPath;
use crate::model::product::Product;
use crate::service::connections::Connections;

/// Done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    pub(crate) ok: bool,
}

/// List both products and their connections. Without a credential nothing is connected.
#[utoipa::path(get, path = "/connectors", tag = "Connections", responses((status = 200, body = [ConnectorSummary]), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Json<Vec<ConnectorSummary>>, ApiError> {
    let views = match visitor.scope() {
        Some(scope) => state.connections.list(&scope).await?,
        None => Product::ALL
            .into_iter()
            .map(Connections::not_connected)
            .collect(),
    };
    Ok(Json(summaries(&views)))
}

/// Get the connection to one product. Without a credential it is `not_connected`.
#[utoipa::path(get, path = "/connectors/{provider}/connection", tag = "Connections", params(("provider" = String, Path)),
    responses((status = 200, body = ConnectionDetail), Failures))]
pub(crate) async fn show(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    visitor: Visitor,
) -> Result<Json<ConnectionDetail>, ApiError> {
    let view = match visitor.scope() {
        Some(scope) => state.connections.view(&scope, product).await?,
        None => Connections::not_connected(product),
    };
    Ok(Json(detail(&state, &view)))
}

/// Disconnect a product.
///
/// The tokens are erased once no other connection uses them.
#[utoipa::path(delete, path = "/connectors/{provider}/connection", tag = "Connections", params(("provider" = String, Path)),
    responses((status = 200, body = Done), Failures))]
pub(crate) async fn disconnect(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    caller: Caller,
) -> Result<Json<Done>, ApiError> {
    state
        .connections
        .disconnect(&caller.scope(), product)
        .await?;
    Ok(Json(Done { ok: true }))
}

/// List the sites that this login can reach, as Atlassian reports them now.
#[utoipa::path(get, path = "/api/atlassian/resources", tag = "Connections", responses((status = 200, body = Framed), Failures))]
pub(crate) async fn resources(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Framed>, ApiError> {
    let sites = state.connections.resources(&caller.scope()).await?;
    let data = sites
        .iter()
        .map(|reachable| {
            json!({
                "id": reachable.site.cloud_id, "name": reachable.site.name, "url": reachable.site.url,
                "scopes": reachable.scopes, "avatarUrl": reachable.avatar_url,
            })
        })
        .collect();
    Ok(Framed::new("ok", data))
}
