//! Tools under other people's names: each is one of the usual tools, with its arguments called otherwise.

use serde_json::{Map, Value, json};

use super::facts::Facts;
use super::fitting::{MEMBER, NAMES};
use super::registry::Paging;
use super::told_names::told;
use crate::service::error::ServiceError;

/// Names the site, which the usual tools leave to the connection.
pub(super) const SITE: &str = "cloudId";

/// What an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    /// A number from 0 on.
    Offset,
    Names,
    Object,
    /// The id of a space, whose key the usual tool takes.
    SpaceId,
}

/// An argument, and what the usual tool calls it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    /// A name, or `object.member`; empty for what is taken and does nothing.
    pub(super) usual: &'static str,
    pub(super) kind: Kind,
    pub(super) description: &'static str,
    pub(super) required: bool,
    /// The member of an object that is meant; empty for the whole.
    pub(super) inside: &'static str,
    /// The one value of what does nothing that says what is done anyway: any other is refused. Empty for any.
    pub(super) alone: &'static str,
}

/// A text that may be left out.
pub(super) const fn text(
    name: &'static str,
    usual: &'static str,
    description: &'static str,
) -> Argument {
    Argument {
        name,
        usual,
        kind: Kind::Text,
        description,
        required: false,
        inside: "",
        alone: "",
    }
}

/// A text that does nothing, and may say nothing but `alone`.
pub(super) const fn alone(
    name: &'static str,
    alone: &'static str,
    description: &'static str,
) -> Argument {
    Argument {
        alone,
        ..text(name, "", description)
    }
}

/// A text that is needed.
pub(super) const fn needed(
    name: &'static str,
    usual: &'static str,
    description: &'static str,
) -> Argument {
    Argument {
        required: true,
        ..text(name, usual, description)
    }
}

impl Argument {
    /// The same, of another kind.
    pub(super) const fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The same, of which one member is meant.
    pub(super) const fn inside(self, inside: &'static str) -> Self {
        Self {
            inside,
            kind: Kind::Object,
            ..self
        }
    }

    fn schema(&self) -> Value {
        let mut schema = match self.kind {
            Kind::Text | Kind::SpaceId => json!({ "type": "string" }),
            Kind::Number => json!({ "type": "integer", "minimum": 1 }),
            Kind::Offset => json!({ "type": "integer", "minimum": 0 }),
            Kind::Names => {
                json!({ "type": "array", "items": { "type": "string" }, "format": NAMES })
            }
            Kind::Object => json!({ "type": "object" }),
        };
        if self.inside == "id" {
            schema["format"] = Value::from(MEMBER);
        }
        schema["description"] = Value::from(self.description);
        schema
    }
}

/// A usual tool under another name.
#[derive(Debug)]
pub(super) struct Renamed {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    /// The usual tool.
    pub(super) usual: &'static str,
    /// An argument, and the usual tool that is meant in place of the other where it is given.
    pub(super) with: Option<(&'static str, &'static str)>,
    pub(super) arguments: &'static [Argument],
    pub(super) paging: Option<Paging>,
}

/// What the usual tool is asked.
#[derive(Debug)]
pub(super) struct Asked {
    /// The usual tool.
    pub(super) tool: &'static str,
    /// The site, if one was named.
    pub(super) site: Option<String>,
    /// The id of a space, in place of which the usual tool takes the key in this argument.
    pub(super) space_id: Option<(&'static str, String)>,
    /// Its arguments.
    pub(super) arguments: Map<String, Value>,
}

impl Renamed {
    /// What is told about it: as of the usual tool, in the words of this name.
    pub(super) fn facts(&self, usual: &Facts) -> Facts {
        Facts {
            title: self.title,
            description: self.description,
            unlisted: &[],
            ..*usual
        }
    }

