//! API keys: made by the operator on the command line, shown once, known by their hash.

use std::time::Duration;

use super::error::ServiceError;
use crate::model::api_key::{ApiKey, KeyScope};
use crate::model::clock::SharedClock;
use crate::model::ids::{TenantId, new_id};
use crate::model::key_limits::KeyLimits;
use crate::model::owner::Owner;
use crate::model::secret::{Secret, random_token, sha256};
use crate::policy::{self, Effect};
use crate::store::Store;
use crate::store::api_keys::FoundKey;
use crate::store::recent::seen_by_all;
use crate::work::audit::{About, Happened};

/// What every API key starts with.
pub(crate) const KEY_PREFIX: &str = "ibk_";
/// Longer texts are no keys; they are not even hashed.
const LONGEST_KEY: usize = 128;

/// Makes, finds and revokes API keys.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    store: Store,
    clock: SharedClock,
}

impl ApiKeys {
    /// Keys in `store`.
    pub(crate) fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// Makes a key that acts as `owner`: `service`, `local` or the id of a person.
    ///
    /// # Errors
    /// `Validation` when there is no such person.
    pub async fn create(
        &self,
        owner: &str,
        tenant: TenantId,
        scopes: Vec<KeyScope>,
        lifetime: Option<Duration>,
    ) -> Result<(ApiKey, Secret), ServiceError> {
        let limits = KeyLimits::default();
        self.create_narrowed(owner, tenant, scopes, limits, lifetime)
            .await
    }

    /// Makes a key that is narrowed besides.
    ///
    /// # Errors
    /// `Validation` when there is no such person, no such operation or group of them, and for what cannot be the key of a
    /// project or a space.
    pub async fn create_narrowed(
        &self,
        owner: &str,
        tenant: TenantId,
        scopes: Vec<KeyScope>,
        limits: KeyLimits,
        lifetime: Option<Duration>,
    ) -> Result<(ApiKey, Secret), ServiceError> {
        if let Some(unknown) = unknown_operation(&limits) {
            let message = format!(
                "--allow: {unknown:?} is no operation of Atlassian's that is offered, such as getIssue, and no group of them, such as issue"
            );
            return Err(ServiceError::invalid("allow", message));
        }
        if let Some(odd) = odd_place(&limits) {
            let message =
                format!("{odd:?} is no key of a project (--project) or a space (--space)");
            return Err(ServiceError::invalid("project", message));
        }
        let owner = Owner::from_text(owner);
        if let Owner::Person(person) = &owner
            && !self.store.person_exists(person).await?
        {
            let message = "--as must be service, local or the id of a person who has logged in (see /auth/session)";
            return Err(ServiceError::invalid("as", message));
        }
        let now = self.clock.now();
        let text = random_token(KEY_PREFIX)?;
        let key = ApiKey {
            id: new_id(now),
            tenant,
            owner,
            scopes,
            limits,
            created_at: now,
            expires_at: lifetime.map(|lifetime| now.plus(lifetime)),
            used_at: None,
            revoked_at: None,
        };
        self.store
            .insert_api_key(&key, &sha256(text.expose()))
            .await?;
        note(&key, Happened::KeyMade, None);
        Ok((key, text))
    }

    /// The good key with this text. Its first use is written down, and every refusal.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn authenticate(&self, text: &str) -> Result<Option<ApiKey>, ServiceError> {
        if text.len() > LONGEST_KEY || !text.starts_with(KEY_PREFIX) {
            return Ok(None);
        }
        Ok(match self.store.api_key(&sha256(text)).await? {
            FoundKey::Good(key) => Some(key),
            FoundKey::GoodForTheFirstTime(key) => {
                note(&key, Happened::KeyFirstUsed, None);
                Some(key)
            }
            FoundKey::Lapsed(key) => {
                let reason = match key.revoked_at {
                    Some(_) => "it is revoked",
                    None => "it has expired",
                };
                note(&key, Happened::KeyRefused, Some(reason));
                None
            }
            FoundKey::None => {
                let about = About {
                    reason: Some("there is no such key"),
                    ..About::default()
                };
                about.note(Happened::KeyRefused);
                None
            }
        })
    }

    /// Every key, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn list(&self) -> Result<Vec<ApiKey>, ServiceError> {
        Ok(self.store.api_keys().await?)
    }

    /// Revokes a key; `false` when there is none to revoke.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn revoke(&self, id: &str) -> Result<bool, ServiceError> {
        let revoked = self.store.revoke_api_key(id).await?;
        if revoked {
            let about = About {
                key: Some(id),
                ..About::default()
            };
            about.note(Happened::KeyRevoked);
            seen_by_all().await;
        }
        Ok(revoked)
    }
}

/// The first name that no operation of the products has.
fn unknown_operation(limits: &KeyLimits) -> Option<&str> {
    let is_known = |name: &str| {
        policy::all().iter().any(|operation| {
            operation.effect != Effect::Refused
                && limits.admit(operation.product)
                && operation.is_in(name)
        })
    };
    let mut names = limits.operations.iter().map(String::as_str);
    names.find(|name| !is_known(name))
}

/// The first name that cannot be a project's or a space's.
fn odd_place(limits: &KeyLimits) -> Option<&str> {
    let is_key = |key: &str, others: &str| {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || others.contains(letter);
        !key.is_empty() && key.len() <= 255 && key.chars().all(is_part)
    };
    let mut projects = limits.projects.iter().filter(|key| !is_key(key, "_"));
    let mut spaces = limits.spaces.iter().filter(|key| !is_key(key, "_-.~"));
    let odd = projects.next().or_else(|| spaces.next());
    odd.map(String::as_str)
}

fn note(key: &ApiKey, happened: Happened, reason: Option<&str>) {
    let about = About {
        principal: Some(key.owner.as_str()),
        key: Some(&key.id),
        reason,
        ..About::default()
    };
    about.note(happened);
}
