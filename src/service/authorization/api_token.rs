//! Logging in with an API token: checked with Atlassian first, kept only if it is good.

use super::Authorization;
use super::token_login::AcceptedToken;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Credential, Entrance, SiteAccess};
use crate::atlassian::error::AtlassianError;
use crate::model::client_address::ClientAddress;
use crate::model::grant::{Account, AuthMethod, TokenBase};
use crate::model::ids::{CloudId, TenantId, new_id};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::{Secret, sha256};
use crate::model::service_account::ServiceAccount;
use crate::model::site::{Site, SiteHost};
use crate::service::error::ServiceError;
use crate::service::sites::SitePreferences;
use crate::store::connections::MADE_BY_SETTINGS;

/// An API token and where it is said to work.
#[derive(Debug)]
pub(crate) struct ApiTokenRequest<'a> {
    /// The account's e-mail address.
    pub email: &'a str,
    /// The token.
    pub token: Secret,
    /// The site; none: the operator's.
    pub site: Option<&'a str>,
    /// Where the request comes from; none: from the operator's settings, which are not counted.
    pub from: Option<ClientAddress>,
}

/// A token that Atlassian accepted.
pub(super) struct Accepted {
    account: Option<Account>,
    pub(super) site: Site,
    base: TokenBase,
}

/// Who made a connection; the word stands in the identity of its grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MadeBy {
    /// Somebody with an API token of their own.
    Person,
    /// The operator's settings.
    Settings,
}

impl Authorization {
    /// Connects `product` of the caller with an API token; the caller keeps their identity.
    ///
    /// # Errors
    /// `Forbidden` when the operator does not allow it, `Validation` for malformed values,
    /// `CredentialRejected` when Atlassian refuses the token: then nothing is kept.
    pub(crate) async fn attach_api_token(
        &self,
        product: Product,
        scope: &Scope,
        request: &ApiTokenRequest<'_>,
    ) -> Result<(), ServiceError> {
        let checked = self.accepted(product, request).await;
        if let Err(ServiceError::CredentialRejected { .. }) = &checked {
            self.history.credential_rejected(scope, product).await;
        }
        self.keep_api_token(MadeBy::Person, scope, product, request, &checked?)
            .await
    }

    /// Logs somebody in as the person whom the site knows under the token; gives their session.
    ///
    /// # Errors
    /// As [`Authorization::attach_api_token`], and `Validation` for a token that does not tell whose
    /// it is.
    pub(crate) async fn log_in_with_api_token(
        &self,
        product: Product,
        tenant: &TenantId,
        request: &ApiTokenRequest<'_>,
    ) -> Result<Secret, ServiceError> {
        let accepted = self.accepted(product, request).await?;
        let account = accepted.account.clone().ok_or_else(|| {
            ServiceError::invalid(
                "api_token",
                "this token works but does not tell whose it is; give it the scope read:jira-user or read:confluence-user",
            )
        })?;
        let account = Account {
            email: Some(request.email.to_owned()),
            ..account
        };
        // Another issuer than OAuth's: a leaked API token must not become the person's OAuth login.
        let issuer = format!("token:{}", accepted.site.cloud_id);
        let person = self.store.remember_person(&issuer, &account).await?;
        let scope = Scope::authenticated(tenant.clone(), person.owner());
        self.keep_api_token(MadeBy::Person, &scope, product, request, &accepted)
            .await?;
        self.sessions.open(&person, &new_id(self.clock.now())).await
    }

    async fn accepted(
        &self,
        product: Product,
        request: &ApiTokenRequest<'_>,
    ) -> Result<Accepted, ServiceError> {
        if !self.settings.api_tokens {
            return Err(ServiceError::forbidden(
                "logging in with API tokens is turned off here",
            ));
        }
        self.tried(product, request).await
    }

    /// Tries the token at Atlassian; the operator's switch for logins does not matter here.
    ///
    /// # Errors
    /// `Validation` for malformed values, `CredentialRejected` when Atlassian refuses the token, `LimitReached`
    /// after too many refusals.
    pub(super) async fn tried(
        &self,
        product: Product,
        request: &ApiTokenRequest<'_>,
    ) -> Result<Accepted, ServiceError> {
        let preferences = &self.settings.preferences;
        let host = host(preferences, product, request)?;
        let check = check(&self.atlassian, preferences, product, &host, request);
        let what = (product, AuthMethod::ApiToken);
        self.within_limits(request.from, Some(request.email), what, check)
            .await
    }

    /// Stores a token that was tried, under an identity that tells who made the connection: a later start with
    /// the same settings finds its own one again.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn keep_api_token(
        &self,
        made_by: MadeBy,
        scope: &Scope,
        product: Product,
        request: &ApiTokenRequest<'_>,
        accepted: &Accepted,
    ) -> Result<(), ServiceError> {
        let account = accepted.account.clone().unwrap_or_else(|| Account {
            account_id: format!("unknown-{}", sha256(request.email.to_ascii_lowercase())),
            ..Account::default()
        });
        let made_by = match made_by {
            MadeBy::Person => "token",
            MadeBy::Settings => MADE_BY_SETTINGS,
        };
        let site = accepted.site.clone();
        let identity = format!(
            "{made_by}:{product}:{}:{}",
            site.cloud_id, account.account_id
        );
        let token = AcceptedToken {
            identity,
            method: AuthMethod::ApiToken,
            base: accepted.base,
            account: Account {
                email: Some(request.email.to_owned()),
                ..account
            },
            site,
            token: request.token.clone(),
        };
        self.keep_token(scope, product, token).await
    }
}

