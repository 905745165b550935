//! Footer and inline comments on pages.

use serde_json::{Map, Value, json};

use super::{bodies, error, pages, paging};
use crate::state::SiteRequest;
use crate::storage::comment_mark;
use crate::wire::{Answer, Reply};
use crate::world::{Page, PageComment, Version};

fn is_inline(kind: &str) -> bool {
    kind == "inline-comments"
}

fn find<'a>(request: &'a SiteRequest<'_>, kind: &str, id: &str) -> Result<&'a PageComment, Reply> {
    let id = error::id(id)?;
    let found = request
        .site
        .page_comments
        .iter()
        .find(|comment| comment.id == id && comment.selection.is_some() == is_inline(kind));
    let comment = found.ok_or_else(error::not_found)?;
    pages::find_any(request, comment.page)?;
    Ok(comment)
}

/// What the mark on a page's words names: a reply's is that of the comment that it answers.
pub(crate) fn reference(comment: &PageComment) -> String {
    format!("marker-{}", comment.parent.unwrap_or(comment.id))
}

fn json_of(request: &SiteRequest<'_>, comment: &PageComment, format: Option<&str>) -> Value {
    let page = request.site.page(comment.page);
    let body = bodies::body_json(comment.latest(), format, true).unwrap_or(Value::Null);
    let webui = page
        .and_then(|page| {
            request
                .site
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
    if let Some(parent) = comment.parent {
        value["parentCommentId"] = json!(parent.to_string());
    } else {
        let is_on_post = page.is_some_and(Page::is_post);
        let holder = if is_on_post { "blogPostId" } else { "pageId" };
        value[holder] = json!(comment.page.to_string());
    }
    if let Some(selection) = &comment.selection {
        let reference = reference(comment);
        let is_marked = page.is_some_and(|page| page.latest().storage.contains(&reference));
        value["resolutionStatus"] = json!(if is_marked { "open" } else { "dangling" });
        value["properties"] =
            json!({"inlineMarkerRef": reference, "inlineOriginalSelection": selection});
    }
    value
}

fn listed(request: &SiteRequest<'_>, mut found: Vec<&PageComment>) -> Answer {
    let format = request.call.param("body-format");
    if let Some(first) = found.first() {
        bodies::body_json(first.latest(), format, true)?;
    }
    match request.call.param("sort") {
        None | Some("created-date" | "modified-date" | "id") => {}
        Some("-created-date" | "-modified-date" | "-id") => found.reverse(),
        Some(other) => {
            return Err(error::invalid(&format!(
                "Provided value '{other}' for 'sort' is not valid"
            )));
        }
    }
    paging::page(request, &found, &|request, comment| {
        json_of(request, comment, format)
    })
}

/// Top-level comments of a page or a blog post.
pub(crate) fn of_page(request: &SiteRequest<'_>, plural: &str, id: &str, inline: bool) -> Answer {
    let kind = plural.trim_end_matches('s');
    let page = pages::find_kind(request, error::id(id)?, kind)?.id;
    let all = request.site.page_comments.iter();
    listed(
        request,
        all.filter(|comment| {
            comment.page == page
                && comment.parent.is_none()
                && comment.selection.is_some() == inline
        })
        .collect(),
    )
}

pub(crate) fn children(request: &SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let parent = find(request, kind, id)?.id;
    listed(
        request,
        request
            .site
            .page_comments
            .iter()
            .filter(|comment| comment.parent == Some(parent))
            .collect(),
    )
}

pub(crate) fn get(request: &SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let comment = find(request, kind, id)?;
    let format = request.call.param("body-format");
    bodies::body_json(comment.latest(), format, false)?;
    Ok(Reply::ok(&with_base(
        request,
        json_of(request, comment, format),
    )))
}

fn with_base(request: &SiteRequest<'_>, mut value: Value) -> Value {
    value["_links"]["base"] = json!(format!("https://{}/wiki", request.site.host));
    value
}

/// Page, parent and marked text of a new comment.
fn place(
    request: &SiteRequest<'_>,
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
        let found = find(request, kind, &parent.to_string())?;
        return Ok((found.page, Some(parent), found.selection.clone()));
    }
    let (id, kind) = match (target("pageId"), target("blogPostId")) {
        (Some(id), None) => (error::body_id(Some(id)), "page"),
        (None, Some(id)) => (error::body_id(Some(id)), "blogpost"),
        _ => (None, ""),
    };
    let id = id.ok_or_else(|| {
        error::invalid("One of pageId, blogPostId or parentCommentId is required")
    })?;
    let page = pages::find_kind(request, id, kind)?;
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
        (Some(text), Some(count), Some(index)) if index < count => {
            Ok((page.id, None, Some(text.to_owned())))
        }
        _ => Err(unmatched()),
    }
}

