//! Confluence Cloud, REST v2 and what is left of v1: which address is answered by what, and which scope it needs.

mod attachments;
pub(crate) mod bodies;
pub(crate) mod comments;
pub(crate) mod cql;
mod error;
mod hit;
mod moving;
pub(crate) mod page_write;
mod pages;
mod paging;
mod properties;
mod search;
mod spaces;
mod tree;
pub(crate) mod v1;

use super::state::SiteRequest;
use super::wire::Answer;

const SPACE: &[&str] = &["read:space:confluence"];
const READ: &[&str] = &["read:page:confluence"];
const WRITE: &[&str] = &["write:page:confluence"];
const CHANGE: &[&str] = &["read:page:confluence write:page:confluence"];
const DELETE_PAGE: &[&str] = &["delete:page:confluence"];
const TREE: &[&str] = &["read:hierarchical-content:confluence"];
const METADATA: &[&str] = &["read:content.metadata:confluence"];
const READ_COMMENT: &[&str] = &["read:comment:confluence"];
const WRITE_COMMENT: &[&str] = &["write:comment:confluence"];
const DELETE_COMMENT: &[&str] = &["delete:comment:confluence"];
const MOVE: &[&str] = &["write:confluence-content", "write:page:confluence"];
const SEARCH: &[&str] = &["search:confluence", "read:content-details:confluence"];
const WHO: &[&str] = &["read:confluence-user", "read:content-details:confluence"];
const LABEL: &[&str] = &[
    "write:confluence-content",
    "read:label:confluence write:label:confluence",
];
const ARCHIVE: &[&str] = &[
    "write:confluence-content",
    "read:content.metadata:confluence write:page:confluence",
];
const READ_FILE: &[&str] = &["read:attachment:confluence"];
const DELETE_FILE: &[&str] = &["delete:attachment:confluence"];
const UPLOAD: &[&str] = &[
    "write:confluence-file",
    "read:content-details:confluence write:attachment:confluence",
];
const DOWNLOAD: &[&str] = &[
    "readonly:content.attachment:confluence",
    "read:attachment:confluence",
];
const UNLABEL: &[&str] = &["write:confluence-content", "write:label:confluence"];

/// Answers a path after `/wiki/api/v2/`; `None` if no such endpoint exists.
pub(crate) fn answer_v2(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    about_pages(request, path)
        .or_else(|| about_posts(request, path))
        .or_else(|| about_the_tree(request, path))
        .or_else(|| about_comments(request, path))
        .or_else(|| about_files(request, path))
        .or_else(|| about_properties(request, path))
}

fn about_properties(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    let (plural, id, rest) = match path {
        [
            plural @ ("pages" | "blogposts"),
            id,
            "properties",
            rest @ ..,
        ] => (*plural, *id, rest),
        _ => return None,
    };
    Some(match (request.method(), rest) {
        ("GET", []) => request.open(READ, |request| properties::list(request, plural, id)),
        ("POST", []) => request.open(CHANGE, |request| properties::create(request, plural, id)),
        ("GET", [one]) => request.open(READ, |request| properties::get(request, plural, id, one)),
        ("PUT", [one]) => request.open(CHANGE, |request| {
            properties::update(request, plural, id, one)
        }),
        ("DELETE", [one]) => request.open(CHANGE, |request| {
            properties::delete(request, plural, id, one)
        }),
        _ => return None,
    })
}

fn about_files(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["pages", id, "attachments"]) => request.open(READ_FILE, |request| {
            attachments::of_page(request, id, "page")
        }),
        ("GET", ["blogposts", id, "attachments"]) => request.open(READ_FILE, |request| {
            attachments::of_page(request, id, "blogpost")
        }),
        ("GET", ["attachments"]) => request.open(READ_FILE, |request| attachments::all(request)),
        ("GET", ["attachments", id]) => {
            request.open(READ_FILE, |request| attachments::get(request, id))
        }
        ("DELETE", ["attachments", id]) => {
            request.open(DELETE_FILE, |request| attachments::delete(request, id))
        }
        _ => return None,
    })
}

