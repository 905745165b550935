//! The token endpoint as Atlassian documents it: JSON in, and errors known by their words.

use std::time::Duration;

use oauth2::http::{Response as HttpResponse, StatusCode};
use oauth2::{HttpRequest, HttpResponse as TokenResponse};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value};

use super::Atlassian;
use super::error::{AtlassianError, TokenError};
use super::request::{read, transport_error};

/// How much longer than any other call one at the token endpoint is waited for, and how long at most.
/// It is not idempotent: the refresh token is used up and the answer holds the only new one, so hanging
/// up on a slow answer loses a login, while everybody who waits for it has a deadline of their own.
const TIMES_AS_LONG: u32 = 3;
const LONGEST_WAIT: Duration = Duration::from_mins(1);

impl Atlassian {
    /// Sends what the `oauth2` crate would send as a form (RFC 6749 §4.1.3) as the JSON that Atlassian
    /// documents (<https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>), and gives
    /// it back an answer in the form of RFC 6749 §5.1. Errors are classified here, because
    /// Atlassian's are not RFC 6749's and their status alone says nothing.
    pub(super) async fn token_call(
        &self,
        request: HttpRequest,
    ) -> Result<TokenResponse, TokenError> {
        let body: Map<String, Value> = url::form_urlencoded::parse(request.body())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        // Atlassian knows no public clients: with PKCE alone it answers as if the secret were
        // wrong.
        if !body.contains_key("client_secret") {
            return Err(TokenError::SecretMissing);
        }
        let response = self
            .http
            .post(self.endpoints.token())
            .timeout((self.timeout * TIMES_AS_LONG).min(LONGEST_WAIT))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(Value::Object(body).to_string())
            .send()
            .await
            .map_err(|error| transient(&transport_error(&error)))?;
        let answer = read(response).await.map_err(|error| transient(&error))?;
        if answer.status.is_success() {
            return success(&answer.body);
        }
        Err(self.classify(answer.status.as_u16(), &answer.headers, &answer.body))
    }

    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> TokenError {
        if status == 429 || status >= 500 {
            let asked = headers.contains_key("retry-after") || status == 429;
            let reason = if status == 429 {
                "rate limit"
            } else {
                "server failure"
            };
            return TokenError::Transient {
                reason,
                retry_after: asked.then(|| self.gates.asked_wait(headers)),
            };
        }
        let value: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let description = value["error_description"]
            .as_str()
            .unwrap_or_default()
            .to_ascii_lowercase();
        // A server's or a gatekeeper's failure may repeat the words it was sent, or make some up; with any
        // other status they end no login.
        let refuses = matches!(status, 400 | 401 | 403);
        match value["error"].as_str().filter(|_| refuses) {
            // Sent with 403 where RFC 6749 §5.2 has 400.
            Some("invalid_grant") => TokenError::InvalidGrant,
            // The same refusal in other words, which have been seen in the field.
            Some("unauthorized_client") if description.contains("refresh_token is invalid") => {
                TokenError::InvalidGrant
            }
            // `access_denied` is RFC 6749's word for a person who declined (§4.1.2.1); here it
            // means a wrong secret. None of them says anything about the grant.
            Some("access_denied" | "invalid_client" | "unauthorized_client") => {
                TokenError::ClientRejected
            }
            Some("invalid_request" | "unsupported_grant_type" | "invalid_scope") => {
                TokenError::Malformed
            }
            _ => TokenError::Transient {
                // A page of some gatekeeper's, perhaps: only the words above may end a login.
                reason: "an answer that is no OAuth error",
                retry_after: None,
            },
        }
    }
}

/// RFC 6749 §5.1 as the parser wants it. Whatever else an answer holds, its tokens are kept: the ones
/// before them are used up. So `token_type` counts as `Bearer` (RFC 6750 §4, the only one there is
/// here), a lifetime that is none is left out, and a list of scopes becomes the text it should be.
fn success(body: &[u8]) -> Result<TokenResponse, TokenError> {
    const NONSENSE: TokenError = TokenError::Transient {
        reason: "an answer that is no token",
        retry_after: None,
    };
    let mut value: Value = serde_json::from_slice(body).map_err(|_| NONSENSE)?;
    let fields = value.as_object_mut().ok_or(NONSENSE)?;
    fields.insert(String::from("token_type"), Value::from("Bearer"));
    match fields.remove("expires_in").as_ref().and_then(lifetime) {
        Some(seconds) => fields.insert(String::from("expires_in"), Value::from(seconds)),
        None => None,
    };
    if let Some(scopes) = fields.remove("scope").as_ref().and_then(scope_text) {
        fields.insert(String::from("scope"), Value::from(scopes));
    }
    // What an answer holds beyond the standard is nothing to us, whatever its type.
    fields.retain(|name, _| KNOWN.contains(&name.as_str()));
    if fields
        .get("refresh_token")
        .is_some_and(|token| token.as_str().is_none_or(str::is_empty))
    {
        fields.remove("refresh_token");
    }
    if fields
        .get("access_token")
        .and_then(Value::as_str)
        .is_none_or(str::is_empty)
    {
        return Err(NONSENSE);
    }
    HttpResponse::builder()
        .status(StatusCode::OK)
        .body(value.to_string().into_bytes())
        .map_err(|_| NONSENSE)
}

/// What RFC 6749 §5.1 lists.
const KNOWN: [&str; 5] = [
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "scope",
];
/// An access token that claims to live longer, in seconds, tells us nothing.
const LONGEST_LIFETIME: f64 = 366.0 * 24.0 * 3600.0;

/// A lifetime in whole seconds, written as a number or as text; none when it is no lifetime.
fn lifetime(value: &Value) -> Option<u64> {
    let seconds = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between one second and a year"
    )]
    (1.0..=LONGEST_LIFETIME)
        .contains(&seconds)
        .then_some(seconds as u64)
}

/// Scopes as one text with blanks between them.
fn scope_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(scopes) => {
            let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
            Some(scopes.join(" "))
        }
        _ => None,
    }
}

fn transient(error: &AtlassianError) -> TokenError {
    let reason = match error {
        AtlassianError::Timeout => return TokenError::Unanswered,
        AtlassianError::AnswerTooLarge => "an answer too large to read",
        _ => "no connection",
    };
    TokenError::Transient {
        reason,
        retry_after: None,
    }
}
