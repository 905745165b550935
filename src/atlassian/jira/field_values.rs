//! Values of further fields as people write them, in Jira's form: Markdown in texts of several lines, and
//! `EU → Berlin` for a choice with a choice below it. The field's schema decides what a value is.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::Jira;
use super::dialect::{markdown_with_names, nameless_in};
use super::field_forms::{choice, in_few_words, people};
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::prose::Edit;
use crate::model::person::Names;

/// Jira's own texts of several lines; every site has them formatted.
const ALWAYS_FORMATTED: [&str; 2] = ["description", "environment"];

/// Jira's own fields that hold a person.
const ALWAYS_A_PERSON: [&str; 2] = ["assignee", "reporter"];

/// What a field holds, where that decides how its value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    /// A text of several lines, which is formatted.
    Formatted,
    /// A choice with choices below it.
    Cascading,
    /// One person.
    Person,
    /// Several.
    People,
    /// A number.
    Number,
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
    let names_a_person = |value: &Value| {
        let parts = ["displayName", "emailAddress", "name"];
        parts.iter().any(|part| value.get(part).is_some())
    };
    let may_be_either = match value {
        // An empty one empties a choice or a person, and is a text where the field is one.
        Value::String(_) => true,
        Value::Object(choice) => {
            choice.get("child").is_some_and(Value::is_string) || names_a_person(value)
        }
        Value::Array(entries) => entries
            .iter()
            .any(|entry| entry.is_string() || names_a_person(entry)),
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
            if ALWAYS_A_PERSON.contains(&id) {
                return Some(FieldKind::Person);
            }
            let schema = schema(id)?;
            if schema.get("type").and_then(Value::as_str) == Some("number") {
                return Some(FieldKind::Number);
            }
            let custom = schema.get("custom")?.as_str()?;
            match custom.rsplit_once(':')?.1 {
                "textarea" if value.is_string() => Some(FieldKind::Formatted),
                "cascadingselect" => Some(FieldKind::Cascading),
                "userpicker" => Some(FieldKind::Person),
                "multiuserpicker" | "people" => Some(FieldKind::People),
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

    /// The texts among the fields that are formatted.
    pub(crate) fn texts<'a>(
        &self,
        fields: &'a Map<String, Value>,
    ) -> impl Iterator<Item = &'a str> {
        let formatted = fields
            .iter()
            .filter(|(id, _)| self.0.get(*id) == Some(&FieldKind::Formatted));
        formatted.filter_map(|(_, value)| value.as_str())
    }

    /// The values of the fields that hold people, whose names are to be replaced by accounts; and whether a field
    /// holds several.
    pub(crate) fn people<'a>(
        &self,
        fields: &'a mut Map<String, Value>,
    ) -> impl Iterator<Item = (&'a str, bool, &'a mut Value)> {
        fields
            .iter_mut()
            .filter_map(|(id, value)| match self.0.get(id)? {
                FieldKind::Person => Some((id.as_str(), false, value)),
                FieldKind::People => Some((id.as_str(), true, value)),
                FieldKind::Formatted | FieldKind::Cascading | FieldKind::Number => None,
            })
    }

    /// The values as Jira takes them in an issue that is new.
    pub(super) fn new_values(
        &self,
        fields: &Map<String, Value>,
        dialect: Dialect,
        names: &Names,
    ) -> Result<Map<String, Value>, AtlassianError> {
        self.written(fields, dialect, |id, text| dialect.text(id, text, names))
    }

    /// The values as Jira takes them in the issue that was read as `before`, of whose texts stays what Markdown
    /// cannot say.
    pub(super) fn changed_values(
        &self,
        fields: &Map<String, Value>,
        dialect: Dialect,
        (before, replace): (&Value, bool),
        names: &Names,
    ) -> Result<Map<String, Value>, AtlassianError> {
        self.written(fields, dialect, |id, text| {
            let edit = Edit {
                field: id,
                markdown: text,
                replace,
            };
            let current = before.get("fields").and_then(|fields| fields.get(id));
            dialect.edited(edit, current.unwrap_or(&Value::Null), names)
        })
    }

    fn written(
        &self,
        fields: &Map<String, Value>,
        dialect: Dialect,
        formatted: impl Fn(&str, &str) -> Result<Value, AtlassianError>,
    ) -> Result<Map<String, Value>, AtlassianError> {
        let value = |id: &String, value: &Value| -> Result<Value, AtlassianError> {
            Ok(match (self.0.get(id), value) {
                // As for choices and people, an empty text empties the field: an empty document would not be empty to JQL.
                (Some(FieldKind::Formatted | FieldKind::Number), Value::String(text))
                    if text.trim().is_empty() =>
                {
                    Value::Null
                }
                (Some(FieldKind::Number), Value::String(text)) => number(text),
                (Some(FieldKind::Formatted), Value::String(text)) => formatted(id, text)?,
                (Some(FieldKind::Cascading), value) => choice(value),
                (Some(FieldKind::People), one @ Value::Object(_)) => json!([one]),
                (Some(FieldKind::Person | FieldKind::People), value) => people(value, dialect),
                (_, value) => in_few_words(id, value).unwrap_or_else(|| value.clone()),
            })
        };
        fields
            .iter()
            .map(|(id, given)| Ok((id.clone(), value(id, given)?)))
            .collect()
    }

    /// Those whom the formatted texts of an issue mention without a name.
    pub(crate) fn nameless(&self, issue: &Value) -> BTreeSet<String> {
        let fields = issue.get("fields").and_then(Value::as_object);
        let texts = fields.into_iter().flatten().filter(|(id, value)| {
            value.is_string() && self.0.get(*id) == Some(&FieldKind::Formatted)
        });
        texts.flat_map(|(_, text)| nameless_in(text)).collect()
    }

    /// Puts the texts of an issue that are formatted into Markdown, which calls people by `names`.
    pub(crate) fn show(&self, issue: &mut Value, names: &Names) {
        let fields = issue.get_mut("fields").and_then(Value::as_object_mut);
        for (id, value) in fields.into_iter().flatten() {
            if value.is_string() && self.0.get(id) == Some(&FieldKind::Formatted) {
                *value = Value::from(markdown_with_names(value, names));
            }
        }
    }
}

