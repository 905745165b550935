//! Tools that move issues through their workflow.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::JsonObject;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::model::transition::{TransitionById, TransitionRequest};
use crate::service::error::ServiceError;

/// The arguments of `jira_get_transitions`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueOnly {
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    pub(super) issue_key: String,
}

/// `jira_get_transitions`.
pub(super) struct GetTransitions;

impl Operation for GetTransitions {
    const NAME: &'static str = "jira_get_transitions";
    const FACTS: Facts = Facts {
        title: "List transitions",
        description: "List the transitions an issue can make now. Gives the status and fields of each.",
        calls: &["getTransitions"],
        ..Facts::reading(Toolset::JIRA_TRANSITIONS, Gives::List("id name"))
    };
    type Arguments = IssueOnly;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: IssueOnly,
    ) -> Result<Outcome, ServiceError> {
        let found = context
            .issues
            .transitions(scope, &arguments.issue_key)
            .await?;
        Ok(Outcome::of_entries(
            found.into_iter().map(|transition| transition.value),
            None,
        ))
    }
}

/// The arguments of `jira_transition_issue`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    /// Id or name.
    #[schema(example = "31")]
    transition_id: String,
    /// The name that goes with the id, if somebody gives both.
    transition_name: Option<String>,
    /// What the transition asks for, in Jira's form.
    #[schema(value_type = Option<JsonObject>, inline)]
    fields: Option<JsonObject>,
    /// Markdown.
    comment: Option<String>,
    /// Write even if what Markdown cannot say is lost.
    #[serde(default)]
    #[schema(required = false, default = false)]
    replace: bool,
}

/// `jira_transition_issue`.
pub(super) struct TransitionIssue;

impl Operation for TransitionIssue {
    const NAME: &'static str = "jira_transition_issue";
    const FACTS: Facts = Facts {
        title: "Move issue",
        description: "Move an issue to another status, which it gives. jira_get_transitions lists the ways.",
        calls: &["doTransition"],
        unlisted: &["transition_name"],
        ..Facts::changing(Toolset::JIRA_TRANSITIONS, Gives::Object("key url status"))
    };
    type Arguments = Step;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Step,
    ) -> Result<Outcome, ServiceError> {
        if let Some(name) = &arguments.transition_name {
            expect_name(context, scope, &arguments, name).await?;
        }
        let fields = arguments.fields.map(|fields| Value::Object(fields.0));
        let request = json!({
            "transition_id": arguments.transition_id, "comment": arguments.comment, "fields": fields,
            "replace": arguments.replace,
        });
        let request = TransitionRequest::from(TransitionById::read(&request)?);
        let issue = context
            .issues
            .transition(scope, &arguments.issue_key, &request)
            .await?;
        Ok(Outcome::of_object(json!({
            "key": issue.value.key, "id": issue.value.id, "title": issue.value.title,
            "status": issue.value.status, "url": issue.value.url,
        })))
    }
}

/// Refuses an id and a name that mean two transitions: ids differ from one workflow to the next, and whoever carries one along means
/// the name.
///
/// # Errors
/// `Validation` for those; those of listing transitions.
async fn expect_name(
    context: &ToolContext,
    scope: &Scope,
    step: &Step,
    name: &str,
) -> Result<(), ServiceError> {
    let (id, name) = (step.transition_id.trim(), name.trim());
    if id.eq_ignore_ascii_case(name) {
        return Ok(());
    }
    let listed = context.issues.transitions(scope, &step.issue_key).await?;
    let mut listed = listed.iter().map(|transition| &transition.value);
    let Some(found) = listed.find(|transition| transition.id == id) else {
        return Ok(());
    };
    let leads_there = [Some(found.name.as_str()), found.to_status.as_deref()];
    let is_it = |word: &str| word.eq_ignore_ascii_case(name);
    if leads_there.into_iter().flatten().any(is_it) {
        return Ok(());
    }
    let why = format!(
        "transition_id {id} is {} here, and the name says {name}: leave one of them out; nothing was written",
        found.name
    );
    Err(ServiceError::invalid("transition_id", why))
}
