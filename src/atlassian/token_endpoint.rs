//! The token endpoint as Atlassian documents it: JSON in, and errors told apart by their words.

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
    /// Sends what the `oauth2` crate would send as a form as the JSON that Atlassian documents, and
    /// gives it back an answer in the form of RFC 6749 §5.1. Errors are classified here, because
    /// Atlassian's are not RFC 6749's and their status alone says nothing.
    pub(super) async fn token_call(
        &self,
        request: HttpRequest,
    ) -> Result<TokenResponse, TokenError> {
        let body: Map<String, Value> = url::form_urlencoded::parse(request.body())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
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
        match value["error"].as_str() {
            Some("invalid_grant") => TokenError::InvalidGrant,
            Some("unauthorized_client") if description.contains("refresh_token is invalid") => {
                TokenError::InvalidGrant
            }
            Some("access_denied" | "invalid_client" | "unauthorized_client") => {
                TokenError::ClientRejected
            }
            Some("invalid_request" | "unsupported_grant_type" | "invalid_scope") => {
                TokenError::Malformed
            }
            _ => TokenError::Transient {
                reason: "an answer that is no OAuth error",
                retry_after: None,
            },
        }
    }
}

/// RFC 6749 §5.1 as the parser wants it: `token_type` and a numeric `expires_in` are optional or
/// sloppy in the field.
fn success(body: &[u8]) -> Result<TokenResponse, TokenError> {
    const NONSENSE: TokenError = TokenError::Transient {
        reason: "an answer that is no token",
        retry_after: None,
    };
    let mut value: Value = serde_json::from_slice(body).map_err(|_| NONSENSE)?;
    let fields = value.as_object_mut().ok_or(NONSENSE)?;
    fields
        .entry("token_type")
        .or_insert_with(|| Value::from("Bearer"));
    if let Some(seconds) = fields
        .get("expires_in")
        .and_then(Value::as_str)
        .and_then(|text| text.trim().parse::<u64>().ok())
    {
        fields.insert(String::from("expires_in"), Value::from(seconds));
    }
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
