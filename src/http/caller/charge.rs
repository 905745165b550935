//! Who pays for a request, the caller or their address, and the 429 when that one cannot.

use std::time::Duration;

use axum::http::Extensions;

use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::client_address::ClientAddress;
use crate::model::principal::Principal;

/// Who has paid for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    ByAddress,
    ByCaller,
}

/// Lets the caller pay, or their address when nobody is known. Twice in one request costs once.
pub(crate) fn pay(
    extensions: &mut Extensions,
    state: &AppState,
    caller: Option<&Principal>,
) -> Result<(), ApiError> {
    let paid = extensions.get::<Paid>().copied();
    let from = noted_address(extensions);
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
pub(crate) fn noted_address(extensions: &Extensions) -> ClientAddress {
    let noted = extensions.get::<ClientAddress>().copied();
    noted.unwrap_or_else(|| ClientAddress::new(std::net::Ipv4Addr::UNSPECIFIED.into()))
}

pub(crate) fn too_many(wait: Duration) -> ApiError {
    ApiError::too_many("too many requests; wait a little and go on", wait)
}
