//! Tools about where pages lie: what is above one, and the whole tree of a space.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::page_request;
use super::asking::start_of;
use super::confluence_more::OnePage;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::content::PageSummary;
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::SpaceName;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::pages::PageFilter;

/// `confluence_get_ancestors`.
pub(super) struct GetAncestors;

impl Operation for GetAncestors {
    const NAME: &'static str = "confluence_get_ancestors";
    const FACTS: Facts = Facts {
        title: "List page ancestors",
        description: "List what lies above a page. Begins at the top, ends with its parent.",
        calls: &["getPageById"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id title url type"))
    };
    type Arguments = OnePage;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OnePage,
    ) -> Result<Outcome, ServiceError> {
        let above = context.pages.ancestors(scope, &arguments.page_id).await?;
        let mut outcome = Outcome::of_entries(above.entries, None);
        if let Outcome::List { truncated, .. } = &mut outcome {
            *truncated |= !above.is_whole;
        }
        Ok(outcome)
    }
}

/// The arguments of `confluence_get_space_page_tree`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WholeSpace {
    space_key: String,
    #[serde(default = "hundred")]
    #[schema(required = false, minimum = 1, maximum = 250, default = 100)]
    limit: u32,
    cursor: Option<String>,
}

const fn hundred() -> u32 {
    100
}

/// `confluence_get_space_page_tree`.
pub(super) struct GetSpacePageTree;

impl Operation for GetSpacePageTree {
    const NAME: &'static str = "confluence_get_space_page_tree";
    const FACTS: Facts = Facts {
        title: "List page tree",
        description: "List a space's pages as a tree, with depth and parent_id. Page with next_cursor.",
        calls: &["getPages", "getSpaces"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id title"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = WholeSpace;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: WholeSpace,
    ) -> Result<Outcome, ServiceError> {
        page_request("limit", arguments.limit, 250, None)?;
        let start = start_of(arguments.cursor.as_deref())?;
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
        let (pages, is_whole) = all_pages(context, scope, arguments.space_key).await?;
        let tree = as_tree(&pages);
        let end = start.saturating_add(limit);
        let next = (end < tree.len()).then(|| end.to_string());
        let goes_on = !is_whole && next.is_none();
        let items = tree.into_iter().skip(start).take(limit).collect();
        Ok(Outcome::of_page(Page { items, next }).ending_early(goes_on))
    }
}

/// How many parts of a space are read, of 250 pages each.
const MOST_PARTS: usize = 20;

/// The pages of a space, and whether that is all of them. Where a page stands in the tree is known once all are.
async fn all_pages(
    context: &ToolContext,
    scope: &Scope,
    space_key: String,
) -> Result<(Vec<PageSummary>, bool), ServiceError> {
    let filter = PageFilter {
        // A key may be all digits, too.
        space: Some(SpaceName::Key(space_key)),
        title: None,
    };
    let mut pages = Vec::new();
    let mut cursor = None;
    for _ in 0..MOST_PARTS {
        let part = PageRequest { limit: 250, cursor };
        let found = context.pages.pages(scope, &filter, &part).await?;
        pages.extend(found.items.into_iter().map(|page| page.value));
        cursor = found.next;
        if cursor.is_none() {
            return Ok((pages, true));
        }
    }
    Ok((pages, false))
}

/// Pages as a tree: after each what lies below it, in the order in which they came. How deep a page lies is left out where that is not
/// known: below a folder, which is no page.
fn as_tree(pages: &[PageSummary]) -> Vec<Value> {
    let places: HashMap<String, usize> = pages
        .iter()
        .enumerate()
        .map(|(place, page)| (page.id.clone(), place))
        .collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); pages.len()];
    let mut next: Vec<(usize, Option<u32>)> = Vec::new();
    for (place, page) in pages.iter().enumerate() {
        let parent = page.parent_id.as_ref();
        let known = parent.and_then(|id| places.get(id));
        match known.filter(|known| **known != place) {
            Some(known) => below[*known].push(place),
            None => next.push((place, parent.is_none().then_some(0))),
        }
    }
    next.reverse();
    let mut tree = Vec::new();
    while let Some((place, depth)) = next.pop() {
        let page = &pages[place];
        let mut shown = json!({ "id": page.id, "title": page.title, "parent_id": page.parent_id });
        if let Some(depth) = depth {
            shown["depth"] = Value::from(depth);
        }
        tree.push(shown);
        let children = std::mem::take(&mut below[place]);
        let deeper = depth.map(|depth| depth + 1);
        next.extend(children.into_iter().rev().map(|child| (child, deeper)));
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str, parent: Option<&str>) -> PageSummary {
        PageSummary {
            id: id.to_owned(),
            kind: String::from("page"),
            title: format!("Page {id}"),
            url: String::new(),
            space_id: None,
            space_key: None,
            parent_id: parent.map(str::to_owned),
            status: None,
            version: None,
            created: None,
        }
    }

    #[test]
    fn what_lies_below_a_page_stands_after_it() {
        let pages = vec![
            page("3", Some("2")),
            page("1", None),
            page("4", Some("1")),
            page("2", Some("1")),
            page("9", Some("77")),
            page("8", Some("9")),
        ];
        let tree = as_tree(&pages);
        let shown: Vec<String> = tree
            .iter()
            .map(|one| {
                let depth = one["depth"].as_u64();
                let depth = depth.map_or(String::from("?"), |depth| {
                    "-".repeat(usize::try_from(depth).unwrap())
                });
                format!("{depth}{}", one["id"].as_str().unwrap())
            })
            .collect();
        assert_eq!(shown, ["1", "-4", "-2", "--3", "?9", "?8"]);
    }
}
