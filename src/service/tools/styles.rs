//! The list of tools in the forms that models' APIs take, so that it can be handed to them as it is.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::facts::{Facts, ToolEffect};
use super::schemas::for_models;
use super::{Tool, ToolDescription};

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
    /// That of the Model Context Protocol: `{name, title, description, inputSchema, outputSchema, annotations}`.
    Mcp,
}

impl ToolStyle {
    /// A tool in this form.
    pub(crate) fn form(self, tool: &Tool) -> Value {
        let (name, facts) = (tool.name, &tool.facts);
        let description = facts.description;
        let schema = || for_models(tool.input_schema().clone(), facts.unlisted);
        match self {
            Self::Plain => json!(ToolDescription::from(tool)),
            Self::OpenAi => json!({"type": "function",
                "function": {"name": name, "description": description, "parameters": schema()}}),
            Self::Anthropic => {
                json!({"name": name, "description": description, "input_schema": schema()})
            }
            Self::Mcp => json!({"name": name, "title": facts.title, "description": description,
                "inputSchema": open(schema()), "outputSchema": tool.output_schema(),
                "annotations": annotations(facts)}),
        }
    }
}

/// A schema without the word that it has no other members: a call with others is refused by their names all the same, and clients
/// that want the word put it there themselves.
fn open(mut schema: Value) -> Value {
    if let Some(words) = schema.as_object_mut() {
        words.remove("additionalProperties");
    }
    schema
}

/// What clients decide by whether they ask their person first. All four are said of every tool: clients and catalogues look for
/// them, and few know what the protocol takes for granted of one that is left out.
fn annotations(facts: &Facts) -> Value {
    json!({
        "readOnlyHint": facts.effect == ToolEffect::Reads,
        "destructiveHint": facts.effect == ToolEffect::Changes,
        "idempotentHint": facts.idempotent,
        // Other people work there, too.
        "openWorldHint": true,
    })
}
