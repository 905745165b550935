//! Confluence Data Center REST v1: which address is answered by what, and its lists with `start`.

use serde_json::{Value, json};

use super::{base, confluence_json, confluence_more, confluence_write, people};
use crate::confluence::cql::{self, Hit};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Page, PageComment, Space};

/// Confluence's error shape.
pub(crate) fn problem(status: u16, text: &str) -> Reply {
    let data = json!({"authorized": status != 403, "valid": status != 400, "errors": [], "successful": false});
    Reply::json(
        status,
        &json!({"statusCode": status, "data": data, "message": text, "reason": "Bad Request"}),
    )
}

/// Answers a path after `/rest/api/`; `None` if no such endpoint exists.
pub(crate) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    if let Some(answer) = confluence_more::answer(request, path) {
        return Some(answer);
    }
    Some(match (request.method(), path) {
        ("GET", ["space"]) => spaces(request),
        ("GET", ["space", key]) => space(request, key),
        ("GET", ["search"]) => search(request),
        ("GET", ["content", "search"]) => content_search(request),
        ("GET", ["user", "current"]) => Ok(current_user(request)),
        ("GET", ["user"]) => user(request),
        ("GET", ["content"]) => contents(request),
        ("POST", ["content"]) => confluence_write::create(request),
        ("GET", ["content", id]) => content(request, id),
        ("PUT", ["content", id]) => confluence_write::update(request, id),
        ("DELETE", ["content", id]) => confluence_write::delete(request, id),
        ("GET", ["content", id, "child", "page"]) => children(request, id),
        ("GET", ["content", id, "child", "comment"]) => comments(request, id),
        ("GET", ["content", id, "label"]) => labels(request, id),
        ("POST", ["content", id, "label"]) => confluence_write::label(request, id),
        ("DELETE", ["content", id, "label"]) => confluence_write::unlabel(request, id),
        _ => return None,
    })
}

fn current_user(request: &SiteRequest<'_>) -> Reply {
    match &request.caller.account {
        Some(name) => Reply::ok(&people::in_confluence(request, name)),
        None => Reply::ok(&json!({"type": "anonymous", "displayName": "Anonymous"})),
    }
}

/// `GET user?username=` or `?key=`.
fn user(request: &SiteRequest<'_>) -> Answer {
    let (name, key) = (request.call.param("username"), request.call.param("key"));
    let Some(wanted) = key.or(name) else {
        return Err(problem(400, "username or key must be provided"));
    };
    let by = if key.is_some() { "key" } else { "username" };
    let mut accounts = request.accounts.iter();
    let found = accounts.find(|account| match key {
        Some(key) => people::confluence_key(request, &account.id).as_deref() == Some(key),
        None => account.id == wanted,
    });
    let unknown = || problem(404, &format!("No user found with {by} : {wanted}"));
    let account = found.ok_or_else(unknown)?;
    Ok(Reply::ok(&people::in_confluence(request, &account.id)))
}

