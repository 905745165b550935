//! Connections: what an owner is connected to, on which site, and calls made through them.

use std::future::Future;

use super::error::ServiceError;
use super::grants::Grants;
use super::sites::SitePreferences;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Credential, Entrance};
use crate::atlassian::error::AtlassianError;
use crate::model::clock::SharedClock;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::grant::{Account, AuthMethod, Grant, TokenBase};
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::{ReachableSite, Site, SiteHost};
use crate::store::Store;

/// How a caller names the site they want.
#[derive(Debug, Clone)]
pub enum SiteChoice {
    /// By its UUID.
    CloudId(CloudId),
    /// By its host.
    Host(SiteHost),
}

/// What is known about one connection, at one moment.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// The product.
    pub product: Product,
    /// The state.
    pub status: ConnectionStatus,
    /// The stored connection; none when there is none.
    pub connected: Option<Connected>,
}

/// The result of a refresh that a person asked for.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// How long the access token lives from now, in seconds.
    pub expires_in: u64,
    /// The scopes granted.
    pub scopes: Vec<String>,
}

/// Who is behind a connection, and what their login covers.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The account.
    pub account: Account,
    /// The OAuth scopes; none where only a call tells, as with API tokens.
    pub scopes: Option<Vec<String>>,
}

impl Granted {
    /// Whether a call that needs this OAuth scope is worth a try.
    pub fn may_cover(&self, scope: &str) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|granted| granted == scope))
    }
}

/// An owner's connections.
#[derive(Debug, Clone)]
pub struct Connections {
    store: Store,
    atlassian: Atlassian,
    grants: Grants,
    clock: SharedClock,
    preferences: SitePreferences,
}

impl Connections {
    /// Connections in `store`, served by `grants`.
    pub fn new(
        store: Store,
        atlassian: Atlassian,
        grants: Grants,
        clock: SharedClock,
        preferences: SitePreferences,
    ) -> Self {
        Self {
            store,
            atlassian,
            grants,
            clock,
            preferences,
        }
    }

    /// Both products, connected or not.
    pub async fn list(&self, scope: &Scope) -> Result<Vec<ConnectionView>, ServiceError> {
        let mut stored = self.store.connections(scope).await?;
        Ok(Product::ALL
            .into_iter()
            .map(|product| {
                let position = stored
                    .iter()
                    .position(|connected| connected.connection.product == product);
                self.view_of(
                    product,
                    position.map(|position| stored.swap_remove(position)),
                )
            })
            .collect())
    }

