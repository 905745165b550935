//! Calls to the Jira Cloud platform REST API v3.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::Atlassian;
use super::access::{Access, Api};
use super::cursor::{next_filled, offset};
use super::document::markdown_to_adf;
use super::error::AtlassianError;
use super::jira_shape::{HIT_FIELDS, browse, hit, issue, project};
use super::json::{take_entries, text};
use super::request::Call;
use crate::model::hit::{Created, Fetched, SearchHit};
use crate::model::issue::{Issue, IssueKey, IssueMetadata, Project};
use crate::model::issue_draft::{Assignee, IssueDraft, NewIssue};
use crate::model::page::{Page, PageRequest};

/// What is searched for.
#[derive(Debug, Clone)]
pub struct IssueSearch {
    /// The query, as [`super::jql::build`] makes it.
    pub jql: String,
    /// Names of fields that are wanted besides the usual ones.
    pub extra_fields: Vec<String>,
}

impl Atlassian {
    /// The projects this account may see, by key; `query` is looked for in keys and names. At most
    /// 100 at once. Jira answers 404 where nothing matches.
    pub async fn jira_projects(
        &self,
        access: &Access,
        page: &PageRequest,
        query: Option<&str>,
    ) -> Result<Page<Fetched<Project>>, AtlassianError> {
        let start = offset(page)?;
        let mut parameters = vec![
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
            ("orderBy", String::from("key")),
        ];
        parameters.extend(query.map(|query| ("query", query.to_owned())));
        let call = Call::get(
            "project search",
            Api::Jira,
            &["project", "search"],
            &parameters,
        );
        let mut answer: Value = self.fetch(access, call).await?;
        let values = take_entries(&mut answer, "values")?;
        let last = values.is_empty() || answer.get("isLast") == Some(&Value::Bool(true));
        // Jira may give fewer than were asked for: only what came counts.
        let next = (!last).then(|| (start + values.len() as u64).to_string());
        let base = self.endpoints().browser_base(&access.site);
        let items = shaped(values, |raw| project(raw, &base))?;
        Ok(Page { items, next })
    }

    /// The issues that a JQL query finds, in its order.
    pub async fn jira_search(
        &self,
        access: &Access,
        search: &IssueSearch,
        page: &PageRequest,
    ) -> Result<Page<Fetched<SearchHit<IssueMetadata>>>, AtlassianError> {
        let base = self.endpoints().browser_base(&access.site);
        let found = next_filled(page.cursor.clone(), |token| {
            self.jira_search_once(access, search, page.limit, token)
        })
        .await?;
        let items = shaped(found.items, |raw| hit(raw, &base, &search.extra_fields))?;
        Ok(Page {
            items,
            next: found.next,
        })
    }

    async fn jira_search_once(
        &self,
        access: &Access,
        search: &IssueSearch,
        limit: u32,
        token: Option<String>,
    ) -> Result<Page<Value>, AtlassianError> {
        let extra = search.extra_fields.iter().map(String::as_str);
        let fields: Vec<&str> = HIT_FIELDS.into_iter().chain(extra).collect();
        let mut body = json!({ "jql": search.jql, "maxResults": limit, "fields": fields });
        if let Some(token) = token {
            body["nextPageToken"] = Value::from(token);
        }
        let call = Call {
            body: Some(body),
            method: Method::POST,
            ..Call::get("issue search", Api::Jira, &["search", "jql"], &[])
        };
        let mut answer: Value = self.fetch(access, call).await?;
        let items = take_entries(&mut answer, "issues")?;
        let last = answer.get("isLast") == Some(&Value::Bool(true));
        let next = text(&answer, "/nextPageToken").filter(|_| !last);
        Ok(Page { items, next })
    }

