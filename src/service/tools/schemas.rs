//! The schemas of tools' arguments, in words that every reader of them knows.

use serde_json::{Map, Value, json};

use super::fitting::{MEMBER, NAMES};

/// A schema in the words that every model's API knows: one type for each argument, and no `null`, which counts as not sent (Gemini refuses
/// a list of types, and a pattern is one more thing that a model obeys where the tool takes more).
pub(super) fn plain(mut schema: Value) -> Value {
    if let Some(words) = schema.as_object_mut() {
        // What a type is for is told by the tool.
        words.remove("description");
    }
    for property in properties(&mut schema) {
        make_plain(property);
    }
    schema
}

/// What models see of a schema: without arguments that are `unlisted`, and without what only our own reader of arguments knows or
/// what goes without saying. Their context pays for every word.
pub(super) fn for_models(mut schema: Value, unlisted: &[&str]) -> Value {
    // OpenAI's API wants the word even where there are no arguments.
    let words = schema.as_object_mut();
    let listed = words.map(|words| words.entry("properties").or_insert_with(|| json!({})));
    if let Some(listed) = listed.and_then(Value::as_object_mut) {
        listed.retain(|name, _| !unlisted.contains(&name.as_str()));
    }
    for property in properties(&mut schema).filter_map(Value::as_object_mut) {
        property.retain(|word, value| !goes_without_saying(word, value));
    }
    schema
}

/// That nothing is counted from below one, how long a list is that nobody asked to be longer, that what is not asked for is done as usual,
/// and which fields Jira's people know.
fn goes_without_saying(word: &str, value: &Value) -> bool {
    match word {
        "format" => value == NAMES || value == MEMBER,
        "minimum" => value.as_i64().is_some_and(|least| least <= 1),
        "default" => {
            value.is_boolean()
                || value.is_number()
                || value.as_str().is_some_and(|words| {
                    words.is_empty() || words == "markdown" || words.contains(',')
                })
        }
        _ => false,
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
    // OpenAPI's words: JSON Schema has no `example` and no such formats.
    words.remove("example");
    if matches!(
        words.get("format").and_then(Value::as_str),
        Some("int32" | "int64")
    ) {
        words.remove("format");
    }
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
