//! Tools that plan sprints: make and change them, and fill them.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::Names;
use super::asking::few;
use super::facts::{Facts, Gives};
use super::jira_boards::{SPRINT, number};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::named_call::NamedCall;
use crate::model::issue_key::IssueKey;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// How many issues Jira moves at once.
const MOST_MOVED: usize = 50;

/// The arguments of `jira_create_sprint`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSprint {
    /// The board's id.
    board_id: String,
    /// At most 30 letters.
    name: String,
    /// When it is to begin, such as 2026-02-02T09:00:00Z.
    start_date: Option<String>,
    /// When it is to end.
    end_date: Option<String>,
    /// What is to be reached.
    goal: Option<String>,
}

/// `jira_create_sprint`.
pub(super) struct CreateSprint;

impl Operation for CreateSprint {
    const NAME: &'static str = "jira_create_sprint";
    const FACTS: Facts = Facts {
        title: "Make a sprint",
        description: "Make a sprint on a scrum board of Jira Software; it does not begin by itself. Gives its id. Fill it with jira_add_issues_to_sprint.",
        calls: &["createSprint"],
        ..Facts::adding(Toolset::JIRA_AGILE, Gives::Object("id name state"))
    };
    type Arguments = NewSprint;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewSprint,
    ) -> Result<Outcome, ServiceError> {
        let mut sprint = Map::new();
        let board = number("board_id", &arguments.board_id)?;
        sprint.insert(String::from("originBoardId"), json!(board));
        put(
            &mut sprint,
            [
                ("name", Some(arguments.name)),
                ("startDate", arguments.start_date),
                ("endDate", arguments.end_date),
                ("goal", arguments.goal),
            ],
        );
        let call = NamedCall::of(Product::Jira, "createSprint", &[]);
        let call = call.sending(Value::Object(sprint));
        let made = context.issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(few(&made, &SPRINT)))
    }
}

/// The arguments of `jira_update_sprint`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedSprint {
    /// The sprint's id.
    sprint_id: String,
    /// At most 30 letters.
    name: Option<String>,
    /// `active` starts it, `closed` ends it.
    state: Option<String>,
    /// When it begins, such as 2026-02-02T09:00:00Z.
    start_date: Option<String>,
    /// When it ends.
    end_date: Option<String>,
    /// What is to be reached.
    goal: Option<String>,
}

/// `jira_update_sprint`.
pub(super) struct UpdateSprint;

impl Operation for UpdateSprint {
    const NAME: &'static str = "jira_update_sprint";
    const FACTS: Facts = Facts {
        title: "Change a sprint",
        description: "Change a sprint of Jira Software, start or end it; only what is named is touched. A sprint needs both dates to be started. Gives the sprint.",
        calls: &["partiallyUpdateSprint"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_AGILE, Gives::Object("id name state"))
    };
    type Arguments = ChangedSprint;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: ChangedSprint,
    ) -> Result<Outcome, ServiceError> {
        let id = number("sprint_id", &arguments.sprint_id)?.to_string();
        let mut sprint = Map::new();
        put(
            &mut sprint,
            [
                ("name", arguments.name),
                ("state", arguments.state),
                ("startDate", arguments.start_date),
                ("endDate", arguments.end_date),
                ("goal", arguments.goal),
            ],
        );
        if sprint.is_empty() {
            let why = "name, state, start_date, end_date or goal is needed: what is to change?";
            return Err(ServiceError::invalid("name", why));
        }
        let call = NamedCall::of(Product::Jira, "partiallyUpdateSprint", &[&id]);
        let call = call.sending(Value::Object(sprint));
        let changed = context.issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(few(&changed, &SPRINT)))
    }
}

/// What was given, under Jira's names.
fn put<const N: usize>(sprint: &mut Map<String, Value>, given: [(&str, Option<String>); N]) {
    for (name, value) in given {
        if let Some(value) = value {
            sprint.insert(name.to_owned(), Value::from(value));
        }
    }
}

/// The arguments of `jira_add_issues_to_sprint`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filling {
    /// The sprint's id.
    sprint_id: String,
    /// Keys of up to 50 issues, with commas between.
    #[schema(value_type = String, format = "names")]
    issue_keys: Names,
}

/// `jira_add_issues_to_sprint`.
pub(super) struct AddIssuesToSprint;

impl Operation for AddIssuesToSprint {
    const NAME: &'static str = "jira_add_issues_to_sprint";
    const FACTS: Facts = Facts {
        title: "Put issues into a sprint",
        description: "Move Jira issues into a sprint that has not ended, out of any other: all of them or none. Gives the keys.",
        calls: &["moveIssuesToSprint"],
        idempotent: true,
        ..Facts::changing(
            Toolset::JIRA_AGILE,
            Gives::Object("sprint_id issue_keys:array"),
        )
    };
    type Arguments = Filling;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Filling,
    ) -> Result<Outcome, ServiceError> {
        let id = number("sprint_id", &arguments.sprint_id)?.to_string();
        let keys = issue_keys("issue_keys", &arguments.issue_keys.0, MOST_MOVED)?;
        let call = NamedCall::of(Product::Jira, "moveIssuesToSprint", &[&id]);
        let call = call.sending(json!({ "issues": keys }));
        context.issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "sprint_id": id, "issue_keys": keys }),
        ))
    }
}

/// The arguments of `jira_move_issues_to_backlog`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Emptying {
    /// Keys of up to 50 issues, with commas between.
    #[schema(value_type = String, format = "names")]
    issue_keys: Names,
}

/// `jira_move_issues_to_backlog`.
pub(super) struct MoveIssuesToBacklog;

impl Operation for MoveIssuesToBacklog {
    const NAME: &'static str = "jira_move_issues_to_backlog";
    const FACTS: Facts = Facts {
        title: "Move issues to the backlog",
        description: "Take Jira issues out of their sprints, back to the backlog: all of them or none. Gives the keys.",
        calls: &["moveIssuesToBacklog"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_AGILE, Gives::Object("issue_keys:array"))
    };
    type Arguments = Emptying;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Emptying,
    ) -> Result<Outcome, ServiceError> {
        let keys = issue_keys("issue_keys", &arguments.issue_keys.0, MOST_MOVED)?;
        let call = NamedCall::of(Product::Jira, "moveIssuesToBacklog", &[]);
        let call = call.sending(json!({ "issues": keys }));
        context.issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(json!({ "issue_keys": keys })))
    }
}

/// Keys of issues, at least one and at most `most`.
///
/// # Errors
/// `Validation` for none, for too many, and for what is no key.
pub(super) fn issue_keys(
    argument: &str,
    names: &[String],
    most: usize,
) -> Result<Vec<String>, ServiceError> {
    let wrong = |why: String| ServiceError::invalid(argument, why);
    if names.is_empty() || names.len() > most {
        return Err(wrong(format!(
            "{argument} must name from 1 to {most} issues"
        )));
    }
    let keys = names.iter().map(|name| {
        let key = IssueKey::parse(name.trim());
        key.map(|key| key.as_str().to_owned()).map_err(|_| {
            wrong(format!(
                "{argument} names {name:?}, which is no issue's key"
            ))
        })
    });
    keys.collect()
}
