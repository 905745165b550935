//! Tools that list projects.

use serde::Deserialize;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, page_request};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, Paging};
use crate::model::issue::ProjectFilter;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// How many are collected before the rest is left for another call.
const COLLECTED: u32 = 500;

/// The arguments of `jira_get_all_projects`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AllProjects {
    #[serde(default)]
    #[schema(required = false, default = false)]
    include_archived: bool,
    cursor: Option<String>,
    /// view, browse, edit or create: only those where it may be done.
    action: Option<String>,
}

/// What Jira can tell of a project that may be done there.
const ACTIONS: [&str; 4] = ["view", "browse", "edit", "create"];

/// The action that is asked for, in Jira's word.
///
/// # Errors
/// `Validation` for what is none.
fn action_of(asked: Option<&str>) -> Result<Option<&'static str>, ServiceError> {
    let Some(asked) = asked.map(str::trim) else {
        return Ok(None);
    };
    let mut known = ACTIONS.into_iter();
    let found = known.find(|known| known.eq_ignore_ascii_case(asked));
    let why = "action must be view, browse, edit or create";
    found
        .map(Some)
        .ok_or_else(|| ServiceError::invalid("action", why))
}

/// `jira_get_all_projects`.
pub(super) struct GetAllProjects;

impl Operation for GetAllProjects {
    const NAME: &'static str = "jira_get_all_projects";
    const FACTS: Facts = Facts {
        title: "List projects",
        description: "List all projects you may see, by key. Page with next_cursor.",
        calls: &["searchProjects"],
        unlisted: &["action"],
        ..Facts::reading(Toolset::JIRA_PROJECTS, Gives::List("id key name url"))
    };
    const PAGING: Option<Paging> = Some(Paging {
        cursor: "cursor",
        limit: None,
    });
    type Arguments = AllProjects;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: AllProjects,
    ) -> Result<Outcome, ServiceError> {
        let filter = ProjectFilter {
            words: None,
            archived: arguments.include_archived,
            action: action_of(arguments.action.as_deref())?,
        };
        let found = context
            .issues
            .many_projects(scope, filter, COLLECTED, arguments.cursor)
            .await?;
        Ok(Outcome::of_page(found.map(|project| project.value)))
    }
}

/// The arguments of `jira_search_projects`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectSearch {
    #[schema(example = "app")]
    query: String,
    #[serde(default = "twenty")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 20)]
    max_results: u32,
    /// Ids to leave out.
    #[schema(value_type = Option<String>, format = "names")]
    current_project_ids: Option<Names>,
    cursor: Option<String>,
    /// As of `jira_get_all_projects`.
    action: Option<String>,
}

const fn twenty() -> u32 {
    20
}

/// `jira_search_projects`.
pub(super) struct SearchProjects;

impl Operation for SearchProjects {
    const NAME: &'static str = "jira_search_projects";
    const FACTS: Facts = Facts {
        title: "Search projects",
        description: "Find projects by words in key or name. Page with next_cursor.",
        calls: &["searchProjects"],
        unlisted: &["current_project_ids", "action"],
        ..Facts::reading(Toolset::JIRA_PROJECTS, Gives::List("id key name url"))
    };
    const PAGING: Option<Paging> = Some(Paging {
        cursor: "cursor",
        limit: Some("max_results"),
    });
    type Arguments = ProjectSearch;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: ProjectSearch,
    ) -> Result<Outcome, ServiceError> {
        let left_out = arguments.current_project_ids.unwrap_or_default().0;
        let filter = ProjectFilter {
            words: Some(&arguments.query),
            archived: false,
            action: action_of(arguments.action.as_deref())?,
        };
        let wanted = page_request("max_results", arguments.max_results, 50, arguments.cursor)?;
        let found = context.issues.filtered_projects(scope, &wanted, filter);
        let mut page = found.await?;
        page.items
            .retain(|project| !left_out.contains(&project.value.id));
        Ok(Outcome::of_page(page.map(|project| project.value)))
    }
}
