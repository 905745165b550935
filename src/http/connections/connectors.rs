//! Connections: what is connected, choosing a site, refreshing, disconnecting.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::http::caller::{Caller, Visitor};
use crate::http::openapi::Failures;
use crate::http::operations::health::Framed;
use crate::http::state::AppState;
use crate::http::wire::body::Body;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::ProductPath;
use crate::model::client_address::ClientAddress;
use crate::model::connection::ConnectionStatus;
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::{Site, SiteHost};
use crate::model::time::Timestamp;
use crate::service::authorization::api_token::ApiTokenRequest;
use crate::service::authorization::pat::PatRequest;
use crate::service::connections::{ConnectionView, Connections, SiteChoice};

/// One product in the list of connectors.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectorSummary {
    #[schema(example = "jira")]
    id: &'static str,
    #[schema(example = "Jira")]
    title: &'static str,
    connected: bool,
    #[schema(example = "active")]
    status: &'static str,
    #[schema(example = "oauth")]
    auth_method: Option<&'static str>,
    scopes: Vec<String>,
    site: Option<Site>,
    #[schema(value_type = Option<String>)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    refreshed_at: Option<Timestamp>,
    last_error: Option<String>,
}

impl ConnectorSummary {
    /// Whether there is a connection at all, working or not.
    pub(crate) fn exists(&self) -> bool {
        self.auth_method.is_some()
    }
}

/// One connection in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionDetail {
    connected: bool,
    /// `not_connected`, `active`, `needs_site`, `reauth_required` or `error`.
    #[schema(example = "active")]
    status: &'static str,
    #[schema(example = "oauth")]
    auth_method: Option<&'static str>,
    scopes: Vec<String>,
    site: Option<Site>,
    /// The sites to choose from.
    sites: Vec<Site>,
    account: Option<AccountSummary>,
    #[schema(value_type = Option<String>)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    refreshed_at: Option<Timestamp>,
    error: Option<String>,
}

/// The Atlassian account behind a connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountSummary {
    account_id: String,
    display_name: Option<String>,
}

/// A change to a connection: exactly one of its forms.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ConnectionChange {
    /// Use this site.
    cloud_id: Option<String>,
    /// Use this site, named by its address; with `pat` the Data Center it belongs to, such as
    /// `https://jira.example.com` or `https://example.com/jira`.
    base_url: Option<String>,
    /// Renew the tokens now.
    rotate: Option<bool>,
    /// Connect with a personal access token of a Data Center host.
    pat: Option<String>,
    /// Connect with an API token: the account's e-mail address…
    email: Option<String>,
    /// …the token…
    api_token: Option<String>,
    /// …and the site.
    site: Option<String>,
}

/// A changed connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    ok: bool,
    provider: &'static str,
    status: ConnectionDetail,
}

/// Done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    ok: bool,
}

/// Both products; without a principal everything is not connected.
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

/// One product; without a principal it is not connected.
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

/// Choose a site, renew the tokens, or connect with an API token or a Data Center's personal access token.
#[utoipa::path(patch, path = "/connectors/{provider}/connection", tag = "Connections", params(("provider" = String, Path)),
    request_body = ConnectionChange, responses((status = 200, body = Changed), Failures))]
pub(crate) async fn change(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    caller: Caller,
    Extension(from): Extension<ClientAddress>,
    Body(change): Body<ConnectionChange>,
) -> Result<Json<Changed>, ApiError> {
    let scope = caller.scope();
    apply(&state, from, &scope, product, &change).await?;
    let status = detail(&state, &state.connections.view(&scope, product).await?);
    Ok(Json(Changed {
        ok: true,
        provider: product.as_str(),
        status,
    }))
}

/// Disconnect. The grant is erased when no other connection uses it.
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

/// The sites this login reaches, asked of Atlassian now.
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

/// Renew the tokens of the OAuth login; within 30 seconds of the last time, that one's answer.
#[utoipa::path(post, path = "/api/oauth/atlassian/refresh", tag = "Login", responses((status = 200, body = Framed), Failures))]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Framed>, ApiError> {
    let scope = caller.scope();
    let product = state.connections.oauth_product(&scope).await?;
    renewed(&state, &scope, product).await
}

/// Renews the tokens of the login to `product`.
pub(crate) async fn renewed(
    state: &AppState,
    scope: &Scope,
    product: Product,
) -> Result<Json<Framed>, ApiError> {
    let refreshed = state.connections.refresh(scope, product).await?;
    let data = json!({ "expires_in": refreshed.expires_in, "scope": refreshed.scopes.join(" "), "token_type": "Bearer" });
    Ok(Framed::new("Token refreshed", data))
}