    /// The JSON Schema of its arguments.
    pub(super) fn schema(&self) -> Value {
        let site = text(
            SITE,
            "",
            "The site, by its id or address; without it the connected one.",
        );
        let mut properties = Map::new();
        let mut required = Vec::new();
        for argument in std::iter::once(&site).chain(self.arguments) {
            if properties.contains_key(argument.name) {
                continue;
            }
            properties.insert(argument.name.to_owned(), argument.schema());
            if argument.required {
                required.push(argument.name);
            }
        }
        let mut schema = json!({
            "type": "object", "properties": properties, "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    /// Refuses what asks for something else than is done here, such as a draft: who says so means it.
    ///
    /// # Errors
    /// `Validation`, naming the argument.
    pub(super) fn check(&self, given: &Map<String, Value>) -> Result<(), ServiceError> {
        let meant_otherwise = |argument: &&Argument| {
            let said = given.get(argument.name).and_then(Value::as_str);
            let said = said.map(str::trim).filter(|said| !said.is_empty());
            !argument.alone.is_empty()
                && said.is_some_and(|said| !said.eq_ignore_ascii_case(argument.alone))
        };
        match self.arguments.iter().find(meant_otherwise) {
            None => Ok(()),
            Some(Argument { name, alone, .. }) => {
                let why = format!("{name} takes {alone} only here; nothing was done");
                Err(ServiceError::invalid(name, why))
            }
        }
    }

    /// The call of the usual tool that is meant.
    pub(super) fn asked(&self, given: &Map<String, Value>) -> Asked {
        let there = |name: &str| given.get(name).filter(|value| !value.is_null());
        let other = self.with.filter(|(name, _)| there(name).is_some());
        let mut asked = Asked {
            tool: other.map_or(self.usual, |(_, tool)| tool),
            site: there(SITE).and_then(Value::as_str).map(str::to_owned),
            space_id: None,
            arguments: Map::new(),
        };
        for argument in self.arguments {
            let Some(value) = there(argument.name) else {
                continue;
            };
            let value = match argument.inside {
                "" => Some(value),
                inside => value.get(inside).or_else(|| stand_in(value, inside)),
            };
            let Some(value) = value.filter(|_| !argument.usual.is_empty()) else {
                continue;
            };
            if argument.kind == Kind::SpaceId {
                let id = value.as_str().unwrap_or_default();
                asked.space_id = Some((argument.usual, id.to_owned()));
            } else {
                // Some write the number of an id.
                let value = match value {
                    Value::Number(number) if argument.inside == "id" => json!(number.to_string()),
                    value => value.clone(),
                };
                put(&mut asked.arguments, argument.usual, value);
            }
        }
        asked
    }

    /// A failure with the names of the arguments as they are here.
    pub(super) fn named(&self, error: ServiceError) -> ServiceError {
        let error = told(error, |usual| {
            let mut arguments = self.arguments.iter();
            let found = arguments.find(|argument| argument.usual == usual);
            found.map(|argument| argument.name)
        });
        match error {
            ServiceError::Validation { message, fields } if !self.takes(REPLACE) => {
                let message = without_advice(&message);
                ServiceError::Validation { message, fields }
            }
            other => other,
        }
    }

    fn takes(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name)
    }
}

/// An argument of the usual tools that write texts.
const REPLACE: &str = "replace";
/// How the advice to use it, or the storage format, begins.
const ADVICE: [&str; 2] = ["with `replace: true`", "in storage format"];

/// A sentence without the parts that advise arguments which the tools under other names do not have.
fn without_advice(message: &str) -> String {
    let mut parts = message.split("; ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts
        .filter(|part| !ADVICE.iter().any(|advice| part.starts_with(advice)))
        .fold(first, |told, part| told + "; " + part)
}

/// A name, or the value itself, stands for the id that is meant.
fn stand_in<'a>(value: &'a Value, inside: &str) -> Option<&'a Value> {
    let is_alone = value.is_string() || value.is_number();
    let itself = || is_alone.then_some(value);
    match inside {
        "id" => value.get("name").or_else(itself),
        _ => None,
    }
}

/// Puts a value at `name`, or at `object.member` in an object that may be there already.
fn put(arguments: &mut Map<String, Value>, name: &str, value: Value) {
    let Some((object, member)) = name.split_once('.') else {
        arguments.insert(name.to_owned(), value);
        return;
    };
    let object = arguments.entry(object).or_insert_with(|| json!({}));
    if let Some(object) = object.as_object_mut() {
        object.insert(member.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVE: Renamed = Renamed {
        name: "moveIt",
        title: "Move",
        description: "Move it.",
        usual: "jira_transition_issue",
        with: Some(("to", "jira_update_issue")),
        arguments: &[
            needed("issueIdOrKey", "issue_key", "The issue."),
            text("transition", "transition_id", "How.").inside("id"),
            text("more", "additional_fields", "More.").of(Kind::Object),
            text("parent", "additional_fields.parent", "Above."),
            text("to", "to", "Where."),
        ],
        paging: None,
    };

    fn asked(given: &Value) -> Asked {
        MOVE.asked(given.as_object().unwrap())
    }

    #[test]
    fn arguments_come_under_the_names_of_the_usual_tool() {
        let given = json!({"cloudId": "acme", "issueIdOrKey": "EX-1", "transition": {"id": "5"},
            "more": {"a": 1}, "parent": "EX-2", "to": null});
        let asked = asked(&given);
        assert_eq!(
            (asked.tool, asked.site.as_deref()),
            ("jira_transition_issue", Some("acme"))
        );
        assert_eq!(
            Value::Object(asked.arguments),
            json!({"issue_key": "EX-1", "transition_id": "5", "additional_fields": {"a": 1, "parent": "EX-2"}})
        );
        let by_name = super::tests::asked(&json!({"transition": {"name": "Done"}}));
        assert_eq!(by_name.arguments["transition_id"], "Done");
        assert_eq!(
            super::tests::asked(&json!({"to": "x"})).tool,
            "jira_update_issue"
        );
    }

    #[test]
    fn nobody_is_told_of_an_argument_that_there_is_not() {
        let why =
            "description would destroy x; with `replace: true` it is written; nothing was written";
        let error = MOVE.named(ServiceError::invalid("description", why));
        let ServiceError::Validation { message, .. } = error else {
            panic!("another failure");
        };
        assert_eq!(message, "description would destroy x; nothing was written");
    }

    #[test]
    fn failures_name_the_arguments_as_they_are_here() {
        let error = ServiceError::invalid("issue_key", "issue_key is no issue's key");
        let ServiceError::Validation { message, fields } = MOVE.named(error) else {
            panic!("another failure");
        };
        assert_eq!(message, "issueIdOrKey is no issue's key");
        assert_eq!(fields, ["issueIdOrKey"]);
    }
}
