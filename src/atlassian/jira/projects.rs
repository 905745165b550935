//! Projects and their issue types.

use serde_json::Value;

use super::shape::project;
use super::{Jira, shaped};
use crate::atlassian::access::Api;
use crate::atlassian::cursor::offset;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue::{IssueType, Project, ProjectFilter};
use crate::model::issue_key::ProjectName;
use crate::model::page::{Page, PageRequest};

impl Jira<'_> {
    /// The projects this account may see, by key; `query` is looked for in keys and names. At most
    /// 100 at once. Jira answers 404 where nothing matches.
    pub(crate) async fn projects(
        self,
        page: &PageRequest,
        filter: ProjectFilter<'_>,
    ) -> Result<Page<Fetched<Project>>, AtlassianError> {
        let base = self.base();
        if let Some(data_center) = self.data_center() {
            let found = data_center.projects(page, filter).await?;
            return Ok(Page {
                items: shaped("projects", found.items, |raw| project(raw, &base)),
                next: found.next,
            });
        }
        let start = offset(page)?;
        let mut parameters = vec![
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
            // Offsets need an order that holds from page to page.
            ("orderBy", String::from("key")),
        ];
        parameters.extend(filter.words.map(|words| ("query", words.to_owned())));
        if filter.archived {
            let statuses = ["live", "archived"];
            parameters.extend(statuses.map(|status| ("status", status.to_owned())));
        }
        let call = Call::get(
            "project search",
            Api::Jira,
            &["project", "search"],
            &parameters,
        );
        let mut answer: Value = self.site.fetch(call).await?;
        let values = take_entries(&mut answer, "values")?;
        let last = values.is_empty() || answer.get("isLast") == Some(&Value::Bool(true));
        // Jira may give fewer than were asked for: only what came counts.
        let next = (!last).then(|| (start + values.len() as u64).to_string());
        let items = shaped("project search", values, |raw| project(raw, &base));
        Ok(Page { items, next })
    }

    /// One project. Jira minds the case of its key.
    pub(crate) async fn project(
        self,
        name: &ProjectName,
    ) -> Result<Fetched<Project>, AtlassianError> {
        let raw = self.project_raw(name).await?;
        let base = self.base();
        let value = project(&raw, &base)
            .ok_or(AtlassianError::Nonsense("a project without an id or a key"))?;
        Ok(Fetched { value, raw })
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