/// One page of a list: `start`, `limit`, `size`, and a link to the next one while there is more.
pub(super) fn page<T: Copy>(
    request: &SiteRequest<'_>,
    items: &[T],
    most: usize,
    shown: impl Fn(T) -> Value,
) -> Answer {
    let number = |name: &str, default: usize| {
        request.call.param(name).map_or(Ok(default), |text| {
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
    let base = base(request);
    let path = request
        .call
        .path
        .split_once("/rest/")
        .map_or("", |(_, path)| path);
    let mut links = json!({"base": base, "context": "", "self": format!("{base}/rest/{path}")});
    if start + results.len() < items.len() {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in request
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

fn spaces(request: &SiteRequest<'_>) -> Answer {
    let keys = request.call.list("spaceKey");
    let found: Vec<&Space> = request
        .site
        .spaces
        .iter()
        .filter(|space| request.sees_space(space) && (keys.is_empty() || keys.contains(&space.key)))
        .collect();
    page(request, &found, 1000, |space| {
        confluence_json::space(request, space)
    })
}

fn space(request: &SiteRequest<'_>, key: &str) -> Answer {
    let found = request
        .site
        .spaces
        .iter()
        .find(|space| space.key == key && request.sees_space(space));
    found
        .map(|space| Reply::ok(&confluence_json::space(request, space)))
        .ok_or_else(|| problem(404, &format!("No space with key : {key}")))
}

/// The page with this id, if the caller sees it and it is not in the trash.
pub(crate) fn find<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a Page, Reply> {
    let page = id.parse().ok().and_then(|id| request.site.page(id));
    page.filter(|page| {
        page.status == "current"
            && request
                .site
                .space(page.space)
                .is_some_and(|space| request.sees_space(space))
    })
    .ok_or_else(|| {
        problem(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    })
}

/// The comment with this id, if the caller sees the page that it is about.
pub(crate) fn comment<'a>(request: &'a SiteRequest<'_>, id: &str) -> Option<&'a PageComment> {
    let mut all = request.site.page_comments.iter();
    let comment = all.find(|comment| comment.id.to_string() == id)?;
    find(request, &comment.page.to_string())
        .is_ok()
        .then_some(comment)
}

fn contents(request: &SiteRequest<'_>) -> Answer {
    let kind = request.call.param("type").unwrap_or("page");
    let (key, title) = (request.call.param("spaceKey"), request.call.param("title"));
    let found: Vec<&Page> = request
        .site
        .pages
        .iter()
        .filter(|page| page.kind == kind && find(request, &page.id.to_string()).is_ok())
        .filter(|page| {
            key.is_none_or(|key| {
                request
                    .site
                    .space(page.space)
                    .is_some_and(|space| space.key == key)
            })
        })
        .filter(|page| title.is_none_or(|title| page.title == title))
        .collect();
    page(request, &found, 200, |found| {
        confluence_json::page(request, found)
    })
}

/// Comments and files are content, too.
fn content(request: &SiteRequest<'_>, id: &str) -> Answer {
    if let Some(file) = confluence_more::file(request, id) {
        return Ok(Reply::ok(&file));
    }
    if let Some(comment) = comment(request, id) {
        return Ok(Reply::ok(&confluence_json::comment(request, comment)));
    }
    Ok(Reply::ok(&confluence_json::page(
        request,
        find(request, id)?,
    )))
}

fn children(request: &SiteRequest<'_>, id: &str) -> Answer {
    let parent = find(request, id)?.id;
    let mut found: Vec<&Page> = request
        .site
        .pages
        .iter()
        .filter(|page| page.parent == Some(parent) && page.status == "current")
        .collect();
    found.sort_by_key(|page| (page.position, page.id));
    page(request, &found, 200, |found| {
        confluence_json::page(request, found)
    })
}

fn comments(request: &SiteRequest<'_>, id: &str) -> Answer {
    let on = find(request, id)?.id;
    let found: Vec<&PageComment> = request
        .site
        .page_comments
        .iter()
        .filter(|comment| comment.page == on)
        .filter(|comment| comment.parent.is_none() || request.call.param("depth") == Some("all"))
        .filter(|comment| match request.call.param("location") {
            Some("inline") => comment.selection.is_some(),
            Some("footer") => comment.selection.is_none(),
            _ => true,
        })
        .collect();
    page(request, &found, 200, |found| {
        confluence_json::comment(request, found)
    })
}

fn labels(request: &SiteRequest<'_>, id: &str) -> Answer {
    let found = find(request, id)?;
    let labels: Vec<&crate::world::Label> = found.labels.iter().collect();
    page(
        request,
        &labels,
        200,
        |label| json!({"prefix": label.prefix, "name": label.name, "id": label.id.to_string()}),
    )
}

/// The content that a query finds, each as reading it gives it.
/// <https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/#api/content-search>
fn content_search(request: &SiteRequest<'_>) -> Answer {
    let hits: Vec<Hit<'_>> = hits(request)?
        .into_iter()
        .filter(|hit| matches!(hit, Hit::Page(_) | Hit::Comment(_) | Hit::File(..)))
        .collect();
    page(request, &hits, 200, |hit| match hit {
        Hit::Page(found) => confluence_json::page(request, found),
        Hit::Comment(found) => confluence_json::comment(request, found),
        Hit::File(holder, file) => confluence_more::json_of(request, holder, file),
        Hit::Space(_) | Hit::Other(_) => Value::Null,
    })
}

fn search(request: &SiteRequest<'_>) -> Answer {
    page(request, &hits(request)?, 200, |hit| {
        confluence_json::hit(request, hit)
    })
}

/// What the query of the call finds; nothing for somebody without an account.
fn hits<'a>(request: &'a SiteRequest<'_>) -> Result<Vec<Hit<'a>>, Reply> {
    let Some(text) = request
        .call
        .param("cql")
        .filter(|text| !text.trim().is_empty())
    else {
        return Err(problem(400, "The cql query parameter is required."));
    };
    if request.call.param("cursor").is_some() {
        return Err(problem(400, "Unknown parameter: cursor"));
    }
    let (_, hits) = cql::find(request, text).map_err(|text| problem(400, &text))?;
    Ok(if request.caller.account.is_none() {
        Vec::new()
    } else {
        hits
    })
}
