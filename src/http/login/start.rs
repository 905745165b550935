//! The starts of a login: four families of routes, one engine.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{HOST, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::charge::noted_address;
use crate::http::caller::client_address::came_over_plain_http;
use crate::http::caller::cookies::{self, PendingLogins};
use crate::http::caller::headers::{is_navigation, text};
use crate::http::caller::origin::is_own_or_listed;
use crate::http::caller::{Visitor, named_tenant};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{GetOnly, Query};
use crate::model::api_key::KeyScope;
use crate::model::flow::LoginReply;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::principal::Means;
use crate::model::product::{Product, Provider};
use crate::service::authorization::start::{StartRequest, Started};

/// Marks a start that has been sent to the redirect URI's host already.
const HOST_CHECKED: &str = "host_checked";

/// What a start takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StartQuery {
    /// `true`: redirect to Atlassian; `false`: answer with the address; absent: redirect browsers.
    redirect: Option<bool>,
    /// Where to go afterwards: a path here, or an address on a listed origin.
    return_url: Option<String>,
    /// Scopes to ask for in addition.
    scope: Option<String>,
    /// The same.
    scopes: Option<String>,
    /// Handed back with the ending.
    state: Option<String>,
    /// The site to use: `acme`, `acme.atlassian.net` or `https://acme.atlassian.net`.
    site: Option<String>,
    /// The namespace, for browsers that cannot send `X-Tenant-Id`.
    tenant: Option<String>,
    /// `json`: the callback answers JSON.
    format: Option<String>,
    #[param(ignore)]
    host_checked: Option<String>,
}

/// Where a frontend sends the browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginAddress {
    #[schema(
        example = "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=…"
    )]
    url: String,
}

/// Where a frontend sends the browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthAddress {
    #[schema(
        example = "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=…"
    )]
    auth_url: String,
}

/// How a start answers.
#[derive(Clone, Copy)]
enum Answer {
    Redirect(StatusCode),
    Address,
    AuthAddress,
}

/// A request to start a login.
pub(crate) struct Arrival {
    uri: Uri,
    is_plain_http: bool,
    visitor: Visitor,
    headers: HeaderMap,
    query: StartQuery,
}

impl FromRequestParts<AppState> for Arrival {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        GetOnly::from_request_parts(parts, state).await?;
        let started = state.limits.take_start(noted_address(&parts.extensions));
        started.map_err(|wait| {
            let message = "too many logins were started from this address; wait a little";
            ApiError::too_many(message, wait).into_response()
        })?;
        let visitor = Visitor::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let Query(query) = Query::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self {
            uri: parts.uri.clone(),
            is_plain_http: came_over_plain_http(parts, &state.edge.trusted_proxies),
            visitor,
            headers: parts.headers.clone(),
            query,
        })
    }
}

/// Start a login for `jira`, `confluence` or `atlassian` (both).
#[utoipa::path(get, path = "/auth/{provider}/login", tag = "Login", params(("provider" = String, Path), StartQuery),
    responses((status = 200, body = LoginAddress), (status = 307, description = "To Atlassian's consent page"), Failures))]
pub(crate) async fn login(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    arrival: Arrival,
) -> Result<Response, ApiError> {
    let provider = Provider::parse(&provider)
        .ok_or_else(|| ApiError::not_found("there is no such provider"))?;
    let redirects = arrival
        .query
        .redirect
        .unwrap_or_else(|| is_navigation(&arrival.headers));
    let answer = if redirects {
        Answer::Redirect(StatusCode::TEMPORARY_REDIRECT)
    } else {
        Answer::Address
    };
    start(&state, provider, LoginReply::Redirect, answer, &arrival).await
}

/// Start a login; the `X-Session-Token` of the answer becomes a session when this browser completes it.
#[utoipa::path(get, path = "/auth/{product}/oauth/start", tag = "Login", params(("product" = String, Path), StartQuery),
    responses((status = 200, body = AuthAddress, headers(("X-Session-Token" = String))), Failures))]
pub(crate) async fn oauth_start(
    State(state): State<AppState>,
    Path(product): Path<String>,
    arrival: Arrival,
) -> Result<Response, ApiError> {
    let product =
        Product::parse(&product).ok_or_else(|| ApiError::not_found("there is no such product"))?;
    start(
        &state,
        product.into(),
        LoginReply::SessionToken,
        Answer::AuthAddress,
        &arrival,
    )
    .await
}

/// Start a login that ends on a page of ours, or with JSON (`format=json`).
#[utoipa::path(get, path = "/api/v1/auth/atlassian/login", tag = "Login", params(StartQuery),
    responses((status = 302, description = "To Atlassian's consent page"), Failures))]
pub(crate) async fn page_login(
    State(state): State<AppState>,
    arrival: Arrival,
) -> Result<Response, ApiError> {
    let reply = if arrival.query.format.as_deref() == Some("json") {
        LoginReply::Json
    } else {
        LoginReply::Page
    };
    start(
        &state,
        Provider::Atlassian,
        reply,
        Answer::Redirect(StatusCode::FOUND),
        &arrival,
    )
    .await
}

