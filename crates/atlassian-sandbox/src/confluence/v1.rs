//! What is left of v1: labels, users; and content and space lists that only Basic authentication still gets.

use serde_json::{Value, json};

use super::{bodies, error, pages};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Label, Page};

/// The lists and pages of v1, for OAuth (developer.atlassian.com/changelog/#CHANGE-864). Basic credentials
/// still got them in 2026, so that a test with an API token proves nothing for OAuth.
pub(crate) fn gone() -> Reply {
    error::v1(410, "This deprecated endpoint has been removed.")
}

fn user_json(request: &SiteRequest<'_>, id: &str) -> Value {
    let Some(account) = request.account(id) else {
        return Value::Null;
    };
    let email = if account.email_visible || request.me() == id {
        account.email.as_str()
    } else {
        ""
    };
    json!({
        "type": "known", "accountId": account.id, "accountType": "atlassian", "email": email, "publicName": account.name,
        "displayName": account.name, "timeZone": account.time_zone, "isExternalCollaborator": false,
        "profilePicture": {"path": "/wiki/aa-avatar/x", "width": 48, "height": 48, "isDefault": false},
        "_links": {"self": format!("https://{}/wiki/rest/api/user?accountId={}", request.site.host, account.id)},
    })
}

pub(crate) fn current_user(request: &SiteRequest<'_>) -> Reply {
    match &request.caller.account {
        Some(id) => Reply::ok(&user_json(request, id)),
        None => Reply::ok(
            &json!({"type": "anonymous", "displayName": "Anonymous", "profilePicture": {"path": "/wiki/images/icons/profilepics/anonymous.svg", "width": 48, "height": 48, "isDefault": true}}),
        ),
    }
}

pub(crate) fn user(request: &SiteRequest<'_>) -> Answer {
    let id = request.call.param("accountId").unwrap_or("");
    match user_json(request, id) {
        Value::Null => Err(error::v1(404, "No user found with key : null")),
        value => Ok(Reply::ok(&value)),
    }
}

pub(crate) fn users_bulk(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
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
        .map(|id| user_json(request, id))
        .filter(|user| !user.is_null())
        .collect();
    Ok(Reply::ok(
        &json!({"results": results, "_links": {"base": format!("https://{}/wiki", request.site.host)}}),
    ))
}

