//! The namespace that a request names, and whether its caller may use it.

use axum::http::HeaderMap;

use crate::http::wire::error::ApiError;
use crate::model::ids::TenantId;
use crate::model::principal::Principal;

/// The namespace that a caller works in.
pub(crate) fn tenant_of(principal: &Principal, headers: &HeaderMap) -> Result<TenantId, ApiError> {
    principal
        .tenant(named_tenant(headers)?)
        .ok_or_else(foreign_tenant)
}

/// The same words for every other name, so that nobody learns which tenants there are.
pub(crate) fn foreign_tenant() -> ApiError {
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
