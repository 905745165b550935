//! A person's consent to a client's request: shown by nobody but our page, remembered only where the client has proven
//! who it is, and turned into a code.

use std::time::Duration;

use super::Agents;
use super::request::AgentRequest;
use crate::model::agent::AgentCode;
use crate::model::api_key::KeyScope;
use crate::model::ids::new_id;
use crate::model::principal::{Means, Principal};
use crate::model::scope::Scope;
use crate::model::secret::{Secret, random_token, sha256};
use crate::model::time::Timestamp;
use crate::service::error::ServiceError;
use crate::work::audit::{About, Happened};

/// What every code begins with.
const CODE_PREFIX: &str = "ibo_";
/// How long a code may be presented.
const CODE_LIFETIME: Duration = Duration::from_mins(1);
/// How long the page may be thought about.
const PAGE_LIFETIME: Duration = Duration::from_mins(10);

/// What makes the page's form the answer of the person who was shown it, to the request that they were shown.
#[derive(Debug, Clone)]
pub(crate) struct FormSeal {
    /// When the page was shown.
    pub shown_at: String,
    /// The signature.
    pub signature: String,
}

impl Agents {
    /// Whether somebody may consent here: a person who is logged in, or whoever is on this machine in open mode. A key
    /// is a program's.
    pub(crate) fn may_consent(principal: &Principal) -> bool {
        match principal.means() {
            Means::Session { .. } | Means::Local => true,
            Means::Key(_) | Means::Agent(_) => false,
        }
    }

    /// What this client asks for, where the person has allowed it before and that may be remembered.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn remembered(
        &self,
        scope: &Scope,
        request: &AgentRequest,
    ) -> Result<Option<Vec<KeyScope>>, ServiceError> {
        if !request.is_proven() || request.asks_again {
            return Ok(None);
        }
        let consent = self
            .store
            .agent_consent(scope, &request.client.id, &request.redirect.host)
            .await?;
        let allowed = consent.map(|mut allowed| {
            allowed.retain(|scope| *scope != KeyScope::Write || !self.rules.read_only);
            allowed
        });
        let covers = |allowed: &Vec<KeyScope>| {
            let mut asked = request.scopes.iter();
            asked.all(|asked| allowed.contains(asked))
        };
        Ok(allowed.filter(covers).map(|_| request.scopes.clone()))
    }

    /// The seal of a form, for this person and this request.
    pub(crate) fn seal_form(&self, principal: &Principal, scope: &Scope, query: &str) -> FormSeal {
        let shown_at = self.clock.now().millis().to_string();
        FormSeal {
            signature: self
                .consent_key
                .sign(&seal_parts(principal, scope, query, &shown_at)),
            shown_at,
        }
    }

    /// Whether a form is the one that this person was shown, not long ago.
    pub(crate) fn is_sealed(
        &self,
        principal: &Principal,
        scope: &Scope,
        query: &str,
        seal: &FormSeal,
    ) -> bool {
        let Ok(shown_at) = seal.shown_at.parse() else {
            return false;
        };
        let parts = seal_parts(principal, scope, query, &seal.shown_at);
        let ends = Timestamp::from_millis(shown_at).plus(PAGE_LIFETIME);
        self.clock.now() < ends && self.consent_key.verifies(&parts, &seal.signature)
    }

    /// A code for a request that the person consented to, with these scopes.
    ///
    /// # Errors
    /// When the system gives no random bytes, or the store fails.
    pub(crate) async fn let_in(
        &self,
        scope: &Scope,
        request: &AgentRequest,
        scopes: &[KeyScope],
    ) -> Result<Secret, ServiceError> {
        let now = self.clock.now();
        let text = random_token(CODE_PREFIX)?;
        let code = AgentCode {
            agent_id: new_id(now),
            tenant: scope.tenant().clone(),
            owner: scope.owner().clone(),
            client_id: request.client.id.clone(),
            client_name: request.client.name.clone(),
            redirect_uri: request.redirect_uri.clone(),
            redirect_host: request.redirect.host.clone(),
            challenge: request.challenge.clone(),
            scopes: scopes.to_vec(),
            created_at: now,
            expires_at: now.plus(CODE_LIFETIME),
            used_at: None,
            answered_at: None,
        };
        self.store
            .insert_agent_code(&code, &sha256(text.expose()))
            .await?;
        if request.is_proven() {
            self.store
                .put_agent_consent(scope, &request.client.id, &request.redirect.host, scopes)
                .await?;
        }
        let about = About {
            principal: Some(scope.owner().as_str()),
            agent: Some(&code.agent_id),
            ..About::default()
        };
        about.note(Happened::AgentAllowed);
        Ok(text)
    }
}

fn seal_parts<'a>(
    principal: &'a Principal,
    scope: &'a Scope,
    query: &'a str,
    shown_at: &'a str,
) -> [&'a str; 5] {
    let login = match principal.means() {
        Means::Session { login_id, .. } => login_id.as_str(),
        Means::Key(_) | Means::Agent(_) | Means::Local => "",
    };
    let (tenant, owner) = (scope.tenant().as_str(), scope.owner().as_str());
    [tenant, owner, login, query, shown_at]
}
