//! The authorization server: through it clients that speak MCP (Claude, `ChatGPT`, VS Code, Cursor) get tokens of ours,
//! once a person has consented on our own page.

pub(crate) mod answers;
pub(crate) mod authorize;
mod consent_page;
mod form;
pub(crate) mod let_in;
mod metadata;
mod register;
mod token;

use axum::Router;
use axum::routing::{get, post};

use crate::http::state::AppState;

/// What clients and browsers use of it. It is described by standards, and not in the OpenAPI document.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(
            "/.well-known/oauth-protected-resource",
            get(metadata::resource),
        )
        .route(
            "/.well-known/oauth-protected-resource/{*path}",
            get(metadata::resource_at),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(metadata::server),
        )
        .route(
            "/.well-known/oauth-authorization-server/{*path}",
            get(metadata::server_at),
        )
        .route("/.well-known/openid-configuration", get(metadata::server))
        .route("/register", post(register::register))
        .route("/authorize", get(authorize::show).post(authorize::decide))
        .route("/token", post(token::token))
        .route("/revoke", post(token::revoke))
}
