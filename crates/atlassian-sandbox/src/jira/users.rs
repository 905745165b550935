//! Jira users: myself, one user, searches.

use serde_json::{Value, json};

use super::{error, issues, page_bounds, projects};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Account;

/// A user as it appears everywhere; the address only if it is visible to the viewer
/// (<https://developer.atlassian.com/cloud/jira/platform/profile-visibility/>).
pub(crate) fn user_json(request: &SiteRequest<'_>, id: &str) -> Value {
    let Some(account) = request.account(id) else {
        return Value::Null;
    };
    let base = format!("https://{}", request.site.host);
    let avatar = |size: u32| {
        format!(
            "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/{}/{size}",
            account.short
        )
    };
    let mut user = json!({
        "self": format!("{base}/rest/api/3/user?accountId={}", account.id),
        "accountId": account.id,
        "avatarUrls": {"48x48": avatar(48), "24x24": avatar(24), "16x16": avatar(16), "32x32": avatar(32)},
        "displayName": account.name,
        "active": account.active,
        "timeZone": account.time_zone,
        "accountType": account.kind,
    });
    if account.email_visible || request.caller.account.as_deref() == Some(id) {
        user["emailAddress"] = json!(account.email);
    }
    user
}

pub(crate) fn myself(request: &SiteRequest<'_>) -> Reply {
    let mut user = user_json(request, &request.me());
    user["locale"] = json!("en_US");
    user["groups"] = json!({"size": 1, "items": []});
    user["applicationRoles"] = json!({"size": 1, "items": []});
    Reply::ok(&user)
}

pub(crate) fn get(request: &SiteRequest<'_>) -> Answer {
    let Some(id) = request.call.param("accountId") else {
        return Err(error::messages(
            400,
            &["The query parameter 'accountId' must be provided."],
        ));
    };
    if request.account(id).is_none() || !request.site.jira_users.iter().any(|user| user == id) {
        return Err(error::messages(
            404,
            &["Specified user does not exist or you do not have required permissions"],
        ));
    }
    Ok(Reply::ok(&user_json(request, id)))
}

fn matching<'a>(request: &'a SiteRequest<'_>, query: &str) -> Vec<&'a Account> {
    let wanted = query.to_lowercase();
    let begins = |text: &str| {
        let text = text.to_lowercase();
        text.starts_with(&wanted)
            || text
                .split([' ', '@', '.'])
                .any(|part| part.starts_with(&wanted))
    };
    let mut found: Vec<&Account> = request
        .accounts
        .iter()
        .filter(|account| request.site.jira_users.contains(&account.id))
        .filter(|account| {
            begins(&account.name)
                || (account.email_visible && begins(&account.email))
                || account.id == query
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

fn paged(request: &SiteRequest<'_>, found: &[&Account]) -> Answer {
    let (start, most) = page_bounds(request, 50, 1000)?;
    let users: Vec<Value> = found
        .iter()
        .skip(start)
        .take(most)
        .map(|account| user_json(request, &account.id))
        .collect();
    Ok(Reply::ok(&Value::Array(users)))
}

pub(crate) fn search(request: &SiteRequest<'_>) -> Answer {
    let everybody = request.call.path.ends_with("/users/search");
    let by_id = request.call.param("accountId");
    match request.call.param("query").or(by_id) {
        None if !everybody => Err(error::messages(
            400,
            &["The username, property or accountId query parameter must be provided."],
        )),
        query => paged(request, &matching(request, query.unwrap_or(""))),
    }
}

pub(crate) fn bulk(request: &SiteRequest<'_>) -> Answer {
    let wanted = request.call.list("accountId");
    if wanted.is_empty() {
        return Err(error::messages(
            400,
            &["The accountId query parameter must be provided."],
        ));
    }
    let (start, most) = page_bounds(request, 10, 200)?;
    let known: Vec<&String> = wanted
        .iter()
        .filter(|id| request.site.jira_users.contains(id))
        .collect();
    let values: Vec<Value> = known
        .iter()
        .skip(start)
        .take(most)
        .map(|id| user_json(request, id))
        .collect();
    let last = start + values.len() >= known.len();
    Ok(Reply::ok(
        &json!({"maxResults": most, "startAt": start, "total": known.len(), "isLast": last, "values": values}),
    ))
}

pub(crate) fn assignable(request: &SiteRequest<'_>) -> Answer {
    let project = match (
        request.call.param("project"),
        request
            .call
            .param("issueKey")
            .or(request.call.param("issueId")),
    ) {
        (Some(project), _) => projects::find(request, project)?.clone(),
        (None, Some(issue)) => {
            let issue = issues::find(request, issue)?;
            request
                .site
                .project(issue.project)
                .cloned()
                .ok_or_else(error::no_issue)?
        }
        (None, None) => {
            return Err(error::messages(
                400,
                &["Either project, issueKey or issueId must be provided."],
            ));
        }
    };
    let allowed =
        |account: &&&Account| project.writers.is_empty() || project.writers.contains(&account.id);
    let found = matching(request, request.call.param("query").unwrap_or(""));
    let found: Vec<&Account> = found.iter().filter(allowed).copied().collect();
    paged(request, &found)
}