    /// One issue with all its fields.
    pub async fn jira_issue(
        &self,
        access: &Access,
        key: &IssueKey,
    ) -> Result<Fetched<Issue>, AtlassianError> {
        let path = ["issue", key.as_str()];
        let raw: Value = self
            .fetch(access, Call::get("issue", Api::Jira, &path, &[]))
            .await?;
        let base = self.endpoints().browser_base(&access.site);
        let value = issue(&raw, &base)
            .ok_or(AtlassianError::Nonsense("an issue without an id or a key"))?;
        Ok(Fetched { value, raw })
    }

    /// Makes an issue. `me` is the account that `assignee: "me"` stands for; without it nobody is
    /// assigned. Never sent twice: it would make two.
    pub async fn jira_create(
        &self,
        access: &Access,
        draft: &IssueDraft,
        me: Option<&str>,
    ) -> Result<Created, AtlassianError> {
        let body = match draft {
            IssueDraft::Own(body) => body.clone(),
            IssueDraft::Friendly(issue) => json!({ "fields": fields_of(issue, me) }),
        };
        let call = Call::write(
            "issue create",
            Api::Jira,
            Method::POST,
            &["issue"],
            Some(body),
        );
        let metadata: Value = self.fetch(access, call).await?;
        let key =
            text(&metadata, "/key").ok_or(AtlassianError::Nonsense("a new issue without a key"))?;
        let base = self.endpoints().browser_base(&access.site);
        Ok(Created {
            url: browse(&base, &key),
            id: key,
            title: draft.summary().map(str::to_owned),
            metadata,
        })
    }
}

/// Every entry beside what we make of it.
fn shaped<T>(
    entries: Vec<Value>,
    shape: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<Fetched<T>>, AtlassianError> {
    entries
        .into_iter()
        .map(|raw| {
            let value =
                shape(&raw).ok_or(AtlassianError::Nonsense("an entry without an id or a key"))?;
            Ok(Fetched { value, raw })
        })
        .collect()
}

/// Jira's own `fields` for the friendly form; it wins over `additional_fields`.
fn fields_of(issue: &NewIssue, me: Option<&str>) -> Map<String, Value> {
    let mut fields = issue.additional_fields.clone();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("project", json!({ "key": issue.project_key }));
    set("summary", json!(issue.summary));
    set("issuetype", json!({ "name": issue.issue_type }));
    if let Some(markdown) = &issue.description {
        set("description", markdown_to_adf(markdown));
    }
    if !issue.labels.is_empty() {
        set("labels", json!(issue.labels));
    }
    if let Some(priority) = &issue.priority {
        set("priority", json!({ "name": priority }));
    }
    let account = match &issue.assignee {
        Some(Assignee::Account(account)) => Some(account.as_str()),
        Some(Assignee::Me) => me,
        None => None,
    };
    if let Some(account) = account {
        set("assignee", json!({ "accountId": account }));
    }
    if let Some(day) = &issue.due_date {
        set("duedate", json!(day));
    }
    if let Some(parent) = &issue.parent {
        let name = if parent.is_id() { "id" } else { "key" };
        set("parent", json!({ name: parent.as_str() }));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_friendly_form_becomes_jiras_fields() {
        let draft = IssueDraft::read(&json!({
            "project_key": "EX", "summary": "Title", "description": "Hi", "labels": ["a"],
            "priority": "High", "assignee": "me", "due_date": "2026-02-28", "parent": "EX-1",
            "additional_fields": {"customfield_1": 3, "summary": "other"},
        }))
        .unwrap();
        let IssueDraft::Friendly(issue) = draft else {
            panic!("not the friendly form");
        };
        let mut fields = Value::from(fields_of(&issue, Some("5b10")));
        assert_eq!(fields["description"]["type"], "doc");
        fields["description"].take();
        assert_eq!(
            fields,
            json!({
                "project": {"key": "EX"}, "summary": "Title", "issuetype": {"name": "Task"},
                "description": null, "labels": ["a"], "priority": {"name": "High"},
                "assignee": {"accountId": "5b10"}, "duedate": "2026-02-28",
                "parent": {"key": "EX-1"}, "customfield_1": 3,
            })
        );
    }
}
