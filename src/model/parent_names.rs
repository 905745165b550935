//! The names under which people write what an issue lies below: its parent, which for many is an epic.

use serde_json::{Map, Value};

use super::fields::InvalidFields;
use super::issue_reference::IssueReference;

/// Whether a field is called so, in any letters and with any sign between: `parent`, `epic`, `epicKey`, `Epic Link`.
pub(crate) fn names_parent(name: &str) -> bool {
    let letters = name.chars().filter(|one| one.is_alphanumeric());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    matches!(letters.as_str(), "parent" | "epic" | "epiclink" | "epickey")
}

/// Takes the parent out of further fields, under whichever of its names it stands there: its key or number, without what
/// else an object of Jira's tells of it.
///
/// # Errors
/// Two of the names, where they say different things.
pub(crate) fn take_parent(fields: &mut Map<String, Value>) -> Result<Option<Value>, [String; 2]> {
    let names: Vec<String> = fields
        .keys()
        .filter(|name| names_parent(name))
        .cloned()
        .collect();
    let mut found: Option<(String, Value)> = None;
    for name in names {
        let Some(parent) = fields.remove(&name) else {
            continue;
        };
        let key = parent.get("key").or_else(|| parent.get("id")).cloned();
        let parent = key.unwrap_or(parent);
        match &found {
            Some((other, first)) if *first != parent => return Err([other.clone(), name]),
            _ => found = Some((name, parent)),
        }
    }
    Ok(found.map(|(_, parent)| parent))
}

/// The parent that further fields name, taken out of them: the short form has a member for it.
///
/// # Errors
/// When two of its names say different things.
pub(super) fn parent_among(
    further: &mut Map<String, Value>,
) -> Result<Option<Value>, InvalidFields> {
    take_parent(further).map_err(|names| two_parents(&[&names[0], &names[1]]))
}

/// The issue that such a value names; none for nothing.
///
/// # Errors
/// When it names no issue.
pub(super) fn parent_in(value: &Value) -> Result<Option<IssueReference>, InvalidFields> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let named = IssueReference::parse(&text);
    let refused = || InvalidFields::one("parent", "must be the key of an issue");
    named.map(Some).ok_or_else(refused)
}

/// Two names of the parent say different things.
pub(super) fn two_parents(names: &[&str; 2]) -> InvalidFields {
    let [one, other] = names;
    InvalidFields {
        message: format!(
            "{one} and {other} say different things; leave one of them out; nothing was written"
        ),
        fields: names.iter().map(|&name| name.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_parent_has_many_names_and_says_one_thing() {
        for name in [
            "parent",
            "Parent",
            "epicKey",
            "epic_key",
            "epic_link",
            "Epic Link",
            "epicLink",
            "epic",
        ] {
            let mut fields = json!({"labels": ["a"]}).as_object().cloned().unwrap();
            fields.insert(name.to_owned(), json!({"key": "EX-1", "id": "7"}));
            assert_eq!(take_parent(&mut fields), Ok(Some(json!("EX-1"))), "{name}");
            assert_eq!(Value::Object(fields), json!({"labels": ["a"]}));
        }
        for name in ["Epic Name", "epic_status", "parents", "customfield_10014"] {
            assert!(!names_parent(name), "{name}");
        }
        let mut fields = json!({"epic": "EX-1", "parent": "EX-2"})
            .as_object()
            .cloned()
            .unwrap();
        assert!(take_parent(&mut fields).is_err());
    }
}