fn unmatched() -> Reply {
    error::invalid("The text selection could not be matched on the page")
}

/// Marks the words that a new inline comment is about; the page's version stays the same.
fn mark(
    request: &mut SiteRequest<'_>,
    body: &Map<String, Value>,
    comment: &PageComment,
) -> Result<(), Reply> {
    let (Some(words), None) = (&comment.selection, comment.parent) else {
        return Ok(());
    };
    let number = |name: &str| {
        let number = body["inlineCommentProperties"][name].as_u64();
        number.and_then(|number| usize::try_from(number).ok())
    };
    let index = number("textSelectionMatchIndex");
    let (index, reference) = (index.unwrap_or_default(), reference(comment));
    let mut pages = request.site.pages.iter_mut();
    let page = pages.find(|page| page.id == comment.page);
    let page = page.ok_or_else(error::not_found)?;
    let Some(latest) = page.versions.last_mut() else {
        return Err(error::not_found());
    };
    // Whoever counts otherwise has another text in mind.
    let stands = comment_mark::times_in(&latest.storage, words);
    if number("textSelectionMatchCount") != Some(stands) {
        return Err(unmatched());
    }
    let storage = comment_mark::in_storage(&latest.storage, words, index, &reference);
    latest.storage = storage.ok_or_else(unmatched)?;
    let document = latest.adf.as_ref();
    // Where its own form cannot be marked, the document is made of the storage again.
    latest.adf =
        document.and_then(|text| comment_mark::in_document(text, words, index, &reference));
    Ok(())
}

pub(crate) fn create(request: &mut SiteRequest<'_>, inline: bool) -> Answer {
    let body = error::body(request)?;
    let (page, parent, selection) = place(request, &body, inline)?;
    let (storage, adf) = bodies::read(body.get("body"))?;
    let (id, author, now) = (request.new_id(), request.me(), request.now);
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
    mark(request, &body, &comment)?;
    let value = with_base(request, json_of(request, &comment, Some(format)));
    request.site.page_comments.push(comment);
    Ok(Reply::json(201, &value))
}

pub(crate) fn update(request: &mut SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let body = error::body(request)?;
    let comment = find(request, kind, id)?.clone();
    let (storage, adf) = bodies::read(body.get("body"))?;
    if comment.author != request.me() {
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
        author: request.me(),
        created: request.now,
        storage,
        adf,
        ..Version::default()
    };
    if let Some(stored) = request
        .site
        .page_comments
        .iter_mut()
        .find(|stored| stored.id == comment.id)
    {
        stored.versions.push(next);
    }
    let comment = find(request, kind, id)?;
    let format = if comment.latest().adf.is_some() {
        "atlas_doc_format"
    } else {
        "storage"
    };
    Ok(Reply::ok(&with_base(
        request,
        json_of(request, comment, Some(format)),
    )))
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let comment = find(request, kind, id)?;
    let (id, author) = (comment.id, comment.author.clone());
    if author != request.me() {
        return Err(error::v2(
            403,
            "FORBIDDEN",
            "User does not have permission to delete this comment",
        ));
    }
    request
        .site
        .page_comments
        .retain(|known| known.id != id && known.parent != Some(id));
    Ok(Reply::empty(204))
}
