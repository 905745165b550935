//! Reads Atlassian's several shapes of error bodies, and keeps only sentences that are safe to show.

use serde_json::Value;

use super::error::Explanation;

const LONGEST: usize = 500;
const MOST: usize = 10;

/// The sentences of an error body in any of the known shapes: Jira's `errorMessages` and `errors`,
/// Confluence v2's `errors[]`, Confluence v1's and the gateway's `message`. Empty for anything else.
pub(super) fn explanation(body: &[u8]) -> Explanation {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Explanation::default();
    };
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

fn push(messages: &mut Vec<String>, message: &Value) {
    if let Some(text) = message.as_str().filter(|text| !text.trim().is_empty())
        && messages.len() < MOST
    {
        messages.push(scrub(text));
    }
}

/// Cuts a sentence and blanks every word that could be a token.
fn scrub(text: &str) -> String {
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

    #[test]
    fn jiras_and_confluences_shapes_are_read() {
        let jira = explanation(
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
        let v2 = explanation(
            br#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Not Found","detail":null}]}"#,
        );
        assert_eq!(v2.messages, ["Not Found"]);
        let v1 = explanation(br#"{"statusCode":404,"data":{"errors":[]},"message":"No content"}"#);
        assert_eq!(v1.messages, ["No content"]);
        assert_eq!(explanation(b"<html>"), Explanation::default());
    }

    #[test]
    fn tokens_and_long_texts_are_cut_out() {
        let body = serde_json::json!({"message": format!("bad token {} {}", "a".repeat(64), "word ".repeat(200))});
        let message = explanation(body.to_string().as_bytes()).messages.remove(0);
        assert!(message.starts_with("bad token [redacted] word") && message.len() <= LONGEST);
    }
}
