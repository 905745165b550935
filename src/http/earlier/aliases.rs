//! Aliases: the earlier systems' other names for routes, each with the same answer.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::http::caller::Caller;
use crate::http::connections::connectors::{self, Done};
use crate::http::connections::refresh;
use crate::http::login::incoming_start::{IncomingStart, StartQuery};
use crate::http::login::start::{self, LoginAddress};
use crate::http::openapi::Failures;
use crate::http::operations::frame::Framed;
use crate::http::operations::health::{self, Health};
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::ProductPath;
use crate::model::product::Product;

/// A route under another name.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    /// The other name, as the router spells it.
    pub name: (&'static str, &'static str),
    /// The route.
    pub of: (&'static str, &'static str),
}

const fn alias(name: (&'static str, &'static str), of: (&'static str, &'static str)) -> Alias {
    Alias { name, of }
}

/// Every alias. A test compares the table with the router.
pub static ALIASES: &[Alias] = &[
    alias(
        ("GET", "/api/auth/{provider}/login"),
        ("GET", "/auth/{provider}/login"),
    ),
    alias(
        ("POST", "/api/auth/{product}/refresh"),
        ("POST", "/api/oauth/atlassian/refresh"),
    ),
    alias(
        ("POST", "/api/auth/{product}/logout"),
        ("DELETE", "/connectors/{provider}/connection"),
    ),
    alias(("GET", "/api/health"), ("GET", "/health")),
    alias(
        ("GET", "/api/auth/oauth/login"),
        ("GET", "/auth/{provider}/login"),
    ),
    alias(
        ("POST", "/api/auth/oauth/logout"),
        ("DELETE", "/connectors/{provider}/connection"),
    ),
    alias(
        ("GET", "/api/oauth/atlassian/callback"),
        ("GET", "/auth/atlassian/callback"),
    ),
];

/// Start a login, as `GET /auth/{provider}/login` does.
#[utoipa::path(get, path = "/api/auth/{provider}/login", tag = "Compatible routes", params(("provider" = String, Path, example = "jira"), StartQuery),
    responses((status = 200, body = LoginAddress), (status = 307, description = "Redirect to Atlassian's consent page"), Failures))]
pub(crate) async fn start(
    state: State<AppState>,
    provider: Path<String>,
    incoming: IncomingStart,
) -> Result<Response, ApiError> {
    start::provider_login(state, provider, incoming).await
}

/// Refresh the tokens of one product's login, as `POST /api/oauth/atlassian/refresh` does.
#[utoipa::path(post, path = "/api/auth/{product}/refresh", tag = "Compatible routes", params(("product" = String, Path, example = "jira")),
    responses((status = 200, body = Framed), Failures))]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    caller: Caller,
) -> Result<Json<Framed>, ApiError> {
    refresh::refresh_product(&state, &caller.scope(), product).await
}

/// Disconnect a product, as `DELETE /connectors/{provider}/connection` does.
#[utoipa::path(post, path = "/api/auth/{product}/logout", tag = "Compatible routes", params(("product" = String, Path, example = "jira")),
    responses((status = 200, body = Done), Failures))]
pub(crate) async fn disconnect(
    state: State<AppState>,
    product: ProductPath,
    caller: Caller,
) -> Result<Json<Done>, ApiError> {
    connectors::disconnect(state, product, caller).await
}

/// Check liveness, as `GET /health` does.
#[utoipa::path(get, path = "/api/health", tag = "Compatible routes", responses((status = 200, body = Health), Failures))]
pub(crate) async fn api_health(state: State<AppState>) -> Json<Health> {
    health::health(state).await
}

/// Start a login for Jira, as `GET /auth/jira/login` does.
#[utoipa::path(get, path = "/api/auth/oauth/login", tag = "Compatible routes", params(StartQuery),
    responses((status = 200, body = LoginAddress), (status = 307, description = "Redirect to Atlassian's consent page"), Failures))]
pub(crate) async fn oauth_login(
    state: State<AppState>,
    incoming: IncomingStart,
) -> Result<Response, ApiError> {
    start::provider_login(state, Path(String::from("jira")), incoming).await
}

/// Disconnect Jira, as `DELETE /connectors/jira/connection` does.
#[utoipa::path(post, path = "/api/auth/oauth/logout", tag = "Compatible routes",
    responses((status = 200, body = Done), Failures))]
pub(crate) async fn oauth_logout(
    state: State<AppState>,
    caller: Caller,
) -> Result<Json<Done>, ApiError> {
    connectors::disconnect(state, ProductPath(Product::Jira), caller).await
}