    /// One product.
    pub async fn view(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<ConnectionView, ServiceError> {
        Ok(self.view_of(product, self.store.connection(scope, product).await?))
    }

    /// What somebody without a principal sees.
    pub fn not_connected(product: Product) -> ConnectionView {
        ConnectionView {
            product,
            status: ConnectionStatus::NotConnected,
            connected: None,
        }
    }

    fn view_of(&self, product: Product, connected: Option<Connected>) -> ConnectionView {
        let now = self.clock.now();
        let status = connected
            .as_ref()
            .map_or(ConnectionStatus::NotConnected, |connected| {
                connected.status(now)
            });
        ConnectionView {
            product,
            status,
            connected,
        }
    }

    /// Chooses the site of an OAuth connection among those its grant reaches. An unknown site is
    /// looked for at Atlassian once more, because the list may have grown since the login.
    pub async fn choose_site(
        &self,
        scope: &Scope,
        product: Product,
        choice: &SiteChoice,
    ) -> Result<(), ServiceError> {
        let mut connected = self.stored(scope, product).await?;
        if connected.grant.method != AuthMethod::OAuth {
            return Err(ServiceError::invalid(
                "cloud_id",
                "a token belongs to one site; connect again to use another",
            ));
        }
        if self.choose(&connected.grant, product, choice).is_none() {
            connected.grant = self.with_current_sites(connected.grant, product).await?;
        }
        let site = self
            .choose(&connected.grant, product, choice)
            .ok_or_else(|| {
                let field = if matches!(choice, SiteChoice::CloudId(_)) {
                    "cloud_id"
                } else {
                    "base_url"
                };
                ServiceError::invalid(
                    field,
                    format!(
                        "this login does not reach that site for {}",
                        product.title()
                    ),
                )
            })?;
        if self
            .store
            .choose_site(scope, &connected.connection, &site)
            .await?
        {
            let history = self.grants.history();
            history.site_chosen(scope, product, site.host()).await;
            Ok(())
        } else {
            Err(ServiceError::Conflict(String::from(
                "the connection was changed in the meantime; look again",
            )))
        }
    }

    fn choose(&self, grant: &Grant, product: Product, choice: &SiteChoice) -> Option<Site> {
        let matches = |site: &Site| match choice {
            SiteChoice::CloudId(cloud_id) => site.cloud_id == *cloud_id,
            SiteChoice::Host(host) => site.host().eq_ignore_ascii_case(host.as_str()),
        };
        self.preferences
            .candidates(grant, product)
            .into_iter()
            .find(|site| matches(site))
    }

    /// Removes the connection; its grant is erased when no other connection uses it.
    pub async fn disconnect(&self, scope: &Scope, product: Product) -> Result<(), ServiceError> {
        let existed = self.store.connection(scope, product).await?.is_some();
        self.store.delete_connection(scope, product).await?;
        if existed {
            self.grants.history().disconnected(scope, product).await;
        }
        Ok(())
    }

    /// Renews the tokens of a connection because a person asked.
    pub async fn refresh(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Refreshed, ServiceError> {
        let connected = self.stored(scope, product).await?;
        if connected.grant.method != AuthMethod::OAuth {
            return Err(ServiceError::invalid(
                "rotate",
                "a token cannot be renewed; make a new one and connect again",
            ));
        }
        let grant = self
            .grants
            .renewed_on_demand(connected.grant)
            .await
            .map_err(|failure| failure.for_product(product))?;
        let left = grant
            .expires_at
            .map_or(0, |at| at.since(self.clock.now()).as_secs());
        Ok(Refreshed {
            expires_in: left,
            scopes: grant.scopes,
        })
    }

    /// The first of the owner's connections that uses OAuth, Jira's before Confluence's.
    pub async fn oauth_product(&self, scope: &Scope) -> Result<Product, ServiceError> {
        let stored = self.store.connections(scope).await?;
        let oauth = |product: &Product| {
            stored.iter().any(|one| {
                one.connection.product == *product && one.grant.method == AuthMethod::OAuth
            })
        };
        Product::ALL
            .into_iter()
            .find(oauth)
            .ok_or(ServiceError::NotConnected(Product::Jira))
    }

    /// The sites the owner's OAuth grant reaches, asked of Atlassian now.
    pub async fn resources(&self, scope: &Scope) -> Result<Vec<ReachableSite>, ServiceError> {
        let product = self.oauth_product(scope).await?;
        let connected = self.stored(scope, product).await?;
        Ok(self
            .with_current_sites(connected.grant, product)
            .await?
            .sites)
    }

    /// Calls Jira or Confluence for the owner: finds the connection, renews its token when it is
    /// due, and after a refusal that a newer token could cure tries once more with one.
    pub async fn call<T, F, R>(
        &self,
        scope: &Scope,
        product: Product,
        operation: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(Access) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        let connected = self.stored(scope, product).await?;
        if connected.status(self.clock.now()) == ConnectionStatus::ReauthRequired {
            return Err(ServiceError::TokenExpired(product));
        }
        let Some(site) = connected.connection.site else {
            let sites = self.preferences.candidates(&connected.grant, product);
            return Err(ServiceError::NeedsSite { product, sites });
        };
        self.with_token(connected.grant, product, |grant, token| {
            operation(access(grant, &site, token))
        })
        .await
    }

    /// The account behind a connection.
    pub async fn account_id(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<String, ServiceError> {
        Ok(self.stored(scope, product).await?.grant.account.account_id)
    }

    /// Who is behind a connection and what their login covers.
    pub async fn granted(&self, scope: &Scope, product: Product) -> Result<Granted, ServiceError> {
        let grant = self.stored(scope, product).await?.grant;
        Ok(Granted {
            scopes: (grant.method == AuthMethod::OAuth).then_some(grant.scopes),
            account: grant.account,
        })
    }

    /// The account as the product itself names it, asked now; none when the login's scopes do not tell.
    pub async fn current_account(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Option<Account>, ServiceError> {
        let atlassian = &self.atlassian;
        self.call(scope, product, |access| async move {
            atlassian.check_credential(product, &access).await
        })
        .await
    }

    /// The scopes that logins ask for `product` and `grant` does not have.
    pub fn ungranted_scopes(&self, grant: &Grant, product: Product) -> Vec<String> {
        self.preferences.missing_scopes(&grant.scopes, product)
    }

    /// Where a person opens the connection's site in a browser.
    pub fn browser_base(&self, site: &Site) -> String {
        self.atlassian.endpoints().browser_base(site)
    }

    /// Where a person opens a product on `site` in a browser. Only in the Cloud do two share a site.
    pub fn product_address(&self, product: Product, site: &Site) -> String {
        let base = self.browser_base(site);
        match product {
            Product::Confluence if !site.cloud_id.is_data_center() => format!("{base}/wiki"),
            Product::Jira | Product::Confluence => base,
        }
    }

    /// The sites a person may choose from.
    pub fn candidates(&self, grant: &Grant, product: Product) -> Vec<Site> {
        self.preferences.candidates(grant, product)
    }

    /// The outbound client, for the services that make calls through a connection.
    pub(super) fn atlassian(&self) -> &Atlassian {
        &self.atlassian
    }

    async fn stored(&self, scope: &Scope, product: Product) -> Result<Connected, ServiceError> {
        self.store
            .connection(scope, product)
            .await?
            .ok_or(ServiceError::NotConnected(product))
    }

    async fn with_current_sites(
        &self,
        grant: Grant,
        product: Product,
    ) -> Result<Grant, ServiceError> {
        let atlassian = &self.atlassian;
        let sites = self
            .with_token(grant.clone(), product, |_, token| async move {
                atlassian.accessible_sites(&token).await
            })
            .await?;
        if let Some(current) = self.store.grant(&grant.scope, &grant.id).await? {
            self.store.update_sites(&current, &sites).await?;
        }
        Ok(Grant { sites, ..grant })
    }

    async fn with_token<T, F, R>(
        &self,
        grant: Grant,
        product: Product,
        operation: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(&Grant, Secret) -> R,
        R: Future<Output = Result<T, AtlassianError>>,
    {
        let told = |failure: super::grants::RefreshFailure| failure.for_product(product);
        let grant = self.grants.usable(grant).await.map_err(told)?;
        let error = match operation(&grant, token(&grant, product)?).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if !self.newer_token_may_help(&grant, &error) {
            if grant.method != AuthMethod::OAuth && matches!(error, AtlassianError::Unauthorized) {
                self.grants.history().credential_refused(&grant).await;
            }
            return Err(self.refused(&grant, product, error));
        }
        let renewed = self.grants.renewed(&grant).await.map_err(told)?;
        operation(&renewed, token(&renewed, product)?)
            .await
            .map_err(|error| self.refused(&renewed, product, error))
    }

    /// A 401 may mean an expired or revoked token. For expired tokens Atlassian's gateway has also
    /// been seen to answer 403 and 404, which mean what they say while the token lives.
    fn newer_token_may_help(&self, grant: &Grant, error: &AtlassianError) -> bool {
        let expired = || grant.expires_at.is_some_and(|at| at <= self.clock.now());
        grant.method == AuthMethod::OAuth
            && match error {
                AtlassianError::Unauthorized => true,
                AtlassianError::Forbidden(_) | AtlassianError::NotFound(_) => expired(),
                _ => false,
            }
    }

    fn refused(&self, grant: &Grant, product: Product, error: AtlassianError) -> ServiceError {
        match error {
            AtlassianError::Unauthorized if grant.method == AuthMethod::Pat => {
                ServiceError::PatRefused(product)
            }
            AtlassianError::Unauthorized => ServiceError::TokenExpired(product),
            AtlassianError::ScopeMismatch { needs } => ServiceError::Forbidden {
                message: String::from(
                    "this login lacks a scope the call needs; enable it for the app and log in again",
                ),
                missing_scopes: self.missing_scopes(grant, product, needs),
            },
            error => error.into(),
        }
    }

    /// What the call needs and the login lacks; where that is not known, what we ask for and it lacks.
    fn missing_scopes(&self, grant: &Grant, product: Product, needs: &[&str]) -> Vec<String> {
        let lacking: Vec<String> = needs
            .iter()
            .filter(|need| !grant.scopes.iter().any(|granted| granted == *need))
            .map(|&need| need.to_owned())
            .collect();
        if lacking.is_empty() {
            return self.preferences.missing_scopes(&grant.scopes, product);
        }
        lacking
    }
}

fn token(grant: &Grant, product: Product) -> Result<Secret, ServiceError> {
    grant
        .access_token
        .clone()
        .ok_or(ServiceError::TokenExpired(product))
}

fn access(grant: &Grant, site: &Site, token: Secret) -> Access {
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
    Access {
        site: site.clone(),
        entrance,
        credential,
    }
}
