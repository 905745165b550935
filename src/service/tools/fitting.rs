//! Arguments as models write them, fitted to the JSON Schema of their tool: what can only mean one thing
//! is taken as that, and what is wrong is told by its name and with what would be right.

use serde_json::{Map, Value};

use super::arguments::bare_name;
use super::other_names;
use crate::model::cut::{self, holds_cut};
use crate::model::fields::InvalidFields;
use crate::model::issue_reference::IssueReference;
use crate::model::nearest::nearest;
use crate::model::own_document::is_document;
use crate::model::repeated_members::repeated_member;
use crate::service::error::ServiceError;

/// What a schema calls a list of names with commas between.
pub(super) const NAMES: &str = "names";

/// What a schema calls an object of which one member is meant: its value alone may stand for it.
pub(super) const MEMBER: &str = "member";

/// Fits `arguments` to `schema`. `null` counts as left out, and so does an empty text, unless it stands
/// for something (`telling`) or is required.
///
/// # Errors
/// Everything that is missing, unknown, malformed or out of range.
pub(super) fn fitted(
    schema: &Value,
    arguments: Value,
    telling: &[&str],
) -> Result<Value, ServiceError> {
    let given = object(arguments)?;
    let no_properties = Map::new();
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&no_properties);
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let required = required(schema);
    let (mut fitting, mut wrong) = (Map::new(), Vec::new());
    for (name, value) in given {
        let Some(property) = properties.get(&name) else {
            if is_closed {
                wrong.push((name.clone(), unknown(&name, properties)));
            } else {
                fitting.insert(name, value);
            }
            continue;
        };
        let keeps_blanks = required.contains(&name.as_str()) || telling.contains(&name.as_str());
        if !keeps_blanks && (is_blank(&value, property) || says_null(&value, &name, property)) {
            continue;
        }
        if holds_cut(&value) {
            wrong.push((name.clone(), format!("{name} {}", cut::WHY)));
            continue;
        }
        let is_json = |text: &&str| text.trim_start().starts_with(['{', '[']);
        let twice = value.as_str().filter(is_json);
        let twice = twice.and_then(|text| repeated_member(text.as_bytes()));
        let value = other_names::person(&name, &value).unwrap_or(value);
        match (fit(property, bare_name(&name, value)), twice) {
            (Ok(value), _) if !may_name(&name, &value) => {
                let why = "is malformed: it must be the key, the number or the address of an issue";
                wrong.push((name.clone(), format!("{name} {why}")));
            }
            (Ok(value), _) => {
                fitting.insert(name, value);
            }
            (Err(_), Some(member)) => {
                let why = format!("in {name}, {member} stands twice; send it once");
                wrong.push((name, why));
            }
            (Err(why), None) => wrong.push((name.clone(), format!("{name} {why}"))),
        }
    }
    for name in required {
        let is_there = fitting.contains_key(name) || wrong.iter().any(|(known, _)| known == name);
        if !is_there {
            wrong.push((name.to_owned(), format!("{name} is missing")));
        }
    }
    invalid_fields(wrong).map_or(Ok(Value::Object(fitting)), |error| Err(error.into()))
}

fn is_blank(value: &Value, property: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(entries) => entries.is_empty() && !types(property).contains(&"array"),
        _ => false,
    }
}

