//! Searches by JQL or words.

use serde_json::Value;

use super::fields_by_site::FieldsBySite;
use super::{Issues, issue_key};
use crate::atlassian::jira::{FieldKinds, Further, IssueQuery, IssueSearch, Jira};
use crate::atlassian::jql;
use crate::atlassian::query::Reading;
use crate::model::hit::{Entry, SearchHit};
use crate::model::issue::{FieldName, IssueMetadata};
use crate::model::list_in_text;
use crate::model::page::{Page, PageRequest};
use crate::model::place_reference::PlaceKind;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::connections::Connections;
use crate::service::error::ServiceError;
use crate::service::filtered::filtered;
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
    /// How many issues are left out at the beginning; Data Center only.
    pub start_at: u64,
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
        let base = Searcher {
            connections: &self.connections,
            scope,
            product: Product::Jira,
        };
        let (there, filters) =
            filtered(base, request.filters, ("project", PlaceKind::Project)).await?;
        let reading = jql::read(request.q, request.mode, filters.as_deref())?;
        let wanted = &FieldsBySite::new(names(request.fields)?);
        let searcher = Searcher {
            connections: &there,
            ..base
        };
        wanted.expect(searcher, &reading).await?;
        searching::search(
            searcher,
            &reading,
            page,
            |connections, jql, page| async move {
                let wanted = wanted.on(&connections, scope).await?;
                let further = further(&connections, scope, &wanted).await?;
                let search = IssueSearch { jql, further };
                connections
                    .jira(scope, |jira| jira.search(&search, &page))
                    .await
            },
            |connections, key| async move {
                let key = issue_key(&key)?;
                let wanted = wanted.on(&connections, scope).await?;
                let further = further(&connections, scope, &wanted).await?;
                connections
                    .jira(scope, |jira| jira.hit_by_key(&key, &further))
                    .await
            },
        )
        .await
    }

    /// The issues of the site that is searched for `jql`: that of an address in it, where it is one.
    ///
    /// # Errors
    /// `Validation` for an address of a site that is not reached; those of finding a connection.
    pub(in crate::service) async fn where_found(
        &self,
        scope: &Scope,
        jql: &str,
    ) -> Result<Self, ServiceError> {
        let request = ResultRequest {
            jql,
            ..ResultRequest::default()
        };
        // What cannot be read is refused by the search itself.
        let address = result_reading(&request).ok().and_then(|read| read.address);
        self.at_addresses(scope, "jql", address.as_slice()).await
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
        let base = Searcher {
            connections: &self.connections,
            scope,
            product: Product::Jira,
        };
        let (there, filters) =
            filtered(base, request.filters, ("project", PlaceKind::Project)).await?;
        let request = &ResultRequest {
            filters: filters.as_deref(),
            ..request.clone()
        };
        let reading = result_reading(request)?;
        let connections = there
            .at_address(scope, Product::Jira, "jql", reading.address.as_ref())
            .await?;
        let asked = names(Some(&request.fields.join(",")))?;
        let expand = request.expand.map(expansions).transpose()?;
        let issues = Self::new(connections.clone());
        let fields = issues.field_names(scope, "fields", asked).await?;
        let query = IssueQuery {
            jql: reading.query,
            fields: fields.into_iter().map(|field| field.id).collect(),
            expand,
        };
        let page = &begun(&connections, scope, request.start_at, page).await?;
        let found = connections
            .jira(scope, |jira| jira.query(&query, page))
            .await;
        // The index hears of what is new some seconds later; read by its key, it is there at once.
        let is_absent = match &found {
            Ok(result) => result["issues"].as_array().is_none_or(Vec::is_empty),
            Err(error) => matches!(error, ServiceError::Rejected { .. }),
        };
        let Some(key) = reading
            .id
            .filter(|_| is_absent && page.cursor.is_none() && request.start_at == 0)
        else {
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

/// What narrows the issues of a board, as a query: JQL, the key of an issue, or words.
///
/// # Errors
/// `Validation` for what cannot be read.
pub(crate) fn as_narrowed(jql: &str) -> Result<String, ServiceError> {
    let read = jql::read(jql, None, None).map_err(|error| match error.field {
        "q" => ServiceError::invalid("jql", error.message),
        _ => error.into(),
    })?;
    Ok(read.named.map_or(read.query, |named| named.query))
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

/// The page that begins behind `start_at` issues, which Data Center alone counts.
async fn begun(
    connections: &Connections,
    scope: &Scope,
    start_at: u64,
    page: &PageRequest,
) -> Result<PageRequest, ServiceError> {
    let refused = |why: &str| Err(ServiceError::invalid("start_at", why));
    let counts = start_at > 0 && connections.jira(scope, Jira::counts_results).await?;
    match (start_at, &page.cursor) {
        (0, _) => Ok(page.clone()),
        _ if !counts => refused(
            "start_at must be 0: Jira Cloud goes on from the token of the page before (page_token, next_page_token), and from nothing else",
        ),
        // The token says where to go on.
        (_, Some(_)) => Ok(page.clone()),
        (start, None) => Ok(PageRequest {
            limit: page.limit,
            cursor: Some(start.to_string()),
        }),
    }
}

/// The fields that are wanted, and what those hold that do not show it.
async fn further(
    connections: &Connections,
    scope: &Scope,
    wanted: &[FieldName],
) -> Result<Further, ServiceError> {
    let kinds = if wanted.is_empty() {
        FieldKinds::default()
    } else {
        let kinds = connections.jira(scope, |jira| jira.hidden_kinds_of(wanted));
        kinds.await?
    };
    let fields = wanted.to_vec();
    Ok(Further { fields, kinds })
}

/// The names in a list such as `duedate,customfield_10010`; `*all` and `*navigable` are Jira's words for many.
fn names(list: Option<&str>) -> Result<Vec<String>, ServiceError> {
    let names = list_in_text::entries(list.unwrap_or_default());
    let refused = |why: String| Err(ServiceError::invalid("fields", why));
    if names.len() > MOST_FIELDS {
        let count = names.len();
        return refused(format!(
            "fields names {count} fields, and may name {MOST_FIELDS}; *all stands for every one"
        ));
    }
    if names
        .iter()
        .any(|name| name.starts_with('*') && !is_word(name))
    {
        let why = "fields takes ids and names of fields, and Jira's words *all and *navigable; what else begins with a star is none of them";
        return refused(why.to_owned());
    }
    if !names.iter().all(|name| is_field(name)) {
        let why = "fields holds what can be no name of a field: one has at most 100 characters, all of which can be seen";
        return refused(why.to_owned());
    }
    Ok(names)
}

/// Jira's words for several fields.
fn is_word(name: &str) -> bool {
    matches!(name, "*all" | "*navigable")
}

/// An id or a name of a field.
fn is_field(name: &str) -> bool {
    name.len() <= 100 && !name.contains(char::is_control)
}

/// Jira's expansions, such as `changelog`, as Jira takes a list of them.
fn expansions(list: &str) -> Result<String, ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let names = list_in_text::entries(list);
    let fits = |name: &String| name.len() <= 100 && name.bytes().all(allowed);
    if names.len() > MOST_FIELDS || !names.iter().all(fits) {
        let why = "expand must be names of Jira's expansions, separated by commas";
        return Err(ServiceError::invalid("expand", why));
    }
    Ok(names.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(list: &str) -> String {
        names(Some(list)).unwrap_err().to_string()
    }

    #[test]
    fn fields_are_names_or_words_for_many() {
        assert_eq!(
            names(Some(" duedate, customfield_1,,")).unwrap(),
            ["duedate", "customfield_1"]
        );
        assert!(names(None).unwrap().is_empty());
        for good in ["Story Points, Größe", "*all,-description", "*navigable"] {
            assert!(names(Some(good)).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_refusal_of_fields_tells_the_real_reason() {
        assert!(refused(&"a,".repeat(51)).contains("names 51 fields"));
        for star in ["*", "*,summary", "*some"] {
            assert!(refused(star).contains("begins with a star"), "{star}");
        }
        assert!(refused("a\u{7f}b").contains("no name of a field"));
        assert_eq!(expansions("names, changelog").unwrap(), "names,changelog");
        let error = expansions("a b").unwrap_err().to_string();
        assert!(error.contains("expand"), "{error}");
    }
}
