//! API keys: credentials for programs, bound to one tenant and one owner.

use super::ids::TenantId;
use super::key_limits::KeyLimits;
use super::owner::Owner;
use super::time::Timestamp;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyScope {
    /// Look.
    Read,
    /// Change.
    Write,
    /// Operate: metrics, the operator's page.
    Admin,
}

impl KeyScope {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The name in rows and on the command line.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Reads a list of scopes separated by commas or spaces.
    ///
    /// # Errors
    /// With the first name that is none, or an empty text for an empty list.
    pub(crate) fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let mut scopes = Vec::new();
        for name in text.split([',', ' ']).filter(|name| !name.is_empty()) {
            let scope = Self::ALL.into_iter().find(|scope| scope.as_str() == name);
            let scope = scope.ok_or_else(|| name.to_owned())?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        if scopes.is_empty() {
            Err(String::new())
        } else {
            Ok(scopes)
        }
    }
}

/// A stored key. The key itself was shown once and is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, to revoke it by.
    pub id: String,
    /// The one namespace it works in.
    pub tenant: TenantId,
    /// Whom it acts as.
    pub owner: Owner,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// What it is narrowed to.
    pub limits: KeyLimits,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to within five minutes.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it can be used at `now`.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_list_of_known_names() {
        assert_eq!(
            KeyScope::parse_list("read,write, read"),
            Ok(vec![KeyScope::Read, KeyScope::Write])
        );
        assert_eq!(KeyScope::parse_list("read,root"), Err(String::from("root")));
        assert_eq!(KeyScope::parse_list(" ,"), Err(String::new()));
    }
}
