//! The page tree: what lies below a page.

use std::collections::HashMap;

use serde_json::Value;

use super::list::CursorList;
use super::shape::{child, page as page_of};
use super::{Confluence, READ_TREE};
use crate::atlassian::access::Api;
use crate::atlassian::cursor::next_filled;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{shaped, shaped_page};
use crate::atlassian::json::text;
use crate::model::content::{Child, ContentId, WantedChildren};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};

impl Confluence<'_> {
    /// What lies directly below a page, in its order. One more call completes the pages among it.
    /// At most 250 at once.
    pub(crate) async fn children(
        self,
        parent: &ContentId,
        wanted: WantedChildren,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Child>>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let found = data_center.children(parent, wanted.with_text, page).await?;
            let base = self.base();
            return Ok(shaped_page("children", found, |raw| {
                whole_child(raw, &base)
            }));
        }
        // `/children` is deprecated and shows pages only.
        let path = ["pages", parent.as_str(), "direct-children"];
        let listing = CursorList {
            name: "children",
            api: Api::Confluence,
            path: &path,
            query: vec![],
            needs: READ_TREE,
        };
        let (confluence, listing) = (&self, &listing);
        let found = next_filled(page.cursor.clone(), |cursor| async move {
            let mut found = confluence.list_once(listing, page.limit, cursor).await?;
            found.items.retain(|raw| is_wanted(raw, wanted));
            Ok(found)
        })
        .await?;
        let items = self
            .completed("children", found.items, wanted.with_text)
            .await?;
        let items = items.into_iter().map(|mut one| {
            let summary = &mut one.value.summary;
            summary
                .parent_id
                .get_or_insert_with(|| parent.as_str().to_owned());
            one
        });
        Ok(Page {
            items: items.collect(),
            next: found.next,
        })
    }

    /// Entries of a tree tell little: the pages among them are asked for all at once.
    async fn completed(
        &self,
        list: &'static str,
        entries: Vec<Value>,
        with_text: bool,
    ) -> Result<Vec<Fetched<Child>>, AtlassianError> {
        let base = self.base();
        let pages = entries.iter().filter(|raw| kind_of(raw) == "page");
        let ids: Vec<String> = pages.filter_map(|raw| text(raw, "/id")).collect();
        let mut whole: HashMap<String, Value> = self
            .pages_by_id(&ids, with_text)
            .await?
            .into_iter()
            .filter_map(|raw| Some((text(&raw, "/id")?, raw)))
            .collect();
        let entries = entries
            .into_iter()
            .map(|raw| {
                let id = text(&raw, "/id").unwrap_or_default();
                whole.remove(&id).unwrap_or(raw)
            })
            .collect();
        Ok(shaped(list, entries, |raw| match raw.get("version") {
            Some(_) => whole_child(raw, &base),
            None => child(raw, &base),
        }))
    }
}

fn whole_child(raw: &Value, base: &str) -> Option<Child> {
    page_of(raw, base).map(|page| Child {
        kind: String::from("page"),
        summary: page.summary,
        body: page.body,
    })
}

fn is_wanted(raw: &Value, wanted: WantedChildren) -> bool {
    match kind_of(raw) {
        "page" => true,
        "folder" => wanted.folders,
        _ => false,
    }
}

fn kind_of(raw: &Value) -> &str {
    raw.get("type").and_then(Value::as_str).unwrap_or("page")
}
