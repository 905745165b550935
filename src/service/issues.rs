//! Jira's projects and issues, through the owner's connection.

use serde_json::Value;

use super::connections::Connections;
use super::error::ServiceError;
use crate::atlassian::jira::IssueSearch;
use crate::atlassian::jql;
use crate::model::hit::{Created, Fetched, SearchHit};
use crate::model::issue::{Issue, IssueKey, IssueMetadata, Project};
use crate::model::issue_draft::IssueDraft;
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;
use crate::model::scope::Scope;

const JIRA: Product = Product::Jira;
/// The most fields a search may ask for.
const MOST_FIELDS: usize = 50;

/// A search as a caller asks for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SearchRequest<'a> {
    /// A query, or words to find.
    pub q: &'a str,
    /// How `q` is to be understood: `auto`, `text` or the query language's name.
    pub mode: Option<&'a str>,
    /// A JSON object of filters.
    pub filters: Option<&'a str>,
    /// Names of further fields, separated by commas; Jira only.
    pub fields: Option<&'a str>,
}

/// An owner's issues.
#[derive(Debug, Clone)]
pub struct Issues {
    connections: Connections,
}

impl Issues {
    /// Issues behind `connections`.
    pub fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// The projects the account may see; `query` is looked for in keys and names.
    pub async fn projects(
        &self,
        scope: &Scope,
        page: &PageRequest,
        query: Option<&str>,
    ) -> Result<Page<Fetched<Project>>, ServiceError> {
        let atlassian = self.connections.atlassian();
        let query = query.filter(|query| !query.trim().is_empty());
        let found = self
            .connections
            .call(scope, JIRA, |access| async move {
                atlassian.jira_projects(&access, page, query).await
            })
            .await;
        match found {
            // On a living login this is Jira's way to say that nothing matches.
            Err(ServiceError::NotFound(_)) => Ok(Page::last(Vec::new())),
            found => found,
        }
    }

    /// The issues that a query or words find.
    pub async fn search(
        &self,
        scope: &Scope,
        request: &SearchRequest<'_>,
        page: &PageRequest,
    ) -> Result<Page<Fetched<SearchHit<IssueMetadata>>>, ServiceError> {
        let atlassian = self.connections.atlassian();
        let search = IssueSearch {
            jql: jql::build(request.q, request.mode, request.filters)?,
            extra_fields: fields(request.fields)?,
        };
        let search = &search;
        self.connections
            .call(scope, JIRA, |access| async move {
                atlassian.jira_search(&access, search, page).await
            })
            .await
    }

    /// One issue.
    pub async fn issue(&self, scope: &Scope, key: &str) -> Result<Fetched<Issue>, ServiceError> {
        let atlassian = self.connections.atlassian();
        let key = &IssueKey::parse(key).map_err(|error| ServiceError::NotFound(error.0.into()))?;
        self.connections
            .call(scope, JIRA, |access| async move {
                atlassian.jira_issue(&access, key).await
            })
            .await
    }

    /// Makes an issue from Jira's own form or the friendly one.
    pub async fn create(&self, scope: &Scope, body: &Value) -> Result<Created, ServiceError> {
        let atlassian = self.connections.atlassian();
        let draft = &IssueDraft::read(body)?;
        let me = if draft.needs_my_account() {
            Some(self.connections.account_id(scope, JIRA).await?)
        } else {
            None
        };
        let me = me.as_deref();
        self.connections
            .call(scope, JIRA, |access| async move {
                atlassian.jira_create(&access, draft, me).await
            })
            .await
    }
}

/// The names in a list such as `duedate,customfield_10010`.
fn fields(list: Option<&str>) -> Result<Vec<String>, ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let names: Vec<String> = list
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() > MOST_FIELDS
        || !names
            .iter()
            .all(|name| name.len() <= 100 && name.bytes().all(allowed))
    {
        return Err(ServiceError::invalid(
            "fields",
            "fields must be at most 50 names of fields, separated by commas",
        ));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_plain_names() {
        assert_eq!(
            fields(Some(" duedate, customfield_1,,")).unwrap(),
            ["duedate", "customfield_1"]
        );
        assert!(fields(None).unwrap().is_empty());
        let many = "a,".repeat(51);
        for bad in ["*all", "a b", "a\"b", many.as_str()] {
            assert!(fields(Some(bad)).is_err(), "{bad}");
        }
    }
}
