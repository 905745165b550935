//! The tenant that a request names, and whether its caller may use it.

use axum::http::{HeaderMap, HeaderName};

use crate::http::wire::error::ApiError;
use crate::model::ids::TenantId;
use crate::model::principal::Principal;

/// Names the tenant.
pub(crate) const X_TENANT_ID: HeaderName = HeaderName::from_static("x-tenant-id");

/// The tenant that a caller works in.
pub(crate) fn tenant_of(principal: &Principal, headers: &HeaderMap) -> Result<TenantId, ApiError> {
    principal
        .tenant(named_tenant(headers)?)
        .ok_or_else(foreign_tenant)
}

/// The same sentence for every other name, so that a key cannot be used to find out which tenants
/// exist.
pub(crate) fn foreign_tenant() -> ApiError {
    ApiError::forbidden("this key does not work in that tenant")
}

/// The tenant named by `X-Tenant-Id`, if there is one.
///
/// It is not a list, so a sender must not send it twice (RFC 9110, section 5.3). A proxy and this
/// service could otherwise read different ones.
pub(crate) fn named_tenant(headers: &HeaderMap) -> Result<Option<TenantId>, ApiError> {
    let mut values = headers.get_all(X_TENANT_ID).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ApiError::invalid(
            &["X-Tenant-Id"],
            "X-Tenant-Id must be sent once",
        ));
    }
    // A frontend that has no tenant sends the header all the same.
    if value.as_bytes().trim_ascii().is_empty() {
        return Ok(None);
    }
    let parsed = TenantId::parse(value.to_str().unwrap_or_default());
    parsed
        .map(Some)
        .map_err(|error| ApiError::invalid(&["X-Tenant-Id"], error.to_string()))
}
