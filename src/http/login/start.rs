//! The routes that start a login: four kinds of answer, one engine.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::cookies::{self, PendingLogins};
use crate::http::caller::headers::is_navigation;
use crate::http::caller::origin::is_own_or_listed;
use crate::http::login::incoming_start::{IncomingStart, StartQuery};
use crate::http::login::session_token;
use crate::http::login::start_checks::{callback_host_redirect, owner_for_login};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::flow::LoginReply;
use crate::model::product::{Product, Provider};
use crate::service::authorization::start::{StartRequest, Started};

/// The address to which a frontend sends the browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginAddress {
    #[schema(
        example = "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=…"
    )]
    url: String,
}

/// The address to which a frontend sends the browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthAddress {
    #[schema(
        example = "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=…"
    )]
    auth_url: String,
}

/// How a start answers.
#[derive(Clone, Copy)]
enum StartReply {
    Redirect(StatusCode),
    Address,
    AuthAddress,
}

/// Start a login for `jira`, `confluence` or `atlassian` (both).
#[utoipa::path(get, path = "/auth/{provider}/login", tag = "Login", params(("provider" = String, Path), StartQuery),
    responses((status = 200, body = LoginAddress), (status = 307, description = "Redirect to Atlassian's consent page"), Failures))]
pub(crate) async fn provider_login(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    incoming: IncomingStart,
) -> Result<Response, ApiError> {
    let provider = Provider::parse(&provider)
        .ok_or_else(|| ApiError::not_found("there is no such provider"))?;
    let redirects = incoming
        .query
        .redirect
        .unwrap_or_else(|| is_navigation(&incoming.headers));
    let reply = if redirects {
        StartReply::Redirect(StatusCode::TEMPORARY_REDIRECT)
    } else {
        StartReply::Address
    };
    start_login(&state, provider, LoginReply::Redirect, reply, &incoming).await
}

/// Start a login that ends with a session token.
///
/// The token in `X-Session-Token` becomes valid once this browser has completed the login.
#[utoipa::path(get, path = "/auth/{product}/oauth/start", tag = "Login", params(("product" = String, Path), StartQuery),
    responses((status = 200, body = AuthAddress, headers(("X-Session-Token" = String))), Failures))]
pub(crate) async fn session_token_login(
    State(state): State<AppState>,
    Path(product): Path<String>,
    incoming: IncomingStart,
) -> Result<Response, ApiError> {
    let product =
        Product::parse(&product).ok_or_else(|| ApiError::not_found("there is no such product"))?;
    start_login(
        &state,
        product.into(),
        LoginReply::SessionToken,
        StartReply::AuthAddress,
        &incoming,
    )
    .await
}

/// Start a login that ends on a page of this service, or with JSON (`format=json`).
#[utoipa::path(get, path = "/api/v1/auth/atlassian/login", tag = "Compatible routes", params(StartQuery),
    responses((status = 302, description = "Redirect to Atlassian's consent page"), Failures))]
pub(crate) async fn page_login(
    State(state): State<AppState>,
    incoming: IncomingStart,
) -> Result<Response, ApiError> {
    let login_reply = if incoming.query.format.as_deref() == Some("json") {
        LoginReply::Json
    } else {
        LoginReply::Page
    };
    start_login(
        &state,
        Provider::Atlassian,
        login_reply,
        StartReply::Redirect(StatusCode::FOUND),
        &incoming,
    )
    .await
}

/// Start a login that returns to the frontend with `provider=atlassian&status=…`.
#[utoipa::path(get, path = "/api/oauth/atlassian/login", tag = "Compatible routes", params(StartQuery),
    responses((status = 307, description = "Redirect to Atlassian's consent page"), Failures))]
pub(crate) async fn status_login(
    State(state): State<AppState>,
    incoming: IncomingStart,
) -> Result<Response, ApiError> {
    let reply = StartReply::Redirect(StatusCode::TEMPORARY_REDIRECT);
    start_login(
        &state,
        Provider::Atlassian,
        LoginReply::StatusRedirect,
        reply,
        &incoming,
    )
    .await
}

async fn start_login(
    state: &AppState,
    provider: Provider,
    login_reply: LoginReply,
    reply: StartReply,
    incoming: &IncomingStart,
) -> Result<Response, ApiError> {
    let IncomingStart { headers, query, .. } = incoming;
    if !is_navigation(headers) && !is_own_or_listed(&state.edge, headers) {
        return Err(ApiError::forbidden(
            "this web page may not start a login; the operator can list its origin in CORS_ORIGINS",
        ));
    }
    if !state.edge.may_log_in {
        return Err(ApiError::bad_request(
            "login cookies would travel unprotected: serve PUBLIC_BASE_URL over https, or set ALLOW_INSECURE_HTTP=1",
        ));
    }
    let (owner, tenant) = owner_for_login(state, incoming)?;
    if let Some(elsewhere) = callback_host_redirect(state, provider, incoming)? {
        return Ok((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, elsewhere)]).into_response());
    }
    let request = StartRequest {
        owner,
        tenant,
        return_url: query.return_url.as_deref(),
        caller_state: query.state.as_deref(),
        scopes: query.scope.as_deref().or(query.scopes.as_deref()),
        site: query.site.as_deref().filter(|site| !site.is_empty()),
    };
    let started = state
        .authorization
        .start(provider, login_reply, &request)
        .await?;
    Ok(render_start(state, provider, reply, headers, started))
}

fn render_start(
    state: &AppState,
    provider: Provider,
    reply: StartReply,
    headers: &HeaderMap,
    started: Started,
) -> Response {
    let mut response = match reply {
        StartReply::Redirect(status) => {
            (status, [(LOCATION, started.authorize_url)]).into_response()
        }
        StartReply::Address => Json(LoginAddress {
            url: started.authorize_url,
        })
        .into_response(),
        StartReply::AuthAddress => Json(AuthAddress {
            auth_url: started.authorize_url,
        })
        .into_response(),
    };
    let pending = PendingLogins::read(headers, &state.edge, &state.state_cookie_key);
    let cookie = pending.with(
        &state.edge,
        &state.state_cookie_key,
        provider,
        &started.state_hash,
    );
    cookies::add(response.headers_mut(), cookie);
    if let Some(token) = &started.session_token {
        session_token::set_header(response.headers_mut(), token);
    }
    response
}
