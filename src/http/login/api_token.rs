//! Logging in with an API token.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::http::caller::access::RouteAccess;
use crate::http::caller::cookies;
use crate::http::caller::origin::is_own_or_listed;
use crate::http::caller::{Visitor, refuse_without_access};
use crate::http::login::session_token::{self, SessionToken};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Body;
use crate::http::wire::error::{ApiError, Code};
use crate::http::wire::extract::ProductPath;
use crate::model::client_address::ClientAddress;
use crate::model::secret::Secret;
use crate::service::authorization::api_token::ApiTokenRequest;
use crate::service::error::ServiceError;

/// An API token to log in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiTokenLogin {
    /// The e-mail address of the Atlassian account.
    #[schema(example = "mia@example.com")]
    email: String,
    /// The API token.
    api_token: String,
    /// The site. Default: the site that the operator set.
    #[schema(example = "acme.atlassian.net")]
    site: Option<String>,
}

/// Log in with an API token, or add it to the caller who is already logged in.
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
            "this web page may not log in here; the operator can list its origin in CORS_ORIGINS",
        ));
    }
    // A new login is a person's own; a token for somebody who is known changes what they have.
    if let Some(caller) = &visitor.principal {
        refuse_without_access(caller, RouteAccess::Write, &state)?;
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
        let token = login.await.map_err(refused_as_401)?;
        session_token::end_earlier(&state, &headers).await;
        Some(token)
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

/// For a login a refused credential is 401; elsewhere it is 422.
fn refused_as_401(error: ServiceError) -> ApiError {
    match error {
        ServiceError::CredentialRejected { message } => {
            ApiError::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, message)
                .with_details(json!({ "reason": "credential_rejected" }))
        }
        error => error.into(),
    }
}
