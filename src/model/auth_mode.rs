//! Whether callers log in, or being on this machine is enough.

use super::owner::Owner;

/// Whether callers log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// Callers need a session or an API key.
    Session,
    /// One developer on one machine: callers on loopback are the owner `local`.
    Open,
}

impl AuthMode {
    /// Its name in settings and answers.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Open => "open",
        }
    }

    /// The owner of what belongs to this installation rather than to a person.
    pub(crate) const fn own_owner(self) -> Owner {
        match self {
            Self::Session => Owner::Service,
            Self::Open => Owner::Local,
        }
    }
}
