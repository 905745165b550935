//! Calls through a connection: with a usable token, and once more with a newer one where that may help.

use std::sync::Arc;
use std::time::Duration;

use super::Connections;
use super::refusing::{Calls, Known, Turn};
use super::standing::LastAnswer;
use crate::atlassian::SiteClient;
use crate::atlassian::access::{Credential, Entrance, SiteAccess};
use crate::atlassian::confluence::Confluence;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::jira::Jira;
use crate::model::connection::Connected;
use crate::model::grant::{AuthMethod, Grant, TokenBase};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::Site;
use crate::service::error::{MISSING_SCOPE, ServiceError};
use crate::service::grants::RefreshFailure;

/// How old a token must be to be renewed by the one call that looks whether calls are still refused: it may be dead,
/// and renewing it so seldom wears nothing out.
const MAY_BE_DEAD: Duration = Duration::from_mins(10);
/// How long after a refusal a token that cannot be renewed is tried once more.
const SECOND_LOOK: Duration = Duration::from_millis(300);

impl Connections {
    /// Calls Jira for the owner.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn jira<'a, T, F, R>(
        &'a self,
        scope: &Scope,
        call: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(Jira<'a>) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        self.site(scope, Product::Jira, |site| call(site.jira()))
            .await
    }

    /// Calls Confluence for the owner.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn confluence<'a, T, F, R>(
        &'a self,
        scope: &Scope,
        call: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(Confluence<'a>) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        self.site(scope, Product::Confluence, |site| call(site.confluence()))
            .await
    }

    /// Calls the site of the owner's connection: finds the connection, renews its token when it is
    /// due, and after a refusal that a newer token could cure tries once more with one.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn site<'a, T, F, R>(
        &'a self,
        scope: &Scope,
        product: Product,
        call: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(SiteClient<'a>) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        let connected = self.of_product(scope, product).await?;
        let elsewhere = self
            .elsewhere
            .as_ref()
            .filter(|(meant, _)| *meant == product);
        let chosen = elsewhere.map(|(_, site)| site.clone());
        self.through(scope, product, connected, chosen, call).await
    }

    /// The same through a connection that was looked up already, on its own site or on `chosen`.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(in crate::service) async fn through<'a, T, F, R>(
        &'a self,
        scope: &Scope,
        product: Product,
        connected: Connected,
        chosen: Option<Site>,
        call: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(SiteClient<'a>) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        let now = self.clock.now();
        if connected.grant.has_ended(now) {
            return Err(ended(product, &connected.grant));
        }
        // Clients of the gateway name their own site, too.
        let own = connected.connection.site.as_ref();
        let is_own = chosen
            .as_ref()
            .is_none_or(|site| own.is_some_and(|own| own.cloud_id == site.cloud_id));
        let site = self.site_to_use(&connected, chosen)?;
        let calls = Calls::new(&connected.grant, product, Some(&site));
        let is_refused = is_own && connected.is_refused();
        let Connected { connection, grant } = connected;
        let method = grant.method;
        let asked = self.unless_refused(grant, calls, is_refused, |grant, token| {
            // In a box: each of the futures around it takes as much room again, and copies it.
            Box::pin(call(
                self.atlassian
                    .at(access(grant, &site, token).held_to(scope)),
            ))
        });
        let (result, last) = Box::pin(asked).await?;
        if last.found_no_site() {
            // The list of sites may tell that it is gone, so that nobody offers it any more.
            Box::pin(self.look_for_sites(scope, product)).await;
        }
        if is_own {
            self.note_whether_it_failed(scope, &connection, &last);
        }
        // In a box, and only where there is something to be learnt: the box alone would be most of what a call costs here.
        if is_own && last.may_tell_of(&connection) {
            Box::pin(self.learn_from(scope, &connection, method, last)).await;
        }
        result
    }

    /// Reads the owner's list of sites anew.
    async fn look_for_sites(&self, scope: &Scope, product: Product) {
        if let Ok(now) = self.stored(scope, product).await {
            self.read_sites_anew(&now.grant, product).await;
        }
    }