fn about_pages(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["spaces"]) => request.open(SPACE, |request| spaces::list(request)),
        ("GET", ["spaces", id]) => request.open(SPACE, |request| spaces::get(request, id)),
        ("GET", ["spaces", id, "pages"]) => {
            request.open(READ, |request| pages::in_space(request, id))
        }
        ("GET", ["pages"]) => request.open(READ, |request| pages::list(request, "page")),
        ("POST", ["pages"]) => request.open(WRITE, |request| page_write::create(request, "page")),
        ("GET", ["pages", id]) => request.open(READ, |request| pages::get(request, id, "page")),
        ("PUT", ["pages", id]) => {
            request.open(WRITE, |request| page_write::update(request, id, "page"))
        }
        ("PUT", ["pages", id, "title"]) => {
            request.open(WRITE, |request| page_write::retitle(request, id))
        }
        ("DELETE", ["pages", id]) => request.open(DELETE_PAGE, |request| {
            page_write::delete(request, id, "page")
        }),
        ("GET", ["pages", id, "versions"]) => {
            request.open(READ, |request| pages::versions(request, id, "page"))
        }
        ("GET", ["pages", id, "versions", number]) => {
            request.open(READ, |request| pages::version(request, id, number, "page"))
        }
        ("GET", ["pages", id, "labels"]) => {
            request.open(READ, |request| pages::labels(request, id))
        }
        ("GET", ["pages", id, "children"]) => {
            request.open(READ, |request| tree::children(request, id, false))
        }
        ("GET", ["pages", id, "direct-children"]) => {
            request.open(TREE, |request| tree::children(request, id, true))
        }
        ("GET", ["pages", id, "descendants"]) => {
            request.open(TREE, |request| tree::descendants(request, id))
        }
        ("GET", ["pages", id, "ancestors"]) => {
            request.open(METADATA, |request| tree::ancestors(request, id))
        }
        ("POST", ["users-bulk"]) => request.open(&["read:user:confluence"], v1::users_bulk),
        _ => return None,
    })
}

fn about_posts(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    const POST: &str = "blogpost";
    Some(match (request.method(), path) {
        ("GET", ["blogposts"]) => request.open(READ, |request| pages::list(request, POST)),
        ("POST", ["blogposts"]) => request.open(WRITE, |request| page_write::create(request, POST)),
        ("GET", ["blogposts", id]) => request.open(READ, |request| pages::get(request, id, POST)),
        ("PUT", ["blogposts", id]) => {
            request.open(WRITE, |request| page_write::update(request, id, POST))
        }
        ("DELETE", ["blogposts", id]) => {
            request.open(DELETE_PAGE, |request| page_write::delete(request, id, POST))
        }
        ("GET", ["blogposts", id, "versions"]) => {
            request.open(READ, |request| pages::versions(request, id, POST))
        }
        ("GET", ["blogposts", id, "versions", number]) => {
            request.open(READ, |request| pages::version(request, id, number, POST))
        }
        ("GET", ["spaces", id, "blogposts"]) => {
            request.open(READ, |request| pages::posts_in_space(request, id))
        }
        ("GET", ["blogposts", id, "labels"]) => {
            request.open(READ, |request| pages::labels(request, id))
        }
        _ => return None,
    })
}

/// What lies in the tree beside pages.
fn about_the_tree(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    let (plural, id, below) = match path {
        [plural, id] => (*plural, *id, None),
        [plural, id, list @ ("direct-children" | "descendants")] => (*plural, *id, Some(*list)),
        _ => return None,
    };
    let (kind, scope): (&str, &'static [&'static str]) = match plural {
        "folders" => ("folder", &["read:folder:confluence"]),
        "whiteboards" => ("whiteboard", &["read:whiteboard:confluence"]),
        "databases" => ("database", &["read:database:confluence"]),
        "embeds" => ("embed", &["read:embed:confluence"]),
        _ => return None,
    };
    (request.method() == "GET").then(|| match below {
        Some("descendants") => request.open(TREE, |request| tree::far_inside(request, kind, id)),
        Some(_) => request.open(TREE, |request| tree::inside(request, kind, id)),
        None => request.open(scope, |request| tree::other(request, kind, id)),
    })
}

