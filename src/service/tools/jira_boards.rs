//! Tools that read boards of Jira Software, their sprints, and the issues in either.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, page_request, ten};
use super::asking::{counted, counted_part, next_start, nonsense};
use super::facts::{Facts, Gives};
use super::jira_search::{Query, find, usual_fields};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::atlassian::named_call::NamedCall;
use crate::model::page::PageRequest;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::as_narrowed;

/// The types of boards.
const KINDS: [&str; 3] = ["scrum", "kanban", "simple"];

/// The states of sprints.
const STATES: [&str; 3] = ["active", "future", "closed"];

/// What is shown of a sprint.
pub(super) const SPRINT: [&str; 7] = [
    "id",
    "name",
    "state",
    "goal",
    "startDate:start_date",
    "endDate:end_date",
    "completeDate:complete_date",
];

/// The arguments of `jira_get_agile_boards`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardList {
    board_name: Option<String>,
    project_key: Option<String>,
    /// scrum, kanban or simple.
    board_type: Option<String>,
    /// How many to pass over.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    cursor: Option<String>,
}

/// `jira_get_agile_boards`.
pub(super) struct GetAgileBoards;

impl Operation for GetAgileBoards {
    const NAME: &'static str = "jira_get_agile_boards";
    const FACTS: Facts = Facts {
        title: "List boards",
        description: "Find boards by name, project or type. Page with next_cursor.",
        calls: &["getAllBoards"],
        unlisted: &["start_at"],
        ..Facts::reading(Toolset::JIRA_AGILE, Gives::List("id name type"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = BoardList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: BoardList,
    ) -> Result<Outcome, ServiceError> {
        let call = NamedCall::of(Product::Jira, "getAllBoards", &[]);
        let cursor = arguments.cursor.as_deref();
        let (mut call, start) = counted(call, arguments.start_at, arguments.limit, cursor)?;
        let kind = arguments.board_type.map(|kind| kind.trim().to_lowercase());
        if let Some(unknown) = kind.as_ref().filter(|kind| !KINDS.contains(&kind.as_str())) {
            let why = format!(
                "board_type must be one of {}, and not {unknown:?}",
                KINDS.join(", ")
            );
            return Err(ServiceError::invalid("board_type", why));
        }
        let filters = [
            ("name", arguments.board_name),
            ("projectKeyOrId", arguments.project_key),
            ("type", kind),
        ];
        for (name, value) in filters {
            if let Some(value) = value {
                call = call.with(name, value);
            }
        }
        let answer = context.issues.ask(scope, &call).await?;
        counted_part(&answer, start, &["id", "name", "type"])
    }
}

/// The arguments of `jira_get_sprints_from_board`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SprintList {
    board_id: String,
    /// active, future or closed.
    #[schema(value_type = Option<String>, format = "names")]
    state: Option<Names>,
    /// How many to pass over.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    cursor: Option<String>,
}

/// `jira_get_sprints_from_board`.
pub(super) struct GetSprintsFromBoard;

impl Operation for GetSprintsFromBoard {
    const NAME: &'static str = "jira_get_sprints_from_board";
    const FACTS: Facts = Facts {
        title: "List sprints",
        description: "List a board's sprints with state, dates, goal. Page with next_cursor.",
        calls: &["getAllSprints"],
        unlisted: &["start_at"],
        ..Facts::reading(Toolset::JIRA_AGILE, Gives::List("id name state"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SprintList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SprintList,
    ) -> Result<Outcome, ServiceError> {
        let board = number("board_id", &arguments.board_id)?.to_string();
        let call = NamedCall::of(Product::Jira, "getAllSprints", &[&board]);
        let cursor = arguments.cursor.as_deref();
        let (mut call, start) = counted(call, arguments.start_at, arguments.limit, cursor)?;
        if let Some(states) = states(arguments.state)? {
            call = call.with("state", states);
        }
        let answer = context.issues.ask(scope, &call).await?;
        counted_part(&answer, start, &SPRINT)
    }
}

/// The states as Jira takes them; none where all are meant.
///
/// # Errors
/// `Validation` for a word that is no state.
fn states(given: Option<Names>) -> Result<Option<String>, ServiceError> {
    let given = given.unwrap_or_default().0.into_iter();
    let given: Vec<String> = given.map(|state| state.to_lowercase()).collect();
    if given.is_empty() || given.iter().any(|state| state == "all") {
        return Ok(None);
    }
    if let Some(unknown) = given.iter().find(|state| !STATES.contains(&state.as_str())) {
        let known = STATES.join(", ");
        let why = format!("state must be some of {known}, and not {unknown:?}");
        return Err(ServiceError::invalid("state", why));
    }
    Ok(Some(given.join(",")))
}

/// The arguments of `jira_get_board_issues`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardIssues {
    board_id: String,
    #[serde(default)]
    #[schema(required = false, default = "")]
    jql: String,
    /// Ids or names, comma-separated.
    #[serde(default = "usual_fields")]
    #[schema(required = false, value_type = String, format = "names")]
    fields: Names,
    /// How many to pass over.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    /// Taken for agents that send it; it changes nothing.
    #[serde(rename = "expand")]
    _expand: Option<String>,
    cursor: Option<String>,
}

/// `jira_get_board_issues`.
pub(super) struct GetBoardIssues;

impl Operation for GetBoardIssues {
    const NAME: &'static str = "jira_get_board_issues";
    const FACTS: Facts = Facts {
        title: "List board issues",
        description: "List a board's issues, in its order. Gives the fields asked for. Page with next_cursor.",
        calls: &["getIssuesForBoard", "searchAndReconsileIssuesUsingJqlPost"],
        unlisted: &["start_at", "expand"],
        ..Facts::reading(Toolset::JIRA_AGILE, Gives::List("key"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = BoardIssues;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: BoardIssues,
    ) -> Result<Outcome, ServiceError> {
        let board = number("board_id", &arguments.board_id)?.to_string();
        let call = NamedCall::of(Product::Jira, "getIssuesForBoard", &[&board]);
        let cursor = arguments.cursor.as_deref();
        let (mut call, start) = counted(call, arguments.start_at, arguments.limit, cursor)?;
        if !arguments.jql.trim().is_empty() {
            call = call.with("jql", as_narrowed(&arguments.jql)?);
        }
        let answer = context
            .issues
            .ask(scope, &call.with("fields", "summary"))
            .await?;
        let listed = answer.get("issues").and_then(Value::as_array);
        let listed = listed.ok_or_else(|| nonsense("the answer holds no list"))?;
        let keys: Vec<&str> = listed
            .iter()
            .filter_map(|issue| issue.get("key")?.as_str())
            .collect();
        let next = next_start(&answer, start, keys.len());
        if keys.is_empty() {
            return Ok(Outcome::of_entries(Vec::<Value>::new(), None));
        }
        // The board tells texts in the markup of an older API: its issues are read as everywhere else.
        let page = PageRequest {
            limit: arguments.limit,
            cursor: None,
        };
        let jql = format!("key in ({})", keys.join(", "));
        let query = Query::anywhere(jql, arguments.fields.0, page);
        let place = |issue: &Value| {
            let key = issue.get("key").and_then(Value::as_str);
            keys.iter().position(|one| Some(*one) == key)
        };
        let mut found = find(context, scope, query).await?;
        if let Outcome::List {
            items, next: on, ..
        } = &mut found
        {
            items.sort_by_key(place);
            *on = next;
        }
        Ok(found)
    }
}

/// The arguments of `jira_get_sprint_issues`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SprintIssues {
    sprint_id: String,
    /// Ids or names, comma-separated.
    #[serde(default = "usual_fields")]
    #[schema(required = false, value_type = String, format = "names")]
    fields: Names,
    /// Where to start. Jira Cloud knows cursors only: leave it at 0 and use `cursor`.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    cursor: Option<String>,
}

/// `jira_get_sprint_issues`.
pub(super) struct GetSprintIssues;

impl Operation for GetSprintIssues {
    const NAME: &'static str = "jira_get_sprint_issues";
    const FACTS: Facts = Facts {
        title: "List sprint issues",
        description: "List a sprint's issues, by rank. Gives the fields asked for. Page with next_cursor.",
        calls: &["searchAndReconsileIssuesUsingJqlPost"],
        unlisted: &["start_at"],
        ..Facts::reading(Toolset::JIRA_AGILE, Gives::List("key"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SprintIssues;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SprintIssues,
    ) -> Result<Outcome, ServiceError> {
        if arguments.start_at > 0 {
            let why = "start_at must be 0: Jira goes on from a cursor only";
            return Err(ServiceError::invalid("start_at", why));
        }
        let sprint = number("sprint_id", &arguments.sprint_id)?;
        let page = page_request("limit", arguments.limit, 50, arguments.cursor)?;
        let jql = format!("sprint = {sprint} ORDER BY rank");
        let query = Query::anywhere(jql, arguments.fields.0, page);
        find(context, scope, query).await
    }
}

/// The number that is the id of a board or a sprint.
///
/// # Errors
/// `Validation` for what is none.
pub(super) fn number(argument: &str, text: &str) -> Result<u64, ServiceError> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let lists = match argument {
            "board_id" => "jira_get_agile_boards finds boards by their names",
            _ => "jira_get_sprints_from_board lists the sprints of a board",
        };
        let why = format!("{argument} must be a number, such as 7; {lists}");
        ServiceError::invalid(argument, why)
    })
}
