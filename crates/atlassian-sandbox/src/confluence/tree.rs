//! The page tree: children, descendants, ancestors. Folders lie in it beside pages.

use serde_json::{Value, json};

use super::{error, pages, paging, spaces};
use crate::clock::confluence_time;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Folder, Page, Space};

/// Something in the tree.
#[derive(Clone, Copy)]
enum Leaf<'a> {
    Page(&'a Page),
    Folder(&'a Folder),
}

impl Leaf<'_> {
    fn id(self) -> u64 {
        match self {
            Self::Page(page) => page.id,
            Self::Folder(folder) => folder.id,
        }
    }

    fn place(self) -> (u64, u64) {
        match self {
            Self::Page(page) => (page.position, page.id),
            Self::Folder(folder) => (folder.position, folder.id),
        }
    }

    fn parent(self) -> Option<u64> {
        match self {
            Self::Page(page) => page.parent,
            Self::Folder(folder) => Some(folder.parent),
        }
    }

    fn json(self) -> Value {
        let (kind, status, title, space) = match self {
            Self::Page(page) => ("page", page.status.as_str(), &page.title, page.space),
            Self::Folder(folder) => (folder.kind.as_str(), "current", &folder.title, folder.space),
        };
        json!({
            "id": self.id().to_string(), "status": status, "title": title, "type": kind,
            "spaceId": space.to_string(), "childPosition": self.place().0,
        })
    }
}

fn below<'a>(request: &'a SiteRequest<'_>, parent: u64) -> Vec<Leaf<'a>> {
    let pages = request.site.pages.iter();
    let pages = pages.filter(|page| page.parent == Some(parent) && page.status == "current");
    let folders = request.site.folders.iter();
    let folders = folders.filter(|folder| folder.parent == parent);
    let mut found: Vec<Leaf<'_>> = pages
        .map(Leaf::Page)
        .chain(folders.map(Leaf::Folder))
        .collect();
    found.sort_by_key(|leaf| leaf.place());
    found
}

/// `children` (deprecated, pages only) or `direct-children`, which also tells the type.
pub(crate) fn children(request: &SiteRequest<'_>, id: &str, with_type: bool) -> Answer {
    let page = pages::find(request, error::id(id)?)?;
    let mut found = below(request, page.id);
    found.retain(|leaf| with_type || matches!(leaf, Leaf::Page(_)));
    paging::page(request, &found, &|_, leaf| {
        let mut value = leaf.json();
        if !with_type && let Some(value) = value.as_object_mut() {
            value.remove("type");
        }
        value
    })
}

/// A folder, a whiteboard, a database or an embed, if the caller sees its space.
fn find<'a>(request: &'a SiteRequest<'_>, kind: &str, id: &str) -> Result<&'a Folder, Reply> {
    let found = request.site.folder(error::id(id)?);
    let found = found.filter(|folder| folder.kind == kind);
    let folder = found.ok_or_else(error::not_found)?;
    spaces::find(request, folder.space)?;
    Ok(folder)
}

/// Where something that is no page is shown, relative to `/wiki`.
pub(crate) fn webui(space: &Space, folder: &Folder) -> String {
    format!("/spaces/{}/{}/{}", space.key, folder.kind, folder.id)
}

/// One of them.
pub(crate) fn other(request: &SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let folder = find(request, kind, id)?;
    let above = request.site.folder(folder.parent);
    let shown = request
        .site
        .space(folder.space)
        .map(|space| webui(space, folder));
    Ok(Reply::ok(&json!({
        "id": folder.id.to_string(), "type": kind, "status": "current", "title": folder.title,
        "parentId": folder.parent.to_string(), "parentType": above.map_or("page", |above| above.kind.as_str()),
        "position": folder.position, "authorId": folder.author, "ownerId": folder.author,
        "createdAt": confluence_time(folder.created), "spaceId": folder.space.to_string(),
        "version": {"number": 1, "message": "", "minorEdit": false, "authorId": folder.author, "createdAt": confluence_time(folder.created)},
        "_links": {"webui": shown, "base": format!("https://{}/wiki", request.site.host)},
    })))
}

/// What lies directly below one of them.
pub(crate) fn inside(request: &SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let folder = find(request, kind, id)?;
    paging::page(request, &below(request, folder.id), &|_, leaf| leaf.json())
}

/// What lies below a page, level by level.
pub(crate) fn descendants(request: &SiteRequest<'_>, id: &str) -> Answer {
    let page = pages::find(request, error::id(id)?)?;
    levels_below(request, Leaf::Page(page))
}

/// The same of what is no page.
pub(crate) fn far_inside(request: &SiteRequest<'_>, kind: &str, id: &str) -> Answer {
    let folder = find(request, kind, id)?;
    levels_below(request, Leaf::Folder(folder))
}

fn levels_below(request: &SiteRequest<'_>, top: Leaf<'_>) -> Answer {
    let depth = match request.call.param("depth").map(str::parse::<usize>) {
        None => 2,
        Some(Ok(depth @ 1..=10)) => depth,
        Some(_) => {
            return Err(error::invalid(
                "Provided value for 'depth' must be between 1 and 10",
            ));
        }
    };
    let mut found: Vec<(Leaf<'_>, usize)> = Vec::new();
    let mut level = vec![top];
    for depth in 1..=depth {
        level = level
            .iter()
            .flat_map(|parent| below(request, parent.id()))
            .collect();
        found.extend(level.iter().map(|leaf| (*leaf, depth)));
    }
    paging::page(request, &found, &|_, (leaf, depth)| {
        let mut value = leaf.json();
        value["parentId"] = json!(leaf.parent().map(|id| id.to_string()));
        value["depth"] = json!(depth);
        value
    })
}

/// From the top down, no cursor: the nearest `limit` ones.
pub(crate) fn ancestors(request: &SiteRequest<'_>, id: &str) -> Answer {
    let page = pages::find(request, error::id(id)?)?;
    let mut found: Vec<Value> = Vec::new();
    let mut next = page.parent;
    while let Some(id) = next.filter(|_| found.len() < 100) {
        let folder = request.site.folder(id).map(Leaf::Folder);
        let Some(leaf) = folder.or_else(|| request.site.page(id).map(Leaf::Page)) else {
            break;
        };
        found.push(json!({"id": id.to_string(), "type": leaf.json()["type"]}));
        next = leaf.parent();
    }
    found.truncate(paging::limit(request)?);
    found.reverse();
    let base = format!("https://{}/wiki", request.site.host);
    Ok(Reply::ok(
        &json!({"results": found, "_links": {"base": base}}),
    ))
}
