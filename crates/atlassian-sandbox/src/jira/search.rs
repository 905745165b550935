//! `search/jql` and `approximate-count`: closed body schema, bounded JQL, tokens bound to their query.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::fields::{Wanted, issue_json};
use super::{error, jql};
use crate::clock::{DAY, SECOND};
use crate::random::sha256_text;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Issue;

/// How long a page token may be used, by Jira's OpenAPI document.
const TOKEN_LIFE: i64 = 7 * DAY;

/// Keys of the closed body schema; a query may also say `failFast`.
const KNOWN: [&str; 8] = [
    "jql",
    "nextPageToken",
    "maxResults",
    "fields",
    "expand",
    "properties",
    "fieldsByKeys",
    "reconcileIssues",
];

struct Search {
    jql: String,
    most: i64,
    fields: Vec<String>,
    expand: Vec<String>,
    token: Option<String>,
    reconcile: Vec<u64>,
}

pub(crate) fn by_query(request: &mut SiteRequest<'_>) -> Answer {
    let call = request.call;
    if let Some((name, _)) = call
        .query
        .iter()
        .find(|(name, _)| !KNOWN.contains(&name.as_str()) && name != "failFast")
    {
        return Err(error::messages(
            400,
            &[&format!("Unknown query parameter '{name}'.")],
        ));
    }
    let most = match call.param("maxResults").map(str::parse) {
        None => 50,
        Some(Ok(most)) => most,
        Some(Err(_)) => return Err(error::messages(400, &["maxResults must be a number."])),
    };
    let search = Search {
        jql: call.param("jql").unwrap_or("").to_owned(),
        most,
        fields: call.list("fields"),
        expand: call.list("expand"),
        token: call.param("nextPageToken").map(str::to_owned),
        reconcile: call
            .list("reconcileIssues")
            .iter()
            .filter_map(|id| id.parse().ok())
            .collect(),
    };
    run(request, &search)
}

pub(crate) fn by_body(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    error::closed(&body, &KNOWN)?;
    run(request, &read_body(&body)?)
}

fn read_body(body: &Map<String, Value>) -> Result<Search, Reply> {
    let wrong = || {
        error::messages(
            400,
            &["Invalid request payload. Refer to the REST API documentation and try again."],
        )
    };
    let text = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong()),
    };
    let list = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(&[][..]),
        Some(Value::Array(items)) => Ok(items.as_slice()),
        Some(_) => Err(wrong()),
    };
    let most = match body.get("maxResults") {
        None | Some(Value::Null) => 50,
        Some(number) => number.as_i64().ok_or_else(wrong)?,
    };
    let fields: Option<Vec<String>> = list("fields")?
        .iter()
        .map(|field| field.as_str().map(str::to_owned))
        .collect();
    let reconcile: Option<Vec<u64>> = list("reconcileIssues")?.iter().map(Value::as_u64).collect();
    let reconcile = reconcile.ok_or_else(wrong)?;
    if reconcile.len() > 50 {
        return Err(error::messages(
            400,
            &["At most 50 issues can be reconciled."],
        ));
    }
    Ok(Search {
        jql: text("jql")?.unwrap_or_default(),
        most,
        fields: fields.ok_or_else(wrong)?,
        expand: text("expand")?
            .unwrap_or_default()
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        token: text("nextPageToken")?,
        reconcile,
    })
}

/// Found issues without those the index does not know yet. Search follows writes with a delay:
/// <https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/>.
fn indexed<'a>(
    request: &SiteRequest<'_>,
    found: Vec<&'a Issue>,
    reconcile: &[u64],
) -> Vec<&'a Issue> {
    let lag = i64::from(request.behaviour.index_lag_seconds) * SECOND;
    found
        .into_iter()
        .filter(|issue| issue.created + lag <= request.now || reconcile.contains(&issue.id))
        .collect()
}

fn problems(texts: &[String]) -> Reply {
    Reply::json(400, &json!({"errorMessages": texts, "errors": {}}))
}

fn run(request: &SiteRequest<'_>, search: &Search) -> Answer {
    let found = jql::find(request, &search.jql).map_err(|texts| problems(&texts))?;
    let found = indexed(request, found, &search.reconcile);
    let wanted = Wanted::new(&search.fields, "id");
    if !(1..=5000).contains(&search.most) {
        return Err(error::messages(
            400,
            &["The value of maxResults must be between 1 and 5000."],
        ));
    }
    // "To return more items per page, request fewer fields": 5000 for ids and keys, fewer for more. The
    // 100 is ours; Atlassian names none.
    let limit = if wanted.is_bare() { 5000 } else { 100 };
    let most = usize::try_from(search.most).unwrap_or(1).min(limit);
    let start = match &search.token {
        None => 0,
        Some(token) => read_token(request, token, &search.jql)?,
    };
    // Later pages are short although more follows: Atlassian promises only that a missing token is the
    // end, and a client that stops at a short page loses the rest.
    let short = usize::from(start > 0 && most >= 5 && found.len() > start + most);
    let shown: Vec<Value> = found
        .iter()
        .skip(start)
        .take(most - short)
        .map(|issue| issue_json(request, issue, &wanted, &search.expand))
        .collect();
    let next = start + shown.len();
    let last = next >= found.len();
    let mut answer = json!({"issues": shown, "isLast": last});
    if !last {
        answer["nextPageToken"] = json!(write_token(request, next, &search.jql));
    }
    Ok(Reply::ok(&answer))
}

/// What binds a token to its query and its reader. Stricter than what is documented: a client that sends
/// one query's token with another would get a wrong page there, and no error.
fn fingerprint(request: &SiteRequest<'_>, jql: &str) -> String {
    sha256_text(&format!(
        "{}\n{}\n{jql}",
        request.site.cloud_id,
        request.me()
    ))
    .chars()
    .take(16)
    .collect()
}

fn write_token(request: &SiteRequest<'_>, next: usize, jql: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!(
        "{}.{next}.{}",
        fingerprint(request, jql),
        request.now
    ))
}

fn read_token(request: &SiteRequest<'_>, token: &str, jql: &str) -> Result<usize, Reply> {
    let read = || -> Option<usize> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let mut parts = text.split('.');
        let bound = parts.next()? == fingerprint(request, jql);
        let next = parts.next()?.parse().ok()?;
        let made: i64 = parts.next()?.parse().ok()?;
        (bound && request.now - made <= TOKEN_LIFE).then_some(next)
    };
    read().ok_or_else(|| {
        error::messages(
            400,
            &["The provided next page token is invalid or expired."],
        )
    })
}

pub(crate) fn count(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    error::closed(&body, &["jql"])?;
    let text = body.get("jql").and_then(Value::as_str).unwrap_or("");
    let found = jql::find(request, text).map_err(|texts| problems(&texts))?;
    Ok(Reply::ok(
        &json!({"count": indexed(request, found, &[]).len()}),
    ))
}
