//! Who is calling: credentials in, a principal and a namespace out.

pub mod access;
pub(crate) mod charge;
pub(crate) mod client_address;
pub(crate) mod cookies;
pub(crate) mod headers;
pub(crate) mod listing;
pub(crate) mod open_mode;
pub(crate) mod origin;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use crate::http::caller::access::{Access, access_to};
use crate::http::caller::charge::{noted_address, pay};
use crate::http::caller::cookies::session_cookie;
use crate::http::caller::origin::refuse_foreign_writes;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::principal::{LOCAL_OWNER, Principal};
use crate::model::scope::Scope;

/// An authenticated caller who may call this route; without one the request ends here.
#[derive(Debug)]
pub(crate) struct Caller {
    principal: Principal,
    tenant: TenantId,
    /// Whether the request itself named the namespace.
    names_tenant: bool,
}

impl Caller {
    /// The caller's own rows.
    pub(crate) fn scope(&self) -> Scope {
        self.principal.scope(self.tenant.clone())
    }

    /// Refuses a caller who may not do this kind of thing.
    pub(crate) fn needs(&self, access: Access, state: &AppState) -> Result<(), ApiError> {
        refuse_without_scope(&self.principal, access)?;
        if access == Access::Write && state.edge.read_only {
            return Err(ApiError::forbidden(
                "this service is read-only (READ_ONLY=true)",
            ));
        }
        Ok(())
    }

    /// Who it is.
    pub(crate) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The caller's own rows in a namespace named in the query, for requests that cannot carry a
    /// header; without one, in that of the header.
    pub(crate) fn scope_in(&self, tenant: Option<&str>) -> Result<Scope, ApiError> {
        let Some(tenant) = tenant else {
            return Ok(self.scope());
        };
        let invalid = |message: String| ApiError::invalid(&["tenant"], message);
        let asked = TenantId::parse(tenant).map_err(|error| invalid(error.to_string()))?;
        if self.names_tenant && asked != self.tenant {
            return Err(invalid(String::from(
                "tenant and X-Tenant-Id name two different tenants",
            )));
        }
        let tenant = self
            .principal
            .tenant(Some(asked))
            .ok_or_else(foreign_tenant)?;
        Ok(self.principal.scope(tenant))
    }
}

/// A caller of a public route: known or not. Credentials that are no longer good count as none.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// Who it is, if known.
    pub(crate) principal: Option<Principal>,
    /// The namespace.
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

/// The credential a request carries. Ambient ones are sent by a browser without being asked.
enum Presented {
    Nothing,
    Invalid,
    NoAuthorityHere(&'static str),
    Explicit(Principal),
    Ambient(Principal),
}

impl Presented {
    fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Explicit(principal) | Self::Ambient(principal) => Some(principal),
            Self::Nothing | Self::Invalid | Self::NoAuthorityHere(_) => None,
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let presented = presented(parts, state).await?;
        pay(&mut parts.extensions, state, presented.principal())?;
        let principal = match presented {
            Presented::Nothing | Presented::Invalid => return Err(ApiError::unauthorized()),
            Presented::NoAuthorityHere(sentence) => return Err(ApiError::forbidden(sentence)),
            Presented::Explicit(principal) => principal,
            Presented::Ambient(principal) => {
                refuse_foreign_writes(&state.edge, &parts.method, &parts.headers)?;
                principal
            }
        };
        let tenant = tenant_of(&principal, &parts.headers)?;
        let route = parts
            .extensions
            .get::<MatchedPath>()
            .map_or("", MatchedPath::as_str);
        let caller = Self {
            principal,
            tenant,
            names_tenant: parts.headers.contains_key("x-tenant-id"),
        };
        caller.needs(access_to(&parts.method, route), state)?;
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let presented = presented(parts, state).await?;
        pay(&mut parts.extensions, state, presented.principal())?;
        let principal = match presented {
            Presented::Nothing | Presented::Invalid | Presented::NoAuthorityHere(_) => None,
            Presented::Explicit(principal) => Some(principal),
            Presented::Ambient(principal) => {
                refuse_foreign_writes(&state.edge, &parts.method, &parts.headers)?;
                Some(principal)
            }
        };
        let tenant = match &principal {
            Some(principal) => tenant_of(principal, &parts.headers)?,
            None => named_tenant(&parts.headers)?.unwrap_or_default(),
        };
        Ok(Self { principal, tenant })
    }
}

