//! What a field of an issue holds, by its schema, and how a value in few words becomes Jira's own.

use serde_json::{Value, json};

use super::field_forms::{choice, is_missing};
use crate::model::list_in_text::entries;
use crate::model::time::Timestamp;

/// Jira's own texts of several lines; every site has them formatted.
const ALWAYS_FORMATTED: [&str; 2] = ["description", "environment"];

/// Jira's own fields that hold a person.
const ALWAYS_A_PERSON: [&str; 2] = ["assignee", "reporter"];

/// When an issue is due, on every site.
const DUE: &str = "duedate";

/// What a field holds, where that decides how its value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// A text of several lines, which is formatted.
    Formatted,
    /// A text of one line.
    Line,
    /// Words, such as labels.
    Words,
    /// A number.
    Number,
    /// A day.
    Day,
    /// A day and the time of it.
    Moment,
    /// One person.
    Person,
    /// Several.
    People,
    /// One thing out of some, which this member names.
    One(&'static str),
    /// Several of them.
    Several(&'static str),
    /// A choice with choices below it.
    Cascading,
}

impl FieldKind {
    /// What the field holds; none where that decides nothing. The custom types that stand here have another form than
    /// their schema's type says (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/>).
    pub(super) fn of(id: &str, schema: Option<&Value>) -> Option<Self> {
        if ALWAYS_FORMATTED.contains(&id) {
            return Some(Self::Formatted);
        }
        if ALWAYS_A_PERSON.contains(&id) {
            return Some(Self::Person);
        }
        if id == DUE {
            return Some(Self::Day);
        }
        let text = |name: &str| schema?.get(name)?.as_str();
        let custom = text("custom").and_then(|custom| custom.rsplit_once(':'));
        Some(match custom.map(|(_, kind)| kind) {
            Some("textarea") => Self::Formatted,
            Some("cascadingselect") => Self::Cascading,
            Some("userpicker") => Self::Person,
            Some("multiuserpicker" | "people") => Self::People,
            // Read as a list, and written as the number of one.
            Some("gh-sprint") => Self::Number,
            _ => match (text("type")?, text("items")) {
                ("string", _) => Self::Line,
                ("number", _) => Self::Number,
                ("date", _) => Self::Day,
                ("datetime", _) => Self::Moment,
                ("user", _) => Self::Person,
                ("option-with-child", _) => Self::Cascading,
                ("option", _) => Self::One("value"),
                ("project", _) => Self::One("key"),
                (kind, _) if is_named(kind) => Self::One("name"),
                ("array", Some("string")) => Self::Words,
                ("array", Some("user")) => Self::People,
                ("array", Some("option")) => Self::Several("value"),
                ("array", Some(kind)) if is_named(kind) => Self::Several("name"),
                _ => return None,
            },
        })
    }

    /// A value as Jira takes it, where it is written otherwise; none where it stays, and where more must be known: a
    /// formatted text and people.
    pub(super) fn in_jiras_form(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::People, one @ Value::Object(_)) => Some(json!([one])),
            (Self::Person, Value::Array(listed)) => match listed.as_slice() {
                [one] if !is_missing(one) => Some(one.clone()),
                _ => None,
            },
            (Self::Formatted | Self::Person | Self::People, _) | (_, Value::Null) => None,
            (Self::Cascading, value) => Some(choice(value)),
            (Self::Several(member), value) => Some(several(member, value)),
            (Self::Words, value) => words(value),
            // One value in a list is that value.
            (kind, Value::Array(listed)) => match listed.as_slice() {
                [] => Some(Value::Null),
                [one] if is_missing(one) => None,
                [one] => Some(kind.in_jiras_form(one).unwrap_or_else(|| one.clone())),
                _ => None,
            },
            (Self::One(member), value) => one(member, value),
            (Self::Line, Value::Number(number)) => Some(Value::from(number.to_string())),
            (Self::Line, Value::Bool(truth)) => Some(Value::from(truth.to_string())),
            (Self::Line, _) => None,
            (_, Value::String(text)) if is_nothing(text) => Some(Value::Null),
            (Self::Number, Value::String(text)) => Some(number(text)),
            (Self::Day, Value::String(text)) => day(text),
            (Self::Moment, Value::String(text)) => moment(text),
            (Self::Number | Self::Day | Self::Moment, _) => None,
        }
    }
}

/// Whether things of this type are called by their names.
fn is_named(kind: &str) -> bool {
    matches!(
        kind,
        "priority"
            | "resolution"
            | "securitylevel"
            | "issuetype"
            | "version"
            | "component"
            | "group"
    )
}

/// What names one thing in a value: a text, a number, or one of the members of an object.
pub(super) fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(parts) => ["id", "value", "name", "key", "label"]
            .iter()
            .find_map(|part| match parts.get(*part)? {
                Value::String(text) => Some(text.trim().to_owned()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            }),
        _ => None,
    }
}

/// One thing, as Jira refers to it; none for what is in no form that names one.
fn one(member: &'static str, value: &Value) -> Option<Value> {
    match value {
        Value::String(text) if text.trim().is_empty() => Some(Value::Null),
        Value::String(text) => Some(json!({ member: text.trim() })),
        Value::Number(id) => Some(json!({ "id": id.to_string() })),
        Value::Object(parts) if parts.get("id").is_some_and(Value::is_number) => {
            Some(json!({ "id": name_of(value) }))
        }
        Value::Object(parts) if !parts.contains_key("id") && !parts.contains_key(member) => {
            name_of(value).map(|name| json!({ member: name }))
        }
        _ => None,
    }
}

