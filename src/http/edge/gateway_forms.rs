//! What is different for the gateway's clients, who know Atlassian only: how they show a key, and how they read errors.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::http::caller::origin::is_own_or_listed;
use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, ErrorBody};

/// Some clients read the sentence of a 401 only if it comes with this very text.
const AS_ATLASSIAN_SENDS_IT: HeaderValue =
    HeaderValue::from_static("application/json;charset=UTF-8");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"integration-backend\"");
const BASIC: HeaderValue =
    HeaderValue::from_static("Basic realm=\"integration-backend\", charset=\"UTF-8\"");

/// Whether an address is the gateway's.
pub(crate) fn is_gateway(path: &str) -> bool {
    path.starts_with("/ex/") || matches!(path, "/me" | "/oauth/token/accessible-resources")
}

/// Reads a key that comes as the password, or as the user's name without one, as if it came as `Bearer`. A browser
/// repeats a password by itself, also for a foreign page, so one from there counts for nothing. In open mode clients
/// must send something, too: what is no key of ours is nothing there.
pub(crate) fn read_password(parts: &mut Parts, state: &AppState) {
    if !is_gateway(parts.uri.path()) {
        return;
    }
    let values = parts.headers.get_all(AUTHORIZATION).iter();
    let values: Vec<HeaderValue> = values
        .filter_map(|value| {
            let is_open = state.edge.is_open();
            match key_in_password(value) {
                Some(key) => is_own_or_listed(&state.edge, &parts.headers).then_some(key),
                None if is_open && !names_a_key(value) => None,
                None => Some(value.clone()),
            }
        })
        .collect();
    parts.headers.remove(AUTHORIZATION);
    for value in values {
        parts.headers.append(AUTHORIZATION, value);
    }
}

/// What our secrets begin with: keys, and tokens of agents and sessions, which are refused here and not overlooked: whoever
/// sends a narrow one must not be taken for the machine's owner.
const OURS: [&str; 3] = ["ibk_", "ibm_", "ibs_"];

fn names_a_key(value: &HeaderValue) -> bool {
    let mut words = value.as_bytes().split(u8::is_ascii_whitespace);
    words.any(|word| OURS.iter().any(|start| word.starts_with(start.as_bytes())))
}

fn key_in_password(value: &HeaderValue) -> Option<HeaderValue> {
    let (scheme, encoded) = value.to_str().ok()?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let pair = String::from_utf8(decoded).ok()?;
    let (user, password) = pair.split_once(':')?;
    let is_key = |text: &&str| OURS.iter().any(|start| text.starts_with(start));
    let key = Some(password)
        .filter(is_key)
        .or_else(|| Some(user).filter(|user| password.is_empty() && is_key(user)))?;
    let mut value = HeaderValue::from_str(&format!("Bearer {key}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// An error of ours with what clients of Atlassian's look for besides.
pub(crate) fn error_body(body: &ErrorBody) -> Value {
    let mut value = serde_json::to_value(body).unwrap_or_else(|_| json!({}));
    value["errorMessages"] = json!([body.message]);
    value["errors"] = json!({});
    value
}

/// The headers of such an error.
pub(crate) fn set_error_headers(response: &mut Response, error: &ApiError) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, AS_ATLASSIAN_SENDS_IT);
    if error.status == StatusCode::UNAUTHORIZED {
        headers.append(WWW_AUTHENTICATE, BEARER);
        headers.append(WWW_AUTHENTICATE, BASIC);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let value = format!("Basic {}", STANDARD.encode(text));
        let key = key_in_password(&HeaderValue::from_str(&value).unwrap())?;
        Some(key.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_key_is_the_password_or_the_name_without_one() {
        assert_eq!(
            read("mia@example.com:ibk_1").as_deref(),
            Some("Bearer ibk_1")
        );
        assert_eq!(read("ibk_1:").as_deref(), Some("Bearer ibk_1"));
        assert_eq!(read(":ibk_1").as_deref(), Some("Bearer ibk_1"));
        // Those of agents and sessions are seen, so that they are refused.
        assert_eq!(read("mia:ibm_1").as_deref(), Some("Bearer ibm_1"));
        assert_eq!(read("mia:ibs_1").as_deref(), Some("Bearer ibs_1"));
        for other in ["mia:secret", "ibk_1:secret", "ibk_1", ""] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(
            key_in_password(&HeaderValue::from_static("Basic !!!")),
            None
        );
    }
}
