//! The client of an agent, as far as it is known.

use super::redirect::is_same;

/// How a client came to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registration {
    /// It registered itself; its id is signed by us.
    Itself,
    /// Its id is the address of a document that says who it is.
    Document,
    /// The operator entered it.
    Operator,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentClient {
    /// Its id.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Where codes may be sent to.
    pub redirect_uris: Vec<String>,
    /// How it is known.
    pub registration: Registration,
    /// Whether it has registered for reading alone.
    pub reads_only: bool,
}

impl AgentClient {
    /// Whether a code may be sent there.
    pub(crate) fn may_return_to(&self, redirect_uri: &str) -> bool {
        let mut registered = self.redirect_uris.iter();
        registered.any(|registered| is_same(registered, redirect_uri))
    }
}
