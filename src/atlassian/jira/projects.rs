//! Projects and their issue types.

use serde_json::Value;

use super::Jira;
use super::shape::project;
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{expect_start, offset};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{entries_of, fetched, shaped, shaped_page};
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::request::Call;
use crate::atlassian::shaped_list::{ShapedList, Unread};
use crate::model::hit::{Entry, Fetched};
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
            let found = shaped_page("projects", found, |raw| project(raw, &base));
            return Ok(found.map(Fetched::into_entry));
        }
        let mut query = Vec::new();
        query.extend(filter.words.map(|words| ("query", words.to_owned())));
        query.extend(filter.action.map(|action| ("action", action.to_owned())));
        if filter.archived {
            let statuses = ["live", "archived"];
            query.extend(statuses.map(|status| ("status", status.to_owned())));
        }
        let name = "project search";
        let shape = |raw: &Unread<'_>| project(raw, &base);
        let (found, next) = match self.project_search(name, page, query, shape).await {
            Err(error) if error.says_no_project() => return Ok(Page::last(Vec::new())),
            found => found?,
        };
        let items = entries_of(name, found);
        Ok(Page { items, next })
    }

    /// One page of the project search, and what leads to the next.
    pub(in crate::atlassian) async fn project_search<T>(
        &self,
        operation: &'static str,
        page: &PageRequest,
        further: Vec<(&'static str, String)>,
        shape: impl Fn(&Unread<'_>) -> Option<T>,
    ) -> Result<(ShapedList<T>, Option<String>), AtlassianError> {
        let start = offset(page)?;
        let mut query = vec![
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
            // Offsets need an order that holds from page to page.
            ("orderBy", String::from("key")),
        ];
        query.extend(further);
        let path = ["project", "search"];
        let call = Call::get(operation, Api::Jira, &path, &query);
        let found = self.site.fetch_shaped(call, "values", shape).await?;
        expect_start(&found.rest, start)?;
        // Jira may give fewer than were asked for: only what came counts.
        let end = start + found.came as u64;
        let total = found.rest.get("total").and_then(Value::as_u64);
        let is_whole = total.is_some_and(|total| end >= total);
        let says_last = found.rest.get("isLast") == Some(&Value::Bool(true));
        let next = (found.came > 0 && !says_last && !is_whole).then(|| end.to_string());
        Ok((found, next))
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
            .fetch(Call::get("project", Api::Jira, &path, &expand))
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
