//! Footer and inline comments on pages.

use serde_json::{Map, Value, json};

use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::{PageComment, Version};
use super::{bodies, error, pages, paging};

fn is_inline(kind: &str) -> bool {
    kind == "inline-comments"
}

fn find<'a>(desk: &'a Desk<'_>, kind: &str, id: &str) -> Result<&'a PageComment, Reply> {
    let id = error::id(id)?;
    let found = desk
        .site
        .page_comments
        .iter()
        .find(|comment| comment.id == id && comment.selection.is_some() == is_inline(kind));
    let comment = found.ok_or_else(error::not_found)?;
    pages::find(desk, comment.page)?;
    Ok(comment)
}

fn json_of(desk: &Desk<'_>, comment: &PageComment, format: Option<&str>) -> Value {
    let page = desk.site.page(comment.page);
    let body = bodies::body_json(comment.latest(), format, true).unwrap_or(Value::Null);
    let webui = page
        .and_then(|page| {
            desk.site
                .space(page.space)
                .map(|space| pages::webui(space, page))
        })
        .map(|path| format!("{path}?focusedCommentId={}", comment.id));
    let mut value = json!({
        "id": comment.id.to_string(),
        "status": "current",
        "title": format!("Re: {}", page.map_or("", |page| page.title.as_str())),
        "version": pages::version_json(comment.latest()),
        "body": body,
        "_links": {"webui": webui},
    });
    match comment.parent {
        Some(parent) => value["parentCommentId"] = json!(parent.to_string()),
        None => value["pageId"] = json!(comment.page.to_string()),
    }
    if let Some(selection) = &comment.selection {
        value["resolutionStatus"] = json!("open");
        value["properties"] = json!({"inlineMarkerRef": format!("marker-{}", comment.id), "inlineOriginalSelection": selection});
    }
    value
}

fn listed(desk: &Desk<'_>, mut found: Vec<&PageComment>) -> Answer {
    let format = desk.call.param("body-format");
    if let Some(first) = found.first() {
        bodies::body_json(first.latest(), format, true)?;
    }
    match desk.call.param("sort") {
        None | Some("created-date" | "modified-date" | "id") => {}
        Some("-created-date" | "-modified-date" | "-id") => found.reverse(),
        Some(other) => {
            return Err(error::invalid(&format!(
                "Provided value '{other}' for 'sort' is not valid"
            )));
        }
    }
    paging::page(desk, &found, &|desk, comment| {
        json_of(desk, comment, format)
    })
}

/// Top-level comments of a page.
pub(super) fn of_page(desk: &Desk<'_>, id: &str, inline: bool) -> Answer {
    let page = pages::find(desk, error::id(id)?)?.id;
    let all = desk.site.page_comments.iter();
    listed(
        desk,
        all.filter(|comment| {
            comment.page == page
                && comment.parent.is_none()
                && comment.selection.is_some() == inline
        })
        .collect(),
    )
}

pub(super) fn children(desk: &Desk<'_>, kind: &str, id: &str) -> Answer {
    let parent = find(desk, kind, id)?.id;
    listed(
        desk,
        desk.site
            .page_comments
            .iter()
            .filter(|comment| comment.parent == Some(parent))
            .collect(),
    )
}

pub(super) fn get(desk: &Desk<'_>, kind: &str, id: &str) -> Answer {
    let comment = find(desk, kind, id)?;
    let format = desk.call.param("body-format");
    bodies::body_json(comment.latest(), format, false)?;
    Ok(Reply::ok(&with_base(desk, json_of(desk, comment, format))))
}

fn with_base(desk: &Desk<'_>, mut value: Value) -> Value {
    value["_links"]["base"] = json!(format!("https://{}/wiki", desk.site.host));
    value
}

