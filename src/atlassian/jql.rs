//! Reads what a person typed as JQL or words, and builds the query that a search sends.

use url::Url;

use super::query::{
    Filters, Lexed, Meaning, Named, QueryError, QueryLanguage, QueryMode, Reading, UNREAD, compose,
    list_of, one_line, one_site, plain_words, quoted, with_quotes,
};
use crate::model::issue_reference::IssueReference;
use crate::model::jira_place::JiraPlace;
use crate::model::page_reference::PageReference;
use crate::model::pasted::{has_scheme, pasted_address, query_in_address};

/// What bounds a search for nothing in particular: Jira refuses a query without a condition.
const RECENT: &str = "created >= -365d";
/// What a search can be narrowed by.
const FILTERS: [&str; 4] = ["project", "status", "assignee", "type"];
/// Before there was Jira, and after the epoch in every time zone.
const FIRST_DAY: &str = "1970-01-02";

/// JQL's fields and functions that Atlassian documents
/// (<https://support.atlassian.com/jira-software-cloud/docs/jql-fields/> and `…/jql-functions/`).
const JQL: QueryLanguage = QueryLanguage {
    fields: &[
        "affectedversion",
        "approvals",
        "assignee",
        "attachments",
        "category",
        "comment",
        "component",
        "created",
        "createddate",
        "creator",
        "customer request type",
        "description",
        "due",
        "duedate",
        "environment",
        "epic link",
        "epic name",
        "filter",
        "fixversion",
        "hierarchylevel",
        "id",
        "issue",
        "issuekey",
        "issuelink",
        "issuelinktype",
        "issuetype",
        "key",
        "labels",
        "lastviewed",
        "level",
        "organizations",
        "originalestimate",
        "parent",
        "parentepic",
        "priority",
        "project",
        "projecttype",
        "rank",
        "remainingestimate",
        "reporter",
        "request",
        "request type",
        "resolution",
        "resolutiondate",
        "resolved",
        "savedfilter",
        "searchrequest",
        "sprint",
        "status",
        "statuscategory",
        "statuscategorychangeddate",
        "story points",
        "subtasks",
        "summary",
        "team",
        "text",
        "textfields",
        "timeestimate",
        "timeoriginalestimate",
        "timespent",
        "type",
        "updated",
        "updateddate",
        "voter",
        "votes",
        "watcher",
        "watchers",
        "workitem",
        "worklogauthor",
        "worklogcomment",
        "worklogdate",
        "workratio",
        "worktype",
    ],
    prefixes: &["cf[", "issue.property["],
    functions: &[
        "approved",
        "approver",
        "breached",
        "cascadeoption",
        "choiceoption",
        "closedsprints",
        "completed",
        "componentsleadbyuser",
        "currentlogin",
        "currentuser",
        "earliestunreleasedversion",
        "elapsed",
        "endofday",
        "endofmonth",
        "endofweek",
        "endofyear",
        "everbreached",
        "futuresprints",
        "issuehistory",
        "issueswithremotelinksbyglobalid",
        "lastlogin",
        "latestreleasedversion",
        "linkedissue",
        "linkedissues",
        "membersof",
        "myapproval",
        "mypending",
        "now",
        "opensprints",
        "organizationmembers",
        "paused",
        "pending",
        "pendingby",
        "portfoliochildissuesof",
        "projectsleadbyuser",
        "projectswhereuserhaspermission",
        "projectswhereuserhasrole",
        "releasedversions",
        "remaining",
        "running",
        "standardissuetypes",
        "startofday",
        "startofmonth",
        "startofweek",
        "startofyear",
        "subtaskissuetypes",
        "unreleasedversions",
        "updatedby",
        "votedissues",
        "watchedissues",
        "withincalendarhours",
    ],
    asks_for_states: true,
};

