//! Reads Atlassian's several shapes of error bodies, and keeps only sentences that are safe to show.

use serde_json::Value;

use super::access::Credential;
use super::error::Explanation;
use crate::model::secret::Secret;

const LONGEST: usize = 500;
const MOST: usize = 10;

/// The sentences of an error body in any of the known shapes: Jira's `errorMessages` and `errors`,
/// Confluence v2's `errors[]`, Confluence v1's and the gateway's `message`. Empty for anything else. A
/// server that repeats the credential it was sent is not repeated.
pub(super) fn explanation(body: &[u8], sent: &Credential) -> Explanation {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Explanation::default();
    };
    let traces = sent.traces();
    let scrub = |text: &str| scrub(text, &traces);
    let push = |messages: &mut Vec<String>, message: &Value| push(messages, message, &traces);
    let mut found = Explanation::default();
    for message in array(&value, "errorMessages") {
        push(&mut found.messages, message);
    }
    match value.get("errors") {
        Some(Value::Object(fields)) => {
            found.fields = fields
                .iter()
                .take(MOST)
                .filter_map(|(field, message)| Some((scrub(field), scrub(message.as_str()?))))
                .collect();
        }
        Some(Value::Array(errors)) => {
            for error in errors {
                push(
                    &mut found.messages,
                    error
                        .get("detail")
                        .filter(|detail| detail.is_string())
                        .unwrap_or(&error["title"]),
                );
            }
        }
        _ => {}
    }
    push(&mut found.messages, &value["message"]);
    found
}

/// Whether a 401 means a missing scope rather than a bad token.
pub(super) fn is_scope_mismatch(body: &[u8]) -> bool {
    String::from_utf8_lossy(body)
        .to_ascii_lowercase()
        .contains("scope does not match")
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn push(messages: &mut Vec<String>, message: &Value, traces: &[Secret]) {
    if let Some(text) = message.as_str().filter(|text| !text.trim().is_empty())
        && messages.len() < MOST
    {
        messages.push(scrub(text, traces));
    }
}

/// Cuts a sentence and blanks the credential that was sent, and every word that could be a token.
fn scrub(text: &str, traces: &[Secret]) -> String {
    let text = traces
        .iter()
        .map(Secret::expose)
        .filter(|trace| !trace.is_empty())
        .fold(text.to_owned(), |text, trace| {
            text.replace(trace, "[redacted]")
        });
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| {
            if looks_like_a_token(word) {
                "[redacted]"
            } else {
                word
            }
        })
        .collect();
    words
        .join(" ")
        .chars()
        .filter(|character| !character.is_control())
        .take(LONGEST)
        .collect()
}

fn looks_like_a_token(word: &str) -> bool {
    let token_characters = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+' | b'/')
    };
    let long_run = word
        .split(|character: char| !u8::try_from(character).is_ok_and(token_characters))
        .any(|run| run.len() >= 40);
    long_run || word.starts_with("eyJ") || word.starts_with("ATATT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(body: &[u8]) -> Explanation {
        explanation(body, &Credential::Bearer(Secret::new("the-token-sent")))
    }

    #[test]
    fn jiras_and_confluences_shapes_are_read() {
        let jira = explained(
            br#"{"errorMessages":["Bad JQL"],"errors":{"summary":"You must specify a summary."}}"#,
        );
        assert_eq!(jira.messages, ["Bad JQL"]);
        assert_eq!(
            jira.fields,
            [(
                String::from("summary"),
                String::from("You must specify a summary.")
            )]
        );
        let v2 = explained(
            br#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Not Found","detail":null}]}"#,
        );
        assert_eq!(v2.messages, ["Not Found"]);
        let v1 = explained(br#"{"statusCode":404,"data":{"errors":[]},"message":"No content"}"#);
        assert_eq!(v1.messages, ["No content"]);
        assert_eq!(explained(b"<html>"), Explanation::default());
    }

    #[test]
    fn a_credential_that_is_repeated_is_cut_out_however_short_it_is() {
        let basic = Credential::Basic {
            email: String::from("mia@example.com"),
            token: Secret::new("short-1"),
        };
        let body = br#"{"message":"(short-1) is no good","errors":{"bWlhQGV4YW1wbGUuY29tOnNob3J0LTE=":"x=short-1;"}}"#;
        let found = explanation(body, &basic);
        assert_eq!(found.messages, ["([redacted]) is no good"]);
        let field = (String::from("[redacted]"), String::from("x=[redacted];"));
        assert_eq!(found.fields, [field]);
        let bearer = explained(b"{\"message\":\"bad the-token-sent.\"}");
        assert_eq!(bearer.messages, ["bad [redacted]."]);
    }

    #[test]
    fn tokens_and_long_texts_are_cut_out() {
        let body = serde_json::json!({"message": format!("bad token {} {}", "a".repeat(64), "word ".repeat(200))});
        let message = explained(body.to_string().as_bytes()).messages.remove(0);
        assert!(message.starts_with("bad token [redacted] word") && message.len() <= LONGEST);
    }
}
