//! The page tree: children, descendants, ancestors.

use serde_json::{Value, json};

use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::Page;
use super::{error, pages, paging};

fn below<'a>(desk: &'a Desk<'_>, parent: u64) -> Vec<&'a Page> {
    let mut found: Vec<&Page> = desk
        .site
        .pages
        .iter()
        .filter(|page| page.parent == Some(parent) && page.status == "current")
        .collect();
    found.sort_by_key(|page| (page.position, page.id));
    found
}

/// `children` (deprecated) or `direct-children`, which also tells the type.
pub(super) fn children(desk: &Desk<'_>, id: &str, with_type: bool) -> Answer {
    let page = pages::find(desk, error::id(id)?)?;
    let found = below(desk, page.id);
    paging::page(desk, &found, &|_, child| {
        let mut value = json!({
            "id": child.id.to_string(), "status": child.status, "title": child.title, "spaceId": child.space.to_string(),
            "childPosition": child.position,
        });
        if with_type {
            value["type"] = json!("page");
        }
        value
    })
}

pub(super) fn descendants(desk: &Desk<'_>, id: &str) -> Answer {
    let page = pages::find(desk, error::id(id)?)?;
    let depth = match desk.call.param("depth").map(str::parse::<usize>) {
        None => 2,
        Some(Ok(depth @ 1..=10)) => depth,
        Some(_) => {
            return Err(error::invalid(
                "Provided value for 'depth' must be between 1 and 10",
            ));
        }
    };
    let mut found: Vec<(&Page, usize)> = Vec::new();
    let mut level = vec![page];
    for depth in 1..=depth {
        level = level
            .iter()
            .flat_map(|parent| below(desk, parent.id))
            .collect();
        found.extend(level.iter().map(|page| (*page, depth)));
    }
    paging::page(desk, &found, &|_, (page, depth)| {
        json!({
            "id": page.id.to_string(), "status": page.status, "title": page.title, "type": "page",
            "parentId": page.parent.map(|id| id.to_string()), "depth": depth, "childPosition": page.position,
        })
    })
}

/// From the top down, no cursor: the nearest `limit` ones.
pub(super) fn ancestors(desk: &Desk<'_>, id: &str) -> Answer {
    let page = pages::find(desk, error::id(id)?)?;
    let mut found: Vec<Value> = Vec::new();
    let mut next = page.parent;
    while let Some(parent) = next
        .and_then(|id| desk.site.page(id))
        .filter(|_| found.len() < 100)
    {
        found.push(json!({"id": parent.id.to_string(), "type": "page"}));
        next = parent.parent;
    }
    found.truncate(paging::limit(desk)?);
    found.reverse();
    let base = format!("https://{}/wiki", desk.site.host);
    Ok(Reply::ok(
        &json!({"results": found, "_links": {"base": base}}),
    ))
}
