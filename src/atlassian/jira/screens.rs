//! What the fields of one issue take, as Jira tells it of the issue's screen, and values that people write for them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Jira;
use super::choices::{Choice, Misfit, called, chosen, chosen_below, told};
use super::field_forms::{choice, is_missing};
use super::field_kind::{FieldKind, name_of};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, text};
use crate::atlassian::request::Call;
use crate::model::issue_key::IssueKey;
use crate::model::list_in_text;

/// The most fields, and types, that Jira tells at once.
const MOST: u32 = 200;

/// The fields of a screen by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Screen(HashMap<String, ScreenField>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ScreenField {
    name: String,
    kind: Option<FieldKind>,
    /// What it takes, where it takes certain values only.
    choices: Vec<Choice>,
}

impl Jira<'_> {
    /// The fields that can be changed in an issue.
    pub(crate) async fn edit_screen(self, key: &IssueKey) -> Result<Screen, AtlassianError> {
        let path = ["issue", key.as_str(), "editmeta"];
        let call = Call::get("edit metadata", Api::Jira, &path, &[]);
        let answer: Value = self.site.fetch(call).await?;
        Ok(Screen::of(answer.get("fields")))
    }

    /// The fields of a new issue of `project`. Where `issue_type` is none of the project's, the types alone.
    pub(crate) async fn create_screen(
        self,
        project: &str,
        issue_type: &Value,
    ) -> Result<Screen, AtlassianError> {
        let path = ["issue", "createmeta", project, "issuetypes"];
        let types = self
            .metadata("create metadata", &path, "/issueTypes")
            .await?;
        let types: Vec<Choice> = types.iter().filter_map(Choice::of).collect();
        let mut screen = Screen::default();
        let named = name_of(issue_type).unwrap_or_default();
        if let Ok(meant) = chosen(&types, &named) {
            let path = [&path[..], &[meant.id.as_str()]].concat();
            let fields = self
                .metadata("create metadata of a type", &path, "/fields")
                .await?;
            screen = Screen::of(Some(&Value::from(fields)));
        }
        let of_types = ScreenField {
            name: String::from("issue_type"),
            kind: Some(FieldKind::One("name")),
            choices: types,
        };
        screen.0.insert(String::from("issuetype"), of_types);
        Ok(screen)
    }

    /// A list of metadata: Cloud calls it `listed`, Data Center `values`.
    async fn metadata(
        &self,
        operation: &'static str,
        path: &[&str],
        listed: &str,
    ) -> Result<Vec<Value>, AtlassianError> {
        let query = [("maxResults", MOST.to_string())];
        let call = Call::get(operation, Api::Jira, path, &query);
        let answer: Value = self.site.fetch(call).await?;
        let list = entries(&answer, listed).chain(entries(&answer, "/values"));
        Ok(list.cloned().collect())
    }
}

impl Screen {
    /// Reads the fields of a screen: an object of them by their ids, or a list.
    pub(super) fn of(fields: Option<&Value>) -> Self {
        let field = |id: String, raw: &Value| {
            let field = ScreenField {
                name: text(raw, "/name").unwrap_or_else(|| id.clone()),
                kind: FieldKind::of(&id, raw.get("schema")),
                choices: entries(raw, "/allowedValues")
                    .filter_map(Choice::of)
                    .collect(),
            };
            (id, field)
        };
        Self(match fields {
            Some(Value::Object(fields)) => fields
                .iter()
                .map(|(id, raw)| field(id.clone(), raw))
                .collect(),
            Some(Value::Array(fields)) => fields
                .iter()
                .filter_map(|raw| {
                    let id = text(raw, "/fieldId").or_else(|| text(raw, "/key"))?;
                    Some(field(id, raw))
                })
                .collect(),
            _ => HashMap::new(),
        })
    }

    /// Whether a field takes certain values only.
    pub(super) fn has_choices(&self, id: &str) -> bool {
        self.0
            .get(id)
            .is_some_and(|field| !field.choices.is_empty())
    }

    /// Puts values into the form of the fields that they are for.
    ///
    /// # Errors
    /// `NoChoice` for a value that a field does not take.
    pub(super) fn fit(&self, fields: &mut Map<String, Value>) -> Result<(), AtlassianError> {
        for (id, value) in fields {
            let Some(field) = self.0.get(id) else {
                continue;
            };
            match field.fitted(value) {
                Ok(Some(Value::Null)) if NEVER_EMPTY.contains(&id.as_str()) => {
                    return Err(field.refusal(id, &Misfit::NeverEmpty));
                }
                Ok(Some(fitted)) => *value = fitted,
                Ok(None) => {}
                Err(misfit) => return Err(field.refusal(id, &misfit)),
            }
        }
        Ok(())
    }
}

/// Fields that Jira keeps a value in, always.
const NEVER_EMPTY: [&str; 2] = ["priority", "issuetype"];

impl ScreenField {
    /// A value in the form that the field takes; none where it stays as it is.
    fn fitted(&self, value: &Value) -> Result<Option<Value>, Misfit> {
        let Some(kind) = self.kind else {
            return Ok(None);
        };
        // A project is called by its key, which is not among its names.
        let is_open = self.choices.is_empty() || value.is_null() || kind == FieldKind::One("key");
        match kind {
            FieldKind::One(_) if !is_open => self.one(value),
            FieldKind::Several(_) if !is_open => self.several(value).map(Some),
            FieldKind::Cascading if !is_open => self.cascading(value).map(Some),
            kind => Ok(kind.in_jiras_form(value)),
        }
    }

