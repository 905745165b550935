//! The list of tools in the forms that models' APIs take, so that it can be handed to them as it is.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolDescription;
use super::schemas::leave_out_own_words;

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
                leave_out_own_words(&mut tool.input_schema);
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
