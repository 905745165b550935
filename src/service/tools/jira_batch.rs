//! The tool that makes several issues at once.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::read;
use super::facts::{Facts, Gives};
use super::jira_writing::{CreateIssueArguments, draft_of};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::issue_draft::IssueDraft;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::of_entry;

/// How many issues Jira makes at once.
const MOST: usize = 50;
/// What an issue is described by; everything else is a further field.
const ARGUMENTS: [&str; 7] = [
    "project_key",
    "summary",
    "issue_type",
    "assignee",
    "description",
    "components",
    "additional_fields",
];

/// A list of objects, or the same as JSON in a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects(Vec<Map<String, Value>>);

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = |_| D::Error::custom("not a list of JSON objects");
        let read = match Value::deserialize(deserializer)? {
            Value::String(text) => serde_json::from_str(&text).map_err(wrong)?,
            other => serde_json::from_value(other).map_err(wrong)?,
        };
        Ok(Self(read))
    }
}

/// The arguments of `jira_batch_create_issues`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIssues {
    /// Each as the arguments of jira_create_issue.
    #[expect(clippy::doc_markdown, reason = "models read it, and pay for signs")]
    #[schema(value_type = Vec<Object>)]
    issues: Objects,
    #[serde(default)]
    #[schema(required = false, default = false)]
    validate_only: bool,
}

/// `jira_batch_create_issues`.
pub(super) struct BatchCreateIssues;

impl Operation for BatchCreateIssues {
    const NAME: &'static str = "jira_batch_create_issues";
    const FACTS: Facts = Facts {
        title: "Create issues",
        description: "Create up to 50 issues. Gives created (place, key as id, url) and failed with why.",
        calls: &["createIssues"],
        unlisted: &["validate_only"],
        ..Facts::adding(Toolset::JIRA_ISSUES, Gives::Object("created failed"))
    };
    type Arguments = NewIssues;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewIssues,
    ) -> Result<Outcome, ServiceError> {
        let asked = arguments.issues.0;
        if asked.is_empty() || asked.len() > MOST {
            let why = format!("issues must be a list of 1 to {MOST} issues");
            return Err(ServiceError::invalid("issues", why));
        }
        let mut drafts = Vec::new();
        for (place, issue) in asked.into_iter().enumerate() {
            let draft = draft(issue);
            drafts.push(draft.map_err(|error| of_entry(place, error))?);
        }
        let number = drafts.len();
        let only = arguments.validate_only;
        let done = context.issues.create_many(scope, drafts, only).await?;
        let made = done.made.into_iter().map(|(place, one)| {
            json!({ "index": place, "id": one.id, "url": one.url, "title": one.title })
        });
        let valid = number.saturating_sub(done.refused.len());
        let refused = done.refused.into_iter();
        let refused = refused.map(|(place, why)| json!({ "index": place, "why": why }));
        let mut answer = json!({
            "created": made.collect::<Vec<_>>(), "failed": refused.collect::<Vec<_>>(),
        });
        if only {
            answer["valid"] = json!(valid);
            // What else Jira refuses, it says when the issue is made.
            answer["checked"] = json!(["project_key", "issue_type", "summary", "assignee"]);
        }
        Ok(Outcome::of_object(answer))
    }
}

/// One of the issues. Fields that are no arguments are further fields.
fn draft(issue: Map<String, Value>) -> Result<IssueDraft, ServiceError> {
    let (mut arguments, mut further) = (Map::new(), Map::new());
    for (name, value) in issue.into_iter().filter(|(_, value)| !value.is_null()) {
        if ARGUMENTS.contains(&name.as_str()) {
            arguments.insert(name, value);
        } else {
            further.insert(name, value);
        }
    }
    match arguments.get_mut("additional_fields") {
        Some(Value::Object(fields)) => fields.append(&mut further),
        _ if further.is_empty() => {}
        _ => {
            let further = Value::Object(further);
            arguments.insert(String::from("additional_fields"), further);
        }
    }
    let arguments: CreateIssueArguments = read(Value::Object(arguments))?;
    draft_of(arguments)
}
