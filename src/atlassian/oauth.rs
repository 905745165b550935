//! OAuth 2.0 (3LO) with Atlassian: the authorize URL, the code exchange and the refresh.

use std::time::Duration;

use futures_util::future::BoxFuture;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, TokenResponse, TokenUrl,
};

use super::Atlassian;
use super::error::TokenError;
use crate::model::grant::TokenPair;
use crate::model::oauth_client::OAuthClient;
use crate::model::secret::Secret;

/// `expires_in` is only recommended (RFC 6749 §5.1), and Atlassian documents no default; 3600 s is what
/// it hands out.
const USUAL_LIFETIME: Duration = Duration::from_hours(1);

/// What an authorize URL is made of.
#[derive(Debug)]
pub(crate) struct AuthorizeRequest<'a> {
    /// The app.
    pub client: &'a OAuthClient,
    /// The scopes asked for.
    pub scopes: &'a [String],
    /// The state (RFC 6749 §10.12).
    pub state: &'a Secret,
    /// The PKCE code verifier (RFC 7636), if PKCE is on.
    pub verifier: Option<&'a Secret>,
}

type Configured =
    BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl Atlassian {
    /// The address a browser is sent to, with every parameter Atlassian's 3LO page requires.
    pub(crate) fn authorize_url(
        &self,
        request: &AuthorizeRequest<'_>,
    ) -> Result<String, TokenError> {
        let client = self.oauth_client(request.client)?;
        let state = CsrfToken::new(request.state.expose().to_owned());
        let mut url = client
            .authorize_url(|| state)
            // Atlassian demands both besides RFC 6749's parameters
            // (https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/).
            .add_extra_param("audience", "api.atlassian.com")
            .add_extra_param("prompt", "consent")
            .add_scopes(request.scopes.iter().map(|scope| Scope::new(scope.clone())));
        // RFC 7636. Atlassian does not document whether it checks it, so the state stays what binds
        // the login to the browser (RFC 6749 §10.12).
        if let Some(verifier) = request.verifier {
            let verifier = PkceCodeVerifier::new(verifier.expose().to_owned());
            url = url.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        // Atlassian shows `%20` between scopes; `+` is the same to a form parser only.
        Ok(url.url().0.to_string().replace('+', "%20"))
    }

    /// Exchanges an authorization code for the first tokens.
    pub(crate) async fn exchange_code(
        &self,
        client: &OAuthClient,
        code: &str,
        verifier: Option<&Secret>,
    ) -> Result<TokenPair, TokenError> {
        let oauth_client = self.oauth_client(client)?;
        let mut request = oauth_client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = verifier {
            request =
                request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()));
        }
        let (http, started) = (
            self.token_transport(),
            Self::begin_call("token", "exchange"),
        );
        let response = request.request_async(&http).await.map_err(token_error);
        let pair = response.map(|response| token_pair(&response));
        self.note_token_call("exchange", started, pair)
    }

    /// Exchanges a refresh token for the next pair. Atlassian disables the one that was sent
    /// (<https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens>).
    pub(crate) async fn refresh(
        &self,
        client: &OAuthClient,
        refresh_token: &Secret,
    ) -> Result<TokenPair, TokenError> {
        let oauth_client = self.oauth_client(client)?;
        let refresh_token = RefreshToken::new(refresh_token.expose().to_owned());
        let (http, started) = (self.token_transport(), Self::begin_call("token", "refresh"));
        let response = oauth_client
            .exchange_refresh_token(&refresh_token)
            .request_async(&http)
            .await
            .map_err(token_error);
        let pair = response.map(|response| token_pair(&response));
        self.note_token_call("refresh", started, pair)
    }

    /// What the `oauth2` crate sends its requests with. It owns its parts: a borrowing closure would
    /// make the futures that contain it impossible to spawn.
    fn token_transport(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, TokenError>> + use<> {
        let atlassian = self.clone();
        move |request| {
            let atlassian = atlassian.clone();
            Box::pin(async move { atlassian.token_call(request).await })
        }
    }

    fn oauth_client(&self, client: &OAuthClient) -> Result<Configured, TokenError> {
        let redirect =
            RedirectUrl::new(client.redirect_uri.clone()).map_err(|_| TokenError::Malformed)?;
        let mut oauth_client = BasicClient::new(ClientId::new(client.id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.endpoints.authorize()))
            .set_token_uri(TokenUrl::from_url(self.endpoints.token()))
            .set_redirect_uri(redirect)
            // Atlassian documents the secret in the body; RFC 6749 §2.3.1 would prefer the header.
            .set_auth_type(AuthType::RequestBody);
        if let Some(secret) = &client.secret {
            oauth_client =
                oauth_client.set_client_secret(ClientSecret::new(secret.expose().to_owned()));
        }
        Ok(oauth_client)
    }
}

fn token_pair(response: &BasicTokenResponse) -> TokenPair {
    let expires_in = response.expires_in().unwrap_or(USUAL_LIFETIME);
    TokenPair {
        access_token: Secret::new(response.access_token().secret().clone()),
        refresh_token: response
            .refresh_token()
            .map(|token| Secret::new(token.secret().clone())),
        expires_in,
        scopes: response
            .scopes()
            .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
    }
}

fn token_error<E: oauth2::ErrorResponse>(error: RequestTokenError<TokenError, E>) -> TokenError {
    match error {
        RequestTokenError::Request(error) => error,
        _ => TokenError::Transient {
            reason: "an answer that is no token",
            retry_after: None,
        },
    }
}
