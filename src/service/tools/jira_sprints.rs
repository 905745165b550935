//! Tools that plan sprints: make and change them, and fill them.

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::Names;
use super::asking::{expect_id, few};
use super::facts::{Facts, Gives};
use super::jira_boards::{SPRINT, number};
use super::outcome::Outcome;
use super::registry::Operation;
use super::times::span;
use crate::atlassian::named_call::NamedCall;
use crate::model::issue_key::IssueKey;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::Issues;

/// How many issues Jira moves at once.
const MOST_MOVED: usize = 50;
/// How many of them are looked at at once, where some are missing.
const LOOKS_AT_ONCE: usize = 5;

/// The arguments of `jira_create_sprint`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSprint {
    board_id: String,
    /// Up to 30 letters.
    name: String,
    /// With its zone.
    start_date: Option<String>,
    end_date: Option<String>,
    goal: Option<String>,
}

/// `jira_create_sprint`.
pub(super) struct CreateSprint;

impl Operation for CreateSprint {
    const NAME: &'static str = "jira_create_sprint";
    const FACTS: Facts = Facts {
        title: "Create sprint",
        description: "Create a sprint on a scrum board; it does not start. jira_add_issues_to_sprint fills it.",
        calls: &["createSprint"],
        ..Facts::adding(Toolset::JIRA_AGILE, Gives::Object("id name state"))
    };
    type Arguments = NewSprint;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewSprint,
    ) -> Result<Outcome, ServiceError> {
        let [start, end] = dates(
            arguments.start_date.as_deref(),
            arguments.end_date.as_deref(),
        )?;
        let mut sprint = Map::new();
        let board = number("board_id", &arguments.board_id)?;
        sprint.insert(String::from("originBoardId"), json!(board));
        put(
            &mut sprint,
            [
                ("name", Some(arguments.name)),
                ("startDate", start),
                ("endDate", end),
                ("goal", arguments.goal),
            ],
        );
        let call = NamedCall::of(Product::Jira, "createSprint", &[]);
        let call = call.sending(Value::Object(sprint));
        let made = context.issues.ask(scope, &call).await?;
        expect_id(&made)?;
        Ok(Outcome::of_object(few(&made, &SPRINT)))
    }
}

/// The arguments of `jira_update_sprint`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedSprint {
    sprint_id: String,
    name: Option<String>,
    /// active starts, closed ends it.
    state: Option<String>,
    /// With its zone.
    start_date: Option<String>,
    end_date: Option<String>,
    goal: Option<String>,
}

/// `jira_update_sprint`.
pub(super) struct UpdateSprint;

