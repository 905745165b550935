//! People of the Data Center: user names and keys, no account ids.

use serde_json::{Value, json};

use super::base;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Account;

/// The key that stays when a user name changes.
pub(crate) fn key(request: &SiteRequest<'_>, name: &str) -> Option<String> {
    let place = request
        .accounts
        .iter()
        .position(|account| account.id == name)?;
    Some(format!("JIRAUSER{}", 10_100 + place))
}

/// The same in Confluence: an installation of its own, with keys of its own kind.
pub(crate) fn confluence_key(request: &SiteRequest<'_>, name: &str) -> Option<String> {
    let mut accounts = request.accounts.iter();
    let place = accounts.position(|account| account.id == name)?;
    Some(format!("8a7f808a{:024}", place + 1))
}

/// The account with this user name or key.
pub(crate) fn find<'a>(request: &'a SiteRequest<'_>, name_or_key: &str) -> Option<&'a Account> {
    request.accounts.iter().find(|account| {
        account.id.eq_ignore_ascii_case(name_or_key)
            || key(request, &account.id).as_deref() == Some(name_or_key)
    })
}

/// A person as Jira shows them.
pub(crate) fn in_jira(request: &SiteRequest<'_>, name: &str) -> Value {
    let Some(account) = find(request, name) else {
        return Value::Null;
    };
    let base = base(request);
    let avatar = format!("{base}/secure/useravatar?avatarId=10122");
    json!({
        "self": format!("{base}/rest/api/2/user?username={}", account.id),
        "key": key(request, &account.id), "name": account.id, "emailAddress": account.email,
        "avatarUrls": {"48x48": avatar, "24x24": avatar, "16x16": avatar, "32x32": avatar},
        "displayName": account.name, "active": account.active, "deleted": false, "timeZone": account.time_zone, "locale": "en_US",
    })
}

/// A person as Confluence shows them.
pub(crate) fn in_confluence(request: &SiteRequest<'_>, name: &str) -> Value {
    let Some(account) = find(request, name) else {
        return Value::Null;
    };
    json!({
        "type": "known", "username": account.id, "userKey": confluence_key(request, &account.id),
        "profilePicture": {"path": "/images/icons/profilepics/default.svg", "width": 48, "height": 48, "isDefault": true},
        "displayName": account.name, "_links": {"self": format!("{}/rest/api/user?username={}", base(request), account.id)},
    })
}

fn refused(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({"errorMessages": [text], "errors": {}}))
}

/// `GET user?username=` or `?key=`.
pub(crate) fn get(request: &SiteRequest<'_>) -> Answer {
    let (by_name, by_key) = (request.call.param("username"), request.call.param("key"));
    let Some(wanted) = by_name.or(by_key) else {
        return Err(refused(
            400,
            "Either the 'username' or the 'key' query parameters need to be provided",
        ));
    };
    let is_meant = |account: &&Account| match by_name {
        Some(name) => account.id.eq_ignore_ascii_case(name),
        None => key(request, &account.id).as_deref() == by_key,
    };
    match request.accounts.iter().find(is_meant) {
        None => Err(refused(
            404,
            &format!("The user with the key '{wanted}' does not exist"),
        )),
        Some(account) => Ok(Reply::ok(&in_jira(request, &account.id))),
    }
}

/// `GET user/search` and `user/assignable/search`: by user name, full name or address.
pub(crate) fn search(request: &SiteRequest<'_>) -> Answer {
    let assignable = request.call.path.ends_with("/assignable/search");
    let Some(wanted) = request.call.param("username").or(assignable.then_some("")) else {
        return Err(refused(
            400,
            "The username query parameter was not provided",
        ));
    };
    let wanted = wanted.to_lowercase();
    let number = |name: &str, default: usize| {
        request
            .call
            .param(name)
            .and_then(|text| text.parse::<usize>().ok())
            .unwrap_or(default)
    };
    let fits = |account: &&Account| {
        wanted == "."
            || [&account.id, &account.name, &account.email]
                .iter()
                .any(|text| text.to_lowercase().contains(&wanted))
    };
    // Those that are no longer used are left out unless they are asked for.
    let all = request.call.flag("includeInactive");
    let users: Vec<Value> = request
        .accounts
        .iter()
        .filter(fits)
        .filter(|account| account.active || all)
        .skip(number("startAt", 0))
        .take(number("maxResults", 50).min(1000))
        .map(|account| in_jira(request, &account.id))
        .collect();
    Ok(Reply::ok(&Value::Array(users)))
}
