//! Rate limits: whether the caller or their address is charged for a request, and the 429.

use std::time::Duration;

use axum::http::Extensions;

use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::client_address::ClientAddress;
use crate::model::principal::Principal;

/// Who was charged for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charged {
    ByAddress,
    ByCaller,
}

/// Charges the caller, or their address if the caller is unknown. A request is charged once,
/// however often extractors and layers ask. An address that was charged gets it back once the
/// caller is known.
pub(crate) fn charge(
    extensions: &mut Extensions,
    state: &AppState,
    caller: Option<&Principal>,
) -> Result<(), ApiError> {
    let charged = extensions.get::<Charged>().copied();
    let from = noted_address(extensions);
    match (caller, charged) {
        (None, Some(_)) | (Some(_), Some(Charged::ByCaller)) => return Ok(()),
        (None, None) => state.limits.take_of_address(from).map_err(too_many)?,
        (Some(caller), charged) => {
            if charged.is_some() {
                state.limits.give_back_to_address(from);
            }
            state.limits.take_of_caller(caller).map_err(too_many)?;
        }
    }
    extensions.insert(if caller.is_some() {
        Charged::ByCaller
    } else {
        Charged::ByAddress
    });
    Ok(())
}

/// The address that the request comes from, as the rate-limit layer noted it.
pub(crate) fn noted_address(extensions: &Extensions) -> ClientAddress {
    let noted = extensions.get::<ClientAddress>().copied();
    noted.unwrap_or_else(|| ClientAddress::new(std::net::Ipv4Addr::UNSPECIFIED.into()))
}

/// 429.
pub(crate) fn too_many(wait: Duration) -> ApiError {
    ApiError::too_many("too many requests; wait and try again", wait)
}
