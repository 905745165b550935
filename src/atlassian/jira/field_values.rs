//! Values of further fields as people write them, in Jira's form: Markdown in texts of several lines, and
//! `EU → Berlin` for a choice with a choice below it. The field's schema decides what a value is.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Jira;
use super::dialect::markdown;
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::prose::Edit;

/// Jira's own texts of several lines; every site has them formatted.
const ALWAYS_FORMATTED: [&str; 2] = ["description", "environment"];

/// What stands between a choice and the one below it, as it is read and as it may be written.
const BELOW: [&str; 2] = [" → ", " -> "];

/// What a field holds, where that decides how its value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    /// A text of several lines, which is formatted.
    Formatted,
    /// A choice with choices below it.
    Cascading,
}

/// What those of some fields hold whose values can be written in more than one way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldKinds(HashMap<String, FieldKind>);

impl Jira<'_> {
    /// What `fields` hold. Jira is asked only where a value can be read in more than one way.
    pub(crate) async fn kinds_of(
        self,
        fields: &Map<String, Value>,
    ) -> Result<FieldKinds, AtlassianError> {
        if !fields
            .iter()
            .any(|(id, value)| depends_on_schema(id, value))
        {
            return Ok(FieldKinds::of(fields, |_| None));
        }
        let known = self.fields().await?;
        let schemas: HashMap<&str, &Value> = known
            .iter()
            .filter_map(|field| Some((field.value.id.as_str(), field.raw.get("schema")?)))
            .collect();
        Ok(FieldKinds::of(fields, |id| schemas.get(id).copied()))
    }

    /// What the fields of these issues hold whose formatting does not show: on Data Center a text is wiki
    /// markup or not, and looks the same. None on Cloud, where a formatted text is a document.
    pub(crate) async fn hidden_kinds(self, issues: &[Value]) -> Result<FieldKinds, AtlassianError> {
        if self.site.dialect() == Dialect::Cloud {
            return Ok(FieldKinds::default());
        }
        let texts: Map<String, Value> = issues
            .iter()
            .filter_map(|issue| issue.get("fields")?.as_object())
            .flatten()
            .filter(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
            .map(|(id, value)| (id.clone(), value.clone()))
            .collect();
        self.kinds_of(&texts).await
    }
}

/// Whether only the schema of a field tells what a value means.
fn depends_on_schema(id: &str, value: &Value) -> bool {
    let may_be_either = match value {
        Value::String(text) => !text.is_empty(),
        Value::Object(choice) => choice.get("child").is_some_and(Value::is_string),
        _ => false,
    };
    may_be_either && id.starts_with("customfield_")
}

