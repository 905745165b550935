//! Who is calling, once a credential has been checked.

use std::sync::Arc;

use super::agent::Agent;
use super::api_key::{ApiKey, KeyScope};
use super::ids::TenantId;
use super::key_limits::KeyLimits;
use super::owner::{Owner, PersonId};
use super::scope::Scope;

/// A person who has logged in: (issuer, account id), never an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Our own id of this person.
    pub id: PersonId,
    /// Who vouched for them: `atlassian` or `token:<cloud id>`; `dc:<host>` is kept for Data Center.
    pub issuer: String,
    /// Their account id at that issuer.
    pub account_id: String,
    /// Their name.
    pub display_name: Option<String>,
    /// Their e-mail address, which may be missing, hidden or changed.
    pub email: Option<String>,
}

impl Person {
    /// The owner of this person's rows: they themselves.
    pub fn owner(&self) -> Owner {
        Owner::Person(self.id.clone())
    }
}

/// How a caller showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A session.
    Session {
        /// The person; none behind a session of open mode.
        person: Option<Person>,
        /// The login the session belongs to.
        login_id: String,
    },
    /// An API key.
    Key(ApiKey),
    /// A token of an agent's, which works at `/mcp` alone.
    Agent(Agent),
    /// Being on the machine of open mode.
    Local,
}

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    owner: Owner,
    /// Extractors hand it on.
    means: Arc<Means>,
}

impl Principal {
    /// The owner of a session.
    pub(crate) fn of_session(owner: Owner, person: Option<Person>, login_id: String) -> Self {
        Self::by(owner, Means::Session { person, login_id })
    }

    /// The owner that a key acts as.
    pub(crate) fn of_key(key: ApiKey) -> Self {
        Self::by(key.owner.clone(), Means::Key(key))
    }

    /// The owner that an agent acts as.
    pub(crate) fn of_agent(agent: Agent) -> Self {
        Self::by(agent.owner.clone(), Means::Agent(agent))
    }

    /// The one owner of open mode.
    pub(crate) fn local() -> Self {
        Self::by(Owner::Local, Means::Local)
    }

    fn by(owner: Owner, means: Means) -> Self {
        let means = Arc::new(means);
        Self { owner, means }
    }

    /// Whose rows the caller may see.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// How the caller showed who they are.
    pub fn means(&self) -> &Means {
        &self.means
    }

    /// The person behind a session; keys and open mode have none.
    pub fn person(&self) -> Option<&Person> {
        match &*self.means {
            Means::Session { person, .. } => person.as_ref(),
            Means::Key(_) | Means::Agent(_) | Means::Local => None,
        }
    }

    /// Whether the caller may do this kind of thing. Only keys operate.
    pub(crate) fn may(&self, scope: KeyScope) -> bool {
        match &*self.means {
            Means::Session { .. } | Means::Local => scope != KeyScope::Admin,
            Means::Key(key) => key.scopes.contains(&scope),
            Means::Agent(agent) => agent.scopes.contains(&scope),
        }
    }

    /// What the caller's key is narrowed to; none for everybody else.
    pub(crate) fn limits(&self) -> Option<&KeyLimits> {
        match &*self.means {
            Means::Key(key) => Some(&key.limits).filter(|limits| limits.narrow()),
            Means::Session { .. } | Means::Agent(_) | Means::Local => None,
        }
    }

    /// The namespace the caller works in when they name `asked`: a key or an agent has one, everybody
    /// else chooses. None: theirs is another.
    pub(crate) fn tenant(&self, asked: Option<TenantId>) -> Option<TenantId> {
        match &*self.means {
            Means::Key(ApiKey { tenant, .. }) | Means::Agent(Agent { tenant, .. }) => asked
                .is_none_or(|asked| asked == *tenant)
                .then(|| tenant.clone()),
            Means::Session { .. } | Means::Local => Some(asked.unwrap_or_default()),
        }
    }

    /// The caller's own rows in `tenant`, and what their key is narrowed to.
    pub(crate) fn scope(&self, tenant: TenantId) -> Scope {
        let scope = Scope::authenticated(tenant, self.owner.clone());
        match self.limits() {
            Some(limits) => scope.narrowed(limits.clone()),
            None => scope,
        }
    }
}

/// The rows of `owner` in `tenant`, for a command that the operator types on the machine.
pub(crate) fn operators_view(owner: Owner, tenant: TenantId) -> Scope {
    Scope::authenticated(tenant, owner)
}
