//! What is told about a tool besides its arguments: for people, for models, and for whoever decides who may run it.

use serde_json::{Value, json};

use crate::model::toolset::Toolset;

/// What a tool does to the things that people work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolEffect {
    /// It changes nothing.
    Reads,
    /// It adds something, and leaves what is there as it is.
    Adds,
    /// It may change or delete what is there.
    Changes,
}

/// What a tool gives: a list of objects or one object. The words are the members that are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// `items`, each with these members.
    List(&'static str),
    /// An object with these members.
    Object(&'static str),
}

impl Gives {
    /// The JSON Schema of the result. Other members may be there: which, depends on what was asked for. It says no more than
    /// what a reader can rely on, and what goes without saying of a list and its entries is left out: a model's context pays for
    /// every word.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Object(members) => {
                json!({ "type": "object", "required": words(members) })
            }
            Self::List(members) => json!({
                "type": "object",
                "required": ["items"],
                "properties": { "items": { "items": { "required": words(members) } } },
            }),
        }
    }
}

fn words(members: &str) -> Vec<&str> {
    members.split_whitespace().collect()
}

/// All that is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// A name for people.
    pub title: &'static str,
    /// When to use it, what comes back, how to go on: for a model to read.
    pub description: &'static str,
    /// Where it belongs.
    pub toolset: Toolset,
    /// What it does.
    pub effect: ToolEffect,
    /// Whether doing it twice is no more than doing it once.
    pub idempotent: bool,
    /// The operations of Atlassian's that it cannot do without, by their names in `policy`.
    pub calls: &'static [&'static str],
    /// What comes back.
    pub gives: Gives,
    /// Whether a Data Center has nothing that it could call.
    pub cloud_only: bool,
    /// Arguments that are taken for those who send them, and shown to nobody: they do nothing, say what another one says,
    /// are for programs and not for models, or are refused with a sentence of their own.
    pub unlisted: &'static [&'static str],
}

impl Facts {
    /// Those of a tool that changes nothing.
    pub(super) const fn reading(toolset: Toolset, gives: Gives) -> Self {
        Self {
            title: "",
            description: "",
            toolset,
            effect: ToolEffect::Reads,
            idempotent: true,
            calls: &[],
            gives,
            cloud_only: false,
            unlisted: &[],
        }
    }

    /// Those of a tool that adds something: doing it twice makes two.
    pub(super) const fn adding(toolset: Toolset, gives: Gives) -> Self {
        Self {
            effect: ToolEffect::Adds,
            idempotent: false,
            ..Self::reading(toolset, gives)
        }
    }

    /// Those of a tool that changes what is there.
    pub(super) const fn changing(toolset: Toolset, gives: Gives) -> Self {
        Self {
            effect: ToolEffect::Changes,
            ..Self::adding(toolset, gives)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_described_by_what_is_always_there() {
        assert_eq!(
            Gives::Object("id title").schema(),
            json!({"type": "object", "required": ["id", "title"]})
        );
        assert_eq!(
            Gives::List("key").schema(),
            json!({"type": "object", "required": ["items"], "properties":
                {"items": {"items": {"required": ["key"]}}}})
        );
    }
}
