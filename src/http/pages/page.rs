//! The frame of our own pages: their policy, what a login's ending leaves in the address, and rendering.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::http::edge::outermost::SkipEnvelope;
use crate::http::wire::error::ApiError;
use crate::model::ids::TenantId;
use crate::model::principal::Principal;
use crate::service::authorization::outcome::LoginFailure;

/// What our pages may load and do: scripts and styles of ours, calls to us, nothing else.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Where a login that starts on a page leads back to.
#[derive(Debug)]
pub(crate) struct ReturnTarget {
    path: &'static str,
    tenant: Option<String>,
}

impl ReturnTarget {
    /// Back to one of our pages, in a namespace.
    pub(crate) fn to(path: &'static str, tenant: Option<&str>) -> Self {
        let tenant = tenant.filter(|tenant| TenantId::parse(tenant).is_ok());
        Self {
            path,
            tenant: tenant.map(str::to_owned),
        }
    }

    /// The namespace, if one is named.
    pub(crate) fn tenant(&self) -> &str {
        self.tenant.as_deref().unwrap_or_default()
    }

    /// The parameters of a login's start. A namespace is made of letters that need no escaping.
    pub(crate) fn query(&self) -> String {
        let path = self.path;
        self.tenant.as_ref().map_or_else(
            || format!("redirect=true&return_url={path}"),
            |tenant| format!("redirect=true&return_url={path}%3Ftenant%3D{tenant}&tenant={tenant}"),
        )
    }
}

/// What a page may be asked, and what a login's ending leaves in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LoginOutcome {
    /// The namespace.
    pub(crate) tenant: Option<String>,
    error: Option<String>,
    connected: Option<String>,
    status: Option<String>,
    needs_site: Option<String>,
}

impl LoginOutcome {
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let code = self.error.as_deref()?;
        LoginFailure::ALL
            .into_iter()
            .find(|failure| failure.as_str() == code)
            .map(LoginFailure::sentence)
    }

    pub(crate) fn success(&self) -> Option<&'static str> {
        if self.needs_site.is_some() {
            return Some("You are logged in. Please choose the site to use.");
        }
        let connected = self.connected.is_some() || self.status.as_deref() == Some("success");
        connected.then_some("You are logged in and connected.")
    }
}

/// Whether being on this machine is what lets the visitor in (open local mode).
pub(crate) fn is_local(principal: Option<&Principal>) -> bool {
    principal.is_some_and(|principal| principal.person().is_none())
}

/// What a person is called.
pub(crate) fn person_name(principal: Option<&Principal>) -> Option<String> {
    let person = principal?.person()?;
    let known = person.display_name.clone().or_else(|| person.email.clone());
    Some(known.unwrap_or_else(|| person.account_id.clone()))
}

/// A page under the strict policy of our own pages.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    let Ok(text) = page.render() else {
        return ApiError::internal().into_response();
    };
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
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