impl FieldKinds {
    /// What `fields` hold by their schemas.
    pub(super) fn of<'a>(
        fields: &Map<String, Value>,
        schema: impl Fn(&str) -> Option<&'a Value>,
    ) -> Self {
        let kind = |id: &str, value: &Value| {
            if ALWAYS_FORMATTED.contains(&id) {
                return value.is_string().then_some(FieldKind::Formatted);
            }
            let custom = schema(id)?.get("custom")?.as_str()?;
            match custom.rsplit_once(':')?.1 {
                "textarea" if value.is_string() => Some(FieldKind::Formatted),
                "cascadingselect" => Some(FieldKind::Cascading),
                _ => None,
            }
        };
        let known = fields
            .iter()
            .filter_map(|(id, value)| Some((id.clone(), kind(id, value)?)));
        Self(known.collect())
    }

    /// Whether a formatted text is among the fields.
    pub(crate) fn has_text(&self) -> bool {
        self.0.values().any(|kind| *kind == FieldKind::Formatted)
    }

    /// The values as Jira takes them in an issue that is new.
    pub(super) fn new_values(
        &self,
        fields: &Map<String, Value>,
        dialect: Dialect,
    ) -> Result<Map<String, Value>, AtlassianError> {
        self.written(fields, |id, text| dialect.text(id, text))
    }

    /// The values as Jira takes them in the issue that was read as `before`, of whose texts stays what Markdown
    /// cannot say.
    pub(super) fn changed_values(
        &self,
        fields: &Map<String, Value>,
        dialect: Dialect,
        before: &Value,
        replace: bool,
    ) -> Result<Map<String, Value>, AtlassianError> {
        self.written(fields, |id, text| {
            let edit = Edit {
                field: id,
                markdown: text,
                replace,
            };
            let current = before.get("fields").and_then(|fields| fields.get(id));
            dialect.edited(edit, current.unwrap_or(&Value::Null))
        })
    }

    fn written(
        &self,
        fields: &Map<String, Value>,
        formatted: impl Fn(&str, &str) -> Result<Value, AtlassianError>,
    ) -> Result<Map<String, Value>, AtlassianError> {
        let value = |id: &String, value: &Value| -> Result<Value, AtlassianError> {
            Ok(match (self.0.get(id), value) {
                (Some(FieldKind::Formatted), Value::String(text)) => formatted(id, text)?,
                (Some(FieldKind::Cascading), value) => choice(value),
                (_, value) => in_few_words(id, value).unwrap_or_else(|| value.clone()),
            })
        };
        fields
            .iter()
            .map(|(id, given)| Ok((id.clone(), value(id, given)?)))
            .collect()
    }

    /// Puts the texts of an issue that are formatted into Markdown.
    pub(crate) fn show(&self, issue: &mut Value) {
        let fields = issue.get_mut("fields").and_then(Value::as_object_mut);
        for (id, value) in fields.into_iter().flatten() {
            if value.is_string() && self.0.get(id) == Some(&FieldKind::Formatted) {
                *value = Value::from(markdown(value));
            }
        }
    }
}

/// The value of one of Jira's own fields that is named where Jira wants an object, or a list in a text;
/// none for what is in Jira's form already.
fn in_few_words(id: &str, value: &Value) -> Option<Value> {
    let named = |name: &str| json!({ "name": name.trim() });
    let entries = |list: &str| -> Vec<String> {
        let entries = list.split(',').map(str::trim);
        let entries = entries.filter(|entry| !entry.is_empty());
        entries.map(str::to_owned).collect()
    };
    Some(match (id, value) {
        ("priority" | "resolution" | "security", Value::String(name))
            if !name.trim().is_empty() =>
        {
            named(name)
        }
        ("labels", Value::String(list)) => json!(entries(list)),
        ("components" | "fixVersions" | "versions", Value::String(list)) => {
            entries(list).iter().map(|name| named(name)).collect()
        }
        ("components" | "fixVersions" | "versions", Value::Array(list)) => list
            .iter()
            .map(|entry| entry.as_str().map_or_else(|| entry.clone(), named))
            .collect(),
        _ => return None,
    })
}