async fn apply(
    state: &AppState,
    from: ClientAddress,
    scope: &Scope,
    product: Product,
    change: &ConnectionChange,
) -> Result<(), ApiError> {
    let by_token = change.email.is_some() || change.api_token.is_some() || change.site.is_some();
    let forms = [
        change.cloud_id.is_some(),
        change.base_url.is_some() && change.pat.is_none(),
        change.rotate == Some(true),
        change.pat.is_some(),
        by_token,
    ];
    if forms.into_iter().filter(|form| *form).count() != 1 {
        let fields = [
            "cloud_id",
            "base_url",
            "rotate",
            "pat",
            "email",
            "api_token",
            "site",
        ];
        return Err(ApiError::invalid(
            &fields,
            "say exactly one of: cloud_id, base_url, rotate, pat, or email with api_token and site",
        ));
    }
    if let Some(pat) = &change.pat {
        let request = PatRequest {
            token: Secret::new(pat.trim()),
            base_url: change.base_url.as_deref(),
            from,
        };
        return Ok(state
            .authorization
            .attach_pat(product, scope, &request)
            .await?);
    }
    if by_token {
        return attach_api_token(state, from, scope, product, change).await;
    }
    if let Some(cloud_id) = &change.cloud_id {
        let cloud_id = CloudId::parse(cloud_id)
            .map_err(|error| ApiError::invalid(&["cloud_id"], error.to_string()))?;
        return Ok(state
            .connections
            .choose_site(scope, product, &SiteChoice::CloudId(cloud_id))
            .await?);
    }
    if let Some(base_url) = &change.base_url {
        let host = SiteHost::parse(base_url)
            .map_err(|error| ApiError::invalid(&["base_url"], error.to_string()))?;
        return Ok(state
            .connections
            .choose_site(scope, product, &SiteChoice::Host(host))
            .await?);
    }
    state.connections.refresh(scope, product).await?;
    Ok(())
}

async fn attach_api_token(
    state: &AppState,
    from: ClientAddress,
    scope: &Scope,
    product: Product,
    change: &ConnectionChange,
) -> Result<(), ApiError> {
    let given = |field: &str, value: &Option<String>| {
        value
            .clone()
            .ok_or_else(|| ApiError::invalid(&[field], format!("{field} is missing")))
    };
    let (email, api_token) = (
        given("email", &change.email)?,
        given("api_token", &change.api_token)?,
    );
    let request = ApiTokenRequest {
        email: email.trim(),
        token: Secret::new(api_token.trim()),
        site: change.site.as_deref(),
        from: Some(from),
    };
    state
        .authorization
        .attach_api_token(product, scope, &request)
        .await?;
    Ok(())
}

pub(crate) fn summaries(views: &[ConnectionView]) -> Vec<ConnectorSummary> {
    views.iter().map(summary).collect()
}

fn summary(view: &ConnectionView) -> ConnectorSummary {
    let grant = view.connected.as_ref().map(|connected| &connected.grant);
    ConnectorSummary {
        id: view.product.as_str(),
        title: view.product.title(),
        connected: is_connected(view.status),
        status: view.status.as_str(),
        auth_method: grant.map(|grant| grant.method.as_str()),
        scopes: grant.map(|grant| grant.scopes.clone()).unwrap_or_default(),
        site: view
            .connected
            .as_ref()
            .and_then(|connected| connected.connection.site.clone()),
        expires_at: grant.and_then(|grant| grant.expires_at),
        refreshed_at: grant.and_then(|grant| grant.refreshed_at),
        last_error: grant.and_then(|grant| grant.last_error.clone()),
    }
}

pub(crate) fn detail(state: &AppState, view: &ConnectionView) -> ConnectionDetail {
    let sites = view
        .connected
        .as_ref()
        .map(|connected| state.connections.candidates(&connected.grant, view.product));
    let account = view.connected.as_ref().map(|connected| AccountSummary {
        account_id: connected.grant.account.account_id.clone(),
        display_name: connected.grant.account.display_name.clone(),
    });
    let summary = summary(view);
    ConnectionDetail {
        connected: summary.connected,
        status: summary.status,
        auth_method: summary.auth_method,
        scopes: summary.scopes,
        site: summary.site,
        sites: sites.unwrap_or_default(),
        account,
        expires_at: summary.expires_at,
        refreshed_at: summary.refreshed_at,
        error: summary.last_error,
    }
}

/// Whether calls can be made, now or after a refresh that is still to succeed.
pub(crate) fn is_connected(status: ConnectionStatus) -> bool {
    match status {
        ConnectionStatus::Active | ConnectionStatus::Error => true,
        ConnectionStatus::NotConnected
        | ConnectionStatus::NeedsSite
        | ConnectionStatus::ReauthRequired => false,
    }
}
