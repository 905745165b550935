//! `/register`: clients that register themselves (RFC 7591). Nothing is stored.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::agents::answers::{refusal, success};
use crate::http::caller::charge::too_many;
use crate::http::state::AppState;
use crate::http::wire::body::body_bytes;
use crate::model::client_address::ClientAddress;
use crate::service::agents::clients::{Registered, RegistrationError};

/// The longest registration.
const LONGEST: usize = 2 * 1024;

/// `POST /register`
pub(super) async fn register(
    State(state): State<AppState>,
    Extension(from): Extension<ClientAddress>,
    request: Request,
) -> Response {
    if let Err(wait) = state.limits.take_registration(from) {
        return too_many(wait).into_response();
    }
    let bytes = match body_bytes(request).await {
        Ok(bytes) => bytes,
        Err(error) => return error.into_response(),
    };
    let malformed = |description| {
        refusal(
            StatusCode::BAD_REQUEST,
            "invalid_client_metadata",
            description,
        )
    };
    if bytes.len() > LONGEST {
        return malformed("a registration must not be longer than 2 KiB");
    }
    let Some(metadata) = serde_json::from_slice(&bytes).ok().filter(Value::is_object) else {
        return malformed("a registration is a JSON object");
    };
    match state.agents.register(&metadata) {
        Ok(registered) => success(StatusCode::CREATED, &shown(&registered)),
        Err(RegistrationError::Metadata(description)) => malformed(description),
        Err(RegistrationError::Redirect(description)) => refusal(
            StatusCode::BAD_REQUEST,
            "invalid_redirect_uri",
            &description,
        ),
    }
}

fn shown(registered: &Registered) -> Value {
    let client = &registered.client;
    let mut body = json!({
        "client_id": client.id,
        "client_id_issued_at": registered.issued_at,
        "client_name": client.name,
        "redirect_uris": client.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": registered.auth_method,
        "scope": if client.reads_only { "read" } else { "read write" },
    });
    if let Some(secret) = &registered.secret {
        body["client_secret"] = json!(secret.expose());
        body["client_secret_expires_at"] = json!(0);
    }
    body
}
