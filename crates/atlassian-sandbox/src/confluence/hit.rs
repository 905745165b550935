//! What a search by CQL finds, and what is known of each: its kind, id, title, words, times and space.

use crate::state::SiteRequest;
use crate::storage;
use crate::world::{Attachment, Folder, Page, PageComment, Space};

/// A hit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hit<'a> {
    Page(&'a Page),
    Comment(&'a PageComment),
    File(&'a Page, &'a Attachment),
    Space(&'a Space),
    Other(&'a Folder),
}

pub(super) fn storage_of(hit: Hit<'_>) -> &str {
    match hit {
        Hit::Page(page) => &page.latest().storage,
        Hit::Comment(comment) => &comment.latest().storage,
        Hit::File(..) | Hit::Space(_) | Hit::Other(_) => "",
    }
}

pub(crate) fn kind(hit: Hit<'_>) -> &str {
    match hit {
        Hit::Page(page) => &page.kind,
        Hit::Comment(_) => "comment",
        Hit::File(..) => "attachment",
        Hit::Space(_) => "space",
        Hit::Other(folder) => &folder.kind,
    }
}

/// The id as answers write it.
pub(crate) fn id_text(hit: Hit<'_>) -> String {
    match hit {
        Hit::File(_, file) => format!("att{}", file.id),
        other => id(other).to_string(),
    }
}

pub(crate) fn id(hit: Hit<'_>) -> u64 {
    match hit {
        Hit::File(_, file) => file.id,
        Hit::Page(page) => page.id,
        Hit::Comment(comment) => comment.id,
        Hit::Space(space) => space.id,
        Hit::Other(folder) => folder.id,
    }
}

pub(crate) fn title(request: &SiteRequest<'_>, hit: Hit<'_>) -> String {
    match hit {
        Hit::Page(page) => page.title.clone(),
        Hit::Comment(comment) => format!(
            "Re: {}",
            request
                .site
                .page(comment.page)
                .map_or("", |page| page.title.as_str())
        ),
        Hit::File(_, file) => file.name.clone(),
        Hit::Space(space) => space.name.clone(),
        Hit::Other(folder) => folder.title.clone(),
    }
}

/// The words of the body.
pub(crate) fn text(hit: Hit<'_>) -> String {
    if let Hit::Space(space) = hit {
        return space.description.clone();
    }
    storage::parse(storage_of(hit))
        .map(|nodes| storage::plain_text(&nodes))
        .unwrap_or_default()
}

pub(crate) fn modified(hit: Hit<'_>) -> i64 {
    match hit {
        Hit::Page(page) => page.latest().created,
        Hit::Comment(comment) => comment.latest().created,
        Hit::File(_, file) => file.created,
        Hit::Space(space) => space.created,
        Hit::Other(folder) => folder.created,
    }
}

pub(super) fn created(hit: Hit<'_>) -> i64 {
    match hit {
        Hit::Page(page) => page.created,
        Hit::Comment(comment) => comment.created,
        Hit::File(_, file) => file.created,
        Hit::Space(space) => space.created,
        Hit::Other(folder) => folder.created,
    }
}

pub(super) fn author(hit: Hit<'_>) -> &str {
    match hit {
        Hit::Page(page) => &page.author,
        Hit::Comment(comment) => &comment.author,
        Hit::File(_, file) => &file.author,
        Hit::Space(space) => &space.author,
        Hit::Other(folder) => &folder.author,
    }
}

pub(crate) fn space_of<'a>(request: &'a SiteRequest<'_>, hit: Hit<'a>) -> Option<&'a Space> {
    match hit {
        Hit::Page(page) | Hit::File(page, _) => request.site.space(page.space),
        Hit::Comment(comment) => request
            .site
            .page(comment.page)
            .and_then(|page| request.site.space(page.space)),
        Hit::Space(space) => Some(space),
        Hit::Other(folder) => request.site.space(folder.space),
    }
}