/// Whether somebody wrote `null` as a text, as models do whose API takes no `null`, where no text of people's can be meant.
fn says_null(value: &Value, name: &str, property: &Value) -> bool {
    let is_words = types(property).contains(&"string") && !is_list_of_names(property);
    if is_words && !names_a_thing(name) {
        return false;
    }
    let is_null = |text: &str| {
        let words = ["null", "none", "undefined", "nil"];
        words
            .iter()
            .any(|word| text.trim().eq_ignore_ascii_case(word))
    };
    match value {
        Value::String(text) => is_null(text),
        Value::Array(entries) => match entries.as_slice() {
            [one] => one.is_null() || one.as_str().is_some_and(is_null),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a text of this name is no text of people's: it names a thing, a time, one of some words, or a place in a list.
fn names_a_thing(argument: &str) -> bool {
    let ends = [
        "_id",
        "_key",
        "_date",
        "_token",
        "_type",
        "_format",
        "_url",
        "_estimate",
    ];
    let whole = [
        "cursor", "assignee", "state", "type", "include", "expand", "updated", "started",
        "username",
    ];
    whole.contains(&argument) || ends.iter().any(|end| argument.ends_with(end))
}

/// The arguments without what is `null`; some clients send the whole object as a JSON text.
fn object(arguments: Value) -> Result<Map<String, Value>, ServiceError> {
    let refuse = || ServiceError::invalid("args", "args must be a JSON object");
    let object = match arguments {
        Value::Null => Map::new(),
        Value::Object(object) => object,
        Value::String(text) if text.trim().is_empty() => Map::new(),
        Value::String(text) => {
            if let Some(member) = repeated_member(text.as_bytes()) {
                let why = format!("{member} stands twice; send it once");
                return Err(ServiceError::invalid(&member, why));
            }
            serde_json::from_str(&text).map_err(|_| refuse())?
        }
        _ => return Err(refuse()),
    };
    Ok(object
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect())
}

fn required(schema: &Value) -> Vec<&str> {
    let names = schema.get("required").and_then(Value::as_array);
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn unknown(name: &str, properties: &Map<String, Value>) -> String {
    let shown: String = name.chars().take(60).collect();
    if let Some(meant) = other_names::meant(name, properties) {
        return format!("there is no argument {shown}; {meant}");
    }
    match nearest(name, properties.keys().map(String::as_str)) {
        Some(meant) => format!("there is no argument {shown}; {meant} may be meant"),
        None if properties.is_empty() => {
            format!("there is no argument {shown}; this tool takes none")
        }
        None => {
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            format!(
                "there is no argument {shown}; this tool takes {}",
                known.join(", ")
            )
        }
    }
}

fn invalid_fields(wrong: Vec<(String, String)>) -> Option<InvalidFields> {
    let (fields, sentences): (Vec<String>, Vec<String>) = wrong.into_iter().unzip();
    (!fields.is_empty()).then(|| InvalidFields {
        message: sentences.join("; "),
        fields,
    })
}

/// The types that a property may have, `null` left out.
fn types(property: &Value) -> Vec<&str> {
    let parts = ["oneOf", "anyOf", "allOf"]
        .iter()
        .filter_map(|name| property.get(name)?.as_array())
        .flatten()
        .flat_map(types);
    let own: Vec<&str> = match property.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    own.into_iter()
        .chain(parts)
        .filter(|name| *name != "null")
        .collect()
}

/// A value as the property takes it, or why it cannot.
fn fit(property: &Value, value: Value) -> Result<Value, String> {
    let types = types(property);
    let is_text = |value: &Value| {
        let text = value.as_str();
        text.is_some_and(|text| !text.trim_start().starts_with('{'))
    };
    let is_member = property.get("format").and_then(Value::as_str) == Some(MEMBER);
    if is_member && (value.is_number() || is_text(&value)) {
        return Ok(value);
    }
    let is_names = is_list_of_names(property) && (is_list(&value) || value.is_string());
    if types.is_empty() || is_names {
        return Ok(value);
    }
    let fitting = types.iter().find_map(|name| of_type(name, &value));
    let value = fitting.ok_or_else(|| {
        let what = types.iter().map(|name| described(name)).collect::<Vec<_>>();
        format!("is malformed: it must be {}", what.join(" or "))
    })?;
    in_range(property, &value)?;
    Ok(value)
}

fn is_list_of_names(property: &Value) -> bool {
    property.get("format").and_then(Value::as_str) == Some(NAMES)
}

/// Whether it is a list of texts and numbers.
fn is_list(value: &Value) -> bool {
    let entries = value.as_array().map(Vec::as_slice);
    entries.is_some_and(|entries| {
        entries
            .iter()
            .all(|entry| entry.is_string() || entry.is_number())
    })
}

fn described(kind: &str) -> &'static str {
    match kind {
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a JSON object",
        _ => "a text",
    }
}

/// The value as one of this type, if it can be meant as one.
fn of_type(kind: &str, value: &Value) -> Option<Value> {
    match (kind, value) {
        ("string", document) if is_document(document) => Some(Value::from(document.to_string())),
        // Models like to put a single value into a list.
        (kind, Value::Array(entries)) if kind != "array" => match entries.as_slice() {
            [one] if !one.is_array() => of_type(kind, one),
            _ => None,
        },
        ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_))
        | ("number", Value::Number(_)) => Some(value.clone()),
        // Some models write every number with a fraction.
        ("string", Value::Number(number)) => Some(Value::from(
            whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string()),
        )),
        ("string", Value::Bool(_)) => Some(Value::from(value.to_string())),
        ("integer", Value::Number(number)) => whole(number).map(Value::from),
        ("integer" | "number", Value::String(text)) => {
            let number: serde_json::Number = text.trim().parse().ok()?;
            of_type(kind, &Value::Number(number))
        }
        ("boolean", Value::Number(number)) => match number.as_u64()? {
            0 => Some(Value::Bool(false)),
            1 => Some(Value::Bool(true)),
            _ => None,
        },
        ("boolean", Value::String(text)) => truth(text.trim()).map(Value::Bool),
        ("array", Value::String(text)) => in_text(text).filter(Value::is_array),
        ("object", Value::String(text)) => in_text(text).filter(Value::is_object),
        _ => None,
    }
}

/// Whether a value can name what the argument is about: what is no issue's name names none that could be missing.
fn may_name(argument: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    argument != "issue_key" || IssueReference::parse(text).is_some()
}

/// The value in a text that says everything once.
fn in_text(text: &str) -> Option<Value> {
    let value = serde_json::from_str(text).ok()?;
    repeated_member(text.as_bytes()).is_none().then_some(value)
}

fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let number = number.as_f64()?;
        // Beyond this, one floating-point number stands for several whole ones (2^53 is 9.007e15).
        let fits = number.fract() == 0.0 && number.abs() < 9.0e15;
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within bounds")]
        fits.then_some(number as i64)
    })
}

fn truth(text: &str) -> Option<bool> {
    let is = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "on", "1"]) {
        return Some(true);
    }
    is(["false", "no", "off", "0"]).then_some(false)
}

fn in_range(property: &Value, value: &Value) -> Result<(), String> {
    let Some(number) = value.as_i64() else {
        return Ok(());
    };
    let bound = |name: &str| property.get(name).and_then(Value::as_i64);
    let (least, most) = (bound("minimum").unwrap_or(i64::MIN), bound("maximum"));
    let within = number >= least && number <= most.unwrap_or(i64::from(u32::MAX));
    match most {
        _ if within => Ok(()),
        Some(most) => Err(format!(
            "is out of range: it must be from {least} to {most}"
        )),
        None if number < least => Err(format!("is out of range: it must be at least {least}")),
        None => Err(format!("is out of range: it must be at most {}", u32::MAX)),
    }
}

#[cfg(test)]
#[path = "fitting_tests.rs"]
mod tests;
