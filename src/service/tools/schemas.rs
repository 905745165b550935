//! The schemas of tools' arguments, in words that every reader of them knows.

use serde_json::{Map, Value, json};

use super::fitting::NAMES;

/// A schema in the words that every model's API knows: one type for each argument, and no `null`, which counts as not sent (Gemini refuses
/// a list of types, and a pattern is one more thing that a model obeys where the tool takes more).
pub(super) fn plain(mut schema: Value) -> Value {
    for property in properties(&mut schema) {
        make_plain(property);
    }
    schema
}

/// Leaves out what only our own reader of arguments knows: strict ones know the words of JSON Schema alone.
pub(super) fn leave_out_own_words(schema: &mut Value) {
    for property in properties(schema).filter_map(Value::as_object_mut) {
        if property.get("format").is_some_and(|format| format == NAMES) {
            property.remove("format");
        }
    }
}

fn properties(schema: &mut Value) -> impl Iterator<Item = &mut Value> {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    properties.into_iter().flat_map(Map::values_mut)
}

fn make_plain(property: &mut Value) {
    let Some(words) = property.as_object_mut() else {
        return;
    };
    words.remove("pattern");
    for choice in ["oneOf", "anyOf"] {
        let choices = words.remove(choice);
        let chosen = choices.into_iter().flat_map(|choices| match choices {
            Value::Array(choices) => choices,
            other => vec![other],
        });
        let chosen = chosen.filter(|choice| choice.get("type") != Some(&json!("null")));
        for (name, value) in chosen
            .filter_map(|choice| choice.as_object().cloned())
            .flatten()
        {
            words.entry(name).or_insert(value);
        }
    }
    if let Some(Value::Array(types)) = words.get("type") {
        let mut one = types.iter().filter(|name| *name != "null");
        let one = one.next().cloned();
        words.insert(String::from("type"), one.unwrap_or_else(|| json!("string")));
    }
    if let Some(items) = words.get_mut("items") {
        make_plain(items);
    }
}
