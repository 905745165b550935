//! Letting agents in: their clients, a person's consent, and tokens of ours that act for that person at `/mcp`.

pub mod clients;
pub(crate) mod consent;
mod documents;
pub(crate) mod entered;
pub(crate) mod request;
pub mod tokens;

use std::time::Duration;

use super::error::ServiceError;
use crate::atlassian::client_documents::ClientDocuments;
use crate::model::agent::Agent;
use crate::model::clock::SharedClock;
use crate::model::redirect::RedirectRules;
use crate::model::scope::Scope;
use crate::model::signature::SigningKey;
use crate::store::Store;
use crate::work::audit::{About, Happened};
use documents::KnownDocuments;

/// What letting agents in needs to know from the settings.
#[derive(Debug, Clone)]
pub(crate) struct AgentRules {
    /// Whether there is an authorization server at all.
    pub is_on: bool,
    /// Our address, which is the issuer.
    pub issuer: String,
    /// Where clients may be.
    pub redirects: RedirectRules,
    /// How long an access token lives.
    pub token_lifetime: Duration,
    /// Whether nothing may be written anyhow.
    pub read_only: bool,
    /// Whether whoever is on this machine is the one owner.
    pub open_mode: bool,
}

/// The authorization server for agents.
#[derive(Debug, Clone)]
pub struct Agents {
    store: Store,
    clock: SharedClock,
    rules: AgentRules,
    documents: KnownDocuments,
    client_key: SigningKey,
    consent_key: SigningKey,
}

impl Agents {
    /// Agents in `store`. The keys come from its vault, so that every process with that vault knows the clients of all.
    pub(crate) fn new(store: Store, rules: AgentRules, documents: ClientDocuments) -> Self {
        Self {
            clock: store.clock().clone(),
            client_key: store.vault().signing_key("clients of agents"),
            consent_key: store.vault().signing_key("consents to agents"),
            documents: KnownDocuments::new(documents, store.clock().clone()),
            store,
            rules,
        }
    }

    /// Whether clients may be known by a document: from listed hosts, if they can be reached.
    pub(crate) fn takes_documents(&self) -> bool {
        !self.rules.redirects.hosts.is_empty() && self.documents.are_in_reach()
    }

    /// The issuer of codes and tokens.
    pub(crate) fn issuer(&self) -> &str {
        &self.rules.issuer
    }

    /// The owner's agents, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn list(&self, scope: &Scope) -> Result<Vec<Agent>, ServiceError> {
        Ok(self.store.agents(scope).await?)
    }

    /// Takes everything away from one of the owner's agents.
    ///
    /// # Errors
    /// `NotFound` when the owner has no such agent.
    pub(crate) async fn revoke(&self, scope: &Scope, id: &str) -> Result<(), ServiceError> {
        if !self.store.delete_agent(scope, id).await? {
            let message = "you have let in no such agent";
            return Err(ServiceError::NotFound(message.to_owned()));
        }
        let about = About {
            principal: Some(scope.owner().as_str()),
            agent: Some(id),
            ..About::default()
        };
        about.note(Happened::AgentRevoked);
        Ok(())
    }
}
