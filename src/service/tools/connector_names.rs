//! The six tools of the earlier connector API, under the names its agents call.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, ten, twenty_five};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::content::SpaceFilter;
use crate::model::hit::{Created, Entry, SearchHit};
use crate::model::issue_draft::IssueDraft;
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::PageDraft;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::SearchRequest;

/// What a search takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchArguments {
    /// A query in JQL or CQL, or words to find. Empty: what is newest.
    #[serde(default)]
    #[schema(required = false, example = "printer")]
    q: String,
    /// The most entries, from 1 to 100.
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 10)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
    /// Narrows what is found; Jira: project, status, assignee, type; Confluence: space, type.
    #[serde(default)]
    #[schema(required = false, value_type = Object)]
    filters: Map<String, Value>,
}

/// What a plain list takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListArguments {
    /// The most entries, from 1 to 100.
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 25)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

impl SearchArguments {
    /// What is looked for, and which part of it is wanted.
    fn read(self) -> Result<(ConnectorQuery, PageRequest), ServiceError> {
        let wanted = page_request("limit", self.limit, 100, self.cursor)?;
        let query = ConnectorQuery {
            q: self.q,
            filters: Value::Object(self.filters).to_string(),
        };
        Ok((query, wanted))
    }
}

/// What a search looks for, in either product.
struct ConnectorQuery {
    q: String,
    filters: String,
}

impl ConnectorQuery {
    fn request(&self) -> SearchRequest<'_> {
        SearchRequest {
            q: &self.q,
            filters: Some(&self.filters),
            ..SearchRequest::default()
        }
    }
}

impl ListArguments {
    /// Which part of the list is wanted.
    fn read(self) -> Result<PageRequest, ServiceError> {
        page_request("limit", self.limit, 100, self.cursor)
    }
}

/// A new object, in the short form or Atlassian's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub(super) struct DraftArguments(Map<String, Value>);

/// `jira.search`.
pub(super) struct ConnectorJiraSearch;

impl Operation for ConnectorJiraSearch {
    const NAME: &'static str = "jira.search";
    const FACTS: Facts = Facts {
        title: "jira.search",
        description: "Find Jira issues by JQL or by words.",
        calls: &["searchAndReconsileIssuesUsingJqlPost"],
        ..Facts::reading(Toolset::JIRA_ISSUES, Gives::List("id title url"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SearchArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SearchArguments,
    ) -> Result<Outcome, ServiceError> {
        let (query, wanted) = arguments.read()?;
        let found = context
            .issues
            .search(scope, &query.request(), &wanted)
            .await?;
        Ok(hits(found))
    }
}

/// `jira.create`.
pub(super) struct ConnectorJiraCreate;

impl Operation for ConnectorJiraCreate {
    const NAME: &'static str = "jira.create";
    const FACTS: Facts = Facts {
        title: "jira.create",
        description: "Make a Jira issue: {project_key, summary, issue_type, description (Markdown), labels, priority, assignee, due_date, parent, additional_fields}, or Jira's own {fields}.",
        calls: &["createIssue"],
        ..Facts::adding(Toolset::JIRA_ISSUES, Gives::Object("id url"))
    };
    type Arguments = DraftArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        DraftArguments(draft): DraftArguments,
    ) -> Result<Outcome, ServiceError> {
        let made = context
            .issues
            .create(scope, &IssueDraft::read(&Value::Object(draft))?)
            .await?;
        Ok(created(&made))
    }
}

/// `jira.projects`.
pub(super) struct ConnectorJiraProjects;

impl Operation for ConnectorJiraProjects {
    const NAME: &'static str = "jira.projects";
    const FACTS: Facts = Facts {
        title: "jira.projects",
        description: "List the Jira projects this account may see, by key.",
        calls: &["searchProjects"],
        ..Facts::reading(Toolset::JIRA_PROJECTS, Gives::List("id key name url"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = ListArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: ListArguments,
    ) -> Result<Outcome, ServiceError> {
        let wanted = arguments.read()?;
        let found = context.issues.projects(scope, &wanted, None).await?;
        Ok(Outcome::of_page(found.map(|project| project.value)))
    }
}

/// `confluence.search`.
pub(super) struct ConnectorConfluenceSearch;

impl Operation for ConnectorConfluenceSearch {
    const NAME: &'static str = "confluence.search";
    const FACTS: Facts = Facts {
        title: "confluence.search",
        description: "Find Confluence content by CQL or by words.",
        calls: &["searchByCQL"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id title url"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SearchArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SearchArguments,
    ) -> Result<Outcome, ServiceError> {
        let (query, wanted) = arguments.read()?;
        let found = context
            .pages
            .search(scope, &query.request(), &wanted)
            .await?;
        Ok(hits(found))
    }
}

/// `confluence.spaces`.
pub(super) struct ConnectorConfluenceSpaces;

impl Operation for ConnectorConfluenceSpaces {
    const NAME: &'static str = "confluence.spaces";
    const FACTS: Facts = Facts {
        title: "confluence.spaces",
        description: "List the Confluence spaces this account may see.",
        calls: &["getSpaces"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id key name url"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = ListArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: ListArguments,
    ) -> Result<Outcome, ServiceError> {
        let wanted = arguments.read()?;
        let found = context
            .pages
            .spaces(scope, &SpaceFilter::default(), &wanted)
            .await?;
        Ok(Outcome::of_page(found.map(|space| space.value)))
    }
}

/// `confluence.create`.
pub(super) struct ConnectorConfluenceCreate;

impl Operation for ConnectorConfluenceCreate {
    const NAME: &'static str = "confluence.create";
    const FACTS: Facts = Facts {
        title: "confluence.create",
        description: "Make a Confluence page: {space_key or space_id, title, body (Markdown), parent_id}, or Confluence's own {spaceId, …}.",
        calls: &["createPage"],
        ..Facts::adding(Toolset::CONFLUENCE_PAGES, Gives::Object("id url"))
    };
    type Arguments = DraftArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        DraftArguments(draft): DraftArguments,
    ) -> Result<Outcome, ServiceError> {
        let made = context
            .pages
            .create(scope, &PageDraft::read(&Value::Object(draft))?)
            .await?;
        Ok(created(&made))
    }
}

pub(super) fn hits<M: serde::Serialize>(found: Page<Entry<SearchHit<M>>>) -> Outcome {
    Outcome::of_page(found.map(|hit| hit.value))
}

/// A new object without Atlassian's own answer, which says nothing more.
pub(super) fn created(made: &Created) -> Outcome {
    Outcome::of_object(json!({ "id": made.id, "url": made.url, "title": made.title }))
}
