//! Issues as tools show them: one flat object, its values in few words.

use serde_json::{Map, Value};

pub(super) use crate::atlassian::jira::plain;
use crate::model::issue::FieldName;

/// Which fields of an issue are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WantedFields(Vec<FieldName>);

impl WantedFields {
    /// These fields; `*all` stands for every one.
    pub(super) fn new(fields: Vec<FieldName>) -> Self {
        Self(fields)
    }

    /// The ids, as Jira takes them.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.0.iter().map(|field| field.id.clone()).collect();
        // Asked for the id alone, Jira leaves out the key, by which people and tools name an issue.
        if ids.iter().all(|id| id == "id") && !ids.is_empty() {
            ids.push(String::from("key"));
        }
        if self.is_all_but_some() {
            ids.insert(0, String::from("*navigable"));
        }
        ids
    }

    fn has(&self, id: &str) -> bool {
        let is_left_out = |wanted: &FieldName| wanted.id.strip_prefix('-') == Some(id);
        if self.0.iter().any(is_left_out) {
            return false;
        }
        let is_named = |wanted: &FieldName| wanted.id == id || wanted.id.starts_with('*');
        self.is_all_but_some() || self.0.iter().any(is_named)
    }

    /// Whether nothing is named but what is to be left out.
    fn is_all_but_some(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|wanted| wanted.id.starts_with('-'))
    }

    /// Whether a field was named, and did not only come with all others.
    pub(super) fn names(&self, id: &str) -> bool {
        self.asked(id).is_some()
    }

    /// What the caller calls a field; none where it was not named.
    fn asked(&self, id: &str) -> Option<&str> {
        let field = self.0.iter().find(|field| field.id == id)?;
        Some(field.asked.as_str())
    }
}

/// An issue of Jira's as one flat object: key, id, and the wanted fields in few words. `titles` gives
/// custom fields the names that people know.
pub(super) fn issue(
    raw: &Value,
    wanted: &WantedFields,
    titles: Option<&Map<String, Value>>,
) -> Map<String, Value> {
    let mut flat = Map::new();
    for name in ["key", "id"] {
        if let Some(value) = raw.get(name) {
            flat.insert(name.to_owned(), value.clone());
        }
    }
    let fields = raw.get("fields").and_then(Value::as_object);
    for (name, value) in fields.into_iter().flatten() {
        // Sites have hundreds of them; one that was named is told to be empty.
        let empty_custom =
            value.is_null() && name.starts_with("customfield_") && wanted.asked(name).is_none();
        if !wanted.has(name) || empty_custom {
            continue;
        }
        let title = titles
            .and_then(|titles| titles.get(name)?.as_str())
            .filter(|_| name.starts_with("customfield_"))
            .or_else(|| wanted.asked(name));
        flat.insert(title.unwrap_or(name).to_owned(), plain(value));
    }
    // Jira leaves out the parent of an issue that has none.
    if let Some(asked) = wanted.asked("parent") {
        flat.entry(asked.to_owned()).or_insert(Value::Null);
    }
    flat
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wanted(ids: &[&str]) -> WantedFields {
        WantedFields::new(ids.iter().map(|id| FieldName::plain(id)).collect())
    }

    #[test]
    fn words_for_many_and_what_is_left_out_have_jiras_meaning() {
        let raw = json!({"key": "EX-1", "fields": {"summary": "a", "status": {"name": "Done"}, "labels": []}});
        for (asked, left) in [
            (&["*navigable"][..], &["labels", "status", "summary"][..]),
            (&["*all", "-labels"], &["status", "summary"]),
            (&["-labels"], &["status", "summary"]),
            (&["summary", "-labels"], &["summary"]),
        ] {
            let mut shown = issue(&raw, &wanted(asked), None);
            shown.remove("key");
            let mut names: Vec<&String> = shown.keys().collect();
            names.sort();
            assert_eq!(names, left, "{asked:?}");
        }
        assert_eq!(wanted(&["-labels"]).ids(), ["*navigable", "-labels"]);
    }

    #[test]
    fn a_field_that_was_named_is_told_to_be_empty() {
        let raw = json!({"key": "EX-1", "fields": {"customfield_1": null, "customfield_2": null}});
        let named = issue(&raw, &wanted(&["customfield_1", "*all"]), None);
        assert_eq!(
            Value::from(named),
            json!({"key": "EX-1", "customfield_1": null})
        );
    }

    #[test]
    fn named_things_become_their_names() {
        let raw = json!({
            "id": "10002", "key": "EX-1", "self": "https://acme.atlassian.net/rest/api/3/issue/10002",
            "fields": {
                "status": {"self": "…", "name": "Done", "statusCategory": {"name": "Done"}},
                "assignee": {"accountId": "5b10", "displayName": "Mia", "emailAddress": "mia@example.com"},
                "project": {"key": "EX", "name": "Example"},
                "description": {"type": "doc", "version": 1, "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "Hi", "marks": [{"type": "strong"}]}]}]},
                "customfield_1": {"value": "Red", "id": "7"},
                "customfield_2": null,
                "customfield_3": {"value": "EU", "id": "8", "child": {"value": "Berlin", "id": "9"}},
                "labels": ["a"],
            },
        });
        let titles = Map::from_iter([(String::from("customfield_1"), json!("Colour"))]);
        assert_eq!(
            Value::from(issue(&raw, &wanted(&["*all"]), Some(&titles))),
            json!({
                "key": "EX-1", "id": "10002", "status": "Done",
                "assignee": {"account_id": "5b10", "display_name": "Mia"},
                "project": {"key": "EX", "name": "Example"}, "description": "**Hi**",
                "Colour": "Red", "customfield_3": "EU → Berlin", "labels": ["a"],
            })
        );
        let chosen = issue(&raw, &wanted(&["status", "labels"]), None);
        assert_eq!(
            Value::from(chosen),
            json!({"key": "EX-1", "id": "10002", "status": "Done", "labels": ["a"]})
        );
    }
}