/// Page, parent and marked text of a new comment.
fn place(
    desk: &Desk<'_>,
    body: &Map<String, Value>,
    inline: bool,
) -> Result<(u64, Option<u64>, Option<String>), Reply> {
    let target = |name: &str| body.get(name).filter(|value| !value.is_null());
    if let Some(parent) = target("parentCommentId") {
        if target("pageId").is_some() || target("blogPostId").is_some() {
            return Err(error::invalid("A reply takes only parentCommentId"));
        }
        let parent = error::body_id(Some(parent)).ok_or_else(error::not_found)?;
        let kind = if inline {
            "inline-comments"
        } else {
            "footer-comments"
        };
        let found = find(desk, kind, &parent.to_string())?;
        return Ok((found.page, Some(parent), found.selection.clone()));
    }
    let id = error::body_id(target("pageId")).ok_or_else(|| {
        error::invalid("One of pageId, blogPostId or parentCommentId is required")
    })?;
    let page = pages::find(desk, id)?;
    if !inline {
        return Ok((page.id, None, None));
    }
    let properties = body.get("inlineCommentProperties").unwrap_or(&Value::Null);
    let selection = properties["textSelection"]
        .as_str()
        .filter(|text| !text.is_empty());
    let (count, index) = (
        properties["textSelectionMatchCount"].as_u64(),
        properties["textSelectionMatchIndex"].as_u64(),
    );
    match (selection, count, index) {
        (Some(text), Some(count), Some(index))
            if index < count && page.latest().storage.contains(text) =>
        {
            Ok((page.id, None, Some(text.to_owned())))
        }
        _ => Err(error::invalid(
            "The text selection could not be matched on the page",
        )),
    }
}

pub(super) fn create(desk: &mut Desk<'_>, inline: bool) -> Answer {
    let body = error::body(desk)?;
    let (page, parent, selection) = place(desk, &body, inline)?;
    let (storage, adf) = bodies::read(body.get("body"))?;
    let (id, author, now) = (desk.new_id(), desk.me(), desk.now);
    let version = Version {
        number: 1,
        author: author.clone(),
        created: now,
        storage,
        adf,
        ..Version::default()
    };
    let format = if version.adf.is_some() {
        "atlas_doc_format"
    } else {
        "storage"
    };
    let comment = PageComment {
        id,
        page,
        parent,
        selection,
        author,
        created: now,
        versions: vec![version],
    };
    let value = with_base(desk, json_of(desk, &comment, Some(format)));
    desk.site.page_comments.push(comment);
    Ok(Reply::json(201, &value))
}

pub(super) fn update(desk: &mut Desk<'_>, kind: &str, id: &str) -> Answer {
    let body = error::body(desk)?;
    let comment = find(desk, kind, id)?.clone();
    let (storage, adf) = bodies::read(body.get("body"))?;
    if comment.author != desk.me() {
        return Err(error::v2(
            403,
            "FORBIDDEN",
            "User does not have permission to edit this comment",
        ));
    }
    let version = body.get("version").unwrap_or(&Value::Null);
    let expected = comment.latest().number + 1;
    if version["number"].as_u64() != Some(expected) {
        return Err(error::v2(
            409,
            "CONFLICT",
            &format!(
                "Version must be incremented. Current version: {}",
                expected - 1
            ),
        ));
    }
    let message = version["message"].as_str().unwrap_or("").to_owned();
    let next = Version {
        number: expected,
        message,
        author: desk.me(),
        created: desk.now,
        storage,
        adf,
        ..Version::default()
    };
    if let Some(stored) = desk
        .site
        .page_comments
        .iter_mut()
        .find(|stored| stored.id == comment.id)
    {
        stored.versions.push(next);
    }
    let comment = find(desk, kind, id)?;
    let format = if comment.latest().adf.is_some() {
        "atlas_doc_format"
    } else {
        "storage"
    };
    Ok(Reply::ok(&with_base(
        desk,
        json_of(desk, comment, Some(format)),
    )))
}

pub(super) fn delete(desk: &mut Desk<'_>, kind: &str, id: &str) -> Answer {
    let comment = find(desk, kind, id)?;
    let (id, author) = (comment.id, comment.author.clone());
    if author != desk.me() {
        return Err(error::v2(
            403,
            "FORBIDDEN",
            "User does not have permission to delete this comment",
        ));
    }
    desk.site
        .page_comments
        .retain(|known| known.id != id && known.parent != Some(id));
    Ok(Reply::empty(204))
}
