//! Projects, their issue types, and the fields of issues.

use super::{Issues, PROJECTS_AT_ONCE};
use crate::atlassian::jira::Jira;
use crate::model::hit::{Entry, Fetched};
use crate::model::issue::{IssueField, IssueType, Project, ProjectFilter};
use crate::model::issue_key::ProjectName;
use crate::model::page::{Page, PageRequest};
use crate::model::place_reference::{PlaceKind, PlaceReference};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::gather;

impl Issues {
    /// The projects the account may see; `query` is looked for in keys and names.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn projects(
        &self,
        scope: &Scope,
        page: &PageRequest,
        query: Option<&str>,
    ) -> Result<Page<Entry<Project>>, ServiceError> {
        let filter = ProjectFilter {
            words: query,
            archived: false,
            action: None,
        };
        self.filtered_projects(scope, page, filter).await
    }

    /// The projects the account may see and the filter lets through.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn filtered_projects(
        &self,
        scope: &Scope,
        page: &PageRequest,
        filter: ProjectFilter<'_>,
    ) -> Result<Page<Entry<Project>>, ServiceError> {
        let text = filter.words.unwrap_or_default();
        // What is pasted in place of words is the address of one project.
        let named = PlaceKind::Project.in_text(text).map_err(|error| {
            let why = format!("q {}", error.0);
            ServiceError::invalid("q", why)
        })?;
        let this = match &named {
            Some(named) => &self.of_project(scope, "q", named).await?,
            None => self,
        };
        let text = named.as_ref().map_or(text, |named| named.key.as_str());
        // Names have single blanks, and none at their ends; what people type has others.
        let words = text.split_whitespace();
        let words = words.collect::<Vec<&str>>().join(" ");
        let filter = ProjectFilter {
            words: Some(words.as_str()).filter(|words| !words.is_empty()),
            ..filter
        };
        this.connections
            .jira(scope, |jira| jira.projects(page, filter))
            .await
    }

    /// The projects from `cursor` on, page after page until there are `enough`.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn many_projects(
        &self,
        scope: &Scope,
        filter: ProjectFilter<'_>,
        enough: u32,
        cursor: Option<String>,
    ) -> Result<Page<Entry<Project>>, ServiceError> {
        gather::at_least(enough, PROJECTS_AT_ONCE, cursor, |page| async move {
            self.filtered_projects(scope, &page, filter).await
        })
        .await
    }

    /// One project, named by its key or number.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// project's key.
    pub(crate) async fn project(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Fetched<Project>, ServiceError> {
        let (this, name) = &self.project_named(scope, name).await?;
        this.connections
            .jira(scope, |jira| jira.project(name))
            .await
    }

    /// The issue types of a project.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// project's key.
    pub(crate) async fn issue_types(
        &self,
        scope: &Scope,
        project: &str,
    ) -> Result<Vec<Fetched<IssueType>>, ServiceError> {
        let (this, name) = &self.project_named(scope, project).await?;
        this.connections
            .jira(scope, |jira| jira.issue_types(name))
            .await
    }

    /// The issues of the site where the project lies that a key, a number or an address names, and what it is called there.
    ///
    /// # Errors
    /// `NotFound` for what names no project, `Validation` for an address of a site that is not reached; those of finding a
    /// connection.
    async fn project_named(
        &self,
        scope: &Scope,
        text: &str,
    ) -> Result<(Self, ProjectName), ServiceError> {
        let Some(named) = PlaceReference::project(text) else {
            return Ok((self.clone(), project_name(text)?));
        };
        let there = self.of_project(scope, "key", &named).await?;
        Ok((there, project_name(&named.key)?))
    }

    /// All fields that issues have on the site.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn fields(
        &self,
        scope: &Scope,
    ) -> Result<Vec<Fetched<IssueField>>, ServiceError> {
        self.connections.jira(scope, Jira::fields).await
    }
}

/// What cannot name a project is a project that does not exist.
fn project_name(text: &str) -> Result<ProjectName, ServiceError> {
    ProjectName::parse(text).map_err(|error| ServiceError::no_such_object(&error))
}
