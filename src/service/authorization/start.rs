//! The start of a login: a flow is stored, and the browser learns where to go.

use super::{Authorization, FLOW_LIFETIME};
use crate::atlassian::oauth::AuthorizeRequest;
use crate::model::flow::{Flow, LoginReply};
use crate::model::ids::{TenantId, new_id};
use crate::model::oauth_scope::{allows_changes, is_of_atlassian};
use crate::model::owner::Owner;
use crate::model::product::Provider;
use crate::model::return_url::ReturnUrl;
use crate::model::secret::{Secret, random_token, sha256};
use crate::model::site::SiteHost;
use crate::service::error::ServiceError;
use crate::service::sessions::SESSION_PREFIX;

/// The longest `state` a caller may hand through.
const LONGEST_CALLER_STATE: usize = 1024;

/// What a start route asks for.
#[derive(Debug, Default)]
pub(crate) struct StartRequest<'a> {
    /// Whose connections it will be; none: whoever logs in.
    pub owner: Option<Owner>,
    /// The namespace.
    pub tenant: TenantId,
    /// Where to go afterwards.
    pub return_url: Option<&'a str>,
    /// The caller's own state.
    pub caller_state: Option<&'a str>,
    /// Scopes to ask for in addition, separated by spaces.
    pub scopes: Option<&'a str>,
    /// The site to use.
    pub site: Option<&'a str>,
}

/// A login that has been started.
#[derive(Debug)]
pub(crate) struct Started {
    /// Where the browser goes.
    pub authorize_url: String,
    /// The hash of the state, to bind the flow to this browser with.
    pub state_hash: String,
    /// A token that becomes a session if this browser completes the login.
    pub session_token: Option<Secret>,
}

impl Authorization {
    /// Starts a login under `provider` that will end with `reply`.
    ///
    /// # Errors
    /// `OAuthNotConfigured` without a client, `BadRequest` for a return URL that is not allowed,
    /// `Validation` for a malformed site, state or scope.
    pub(crate) async fn start(
        &self,
        provider: Provider,
        reply: LoginReply,
        request: &StartRequest<'_>,
    ) -> Result<Started, ServiceError> {
        let client = self
            .client(provider)
            .ok_or(ServiceError::OAuthNotConfigured(provider))?;
        let return_url = self.checked_return_url(request.return_url)?;
        let site = checked_site(request.site)?;
        if request
            .caller_state
            .is_some_and(|state| state.len() > LONGEST_CALLER_STATE)
        {
            let message = "state must not be longer than 1024 bytes";
            return Err(ServiceError::invalid("state", message));
        }
        let scopes = self.scopes_with(request.scopes)?;
        let (now, state) = (self.clock.now(), random_token("")?);
        let flow = Flow {
            id: new_id(now),
            state_hash: sha256(state.expose()),
            provider,
            client_id: client.id.clone(),
            redirect_uri: client.redirect_uri.clone(),
            tenant: request.tenant.clone(),
            owner: request.owner.clone(),
            verifier: self.settings.pkce.then(|| random_token("")).transpose()?,
            return_url,
            caller_state: request.caller_state.map(str::to_owned),
            site,
            reply,
            session_token: (reply == LoginReply::SessionToken)
                .then(|| random_token(SESSION_PREFIX))
                .transpose()?,
            created_at: now,
            expires_at: now.plus(FLOW_LIFETIME),
        };
        let authorize = AuthorizeRequest {
            client,
            scopes: &scopes,
            state: &state,
            verifier: flow.verifier.as_ref(),
        };
        let authorize_url = self
            .atlassian
            .authorize_url(&authorize)
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        self.store.insert_flow(&flow).await?;
        Ok(Started {
            authorize_url,
            state_hash: flow.state_hash,
            session_token: flow.session_token,
        })
    }

    /// The authorize URL without a state, for operators who want to look at it.
    pub(crate) fn example_authorize_url(&self, provider: Provider) -> Option<String> {
        let client = self.client(provider)?;
        let state = Secret::new("example");
        let request = AuthorizeRequest {
            client,
            scopes: self.scopes(),
            state: &state,
            verifier: None,
        };
        self.atlassian.authorize_url(&request).ok()
    }

    fn checked_return_url(&self, given: Option<&str>) -> Result<Option<String>, ServiceError> {
        let checked = given
            .map(|url| ReturnUrl::parse(url, self.return_origins()))
            .transpose();
        let checked = checked.map_err(|error| ServiceError::BadRequest(error.to_string()))?;
        Ok(checked.map(|url| url.to_string()))
    }

    /// Every login asks for all our scopes, because Atlassian keeps one consent per app and account, and
    /// a new one replaces the scopes of the one before (<https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>).
    fn scopes_with(&self, extra: Option<&str>) -> Result<Vec<String>, ServiceError> {
        let mut scopes = self.scopes().to_vec();
        for scope in extra.unwrap_or_default().split_whitespace() {
            // RFC 6749 §3.3, and Atlassian's names are shorter than this.
            let plain = scope.len() <= 100
                && scope
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
            if !plain {
                return Err(ServiceError::invalid(
                    "scope",
                    "scope must be a list of scope names separated by spaces",
                ));
            }
            if !is_of_atlassian(scope) {
                let message = format!(
                    "Atlassian knows no scope {scope}, and would refuse the whole login; scopes look like read:jira-work or read:page:confluence"
                );
                return Err(ServiceError::invalid("scope", message));
            }
            // A service that writes nothing asks nobody for the right to write, whoever wants it asked.
            if self.settings.preferences.read_only && allows_changes(scope) {
                continue;
            }
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        if scopes.len() > 50 {
            return Err(ServiceError::invalid(
                "scope",
                "Atlassian takes at most 50 scopes",
            ));
        }
        Ok(scopes)
    }
}

fn checked_site(given: Option<&str>) -> Result<Option<String>, ServiceError> {
    let checked = given.map(SiteHost::pasted).transpose();
    let checked = checked.map_err(|error| ServiceError::invalid("site", error.to_string()))?;
    Ok(checked.map(|site| site.as_str().to_owned()))
}
