//! Checks before a login starts: its owner, and the host on which it can end.

use axum::http::header::HOST;
use serde_json::json;
use url::Url;

use crate::http::caller::access::RouteAccess;
use crate::http::caller::headers::{is_navigation, text};
use crate::http::caller::refuse_without_access;
use crate::http::caller::tenant::{foreign_tenant, named_tenant};
use crate::http::login::incoming_start::IncomingStart;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::principal::Means;
use crate::model::product::Provider;

/// Marks a start that was already redirected to the host of the redirect URI.
const HOST_CHECKED: &str = "host_checked";

/// The owner of the connections that a login makes, and their tenant. A login in a browser belongs
/// to the person who logs in at Atlassian (none yet); a login by a key or in open mode
/// belongs to that owner. The tenant comes from the header or the query.
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
                "in open mode a login starts on this machine only, from an allowed page",
            ));
        }
        return Ok((None, asked.unwrap_or_default()));
    };
    let tenant = principal.tenant(asked).ok_or_else(foreign_tenant)?;
    match principal.means() {
        Means::Session { .. } => Ok((None, tenant)),
        Means::Local => Ok((Some(principal.owner().clone()), tenant)),
        Means::Agent(_) => Err(ApiError::unauthorized()),
        Means::Key(_) => {
            refuse_without_access(principal, RouteAccess::Write, state)?;
            Ok((Some(principal.owner().clone()), tenant))
        }
    }
}

/// Where to start instead, if this host is not the one that Atlassian sends the browser back to.
///
/// Cookies belong to a host name (RFC 6265, section 5.1.3), so the state cookie would be missing at
/// the callback: `localhost` and `127.0.0.1` are two hosts. A browser is redirected; a script gets
/// an error. A browser would also refuse a Secure cookie on the plain http address of a proxy that
/// serves both (RFC 6265bis, section 5.7).
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
    // A proxy that rewrites Host would otherwise redirect the browser in circles.
    if (same_host && same_scheme) || query.host_checked.is_some() {
        return Ok(None);
    }
    let there = redirect.origin().ascii_serialization();
    if !is_navigation(headers) {
        let message = format!(
            "a login that was started on {host} cannot end on {there}: start it there, or change the callback URL"
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
