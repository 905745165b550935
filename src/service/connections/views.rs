//! What is known about an owner's connections: their state, who is behind them, where they lead.

use std::sync::Arc;

use super::Connections;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::grant::{Account, AuthMethod, Grant, GrantStatus, Renewal, TokenBase};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::service::error::{HOST_NOT_LISTED, ServiceError};

/// What is known about one connection, at one moment.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionView {
    /// The product.
    pub product: Product,
    /// The state.
    pub status: ConnectionStatus,
    /// The stored connection; none when there is none.
    pub connected: Option<Connected>,
    /// Why the site turns all calls away, though the login is good.
    pub turned_away: Option<String>,
    /// What failed with the last call, and may pass.
    pub failing: Option<String>,
}

impl ConnectionView {
    /// What is wrong, and what to do, in words that are safe to show.
    pub(crate) fn problem(&self) -> Option<String> {
        let grant = self.connected.as_ref().map(|connected| &connected.grant);
        let of_site = self.turned_away.clone();
        of_site
            .or_else(|| grant.and_then(|grant| grant.problem()))
            .or_else(|| self.connected.as_ref()?.refusal())
            .or_else(|| self.failing.clone())
    }
}

/// What the login behind a connection covers.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    /// Whether it is a login to a Data Center.
    pub is_of_data_center: bool,
    /// The OAuth scopes; none where only a call tells, as with API tokens.
    pub scopes: Option<Vec<String>>,
}

impl Granted {
    /// Whether a call that needs this OAuth scope is worth a try.
    pub(crate) fn may_cover(&self, scope: &str) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|granted| granted == scope))
    }
}

impl Connections {
    /// Both products, connected or not.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn list(&self, scope: &Scope) -> Result<Vec<ConnectionView>, ServiceError> {
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
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn view(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<ConnectionView, ServiceError> {
        Ok(self.view_of(product, self.store.connection(scope, product).await?))
    }

    /// What somebody without a principal sees.
    pub(crate) fn not_connected(product: Product) -> ConnectionView {
        ConnectionView {
            product,
            status: ConnectionStatus::NotConnected,
            connected: None,
            turned_away: None,
            failing: None,
        }
    }

    fn view_of(&self, product: Product, connected: Option<Connected>) -> ConnectionView {
        let now = self.clock.now();
        let connected = connected.map(|one| self.as_its_client_stands(one));
        let is_off_the_list = connected
            .as_ref()
            .is_some_and(|one| self.is_off_the_list(one));
        let status = connected
            .as_ref()
            .map_or(ConnectionStatus::NotConnected, |connected| {
                // A site that may not be used any more is none.
                match connected.status(now) {
                    ConnectionStatus::Active | ConnectionStatus::Error
                        if !self.may_use(connected.connection.site.as_ref()) =>
                    {
                        ConnectionStatus::NeedsSite
                    }
                    ConnectionStatus::Active if is_off_the_list => ConnectionStatus::Error,
                    status => status,
                }
            });
        let turned_away = connected
            .as_ref()
            .filter(|_| status == ConnectionStatus::Error)
            .and_then(|connected| {
                let why = Some(HOST_NOT_LISTED).filter(|_| is_off_the_list);
                why.or_else(|| connected.turned_away(now))
            })
            .map(str::to_owned);
        let failing = connected
            .as_ref()
            .and_then(|connected| self.failing.told(product, connected));
        ConnectionView {
            product,
            status,
            connected,
            turned_away,
            failing,
        }
    }

    /// Once Atlassian is known to refuse this service's own client, no login of that client is renewed, whatever its row
    /// says.
    fn as_its_client_stands(&self, mut connected: Connected) -> Connected {
        let grant = &connected.grant;
        if matches!(grant.renewal(), Renewal::ByItself | Renewal::Failing)
            && grant.status == GrantStatus::Active
            && let Some(why) = self.grants.refused_client(grant)
        {
            let grant = Arc::make_mut(&mut connected.grant);
            grant.fail_count = grant.fail_count.max(1);
            grant.last_error = Some(why.to_owned());
        }
        connected
    }

    /// Whether the operator has taken the connection's Data Center off the list: no call would be sent.
    fn is_off_the_list(&self, connected: &Connected) -> bool {
        let site = connected.connection.site.as_ref();
        connected.grant.base == TokenBase::DataCenter
            && site.is_some_and(|site| !self.atlassian.lists_data_center(&site.url))
    }

    fn may_use(&self, site: Option<&Site>) -> bool {
        site.is_none_or(|site| self.preferences.allows(site))
    }

    /// The account behind a connection.
    ///
    /// # Errors
    /// `NotConnected` without a connection; when the store fails.
    pub(crate) async fn account_id(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<String, ServiceError> {
        Ok(self
            .stored(scope, product)
            .await?
            .grant
            .account
            .account_id
            .clone())
    }

    /// Who is behind a connection and what their login covers.
    ///
    /// # Errors
    /// `NotConnected` without a connection; when the store fails.
    pub(crate) async fn granted(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Granted, ServiceError> {
        let grant = self.stored(scope, product).await?.grant;
        Ok(Granted {
            is_of_data_center: grant.method == AuthMethod::Pat,
            scopes: (grant.method == AuthMethod::OAuth).then(|| grant.scopes.clone()),
        })
    }

    /// The account as the product itself names it, asked now; none when the login's scopes do not tell.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn current_account(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Option<Account>, ServiceError> {
        self.site(scope, product, |site| site.check_credential(product))
            .await
    }

    /// The scopes that logins ask for `product` and `grant` does not have.
    pub(crate) fn ungranted_scopes(&self, grant: &Grant, product: Product) -> Vec<String> {
        self.preferences.missing_scopes(&grant.scopes, product)
    }

    /// Where a person opens the connection's site in a browser.
    pub(crate) fn browser_base(&self, site: &Site) -> String {
        self.atlassian.endpoints().browser_base(site)
    }

    /// Where a person opens `product` on `site` in a browser.
    pub(crate) fn product_address(&self, product: Product, site: &Site) -> String {
        self.atlassian.endpoints().product_address(product, site)
    }
}
