//! Values of further fields as people write them, in Jira's form: Markdown in texts of several lines, and
//! `EU → Berlin` for a choice with a choice below it. The field's schema decides what a value is.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::dialect::{markdown_with_names, nameless_in};
use super::field_forms::{in_few_words, people};
use super::field_kind::FieldKind;
use super::screens::Screen;
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::prose::Edit;
use crate::model::person::Names;
use crate::work::long_text::size_of_document;

/// How the ids of fields begin that a site has added.
pub(super) const CUSTOM: &str = "customfield_";

/// What those of some fields hold whose values can be written in more than one way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldKinds {
    kinds: HashMap<String, FieldKind>,
    /// What the fields take, where that was looked up.
    screen: Screen,
}

impl FieldKinds {
    /// What `fields` hold by their schemas.
    pub(super) fn of<'a>(
        fields: &Map<String, Value>,
        schema: impl Fn(&str) -> Option<&'a Value>,
    ) -> Self {
        let known = fields.iter().filter_map(|(id, value)| {
            let kind = FieldKind::of(id, schema(id))?;
            // A document is no Markdown.
            let is_read = kind != FieldKind::Formatted || value.is_string();
            is_read.then(|| (id.clone(), kind))
        });
        Self {
            kinds: known.collect(),
            screen: Screen::default(),
        }
    }

    /// The same, and what the fields of the issue's screen take.
    pub(crate) fn on(mut self, screen: Screen) -> Self {
        self.screen = screen;
        self
    }

    /// Puts values in Jira's form into that of the fields of the screen.
    ///
    /// # Errors
    /// `NoChoice` for a value that a field does not take.
    pub(super) fn fit(&self, fields: &mut Map<String, Value>) -> Result<(), AtlassianError> {
        self.screen.fit(fields)
    }

    /// Whether a field holds a formatted text.
    pub(super) fn is_text(&self, id: &str) -> bool {
        self.kinds.get(id) == Some(&FieldKind::Formatted)
    }

    /// Whether a formatted text is among the fields.
    pub(crate) fn has_text(&self) -> bool {
        self.kinds
            .values()
            .any(|kind| *kind == FieldKind::Formatted)
    }

    /// The texts among the fields that are formatted.
    pub(crate) fn texts<'a>(
        &self,
        fields: &'a Map<String, Value>,
    ) -> impl Iterator<Item = &'a str> {
        let formatted = fields
            .iter()
            .filter(|(id, _)| self.kinds.get(*id) == Some(&FieldKind::Formatted));
        formatted.filter_map(|(_, value)| value.as_str())
    }

    /// The same, to be written otherwise.
    pub(crate) fn texts_mut<'a>(
        &self,
        fields: &'a mut Map<String, Value>,
    ) -> impl Iterator<Item = &'a mut String> {
        let formatted = fields
            .iter_mut()
            .filter(|(id, _)| self.kinds.get(*id) == Some(&FieldKind::Formatted));
        formatted.filter_map(|(_, value)| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    /// How much text is looked at where these fields of the issue that was read as `before` are written: its own as well,
    /// for both are compared.
    pub(super) fn size_of_edit(&self, fields: &Map<String, Value>, before: &Value) -> usize {
        let texts = fields.iter().filter(|(id, _)| self.is_text(id));
        let sizes = texts.map(|(id, value)| {
            let there = before.get("fields").and_then(|fields| fields.get(id));
            value.as_str().map_or(0, str::len) + there.map_or(0, size_of_document)
        });
        sizes.sum()
    }

    /// The values of the fields that hold people, whose names are to be replaced by accounts; and whether a field
    /// holds several.
    pub(crate) fn people<'a>(
        &self,
        fields: &'a mut Map<String, Value>,
    ) -> impl Iterator<Item = (&'a str, bool, &'a mut Value)> {
        fields
            .iter_mut()
            .filter_map(|(id, value)| match self.kinds.get(id)? {
                FieldKind::Person => Some((id.as_str(), false, value)),
                FieldKind::People => Some((id.as_str(), true, value)),
                _ => None,
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
            dialect.edited(edit, current, names)
        })
    }

    fn written(
        &self,
        fields: &Map<String, Value>,
        dialect: Dialect,
        formatted: impl Fn(&str, &str) -> Result<Value, AtlassianError>,
    ) -> Result<Map<String, Value>, AtlassianError> {
        let value = |id: &String, value: &Value| -> Result<Value, AtlassianError> {
            // The screen reads the name of a choice as it was written.
            if id.starts_with(CUSTOM) && self.screen.has_choices(id) {
                return Ok(value.clone());
            }
            let kind = self.kinds.get(id).copied();
            Ok(match (kind, value) {
                // As for choices and people, an empty text empties the field: an empty document would not be empty to JQL.
                (Some(FieldKind::Formatted), Value::String(text)) if text.trim().is_empty() => {
                    Value::Null
                }
                (Some(FieldKind::Formatted), Value::String(text)) => formatted(id, text)?,
                (Some(FieldKind::People), one @ Value::Object(_)) => json!([people(one, dialect)]),
                (Some(FieldKind::Person | FieldKind::People), value) => people(value, dialect),
                (kind, value) => kind
                    .and_then(|kind| kind.in_jiras_form(value))
                    .or_else(|| in_few_words(id, value))
                    .unwrap_or_else(|| value.clone()),
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
            value.is_string() && self.kinds.get(*id) == Some(&FieldKind::Formatted)
        });
        texts.flat_map(|(_, text)| nameless_in(text)).collect()
    }

    /// Puts the texts of an issue that are formatted into Markdown, which calls people by `names`.
    pub(crate) fn show(&self, issue: &mut Value, names: &Names) {
        let fields = issue.get_mut("fields").and_then(Value::as_object_mut);
        for (id, value) in fields.into_iter().flatten() {
            if value.is_string() && self.kinds.get(id) == Some(&FieldKind::Formatted) {
                *value = Value::from(markdown_with_names(value, names));
            }
        }
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
