//! Sessions: made by a login, known by a token of which only the hash is stored.

use std::time::Duration;

use super::error::ServiceError;
use super::live::Live;
use crate::model::clock::SharedClock;
use crate::model::ids::new_id;
use crate::model::owner::Owner;
use crate::model::principal::{Means, Person, Principal};
use crate::model::secret::{Secret, random_token, sha256};
use crate::store::Store;
use crate::store::recent::seen_by_all;
use crate::store::sessions::NewSession;
use crate::work::audit::{About, Happened};

/// What every session token starts with.
pub(crate) const SESSION_PREFIX: &str = "ibs_";
/// Longer texts are no session tokens; they are not even hashed.
const LONGEST_TOKEN: usize = 128;

/// How long sessions live.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionLifetimes {
    /// Without use.
    pub idle: Duration,
    /// Whatever happens.
    pub absolute: Duration,
}

/// Makes, finds and ends sessions.
#[derive(Debug, Clone)]
pub struct Sessions {
    store: Store,
    clock: SharedClock,
    lifetimes: SessionLifetimes,
    live: Live,
}

impl Sessions {
    /// Sessions in `store`; the subscribers of `live` are told of their end.
    pub(crate) fn new(
        store: Store,
        clock: SharedClock,
        lifetimes: SessionLifetimes,
        live: Live,
    ) -> Self {
        Self {
            store,
            clock,
            lifetimes,
            live,
        }
    }

    /// A new session for `person`; gives its token.
    ///
    /// # Errors
    /// When the system gives no random bytes, or the store fails.
    pub(crate) async fn open(
        &self,
        person: &Person,
        login_id: &str,
    ) -> Result<Secret, ServiceError> {
        let token = random_token(SESSION_PREFIX)?;
        self.adopt(&person.owner(), Some(person), login_id, &token)
            .await?;
        Ok(token)
    }

    /// Turns a token that was handed out before the login into a session of `owner`.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn adopt(
        &self,
        owner: &Owner,
        person: Option<&Person>,
        login_id: &str,
        token: &Secret,
    ) -> Result<(), ServiceError> {
        let session = NewSession {
            token_hash: &sha256(token.expose()),
            login_id,
            owner,
            person,
            expires_at: self.clock.now().plus(self.lifetimes.absolute),
        };
        Ok(self.store.insert_session(&session).await?)
    }

    /// Another session of the caller, for a program that keeps its token; none for keys, which need
    /// no session.
    ///
    /// # Errors
    /// When the system gives no random bytes, or the store fails.
    pub(crate) async fn another(&self, caller: &Principal) -> Result<Option<Secret>, ServiceError> {
        let login_id = match caller.means() {
            Means::Session { login_id, .. } => login_id.clone(),
            Means::Local => new_id(self.clock.now()),
            Means::Key(_) | Means::Agent(_) => return Ok(None),
        };
        let token = random_token(SESSION_PREFIX)?;
        self.adopt(caller.owner(), caller.person(), &login_id, &token)
            .await?;
        Ok(Some(token))
    }

    /// The caller behind a session token.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn authenticate(
        &self,
        token: &str,
    ) -> Result<Option<Principal>, ServiceError> {
        if token.len() > LONGEST_TOKEN || !token.starts_with(SESSION_PREFIX) {
            return Ok(None);
        }
        Ok(self
            .store
            .session(&sha256(token), self.lifetimes.idle)
            .await?)
    }

    /// Ends the login that a session token belongs to, if there is one: a new login in the same browser
    /// takes the token's place, and nobody would ever end it otherwise.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn close_of(&self, token: &str) -> Result<(), ServiceError> {
        match self.authenticate(token).await? {
            Some(principal) => self.close(&principal).await,
            None => Ok(()),
        }
    }

    /// Ends every session of the caller's login.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn close(&self, principal: &Principal) -> Result<(), ServiceError> {
        if let Means::Session { login_id, .. } = principal.means() {
            self.store.delete_login(login_id).await?;
            self.live.login_ended(login_id);
            let about = About {
                principal: Some(principal.owner().as_str()),
                ..About::default()
            };
            about.note(Happened::Logout);
            seen_by_all().await;
        }
        Ok(())
    }

    /// Removes what has lapsed.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn prune(&self) -> Result<u64, ServiceError> {
        Ok(self.store.prune_lapsed(self.lifetimes.idle).await?)
    }

    /// How long sessions live.
    pub(crate) fn lifetimes(&self) -> SessionLifetimes {
        self.lifetimes
    }
}
