//! Projects and their issue types.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::shape::project;
use super::{Jira, READ_WORK};
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{expect_start, offset};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped, shaped_page};
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::listed::Listed;
use crate::atlassian::request::Call;
use crate::model::hit::{Entry, Fetched, unread};
use crate::model::issue::{IssueType, Project, ProjectFilter};
use crate::model::issue_key::ProjectName;
use crate::model::page::{Page, PageRequest};

impl Jira<'_> {
    /// The projects this account may see, by key; `query` is looked for in keys and names. At most
    /// 100 at once.
    pub(crate) async fn projects(
        self,
        page: &PageRequest,
        filter: ProjectFilter<'_>,
    ) -> Result<Page<Entry<Project>>, AtlassianError> {
        let base = self.base();
        if let Some(data_center) = self.data_center() {
            let found = data_center.projects(page, filter).await?;
            let found = found.map(|raw| unread(&raw));
            return Ok(shaped_page("projects", found, |raw| project(raw, &base)));
        }
        let mut query = Vec::new();
        query.extend(filter.words.map(|words| ("query", words.to_owned())));
        if filter.archived {
            let statuses = ["live", "archived"];
            query.extend(statuses.map(|status| ("status", status.to_owned())));
        }
        let found = match self.project_search("project search", page, query).await {
            Err(error) if error.says_no_project() => return Ok(Page::last(Vec::new())),
            found => found?.0,
        };
        Ok(shaped_page("project search", found, |raw| {
            project(raw, &base)
        }))
    }

    /// One page of the project search as it came, and how many projects there are in all.
    pub(in crate::atlassian) async fn project_search<R: DeserializeOwned>(
        &self,
        operation: &'static str,
        page: &PageRequest,
        further: Vec<(&'static str, String)>,
    ) -> Result<(Page<R>, Option<i64>), AtlassianError> {
        let start = offset(page)?;
        let mut query = vec![
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
            // Offsets need an order that holds from page to page.
            ("orderBy", String::from("key")),
        ];
        query.extend(further);
        let path = ["project", "search"];
        let call = Call::get(operation, Api::Jira, &path, &query).needing(READ_WORK);
        let Listed {
            entries: items,
            rest: answer,
        } = self.site.fetch_list(call, "values").await?;
        expect_start(&answer, start)?;
        // Jira may give fewer than were asked for: only what came counts.
        let end = start + items.len() as u64;
        let total = answer.get("total").and_then(Value::as_i64);
        let is_whole = total.is_some_and(|total| i64::try_from(end).is_ok_and(|end| end >= total));
        let says_last = answer.get("isLast") == Some(&Value::Bool(true));
        let next = (!items.is_empty() && !says_last && !is_whole).then(|| end.to_string());
        Ok((Page { items, next }, total))
    }

    /// One project. Jira minds the case of its key.
    pub(crate) async fn project(
        self,
        name: &ProjectName,
    ) -> Result<Fetched<Project>, AtlassianError> {
        let raw = self.project_raw(name).await?;
        let base = self.base();
        fetched(raw, "a project without an id or a key", |raw| {
            project(raw, &base)
        })
    }

    /// The issue types of a project, in its order. Whoever may see the project may see them.
    pub(crate) async fn issue_types(
        self,
        name: &ProjectName,
    ) -> Result<Vec<Fetched<IssueType>>, AtlassianError> {
        let mut raw = self.project_raw(name).await?;
        let types = take_entries(&mut raw, "issueTypes")?;
        Ok(shaped("issue types", types, issue_type))
    }

    async fn project_raw(&self, name: &ProjectName) -> Result<Value, AtlassianError> {
        let path = ["project", name.as_str()];
        let expand = [("expand", String::from("issueTypes"))];
        self.site
            .fetch(Call::get("project", Api::Jira, &path, &expand).needing(READ_WORK))
            .await
    }
}

fn issue_type(raw: &Value) -> Option<IssueType> {
    let id = text(raw, "/id")?;
    Some(IssueType {
        name: text(raw, "/name").unwrap_or_else(|| id.clone()),
        subtask: raw.get("subtask") == Some(&Value::Bool(true)),
        description: text(raw, "/description"),
        id,
    })
}
