//! The frame of our own pages: content security policy, the result of a login, rendering.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::http::caller::access::RouteAccess;
use crate::http::caller::refuse_without_access;
use crate::http::edge::outermost::SkipEnvelope;
use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, ToldOnPage};
use crate::model::connection::ConnectionStatus;
use crate::model::ids::TenantId;
use crate::model::principal::Principal;
use crate::service::authorization::outcome::LoginFailure;
use crate::service::connections::ConnectionView;

/// The content security policy of our pages: own scripts, styles and calls, nothing inline and no
/// frames.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Where a login that starts on a page returns to.
#[derive(Debug)]
pub(crate) struct ReturnTarget {
    path: &'static str,
    /// What a program asked for, which was kept.
    request: Option<String>,
    tenant: Option<String>,
}

impl ReturnTarget {
    /// Back to one of our pages, in a tenant.
    pub(crate) fn to(path: &'static str, tenant: Option<&str>) -> Self {
        let tenant = tenant.filter(|tenant| TenantId::parse(tenant).is_ok());
        Self {
            path,
            request: None,
            tenant: tenant.map(str::to_owned),
        }
    }

    /// Back to the request of a program that wants to be let in, which is kept under this handle.
    pub(crate) fn to_request(handle: &str, tenant: Option<&TenantId>) -> Self {
        Self {
            path: "/authorize",
            request: Some(handle.to_owned()),
            tenant: tenant.map(|tenant| tenant.as_str().to_owned()),
        }
    }

    /// The tenant, if one is named.
    pub(crate) fn tenant(&self) -> &str {
        self.tenant.as_deref().unwrap_or_default()
    }

    /// The query of a login's start. A tenant's name needs no escaping.
    pub(crate) fn query(&self) -> String {
        let path = self.path;
        if let Some(handle) = &self.request {
            let tenant = self.tenant.as_ref();
            let tenant = tenant.map_or_else(String::new, |tenant| format!("&tenant={tenant}"));
            return format!("redirect=true&return_url={path}%3Frequest%3D{handle}{tenant}");
        }
        self.tenant.as_ref().map_or_else(
            || format!("redirect=true&return_url={path}"),
            |tenant| format!("redirect=true&return_url={path}%3Ftenant%3D{tenant}&tenant={tenant}"),
        )
    }
}

/// The query of a page: its tenant, and the result that a login leaves in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LoginOutcome {
    /// The tenant.
    pub(crate) tenant: Option<String>,
    error: Option<String>,
    connected: Option<String>,
    status: Option<String>,
    needs_site: Option<String>,
    site: Option<String>,
}

impl LoginOutcome {
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.site.as_deref() == Some("not_reached") {
            return Some(
                "The login does not reach the site that was asked for. Choose another one, or log in again and let Atlassian grant it.",
            );
        }
        if self.site.as_deref() == Some("changed") {
            return Some(
                "This login reaches another site than the one before, and your connections use it now, also for your API keys. If that is not what you want, log in again and let Atlassian grant the earlier one.",
            );
        }
        let code = self.error.as_deref()?;
        LoginFailure::ALL
            .into_iter()
            .find(|failure| failure.as_str() == code)
            .map(LoginFailure::sentence)
    }

    /// Whether the login has left a site to be chosen, and it still is.
    pub(crate) fn asks_for_site(&self, views: &[ConnectionView]) -> bool {
        let needs_site = |view: &ConnectionView| view.status == ConnectionStatus::NeedsSite;
        self.needs_site.is_some() && views.iter().any(needs_site)
    }

    /// What went well, as things stand now: the address stays as the login left it.
    pub(crate) fn success(&self, views: &[ConnectionView]) -> Option<&'static str> {
        if self.asks_for_site(views) {
            return Some("You are logged in. Please choose the site to use.");
        }
        let connected = self.connected.is_some()
            || self.needs_site.is_some()
            || self.status.as_deref() == Some("success");
        connected.then_some("You are logged in and connected.")
    }
}

/// Why this caller can change nothing, in one sentence; none if they can.
pub(crate) fn read_only_reason(state: &AppState, principal: &Principal) -> Option<&'static str> {
    if state.edge.read_only {
        return Some(
            "This service is read-only (READ_ONLY=true). You can see everything and change nothing.",
        );
    }
    refuse_without_access(principal, RouteAccess::Write, state).err().map(|_| {
        "Your API key may only read. You can see everything and change nothing. A key with the scope write may do more."
    })
}

/// Whether the visitor is let in by open mode.
pub(crate) fn is_local(principal: Option<&Principal>) -> bool {
    principal.is_some_and(|principal| principal.person().is_none())
}

/// The person's name: the display name, the e-mail address, or the id.
pub(crate) fn person_name(principal: Option<&Principal>) -> Option<String> {
    let person = principal?.person()?;
    let known = person.display_name.clone().or_else(|| person.email.clone());
    Some(known.unwrap_or_else(|| person.account_id.clone()))
}

/// Renders a page that tells a failure.
pub(crate) fn render_failure(error: &ApiError, page: &impl Template) -> Response {
    let mut response = render(error.status, page);
    response.extensions_mut().insert(ToldOnPage(error.clone()));
    response
}

/// Renders a page under the policy of our own pages.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    let Ok(text) = page.render() else {
        return ApiError::internal().into_response();
    };
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    // The address of a page may hold the result of a login, which no other site needs to see (RFC
    // 9700, section 4.2.4).
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    response.extensions_mut().insert(SkipEnvelope);
    response
}
