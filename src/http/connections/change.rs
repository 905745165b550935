//! Updates of a connection: another site, a token refresh, or a token that a person made.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::connections::shapes::{ConnectionDetail, detail};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Body;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::ProductPath;
use crate::model::client_address::ClientAddress;
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::SiteHost;
use crate::service::authorization::api_token::ApiTokenRequest;
use crate::service::authorization::pat::PatRequest;
use crate::service::connections::SiteChoice;

/// A change to a connection. Send exactly one of its forms.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionChange {
    /// Use this site.
    cloud_id: Option<String>,
    /// Use this site, named by its address. With `pat`: the address of the Data Center, such as
    /// `https://jira.example.com` or `https://example.com/jira`.
    base_url: Option<String>,
    /// Refresh the tokens now.
    rotate: Option<bool>,
    /// Connect with a personal access token of a Data Center host.
    pat: Option<String>,
    /// Connect with an API token: the account's e-mail address, with `api_token` and `site`.
    email: Option<String>,
    /// The API token.
    api_token: Option<String>,
    /// The site of the API token.
    site: Option<String>,
}

/// A changed connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    ok: bool,
    provider: &'static str,
    status: ConnectionDetail,
}

/// Choose a site, refresh the tokens, or connect with an API token or a personal access token.
///
/// Personal access tokens are for Data Center.
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

async fn apply(
    state: &AppState,
    from: ClientAddress,
    scope: &Scope,
    product: Product,
    change: &ConnectionChange,
) -> Result<(), ApiError> {
    change.refuse_unless_one_form()?;
    if let Some(pat) = &change.pat {
        let request = PatRequest {
            token: Secret::new(pat.trim()),
            base_url: change.base_url.as_deref(),
            from,
        };
        let attached = state.authorization.attach_pat(product, scope, &request);
        return Ok(attached.await?);
    }
    if change.names_api_token() {
        let request = change.api_token_request(from)?;
        let attached = state
            .authorization
            .attach_api_token(product, scope, &request);
        return Ok(attached.await?);
    }
    if let Some(site) = change.site_choice()? {
        return Ok(state.connections.choose_site(scope, product, &site).await?);
    }
    state.connections.refresh(scope, product).await?;
    Ok(())
}

impl ConnectionChange {
    fn refuse_unless_one_form(&self) -> Result<(), ApiError> {
        let forms = [
            self.cloud_id.is_some(),
            self.base_url.is_some() && self.pat.is_none(),
            self.rotate == Some(true),
            self.pat.is_some(),
            self.names_api_token(),
        ];
        if forms.into_iter().filter(|form| *form).count() == 1 {
            return Ok(());
        }
        Err(ApiError::invalid(
            &[
                "cloud_id",
                "base_url",
                "rotate",
                "pat",
                "email",
                "api_token",
                "site",
            ],
            "send exactly one of: cloud_id, base_url, rotate, pat, or email with api_token and site",
        ))
    }

    fn names_api_token(&self) -> bool {
        self.email.is_some() || self.api_token.is_some() || self.site.is_some()
    }

    fn api_token_request(&self, from: ClientAddress) -> Result<ApiTokenRequest<'_>, ApiError> {
        Ok(ApiTokenRequest {
            email: given("email", self.email.as_deref())?.trim(),
            token: Secret::new(given("api_token", self.api_token.as_deref())?.trim()),
            site: self.site.as_deref(),
            from: Some(from),
        })
    }

    /// The site to use from now on, by its id or its address.
    fn site_choice(&self) -> Result<Option<SiteChoice>, ApiError> {
        if let Some(cloud_id) = &self.cloud_id {
            let cloud_id = CloudId::parse(cloud_id)
                .map_err(|error| ApiError::invalid(&["cloud_id"], error.to_string()))?;
            return Ok(Some(SiteChoice::CloudId(cloud_id)));
        }
        let host = self.base_url.as_deref().map(SiteHost::pasted).transpose();
        let host = host.map_err(|error| ApiError::invalid(&["base_url"], error.to_string()))?;
        Ok(host.map(SiteChoice::Host))
    }
}

fn given<'a>(field: &str, value: Option<&'a str>) -> Result<&'a str, ApiError> {
    value.ok_or_else(|| ApiError::invalid(&[field], format!("{field} is missing")))
}
