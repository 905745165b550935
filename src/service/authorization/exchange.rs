//! From an authorization code to a stored grant, its connections and a session.

use super::Authorization;
use super::outcome::{LoggedIn, LoginFailure, SiteNews};
use crate::atlassian::access::{Credential, Entrance, SiteAccess};
use crate::atlassian::error::{AtlassianError, TokenError};
use crate::model::flow::Flow;
use crate::model::grant::{Account, AuthMethod, TokenBase, TokenPair};
use crate::model::owner::Owner;
use crate::model::principal::Person;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::{ReachableSite, Site};
use crate::service::error::ServiceError;
use crate::service::grants::first_due_at;
use crate::service::sites::is_asked;
use crate::store::logins::NewGrant;
use crate::work::audit::{About, Happened};

/// Who vouches for people who log in with OAuth. A person is an issuer with an account id, never an
/// e-mail address: that may be hidden, change hands, or be somebody else's.
const ISSUER: &str = "atlassian";

impl Authorization {
    /// Turns the code of a login into tokens, and stores what they reach.
    ///
    /// # Errors
    /// Why the login failed, as the person may be told: the settings changed since the start, Atlassian refused
    /// the code, no site is reached or none is allowed, the store failed.
    pub(super) async fn exchange(&self, flow: &Flow, code: &str) -> Result<LoggedIn, LoginFailure> {
        let client = self
            .client(flow.provider)
            // A code is bound to the client and the redirect URI it was issued for (RFC 6749
            // §4.1.3); the settings may have changed since the start.
            .filter(|client| client.id == flow.client_id);
        let mut client = client.cloned().ok_or(LoginFailure::ServerMisconfigured)?;
        client.redirect_uri.clone_from(&flow.redirect_uri);
        let pair = self
            .atlassian
            .exchange_code(&client, code, flow.verifier.as_ref())
            .await
            .map_err(|error| token_failure(&error))?;
        let sites = self
            .atlassian
            .accessible_sites(&pair.access_token)
            .await
            .map_err(|error| identity_failure(&error))?;
        // None at all is another failure: the account has no site, or the app is not installed
        // there.
        if !sites.is_empty()
            && !sites
                .iter()
                .any(|reachable| self.settings.preferences.allows(&reachable.site))
        {
            return Err(LoginFailure::NotAllowed);
        }
        if self.usable_sites(flow, &sites).is_empty() {
            return Err(LoginFailure::NoSite);
        }
        let account = self.account(&pair.access_token, &sites).await?;
        self.keep(flow, pair, sites, account)
            .await
            .map_err(|error| {
                tracing::error!(%error, "a login could not be stored");
                LoginFailure::TemporarilyUnavailable
            })
    }

    /// The products of the login, each with the sites it can be used on; only those with one.
    fn usable_sites(&self, flow: &Flow, sites: &[ReachableSite]) -> Vec<(Product, Vec<Site>)> {
        let candidates = |product: Product| {
            let with_product = sites
                .iter()
                .filter(move |reachable| reachable.products.contains(&product));
            self.settings.preferences.allowed_among(with_product)
        };
        flow.provider
            .products()
            .iter()
            .map(|product| (*product, candidates(*product)))
            .filter(|(_, candidates)| !candidates.is_empty())
            .collect()
    }

    /// Who it is: the User Identity API, or Jira where the app does not have `read:me`.
    async fn account(
        &self,
        token: &Secret,
        sites: &[ReachableSite],
    ) -> Result<Account, LoginFailure> {
        // `/me` belongs to an API of its own, which not every app has.
        let error = match self.atlassian.me(token).await {
            Ok(account) => return Ok(account),
            Err(error) => error,
        };
        let lacks_scope = matches!(
            error,
            AtlassianError::ScopeMismatch { .. }
                | AtlassianError::Unauthorized
                | AtlassianError::Forbidden(_)
                | AtlassianError::Blocked(_)
        );
        let jira = sites.iter().find(|reachable| {
            reachable.products.contains(&Product::Jira)
                && self.settings.preferences.allows(&reachable.site)
        });
        let (true, Some(reachable)) = (lacks_scope, jira) else {
            return Err(identity_failure(&error));
        };
        let credential = Credential::Bearer(token.clone());
        let access = SiteAccess {
            site: reachable.site.clone(),
            entrance: Entrance::Gateway,
            credential,
            app: None,
            limits: None,
        };
        match self
            .atlassian
            .at(access)
            .check_credential(Product::Jira)
            .await
        {
            Ok(Some(account)) => Ok(account),
            _ => Err(LoginFailure::IdentityUnavailable),
        }
    }