/// An explicit credential beats an ambient one; a bad cookie counts as none.
async fn presented(parts: &Parts, state: &AppState) -> Result<Presented, ApiError> {
    let headers = &parts.headers;
    let tokens: Vec<&HeaderValue> = headers.get_all("x-session-token").iter().collect();
    let authorizations: Vec<&HeaderValue> = headers.get_all(AUTHORIZATION).iter().collect();
    let differ = |values: &[&HeaderValue]| values.iter().any(|value| *value != values[0]);
    if differ(&tokens) || differ(&authorizations) {
        return Err(two_callers());
    }
    let by_key = match authorizations.first() {
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            Some(within_limits(parts, state, text, of_authorization(text, state)).await?)
        }
        None => None,
    };
    let by_token = match tokens.first() {
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            Some(within_limits(parts, state, text, of_session(text, state)).await?)
        }
        None => None,
    };
    match (by_key, by_token) {
        (Some(_), Some(_)) => Err(two_callers()),
        (Some(known), None) | (None, Some(known)) => {
            Ok(known.map_or(Presented::Invalid, Presented::Explicit))
        }
        (None, None) => ambient(parts, state).await,
    }
}

/// Whether a request shows anything that may turn out to be a credential.
pub(crate) fn shows_credential(parts: &Parts, state: &AppState) -> bool {
    let headers = &parts.headers;
    headers.contains_key("x-session-token")
        || headers.contains_key(AUTHORIZATION)
        || session_cookie(headers, &state.edge).is_some()
        || (state.edge.is_open && open_mode::refusal(&state.edge, parts).is_none())
}

/// Whether the credential that a request shows is somebody's.
pub(crate) async fn is_known(parts: &Parts, state: &AppState) -> Result<bool, ApiError> {
    Ok(presented(parts, state).await?.principal().is_some())
}

/// Looks a credential up, unless too many bad ones came from the same address.
async fn within_limits(
    parts: &Parts,
    state: &AppState,
    credential: &str,
    lookup: impl Future<Output = Result<Option<Principal>, ApiError>>,
) -> Result<Option<Principal>, ApiError> {
    let from = noted_address(&parts.extensions);
    let room = state.limits.may_present(from, credential);
    room.map_err(|wait| {
        let message = "too many session tokens and keys that are not valid came from this address; wait a little";
        ApiError::too_many(message, wait)
    })?;
    let known = lookup.await?;
    let is_good = known.is_some();
    state.limits.note_credential(from, credential, is_good);
    Ok(known)
}

/// A key. An Atlassian token, or anything else, is never a credential here.
async fn of_authorization(text: &str, state: &AppState) -> Result<Option<Principal>, ApiError> {
    let Some((scheme, key)) = text.split_once(' ') else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    Ok(state
        .api_keys
        .authenticate(key.trim())
        .await?
        .map(Principal::of_key))
}

/// A session. One of open local mode is worth nothing when that mode is over.
async fn of_session(token: &str, state: &AppState) -> Result<Option<Principal>, ApiError> {
    let known = state.sessions.authenticate(token).await?;
    Ok(known.filter(|principal| state.edge.is_open || principal.owner().as_str() != LOCAL_OWNER))
}

async fn ambient(parts: &Parts, state: &AppState) -> Result<Presented, ApiError> {
    if state.edge.is_open {
        let refusal = open_mode::refusal(&state.edge, parts);
        return Ok(refusal.map_or_else(
            || Presented::Ambient(Principal::local()),
            Presented::NoAuthorityHere,
        ));
    }
    let Some(token) = session_cookie(&parts.headers, &state.edge) else {
        return Ok(Presented::Nothing);
    };
    let known = within_limits(parts, state, &token, of_session(&token, state)).await?;
    Ok(known.map_or(Presented::Nothing, Presented::Ambient))
}

fn two_callers() -> ApiError {
    ApiError::bad_request("this request names two different callers; send one credential")
}

fn refuse_without_scope(principal: &Principal, access: Access) -> Result<(), ApiError> {
    let needed = match access {
        Access::Public | Access::Depends => return Ok(()),
        Access::Read => KeyScope::Read,
        Access::Write => KeyScope::Write,
        Access::Admin => KeyScope::Admin,
    };
    if principal.may(needed) {
        return Ok(());
    }
    let message = format!("this needs an API key with the scope {}", needed.as_str());
    Err(ApiError::forbidden(message)
        .with_details(serde_json::json!({ "missing_scopes": [needed.as_str()] })))
}

fn tenant_of(principal: &Principal, headers: &HeaderMap) -> Result<TenantId, ApiError> {
    principal
        .tenant(named_tenant(headers)?)
        .ok_or_else(foreign_tenant)
}

/// The same words for every other name, so that nobody learns which tenants there are.
fn foreign_tenant() -> ApiError {
    ApiError::forbidden("this key does not work in that tenant")
}

/// The namespace named by `X-Tenant-Id`, if there is one.
pub(crate) fn named_tenant(headers: &HeaderMap) -> Result<Option<TenantId>, ApiError> {
    let mut values = headers.get_all("x-tenant-id").iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ApiError::invalid(
            &["X-Tenant-Id"],
            "X-Tenant-Id must be sent once",
        ));
    }
    let parsed = TenantId::parse(value.to_str().unwrap_or_default());
    parsed
        .map(Some)
        .map_err(|error| ApiError::invalid(&["X-Tenant-Id"], error.to_string()))
}