    /// Calls with the token of `grant`, unless such calls were refused a moment ago; and gives what the answer tells.
    /// `is_refused`: the store knows that they were.
    ///
    /// # Errors
    /// Where nothing is sent: those of a login that has ended.
    pub(super) async fn unless_refused<T, F, R>(
        &self,
        grant: Arc<Grant>,
        calls: Calls,
        is_refused: bool,
        operation: F,
    ) -> Result<(Result<T, ServiceError>, LastAnswer), ServiceError>
    where
        F: Fn(&Grant, Secret) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        let product = calls.product();
        let known = Known {
            is_refused,
            is_asked: self.is_asked,
        };
        let turn = self.refusing.turn(&calls, known, self.clock.now());
        if turn == Turn::Held {
            return Err(ended(product, &grant));
        }
        let last = LastAnswer::of(turn == Turn::Trial);
        let is_old = |at| self.clock.now().since(at) >= MAY_BE_DEAD;
        let may_be_dead = grant.method == AuthMethod::OAuth && grant.issued_at().is_none_or(is_old);
        let once_more = turn == Turn::Free || may_be_dead;
        let call = self.with_token(grant, product, once_more, |grant, token| {
            last.noting(grant.generation, operation(grant, token))
        });
        let result = Box::pin(call).await;
        match last.refused() {
            Some(generation) => self.refusing.note(calls.at(generation), self.clock.now()),
            None if turn == Turn::Trial => self.refusing.forget(&calls),
            None => {}
        }
        Ok((result, last))
    }

    /// Whether a connection whose calls were refused is worth one call now, to see whether they still are.
    pub(crate) fn may_try_again(&self, connected: &Connected) -> bool {
        let now = self.clock.now();
        let (grant, connection) = (&connected.grant, &connected.connection);
        let calls = Calls::new(grant, connection.product, connection.site.as_ref());
        let is_refused = connected.is_refused() && connection.site.is_some();
        let known = Known {
            is_refused,
            is_asked: self.is_asked,
        };
        is_refused && !grant.has_ended(now) && self.refusing.may_try(&calls, known, now)
    }

    /// How long work that can wait should leave a connection's product in peace.
    pub(crate) fn quota_pause(&self, connected: &Connected) -> Option<Duration> {
        let site = connected.connection.site.as_ref()?;
        let token = self.store.access_token(&connected.grant).ok().flatten()?;
        let access = access(&connected.grant, site, token);
        let product = connected.connection.product;
        self.atlassian.quota_pause(&access, product)
    }

    /// Calls Atlassian with the token of `grant`, and if `once_more`, again where a second look or a newer token may help.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner), but no `NotConnected` and no `NeedsSite`:
    /// the grant is there.
    async fn with_token<T, F, R>(
        &self,
        grant: Arc<Grant>,
        product: Product,
        once_more: bool,
        operation: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(&Grant, Secret) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        let map_failure = |failure: RefreshFailure| failure.for_product(product);
        let grant = self.grants.usable(grant).await.map_err(map_failure)?;
        let mut result = operation(&grant, self.token(&grant, product)?).await;
        if grant.method != AuthMethod::OAuth && once_more && is_refusal(&result) {
            // One 401 in passing must not cost the person a new token. It was not carried out, so that
            // even a write may be sent again.
            tokio::time::sleep(SECOND_LOOK).await;
            result = operation(&grant, self.token(&grant, product)?).await;
        }
        let error = match result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if !once_more || !self.newer_token_may_help(&grant, &error) {
            return Err(self.refused(&grant, product, error));
        }
        // Once only, and for writes too: what was refused with 401, 403 or 404 was not carried out.
        let renewed = Box::pin(self.grants.renewed(&grant)).await;
        let renewed = renewed.map_err(map_failure)?;
        let result = operation(&renewed, self.token(&renewed, product)?).await;
        result.map_err(|error| self.refused(&renewed, product, error))
    }

    fn token(&self, grant: &Grant, product: Product) -> Result<Secret, ServiceError> {
        let token = self.store.access_token(grant)?;
        token.ok_or(ServiceError::TokenExpired(product))
    }

    /// A 401 may mean an expired or revoked token. For expired tokens Atlassian's gateway has also
    /// been seen to answer 403 and 404 (n8n-io/n8n#37776), which mean what they say while the token
    /// lives: a refresh for every missing page would wear the token line out.
    fn newer_token_may_help(&self, grant: &Grant, error: &AtlassianError) -> bool {
        let expired = || grant.expires_at.is_some_and(|at| at <= self.clock.now());
        grant.method == AuthMethod::OAuth
            && match error {
                AtlassianError::Unauthorized => true,
                AtlassianError::Forbidden(_)
                | AtlassianError::NotFound(_)
                | AtlassianError::NoSuchSite(_) => expired(),
                _ => false,
            }
    }

    fn refused(&self, grant: &Grant, product: Product, error: AtlassianError) -> ServiceError {
        match error {
            AtlassianError::Unauthorized => ended(product, grant),
            AtlassianError::ScopeMismatch { needs } => {
                let missing_scopes = self.missing_scopes(grant, product, needs);
                if grant.method != AuthMethod::OAuth {
                    return lacks_scope(grant.method, missing_scopes);
                }
                if missing_scopes.is_empty() {
                    return ServiceError::forbidden(not_by_scopes(needs));
                }
                ServiceError::Forbidden {
                    message: format!("{MISSING_SCOPE}; enable it for the app and log in again"),
                    missing_scopes,
                }
            }
            error => error.into(),
        }
    }

    /// What the call needs and the login lacks; where its needs are not known, what we ask for and it lacks.
    fn missing_scopes(&self, grant: &Grant, product: Product, needs: &[&str]) -> Vec<String> {
        let lacking: Vec<String> = needs
            .iter()
            .filter(|need| !grant.scopes.iter().any(|granted| granted == *need))
            .map(|&need| need.to_owned())
            .collect();
        if needs.is_empty() {
            self.preferences.missing_scopes(&grant.scopes, product)
        } else {
            lacking
        }
    }
}

