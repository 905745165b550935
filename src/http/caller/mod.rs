//! The caller of a request: a credential in, a principal and its tenant out.

pub mod access;
pub(crate) mod charge;
pub(crate) mod client_address;
pub(crate) mod cookies;
pub(crate) mod credentials;
pub(crate) mod headers;
pub(crate) mod listing;
mod narrowed;
pub(crate) mod open_mode;
pub(crate) mod origin;
mod page_owner;
pub(crate) mod tenant;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;

use crate::http::caller::access::{RouteAccess, required_access};
use crate::http::caller::credentials::{Presented, charged_credential, refuse_invalid};
use crate::http::caller::tenant::{X_TENANT_ID, foreign_tenant, named_tenant, tenant_of};
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::principal::{Means, Principal};
use crate::model::scope::Scope;
use crate::work::request_notes::RequestNotes;

/// An authenticated caller who may call this route. Without one the request is refused.
#[derive(Debug)]
pub(crate) struct Caller {
    principal: Principal,
    tenant: TenantId,
    /// Whether the request named the tenant in its header.
    names_tenant: bool,
}

impl Caller {
    /// The caller's own rows.
    pub(crate) fn scope(&self) -> Scope {
        self.principal.scope(self.tenant.clone())
    }

    /// Refuses a caller who lacks this access.
    pub(crate) fn needs(&self, access: RouteAccess, state: &AppState) -> Result<(), ApiError> {
        refuse_without_access(&self.principal, access, state)
    }

    /// The id of their API key, if they showed one.
    pub(crate) fn key_id(&self) -> Option<&str> {
        match self.principal.means() {
            Means::Key(key) => Some(&key.id),
            Means::Session { .. } | Means::Agent(_) | Means::Local => None,
        }
    }

    /// Who it is.
    pub(crate) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The caller's own rows in a tenant named in the query, for requests that cannot carry a
    /// header. Without one, in the tenant of the header.
    pub(crate) fn scope_in(&self, tenant: Option<&str>) -> Result<Scope, ApiError> {
        let Some(tenant) = tenant else {
            return Ok(self.scope());
        };
        let invalid = |message: String| ApiError::invalid(&["tenant"], message);
        let asked = TenantId::parse(tenant).map_err(|error| invalid(error.to_string()))?;
        if self.names_tenant && asked != self.tenant {
            return Err(invalid(String::from(
                "tenant and X-Tenant-Id name different tenants",
            )));
        }
        let tenant = self
            .principal
            .tenant(Some(asked))
            .ok_or_else(foreign_tenant)?;
        note_tenant(&tenant);
        Ok(self.principal.scope(tenant))
    }
}

/// A caller of a public route, known or not. An invalid credential counts as none.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// Who it is, if known.
    pub(crate) principal: Option<Principal>,
    /// The tenant.
    pub(crate) tenant: TenantId,
}

impl Visitor {
    /// The caller's own rows, if known.
    pub(crate) fn scope(&self) -> Option<Scope> {
        self.principal
            .as_ref()
            .map(|principal| principal.scope(self.tenant.clone()))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let principal = match charged_credential(parts, state).await? {
            Presented::Nothing => return Err(ApiError::unauthorized()),
            Presented::Invalid => return Err(refuse_invalid(parts, state)),
            Presented::NoAuthorityHere(sentence) => return Err(ApiError::forbidden(sentence)),
            Presented::Explicit(principal) | Presented::Ambient(principal) => principal,
        };
        let tenant = tenant_of(&principal, &parts.headers)?;
        note_tenant(&tenant);
        refuse_beyond_limits(&principal, parts)?;
        let route = parts
            .extensions
            .get::<MatchedPath>()
            .map_or("", MatchedPath::as_str);
        let caller = Self {
            principal,
            tenant,
            names_tenant: parts.headers.contains_key(X_TENANT_ID),
        };
        caller.needs(required_access(&parts.method, route), state)?;
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let credential = charged_credential(parts, state).await?;
        let principal = credential.principal().cloned();
        if let Some(principal) = &principal {
            refuse_beyond_limits(principal, parts)?;
        }
        let tenant = match &principal {
            Some(principal) => tenant_of(principal, &parts.headers)?,
            None => named_tenant(&parts.headers)?.unwrap_or_default(),
        };
        Ok(Self { principal, tenant })
    }
}

/// So that an address to log in at leads to where the caller works.
fn note_tenant(tenant: &TenantId) {
    if *tenant != TenantId::default() {
        RequestNotes::note_tenant(tenant.as_str());
    }
}

/// Refuses a route that is outside of what the caller's key is narrowed to.
fn refuse_beyond_limits(principal: &Principal, parts: &Parts) -> Result<(), ApiError> {
    match principal.limits() {
        Some(limits) => narrowed::check(limits, &parts.method, parts.uri.path()),
        None => Ok(()),
    }
}

/// Refuses a principal who lacks this access here, on public routes too, where what they ask for
/// decides what they need. `READ_ONLY` holds for everybody.
pub(crate) fn refuse_without_access(
    principal: &Principal,
    access: RouteAccess,
    state: &AppState,
) -> Result<(), ApiError> {
    refuse_without_scope(principal, access)?;
    if access == RouteAccess::Write && state.edge.read_only {
        return Err(ApiError::forbidden(
            "this service is read-only (READ_ONLY=true)",
        ));
    }
    Ok(())
}

fn refuse_without_scope(principal: &Principal, access: RouteAccess) -> Result<(), ApiError> {
    let needed = match access {
        RouteAccess::Public | RouteAccess::Depends => return Ok(()),
        RouteAccess::Read => KeyScope::Read,
        RouteAccess::Write => KeyScope::Write,
        RouteAccess::Admin => KeyScope::Admin,
    };
    if principal.may(needed) {
        return Ok(());
    }
    let holder = match principal.means() {
        Means::Agent(_) => "a consent to",
        Means::Key(_) | Means::Session { .. } | Means::Local => "an API key with the scope",
    };
    let message = format!("this needs {holder} {}", needed.as_str());
    Err(ApiError::forbidden(message)
        .with_details(serde_json::json!({ "missing_scopes": [needed.as_str()] })))
}