fn about_comments(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", [plural @ ("pages" | "blogposts"), id, "footer-comments"]) => request
            .open(READ_COMMENT, |request| {
                comments::of_page(request, plural, id, false)
            }),
        ("GET", [plural @ ("pages" | "blogposts"), id, "inline-comments"]) => request
            .open(READ_COMMENT, |request| {
                comments::of_page(request, plural, id, true)
            }),
        ("POST", ["footer-comments"]) => {
            request.open(WRITE_COMMENT, |request| comments::create(request, false))
        }
        ("POST", ["inline-comments"]) => {
            request.open(WRITE_COMMENT, |request| comments::create(request, true))
        }
        ("GET", [kind @ ("footer-comments" | "inline-comments"), id]) => {
            request.open(READ_COMMENT, |request| comments::get(request, kind, id))
        }
        ("PUT", [kind @ ("footer-comments" | "inline-comments"), id]) => {
            request.open(WRITE_COMMENT, |request| comments::update(request, kind, id))
        }
        ("DELETE", [kind @ ("footer-comments" | "inline-comments"), id]) => request
            .open(DELETE_COMMENT, |request| {
                comments::delete(request, kind, id)
            }),
        (
            "GET",
            [
                kind @ ("footer-comments" | "inline-comments"),
                id,
                "children",
            ],
        ) => request.open(READ_COMMENT, |request| {
            comments::children(request, kind, id)
        }),
        _ => return None,
    })
}

/// Answers a path after `/wiki/rest/api/`; `None` if no such endpoint exists.
pub(crate) fn answer_v1(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["search"]) => request.open(SEARCH, |request| search::search(request)),
        ("GET", ["content", "search"]) => request.open(SEARCH, |request| search::content(request)),
        ("GET", ["user", "current"]) => request.open(WHO, |request| Ok(v1::current_user(request))),
        ("GET", ["user"]) => request.open(WHO, |request| v1::user(request)),
        ("POST", ["content", "archive"]) => request.open(ARCHIVE, v1::archive),
        (verb @ ("POST" | "PUT"), ["content", id, "child", "attachment"]) => request
            .open(UPLOAD, |request| {
                attachments::add(request, id, verb == "PUT")
            }),
        ("POST", ["content", id, "child", "attachment", file, "data"]) => {
            request.open(UPLOAD, |request| attachments::replace(request, id, file))
        }
        ("GET", ["content", id, "child", "attachment", file, "download"]) => {
            request.open(DOWNLOAD, |request| attachments::content(request, id, file))
        }
        ("PUT", ["content", id, "move", position, target]) => request.open(MOVE, |request| {
            moving::move_page(request, id, position, target)
        }),
        ("POST", ["content", id, "label"]) => {
            request.open(LABEL, |request| v1::add_labels(request, id))
        }
        ("DELETE", ["content", id, "label"]) => {
            request.open(UNLABEL, |request| v1::remove_label(request, id, None))
        }
        ("DELETE", ["content", id, "label", name]) => {
            request.open(UNLABEL, |request| v1::remove_label(request, id, Some(name)))
        }
        (_, ["content" | "space"] | ["content", _]) if request.caller.scopes.is_some() => {
            Err(v1::gone())
        }
        ("GET", ["content"]) => Ok(v1::contents(request)),
        ("GET", ["content", id]) => v1::content(request, id),
        ("GET", ["space"]) => Ok(v1::spaces(request)),
        _ => return None,
    })
}
