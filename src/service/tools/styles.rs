//! The list of tools in the forms that models' APIs take, so that it can be handed to them as it is.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolDescription;

/// Whose form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ToolStyle {
    /// Ours, as documented here.
    #[default]
    Plain,
    /// `OpenAI`'s, which most others take too: `{type, function}`.
    OpenAi,
    /// Anthropic's: `{name, description, input_schema}`.
    Anthropic,
    /// That of the Model Context Protocol: `{name, description, inputSchema, annotations}`.
    Mcp,
}

impl ToolStyle {
    /// The tools in this form. Those with a dot in their name are left out: all of them refuse a whole request for one such
    /// name.
    pub(crate) fn apply(self, tools: Vec<ToolDescription>) -> Vec<Value> {
        let named = tools.into_iter().filter(|tool| !tool.name.contains('.'));
        named
            .map(|mut tool| {
                let properties = tool.input_schema.get_mut("properties");
                let properties = properties.and_then(Value::as_object_mut);
                for property in properties.into_iter().flat_map(Map::values_mut) {
                    // Our own word for "with commas between"; strict readers know those of JSON Schema only.
                    if property.get("format") == Some(&json!("names")) {
                        property.as_object_mut().map(|words| words.remove("format"));
                    }
                }
                self.form(&tool)
            })
            .collect()
    }

    fn form(self, tool: &ToolDescription) -> Value {
        let ToolDescription {
            name,
            description,
            input_schema,
            read_only,
        } = tool;
        match self {
            Self::Plain => json!(tool),
            Self::OpenAi => json!({"type": "function",
                "function": {"name": name, "description": description, "parameters": input_schema}}),
            Self::Anthropic => {
                json!({"name": name, "description": description, "input_schema": input_schema})
            }
            Self::Mcp => {
                json!({"name": name, "description": description, "inputSchema": input_schema,
                "annotations": {"readOnlyHint": read_only}})
            }
        }
    }
}

/// A schema in the words that every model's API knows: one type for each argument, and no `null`, which counts as not sent (Gemini refuses
/// a list of types, and a pattern is one more thing that a model obeys where the tool takes more).
pub(super) fn plain(mut schema: Value) -> Value {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(Map::values_mut) {
        make_plain(property);
    }
    schema
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
