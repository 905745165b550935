//! The current user, and logging out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Visitor;
use crate::http::caller::cookies::{self, PendingLogins, session_cookie};
use crate::http::caller::origin::is_own_or_listed;
use crate::http::connections::shapes::{ConnectorSummary, summaries};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// The current user and their connections.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthStatus {
    authenticated: bool,
    user: Option<User>,
    #[schema(example = "default")]
    tenant: String,
    /// `session`, or `open` in open mode.
    #[schema(example = "session")]
    auth_mode: &'static str,
    connections: Vec<ConnectorSummary>,
}

/// The person who is logged in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoggedInUser)]
pub(crate) struct User {
    id: String,
    account_id: String,
    display_name: Option<String>,
    email: Option<String>,
}

/// Get the current user. Never answers 401.
#[utoipa::path(get, path = "/auth/session", tag = "Login", responses((status = 200, body = AuthStatus), Failures))]
pub(crate) async fn session(
    state: State<AppState>,
    visitor: Visitor,
) -> Result<Json<AuthStatus>, ApiError> {
    current_user(state, visitor).await
}

/// Get the current user. Never answers 401.
#[utoipa::path(get, path = "/api/v1/auth/status", tag = "Compatible routes", responses((status = 200, body = AuthStatus), Failures))]
pub(crate) async fn status(
    state: State<AppState>,
    visitor: Visitor,
) -> Result<Json<AuthStatus>, ApiError> {
    current_user(state, visitor).await
}

async fn current_user(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Json<AuthStatus>, ApiError> {
    let connections = match visitor.scope() {
        Some(scope) => summaries(&state.connections.list(&scope).await?),
        None => vec![],
    };
    let person = visitor
        .principal
        .as_ref()
        .and_then(|principal| principal.person().cloned());
    Ok(Json(AuthStatus {
        authenticated: visitor.principal.is_some(),
        user: person.map(|person| User {
            id: person.id.as_str().to_owned(),
            account_id: person.account_id,
            display_name: person.display_name,
            email: person.email,
        }),
        tenant: visitor.tenant.as_str().to_owned(),
        auth_mode: state.edge.auth_mode.as_str(),
        connections: connections
            .into_iter()
            .filter(ConnectorSummary::exists)
            .collect(),
    }))
}

/// Log out. The session ends; connections stay.
#[utoipa::path(post, path = "/auth/logout", tag = "Login", responses((status = 204), Failures))]
pub(crate) async fn logout(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(principal) = &visitor.principal {
        state.sessions.close(principal).await?;
    }
    // The cookie is cleared below, so its session ends too, even if another credential went before
    // it.
    let own =
        session_cookie(&headers, &state.edge).filter(|_| is_own_or_listed(&state.edge, &headers));
    if let Some(token) = own {
        state.sessions.close_of(&token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    // A foreign page's form arrives without SameSite cookies, but browsers would still obey its
    // answer.
    if is_own_or_listed(&state.edge, &headers) {
        let pending = PendingLogins::read(&headers, &state.edge, &state.state_cookie_key);
        cookies::add(
            response.headers_mut(),
            pending.cleared(&state.edge, &state.state_cookie_key),
        );
        cookies::add(response.headers_mut(), cookies::clear_session(&state.edge));
    }
    Ok(response)
}
