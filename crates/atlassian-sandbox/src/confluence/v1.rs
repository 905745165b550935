//! What is left of v1: labels, users; and content and space lists that only Basic authentication still gets.

use serde_json::{Value, json};

use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::{Label, Page};
use super::{bodies, error, pages};

pub(super) fn gone() -> Reply {
    error::v1(410, "This deprecated endpoint has been removed.")
}

fn user_json(desk: &Desk<'_>, id: &str) -> Value {
    let Some(account) = desk.account(id) else {
        return Value::Null;
    };
    let email = if account.email_visible || desk.me() == id {
        account.email.as_str()
    } else {
        ""
    };
    json!({
        "type": "known", "accountId": account.id, "accountType": "atlassian", "email": email, "publicName": account.name,
        "displayName": account.name, "timeZone": account.time_zone, "isExternalCollaborator": false,
        "profilePicture": {"path": "/wiki/aa-avatar/x", "width": 48, "height": 48, "isDefault": false},
        "_links": {"self": format!("https://{}/wiki/rest/api/user?accountId={}", desk.site.host, account.id)},
    })
}

pub(super) fn current_user(desk: &Desk<'_>) -> Reply {
    match &desk.caller.account {
        Some(id) => Reply::ok(&user_json(desk, id)),
        None => Reply::ok(
            &json!({"type": "anonymous", "displayName": "Anonymous", "profilePicture": {"path": "/wiki/images/icons/profilepics/anonymous.svg", "width": 48, "height": 48, "isDefault": true}}),
        ),
    }
}

pub(super) fn user(desk: &Desk<'_>) -> Answer {
    let id = desk.call.param("accountId").unwrap_or("");
    match user_json(desk, id) {
        Value::Null => Err(error::v1(404, "No user found with key : null")),
        value => Ok(Reply::ok(&value)),
    }
}

pub(super) fn users_bulk(desk: &mut Desk<'_>) -> Answer {
    let body = error::body(desk)?;
    let ids = body
        .get("accountIds")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if ids.is_empty() || ids.len() > 250 {
        return Err(error::invalid("accountIds must hold between 1 and 250 ids"));
    }
    let results: Vec<Value> = ids
        .iter()
        .filter_map(Value::as_str)
        .map(|id| user_json(desk, id))
        .filter(|user| !user.is_null())
        .collect();
    Ok(Reply::ok(
        &json!({"results": results, "_links": {"base": format!("https://{}/wiki", desk.site.host)}}),
    ))
}

/// The place of a page whose labels the caller may change.
fn labelled(desk: &Desk<'_>, id: &str) -> Result<usize, Reply> {
    let missing = || {
        error::v1(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let number = id.parse().map_err(|_| missing())?;
    let page = pages::find(desk, number).map_err(|_| missing())?;
    if !desk
        .site
        .space(page.space)
        .is_some_and(|space| desk.writes_space(space))
    {
        return Err(error::v1(403, "User not permitted to label this content"));
    }
    desk.site
        .pages
        .iter()
        .position(|page| page.id == number)
        .ok_or_else(missing)
}

fn label_list(desk: &Desk<'_>, page: &Page) -> Reply {
    let results: Vec<Value> = page.labels.iter().map(|label| json!({"prefix": label.prefix, "name": label.name, "id": label.id.to_string(), "label": label.name})).collect();
    Reply::ok(&json!({
        "results": results, "start": 0, "limit": 200, "size": results.len(),
        "_links": {"base": format!("https://{}/wiki", desk.site.host), "context": "/wiki"},
    }))
}

pub(super) fn add_labels(desk: &mut Desk<'_>, id: &str) -> Answer {
    let index = labelled(desk, id)?;
    let parsed: Value = serde_json::from_slice(&desk.call.body)
        .map_err(|_| error::v1(400, "Could not parse the request body"))?;
    let list = parsed.as_array().cloned().unwrap_or_else(|| vec![parsed]);
    for item in &list {
        let name = item["name"].as_str().unwrap_or("").trim().to_lowercase();
        if name.is_empty() || name.contains([' ', ',', ':', ';', '!', '#', '?', '@']) {
            return Err(error::v1(400, "The label contains invalid characters."));
        }
        let prefix = item["prefix"].as_str().unwrap_or("global").to_owned();
        if desk.site.pages[index]
            .labels
            .iter()
            .all(|label| label.name != name || label.prefix != prefix)
        {
            let id = desk.new_id();
            desk.site.pages[index]
                .labels
                .push(Label { id, prefix, name });
        }
    }
    Ok(label_list(desk, &desk.site.pages[index]))
}

pub(super) fn remove_label(desk: &mut Desk<'_>, id: &str, in_path: Option<&str>) -> Answer {
    let index = labelled(desk, id)?;
    let name = in_path.or(desk.call.param("name")).unwrap_or("").to_owned();
    if name.is_empty() {
        return Err(error::v1(400, "The name of the label is required."));
    }
    let labels = &mut desk.site.pages[index].labels;
    let before = labels.len();
    labels.retain(|label| label.name != name);
    if labels.len() == before {
        Err(error::v1(404, "The label was not found on the content."))
    } else {
        Ok(Reply::empty(204))
    }
}

fn old_content(desk: &Desk<'_>, page: &Page, with_body: bool) -> Value {
    let mut value = json!({
        "id": page.id.to_string(), "type": "page", "status": page.status, "title": page.title,
        "_links": {"self": format!("https://{}/wiki/rest/api/content/{}", desk.site.host, page.id)},
    });
    if with_body {
        value["body"] = json!({
            "storage": {"value": page.latest().storage, "representation": "storage"},
            "view": {"value": bodies::view(&page.latest().storage), "representation": "view"},
        });
        value["version"] = json!({"number": page.latest().number});
    }
    value
}

pub(super) fn contents(desk: &Desk<'_>) -> Reply {
    let key = desk.call.param("spaceKey");
    let seen = |page: &&Page| {
        desk.site
            .space(page.space)
            .is_some_and(|space| desk.sees_space(space) && key.is_none_or(|key| space.key == key))
    };
    let results: Vec<Value> = desk
        .site
        .pages
        .iter()
        .filter(|page| page.status == "current")
        .filter(seen)
        .take(25)
        .map(|page| old_content(desk, page, false))
        .collect();
    Reply::ok(
        &json!({"results": results, "start": 0, "limit": 25, "size": results.len(), "_links": {"context": "/wiki"}}),
    )
}

pub(super) fn content(desk: &Desk<'_>, id: &str) -> Answer {
    let missing = || {
        error::v1(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let page = pages::find(desk, id.parse().map_err(|_| missing())?).map_err(|_| missing())?;
    Ok(Reply::ok(&old_content(desk, page, true)))
}

pub(super) fn spaces(desk: &Desk<'_>) -> Reply {
    let seen = desk
        .site
        .spaces
        .iter()
        .filter(|space| desk.sees_space(space))
        .take(25);
    let results: Vec<Value> = seen.map(|space| json!({"id": space.id, "key": space.key, "name": space.name, "type": space.kind})).collect();
    Reply::ok(
        &json!({"results": results, "start": 0, "limit": 25, "size": results.len(), "_links": {"context": "/wiki"}}),
    )
}
