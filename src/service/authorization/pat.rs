//! Connecting a Data Center with a personal access token: checked there first, kept only if it is good.

use super::Authorization;
use super::token_login::AcceptedToken;
use crate::atlassian::access::{Credential, Entrance, SiteAccess};
use crate::atlassian::error::AtlassianError;
use crate::model::client_address::ClientAddress;
use crate::model::data_center::BaseUrl;
use crate::model::grant::{AuthMethod, TokenBase};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::service::error::ServiceError;
use crate::service::sites::SitePreferences;

/// The longest token that is taken; Data Center's own have 44 characters.
const LONGEST_TOKEN: usize = 1024;

/// What connecting a Data Center needs to know from the settings; the hosts are the outbound client's.
#[derive(Debug, Clone, Default)]
pub(crate) struct PatSettings {
    /// Whether Jira's tokens are taken.
    pub jira: bool,
    /// The address the operator set for Jira.
    pub jira_base_url: Option<String>,
    /// The address the operator set for Confluence.
    pub confluence_base_url: Option<String>,
}

/// A personal access token and where it is said to work.
#[derive(Debug)]
pub(crate) struct PatRequest<'a> {
    /// The token.
    pub token: Secret,
    /// The Data Center; none: the operator's only one.
    pub base_url: Option<&'a str>,
    /// Where the request comes from.
    pub from: ClientAddress,
}

impl Authorization {
    /// Connects `product` of the caller with a personal access token; the caller keeps their
    /// identity. Without `base_url` it is the operator's only Data Center.
    ///
    /// # Errors
    /// `BadRequest` when no Data Center is served or Jira's tokens are turned off, `Validation` for
    /// malformed values and hosts that are not listed (then nothing is sent anywhere),
    /// `CredentialRejected` when the token is refused: then nothing is kept.
    pub(crate) async fn attach_pat(
        &self,
        product: Product,
        scope: &Scope,
        request: &PatRequest<'_>,
    ) -> Result<(), ServiceError> {
        let pat = &request.token;
        let base = self.data_center(product, request.base_url)?;
        let plain = |byte: u8| byte.is_ascii_graphic();
        if !(1..=LONGEST_TOKEN).contains(&pat.expose().len()) || !pat.expose().bytes().all(plain) {
            return Err(ServiceError::invalid(
                "pat",
                "pat must be the personal access token's text",
            ));
        }
        let site = base.site();
        if !self.settings.preferences.allows(&site) {
            return Err(SitePreferences::refusal());
        }
        let access = SiteAccess {
            site: site.clone(),
            entrance: Entrance::DataCenter,
            credential: Credential::Bearer(pat.clone()),
            app: None,
            limits: None,
        };
        let account = self
            .within_limits(
                Some(request.from),
                None,
                (product, AuthMethod::Pat),
                async {
                    let checked = self.atlassian.at(access).check_credential(product).await;
                    checked.map_err(|error| token_failure(product, error))
                },
            )
            .await;
        if let Err(ServiceError::CredentialRejected { .. }) = &account {
            self.history.credential_rejected(scope, product).await;
        }
        let account = account?.unwrap_or_default();
        let token = AcceptedToken {
            identity: format!("pat:{product}:{}:{}", site.url, account.account_id),
            method: AuthMethod::Pat,
            base: TokenBase::DataCenter,
            account,
            site,
            token: pat.clone(),
        };
        self.keep_token(scope, product, token).await
    }

    /// Which Data Center is meant.
    fn data_center(
        &self,
        product: Product,
        base_url: Option<&str>,
    ) -> Result<BaseUrl, ServiceError> {
        let settings = &self.settings.pats;
        let hosts = self.atlassian.endpoints().data_centers();
        if hosts.is_empty() {
            return Err(ServiceError::BadRequest(String::from(
                "personal access tokens work with Jira and Confluence Data Center, and no such host is served here",
            )));
        }
        if product == Product::Jira && !settings.jira {
            return Err(ServiceError::BadRequest(String::from(
                "personal access tokens of Jira are turned off here; the operator turns them on with ENABLE_JIRA_PAT=true",
            )));
        }
        let configured = match product {
            Product::Jira => settings.jira_base_url.as_deref(),
            Product::Confluence => settings.confluence_base_url.as_deref(),
        };
        match base_url.or(configured) {
            Some(text) => hosts
                .parse_pasted(text)
                .map_err(|error| ServiceError::invalid("base_url", error.to_string())),
            None => hosts.only().ok_or_else(|| {
                let why = "base_url is missing: several Data Centers are served here";
                ServiceError::invalid("base_url", why)
            }),
        }
    }
}

fn token_failure(product: Product, error: AtlassianError) -> ServiceError {
    match error {
        AtlassianError::Unauthorized => ServiceError::CredentialRejected {
            message: format!(
                "this {} does not accept the personal access token",
                product.title()
            ),
        },
        AtlassianError::Forbidden(explanation) if explanation.messages.is_empty() => {
            ServiceError::forbidden(format!(
                "this {} answers 403 and does not say why: one of its settings, or something in front of it, keeps this service out; its administrator can tell",
                product.title()
            ))
        }
        AtlassianError::Replaced(_) => ServiceError::invalid(
            "base_url",
            format!(
                "a web page answers at this address in place of {}'s API: perhaps a login page of your company, which must let this service pass; or a context path such as /jira is missing",
                product.title()
            ),
        ),
        AtlassianError::NotFound(_)
        | AtlassianError::NoSuchSite(_)
        | AtlassianError::AnswerTooLarge
        | AtlassianError::Redirected
        | AtlassianError::NoJson
        | AtlassianError::Nonsense(_) => ServiceError::invalid(
            "base_url",
            format!(
                "no {} answers at this address; a context path such as /jira may be missing",
                product.title()
            ),
        ),
        error => error.into(),
    }
}
