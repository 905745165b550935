//! v1's way to give a page another place: within another page, or beside it
//! (<https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---children-and-descendants/>).

use serde_json::json;

use super::{error, page_write, pages};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};

/// Moves a page before or after the target, or below it.
pub(crate) fn move_page(
    request: &mut SiteRequest<'_>,
    id: &str,
    position: &str,
    target: &str,
) -> Answer {
    let page = pages::find(request, error::id(id)?)?.id;
    let target = pages::find(request, error::id(target)?)?;
    let (target, space, above) = (target.id, target.space, target.parent);
    let writes = |space: u64| {
        let space = request.site.space(space);
        space.is_some_and(|space| request.writes_space(space))
    };
    let from = request.site.page(page).map_or(space, |page| page.space);
    if !(writes(from) && writes(space)) {
        return Err(error::v1(403, "The user may not move this page"));
    }
    let parent = match position {
        "append" => Some(target),
        "before" | "after" => above,
        other => return Err(error::v1(400, &format!("Invalid position: {other}"))),
    };
    if target == page || page_write::is_below(request, parent, page) {
        return Err(error::v1(400, "A page cannot be moved below itself"));
    }
    let mut beside: Vec<(u64, u64)> = request
        .site
        .pages
        .iter()
        .filter(|other| other.parent == parent && other.id != page)
        .map(|other| (other.position, other.id))
        .collect();
    beside.sort_unstable();
    let mut order: Vec<u64> = beside.into_iter().map(|(_, id)| id).collect();
    let at = order.iter().position(|other| *other == target);
    let at = match (position, at) {
        ("before", Some(at)) => at,
        ("after", Some(at)) => at + 1,
        _ => order.len(),
    };
    order.insert(at, page);
    for one in &mut request.site.pages {
        if let Some(at) = order.iter().position(|id| *id == one.id) {
            one.position = at as u64;
        }
        if one.id == page {
            one.parent = parent;
            one.space = space;
        }
    }
    Ok(Reply::ok(&json!({ "pageId": page.to_string() })))
}
