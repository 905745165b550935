//! A body against the properties that the documents name.

use serde_json::{Map, Value};

use super::Field;

/// What is not described in an object whose properties have paths that begin with `path`.
pub(super) fn objections(value: &Value, path: &str, fields: &[Field]) -> Vec<String> {
    let Value::Object(object) = value else {
        return vec![format!("{} is no object", shown(path))];
    };
    let mut found = missing(object, path, fields);
    for (name, value) in object {
        let whole = format!("{path}{name}");
        match fields.iter().find(|field| field.name == whole) {
            None => found.push(format!("there is no property {whole}")),
            Some(field) => found.extend(of_field(value, field, fields)),
        }
    }
    found
}

fn missing(object: &Map<String, Value>, path: &str, fields: &[Field]) -> Vec<String> {
    let here = |field: &&Field| {
        let name = field.name.strip_prefix(path).unwrap_or(".");
        field.is_required && !name.contains('.') && !object.contains_key(name)
    };
    let names = fields.iter().filter(here);
    names
        .map(|field| format!("the property {} is missing", field.name))
        .collect()
}

fn of_field(value: &Value, field: &Field, fields: &[Field]) -> Vec<String> {
    // The documents do not say of every property that it may be null and so take something away.
    if value.is_null() && !field.is_required {
        return Vec::new();
    }
    if !is_kind(field.kind, value) {
        return vec![format!("{} is no {}", field.name, field.kind)];
    }
    if field.is_open {
        return Vec::new();
    }
    match value {
        Value::Object(_) => objections(value, &format!("{}.", field.name), fields),
        Value::Array(entries) => {
            let path = format!("{}[].", field.name);
            let all = entries.iter();
            all.flat_map(|entry| objections(entry, &path, fields))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "any" => true,
        words => value
            .as_str()
            .is_some_and(|text| words.split('|').any(|word| word == text)),
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() {
        "the body"
    } else {
        path.trim_end_matches('.')
    }
}