    /// One of the choices, as Jira refers to it.
    fn one(&self, value: &Value) -> Result<Option<Value>, Misfit> {
        if let Value::Array(listed) = value {
            return match listed.as_slice() {
                [] => Ok(Some(Value::Null)),
                [one] if is_missing(one) => Err(Misfit::Unknown),
                [one] => Ok(Some(self.one(one)?.unwrap_or_else(|| one.clone()))),
                _ => Err(Misfit::TooMany),
            };
        }
        let is_jiras = |choice: &Choice| {
            let part = |name: &str| value.get(name).and_then(Value::as_str);
            part("id") == Some(&choice.id)
                || ["name", "value", "key"]
                    .iter()
                    .any(|name| part(name).is_some_and(|text| choice.is_exactly(text)))
        };
        if self.choices.iter().any(is_jiras) {
            return Ok(None);
        }
        let Some(named) = name_of(value) else {
            return Ok(None);
        };
        match chosen(&self.choices, &named) {
            Ok(choice) => Ok(Some(json!({ "id": choice.id }))),
            Err(Misfit::Unknown) if is_nothing(&named) => Ok(Some(Value::Null)),
            Err(misfit) => Err(misfit),
        }
    }

    fn several(&self, value: &Value) -> Result<Value, Misfit> {
        let each = |value: &Value| {
            if is_missing(value) {
                return Err(Misfit::Unknown);
            }
            Ok(self.one(value)?.unwrap_or_else(|| value.clone()))
        };
        // A word for nothing is no choice among the others, and alone it leaves none.
        let some = |values: Vec<Value>| -> Value {
            values.into_iter().filter(|one| !one.is_null()).collect()
        };
        match value {
            Value::Array(listed) => {
                let chosen: Result<Vec<Value>, Misfit> = listed.iter().map(each).collect();
                chosen.map(some)
            }
            Value::String(list) => {
                // The name of one may have a comma in it.
                if let Some(choice) = called(&self.choices, list) {
                    return Ok(json!([{ "id": choice.id }]));
                }
                if is_nothing(list) {
                    return Ok(json!([]));
                }
                let names = list_in_text::entries(&list.replace(';', ","));
                let listed: Result<Vec<Value>, Misfit> = names
                    .into_iter()
                    .map(|name| each(&Value::from(name)))
                    .collect();
                match (listed, chosen(&self.choices, list)) {
                    (Err(_), Ok(one)) => Ok(json!([{ "id": one.id }])),
                    (listed, _) => listed.map(some),
                }
            }
            one => Ok(some(vec![each(one)?])),
        }
    }

    /// A choice, and perhaps one below it.
    fn cascading(&self, value: &Value) -> Result<Value, Misfit> {
        let named = choice(value);
        let Some(above) = name_of(&named) else {
            return Ok(named);
        };
        let below = named.get("child").and_then(name_of);
        let found = match &below {
            Some(below) => {
                let parts = chosen(&self.choices, &above)
                    .and_then(|above| Ok((above, Some(chosen(&above.below, below)?))));
                // The sign between may be a part of a name.
                match (parts, value.as_str()) {
                    (Err(_), Some(whole)) => chosen_below(&self.choices, whole.trim()),
                    (parts, _) => parts,
                }
            }
            None => chosen_below(&self.choices, written_as(value, &above)),
        };
        match found {
            Ok((above, None)) => Ok(json!({ "id": above.id })),
            Ok((above, Some(below))) => Ok(json!({ "id": above.id, "child": { "id": below.id } })),
            Err(Misfit::Unknown) if below.is_none() && is_nothing(&above) => Ok(Value::Null),
            Err(misfit) => Err(misfit),
        }
    }

    fn refusal(&self, id: &str, misfit: &Misfit) -> AtlassianError {
        let field = match id {
            "issuetype" => "issue_type",
            id => id,
        };
        let shown = if self.name == field {
            field.to_owned()
        } else {
            format!("{} ({field})", self.name)
        };
        let why = match misfit {
            Misfit::Unknown if matches!(self.kind, Some(FieldKind::Several(_))) => {
                format!("{shown} takes some of {}", told(&self.choices))
            }
            Misfit::Unknown => format!("{shown} takes one of {}", told(&self.choices)),
            Misfit::Several(fitting) => {
                format!("{shown} names several choices ({fitting}); name one of them")
            }
            Misfit::NeverEmpty => format!("{shown} cannot be cleared"),
            Misfit::TooMany => format!("{shown} takes one value, and several were sent"),
        };
        AtlassianError::NoChoice {
            field: field.to_owned(),
            why: format!("{why}; nothing was written"),
        }
    }
}

/// The whole text of a choice, as it was written.
fn written_as<'a>(value: &'a Value, otherwise: &'a str) -> &'a str {
    value.as_str().map_or(otherwise, str::trim)
}

/// Whether a text says that nothing is meant. Any other word may be a name that Jira does not know: it empties no field.
fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.eq_ignore_ascii_case("none")
}

#[cfg(test)]
#[path = "screens_tests.rs"]
mod tests;
