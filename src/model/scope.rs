//! The tenant and owner that every row belongs to and every query filters by.

use super::ids::TenantId;
use super::owner::Owner;

/// One owner's namespace. Only authentication and the login callback make one:
/// everything else receives it and hands it on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    tenant: TenantId,
    owner: Owner,
}

impl Scope {
    /// The rows of `owner` in `tenant`, once it is known that the caller is that owner.
    pub fn authenticated(tenant: TenantId, owner: Owner) -> Self {
        Self { tenant, owner }
    }

    /// The namespace.
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The owner.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }
}