/// A number that stands as a text; what is none is for Jira to refuse.
fn number(text: &str) -> Value {
    match text.trim().parse::<serde_json::Number>() {
        Ok(number) => Value::Number(number),
        Err(_) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlassian::jira::dialect::markdown;

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
        let wiki = kinds
            .new_values(&fields, Dialect::DataCenter, &Names::new())
            .unwrap();
        assert_eq!(
            Value::from(wiki),
            json!({
                "customfield_1": "*a*", "customfield_2": "**a**", "customfield_9": "**a**",
                "environment": "{{a}}", "priority": {"name": "High"},
            })
        );
        let cloud = kinds
            .new_values(&fields, Dialect::Cloud, &Names::new())
            .unwrap();
        assert_eq!(cloud["customfield_1"]["type"], "doc");
        assert_eq!(cloud["environment"]["type"], "doc");
        assert_eq!(cloud["customfield_2"], "**a**");
    }

    #[test]
    fn a_number_may_stand_as_a_text_and_an_empty_text_empties() {
        let schema = json!({"type": "number", "custom": format!("{CUSTOM}:float")});
        let fields = object(&json!({
            "customfield_1": "5", "customfield_2": " 0.5 ", "customfield_3": "", "customfield_4": "five",
            "environment": " ",
        }));
        let kinds = FieldKinds::of(&fields, |_| Some(&schema));
        let written = kinds.new_values(&fields, Dialect::Cloud, &Names::new());
        assert_eq!(
            Value::from(written.unwrap()),
            json!({"customfield_1": 5, "customfield_2": 0.5, "customfield_3": null, "customfield_4": "five",
                "environment": null})
        );
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
        assert_eq!(
            kinds
                .new_values(&fields, Dialect::Cloud, &Names::new())
                .unwrap(),
            fields
        );
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
            let values = FieldKinds::default().new_values(&fields, Dialect::Cloud, &Names::new());
            assert_eq!(values.unwrap()[id], written, "{id}");
        }
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
            .changed_values(&fields, Dialect::Cloud, (&before, false), &Names::new())
            .unwrap();
        assert_eq!(changed["customfield_1"], document("new "));
        let foreign = object(&json!({"customfield_1": "[x](keep:status-00000000)"}));
        let refused = kinds(&foreign).changed_values(
            &foreign,
            Dialect::Cloud,
            (&before, false),
            &Names::new(),
        );
        assert!(
            matches!(refused, Err(AtlassianError::Lossy { field, .. }) if field == "customfield_1")
        );
    }
}
