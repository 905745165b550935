//! Before a login starts: for whom it is, and whether it can end on the host it starts on.

use axum::http::header::HOST;
use serde_json::json;
use url::Url;

use crate::http::caller::headers::{is_navigation, text};
use crate::http::caller::tenant::{foreign_tenant, named_tenant};
use crate::http::login::incoming_start::IncomingStart;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::principal::Means;
use crate::model::product::Provider;

/// Marks a start that has been sent to the redirect URI's host already.
const HOST_CHECKED: &str = "host_checked";

/// Whose connections these will be: a session's login belongs to whoever logs in, a key's and that
/// of open local mode to their owner. The namespace comes from the header or the query.
pub(crate) fn owner_for_login(
    state: &AppState,
    incoming: &IncomingStart,
) -> Result<(Option<Owner>, TenantId), ApiError> {
    let IncomingStart {
        visitor,
        headers,
        query,
        ..
    } = incoming;
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
    let tenant = principal.tenant(asked).ok_or_else(foreign_tenant)?;
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
pub(crate) fn callback_host_redirect(
    state: &AppState,
    provider: Provider,
    incoming: &IncomingStart,
) -> Result<Option<String>, ApiError> {
    let IncomingStart {
        uri,
        is_plain_http,
        headers,
        query,
        ..
    } = incoming;
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