/// The place of a page whose labels the caller may change.
fn labelled(request: &SiteRequest<'_>, id: &str) -> Result<usize, Reply> {
    let missing = || {
        error::v1(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let number = id.parse().map_err(|_| missing())?;
    let page = pages::find_any(request, number).map_err(|_| missing())?;
    if !request
        .site
        .space(page.space)
        .is_some_and(|space| request.writes_space(space))
    {
        return Err(error::v1(403, "User not permitted to label this content"));
    }
    request
        .site
        .pages
        .iter()
        .position(|page| page.id == number)
        .ok_or_else(missing)
}

fn label_list(request: &SiteRequest<'_>, page: &Page) -> Reply {
    let results: Vec<Value> = page.labels.iter().map(|label| json!({"prefix": label.prefix, "name": label.name, "id": label.id.to_string(), "label": label.name})).collect();
    Reply::ok(&json!({
        "results": results, "start": 0, "limit": 200, "size": results.len(),
        "_links": {"base": format!("https://{}/wiki", request.site.host), "context": "/wiki"},
    }))
}

/// Whether a label may be called so.
/// <https://support.atlassian.com/confluence-cloud/docs/use-labels-to-organize-your-content/>
pub(crate) fn is_label(name: &str) -> bool {
    const REFUSED: [char; 18] = [
        ' ', '!', '#', '&', '(', ')', '*', ',', '.', ':', ';', '<', '>', '?', '@', '[', ']', '^',
    ];
    !name.is_empty() && name.chars().count() <= 255 && !name.contains(REFUSED)
}

pub(crate) fn add_labels(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let index = labelled(request, id)?;
    let parsed: Value = serde_json::from_slice(&request.call.body)
        .map_err(|_| error::v1(400, "Could not parse the request body"))?;
    let list = parsed.as_array().cloned().unwrap_or_else(|| vec![parsed]);
    for item in &list {
        let name = item["name"].as_str().unwrap_or("").trim().to_lowercase();
        if !is_label(&name) {
            return Err(error::v1(400, "The label contains invalid characters."));
        }
        let prefix = item["prefix"].as_str().unwrap_or("global").to_owned();
        if request.site.pages[index]
            .labels
            .iter()
            .all(|label| label.name != name || label.prefix != prefix)
        {
            let id = request.new_id();
            request.site.pages[index]
                .labels
                .push(Label { id, prefix, name });
        }
    }
    Ok(label_list(request, &request.site.pages[index]))
}

/// Puts pages into the archive. On the real site a task does so a little later.
pub(crate) fn archive(request: &mut SiteRequest<'_>) -> Answer {
    let parsed: Value = serde_json::from_slice(&request.call.body)
        .map_err(|_| error::v1(400, "Could not parse the request body"))?;
    let listed = parsed["pages"].as_array().map(Vec::as_slice);
    let mut places = Vec::new();
    for page in listed.unwrap_or_default() {
        let id = error::body_id(page.get("id"));
        let id = id.ok_or_else(|| error::v1(400, "A page is named by its id."))?;
        pages::find(request, id).map_err(|_| error::v1(404, "No such page."))?;
        places.push(labelled(request, &id.to_string())?);
    }
    for place in places {
        "archived".clone_into(&mut request.site.pages[place].status);
    }
    let task = request.new_id();
    let links = json!({"status": format!("/rest/api/longtask/{task}")});
    Ok(Reply::json(
        202,
        &json!({"id": task.to_string(), "links": links}),
    ))
}

pub(crate) fn remove_label(
    request: &mut SiteRequest<'_>,
    id: &str,
    in_path: Option<&str>,
) -> Answer {
    let index = labelled(request, id)?;
    let name = in_path
        .or(request.call.param("name"))
        .unwrap_or("")
        .to_owned();
    if name.is_empty() {
        return Err(error::v1(400, "The name of the label is required."));
    }
    let labels = &mut request.site.pages[index].labels;
    let before = labels.len();
    labels.retain(|label| label.name != name);
    if labels.len() == before {
        Err(error::v1(404, "The label was not found on the content."))
    } else {
        Ok(Reply::empty(204))
    }
}

fn old_content(request: &SiteRequest<'_>, page: &Page, with_body: bool) -> Value {
    let mut value = json!({
        "id": page.id.to_string(), "type": page.kind, "status": page.status, "title": page.title,
        "_links": {"self": format!("https://{}/wiki/rest/api/content/{}", request.site.host, page.id)},
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

pub(crate) fn contents(request: &SiteRequest<'_>) -> Reply {
    let key = request.call.param("spaceKey");
    let seen = |page: &&Page| {
        request.site.space(page.space).is_some_and(|space| {
            request.sees_space(space) && key.is_none_or(|key| space.key == key)
        })
    };
    let results: Vec<Value> = request
        .site
        .pages
        .iter()
        .filter(|page| page.status == "current")
        .filter(seen)
        .take(25)
        .map(|page| old_content(request, page, false))
        .collect();
    Reply::ok(
        &json!({"results": results, "start": 0, "limit": 25, "size": results.len(), "_links": {"context": "/wiki"}}),
    )
}

pub(crate) fn content(request: &SiteRequest<'_>, id: &str) -> Answer {
    let missing = || {
        error::v1(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let id = id.parse().map_err(|_| missing())?;
    let page = pages::find_any(request, id).map_err(|_| missing())?;
    Ok(Reply::ok(&old_content(request, page, true)))
}

pub(crate) fn spaces(request: &SiteRequest<'_>) -> Reply {
    let seen = request
        .site
        .spaces
        .iter()
        .filter(|space| request.sees_space(space))
        .take(25);
    let results: Vec<Value> = seen.map(|space| json!({"id": space.id, "key": space.key, "name": space.name, "type": space.kind})).collect();
    Reply::ok(
        &json!({"results": results, "start": 0, "limit": 25, "size": results.len(), "_links": {"context": "/wiki"}}),
    )
}