fn several(member: &'static str, value: &Value) -> Value {
    let each = |value: &Value| one(member, value).unwrap_or_else(|| value.clone());
    match value {
        Value::String(list) => entries(list)
            .into_iter()
            .map(|name| json!({ member: name }))
            .collect(),
        Value::Array(listed) => listed.iter().map(each).collect(),
        one => json!([each(one)]),
    }
}

fn words(value: &Value) -> Option<Value> {
    let word = |value: &Value| match value {
        Value::Number(number) => Value::from(number.to_string()),
        other => other.clone(),
    };
    match value {
        Value::String(list) => Some(json!(entries(list))),
        Value::Number(_) => Some(json!([word(value)])),
        Value::Array(listed) => Some(listed.iter().map(word).collect()),
        _ => None,
    }
}

/// Whether a text says that a number, a day or a time is none.
fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.eq_ignore_ascii_case("none")
}

/// A number that stands as a text; what is none is for Jira to refuse.
fn number(text: &str) -> Value {
    match text.trim().parse::<serde_json::Number>() {
        Ok(number) => Value::Number(number),
        Err(_) => Value::from(text),
    }
}

/// The day of a moment.
fn day(text: &str) -> Option<Value> {
    let (day, _) = text.trim().split_once('T')?;
    Timestamp::parse(text.trim()).map(|_| Value::from(day))
}

/// A moment in the one form that Jira takes, `2026-01-31T12:00:00.000+0000`.
fn moment(text: &str) -> Option<Value> {
    let moment = Timestamp::parse(text.trim())?;
    let second = moment.rfc3339();
    let second = second.strip_suffix('Z')?;
    let thousandths = moment.millis().rem_euclid(1000);
    Some(Value::from(format!("{second}.{thousandths:03}+0000")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(schema: &Value, value: &Value) -> Value {
        let kind = FieldKind::of("customfield_1", Some(schema)).unwrap();
        kind.in_jiras_form(value).unwrap_or_else(|| value.clone())
    }

    #[test]
    fn the_schema_decides_what_a_value_in_few_words_is() {
        let plain = |kind: &str| json!({ "type": kind });
        for (schema, value, jiras) in [
            (plain("string"), json!(12), json!("12")),
            (plain("string"), json!(true), json!("true")),
            (plain("string"), json!(["a"]), json!("a")),
            (plain("string"), json!("a, b"), json!("a, b")),
            (plain("number"), json!("5"), json!(5)),
            (plain("number"), json!(" 0.5 "), json!(0.5)),
            (plain("number"), json!([3]), json!(3)),
            (plain("number"), json!("five"), json!("five")),
            (plain("number"), json!(""), json!(null)),
            (plain("option"), json!("Red"), json!({"value": "Red"})),
            (plain("option"), json!(["Red"]), json!({"value": "Red"})),
            (
                plain("option"),
                json!({"name": "Red"}),
                json!({"value": "Red"}),
            ),
            (plain("option"), json!(10100), json!({"id": "10100"})),
            (
                plain("option"),
                json!({"id": 10100}),
                json!({"id": "10100"}),
            ),
            (plain("option"), json!({"id": "1"}), json!({"id": "1"})),
            (plain("option"), json!(" "), json!(null)),
            (plain("version"), json!("1.0"), json!({"name": "1.0"})),
            (plain("project"), json!("APP"), json!({"key": "APP"})),
        ] {
            assert_eq!(written(&schema, &value), jiras, "{schema} {value}");
        }
    }

    #[test]
    fn lists_days_and_moments_are_written_in_few_words_too() {
        let list = |items: &str| json!({"type": "array", "items": items});
        let plain = |kind: &str| json!({ "type": kind });
        for (schema, value, jiras) in [
            (
                list("option"),
                json!("A, B"),
                json!([{"value": "A"}, {"value": "B"}]),
            ),
            (
                list("option"),
                json!(["A", {"id": "7"}]),
                json!([{"value": "A"}, {"id": "7"}]),
            ),
            (
                list("option"),
                json!({"value": "A"}),
                json!([{"value": "A"}]),
            ),
            (
                list("version"),
                json!("[\"1.0\"]"),
                json!([{"name": "1.0"}]),
            ),
            (list("option"), json!(""), json!([])),
            (list("string"), json!("a, b"), json!(["a", "b"])),
            (list("string"), json!([1, "b"]), json!(["1", "b"])),
            (
                plain("date"),
                json!("2026-02-28T10:00:00Z"),
                json!("2026-02-28"),
            ),
            (plain("date"), json!("2026-02-28"), json!("2026-02-28")),
            (
                plain("datetime"),
                json!("2026-02-28T10:00:00+01:00"),
                json!("2026-02-28T09:00:00.000+0000"),
            ),
            (plain("datetime"), json!("soon"), json!("soon")),
        ] {
            assert_eq!(written(&schema, &value), jiras, "{schema} {value}");
        }
        let sprint = json!({"type": "array", "items": "json", "custom": "com.pyxis.greenhopper.jira:gh-sprint"});
        assert_eq!(written(&sprint, &json!("5")), json!(5));
        assert_eq!(written(&sprint, &json!([5])), json!(5));
    }
}
