//! A careless server's error: it repeats the request, with the credential in every form that was sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::wire::{Call, Reply};

/// The request in the shapes of every error body there is.
pub(crate) fn reply(status: u16, call: &Call) -> Reply {
    let mut told: Vec<String> = call
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    if let Some(basic) = call
        .header("authorization")
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok())
    {
        let credential = String::from_utf8_lossy(&basic).into_owned();
        told.extend(credential.split(':').map(|part| format!("no good: {part}")));
        told.push(format!("(credential={credential})"));
    }
    told.push(String::from_utf8_lossy(&call.body).into_owned());
    let all = told.join("; ");
    // What is about the credential first: readers of errors take only so many sentences.
    told.sort_by_key(|text| !text.contains("authorization") && !text.contains("no good"));
    Reply::json(
        status,
        &json!({
            "code": status,
            "errorMessages": told,
            "errors": {"summary": &all, "authorization": call.header("authorization")},
            "message": &all,
            "error": "invalid_request",
            "error_description": &all,
        }),
    )
}
