//! What an agent's client is told with a refusal: where it can get a token, and for what (RFC 6750, RFC 9728).

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::http::state::EdgeSettings;
use crate::http::wire::error::ApiError;

/// Where the document about this protected resource is (RFC 9728, section 3.1).
pub(crate) const RESOURCE_METADATA: &str = "/.well-known/oauth-protected-resource/mcp";

/// Whether an address is the endpoint of agents' clients.
pub(crate) fn is_mcp(path: &str) -> bool {
    path == "/mcp" || path.starts_with("/mcp/")
}

/// Adds the challenge to a refusal that another token would change. Who showed a credential is told that it is none (RFC 6750,
/// section 3.1): their client must not show it again.
pub(crate) fn set(response: &mut Response, edge: &EdgeSettings, shows_credential: bool) {
    // Clients that are told of an authorization server want no key.
    if !edge.agents_log_in {
        return;
    }
    let Some(challenge) = challenge(response, edge, shows_credential) else {
        return;
    };
    if let Ok(value) = HeaderValue::from_str(&challenge) {
        response.headers_mut().append(WWW_AUTHENTICATE, value);
    }
}

/// Clients ask for what this names, and a person allows no more than was asked for: so it names all there is.
fn challenge(response: &Response, edge: &EdgeSettings, shows_credential: bool) -> Option<String> {
    let origin = &edge.public_origin;
    let resource = format!("resource_metadata=\"{origin}{RESOURCE_METADATA}\"");
    let all = if edge.read_only { "read" } else { "read write" };
    match response.status() {
        StatusCode::UNAUTHORIZED if shows_credential => Some(format!(
            "Bearer error=\"invalid_token\", {resource}, scope=\"{all}\""
        )),
        StatusCode::UNAUTHORIZED => Some(format!("Bearer {resource}, scope=\"{all}\"")),
        StatusCode::FORBIDDEN if lacks_scope(response) => Some(format!(
            "Bearer error=\"insufficient_scope\", scope=\"read write\", {resource}"
        )),
        _ => None,
    }
}

/// Whether the refusal says that the credential lacks one of our own scopes.
fn lacks_scope(response: &Response) -> bool {
    let error = response.extensions().get::<ApiError>();
    let details = error.and_then(|error| error.details.as_ref());
    let missing = details.and_then(|details| details.get("missing_scopes")?.as_array());
    missing.is_some_and(|missing| {
        let is_ours = |scope: &Value| matches!(scope.as_str(), Some("read" | "write"));
        !missing.is_empty() && missing.iter().all(is_ours)
    })
}
