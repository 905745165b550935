//! What tools over single operations of Atlassian's share: keys, lists in answers, and their parts.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::page_request;
use super::outcome::Outcome;
use super::plain::plain;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::named_call::NamedCall;
use crate::model::issue_key::IssueKey;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;
use crate::service::error::ServiceError;
use crate::service::issues::Issues;
use crate::service::pages::Pages;

/// A call to Jira about the issue that a key, a number or an address names, and the issues of the site where it lies.
///
/// # Errors
/// `NotFound` for what names no issue, `Validation` for an address of a site that is not reached.
pub(super) async fn about_issue(
    context: &ToolContext,
    scope: &Scope,
    name: &str,
    issue: &str,
) -> Result<(Issues, NamedCall), ServiceError> {
    let (there, key) = context.issues.named(scope, issue).await?;
    let key = IssueKey::parse(key.trim()).map_err(|error| ServiceError::no_such_object(&error))?;
    let call = NamedCall::of(Product::Jira, name, &[key.as_str()]);
    Ok((there, call))
}

/// A call to Confluence about the page that an id or an address names, likewise.
///
/// # Errors
/// Those of [`about_issue`].
pub(super) async fn about_page(
    context: &ToolContext,
    scope: &Scope,
    name: &str,
    page: &str,
) -> Result<(Pages, NamedCall), ServiceError> {
    let (there, id) = context.pages.located(scope, page).await?;
    let call = NamedCall::of(Product::Confluence, name, &[id.as_str()]);
    Ok((there, call))
}

/// The id of the page that a page is to lie below, by its id or address; `beside` names a page of the site that is meant.
///
/// # Errors
/// `Validation` for what names no page of the same site.
pub(super) async fn parent_page(
    context: &ToolContext,
    scope: &Scope,
    (argument, parent): (&str, Option<&str>),
    beside: Option<&str>,
) -> Result<Option<String>, ServiceError> {
    let Some(parent) = parent else {
        return Ok(None);
    };
    let pages = match beside {
        Some(page) => context.pages.located(scope, page).await?.0,
        None => context.pages.clone(),
    };
    pages.id_here(scope, argument, parent).await.map(Some)
}

/// The entries under `name` in an answer, or of the answer itself, in few words: only the members named in `members`.
///
/// # Errors
/// `VendorDown` for an answer that holds no list: nothing is not said for what was not told.
pub(super) fn entries(
    answer: &Value,
    name: &str,
    members: &[&str],
) -> Result<Vec<Value>, ServiceError> {
    let list = answer.get(name).unwrap_or(answer).as_array();
    let list = list.ok_or_else(|| nonsense("the answer holds no list"))?;
    let shown = list.iter().map(|entry| Value::Object(few(entry, members)));
    Ok(shown.collect())
}

/// Refuses an answer to a write that does not say what was made.
///
/// # Errors
/// `VendorDown` without an id.
pub(super) fn expect_id(answer: &Value) -> Result<(), ServiceError> {
    match answer.get("id") {
        Some(Value::String(_) | Value::Number(_)) => Ok(()),
        _ => Err(nonsense("the answer does not say what was made")),
    }
}

/// The failure of an answer that is none.
pub(super) fn nonsense(what: &'static str) -> ServiceError {
    AtlassianError::Nonsense(what).into()
}

/// What is a time, or a day.
const TIMES: [&str; 6] = [
    "created",
    "updated",
    "started",
    "start_date",
    "end_date",
    "complete_date",
];

/// An object of Jira's with these of its members only, in few words. `from:to` gives a member another name.
pub(super) fn few(entry: &Value, members: &[&str]) -> Map<String, Value> {
    let named = members
        .iter()
        .map(|word| word.split_once(':').unwrap_or((word, word)));
    named
        .filter_map(|(from, to)| {
            let value = entry.get(from).filter(|value| !value.is_null())?;
            let value = match (to, value) {
                // Jira writes some ids as numbers.
                ("id", Value::Number(number)) => Value::from(number.to_string()),
                // A Data Center tells times in the zone of its server.
                (to, Value::String(text)) if TIMES.contains(&to) => Value::from(
                    Timestamp::parse(text).map_or_else(|| text.clone(), Timestamp::rfc3339),
                ),
                _ => plain(value),
            };
            Some((to.to_owned(), value))
        })
        .collect()
}

/// Where a list of Jira's that counts from `start` goes on.
pub(super) fn next_start(answer: &Value, start: u64, entries: usize) -> Option<String> {
    let is_last = answer.get("isLast").and_then(Value::as_bool);
    let end = start + entries as u64;
    let total = answer.get("total").and_then(Value::as_u64);
    let ended = is_last.unwrap_or_else(|| total.is_none_or(|total| end >= total));
    (!ended && entries > 0).then(|| end.to_string())
}

/// The number of an entry that a cursor of such a list stands for.
///
/// # Errors
/// `Validation` for what is no such cursor.
pub(super) fn start_of(cursor: Option<&str>) -> Result<u64, ServiceError> {
    cursor.map_or(Ok(0), |text| {
        text.parse().map_err(|_| {
            ServiceError::invalid("cursor", "this cursor does not belong to this list")
        })
    })
}

/// A call for a part of a list that counts from `startAt`, with the place where it begins: the cursor's, or the caller's own.
///
/// # Errors
/// `Validation` for a limit out of range, and for a cursor of another list.
pub(super) fn counted(
    call: NamedCall,
    start_at: u32,
    limit: u32,
    cursor: Option<&str>,
) -> Result<(NamedCall, u64), ServiceError> {
    page_request("limit", limit, 50, None)?;
    let start = start_of(cursor)?.max(u64::from(start_at));
    let call = call
        .with("startAt", start.to_string())
        .with("maxResults", limit.to_string());
    Ok((call, start))
}

/// The part of such a list that came.
///
/// # Errors
/// Those of [`entries`].
pub(super) fn counted_part(
    answer: &Value,
    start: u64,
    members: &[&str],
) -> Result<Outcome, ServiceError> {
    let part = entries(answer, "values", members)?;
    let next = next_start(answer, start, part.len());
    Ok(Outcome::of_entries(part, next))
}

/// A list that comes whole.
pub(super) fn whole(entries: Vec<Value>) -> Outcome {
    Outcome::of_entries(entries, None)
}

/// One issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneIssue {
    pub(super) issue_key: String,
}

/// One project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneProject {
    pub(super) project_key: String,
}
