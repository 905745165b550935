//! Tools about where pages lie: what is above one, and the whole tree of a space.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::page_request;
use super::confluence_more::OnePage;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::content::PageSummary;
use crate::model::page::Page;
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
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id title depth"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = WholeSpace;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: WholeSpace,
    ) -> Result<Outcome, ServiceError> {
        let wanted = page_request("limit", arguments.limit, 250, arguments.cursor)?;
        let filter = PageFilter {
            // A key may be all digits, too.
            space: Some(SpaceName::Key(arguments.space_key)),
            title: None,
        };
        let found = context.pages.pages(scope, &filter, &wanted).await?;
        let items = found.items.into_iter();
        let pages: Vec<PageSummary> = items.map(|page| page.value).collect();
        Ok(Outcome::of_page(Page {
            items: as_tree(&pages),
            next: found.next,
        }))
    }
}

/// Pages as a tree: after each what lies below it, in the order in which they came. A page whose parent is not among them
/// stands at the top.
fn as_tree(pages: &[PageSummary]) -> Vec<Value> {
    let places: HashMap<String, usize> = pages
        .iter()
        .enumerate()
        .map(|(place, page)| (page.id.clone(), place))
        .collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); pages.len()];
    let mut next: Vec<(usize, u32)> = Vec::new();
    for (place, page) in pages.iter().enumerate() {
        let parent = page.parent_id.as_ref().and_then(|id| places.get(id));
        match parent.filter(|parent| **parent != place) {
            Some(parent) => below[*parent].push(place),
            None => next.push((place, 0)),
        }
    }
    next.reverse();
    let mut tree = Vec::new();
    while let Some((place, depth)) = next.pop() {
        let page = &pages[place];
        tree.push(json!({
            "id": page.id, "title": page.title, "depth": depth, "parent_id": page.parent_id,
        }));
        let children = std::mem::take(&mut below[place]);
        next.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
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
        ];
        let tree = as_tree(&pages);
        let shown: Vec<String> = tree
            .iter()
            .map(|one| {
                let depth = usize::try_from(one["depth"].as_u64().unwrap()).unwrap();
                format!("{}{}", "-".repeat(depth), one["id"].as_str().unwrap())
            })
            .collect();
        assert_eq!(shown, ["1", "-4", "-2", "--3", "9"]);
    }
}
