//! Reading pages: lists, one page, versions, labels.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};

use super::{bodies, error, paging, spaces};
use crate::clock::{confluence_time, day_text};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Page, Space, Version};

/// The page with this id, if the caller sees its space; trashed pages are found, too.
pub(crate) fn find<'a>(request: &'a SiteRequest<'_>, id: u64) -> Result<&'a Page, Reply> {
    find_kind(request, id, "page")
}

/// The page or the blog post with this id, as `kind` says: the address of one knows nothing of the other.
pub(crate) fn find_kind<'a>(
    request: &'a SiteRequest<'_>,
    id: u64,
    kind: &str,
) -> Result<&'a Page, Reply> {
    let page = find_any(request, id)?;
    (page.kind == kind)
        .then_some(page)
        .ok_or_else(error::not_found)
}

/// Either of them.
pub(crate) fn find_any<'a>(request: &'a SiteRequest<'_>, id: u64) -> Result<&'a Page, Reply> {
    let page = request.site.page(id).ok_or_else(error::not_found)?;
    spaces::find(request, page.space)?;
    Ok(page)
}

/// Where a page is shown, relative to `/wiki`.
pub(crate) fn webui(space: &Space, page: &Page) -> String {
    if space.home == page.id {
        return format!("/spaces/{}/overview", space.key);
    }
    let title: String = url::form_urlencoded::byte_serialize(page.title.as_bytes()).collect();
    if page.is_post() {
        let day = day_text(page.created).replace('-', "/");
        return format!("/spaces/{}/blog/{day}/{}/{title}", space.key, page.id);
    }
    format!("/spaces/{}/pages/{}/{title}", space.key, page.id)
}

/// The short name of a page: base 64 of its little-endian id without the zeros at the end, `-` for
/// `/` and `_` for `+`.
fn tiny(id: u64) -> String {
    let digits = STANDARD_NO_PAD.encode(id.to_le_bytes());
    digits
        .trim_end_matches('A')
        .replace('/', "-")
        .replace('+', "_")
}

pub(crate) fn version_json(version: &Version) -> Value {
    json!({
        "number": version.number, "message": version.message, "minorEdit": version.minor, "authorId": version.author,
        "createdAt": confluence_time(version.created),
    })
}

/// A page as v2 shows it, at one of its versions.
pub(crate) fn json_of(
    request: &SiteRequest<'_>,
    page: &Page,
    version: &Version,
    body: &Value,
) -> Value {
    let space = request.site.space(page.space);
    let links = space.map(|space| {
        json!({
            "webui": webui(space, page),
            "editui": format!("/pages/resumedraft.action?draftId={}", page.id),
            "edituiv2": format!("/spaces/{}/pages/edit-v2/{}", space.key, page.id),
            "tinyui": format!("/x/{}", tiny(page.id)),
        })
    });
    let mut value = json!({
        "id": page.id.to_string(),
        "status": page.status,
        "title": version.title,
        "spaceId": page.space.to_string(),
        "parentId": page.parent.map(|id| id.to_string()),
        "parentType": page.parent.map(|id| request.site.folder(id).map_or("page", |folder| folder.kind.as_str())),
        "position": page.position,
        "authorId": page.author,
        "ownerId": page.author,
        "lastOwnerId": null,
        "createdAt": confluence_time(page.created),
        "version": version_json(version),
        "body": body,
        "_links": links,
    });
    if page.is_post()
        && let Some(value) = value.as_object_mut()
    {
        for place in [
            "parentId",
            "parentType",
            "position",
            "ownerId",
            "lastOwnerId",
        ] {
            value.remove(place);
        }
    }
    value
}

fn listed(request: &SiteRequest<'_>, mut found: Vec<&Page>) -> Answer {
    let call = request.call;
    let format = call.param("body-format");
    if let Some(first) = found.first() {
        bodies::body_json(first.latest(), format, true)?;
    }
    let statuses = call.list("status");
    if let Some(bad) = statuses.iter().find(|status| {
        ![
            "current",
            "archived",
            "deleted",
            "trashed",
            "historical",
            "draft",
        ]
        .contains(&status.as_str())
    }) {
        return Err(error::invalid(&format!(
            "Provided value '{bad}' for 'status' is not valid"
        )));
    }
    found.retain(|page| {
        if statuses.is_empty() {
            matches!(page.status.as_str(), "current" | "archived")
        } else {
            statuses.contains(&page.status)
        }
    });
    if let Some(title) = call.param("title") {
        found.retain(|page| page.title == title);
    }
    let sort = call.param("sort").unwrap_or("id");
    match sort.trim_start_matches('-') {
        "id" => found.sort_by_key(|page| page.id),
        "title" => found.sort_by_key(|page| page.title.to_lowercase()),
        "created-date" => found.sort_by_key(|page| page.created),
        "modified-date" => found.sort_by_key(|page| page.latest().created),
        _ => {
            return Err(error::invalid(&format!(
                "Provided value '{sort}' for 'sort' is not valid"
            )));
        }
    }
    if sort.starts_with('-') {
        found.reverse();
    }
    paging::page(request, &found, &|request, page: &Page| {
        let body = bodies::body_json(page.latest(), format, true).unwrap_or(Value::Null);
        json_of(request, page, page.latest(), &body)
    })
}

