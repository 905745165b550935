//! The tenant and owner that every row belongs to and every query filters by, and what the caller's key is narrowed to.

use std::sync::Arc;

use super::ids::TenantId;
use super::key_limits::KeyLimits;
use super::owner::Owner;

/// One owner's namespace. Only authentication and the login callback make one:
/// everything else receives it and hands it on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    tenant: TenantId,
    owner: Owner,
    /// None: everything that the owner may do.
    limits: Option<Arc<KeyLimits>>,
}

impl Scope {
    /// The rows of `owner` in `tenant`, once it is known that the caller is that owner.
    pub fn authenticated(tenant: TenantId, owner: Owner) -> Self {
        Self {
            tenant,
            owner,
            limits: None,
        }
    }

    /// The same rows for a caller whose key is narrowed to `limits`. They go wherever the scope goes, so that no call is
    /// made without them.
    pub(crate) fn narrowed(self, limits: KeyLimits) -> Self {
        Self {
            limits: Some(Arc::new(limits)),
            ..self
        }
    }

    /// The namespace.
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The owner.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// What the caller's key is narrowed to, if it is.
    pub(crate) fn limits(&self) -> Option<&Arc<KeyLimits>> {
        self.limits.as_ref()
    }

    /// Whether the caller's key is limited to projects or spaces.
    pub(crate) fn is_limited_to_places(&self) -> bool {
        self.limits
            .as_ref()
            .is_some_and(|limits| limits.are_places())
    }
}
