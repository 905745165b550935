//! Searches by JQL or words.

use serde_json::Value;

use super::{Issues, issue_key};
use crate::atlassian::jira::{IssueQuery, IssueSearch};
use crate::atlassian::jql;
use crate::atlassian::query::Reading;
use crate::model::hit::{Entry, SearchHit};
use crate::model::issue::IssueMetadata;
use crate::model::list_in_text;
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::gather;
use crate::service::searching::{self, Searcher};

/// The most fields a search may ask for.
const MOST_FIELDS: usize = 50;
/// The most issues that are asked for at once.
const ISSUES_AT_ONCE: u32 = 100;

/// A search as a caller asks for it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SearchRequest<'a> {
    /// A query, or words to find.
    pub q: &'a str,
    /// How `q` is to be understood: `auto`, `text` or the query language's name.
    pub mode: Option<&'a str>,
    /// A JSON object of filters.
    pub filters: Option<&'a str>,
    /// Names of further fields, separated by commas; Jira only.
    pub fields: Option<&'a str>,
}

/// A search whose result is wanted in Jira's own words.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResultRequest<'a> {
    /// The JQL, or the key or address of one issue. An order alone is bounded by what leaves out nothing.
    pub jql: &'a str,
    /// A JSON object of filters that wall the query in.
    pub filters: Option<&'a str>,
    /// Exactly the fields that are wanted; `*all`, `*navigable` and `-name` have Jira's meaning.
    pub fields: Vec<String>,
    /// What of Jira's expansions is wanted, such as `names`.
    pub expand: Option<&'a str>,
}

impl Issues {
    /// The issues that a query or words find.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a query,
    /// filters or fields that cannot be read.
    pub(crate) async fn search(
        &self,
        scope: &Scope,
        request: &SearchRequest<'_>,
        page: &PageRequest,
    ) -> Result<Page<Entry<SearchHit<IssueMetadata>>>, ServiceError> {
        let reading = jql::read(request.q, request.mode, request.filters)?;
        let asked = names(request.fields, is_field)?;
        let extra_fields = &self.field_names(scope, "fields", asked).await?;
        let searcher = Searcher {
            connections: &self.connections,
            scope,
            product: Product::Jira,
        };
        searching::search(
            searcher,
            &reading,
            page,
            |connections, jql, page| async move {
                let extra_fields = extra_fields.clone();
                let search = IssueSearch { jql, extra_fields };
                connections
                    .jira(scope, |jira| jira.search(&search, &page))
                    .await
            },
            |connections, key| async move {
                let key = issue_key(&key)?;
                connections
                    .jira(scope, |jira| jira.hit_by_key(&key, extra_fields))
                    .await
            },
        )
        .await
    }

    /// The first issues that a query or words find, at most `most` of them.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a query or
    /// filters that cannot be read.
    pub(crate) async fn first_hits(
        &self,
        scope: &Scope,
        request: &SearchRequest<'_>,
        most: u32,
    ) -> Result<Vec<Entry<SearchHit<IssueMetadata>>>, ServiceError> {
        gather::first(most, ISSUES_AT_ONCE, |page| async move {
            self.search(scope, request, &page).await
        })
        .await
    }

    /// One page of Jira's own result, `{issues, isLast, nextPageToken?}`; `page.cursor` is such a
    /// token.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a query,
    /// filters or fields that cannot be read.
    pub(crate) async fn search_result(
        &self,
        scope: &Scope,
        request: &ResultRequest<'_>,
        page: &PageRequest,
    ) -> Result<Value, ServiceError> {
        let reading = result_reading(request)?;
        let connections = self
            .connections
            .at_address(scope, Product::Jira, "jql", reading.address.as_ref())
            .await?;
        let asked = names(Some(&request.fields.join(",")), is_wanted)?;
        let expand = request.expand.map(|list| names(Some(list), is_plain));
        let expand = expand.transpose()?.map(|list| list.join(","));
        let fields = self.field_names(scope, "fields", asked).await?;
        let query = IssueQuery {
            jql: reading.query,
            fields: fields.into_iter().map(|field| field.id).collect(),
            expand,
        };
        let found = connections
            .jira(scope, |jira| jira.query(&query, page))
            .await;
        // The index hears of what is new some seconds later; read by its key, it is there at once.
        let is_absent = match &found {
            Ok(result) => result["issues"].as_array().is_none_or(Vec::is_empty),
            Err(error) => matches!(error, ServiceError::Rejected { .. }),
        };
        let Some(key) = reading.id.filter(|_| is_absent && page.cursor.is_none()) else {
            return found;
        };
        let key = issue_key(&key)?;
        let one = connections.jira(scope, |jira| jira.only(&key, &query));
        one.await.or(found)
    }
}

/// JQL as a search takes it: the key or address of an issue, an order alone, or nothing, which stands for every issue.
///
/// # Errors
/// `Validation` for a query that cannot be read.
pub(crate) fn as_searched(jql: &str) -> Result<String, ServiceError> {
    let is_blank = jql.trim().is_empty();
    let request = ResultRequest {
        jql: if is_blank { "ORDER BY created" } else { jql },
        ..ResultRequest::default()
    };
    result_reading(&request).map(|reading| reading.query)
}

/// JQL that finds nothing outside of these projects, whatever it says. An address stands for the query in it.
///
/// # Errors
/// `Validation` for what cannot be read.
pub(crate) fn walled_in(jql: &str, projects: &[String]) -> Result<String, ServiceError> {
    let filters = serde_json::json!({ "project": projects }).to_string();
    let request = ResultRequest {
        jql,
        filters: Some(&filters),
        ..ResultRequest::default()
    };
    Ok(result_reading(&request)?.query)
}

/// What is wrong with the query is told of the field that holds it here.
fn result_reading(request: &ResultRequest<'_>) -> Result<Reading, ServiceError> {
    jql::read(request.jql, Some("jql"), request.filters).map_err(|error| match error.field {
        "q" => ServiceError::invalid("jql", error.message),
        _ => error.into(),
    })
}

/// The names in a list such as `duedate,customfield_10010`.
fn names(list: Option<&str>, fits: fn(&str) -> bool) -> Result<Vec<String>, ServiceError> {
    let names = list_in_text::entries(list.unwrap_or_default());
    if names.len() > MOST_FIELDS || !names.iter().all(|name| fits(name)) {
        return Err(ServiceError::invalid(
            "fields",
            "fields must be at most 50 names of fields, separated by commas",
        ));
    }
    Ok(names)
}

/// An id or a name of a field.
fn is_field(name: &str) -> bool {
    name.len() <= 100 && !name.starts_with('*') && !name.contains(char::is_control)
}

fn is_plain(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    name.len() <= 100 && name.bytes().all(allowed)
}

/// A field, or one of Jira's words for several.
fn is_wanted(name: &str) -> bool {
    matches!(name, "*all" | "*navigable") || is_field(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_plain_names() {
        assert_eq!(
            names(Some(" duedate, customfield_1,,"), is_field).unwrap(),
            ["duedate", "customfield_1"]
        );
        assert!(names(None, is_field).unwrap().is_empty());
        let many = "a,".repeat(51);
        assert!(names(Some("Story Points, Größe"), is_field).is_ok());
        for bad in ["*all", "a\u{7f}b", many.as_str()] {
            assert!(names(Some(bad), is_field).is_err(), "{bad}");
        }
        assert!(names(Some("*all,-description"), is_wanted).is_ok());
        assert!(names(Some("*,summary"), is_wanted).is_err());
        assert!(names(Some("a b"), is_plain).is_err());
    }
}
