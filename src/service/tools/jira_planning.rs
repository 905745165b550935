//! Tools about plans: versions and components of projects.

use super::ToolContext;
use super::asking::{OneProject, entries, whole};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
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
        title: "List versions",
        description: "List a project's versions, with dates and whether released. Use a name in fixVersions and JQL.",
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
        Ok(whole(entries(&answer, "values", &members)?))
    }
}

/// `jira_get_project_components`.
pub(super) struct GetProjectComponents;

impl Operation for GetProjectComponents {
    const NAME: &'static str = "jira_get_project_components";
    const FACTS: Facts = Facts {
        title: "List components",
        description: "List a project's components and leads. Use a name in components and JQL.",
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
        Ok(whole(entries(&answer, "values", &members)?))
    }
}
