//! Who is calling, once a credential has been checked.

use super::ids::{OwnerId, TenantId};
use super::scope::Scope;

/// A person who has logged in: (issuer, account id), never an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Our own id of this person: the owner of their rows.
    pub id: OwnerId,
    /// Who vouched for them: `atlassian` or `token:<cloud id>`.
    pub issuer: String,
    /// Their account id at that issuer.
    pub account_id: String,
    /// Their name.
    pub display_name: Option<String>,
    /// Their e-mail address, which may be missing, hidden or changed.
    pub email: Option<String>,
}

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Whose rows the caller may see.
    pub owner: OwnerId,
    /// The person behind a session.
    pub person: Option<Person>,
    /// The login the session belongs to.
    pub login_id: String,
}

impl Principal {
    /// The caller's own rows in `tenant`.
    pub fn scope(&self, tenant: TenantId) -> Scope {
        Scope::authenticated(tenant, self.owner.clone())
    }
}
