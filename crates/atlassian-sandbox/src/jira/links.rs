//! Links between issues, and their kinds.

use serde_json::{Value, json};

use super::fields::linked;
use super::{comments, error, issues};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, IssueLink};

/// Id, name, and what is said at either end.
const KINDS: [(&str, &str, &str, &str); 4] = [
    ("10000", "Blocks", "is blocked by", "blocks"),
    ("10001", "Cloners", "is cloned by", "clones"),
    ("10002", "Duplicate", "is duplicated by", "duplicates"),
    ("10003", "Relates", "relates to", "relates to"),
];

fn kind_json(request: &SiteRequest<'_>, name: &str) -> Value {
    let known = KINDS
        .iter()
        .find(|known| known.1 == name || known.0 == name);
    known.map_or(Value::Null, |(id, name, inward, outward)| {
        let address = format!(
            "https://{}/rest/api/3/issueLinkType/{id}",
            request.site.host
        );
        json!({"id": id, "name": name, "inward": inward, "outward": outward, "self": address})
    })
}

pub(super) fn kinds(request: &SiteRequest<'_>) -> Reply {
    let all: Vec<Value> = KINDS
        .iter()
        .map(|kind| kind_json(request, kind.1))
        .collect();
    Reply::ok(&json!({"issueLinkTypes": all}))
}

pub(super) fn kind(request: &SiteRequest<'_>, id: &str) -> Answer {
    let known = KINDS.iter().find(|known| known.0 == id);
    let known =
        known.ok_or_else(|| error::messages(404, &["No issue link type with this id found."]))?;
    Ok(Reply::ok(&kind_json(request, known.1)))
}

/// The `issuelinks` field: the issue at the other end, under the name of its end.
pub(super) fn field(request: &SiteRequest<'_>, issue: &Issue) -> Value {
    let own = |link: &&IssueLink| link.from == issue.id || link.to == issue.id;
    let links = request.site.tracker.links.iter().filter(own);
    links
        .filter_map(|link| {
            let (end, other) = if link.from == issue.id {
                ("outwardIssue", link.to)
            } else {
                ("inwardIssue", link.from)
            };
            let base = format!("https://{}", request.site.host);
            let mut value = short(request, link);
            value[end] = linked(&base, request.site.issue(other)?);
            Some(value)
        })
        .collect()
}

fn short(request: &SiteRequest<'_>, link: &IssueLink) -> Value {
    json!({
        "id": link.id.to_string(),
        "self": format!("https://{}/rest/api/3/issueLink/{}", request.site.host, link.id),
        "type": kind_json(request, &link.kind),
    })
}

/// A link whose two issues the caller sees.
fn find<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a IssueLink, Reply> {
    let mut all = request.site.tracker.links.iter();
    let sees = |id: u64| issues::find(request, &id.to_string()).is_ok();
    all.find(|link| link.id.to_string() == id)
        .filter(|link| sees(link.from) && sees(link.to))
        .ok_or_else(|| error::messages(404, &["No issue link with this id found."]))
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    let link = find(request, id)?;
    let base = format!("https://{}", request.site.host);
    let mut value = short(request, link);
    for (end, id) in [("inwardIssue", link.from), ("outwardIssue", link.to)] {
        value[end] = request
            .site
            .issue(id)
            .map_or(Value::Null, |issue| linked(&base, issue));
    }
    Ok(Reply::ok(&value))
}

/// The answer has no body: only its `Location` tells the link's id.
pub(super) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let wanted = body.get("type").unwrap_or(&Value::Null);
    let is_meant = |kind: &&(&str, &str, &str, &str)| {
        wanted["id"] == kind.0
            || wanted["name"]
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case(kind.1))
    };
    let name = wanted["name"].as_str().unwrap_or("");
    let kind = KINDS.iter().find(is_meant).ok_or_else(|| {
        error::messages(
            404,
            &[&format!("No issue link type with name '{name}' found.")],
        )
    })?;
    let mut ends = [0, 0];
    for (place, end) in ["inwardIssue", "outwardIssue"].into_iter().enumerate() {
        let issue = body.get(end).unwrap_or(&Value::Null);
        let named = issue["key"].as_str().or(issue["id"].as_str()).unwrap_or("");
        let found = issues::find_to_write(request, named)?;
        ends[place] = request.site.issues[found].id;
    }
    if ends[0] == ends[1] {
        return Err(error::messages(
            400,
            &["You cannot link an issue to itself."],
        ));
    }
    let comment = body
        .get("comment")
        .map_or(&Value::Null, |comment| &comment["body"]);
    if !comment.is_null() {
        comments::checked(comment)?;
        let index = issues::find_to_write(request, &ends[0].to_string())?;
        comments::append(request, index, comment.clone(), None);
    }
    let mut all = request.site.tracker.links.iter();
    let is_same = |link: &&IssueLink| link.kind == kind.1 && [link.from, link.to] == ends;
    // The same link twice is one.
    let known = all.find(is_same).map(|link| link.id);
    let id = known.unwrap_or_else(|| request.new_id());
    if known.is_none() {
        request.site.tracker.links.push(IssueLink {
            id,
            kind: kind.1.to_owned(),
            from: ends[0],
            to: ends[1],
        });
    }
    let address = format!("https://{}/rest/api/3/issueLink/{id}", request.site.host);
    Ok(Reply::empty(201).with("location", &address))
}

pub(super) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let link = find(request, id)?;
    let (id, from) = (link.id, link.from);
    issues::find_to_write(request, &from.to_string())?;
    request.site.tracker.links.retain(|link| link.id != id);
    Ok(Reply::empty(204))
}
