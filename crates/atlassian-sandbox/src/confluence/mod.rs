//! Confluence Cloud, REST v2 and what is left of v1: which address is answered by what, and which scope it needs.

mod bodies;
mod comments;
pub(super) mod cql;
mod error;
mod page_write;
mod pages;
mod paging;
mod search;
mod spaces;
mod tree;
mod v1;

use super::state::Desk;
use super::wire::Answer;

const SPACE: &[&str] = &["read:space:confluence"];
const READ: &[&str] = &["read:page:confluence"];
const WRITE: &[&str] = &["write:page:confluence"];
const TREE: &[&str] = &["read:hierarchical-content:confluence"];
const METADATA: &[&str] = &["read:content.metadata:confluence"];
const READ_COMMENT: &[&str] = &["read:comment:confluence"];
const WRITE_COMMENT: &[&str] = &["write:comment:confluence"];
const DELETE_COMMENT: &[&str] = &["delete:comment:confluence"];
const SEARCH: &[&str] = &["search:confluence", "read:content-details:confluence"];
const WHO: &[&str] = &["read:confluence-user", "read:content-details:confluence"];
const LABEL: &[&str] = &[
    "write:confluence-content",
    "read:label:confluence write:label:confluence",
];
const UNLABEL: &[&str] = &["write:confluence-content", "write:label:confluence"];

/// Answers a path after `/wiki/api/v2/`; `None` if no such endpoint exists.
pub(crate) fn answer_v2(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    about_pages(desk, path).or_else(|| about_comments(desk, path))
}

fn about_pages(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["spaces"]) => desk.open(SPACE, |desk| spaces::list(desk)),
        ("GET", ["spaces", id]) => desk.open(SPACE, |desk| spaces::get(desk, id)),
        ("GET", ["spaces", id, "pages"]) => desk.open(READ, |desk| pages::in_space(desk, id)),
        ("GET", ["pages"]) => desk.open(READ, |desk| pages::list(desk)),
        ("POST", ["pages"]) => desk.open(WRITE, page_write::create),
        ("GET", ["pages", id]) => desk.open(READ, |desk| pages::get(desk, id)),
        ("PUT", ["pages", id]) => desk.open(WRITE, |desk| page_write::update(desk, id)),
        ("PUT", ["pages", id, "title"]) => desk.open(WRITE, |desk| page_write::retitle(desk, id)),
        ("DELETE", ["pages", id]) => desk.open(&["delete:page:confluence"], |desk| {
            page_write::delete(desk, id)
        }),
        ("GET", ["pages", id, "versions"]) => desk.open(READ, |desk| pages::versions(desk, id)),
        ("GET", ["pages", id, "versions", number]) => {
            desk.open(READ, |desk| pages::version(desk, id, number))
        }
        ("GET", ["pages", id, "labels"]) => desk.open(READ, |desk| pages::labels(desk, id)),
        ("GET", ["pages", id, "attachments"]) => desk
            .open(&["read:attachment:confluence"], |desk| {
                pages::attachments(desk, id)
            }),
        ("GET", ["pages", id, "children"]) => {
            desk.open(READ, |desk| tree::children(desk, id, false))
        }
        ("GET", ["pages", id, "direct-children"]) => {
            desk.open(TREE, |desk| tree::children(desk, id, true))
        }
        ("GET", ["folders", id, "direct-children"]) => {
            desk.open(TREE, |desk| tree::in_folder(desk, id))
        }
        ("GET", ["pages", id, "descendants"]) => {
            desk.open(TREE, |desk| tree::descendants(desk, id))
        }
        ("GET", ["pages", id, "ancestors"]) => {
            desk.open(METADATA, |desk| tree::ancestors(desk, id))
        }
        ("GET", ["blogposts"]) => desk.open(READ, |desk| {
            paging::page(desk, &[], &|_, ()| serde_json::Value::Null)
        }),
        ("POST", ["users-bulk"]) => desk.open(&["read:user:confluence"], v1::users_bulk),
        _ => return None,
    })
}

fn about_comments(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["pages", id, "footer-comments"]) => {
            desk.open(READ_COMMENT, |desk| comments::of_page(desk, id, false))
        }
        ("GET", ["pages", id, "inline-comments"]) => {
            desk.open(READ_COMMENT, |desk| comments::of_page(desk, id, true))
        }
        ("POST", ["footer-comments"]) => {
            desk.open(WRITE_COMMENT, |desk| comments::create(desk, false))
        }
        ("POST", ["inline-comments"]) => {
            desk.open(WRITE_COMMENT, |desk| comments::create(desk, true))
        }
        ("GET", [kind @ ("footer-comments" | "inline-comments"), id]) => {
            desk.open(READ_COMMENT, |desk| comments::get(desk, kind, id))
        }
        ("PUT", [kind @ ("footer-comments" | "inline-comments"), id]) => {
            desk.open(WRITE_COMMENT, |desk| comments::update(desk, kind, id))
        }
        ("DELETE", [kind @ ("footer-comments" | "inline-comments"), id]) => {
            desk.open(DELETE_COMMENT, |desk| comments::delete(desk, kind, id))
        }
        (
            "GET",
            [
                kind @ ("footer-comments" | "inline-comments"),
                id,
                "children",
            ],
        ) => desk.open(READ_COMMENT, |desk| comments::children(desk, kind, id)),
        _ => return None,
    })
}

/// Answers a path after `/wiki/rest/api/`; `None` if no such endpoint exists.
pub(crate) fn answer_v1(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["search"]) => desk.open(SEARCH, |desk| search::search(desk)),
        ("GET", ["content", "search"]) => desk.open(SEARCH, |desk| search::content(desk)),
        ("GET", ["user", "current"]) => desk.open(WHO, |desk| Ok(v1::current_user(desk))),
        ("GET", ["user"]) => desk.open(WHO, |desk| v1::user(desk)),
        ("POST", ["content", id, "label"]) => desk.open(LABEL, |desk| v1::add_labels(desk, id)),
        ("DELETE", ["content", id, "label"]) => {
            desk.open(UNLABEL, |desk| v1::remove_label(desk, id, None))
        }
        ("DELETE", ["content", id, "label", name]) => {
            desk.open(UNLABEL, |desk| v1::remove_label(desk, id, Some(name)))
        }
        (_, ["content" | "space"] | ["content", _]) if desk.caller.scopes.is_some() => {
            Err(v1::gone())
        }
        ("GET", ["content"]) => Ok(v1::contents(desk)),
        ("GET", ["content", id]) => v1::content(desk, id),
        ("GET", ["space"]) => Ok(v1::spaces(desk)),
        _ => return None,
    })
}