/// What `q` is taken for in `mode` (`auto`, `jql` or `text`), narrowed by `filters` (a JSON object with
/// `project`, `status`, `assignee` and `type`).
///
/// # Errors
/// When a parameter is malformed, or the query could not stand in brackets by itself.
pub(crate) fn read(
    q: &str,
    mode: Option<&str>,
    filters: Option<&str>,
) -> Result<Reading, QueryError> {
    let mode = QueryMode::parse(mode, "jql")?;
    let filters = filter_clauses(&Filters::parse(filters, &FILTERS)?)?;
    let q = one_line(q);
    if q.trim().is_empty() {
        let bound = if filters.is_empty() { RECENT } else { "" };
        let query = compose(bound, &filters, Some("created DESC"));
        return Ok(Reading::plain(query));
    }
    let named = IssueReference::parse(&q);
    if named.is_none() && mode != QueryMode::Text {
        if let Some((address, query)) = searched(&q) {
            return Ok(Reading {
                address: Some(address),
                ..Reading::plain(for_query(&query, &filters)?)
            });
        }
        if names_a_page(&q) {
            let why = "q is the address of a page, which a search in Confluence finds; with mode=text its words are looked for";
            return Err(QueryError::new("q", why));
        }
        if let Some(address) =
            pasted_address(&q).filter(|_| has_scheme(q.trim_start_matches(['<', '[', '('])))
        {
            return of_address(&q, mode, address, &filters);
        }
    }
    let listed = match mode {
        QueryMode::Text => None,
        _ => list_of(&q, IssueReference::of_list)?,
    };
    if let Some(listed) = listed {
        return of_list(&q, mode, &listed, &filters);
    }
    match (mode, named) {
        (QueryMode::Text, _) => Ok(Reading::plain(for_words(&q, &filters)?)),
        // A key alone is no JQL, so it can only mean this.
        (QueryMode::Language, Some(named)) => {
            let query = compose(&names(&named), &filters, None);
            Ok(Reading {
                id: id_of(&named, &filters),
                address: named.address,
                ..Reading::plain(query)
            })
        }
        (QueryMode::Language, None) => Ok(Reading::plain(for_query(&q, &filters)?)),
        (QueryMode::Auto, named) => guessed(&q, named, &filters),
    }
}

/// What the address of no single issue is taken for: a project or its board, a filter, or what mentions it.
fn of_address(
    q: &str,
    mode: QueryMode,
    address: Url,
    filters: &[String],
) -> Result<Reading, QueryError> {
    let place = JiraPlace::parse(&address);
    if place.is_none() && mode == QueryMode::Language {
        return Err(QueryError::new("q", UNREAD));
    }
    let mention = for_words(q, filters)?;
    let query = place.as_ref().map(JiraPlace::jql);
    let query = query.map(|clause| compose(&clause, filters, None));
    Ok(Reading {
        is_unread: query.is_none(),
        address: Some(address),
        mention: (mode == QueryMode::Auto).then(|| mention.clone()),
        ..Reading::plain(query.unwrap_or(mention))
    })
}

/// What a list of issues is taken for: each of them, or in a query all of them.
fn of_list(
    q: &str,
    mode: QueryMode,
    listed: &[IssueReference],
    filters: &[String],
) -> Result<Reading, QueryError> {
    if mode == QueryMode::Language {
        let keys: Vec<String> = listed.iter().map(|one| quoted(one.key.as_str())).collect();
        let clause = format!("key in ({})", keys.join(", "));
        return Ok(Reading {
            address: one_site(listed.iter().map(|one| one.address.as_ref()))?,
            ..Reading::plain(compose(&clause, filters, None))
        });
    }
    Ok(Reading {
        listed: listed.iter().map(|one| named_by(one, filters)).collect(),
        ..Reading::plain(for_words(q, filters)?)
    })
}

/// How one issue is found.
fn named_by(issue: &IssueReference, filters: &[String]) -> Named {
    Named {
        query: compose(&names(issue), filters, None),
        id: id_of(issue, filters),
        address: issue.address.clone(),
    }
}

/// Whether a text is the address of a page, and not of anything else on the web.
fn names_a_page(q: &str) -> bool {
    let named = PageReference::parse(q.trim()).ok();
    let address = named.and_then(|named| named.address);
    address.is_some_and(|address| {
        address.path().starts_with("/wiki/") || address.path().contains("/pages/viewpage.action")
    })
}