/// All pages, or blog posts, of spaces the caller sees.
fn visible<'a>(request: &'a SiteRequest<'_>, kind: &str) -> impl Iterator<Item = &'a Page> {
    request.site.pages.iter().filter(move |page| {
        page.kind == kind
            && request
                .site
                .space(page.space)
                .is_some_and(|space| request.sees_space(space))
    })
}

pub(crate) fn list(request: &SiteRequest<'_>, kind: &str) -> Answer {
    let wanted = |name: &str| -> Result<Vec<u64>, Reply> {
        request
            .call
            .list(name)
            .iter()
            .map(|id| error::id(id))
            .collect()
    };
    let (ids, in_spaces) = (wanted("id")?, wanted("space-id")?);
    let found = visible(request, kind)
        .filter(|page| ids.is_empty() || ids.contains(&page.id))
        .filter(|page| in_spaces.is_empty() || in_spaces.contains(&page.space))
        .collect();
    listed(request, found)
}

pub(crate) fn in_space(request: &SiteRequest<'_>, id: &str) -> Answer {
    let space = spaces::find(request, error::id(id)?)?;
    let only_root = match request.call.param("depth") {
        None | Some("all") => false,
        Some("root") => true,
        Some(other) => {
            return Err(error::invalid(&format!(
                "Provided value '{other}' for 'depth' is not valid"
            )));
        }
    };
    listed(
        request,
        visible(request, "page")
            .filter(|page| page.space == space.id && (!only_root || page.parent.is_none()))
            .collect(),
    )
}

pub(crate) fn posts_in_space(request: &SiteRequest<'_>, id: &str) -> Answer {
    let space = spaces::find(request, error::id(id)?)?;
    let posts = visible(request, "blogpost");
    listed(
        request,
        posts.filter(|page| page.space == space.id).collect(),
    )
}

pub(crate) fn get(request: &SiteRequest<'_>, id: &str, kind: &str) -> Answer {
    let page = find_kind(request, error::id(id)?, kind)?;
    let statuses = request.call.list("status");
    let asked = statuses.contains(&page.status)
        || (page.status == "draft" && request.call.flag("get-draft"));
    if matches!(page.status.as_str(), "trashed" | "draft") && !asked {
        return Err(error::not_found());
    }
    let draft = page.draft.as_ref();
    let draft = draft.filter(|_| request.call.flag("get-draft"));
    let version = match (draft, request.call.param("version")) {
        (Some(draft), None) => draft,
        (_, None) => page.latest(),
        (_, Some(number)) => numbered(page, number)?,
    };
    let body = bodies::body_json(version, request.call.param("body-format"), false)?;
    let mut value = json_of(request, page, version, &body);
    if draft.is_some() {
        value["status"] = json!("draft");
    }
    value["_links"]["base"] = json!(format!("https://{}/wiki", request.site.host));
    if request.call.flag("include-labels") {
        let labels: Vec<Value> = page.labels.iter().map(label_json).collect();
        value["labels"] = json!({"results": labels, "meta": {"hasMore": false}, "_links": {"self": format!("/wiki/api/v2/{}s/{}/labels", page.kind, page.id)}});
    }
    Ok(Reply::ok(&value))
}

fn numbered<'a>(page: &'a Page, number: &str) -> Result<&'a Version, Reply> {
    page.versions
        .iter()
        .find(|version| version.number.to_string() == number)
        .ok_or_else(error::not_found)
}

pub(crate) fn versions(request: &SiteRequest<'_>, id: &str, kind: &str) -> Answer {
    let page = find_kind(request, error::id(id)?, kind)?;
    let newest: Vec<&Version> = page.versions.iter().rev().collect();
    paging::page(request, &newest, &|_, version| version_json(version))
}

pub(crate) fn version(request: &SiteRequest<'_>, id: &str, number: &str, kind: &str) -> Answer {
    let page = find_kind(request, error::id(id)?, kind)?;
    Ok(Reply::ok(&version_json(numbered(page, number)?)))
}

pub(crate) fn label_json(label: &crate::world::Label) -> Value {
    json!({"id": label.id.to_string(), "name": label.name, "prefix": label.prefix})
}

pub(crate) fn labels(request: &SiteRequest<'_>, id: &str) -> Answer {
    let page = find_any(request, error::id(id)?)?;
    let labels: Vec<&crate::world::Label> = page.labels.iter().collect();
    paging::page(request, &labels, &|_, label| label_json(label))
}
