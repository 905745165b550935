//! Rate limits before authentication: unknown callers are charged by address.
//!
//! A known caller is charged once they are known (`caller::charge`). Everybody else is charged by
//! the address they come from: here, or, if they show a credential that turns out bad, once that is
//! known.

use axum::extract::{MatchedPath, Request};
use axum::http::request::Parts;

use crate::http::caller::access::{RouteAccess, declared_access};
use crate::http::caller::charge::{Charged, noted_address, too_many};
use crate::http::caller::credentials;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// Probes of load balancers and orchestrators, which set their own pace.
const PROBES: [&str; 5] = [
    "/healthz",
    "/health",
    "/api/health",
    "/ready",
    "/ready/process",
];

/// The request again, unless the address it comes from is over its limit.
///
/// # Errors
/// 429, and what looking a credential up may fail with.
pub(super) async fn charge_before_auth(
    state: &AppState,
    request: Request,
) -> Result<Request, ApiError> {
    let (mut parts, body) = request.into_parts();
    charge_address(&mut parts, state).await?;
    Ok(Request::from_parts(parts, body))
}

async fn charge_address(parts: &mut Parts, state: &AppState) -> Result<(), ApiError> {
    let route = parts.extensions.get::<MatchedPath>();
    // A route or method that does not exist is 404 or 405 for everybody, and cheap.
    let Some(access) = route.and_then(|route| declared_access(&parts.method, route.as_str()))
    else {
        return Ok(());
    };
    if route.is_some_and(|route| PROBES.contains(&route.as_str())) {
        return Ok(());
    }
    let shows_credential = credentials::shows_credential(parts, state);
    if access != RouteAccess::Public && shows_credential {
        return Ok(());
    }
    match state
        .limits
        .take_of_address(noted_address(&parts.extensions))
    {
        Ok(()) => {
            parts.extensions.insert(Charged::ByAddress);
            Ok(())
        }
        // Others behind the same address (NAT) may have used up its limit.
        Err(wait) => {
            // In a box, because every request would carry the room for the look-up with it.
            let is_valid = Box::pin(credentials::shows_valid_credential(parts, state));
            if shows_credential && is_valid.await? {
                return Ok(());
            }
            Err(too_many(wait))
        }
    }
}
