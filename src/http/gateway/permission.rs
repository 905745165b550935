//! Whether a caller may do an operation at the gateway.

use axum::http::{Extensions, HeaderMap};

use crate::http::caller::Caller;
use crate::http::caller::access::RouteAccess;
use crate::http::caller::credentials::Presented;
use crate::http::caller::headers::is_told_to_navigate;
use crate::http::caller::origin::is_own_or_listed;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::principal::Means;
use crate::model::product::Product;
use crate::policy::{Effect, Operation};

/// Refuses what this caller may not do.
pub(super) fn check(
    caller: &Caller,
    operation: &Operation,
    extensions: &Extensions,
    headers: &HeaderMap,
    state: &AppState,
) -> Result<(), ApiError> {
    if let Some(limits) = caller.principal().limits()
        && !operation.is_within(limits)
    {
        return Err(ApiError::forbidden(format!(
            "this API key is narrowed, and {} is outside of what it may do",
            operation.name
        )));
    }
    let is_admin = operation.effect == Effect::Admin;
    if is_admin && !state.edge.gateway_admin {
        return Err(ApiError::forbidden(
            "this is an administrator's business, and is passed on only where the operator says so (GATEWAY_ADMIN=true)",
        ));
    }
    if is_admin {
        caller.needs(RouteAccess::Admin, state)?;
    }
    if operation.changes() {
        // An administrator's key needs no second scope, and READ_ONLY holds for it, too.
        if is_admin && state.edge.read_only {
            return Err(ApiError::forbidden(
                "this service is read-only (READ_ONLY=true)",
            ));
        }
        if !is_admin {
            caller.needs(RouteAccess::Write, state)?;
        }
    } else if !is_admin {
        caller.needs(RouteAccess::Read, state)?;
    }
    if !comes_by_cookie(caller, extensions) {
        return Ok(());
    }
    if operation.changes() {
        return Err(ApiError::forbidden(
            "a session cookie changes nothing at the gateway; send an API key",
        ));
    }
    for_pages_of_the_list(headers, state)
}

/// Refuses who may not be sent to a page of this product. A person who clicks a link may, wherever the link stands: the
/// answer is where the page lies, and only their browser learns it.
pub(super) fn check_page(
    caller: &Caller,
    product: Product,
    extensions: &Extensions,
    headers: &HeaderMap,
    state: &AppState,
) -> Result<(), ApiError> {
    let limits = caller.principal().limits();
    if limits.is_some_and(|limits| !limits.admit(product)) {
        return Err(ApiError::forbidden(format!(
            "this API key is narrowed, and {} is outside of what it may do",
            product.title()
        )));
    }
    caller.needs(RouteAccess::Read, state)?;
    if comes_by_cookie(caller, extensions) && !is_told_to_navigate(headers) {
        return for_pages_of_the_list(headers, state);
    }
    Ok(())
}

/// A cookie comes along with whatever a page makes the browser send.
fn comes_by_cookie(caller: &Caller, extensions: &Extensions) -> bool {
    let is_ambient = matches!(extensions.get(), Some(Presented::Ambient(_)));
    is_ambient && matches!(caller.principal().means(), Means::Session { .. })
}

fn for_pages_of_the_list(headers: &HeaderMap, state: &AppState) -> Result<(), ApiError> {
    if is_own_or_listed(&state.edge, headers) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "this web page may not act here; the operator can list its origin in CORS_ORIGINS",
    ))
}
