//! Jira's own values in few words: names for named things, Markdown for documents.

use serde_json::{Map, Value, json};

use atlassian_document::adf_to_markdown;

use super::comments::readers;
use super::dialect::markdown;
use super::sprint_text;
use crate::model::time::Timestamp;
use crate::work::long_text::on_document;

/// What tells a reader nothing.
const NOISE: [&str; 9] = [
    "self",
    "_links",
    "avatarUrls",
    "avatarId",
    "iconUrl",
    "expand",
    "simplified",
    "hierarchyLevel",
    "entityId",
];

/// What tells of a named thing which one it is, and how it is shown and set up: nothing of what it is for the issue.
const IDENTITY: [&str; 34] = [
    "self",
    "_links",
    "id",
    "name",
    "expand",
    "description",
    "iconUrl",
    "avatarId",
    "avatarUrl",
    "avatarUrls",
    // Statuses, types and priorities.
    "statusCategory",
    "statusColor",
    "untranslatedName",
    "subtask",
    "simplified",
    "hierarchyLevel",
    "entityId",
    "scope",
    "isDefault",
    // Versions and components.
    "archived",
    "released",
    "startDate",
    "releaseDate",
    "userStartDate",
    "userReleaseDate",
    "overdue",
    "project",
    "projectId",
    "lead",
    "assigneeType",
    "realAssigneeType",
    "assignee",
    "realAssignee",
    "isAssigneeTypeValid",
];

/// Whether an object only names a thing that the site has. Without an address of its own its id is needed to write it.
fn only_names(object: &Map<String, Value>) -> bool {
    let has = |name: &str| object.contains_key(name);
    let is_known = has("self") || has("iconUrl") || !has("id");
    is_known && object.keys().all(|name| IDENTITY.contains(&name.as_str()))
}

/// A value of Jira's, made small: a document becomes Markdown, an account its id and name, a thing that is only named
/// its name, a choice its value, with the one below it; other objects lose what says nothing.
pub(crate) fn plain(value: &Value) -> Value {
    match value {
        Value::Array(entries) => entries.iter().map(plain).collect(),
        Value::Object(object) => plain_object(object, value),
        Value::String(text) => sprint_text::read(text)
            .unwrap_or_else(|| Value::from(time(text).unwrap_or_else(|| text.clone()))),
        other => other.clone(),
    }
}

/// A time in UTC, from Jira's own form (`2021-01-17T12:34:00.000+0100`), whose offset is that of the reader.
fn time(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_jiras = bytes.len() == "2021-01-17T12:34:00.000+0000".len()
        && bytes.get(10) == Some(&b'T')
        && bytes.get(19) == Some(&b'.');
    let moment = is_jiras.then(|| Timestamp::parse(text))?;
    moment.map(Timestamp::exactly)
}

