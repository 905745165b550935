//! Who watches an issue, and who votes for it.

use serde_json::{Value, json};

use super::{error, issues, users};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Issue;

/// The `watches` field of an issue.
pub(super) fn field(request: &SiteRequest<'_>, issue: &Issue) -> Value {
    let watchers = &issue.around.watchers;
    json!({
        "self": format!("https://{}/rest/api/3/issue/{}/watchers", request.site.host, issue.key),
        "watchCount": watchers.len(), "isWatching": watchers.contains(&request.me()),
    })
}

/// The `votes` field of an issue.
pub(super) fn votes_field(request: &SiteRequest<'_>, issue: &Issue) -> Value {
    let votes = &issue.around.votes;
    json!({
        "self": format!("https://{}/rest/api/3/issue/{}/votes", request.site.host, issue.key),
        "votes": votes.len(), "hasVoted": votes.contains(&request.me()),
    })
}

fn people(request: &SiteRequest<'_>, ids: &[String]) -> Value {
    ids.iter().map(|id| users::user_json(request, id)).collect()
}

pub(super) fn list(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let mut value = field(request, issue);
    value["watchers"] = people(request, &issue.around.watchers);
    Ok(Reply::ok(&value))
}

fn place(request: &SiteRequest<'_>, issue: &str) -> Result<usize, Reply> {
    let id = issues::find(request, issue)?.id;
    let mut all = request.site.issues.iter();
    all.position(|issue| issue.id == id)
        .ok_or_else(error::no_issue)
}

/// Somebody who uses Jira here.
fn known(request: &SiteRequest<'_>, id: &str) -> Result<String, Reply> {
    let users = &request.site.jira_users;
    users
        .iter()
        .find(|user| *user == id)
        .cloned()
        .ok_or_else(|| error::messages(400, &[&format!("The user '{id}' does not exist.")]))
}

/// The body is an account id as a JSON string; without one the caller is meant.
pub(super) fn add(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let place = place(request, issue)?;
    let who = if request.call.body.is_empty() {
        request.me()
    } else {
        match serde_json::from_slice(&request.call.body) {
            Ok(Value::String(id)) => known(request, &id)?,
            _ => return Err(error::messages(400, &["The body must be an account ID."])),
        }
    };
    let watchers = &mut request.site.issues[place].around.watchers;
    if !watchers.contains(&who) {
        watchers.push(who);
    }
    Ok(Reply::empty(204))
}

pub(super) fn remove(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let place = place(request, issue)?;
    let who = match request.call.param("accountId") {
        Some(id) => known(request, id)?,
        None => {
            return Err(error::messages(
                400,
                &["The accountId query parameter must be provided."],
            ));
        }
    };
    let watchers = &mut request.site.issues[place].around.watchers;
    watchers.retain(|watcher| *watcher != who);
    Ok(Reply::empty(204))
}

pub(super) fn votes(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let mut value = votes_field(request, issue);
    value["voters"] = people(request, &issue.around.votes);
    Ok(Reply::ok(&value))
}

/// Not for one's own issue, and not for one that is resolved.
pub(super) fn vote(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let place = place(request, issue)?;
    let me = request.me();
    let issue = &mut request.site.issues[place];
    if issue.reporter == me || issue.resolution.is_some() {
        return Err(error::messages(
            404,
            &["You cannot vote for an issue you have reported, or for a resolved one."],
        ));
    }
    if !issue.around.votes.contains(&me) {
        issue.around.votes.push(me);
    }
    Ok(Reply::empty(204))
}

pub(super) fn unvote(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let place = place(request, issue)?;
    let me = request.me();
    let votes = &mut request.site.issues[place].around.votes;
    if !votes.contains(&me) {
        return Err(error::messages(
            404,
            &["You have not voted for this issue."],
        ));
    }
    votes.retain(|voter| *voter != me);
    Ok(Reply::empty(204))
}