impl Operation for UpdateSprint {
    const NAME: &'static str = "jira_update_sprint";
    const FACTS: Facts = Facts {
        title: "Change sprint",
        description: "Change, start or end a sprint; what is not named stays. To start it needs both dates.",
        calls: &["partiallyUpdateSprint"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_AGILE, Gives::Object("id name state"))
    };
    const TELLING: &'static [&'static str] = &["goal"];
    type Arguments = ChangedSprint;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: ChangedSprint,
    ) -> Result<Outcome, ServiceError> {
        let id = number("sprint_id", &arguments.sprint_id)?.to_string();
        let [start, end] = dates(
            arguments.start_date.as_deref(),
            arguments.end_date.as_deref(),
        )?;
        let mut sprint = Map::new();
        put(
            &mut sprint,
            [
                ("name", arguments.name),
                ("state", arguments.state),
                ("startDate", start),
                ("endDate", end),
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

/// When a sprint begins and ends.
///
/// # Errors
/// Those of [`span`].
fn dates(start: Option<&str>, end: Option<&str>) -> Result<[Option<String>; 2], ServiceError> {
    span(("start_date", start), ("end_date", end))
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
    sprint_id: String,
    /// Up to 50, comma-separated.
    #[schema(value_type = String, format = "names")]
    issue_keys: Names,
}

/// `jira_add_issues_to_sprint`.
pub(super) struct AddIssuesToSprint;

impl Operation for AddIssuesToSprint {
    const NAME: &'static str = "jira_add_issues_to_sprint";
    const FACTS: Facts = Facts {
        title: "Put into sprint",
        description: "Move issues into a sprint that has not ended. All or none.",
        calls: &["moveIssuesToSprint"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_AGILE, Gives::Object("sprint_id issue_keys"))
    };
    type Arguments = Filling;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Filling,
    ) -> Result<Outcome, ServiceError> {
        let id = number("sprint_id", &arguments.sprint_id)?.to_string();
        let named = ("issue_keys", arguments.issue_keys.0.as_slice());
        let (issues, keys) = issue_keys(context, scope, named, MOST_MOVED).await?;
        let call = NamedCall::of(Product::Jira, "moveIssuesToSprint", &[&id]);
        move_all(&issues, scope, call, &keys).await?;
        Ok(Outcome::of_object(
            json!({ "sprint_id": id, "issue_keys": keys }),
        ))
    }
}

/// The arguments of `jira_move_issues_to_backlog`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Emptying {
    /// Up to 50, comma-separated.
    #[schema(value_type = String, format = "names")]
    issue_keys: Names,
}

/// `jira_move_issues_to_backlog`.
pub(super) struct MoveIssuesToBacklog;

impl Operation for MoveIssuesToBacklog {
    const NAME: &'static str = "jira_move_issues_to_backlog";
    const FACTS: Facts = Facts {
        title: "Move to backlog",
        description: "Take issues out of their sprints. All or none.",
        calls: &["moveIssuesToBacklog"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_AGILE, Gives::Object("issue_keys"))
    };
    type Arguments = Emptying;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Emptying,
    ) -> Result<Outcome, ServiceError> {
        let named = ("issue_keys", arguments.issue_keys.0.as_slice());
        let (issues, keys) = issue_keys(context, scope, named, MOST_MOVED).await?;
        let call = NamedCall::of(Product::Jira, "moveIssuesToBacklog", &[]);
        move_all(&issues, scope, call, &keys).await?;
        Ok(Outcome::of_object(json!({ "issue_keys": keys })))
    }
}

/// Moves issues, all or none. Jira says of some that they are not there, and not which of them it is.
///
/// # Errors
/// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` names the issues.
async fn move_all(
    issues: &Issues,
    scope: &Scope,
    call: NamedCall,
    keys: &[String],
) -> Result<(), ServiceError> {
    let call = call.sending(json!({ "issues": keys }));
    let refusal = match issues.ask(scope, &call).await {
        Ok(_) => return Ok(()),
        Err(refusal @ (ServiceError::NotFound(_) | ServiceError::Rejected { .. })) => refusal,
        Err(error) => return Err(error),
    };
    let mut missing = Vec::new();
    for some in keys.chunks(LOOKS_AT_ONCE) {
        let looked = some.iter().map(|key| issues.shown_issue(scope, key));
        let looked = join_all(looked).await;
        let gone = some.iter().zip(looked).filter_map(|(key, read)| {
            matches!(read, Err(ServiceError::NotFound(_))).then_some(key.as_str())
        });
        missing.extend(gone);
    }
    if missing.is_empty() {
        return Err(refusal);
    }
    Err(ServiceError::NotFound(format!(
        "there is no issue {} that this account may see; none was moved",
        missing.join(", ")
    )))
}

/// Issues by their keys, numbers or addresses, at least one and at most `most`; and the issues of the site where all of them lie.
///
/// # Errors
/// `Validation` for none, for too many, for what names no issue, and for issues of several sites.
pub(super) async fn issue_keys(
    context: &ToolContext,
    scope: &Scope,
    (argument, names): (&str, &[String]),
    most: usize,
) -> Result<(Issues, Vec<String>), ServiceError> {
    let wrong = |why: String| Err(ServiceError::invalid(argument, why));
    if names.is_empty() || names.len() > most {
        return wrong(format!("{argument} must name from 1 to {most} issues"));
    }
    let mut site: Option<Issues> = None;
    let mut keys = Vec::new();
    for name in names {
        let (there, key) = context.issues.named(scope, name.trim()).await?;
        let Ok(key) = IssueKey::parse(key.trim()) else {
            return wrong(format!(
                "{argument} names {name:?}, which is no issue's key"
            ));
        };
        keys.push(key.as_str().to_owned());
        if site.as_ref().is_some_and(|site| !site.are_where(&there)) {
            return wrong(format!("{argument} must name issues of one site"));
        }
        site = Some(there);
    }
    let site = site.unwrap_or_else(|| context.issues.clone());
    Ok((site, keys))
}