fn plain_object(object: &Map<String, Value>, whole: &Value) -> Value {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    if text("type") == Some("doc") && object.contains_key("version") {
        return Value::from(on_document(whole, || adf_to_markdown(whole)));
    }
    if let Some(account) = text("accountId") {
        return json!({ "account_id": account, "display_name": text("displayName") });
    }
    // A Data Center knows people by their user names.
    if let (Some(shown), Some(account)) = (text("displayName"), text("name").or(text("key"))) {
        return json!({ "account_id": account, "display_name": shown });
    }
    if let Some(link) = link(object) {
        return link;
    }
    if let Some(said) = said(object, whole) {
        return said;
    }
    match (text("key"), text("name"), text("value")) {
        (Some(key), _, _) if object.contains_key("fields") => {
            let mut shown = json!({ "key": key, "summary": object["fields"].get("summary") });
            if let Some(status) = whole.pointer("/fields/status/name") {
                shown["status"] = status.clone();
            }
            shown
        }
        (Some(key), Some(name), _) => json!({ "key": key, "name": name }),
        (_, Some(name), _) if only_names(object) => Value::from(name),
        (_, _, Some(chosen)) => match below(object) {
            Some(below) => Value::from(format!("{chosen} → {below}")),
            None => Value::from(chosen),
        },
        _ => object
            .iter()
            .filter(|(name, _)| !NOISE.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect::<Map<String, Value>>()
            .into(),
    }
}

/// A link between issues, in the words that hold from the issue that shows it.
fn link(object: &Map<String, Value>) -> Option<Value> {
    let kind = object.get("type")?;
    let (other, words) = match (object.get("inwardIssue"), object.get("outwardIssue")) {
        (Some(other), None) => (other, kind.get("inward")?),
        (None, Some(other)) => (other, kind.get("outward")?),
        _ => return None,
    };
    Some(json!({ "id": object.get("id"), "relation": words, "issue": plain(other) }))
}

/// A comment or an entry of work, with its text in Markdown, which a Data Center has in wiki markup, and who may read it.
fn said(object: &Map<String, Value>, whole: &Value) -> Option<Value> {
    let has = |name: &str| object.contains_key(name);
    let text = if has("body") && has("author") {
        "body"
    } else if has("timeSpentSeconds") {
        "comment"
    } else {
        return None;
    };
    let readers_of = ["visibility", "jsdPublic", "properties"];
    let parts = object.iter().filter(|(name, _)| {
        !NOISE.contains(&name.as_str()) && !readers_of.contains(&name.as_str())
    });
    let shown = |name: &String, value: &Value| match value {
        Value::String(_) if name == text => Value::from(markdown(value)),
        value => plain(value),
    };
    let mut said: Map<String, Value> = parts
        .map(|(name, value)| (name.clone(), shown(name, value)))
        .collect();
    said.insert(String::from("visibility"), readers(whole));
    Some(Value::Object(said))
}

/// What was chosen below a choice.
fn below(object: &Map<String, Value>) -> Option<&str> {
    object.get("child")?.get("value")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_more_than_a_name_keeps_it() {
        for (value, shown) in [
            (
                json!({"name": "Time to resolution", "_links": {"self": "…"}, "ongoingCycle": {"breached": false}}),
                json!({"name": "Time to resolution", "ongoingCycle": {"breached": false}}),
            ),
            (
                json!([{"name": "Do x", "checked": true}]),
                json!([{"name": "Do x", "checked": true}]),
            ),
            (
                json!([{"id": 12, "name": "Sprint 2", "state": "active", "boardId": 1}]),
                json!([{"id": 12, "name": "Sprint 2", "state": "active", "boardId": 1}]),
            ),
            (
                json!({"id": "8f1f", "name": "Platform"}),
                json!({"id": "8f1f", "name": "Platform"}),
            ),
            (
                json!({"self": "…", "id": "1", "name": "1.0", "archived": false, "released": true}),
                json!("1.0"),
            ),
            (json!({"name": "Done"}), json!("Done")),
        ] {
            assert_eq!(plain(&value), shown);
        }
    }

    #[test]
    fn what_people_said_is_markdown_and_tells_its_readers() {
        let omar = json!({"name": "omar", "displayName": "Omar Haddad"});
        let comment = json!({"id": "1", "self": "…", "author": omar, "body": "why *bold*", "jsdPublic": false});
        assert_eq!(
            plain(&comment),
            json!({"id": "1", "author": {"account_id": "omar", "display_name": "Omar Haddad"},
                "body": "why **bold**", "visibility": {"type": "internal", "value": null}})
        );
        let role =
            json!({"type": "role", "value": "Administrators", "identifier": "Administrators"});
        let work =
            json!({"id": "2", "timeSpentSeconds": 60, "comment": "h1. x", "visibility": role});
        assert_eq!(
            plain(&work),
            json!({"id": "2", "timeSpentSeconds": 60, "comment": "# x",
                "visibility": {"type": "role", "value": "Administrators"}})
        );
    }

    #[test]
    fn links_say_which_way_they_hold_and_people_of_a_data_center_have_names() {
        let link = json!({"id": "7", "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
            "inwardIssue": {"id": "2", "key": "APP-2", "fields": {"summary": "n", "status": {"name": "Done"}}}});
        assert_eq!(
            plain(&link),
            json!({"id": "7", "relation": "is blocked by",
                "issue": {"key": "APP-2", "summary": "n", "status": "Done"}})
        );
        let omar = json!({"key": "JIRAUSER10101", "name": "omar", "displayName": "Omar Haddad", "active": true});
        assert_eq!(
            plain(&omar),
            json!({"account_id": "omar", "display_name": "Omar Haddad"})
        );
        let sydney = plain(&json!("2026-02-01T08:30:00.000+1100"));
        assert_eq!(
            sydney
                .as_str()
                .and_then(Timestamp::parse)
                .map(Timestamp::millis),
            Timestamp::parse("2026-01-31T21:30:00Z").map(Timestamp::millis)
        );
        assert!(sydney.as_str().is_some_and(|text| text.ends_with('Z')));
    }
}