/// A choice with the one below it as Jira takes them, from `EU → Berlin`, or from names where Jira has
/// objects.
fn choice(value: &Value) -> Value {
    let named = |name: &str| json!({ "value": name.trim() });
    match value {
        Value::String(text) => {
            let parts = BELOW.iter().find_map(|between| text.split_once(between));
            match parts {
                Some((above, below)) => {
                    let mut chosen = named(above);
                    chosen["child"] = named(below);
                    chosen
                }
                None if text.trim().is_empty() => Value::Null,
                None => named(text),
            }
        }
        Value::Object(parts) => {
            let mut chosen = Value::Object(parts.clone());
            if let Some(Value::String(below)) = parts.get("child") {
                chosen["child"] = named(below);
            }
            chosen
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOM: &str = "com.atlassian.jira.plugin.system.customfieldtypes";

    fn kinds(fields: &Map<String, Value>) -> FieldKinds {
        let schema = |kind: &str| json!({"type": "string", "custom": format!("{CUSTOM}:{kind}")});
        let (area, line, region) = (
            schema("textarea"),
            schema("textfield"),
            schema("cascadingselect"),
        );
        FieldKinds::of(fields, |id| match id {
            "customfield_1" => Some(&area),
            "customfield_2" => Some(&line),
            "customfield_3" => Some(&region),
            _ => None,
        })
    }

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn the_schema_decides_what_is_formatted() {
        let fields = object(&json!({
            "customfield_1": "**a**", "customfield_2": "**a**", "customfield_9": "**a**",
            "environment": "`a`", "priority": {"name": "High"},
        }));
        let kinds = kinds(&fields);
        assert!(kinds.has_text());
        let wiki = kinds.new_values(&fields, Dialect::DataCenter).unwrap();
        assert_eq!(
            Value::from(wiki),
            json!({
                "customfield_1": "*a*", "customfield_2": "**a**", "customfield_9": "**a**",
                "environment": "{{a}}", "priority": {"name": "High"},
            })
        );
        let cloud = kinds.new_values(&fields, Dialect::Cloud).unwrap();
        assert_eq!(cloud["customfield_1"]["type"], "doc");
        assert_eq!(cloud["environment"]["type"], "doc");
        assert_eq!(cloud["customfield_2"], "**a**");
    }

    #[test]
    fn what_is_in_jiras_form_already_stays() {
        let document = json!({"type": "doc", "version": 1, "content": []});
        let fields = object(&json!({
            "customfield_1": document, "environment": null,
            "customfield_3": {"id": "7", "child": {"id": "8"}},
        }));
        let kinds = kinds(&fields);
        assert!(!kinds.has_text());
        assert_eq!(kinds.new_values(&fields, Dialect::Cloud).unwrap(), fields);
    }

    #[test]
    fn jiras_own_fields_may_be_named_in_few_words() {
        for (id, given, written) in [
            ("priority", json!("High"), json!({"name": "High"})),
            ("labels", json!("a, b"), json!(["a", "b"])),
            ("labels", json!(["a"]), json!(["a"])),
            (
                "fixVersions",
                json!("1.0,2.0"),
                json!([{"name": "1.0"}, {"name": "2.0"}]),
            ),
            (
                "versions",
                json!(["1.0", {"id": "7"}]),
                json!([{"name": "1.0"}, {"id": "7"}]),
            ),
            ("priority", json!({"id": "1"}), json!({"id": "1"})),
            ("summary", json!("a, b"), json!("a, b")),
        ] {
            let fields = object(&json!({ id: given }));
            let values = FieldKinds::default().new_values(&fields, Dialect::Cloud);
            assert_eq!(values.unwrap()[id], written, "{id}");
        }
    }

    #[test]
    fn a_choice_below_another_is_named_as_it_is_read() {
        let berlin = json!({"value": "EU", "child": {"value": "Berlin"}});
        for written in [
            json!("EU → Berlin"),
            json!("EU -> Berlin"),
            json!({"value": "EU", "child": "Berlin"}),
            berlin.clone(),
        ] {
            assert_eq!(choice(&written), berlin, "{written}");
        }
        assert_eq!(choice(&json!("EU")), json!({"value": "EU"}));
        assert_eq!(choice(&json!(" ")), Value::Null);
        assert_eq!(choice(&Value::Null), Value::Null);
    }

    #[test]
    fn a_text_keeps_what_markdown_cannot_say() {
        let card =
            json!({"type": "status", "attrs": {"text": "DONE", "color": "green", "localId": "s"}});
        let document = |text: &str| {
            json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": text}, card]}]})
        };
        let before = json!({"fields": {"customfield_1": document("old ")}});
        let shown = markdown(&document("old "));
        let fields = object(&json!({"customfield_1": shown.replace("old", "new")}));
        let changed = kinds(&fields)
            .changed_values(&fields, Dialect::Cloud, &before, false)
            .unwrap();
        assert_eq!(changed["customfield_1"], document("new "));
        let foreign = object(&json!({"customfield_1": "[x](keep:status-00000000)"}));
        let refused = kinds(&foreign).changed_values(&foreign, Dialect::Cloud, &before, false);
        assert!(
            matches!(refused, Err(AtlassianError::Lossy { field, .. }) if field == "customfield_1")
        );
    }
}