/// Start a login that ends at the frontend with `provider=atlassian&status=…`.
#[utoipa::path(get, path = "/api/oauth/atlassian/login", tag = "Login", params(StartQuery),
    responses((status = 307, description = "To Atlassian's consent page"), Failures))]
pub(crate) async fn status_login(
    State(state): State<AppState>,
    arrival: Arrival,
) -> Result<Response, ApiError> {
    let answer = Answer::Redirect(StatusCode::TEMPORARY_REDIRECT);
    start(
        &state,
        Provider::Atlassian,
        LoginReply::StatusRedirect,
        answer,
        &arrival,
    )
    .await
}

async fn start(
    state: &AppState,
    provider: Provider,
    reply: LoginReply,
    answer: Answer,
    arrival: &Arrival,
) -> Result<Response, ApiError> {
    let Arrival { headers, query, .. } = arrival;
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
    let (owner, tenant) = whose(state, arrival)?;
    if let Some(elsewhere) = right_host(state, provider, arrival)? {
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
    let started = state.authorization.start(provider, reply, &request).await?;
    Ok(answer_with(state, provider, answer, headers, started))
}

fn answer_with(
    state: &AppState,
    provider: Provider,
    answer: Answer,
    headers: &HeaderMap,
    started: Started,
) -> Response {
    let mut response = match answer {
        Answer::Redirect(status) => (status, [(LOCATION, started.authorize_url)]).into_response(),
        Answer::Address => Json(LoginAddress {
            url: started.authorize_url,
        })
        .into_response(),
        Answer::AuthAddress => Json(AuthAddress {
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
    if let Some(token) = started.session_token
        && let Ok(mut value) = HeaderValue::from_str(token.expose())
    {
        value.set_sensitive(true);
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-session-token"), value);
    }
    response
}

/// Whose connections these will be: a session's login belongs to whoever logs in, a key's and that
/// of open local mode to their owner. The namespace comes from the header or the query.
fn whose(state: &AppState, arrival: &Arrival) -> Result<(Option<Owner>, TenantId), ApiError> {
    let Arrival {
        visitor,
        headers,
        query,
        ..
    } = arrival;
    let from_query = query.tenant.as_deref().map(TenantId::parse).transpose();
    let from_query =
        from_query.map_err(|error| ApiError::invalid(&["tenant"], error.to_string()))?;
    let from_header = named_tenant(headers)?;
    if from_header.is_some() && from_query.is_some() && from_header != from_query {
        return Err(ApiError::invalid(
            &["tenant", "X-Tenant-Id"],
            "tenant and X-Tenant-Id name different tenants",
        ));
    }
    let asked = from_query.or(from_header);
    let Some(principal) = &visitor.principal else {
        if state.edge.is_open() {
            return Err(ApiError::forbidden(
                "in open local mode a login is started on this machine, from a page that may act here",
            ));
        }
        return Ok((None, asked.unwrap_or_default()));
    };
    let tenant = principal
        .tenant(asked)
        .ok_or_else(|| ApiError::forbidden("this key does not work in that tenant"))?;
    match principal.means() {
        Means::Session { .. } => Ok((None, tenant)),
        Means::Local => Ok((Some(principal.owner().clone()), tenant)),
        Means::Key(_) if principal.may(KeyScope::Write) => {
            Ok((Some(principal.owner().clone()), tenant))
        }
        Means::Key(_) => Err(ApiError::forbidden(
            "this needs an API key with the scope write",
        )),
    }
}

/// Cookies belong to a host name, so a login must start on the one that Atlassian comes back to:
/// `localhost` and `127.0.0.1` are two. A browser is sent there; a script is told. Nor would a
/// browser take a Secure cookie on the plain http address of a proxy that speaks both.
fn right_host(
    state: &AppState,
    provider: Provider,
    arrival: &Arrival,
) -> Result<Option<String>, ApiError> {
    let Arrival {
        uri,
        is_plain_http,
        headers,
        query,
        ..
    } = arrival;
    let redirect = state
        .authorization
        .client(provider)
        .and_then(|client| Url::parse(&client.redirect_uri).ok());
    let (Some(redirect), Some(host)) = (redirect, text(headers, HOST.as_str())) else {
        return Ok(None);
    };
    let here = Url::parse(&format!("{}://{host}", redirect.scheme())).ok();
    let same_scheme = !is_plain_http || redirect.scheme() == "http";
    let same_host = here
        .as_ref()
        .is_some_and(|here| here.host() == redirect.host() && here.port() == redirect.port());
    // A proxy that rewrites Host would send the browser round in circles.
    if (same_host && same_scheme) || query.host_checked.is_some() {
        return Ok(None);
    }
    let there = redirect.origin().ascii_serialization();
    if !is_navigation(headers) {
        let message = format!(
            "a login that was started on {host} cannot end on {there}: call us there, or change the redirect URI"
        );
        return Err(ApiError::bad_request(message)
            .with_details(json!({ "host": host, "redirect_uri": redirect.as_str() })));
    }
    let mark = if uri.query().is_some_and(|query| !query.is_empty()) {
        "&"
    } else {
        "?"
    };
    let path = uri
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .trim_end_matches('?');
    Ok(Some(format!("{there}{path}{mark}{HOST_CHECKED}=1")))
}
