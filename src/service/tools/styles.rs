//! The list of tools in the forms that models' APIs take, so that it can be handed to them as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
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
    /// A tool in this form, as text: its members have an order.
    pub(crate) fn form(self, tool: &Tool) -> Box<RawValue> {
        let (name, facts) = (tool.name, &tool.facts);
        let description = facts.description;
        let schema = || for_models(tool.input_schema().clone(), facts.unlisted);
        match self {
            Self::Plain => raw(&ToolDescription::from(tool)),
            Self::OpenAi => raw(&json!({"type": "function",
                "function": {"name": name, "description": description, "parameters": schema()}})),
            Self::Anthropic => {
                raw(&json!({"name": name, "description": description, "input_schema": schema()}))
            }
            Self::Mcp => raw(&McpTool {
                name,
                title: facts.title,
                description,
                input_schema: Schema::of(schema()),
                annotations: Annotations::of(facts),
                output_schema: Schema::of(tool.output_schema()),
            }),
        }
    }
}

fn raw(form: &impl Serialize) -> Box<RawValue> {
    to_raw_value(form).unwrap_or_default()
}

/// A tool as the Model Context Protocol has it. What a model's context pays for it depends on the order of the members, which
/// is the cheapest, and the one in which people read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct McpTool {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    input_schema: Schema,
    annotations: Annotations,
    output_schema: Schema,
}

/// A schema of an object without the word that it has no other members: a call with others is refused by their names all the same,
/// and clients that want the word put it there themselves.
#[derive(Debug, Serialize)]
struct Schema {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<BTreeMap<String, Property>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<Value>,
}

impl Schema {
    fn of(mut schema: Value) -> Self {
        let properties = schema.get_mut("properties").map(Value::take);
        Self {
            kind: "object",
            properties: properties.and_then(|all| serde_json::from_value(all).ok()),
            required: schema.get_mut("required").map(Value::take),
        }
    }
}

/// A member of such an object.
#[derive(Debug, Serialize, Deserialize)]
struct Property {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// What clients decide by whether they ask their person first. All four are said of every tool: clients and catalogues look for
/// them, and few know what the protocol takes for granted of one that is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the protocol has four hints")]
struct Annotations {
    read_only_hint: bool,
    destructive_hint: bool,
    idempotent_hint: bool,
    open_world_hint: bool,
}

impl Annotations {
    fn of(facts: &Facts) -> Self {
        Self {
            read_only_hint: facts.effect == ToolEffect::Reads,
            destructive_hint: facts.effect == ToolEffect::Changes,
            idempotent_hint: facts.idempotent,
            // Other people work there, too.
            open_world_hint: true,
        }
    }
}
