//! Who am I, log me out, and logging in with an API token.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::http::caller::Visitor;
use crate::http::caller::cookies::{self, PendingLogins, session_cookie};
use crate::http::caller::origin::is_own_or_listed;
use crate::http::connections::shapes::{ConnectorSummary, summaries};
use crate::http::login::session_token::{self, SessionToken};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Body;
use crate::http::wire::error::{ApiError, Code};
use crate::http::wire::extract::ProductPath;
use crate::model::api_key::KeyScope;
use crate::model::client_address::ClientAddress;
use crate::model::secret::Secret;
use crate::service::authorization::api_token::ApiTokenRequest;
use crate::service::error::ServiceError;

/// Who is calling.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthStatus {
    authenticated: bool,
    user: Option<User>,
    #[schema(example = "default")]
    tenant: String,
    #[schema(example = "session")]
    auth_mode: &'static str,
    connections: Vec<ConnectorSummary>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoggedInUser)]
pub(crate) struct User {
    id: String,
    account_id: String,
    display_name: Option<String>,
    email: Option<String>,
}

/// An API token to log in with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ApiTokenLogin {
    /// The e-mail address of the Atlassian account.
    #[schema(example = "mia@example.com")]
    email: String,
    /// The API token.
    api_token: String,
    /// The site; without it the operator's is used.
    #[schema(example = "acme.atlassian.net")]
    site: Option<String>,
}

/// Who am I; never 401.
#[utoipa::path(get, path = "/auth/session", tag = "Login", responses((status = 200, body = AuthStatus), Failures))]
pub(crate) async fn session(
    state: State<AppState>,
    visitor: Visitor,
) -> Result<Json<AuthStatus>, ApiError> {
    current_user(state, visitor).await
}

/// Who am I; never 401.
#[utoipa::path(get, path = "/api/v1/auth/status", tag = "Login", responses((status = 200, body = AuthStatus), Failures))]
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

/// Log out: the session ends, connections stay.
#[utoipa::path(post, path = "/auth/logout", tag = "Login", responses((status = 204), Failures))]
pub(crate) async fn logout(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(principal) = &visitor.principal {
        state.sessions.close(principal).await?;
    }
    // The cookie is cleared below, so its session ends too when another credential was in front.
    let own =
        session_cookie(&headers, &state.edge).filter(|_| is_own_or_listed(&state.edge, &headers));
    if let Some(token) = own
        && let Some(principal) = state.sessions.authenticate(&token).await?
    {
        state.sessions.close(&principal).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    // A foreign page's form comes without the cookies; the answer to it must not clear them.
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

/// Log in with an API token, or attach it to the caller who is logged in already.
#[utoipa::path(post, path = "/auth/{product}/api-token", tag = "Login", params(("product" = String, Path)),
    request_body = ApiTokenLogin,
    responses((status = 200, body = SessionToken, headers(("X-Session-Token" = String))), Failures))]
pub(crate) async fn api_token(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    visitor: Visitor,
    Extension(from): Extension<ClientAddress>,
    headers: HeaderMap,
    Body(login): Body<ApiTokenLogin>,
) -> Result<Response, ApiError> {
    if !is_own_or_listed(&state.edge, &headers) {
        return Err(ApiError::forbidden(
            "this web page may not log anybody in; the operator can list its origin in CORS_ORIGINS",
        ));
    }
    if visitor
        .principal
        .as_ref()
        .is_some_and(|caller| !caller.may(KeyScope::Write))
    {
        return Err(ApiError::forbidden(
            "this needs an API key with the scope write",
        ));
    }
    let request = ApiTokenRequest {
        email: login.email.trim(),
        token: Secret::new(login.api_token.trim()),
        site: login.site.as_deref(),
        from: Some(from),
    };
    let token = if let Some(caller) = &visitor.principal {
        let scope = caller.scope(visitor.tenant.clone());
        let attached = state
            .authorization
            .attach_api_token(product, &scope, &request);
        attached.await.map_err(refused_as_401)?;
        state.sessions.another(caller).await?
    } else {
        let login = state
            .authorization
            .log_in_with_api_token(product, &visitor.tenant, &request);
        Some(login.await.map_err(refused_as_401)?)
    };
    let is_new = visitor.principal.is_none();
    Ok(render_session_token(&state, token.as_ref(), is_new))
}

/// The session token in the body and in a header; a new login also gets the cookie.
fn render_session_token(state: &AppState, token: Option<&Secret>, is_new: bool) -> Response {
    let mut response = Json(SessionToken::new(token)).into_response();
    let Some(token) = token else { return response };
    session_token::set_header(response.headers_mut(), token);
    if is_new {
        let lifetime = state.sessions.lifetimes().absolute;
        cookies::add(
            response.headers_mut(),
            cookies::set_session(&state.edge, token, lifetime),
        );
    }
    response
}

/// Here a refused credential means that nobody is logged in.
fn refused_as_401(error: ServiceError) -> ApiError {
    match error {
        ServiceError::CredentialRejected { message } => {
            ApiError::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, message)
                .with_details(json!({ "reason": "credential_rejected" }))
        }
        error => error.into(),
    }
}
