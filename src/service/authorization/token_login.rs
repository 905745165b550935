//! Keeping a token that somebody typed in: an API token or a personal access token, for one site.

use super::Authorization;
use crate::model::grant::{Account, AuthMethod, TokenBase};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::{ReachableSite, Site};
use crate::service::error::ServiceError;
use crate::store::logins::NewGrant;
use crate::work::audit::{About, Happened};

/// A token that its site has accepted. It has no refresh token, and nobody says when it expires.
pub(super) struct AcceptedToken {
    /// What makes two of them the same grant.
    pub(super) identity: String,
    pub(super) method: AuthMethod,
    pub(super) base: TokenBase,
    pub(super) account: Account,
    pub(super) site: Site,
    pub(super) token: Secret,
}

impl Authorization {
    /// Stores the token and connects the owner's `product` with it.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn keep_token(
        &self,
        scope: &Scope,
        product: Product,
        accepted: AcceptedToken,
    ) -> Result<(), ServiceError> {
        let reachable = ReachableSite {
            site: accepted.site.clone(),
            products: vec![product],
            scopes: vec![],
            avatar_url: None,
            former_urls: vec![],
        };
        let grant = NewGrant {
            identity: accepted.identity,
            method: accepted.method,
            base: accepted.base,
            client_id: None,
            account: accepted.account,
            scopes: vec![],
            sites: vec![reachable],
            access_token: accepted.token,
            refresh_token: None,
            expires_in: None,
            due_at: None,
        };
        let stored = self
            .store
            .put_login(scope, &grant, &[(product, Some(accepted.site))])
            .await?;
        self.history.connected(&stored, &[product]).await;
        let about = About {
            principal: Some(scope.owner().as_str()),
            provider: Some(product.as_str()),
            means: Some(stored.method.as_str()),
            ..About::default()
        };
        about.note(Happened::Login);
        Ok(())
    }
}
