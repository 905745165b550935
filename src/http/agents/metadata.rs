//! What clients read first: which server gives tokens for `/mcp` (RFC 9728), and where its endpoints are (RFC 8414).
//! All addresses come from `PUBLIC_BASE_URL`, never from what a request says.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// `GET /.well-known/oauth-protected-resource`
pub(super) async fn resource(State(state): State<AppState>) -> Json<Value> {
    resource_document(&state, "mcp")
}

/// `GET /.well-known/oauth-protected-resource/mcp`, and below it.
pub(super) async fn resource_at(
    State(state): State<AppState>,
    Path(path): Path<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(resource_document(&state, ours(&path)?))
}

/// `GET /.well-known/oauth-authorization-server`, and `/.well-known/openid-configuration`, to which some clients fall
/// back.
pub(super) async fn server(State(state): State<AppState>) -> Json<Value> {
    let base = state.agents.issuer();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "registration_endpoint": format!("{base}/register"),
        "revocation_endpoint": format!("{base}/revoke"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "scopes_supported": scopes(&state),
        "client_id_metadata_document_supported": state.agents.takes_documents(),
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": format!("{base}/docs"),
    }))
}

/// The same below the path of the resource, where some clients look.
pub(super) async fn server_at(
    state: State<AppState>,
    Path(path): Path<String>,
) -> Result<Json<Value>, ApiError> {
    ours(&path)?;
    Ok(server(state).await)
}

const AUTH_METHODS: [&str; 3] = ["none", "client_secret_post", "client_secret_basic"];

fn resource_document(state: &AppState, path: &str) -> Json<Value> {
    let base = state.agents.issuer();
    Json(json!({
        "resource": format!("{base}/{path}"),
        "authorization_servers": [base],
        "scopes_supported": scopes(state),
        "bearer_methods_supported": ["header"],
        "resource_name": "Jira and Confluence",
        "resource_documentation": format!("{base}/docs"),
    }))
}

fn scopes(state: &AppState) -> &'static [&'static str] {
    if state.edge.read_only {
        &["read"]
    } else {
        &["read", "write"]
    }
}

/// The path of a resource of ours, without a slash at its end: `/mcp`, or a set of tools below it.
fn ours(path: &str) -> Result<&str, ApiError> {
    let path = path.trim_end_matches('/');
    let plain = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_');
    let is_set = |set: &str| !set.is_empty() && set.bytes().all(plain);
    if path == "mcp" || path.strip_prefix("mcp/").is_some_and(is_set) {
        return Ok(path);
    }
    Err(ApiError::not_found("there is no such resource here"))
}
