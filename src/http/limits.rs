//! Too many requests: who pays for a request, and the refusals, 429 with a true `Retry-After`.
//!
//! A known caller pays for themselves. Everybody else is paid for by the address they come from: at
//! the door, or, when they show a credential that turns out bad, once that is known.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::access::{Access, row};
use super::address;
use super::caller;
use super::error::ApiError;
use super::state::AppState;
use crate::model::client_address::ClientAddress;
use crate::model::principal::Principal;

/// Asked by machines, at a pace of their own.
const PROBES: [&str; 3] = ["/healthz", "/health", "/ready"];

/// Who has paid for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paid {
    ByAddress,
    ByCaller,
}

/// Notes where a request comes from, and stops it when that address has had enough for now.
pub(super) async fn at_the_door(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let client = address::client(&parts, &state.edge.trusted_proxies);
    parts.extensions.insert(ClientAddress::new(client));
    match pass(&mut parts, &state).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    }
}

async fn pass(parts: &mut Parts, state: &AppState) -> Result<(), ApiError> {
    let route = parts.extensions.get::<MatchedPath>();
    // What does not exist is 404 or 405 for everybody.
    let Some(access) = route.and_then(|route| row(&parts.method, route.as_str())) else {
        return Ok(());
    };
    if route.is_some_and(|route| PROBES.contains(&route.as_str())) {
        return Ok(());
    }
    let shows_credential = caller::shows_credential(parts, state);
    if access != Access::Public && shows_credential {
        return Ok(());
    }
    match state
        .limits
        .take_of_address(client_address(&parts.extensions))
    {
        Ok(()) => {
            parts.extensions.insert(Paid::ByAddress);
            Ok(())
        }
        // Others behind the same address may have used it up.
        Err(_) if shows_credential && caller::is_known(parts, state).await? => Ok(()),
        Err(wait) => Err(too_many(wait)),
    }
}

/// Lets the caller pay, or their address when nobody is known. Twice in one request costs once.
pub(super) fn pay(
    extensions: &mut Extensions,
    state: &AppState,
    caller: Option<&Principal>,
) -> Result<(), ApiError> {
    let paid = extensions.get::<Paid>().copied();
    let from = client_address(extensions);
    match (caller, paid) {
        (None, Some(_)) | (Some(_), Some(Paid::ByCaller)) => return Ok(()),
        (None, None) => state.limits.take_of_address(from).map_err(too_many)?,
        (Some(caller), paid) => {
            if paid.is_some() {
                state.limits.give_back_to_address(from);
            }
            state.limits.take_of_caller(caller).map_err(too_many)?;
        }
    }
    extensions.insert(if caller.is_some() {
        Paid::ByCaller
    } else {
        Paid::ByAddress
    });
    Ok(())
}

/// Where the request comes from, as noted at the door.
pub(super) fn client_address(extensions: &Extensions) -> ClientAddress {
    let noted = extensions.get::<ClientAddress>().copied();
    noted.unwrap_or_else(|| ClientAddress::new(std::net::Ipv4Addr::UNSPECIFIED.into()))
}

fn too_many(wait: Duration) -> ApiError {
    ApiError::too_many("too many requests; wait a little and go on", wait)
}
