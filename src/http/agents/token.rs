//! `/token` and `/revoke`: what clients call without a browser.

use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::http::agents::answers::{refusal, success};
use crate::http::agents::form::{Form, NoForm};
use crate::http::caller::charge::too_many;
use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, Code};
use crate::model::agent::scope_text;
use crate::model::client_address::ClientAddress;
use crate::model::secret::Secret;
use crate::service::agents::tokens::{ShownClient, ShownCode, TokenPair, TokenRefusal};

/// `POST /token`
pub(super) async fn token(
    State(state): State<AppState>,
    Extension(from): Extension<ClientAddress>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(problem) => return no_form(problem),
    };
    match tokens(&state, &headers, &form).await {
        Ok(pair) => success(
            StatusCode::OK,
            &json!({
                "access_token": pair.access.expose(),
                "token_type": "Bearer",
                "expires_in": pair.lifetime.as_secs(),
                "refresh_token": pair.refresh.expose(),
                "scope": scope_text(&pair.scopes),
            }),
        ),
        Err(problem) => refused(&state, from, problem),
    }
}

/// `POST /revoke`
pub(super) async fn revoke(
    State(state): State<AppState>,
    Extension(from): Extension<ClientAddress>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(problem) => return no_form(problem),
    };
    let taken_back = async {
        let client = shown_client(&headers, &form)?;
        let token = form.get("token");
        let token = token.ok_or(TokenRefusal::Request("token is missing"))?;
        state.agents.take_back(&client, token).await
    };
    match taken_back.await {
        Ok(()) => success(StatusCode::OK, &json!({})),
        Err(problem) => refused(&state, from, problem),
    }
}

async fn tokens(
    state: &AppState,
    headers: &HeaderMap,
    form: &Form,
) -> Result<TokenPair, TokenRefusal> {
    let client = shown_client(headers, form)?;
    let resources = form.resources();
    let needed = |name: &'static str, problem| form.get(name).ok_or(TokenRefusal::Request(problem));
    match form.get("grant_type") {
        Some("authorization_code") => {
            let shown = ShownCode {
                code: needed("code", "code is missing")?,
                redirect_uri: form.get("redirect_uri"),
                verifier: needed(
                    "code_verifier",
                    "PKCE is required: code_verifier is missing",
                )?,
            };
            state.agents.exchange(&client, &shown, &resources).await
        }
        Some("refresh_token") => {
            let refresh_token = needed("refresh_token", "refresh_token is missing")?;
            let scope = form.get("scope");
            state
                .agents
                .renew(&client, refresh_token, scope, &resources)
                .await
        }
        Some(_) => Err(TokenRefusal::GrantType),
        None => Err(TokenRefusal::Request("grant_type is missing")),
    }
}

/// The client, by its password (RFC 6749, section 2.3.1) or in the form. A password that is about another name is a
/// proxy's, which browsers and programs send along.
fn shown_client(headers: &HeaderMap, form: &Form) -> Result<ShownClient, TokenRefusal> {
    let in_form = form.get("client_id");
    let by_password = password(headers).filter(|(id, _)| in_form.is_none_or(|named| named == id));
    if let Some((id, secret)) = by_password {
        let secret = Some(Secret::new(secret));
        return Ok(ShownClient { id, secret });
    }
    let id = in_form.ok_or(TokenRefusal::Client)?.to_owned();
    let secret = form.get("client_secret").map(Secret::new);
    Ok(ShownClient { id, secret })
}

fn password(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // Both are encoded like a form's fields before they are put together.
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        let decoded = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
        Some(decoded)
    };
    Some((plain(id)?, plain(secret)?))
}

fn no_form(problem: NoForm) -> Response {
    match problem {
        NoForm::Malformed(description) => {
            refusal(StatusCode::BAD_REQUEST, "invalid_request", description)
        }
        NoForm::Failed(error) => error.into_response(),
    }
}

/// What a client is told. Codes and tokens that are none count as tries to guess one.
fn refused(state: &AppState, from: ClientAddress, problem: TokenRefusal) -> Response {
    let guesses = matches!(problem, TokenRefusal::Client | TokenRefusal::Grant(_));
    if guesses && let Err(wait) = state.limits.take_bad_credential(from) {
        return too_many(wait).into_response();
    }
    let bad = |error, description| refusal(StatusCode::BAD_REQUEST, error, description);
    match problem {
        TokenRefusal::Client => refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "this client is not known here, or its secret is wrong; register again",
        ),
        TokenRefusal::Grant(description) => bad("invalid_grant", description),
        TokenRefusal::GrantType => bad(
            "unsupported_grant_type",
            "grant_type must be authorization_code or refresh_token",
        ),
        TokenRefusal::Request(description) => bad("invalid_request", description),
        TokenRefusal::Target => bad("invalid_target", "the resource is not this server's /mcp"),
        TokenRefusal::Scope => bad("invalid_scope", "more is asked for than was consented to"),
        TokenRefusal::Busy => {
            let message = "another request with this code or token is under way; try again";
            ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::InternalError,
                message,
            )
            .with_retry_after(Duration::from_secs(1))
            .into_response()
        }
        TokenRefusal::Failed(error) => ApiError::from(error).into_response(),
    }
}
