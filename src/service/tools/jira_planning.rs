//! Tools about plans: versions and components of projects, boards and sprints.

use serde::Deserialize;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, ten};
use super::asking::{OneProject, entries, next_start, start_of, whole};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::atlassian::named_call::NamedCall;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// `jira_get_project_versions`.
pub(super) struct GetProjectVersions;

impl Operation for GetProjectVersions {
    const NAME: &'static str = "jira_get_project_versions";
    const FACTS: Facts = Facts {
        title: "List a Jira project's versions",
        description: "List the versions of a Jira project, with dates and whether they are released. Use a name in fixVersions and in JQL.",
        calls: &["getProjectVersions"],
        ..Facts::reading(Toolset::JIRA_PROJECTS, Gives::List("id name"))
    };
    type Arguments = OneProject;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneProject,
    ) -> Result<Outcome, ServiceError> {
        let segments = [arguments.project_key.as_str()];
        let call = NamedCall::of(Product::Jira, "getProjectVersions", &segments);
        let answer = context.issues.ask(scope, &call).await?;
        let members = [
            "id",
            "name",
            "description",
            "released",
            "archived",
            "overdue",
            "startDate:start_date",
            "releaseDate:release_date",
        ];
        Ok(whole(entries(&answer, "values", &members)))
    }
}

/// `jira_get_project_components`.
pub(super) struct GetProjectComponents;

impl Operation for GetProjectComponents {
    const NAME: &'static str = "jira_get_project_components";
    const FACTS: Facts = Facts {
        title: "List a Jira project's components",
        description: "List the components of a Jira project, with who leads them. Use a name in components and in JQL.",
        calls: &["getProjectComponents"],
        ..Facts::reading(Toolset::JIRA_PROJECTS, Gives::List("id name"))
    };
    type Arguments = OneProject;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneProject,
    ) -> Result<Outcome, ServiceError> {
        let segments = [arguments.project_key.as_str()];
        let call = NamedCall::of(Product::Jira, "getProjectComponents", &segments);
        let answer = context.issues.ask(scope, &call).await?;
        let members = ["id", "name", "description", "lead"];
        Ok(whole(entries(&answer, "values", &members)))
    }
}

/// The arguments of `jira_get_agile_boards`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardList {
    /// Looked for in their names.
    board_name: Option<String>,
    /// The key of the project they show.
    project_key: Option<String>,
    /// `scrum`, `kanban` or `simple`.
    board_type: Option<String>,
    /// How many to pass over.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    /// The most boards, from 1 to 50.
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// `jira_get_agile_boards`.
pub(super) struct GetAgileBoards;

impl Operation for GetAgileBoards {
    const NAME: &'static str = "jira_get_agile_boards";
    const FACTS: Facts = Facts {
        title: "List Jira boards",
        description: "Find the boards of Jira Software by name, project or type. jira_get_sprints_from_board goes on with a board's id. Pass next_cursor as cursor for more.",
        calls: &["getAllBoards"],
        ..Facts::reading(Toolset::JIRA_AGILE, Gives::List("id name type"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = BoardList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: BoardList,
    ) -> Result<Outcome, ServiceError> {
        page_request("limit", arguments.limit, 50, None)?;
        let start = start_of(arguments.cursor.as_deref())?.max(u64::from(arguments.start_at));
        let mut call = NamedCall::of(Product::Jira, "getAllBoards", &[])
            .with("startAt", start.to_string())
            .with("maxResults", arguments.limit.to_string());
        let filters = [
            ("name", arguments.board_name),
            ("projectKeyOrId", arguments.project_key),
            ("type", arguments.board_type),
        ];
        for (name, value) in filters {
            if let Some(value) = value {
                call = call.with(name, value);
            }
        }
        let answer = context.issues.ask(scope, &call).await?;
        let boards = entries(&answer, "values", &["id", "name", "type"]);
        let next = next_start(&answer, start, boards.len());
        Ok(Outcome::of_entries(boards, next))
    }
}

/// The arguments of `jira_get_sprints_from_board`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SprintList {
    /// The board's id.
    board_id: String,
    /// `active`, `future` or `closed`; some of them with commas between.
    state: Option<String>,
    /// How many to pass over.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    /// The most sprints, from 1 to 50.
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// `jira_get_sprints_from_board`.
pub(super) struct GetSprintsFromBoard;

impl Operation for GetSprintsFromBoard {
    const NAME: &'static str = "jira_get_sprints_from_board";
    const FACTS: Facts = Facts {
        title: "List a board's sprints",
        description: "List the sprints of a board of Jira Software with state, dates and goal. Find a sprint's issues by JQL: `sprint = 7`. Pass next_cursor as cursor for more.",
        calls: &["getAllSprints"],
        ..Facts::reading(Toolset::JIRA_AGILE, Gives::List("id name state"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SprintList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SprintList,
    ) -> Result<Outcome, ServiceError> {
        page_request("limit", arguments.limit, 50, None)?;
        let start = start_of(arguments.cursor.as_deref())?.max(u64::from(arguments.start_at));
        let mut call = NamedCall::of(Product::Jira, "getAllSprints", &[&arguments.board_id])
            .with("startAt", start.to_string())
            .with("maxResults", arguments.limit.to_string());
        if let Some(state) = arguments.state {
            call = call.with("state", state);
        }
        let answer = context.issues.ask(scope, &call).await?;
        let members = [
            "id",
            "name",
            "state",
            "goal",
            "startDate:start_date",
            "endDate:end_date",
            "completeDate:complete_date",
        ];
        let sprints = entries(&answer, "values", &members);
        let next = next_start(&answer, start, sprints.len());
        Ok(Outcome::of_entries(sprints, next))
    }
}
