//! The page tree: what lies below a page, a folder, or anything else that has a place in it.

use std::collections::HashMap;

use serde_json::Value;

use super::Confluence;
use super::list::CursorList;
use super::shape::{child, page as page_of, place_of};
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{next_filled, of_kind, with_kind};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{shaped, shaped_page};
use crate::atlassian::json::text;
use crate::model::content::{Child, ContentId, ContentKind, WantedChildren};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};

const ONE_LEVEL_THERE: &str = "a Data Center lists only what lies directly below a page; leave depth out, and ask again for what is further below";

impl Confluence<'_> {
    /// What lies below something, level by level, each in its order. One more call completes the pages among it.
    /// At most 250 at once.
    pub(crate) async fn children(
        self,
        parent: &ContentId,
        wanted: WantedChildren,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Child>>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            if wanted.depth > 1 {
                return Err(AtlassianError::Blocked(ONE_LEVEL_THERE));
            }
            let found = data_center.children(parent, wanted.with_text, page).await?;
            let base = self.base();
            return Ok(shaped_page("children", found, |raw| {
                whole_child(raw, &base)
            }));
        }
        let (kind, found) = self.entries_below(parent, wanted, page).await?;
        let mut items = self
            .completed("children", found.items, wanted.with_text)
            .await?;
        self.add_addresses(&mut items).await;
        for one in &mut items {
            let summary = &mut one.value.summary;
            summary
                .parent_id
                .get_or_insert_with(|| parent.as_str().to_owned());
        }
        let next = found.next.map(|cursor| with_kind(kind.plural(), cursor));
        Ok(Page { items, next })
    }

    /// The entries below something whose kind is not known; a cursor tells it.
    async fn entries_below(
        &self,
        parent: &ContentId,
        wanted: WantedChildren,
        page: &PageRequest,
    ) -> Result<(ContentKind, Page<Value>), AtlassianError> {
        let (known, cursor) = of_kind(page.cursor.as_deref());
        let request = PageRequest {
            limit: page.limit,
            cursor,
        };
        let kinds = ContentKind::IN_TREES.into_iter();
        let kinds = kinds.filter(|kind| known.is_none_or(|known| kind.plural() == known));
        let mut missing = AtlassianError::Nonsense("a cursor of no kind");
        for kind in kinds {
            match self.entries_of(kind, parent, wanted, &request).await {
                Err(error @ AtlassianError::NotFound(_)) => missing = error,
                outcome => return outcome.map(|found| (kind, found)),
            }
        }
        // A blog post has no place in a tree: nothing lies below it.
        self.whole(ContentKind::BlogPost, parent, false)
            .await
            .map_err(|_| missing)?;
        let nothing = Page {
            items: Vec::new(),
            next: None,
        };
        Ok((ContentKind::BlogPost, nothing))
    }

    async fn entries_of(
        &self,
        kind: ContentKind,
        parent: &ContentId,
        wanted: WantedChildren,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        // `/pages/{id}/children` is deprecated and shows pages only.
        let (list, query) = if wanted.depth > 1 {
            ("descendants", vec![("depth", wanted.depth.to_string())])
        } else {
            ("direct-children", Vec::new())
        };
        let path = [kind.plural(), parent.as_str(), list];
        let listing = CursorList {
            name: "children",
            api: Api::Confluence,
            path: &path,
            query,
        };
        let listing = &listing;
        next_filled(page.cursor.clone(), |cursor| async move {
            let mut found = self.list_once(listing, page.limit, cursor).await?;
            found
                .items
                .retain(|raw| wanted.others || kind_of(raw) == "page");
            Ok(found)
        })
        .await
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

    /// Entries that are no pages do not tell their address; it needs the key of the space, which a page beside
    /// them tells.
    async fn add_addresses(&self, items: &mut [Fetched<Child>]) {
        let has_address = |one: &Fetched<Child>| {
            one.value.summary.kind == "page" || one.raw.pointer("/_links/webui").is_some()
        };
        let Some(first) = items.iter().find(|one| !has_address(one)) else {
            return;
        };
        let beside = items
            .iter()
            .find_map(|one| one.value.summary.space_key.clone());
        let key = match (beside, &first.value.summary.space_id) {
            (Some(key), _) => Some(key),
            (None, Some(space)) => self.key_of_space(space).await,
            (None, None) => None,
        };
        let Some(key) = key else {
            return;
        };
        let base = self.base();
        for one in items.iter_mut().filter(|one| !has_address(one)) {
            let summary = &mut one.value.summary;
            summary.url = place_of(&base, &key, &summary.kind, &summary.id);
            summary.space_key = Some(key.clone());
        }
    }
}

fn whole_child(raw: &Value, base: &str) -> Option<Child> {
    page_of(raw, base, "page").map(|page| Child {
        summary: page.summary,
        body: page.body,
    })
}

fn kind_of(raw: &Value) -> &str {
    raw.get("type").and_then(Value::as_str).unwrap_or("page")
}
