//! Confluence Data Center REST v1: which address is answered by what, and its lists with `start`.

use serde_json::{Value, json};

use super::{base, confluence_json, confluence_write, people};
use crate::confluence::cql::{self, Hit};
use crate::state::Desk;
use crate::wire::{Answer, Reply};
use crate::world::{Page, PageComment, Space};

/// Confluence's error shape.
pub(super) fn problem(status: u16, text: &str) -> Reply {
    let data = json!({"authorized": status != 403, "valid": status != 400, "errors": [], "successful": false});
    Reply::json(
        status,
        &json!({"statusCode": status, "data": data, "message": text, "reason": "Bad Request"}),
    )
}

/// Answers a path after `/rest/api/`; `None` if no such endpoint exists.
pub(super) fn answer(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["space"]) => spaces(desk),
        ("GET", ["space", key]) => space(desk, key),
        ("GET", ["search"]) => search(desk),
        ("GET", ["user", "current"]) => Ok(current_user(desk)),
        ("GET", ["content"]) => contents(desk),
        ("POST", ["content"]) => confluence_write::create(desk),
        ("GET", ["content", id]) => content(desk, id),
        ("PUT", ["content", id]) => confluence_write::update(desk, id),
        ("DELETE", ["content", id]) => confluence_write::delete(desk, id),
        ("GET", ["content", id, "child", "page"]) => children(desk, id),
        ("GET", ["content", id, "child", "comment"]) => comments(desk, id),
        ("GET", ["content", id, "label"]) => labels(desk, id),
        ("POST", ["content", id, "label"]) => confluence_write::label(desk, id),
        ("DELETE", ["content", id, "label"]) => confluence_write::unlabel(desk, id),
        _ => return None,
    })
}

fn current_user(desk: &Desk<'_>) -> Reply {
    match &desk.caller.account {
        Some(name) => Reply::ok(&people::in_confluence(desk, name)),
        None => Reply::ok(&json!({"type": "anonymous", "displayName": "Anonymous"})),
    }
}

/// One page of a list: `start`, `limit`, `size`, and a link to the next one while there is more.
fn page<T: Copy>(desk: &Desk<'_>, items: &[T], most: usize, shown: impl Fn(T) -> Value) -> Answer {
    let number = |name: &str, default: usize| {
        desk.call.param(name).map_or(Ok(default), |text| {
            text.parse::<usize>()
                .map_err(|_| problem(404, "HTTP 404 Not Found"))
        })
    };
    let (start, limit) = (number("start", 0)?, number("limit", 25)?.min(most));
    let results: Vec<Value> = items
        .iter()
        .skip(start)
        .take(limit)
        .map(|item| shown(*item))
        .collect();
    let base = base(desk);
    let path = desk
        .call
        .path
        .split_once("/rest/")
        .map_or("", |(_, path)| path);
    let mut links = json!({"base": base, "context": "", "self": format!("{base}/rest/{path}")});
    if start + results.len() < items.len() {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in desk
            .call
            .query
            .iter()
            .filter(|(name, _)| name != "start" && name != "limit")
        {
            query.append_pair(name, value);
        }
        query
            .append_pair("limit", &limit.to_string())
            .append_pair("start", &(start + limit).to_string());
        links["next"] = json!(format!("/rest/{path}?{}", query.finish()));
    }
    Ok(Reply::ok(&json!({
        "results": results, "start": start, "limit": limit, "size": results.len(),
        "totalSize": items.len(), "_links": links,
    })))
}

fn spaces(desk: &Desk<'_>) -> Answer {
    let keys = desk.call.list("spaceKey");
    let found: Vec<&Space> = desk
        .site
        .spaces
        .iter()
        .filter(|space| desk.sees_space(space) && (keys.is_empty() || keys.contains(&space.key)))
        .collect();
    page(desk, &found, 1000, |space| {
        confluence_json::space(desk, space)
    })
}

fn space(desk: &Desk<'_>, key: &str) -> Answer {
    let found = desk
        .site
        .spaces
        .iter()
        .find(|space| space.key == key && desk.sees_space(space));
    found
        .map(|space| Reply::ok(&confluence_json::space(desk, space)))
        .ok_or_else(|| problem(404, &format!("No space with key : {key}")))
}

/// The page with this id, if the caller sees it and it is not in the trash.
pub(super) fn find<'a>(desk: &'a Desk<'_>, id: &str) -> Result<&'a Page, Reply> {
    let page = id.parse().ok().and_then(|id| desk.site.page(id));
    page.filter(|page| {
        page.status == "current"
            && desk
                .site
                .space(page.space)
                .is_some_and(|space| desk.sees_space(space))
    })
    .ok_or_else(|| {
        problem(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    })
}

fn contents(desk: &Desk<'_>) -> Answer {
    if desk.call.param("type").is_some_and(|kind| kind != "page") {
        return page(desk, &[], 200, |()| Value::Null);
    }
    let (key, title) = (desk.call.param("spaceKey"), desk.call.param("title"));
    let found: Vec<&Page> = desk
        .site
        .pages
        .iter()
        .filter(|page| find(desk, &page.id.to_string()).is_ok())
        .filter(|page| {
            key.is_none_or(|key| {
                desk.site
                    .space(page.space)
                    .is_some_and(|space| space.key == key)
            })
        })
        .filter(|page| title.is_none_or(|title| page.title == title))
        .collect();
    page(desk, &found, 200, |found| {
        confluence_json::page(desk, found)
    })
}

fn content(desk: &Desk<'_>, id: &str) -> Answer {
    Ok(Reply::ok(&confluence_json::page(desk, find(desk, id)?)))
}

fn children(desk: &Desk<'_>, id: &str) -> Answer {
    let parent = find(desk, id)?.id;
    let mut found: Vec<&Page> = desk
        .site
        .pages
        .iter()
        .filter(|page| page.parent == Some(parent) && page.status == "current")
        .collect();
    found.sort_by_key(|page| (page.position, page.id));
    page(desk, &found, 200, |found| {
        confluence_json::page(desk, found)
    })
}

fn comments(desk: &Desk<'_>, id: &str) -> Answer {
    let on = find(desk, id)?.id;
    let found: Vec<&PageComment> = desk
        .site
        .page_comments
        .iter()
        .filter(|comment| comment.page == on)
        .filter(|comment| comment.parent.is_none() || desk.call.param("depth") == Some("all"))
        .collect();
    page(desk, &found, 200, |found| {
        confluence_json::comment(desk, found)
    })
}

fn labels(desk: &Desk<'_>, id: &str) -> Answer {
    let found = find(desk, id)?;
    let labels: Vec<&crate::world::Label> = found.labels.iter().collect();
    page(
        desk,
        &labels,
        200,
        |label| json!({"prefix": label.prefix, "name": label.name, "id": label.id.to_string()}),
    )
}

fn search(desk: &Desk<'_>) -> Answer {
    let Some(text) = desk
        .call
        .param("cql")
        .filter(|text| !text.trim().is_empty())
    else {
        return Err(problem(400, "The cql query parameter is required."));
    };
    if desk.call.param("cursor").is_some() {
        return Err(problem(400, "Unknown parameter: cursor"));
    }
    let (_, hits) = cql::find(desk, text).map_err(|text| problem(400, &text))?;
    let hits: Vec<Hit<'_>> = if desk.caller.account.is_none() {
        Vec::new()
    } else {
        hits
    };
    page(desk, &hits, 200, |hit| confluence_json::hit(desk, hit))
}