/// Tries an account that settings name, where there is no store to keep it in.
///
/// # Errors
/// `Validation` for malformed values, `CredentialRejected` when Atlassian refuses the token.
pub(in crate::service) async fn try_account(
    atlassian: &Atlassian,
    preferences: &SitePreferences,
    account: &ServiceAccount,
) -> Result<Option<Account>, ServiceError> {
    let request = account.request();
    let host = host(preferences, Product::Jira, &request)?;
    let accepted = check(atlassian, preferences, Product::Jira, &host, &request).await?;
    Ok(accepted.account)
}

fn host(
    preferences: &SitePreferences,
    product: Product,
    request: &ApiTokenRequest<'_>,
) -> Result<SiteHost, ServiceError> {
    let plain = |text: &str| {
        !text.is_empty() && text.len() <= 4096 && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if !plain(request.email) || request.email.contains(':') || !request.email.contains('@') {
        return Err(ServiceError::invalid(
            "email",
            "email must be the e-mail address of the Atlassian account",
        ));
    }
    if !plain(request.token.expose()) {
        return Err(ServiceError::invalid(
            "api_token",
            "api_token must be the token's text",
        ));
    }
    let configured = preferences.token_host(product);
    let site = request
        .site
        .or(configured)
        .ok_or_else(|| ServiceError::invalid("site", preferences.why_no_host(product)))?;
    SiteHost::pasted(site).map_err(|error| ServiceError::invalid("site", error.to_string()))
}

/// Tries the token on the site (classic), then on the gateway (scoped): its text does not say
/// which kind it is, and each works at one of them only (sooperset/mcp-atlassian#968). Only where both
/// say that they do not know it is it a bad one: whoever turned us away for another reason tells that.
async fn check(
    atlassian: &Atlassian,
    preferences: &SitePreferences,
    product: Product,
    host: &SiteHost,
    request: &ApiTokenRequest<'_>,
) -> Result<Accepted, ServiceError> {
    let cloud_id = atlassian
        .cloud_id(host)
        .await
        .map_err(|error| match error {
            AtlassianError::NotFound(_) => ServiceError::invalid("site", "there is no such site"),
            error => error.into(),
        })?;
    // Before the token is shown to it.
    if !preferences.allows(&named_site(host, cloud_id.clone())) {
        return Err(SitePreferences::refusal());
    }
    let mut turned_away = None;
    let site = named_site(host, cloud_id);
    for (entrance, base) in [
        (Entrance::Site, TokenBase::Site),
        (Entrance::Gateway, TokenBase::Gateway),
    ] {
        let access = access(request, site.clone(), entrance);
        match atlassian.at(access).check_credential(product).await {
            Ok(account) => {
                return Ok(Accepted {
                    account,
                    site,
                    base,
                });
            }
            Err(AtlassianError::Unauthorized) => {}
            Err(error @ AtlassianError::Forbidden(_)) => {
                turned_away.get_or_insert(error.into());
            }
            Err(AtlassianError::NotFound(_) | AtlassianError::NoSuchSite(_)) => {
                turned_away.get_or_insert_with(|| nobody_answers(product));
            }
            Err(AtlassianError::ScopeMismatch { .. }) => return Err(lacks_scope(product)),
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(turned_away) = turned_away {
        return Err(turned_away);
    }
    if is_good_for_the_other(atlassian, product, &site, request).await {
        return Err(lacks_product(product, host));
    }
    Err(ServiceError::CredentialRejected {
        message: String::from(
            "Atlassian does not accept this e-mail address and API token on this site",
        ),
    })
}

fn access(request: &ApiTokenRequest<'_>, site: Site, entrance: Entrance) -> SiteAccess {
    let credential = Credential::Basic {
        email: request.email.to_owned(),
        token: request.token.clone(),
    };
    SiteAccess {
        site,
        entrance,
        credential,
        app: None,
        limits: None,
    }
}

/// Whether the token is taken by the site's other product: an account that may not use this one gets the answer that a
/// bad token gets.
async fn is_good_for_the_other(
    atlassian: &Atlassian,
    product: Product,
    site: &Site,
    request: &ApiTokenRequest<'_>,
) -> bool {
    for entrance in [Entrance::Site, Entrance::Gateway] {
        let access = access(request, site.clone(), entrance);
        let other = atlassian.at(access).check_credential(product.other());
        if other.await.is_ok() {
            return true;
        }
    }
    false
}

fn lacks_product(product: Product, host: &SiteHost) -> ServiceError {
    let (title, other) = (product.title(), product.other().title());
    ServiceError::invalid(
        "site",
        format!(
            "the token is good, and this account has no {title} on {}, which answers for {other} only; choose another site, or ask its administrator for access to {title}",
            host.as_str()
        ),
    )
}

/// The token was not looked at: there is nothing at the site that could.
fn nobody_answers(product: Product) -> ServiceError {
    ServiceError::invalid(
        "site",
        format!(
            "no {} answers on this site: it has none, or it is not available just now; the token was not judged",
            product.title()
        ),
    )
}

/// A site that only its host is known of; the label serves as its name.
fn named_site(host: &SiteHost, cloud_id: CloudId) -> Site {
    let label = host
        .as_str()
        .split('.')
        .next()
        .unwrap_or_default()
        .to_owned();
    Site {
        cloud_id,
        name: label,
        url: format!("https://{}", host.as_str()),
    }
}

fn lacks_scope(product: Product) -> ServiceError {
    let scope = match product {
        Product::Jira => "read:jira-user",
        Product::Confluence => "read:space:confluence",
    };
    ServiceError::invalid(
        "api_token",
        format!("Atlassian knows this API token, but it lacks the scope {scope}"),
    )
}