fn guessed(
    q: &str,
    named: Option<IssueReference>,
    filters: &[String],
) -> Result<Reading, QueryError> {
    let lexed = Lexed::new(q);
    let meaning = match named {
        Some(_) => Meaning::Words,
        // The signs in an address are none of a query's.
        None if pasted_address(q).is_some() => Meaning::Words,
        None => JQL.meaning(&lexed),
    };
    match meaning {
        Meaning::Query => Ok(Reading::plain(for_query(q, filters)?)),
        Meaning::Either if for_query(q, filters).is_ok() => Ok(Reading {
            words: for_words(q, filters).ok(),
            ..Reading::plain(for_query(q, filters)?)
        }),
        Meaning::Either | Meaning::Words => {
            let named = named.or_else(|| IssueReference::leading(q));
            let named = match (named, IssueReference::within(q)) {
                (None, within) if within.len() > 1 => {
                    return of_list(q, QueryMode::Auto, &within, filters);
                }
                (named, within) => named.or_else(|| within.into_iter().next()),
            };
            // The words of an address are no words of an issue, but its key may be mentioned in others.
            let text = match &named {
                Some(named) if named.address.is_some() => named.key.as_str(),
                _ => q,
            };
            let query = for_words(text, filters)?;
            let is_address = named.as_ref().is_some_and(|named| named.address.is_some());
            Ok(Reading {
                named: named.map(|named| named_by(&named, filters)),
                mention: is_address.then(|| for_words(q, filters)).transpose()?,
                ..Reading::plain(query)
            })
        }
    }
}

/// The query of a search whose address was pasted, also of an older Jira.
fn searched(q: &str) -> Option<(Url, String)> {
    let found = ["jql", "jqlQuery"]
        .iter()
        .find_map(|name| query_in_address(q, name));
    found.map(|(address, query)| (address, one_line(&query)))
}

/// What an issue can be read by where no filter stands before it.
fn id_of(named: &IssueReference, filters: &[String]) -> Option<String> {
    filters.is_empty().then(|| named.key.as_str().to_owned())
}

/// The clause that finds one issue. Jira's index of texts holds no keys.
fn names(issue: &IssueReference) -> String {
    let field = if issue.key.is_id() { "id" } else { "key" };
    format!("{field} = {}", quoted(issue.key.as_str()))
}

fn for_words(q: &str, filters: &[String]) -> Result<String, QueryError> {
    let clause = format!("text ~ {}", quoted(&plain_words(q)?));
    Ok(compose(&clause, filters, None))
}

fn for_query(q: &str, filters: &[String]) -> Result<String, QueryError> {
    let q = &with_quotes(q);
    let lexed = Lexed::new(q);
    let parts = lexed.parts()?;
    let bound = bound(parts.order.unwrap_or_default());
    let clause = match parts.clause {
        "" if filters.is_empty() => bound.as_str(),
        clause => clause,
    };
    Ok(compose(clause, filters, parts.order))
}

/// What bounds an order alone: by the date that orders, so that the index that sorts also searches, and
/// so early that it leaves out nothing.
fn bound(order: &str) -> String {
    let first = order
        .split([',', ' '])
        .next()
        .unwrap_or_default()
        .trim_matches('"');
    let field = ["updated", "updatedDate"]
        .into_iter()
        .find(|field| field.eq_ignore_ascii_case(first))
        .unwrap_or("created");
    format!("{field} >= \"{FIRST_DAY}\"")
}

fn filter_clauses(filters: &Filters) -> Result<Vec<String>, QueryError> {
    let mut clauses = Vec::new();
    clauses.extend(filters.clause("project", "project")?);
    clauses.extend(filters.clause("status", "status")?);
    clauses.extend(assignees(filters)?);
    clauses.extend(filters.clause("type", "issuetype")?);
    Ok(clauses)
}

fn assignees(filters: &Filters) -> Result<Option<String>, QueryError> {
    if filters.asks_for_none("assignee") {
        return Ok(Some(String::from("assignee is EMPTY")));
    }
    let given = filters.values("assignee")?;
    let accounts: Vec<String> = given
        .iter()
        .map(|assignee| match assignee.as_str() {
            "me" => String::from("currentUser()"),
            account => quoted(account),
        })
        .collect();
    Ok((!accounts.is_empty()).then(|| format!("assignee in ({})", accounts.join(", "))))
}

#[cfg(test)]
#[path = "jql_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "jql_address_tests.rs"]
mod address_tests;
