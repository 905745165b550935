//! Reads single values out of Atlassian's JSON without minding what else is there or missing.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::AtlassianError;
use crate::model::time::Timestamp;

/// The text at a JSON pointer (RFC 6901); a number counts as its text, an empty text as none.
pub(super) fn text(raw: &Value, pointer: &str) -> Option<String> {
    match raw.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The time at a JSON pointer.
pub(super) fn time(raw: &Value, pointer: &str) -> Option<Timestamp> {
    Timestamp::parse(raw.pointer(pointer)?.as_str()?)
}

/// The entries of the array at a JSON pointer.
pub(super) fn entries<'a>(raw: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    raw.pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Refuses an answer that holds no array at a JSON pointer: nothing is not said for what was not told.
pub(super) fn expect_list(raw: &Value, pointer: &str) -> Result<(), AtlassianError> {
    match raw.pointer(pointer) {
        Some(Value::Array(_)) => Ok(()),
        _ => Err(AtlassianError::Nonsense("the answer holds no list")),
    }
}

/// Takes the documented array out of an answer.
pub(super) fn take_entries(answer: &mut Value, key: &str) -> Result<Vec<Value>, AtlassianError> {
    match answer.get_mut(key).map(Value::take) {
        Some(Value::Array(entries)) => Ok(entries),
        _ => Err(AtlassianError::Nonsense("the answer holds no list")),
    }
}

/// The key of the space in a relative address such as `/spaces/ENG/pages/98400/Home`, or
/// `/display/ENG/Home` on Data Center.
pub(super) fn space_key(address: &str) -> Option<String> {
    let key = address
        .strip_prefix("/spaces/")
        .or_else(|| address.strip_prefix("/display/"))?
        .split(['/', '?', '#'])
        .next()?;
    let key = percent_decode_str(key).decode_utf8().ok()?;
    (!key.is_empty()).then(|| key.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_count_as_their_text() {
        let raw = json!({"id": 10, "name": "x", "empty": "", "none": null, "list": [1]});
        assert_eq!(text(&raw, "/id").as_deref(), Some("10"));
        assert_eq!(text(&raw, "/name").as_deref(), Some("x"));
        for absent in ["/empty", "/none", "/list", "/other"] {
            assert_eq!(text(&raw, absent), None);
        }
    }

    #[test]
    fn the_space_is_read_off_the_address() {
        assert_eq!(space_key("/spaces/ENG/overview").as_deref(), Some("ENG"));
        assert_eq!(space_key("/spaces/%7E5b10").as_deref(), Some("~5b10"));
        assert_eq!(space_key("/display/ENG/Home").as_deref(), Some("ENG"));
        for other in ["", "/spaces/", "/x/ENG", "https://evil.example/spaces/ENG"] {
            assert_eq!(space_key(other), None);
        }
    }
}
