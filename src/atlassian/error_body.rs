//! Reads Atlassian's several shapes of error bodies, and keeps only sentences that are safe to show.

use serde_json::Value;

use super::access::Credential;
use super::error::Explanation;
use crate::model::secret::Secret;

/// A sentence for a person is shorter; what is longer is a page or a stack trace.
const LONGEST: usize = 500;
/// Whoever mends ten faults sends the request again and is told the rest.
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
                // Of several things in one request, each says what is wrong with it.
                for message in sentences(&error["elementErrors"]) {
                    push(&mut found.messages, &Value::from(message));
                }
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

/// What Jira says of one of several things: sentences, and those about fields with the field's name before them.
pub(super) fn sentences(of_one: &Value) -> Vec<String> {
    let messages = array(of_one, "errorMessages").filter_map(Value::as_str);
    let fields = of_one.get("errors").and_then(Value::as_object);
    let fields = fields.into_iter().flatten();
    let of_fields = fields.filter_map(|(name, why)| Some(format!("{name}: {}", why.as_str()?)));
    messages.map(str::to_owned).chain(of_fields).collect()
}

/// A sentence that came with a browser, as it may be shown: in printable words, cut, without anything like a token.
pub(crate) fn scrubbed(text: &str) -> Option<String> {
    let words = scrub(text, &[]);
    (!words.is_empty()).then_some(words)
}

/// Whether a 401 means a missing scope rather than a bad token.
pub(super) fn is_scope_mismatch(body: &[u8]) -> bool {
    String::from_utf8_lossy(body)
        .to_ascii_lowercase()
        .contains("scope does not match")
}

/// Whether a 401 says that the app or the token is blocked, such as by the organisation's policy.
pub(super) fn says_blocked(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|value| {
        let message = value.get("message").and_then(Value::as_str);
        message.is_some_and(|message| message.to_ascii_lowercase().contains("blocked"))
    })
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

/// Cuts a sentence and blanks the credential that was sent, and whatever has the shape of a token.
fn scrub(text: &str, traces: &[Secret]) -> String {
    let text = traces
        .iter()
        .map(Secret::expose)
        .filter(|trace| !trace.is_empty())
        .fold(text.to_owned(), |text, trace| text.replace(trace, REDACTED));
    let mut after_scheme = false;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            let shown = if after_scheme && word.len() >= SHORTEST_CREDENTIAL {
                REDACTED.to_owned()
            } else {
                without_tokens(word)
            };
            after_scheme = SCHEMES
                .iter()
                .any(|scheme| word.eq_ignore_ascii_case(scheme));
            shown
        })
        .collect();
    let text = OURS.iter().fold(words.join(" "), |text, (theirs, ours)| {
        text.replace(theirs, ours)
    });
    text.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST)
        .collect()
}

/// Atlassian's names of parameters that it advises to use, and ours; and a word that says nothing to a person.
const OURS: [(&str, &str); 5] = [
    ("'deleteSubtasks'", "'delete_subtasks'"),
    ("'nextPageToken'", "'cursor'"),
    ("'startAt'", "'cursor'"),
    ("'maxResults'", "'limit'"),
    (
        "CONTENT_LIMIT_EXCEEDED",
        "The entered text is too long: Jira takes 32,767 characters at most.",
    ),
];
const REDACTED: &str = "[redacted]";
/// What stands before a credential in an `Authorization` header, and no shorter is what follows.
const SCHEMES: [&str; 2] = ["Bearer", "Basic"];
/// Longer than the words that follow a scheme in a sentence, such as `Basic authentication`.
const SHORTEST_CREDENTIAL: usize = 16;
/// How tokens begin, those of Atlassian's (API tokens, the app's secret, repository tokens), those of our own,
/// and JSON Web Tokens (RFC 7519 §3.1, `{"` in base 64). A long word alone is none: names of versions,
/// classes and addresses are long, too.
const BEGINNINGS: [&str; 12] = [
    "ATATT", "ATCTT", "ATSTT", "ATOA", "ATBB", "ibs_", "ibk_", "ibm_", "ibr_", "ibo_", "ibcs_",
    "eyJ",
];
/// No token is shorter.
const SHORTEST_TOKEN: usize = 16;

/// The word with a mark in place of every part that has the shape of a token.
fn without_tokens(word: &str) -> String {
    let mut rest = word;
    let mut shown = String::with_capacity(word.len());
    while let Some((start, end)) = token_in(rest) {
        shown.push_str(&rest[..start]);
        shown.push_str(REDACTED);
        rest = &rest[end..];
    }
    shown + rest
}

/// Where the first token stands in a text.
fn token_in(text: &str) -> Option<(usize, usize)> {
    let starts = BEGINNINGS.iter().flat_map(|beginning| {
        text.match_indices(beginning)
            .map(|(start, _)| start)
            .filter(|start| {
                !text[..*start].ends_with(|before: char| before.is_ascii_alphanumeric())
            })
    });
    let whole = starts.filter_map(|start| {
        let length = text[start..]
            .find(|character: char| !may_be_in_a_token(character))
            .unwrap_or(text.len() - start);
        // A sentence's full stop is none of it.
        let token = text[start..start + length].trim_end_matches('.');
        (token.len() >= SHORTEST_TOKEN).then(|| (start, start + token.len()))
    });
    whole.min()
}

fn may_be_in_a_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '=' | '+' | '/')
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
    fn the_word_for_a_text_that_is_too_long_becomes_a_sentence() {
        let body = br#"{"errorMessages":["CONTENT_LIMIT_EXCEEDED"],"errors":{"description":"CONTENT_LIMIT_EXCEEDED"}}"#;
        let sentence = "The entered text is too long: Jira takes 32,767 characters at most.";
        let found = explained(body);
        assert_eq!(found.messages, [sentence]);
        let field = (String::from("description"), String::from(sentence));
        assert_eq!(found.fields, [field]);
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
        let token = format!("ATATT3x{}", "a".repeat(64));
        let body =
            serde_json::json!({"message": format!("bad token {token} {}", "word ".repeat(200))});
        let message = explained(body.to_string().as_bytes()).messages.remove(0);
        assert!(message.starts_with("bad token [redacted] word") && message.len() <= LONGEST);
    }

    #[test]
    fn a_token_is_cut_out_wherever_it_stands_and_long_words_are_not() {
        let jwt = "eyJraWQiOiJhIn0.eyJzdWIiOiJtaWEifQ.c2lnbmF0dXJl";
        for (text, shown) in [
            (format!("(x={jwt})."), "(x=[redacted])."),
            (
                format!("{jwt}. {jwt},{jwt}"),
                "[redacted]. [redacted],[redacted]",
            ),
            (
                String::from("Bearer 0123456789abcdef no"),
                "Bearer [redacted] no",
            ),
            (
                String::from("Basic authentication failed"),
                "Basic authentication failed",
            ),
            (String::from("basic authentication"), "basic authentication"),
            ("A".repeat(60), "A".repeat(60).as_str()),
            (String::from("eyJ is short"), "eyJ is short"),
            (
                String::from("WHATATTENTION0123456789"),
                "WHATATTENTION0123456789",
            ),
        ] {
            assert_eq!(scrub(&text, &[]), shown);
        }
    }
}
