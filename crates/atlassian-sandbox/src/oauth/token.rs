//! `POST /oauth/token`: both grants, as strict as Atlassian's documents can be read.
//!
//! What is refused and how: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>, and
//! for the errors the reports of other clients, because that page shows only one.

use serde_json::{Map, Value, json};

use super::grants::TokenFamily;
use crate::clock::SECOND;
use crate::random::sha256_text;
use crate::state::State;
use crate::wire::{Answer, Call, Reply};

fn refused(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(
        status,
        &json!({"error": error, "error_description": description}),
    )
}

fn invalid_grant(description: &str) -> Reply {
    refused(403, "invalid_grant", description)
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Result<&'a str, Reply> {
    body.get(name)
        .and_then(Value::as_str)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| {
            refused(
                400,
                "invalid_request",
                &format!("{name} must be a non-empty string."),
            )
        })
}

/// The token endpoint.
pub(crate) fn exchange(state: &mut State, call: &Call) -> Answer {
    if call.method != "POST" {
        return Err(Reply::json(405, &json!({"error": "method_not_allowed"})).with("allow", "POST"));
    }
    state.token_calls += 1;
    // Atlassian's page sends JSON. Forms work for some clients and are reported broken by others: whoever
    // sends one here would depend on luck there.
    if call.content_type() != "application/json" {
        return Err(refused(
            400,
            "invalid_request",
            "The request body must be sent as application/json.",
        ));
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(&call.body) else {
        return Err(refused(
            400,
            "invalid_request",
            "The request body is not a JSON object.",
        ));
    };
    if body.get("grant_type").and_then(Value::as_str) == Some("refresh_token") {
        state.refresh_calls += 1;
    }
    let grant_type = text(&body, "grant_type")?;
    let client_id = text(&body, "client_id")?.to_owned();
    let secret = body
        .get("client_secret")
        .and_then(Value::as_str)
        .unwrap_or("");
    // PKCE does not replace the secret (Atlassian ECO-283). `access_denied` here means "wrong secret"; on
    // the callback the same word means "the person cancelled".
    if state
        .app(&client_id)
        .is_none_or(|app| app.client_secret != secret)
    {
        return Err(refused(401, "access_denied", "Unauthorized"));
    }
    match grant_type {
        "authorization_code" => redeem_code(state, &client_id, &body),
        "refresh_token" => rotate(state, &client_id, &body),
        other => Err(refused(
            403,
            "unsupported_grant_type",
            &format!("Unsupported grant type: {other}"),
        )),
    }
}

fn redeem_code(state: &mut State, client_id: &str, body: &Map<String, Value>) -> Answer {
    let now = state.now();
    let redirect_uri = text(body, "redirect_uri")?;
    let code = state
        .saved
        .grants
        .codes
        .get_mut(text(body, "code")?)
        .filter(|code| code.client_id == client_id && !code.used && code.expires > now)
        .ok_or_else(|| invalid_grant("Invalid authorization code"))?;
    // A code is spent by the first try, successful or not (RFC 6749, section 4.1.2).
    code.used = true;
    let code = code.clone();
    if code.redirect_uri != redirect_uri {
        return Err(invalid_grant(
            "The redirect_uri does not match the one of the authorization request.",
        ));
    }
    // Stricter than what is known of Atlassian: nobody has shown that it checks the verifier. A client
    // that sends a challenge must be able to answer it.
    if let Some(challenge) = &code.challenge {
        let verifier = body
            .get("code_verifier")
            .and_then(Value::as_str)
            .unwrap_or("");
        if sha256_text(verifier) != *challenge {
            return Err(invalid_grant("Failed to verify code verifier"));
        }
    }
    let family = state.saved.grants.new_family(client_id, &code.account);
    let offline = code.scopes.iter().any(|scope| scope == "offline_access");
    issue(state, &family, offline)
}

fn rotate(state: &mut State, client_id: &str, body: &Map<String, Value>) -> Answer {
    let now = state.now();
    let token = text(body, "refresh_token")?;
    let family = state
        .saved
        .grants
        .check_refresh(token, client_id, now)
        .ok_or_else(|| invalid_grant("Unknown or invalid refresh token."))?;
    if state.behaviour.refresh_kills_access {
        state.saved.grants.end_access_of(&family);
    }
    // Seen in the field, and provided for in Atlassian's own sample: the answer has no new refresh token,
    // and the old one goes on.
    if state.behaviour.omit_refresh_token {
        return issue(state, &family, false);
    }
    state.saved.grants.supersede(&family, now);
    issue(state, &family, true)
}

fn issue(state: &mut State, family: &TokenFamily, with_refresh: bool) -> Answer {
    let Some(consent) = state
        .saved
        .grants
        .consent(&family.client_id, &family.account)
        .cloned()
    else {
        return Err(invalid_grant("Unknown or invalid refresh token."));
    };
    let now = state.now();
    let lifetime = match state.behaviour.access_token_seconds {
        0 => 3600,
        seconds => i64::from(seconds),
    };
    let access = state
        .token_source
        .token("eyJraWQiOiJzYW5kYm94IiwiYWxnIjoiUlMyNTYifQ.", 24);
    state
        .saved
        .grants
        .add_access(&access, family, now + lifetime * SECOND);
    let mut answer = Map::new();
    answer.insert("access_token".into(), json!(access));
    let expires_in = if state.behaviour.string_expires_in {
        json!(lifetime.to_string())
    } else {
        json!(lifetime)
    };
    answer.insert("expires_in".into(), expires_in);
    if !state.behaviour.omit_token_type {
        answer.insert("token_type".into(), json!("Bearer"));
    }
    if with_refresh {
        let refresh = state
            .token_source
            .token("eyJraWQiOiJzYW5kYm94LXJlZnJlc2gifQ.", 16);
        state.saved.grants.add_refresh(&refresh, family, now);
        answer.insert("refresh_token".into(), json!(refresh));
    }
    if !state.behaviour.omit_scope {
        answer.insert("scope".into(), json!(consent.scopes.join(" ")));
    }
    Ok(Reply::ok(&Value::Object(answer))
        .with("cache-control", "no-store")
        .with("pragma", "no-cache"))
}