    async fn keep(
        &self,
        flow: &Flow,
        pair: TokenPair,
        sites: Vec<ReachableSite>,
        account: Account,
    ) -> Result<LoggedIn, ServiceError> {
        let person = self.store.remember_person(ISSUER, &account).await?;
        // From the flow alone, which its starter's credential made: a callback brings no identity
        // that could be trusted (RFC 6749 §10.12).
        let owner = flow.owner.clone().unwrap_or_else(|| person.owner());
        let scope = Scope::authenticated(flow.tenant.clone(), owner);
        let connections = self.connections_for(flow, &scope, &sites).await?;
        let (expires_in, has_refresh_token) = (pair.expires_in, pair.refresh_token.is_some());
        // Left out when they are the ones that were asked for (RFC 6749 §5.1).
        let scopes = pair.scopes.unwrap_or_else(|| self.scopes().to_vec());
        let expires_at = self.clock.now().plus(expires_in);
        let grant = NewGrant {
            identity: format!("oauth:{}:{}", flow.client_id, account.account_id),
            method: AuthMethod::OAuth,
            base: TokenBase::Gateway,
            client_id: Some(flow.client_id.clone()),
            account,
            scopes: scopes.clone(),
            sites,
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            expires_in: Some(expires_in),
            due_at: Some(first_due_at(expires_at, expires_in, &self.settings.refresh)),
        };
        let moved = self.moved(flow, &scope, &connections).await?;
        let stored = self.store.put_login(&scope, &grant, &connections).await?;
        let site_news = site_news(flow, &connections, &moved);
        // Those of other products, too: the login may reach their sites no longer.
        let stored_now = self.store.connections(&scope).await?;
        let needs_site = stored_now.iter().any(|one| one.connection.site.is_none());
        let products: Vec<Product> = connections.iter().map(|(product, _)| *product).collect();
        self.history.connected(&stored, &products).await;
        self.note_moved(&scope, &moved).await;
        let user_id = if self.settings.tells_user_id {
            Some(self.store.own_user(&scope).await?.id)
        } else {
            None
        };
        let session = self.open_sessions(flow, &person).await?;
        let about = About {
            principal: Some(scope.owner().as_str()),
            provider: Some(flow.provider.as_str()),
            means: Some(AuthMethod::OAuth.as_str()),
            ..About::default()
        };
        about.note(Happened::Login);
        Ok(LoggedIn {
            session,
            user_id,
            needs_site,
            site_news,
            expires_in: expires_in.as_secs(),
            scopes,
            has_refresh_token,
        })
    }

    /// The connections that the login takes to another site than they had, unasked: the person's programs write there
    /// from now on.
    async fn moved(
        &self,
        flow: &Flow,
        scope: &Scope,
        connections: &[(Product, Option<Site>)],
    ) -> Result<Vec<(Product, Site)>, ServiceError> {
        let mut moved = Vec::new();
        if flow.site.is_some() {
            return Ok(moved);
        }
        for (product, site) in connections {
            let before = self.store.connection(scope, *product).await?;
            let before = before.and_then(|before| before.connection.site);
            if let (Some(before), Some(site)) = (before, site)
                && before.cloud_id != site.cloud_id
            {
                moved.push((*product, site.clone()));
            }
        }
        Ok(moved)
    }

    async fn note_moved(&self, scope: &Scope, moved: &[(Product, Site)]) {
        for (product, site) in moved {
            tracing::warn!(%product, site = site.host(), "a login reaches the connection's earlier site no longer; another one is used");
            self.history.site_chosen(scope, *product, site.host()).await;
        }
    }

    async fn connections_for(
        &self,
        flow: &Flow,
        scope: &Scope,
        sites: &[ReachableSite],
    ) -> Result<Vec<(Product, Option<Site>)>, ServiceError> {
        let mut connections = Vec::new();
        for (product, candidates) in self.usable_sites(flow, sites) {
            // A new login must not move a connection to another site unasked.
            let before = self
                .store
                .connection(scope, product)
                .await?
                .and_then(|before| before.connection.site);
            let site = self.settings.preferences.pick(
                product,
                &candidates,
                flow.site.as_deref(),
                before.as_ref(),
            );
            connections.push((product, site));
        }
        Ok(connections)
    }

    /// A session with a new id for the browser; and the token handed out at the start, if there was
    /// one, comes to life. A key's login makes no session: what a key reaches is reached by keys.
    async fn open_sessions(
        &self,
        flow: &Flow,
        person: &Person,
    ) -> Result<Option<Secret>, ServiceError> {
        // New at every login, so that nobody can plant one beforehand (session fixation): a flow ends
        // once. By it the browser of the flow is known again.
        let login_id = &flow.id;
        match (&flow.owner, &flow.session_token) {
            (Some(local @ Owner::Local), Some(token)) => {
                self.sessions.adopt(local, None, login_id, token).await?;
            }
            (None, Some(token)) => {
                self.sessions
                    .adopt(&person.owner(), Some(person), login_id, token)
                    .await?;
            }
            _ => {}
        }
        if flow.owner.is_some() {
            return Ok(None);
        }
        self.sessions.open(person, login_id).await.map(Some)
    }
}

/// What has to be told of the sites that a login was given.
fn site_news(
    flow: &Flow,
    connections: &[(Product, Option<Site>)],
    moved: &[(Product, Site)],
) -> Option<SiteNews> {
    let misses_site = flow.site.as_deref().is_some_and(|asked| {
        let mut chosen = connections.iter().filter_map(|(_, site)| site.as_ref());
        !chosen.any(|site| is_asked(site, asked))
    });
    if misses_site {
        return Some(SiteNews::NotReached);
    }
    (!moved.is_empty()).then_some(SiteNews::Changed)
}

fn token_failure(error: &TokenError) -> LoginFailure {
    match error {
        TokenError::InvalidGrant | TokenError::Malformed => LoginFailure::ExchangeFailed,
        TokenError::ClientRejected => LoginFailure::ServerMisconfigured,
        TokenError::SecretMissing => LoginFailure::ClientSecretMissing,
        TokenError::Transient { .. } | TokenError::Unanswered => {
            LoginFailure::TemporarilyUnavailable
        }
    }
}

fn identity_failure(error: &AtlassianError) -> LoginFailure {
    match error {
        AtlassianError::RateLimited { .. }
        | AtlassianError::Failed { .. }
        | AtlassianError::Timeout
        | AtlassianError::NotReached
        | AtlassianError::Unreachable => LoginFailure::TemporarilyUnavailable,
        _ => LoginFailure::IdentityUnavailable,
    }
}
