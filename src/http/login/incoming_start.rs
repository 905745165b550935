//! The request that starts a login.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::caller::Visitor;
use crate::http::caller::charge::noted_address;
use crate::http::caller::client_address::came_over_plain_http;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{GetOnly, Query};

/// The query of a start.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StartQuery {
    /// `true`: redirect to Atlassian. `false`: return the address. Default: redirect browsers only.
    pub(crate) redirect: Option<bool>,
    /// Where the browser goes after the login: a path here, or a URL on a listed origin.
    pub(crate) return_url: Option<String>,
    /// Additional OAuth scopes to request.
    pub(crate) scope: Option<String>,
    /// The same as `scope`.
    pub(crate) scopes: Option<String>,
    /// Returned to your application at the end of the login.
    pub(crate) state: Option<String>,
    /// The site to use: `acme`, `acme.atlassian.net`, `https://acme.atlassian.net` or its cloud id.
    pub(crate) site: Option<String>,
    /// The tenant, for browsers that cannot send `X-Tenant-Id`.
    pub(crate) tenant: Option<String>,
    /// `json`: the callback returns JSON.
    pub(crate) format: Option<String>,
    #[param(ignore)]
    pub(crate) host_checked: Option<String>,
}

/// A request to start a login.
pub(crate) struct IncomingStart {
    pub(crate) uri: Uri,
    pub(crate) is_plain_http: bool,
    pub(crate) visitor: Visitor,
    pub(crate) headers: HeaderMap,
    pub(crate) query: StartQuery,
}

impl FromRequestParts<AppState> for IncomingStart {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        GetOnly::from_request_parts(parts, state).await?;
        let started = state.limits.take_start(noted_address(&parts.extensions));
        started.map_err(|wait| {
            let message = "too many logins were started from this address; wait and try again";
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