/// Atlassian speaks of a scope, and the login has those that it documents: nobody is sent to enable what is enabled.
fn not_by_scopes(needs: &[&str]) -> String {
    let held = if needs.is_empty() {
        String::from("all that was asked for")
    } else {
        needs.join(" ")
    };
    format!(
        "Atlassian says that the scope does not match, although this login has {held}: it may not offer this operation to apps of this kind, or the app's permissions have changed since the login"
    )
}

/// A token has the scopes that it was made with.
fn lacks_scope(method: AuthMethod, missing_scopes: Vec<String>) -> ServiceError {
    let credential = method.credential();
    ServiceError::Forbidden {
        message: format!(
            "the {credential} lacks a scope this call needs; make one that has it and connect again"
        ),
        missing_scopes,
    }
}

fn is_refusal<T>(result: &Result<T, AtlassianError>) -> bool {
    matches!(result, Err(AtlassianError::Unauthorized))
}

/// A login or token that is no good any more, and what to do about it.
pub(in crate::service) fn ended(product: Product, grant: &Grant) -> ServiceError {
    match grant.method {
        AuthMethod::OAuth => ServiceError::TokenExpired(product),
        method => ServiceError::TokenRefused(product, method),
    }
}

pub(super) fn access(grant: &Grant, site: &Site, token: Secret) -> SiteAccess {
    let entrance = match grant.base {
        TokenBase::Gateway => Entrance::Gateway,
        TokenBase::Site => Entrance::Site,
        TokenBase::DataCenter => Entrance::DataCenter,
    };
    let credential = match grant.method {
        AuthMethod::OAuth | AuthMethod::Pat => Credential::Bearer(token),
        AuthMethod::ApiToken => Credential::Basic {
            email: grant.account.email.clone().unwrap_or_default(),
            token,
        },
    };
    SiteAccess {
        site: site.clone(),
        entrance,
        credential,
        app: grant.client_id.clone(),
        limits: None,
    }
}

impl SiteAccess {
    /// The same for calls of the one whose scope it is, held to what their key is narrowed to.
    pub(super) fn held_to(self, scope: &Scope) -> Self {
        Self {
            limits: scope.limits().cloned(),
            ..self
        }
    }
}
