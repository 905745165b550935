//! Jira users: myself, one user, searches.

use serde_json::{Value, json};

use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::Account;
use super::{error, issues, page_bounds, projects};

/// A user as it appears everywhere; the address only if it is visible to the viewer.
pub(super) fn user_json(desk: &Desk<'_>, id: &str) -> Value {
    let Some(account) = desk.account(id) else {
        return Value::Null;
    };
    let base = format!("https://{}", desk.site.host);
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
        "active": true,
        "timeZone": account.time_zone,
        "accountType": "atlassian",
    });
    if account.email_visible || desk.caller.account.as_deref() == Some(id) {
        user["emailAddress"] = json!(account.email);
    }
    user
}

pub(super) fn myself(desk: &Desk<'_>) -> Reply {
    let mut user = user_json(desk, &desk.me());
    user["locale"] = json!("en_US");
    user["groups"] = json!({"size": 1, "items": []});
    user["applicationRoles"] = json!({"size": 1, "items": []});
    Reply::ok(&user)
}

pub(super) fn get(desk: &Desk<'_>) -> Answer {
    let Some(id) = desk.call.param("accountId") else {
        return Err(error::messages(
            400,
            &["The query parameter 'accountId' must be provided."],
        ));
    };
    if desk.account(id).is_none() || !desk.site.jira_users.iter().any(|user| user == id) {
        return Err(error::messages(
            404,
            &["Specified user does not exist or you do not have required permissions"],
        ));
    }
    Ok(Reply::ok(&user_json(desk, id)))
}

fn matching<'a>(desk: &'a Desk<'_>, query: &str) -> Vec<&'a Account> {
    let wanted = query.to_lowercase();
    let begins = |text: &str| {
        let text = text.to_lowercase();
        text.starts_with(&wanted)
            || text
                .split([' ', '@', '.'])
                .any(|part| part.starts_with(&wanted))
    };
    let mut found: Vec<&Account> = desk
        .accounts
        .iter()
        .filter(|account| desk.site.jira_users.contains(&account.id))
        .filter(|account| {
            begins(&account.name)
                || (account.email_visible && begins(&account.email))
                || account.id == query
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

fn paged(desk: &Desk<'_>, found: &[&Account]) -> Answer {
    let (start, most) = page_bounds(desk, 50, 1000)?;
    let users: Vec<Value> = found
        .iter()
        .skip(start)
        .take(most)
        .map(|account| user_json(desk, &account.id))
        .collect();
    Ok(Reply::ok(&Value::Array(users)))
}

pub(super) fn search(desk: &Desk<'_>) -> Answer {
    let everybody = desk.call.path.ends_with("/users/search");
    let by_id = desk.call.param("accountId");
    match desk.call.param("query").or(by_id) {
        None if !everybody => Err(error::messages(
            400,
            &["The username, property or accountId query parameter must be provided."],
        )),
        query => paged(desk, &matching(desk, query.unwrap_or(""))),
    }
}

pub(super) fn bulk(desk: &Desk<'_>) -> Answer {
    let wanted = desk.call.list("accountId");
    if wanted.is_empty() {
        return Err(error::messages(
            400,
            &["The accountId query parameter must be provided."],
        ));
    }
    let values: Vec<Value> = wanted
        .iter()
        .map(|id| user_json(desk, id))
        .filter(|user| !user.is_null())
        .collect();
    Ok(Reply::ok(
        &json!({"maxResults": 10, "startAt": 0, "total": values.len(), "isLast": true, "values": values}),
    ))
}

pub(super) fn assignable(desk: &Desk<'_>) -> Answer {
    let project = match (
        desk.call.param("project"),
        desk.call.param("issueKey").or(desk.call.param("issueId")),
    ) {
        (Some(project), _) => projects::find(desk, project)?.clone(),
        (None, Some(issue)) => {
            let issue = issues::find(desk, issue)?;
            desk.site
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
    let found = matching(desk, desk.call.param("query").unwrap_or(""));
    let found: Vec<&Account> = found.iter().filter(allowed).copied().collect();
    paged(desk, &found)
}
