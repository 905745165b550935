//! Things of Atlassian's that a request names: by a text, or in the forms that Atlassian itself gives them, such as
//! `{"id": "2"}` and `{"name": "High"}`.

use serde_json::{Value, json};

use super::fields::FieldReader;
use super::request_body::Rule;

/// A priority, a type or a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference(Value);

impl Reference {
    /// As Jira takes it.
    pub(crate) fn wire(&self) -> Value {
        self.0.clone()
    }

    fn named(name: &str) -> Self {
        Self(json!({ "name": name }))
    }
}

/// The text in one of `members` of an object that refers to something: the first that is there. A number counts as its text.
pub(crate) fn member<'a>(value: &Value, members: &[&'a str]) -> Option<(&'a str, String)> {
    let object = value.as_object()?;
    members.iter().find_map(|member| {
        let text = match object.get(*member)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some((*member, text))
    })
}

fn referred(value: &Value, rule: Rule) -> Option<Reference> {
    match value {
        Value::String(name) => rule.admits(name).then(|| Reference::named(name)),
        value => match member(value, &["id", "name", "value"])? {
            ("id", id) => Some(Reference(json!({ "id": id }))),
            (_, name) => rule.admits(&name).then(|| Reference::named(&name)),
        },
    }
}

/// Reads what may be absent: a name, or an object with an `id` or a `name`.
pub(super) fn reference(
    rule: Rule,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<Reference>> {
    move |reader, field| match reader.value(field) {
        Some(value @ Value::Object(_)) => {
            let read = referred(value, rule);
            if read.is_none() {
                reader.refuse(field, rule.why());
            }
            Some(read)
        }
        _ => Some(rule.text(reader, field).map(|name| Reference::named(&name))),
    }
}

/// Reads a list of the same, which may be absent.
pub(super) fn references(
    rule: Rule,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<Vec<Reference>>> {
    move |reader, field| {
        let listed = reader.value(field).and_then(Value::as_array);
        if let Some(entries) = listed.filter(|entries| entries.iter().any(Value::is_object)) {
            let read: Option<Vec<Reference>> =
                entries.iter().map(|entry| referred(entry, rule)).collect();
            if read.is_none() {
                reader.refuse(field, rule.why());
            }
            return Some(read);
        }
        let names = rule.texts(reader, field);
        let names = names.iter().map(|name| Reference::named(name)).collect();
        Some(reader.value(field).map(|_| names))
    }
}
