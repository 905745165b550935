//! What lies above something in the page tree.

use serde_json::{Value, json};

use super::Confluence;
use super::shape::{page_of_hit, summary};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, expect_list, text};
use crate::atlassian::request::Call;
use crate::model::content::{Ancestors, ContentId, ContentKind, PageSummary};

/// A tree that is deeper is shown from here on downwards.
const MOST_LEVELS: usize = 50;

impl Confluence<'_> {
    /// What lies above a page, from the top down. Cloud's own list of it tells no titles and needs a scope of its own, so the
    /// way up is gone step by step. A blog post has no place in a tree.
    pub(crate) async fn ancestors(self, id: &ContentId) -> Result<Ancestors, AtlassianError> {
        let base = self.base();
        if let Some(data_center) = self.data_center() {
            let page = data_center.placed(id).await?;
            expect_list(&page, "/ancestors")?;
            let above = entries(&page, "/ancestors");
            let above = above
                .filter_map(|raw| summary(raw, &base, "page"))
                .collect();
            return Ok(Ancestors::whole(chained(above)));
        }
        let mut at = match self.placed(ContentKind::Page, id).await {
            Err(missing @ AtlassianError::NotFound(_)) => {
                return match self.placed(ContentKind::BlogPost, id).await {
                    Ok(_) => Ok(Ancestors::whole(Vec::new())),
                    Err(AtlassianError::NotFound(_)) => Err(missing),
                    Err(error) => Err(error),
                };
            }
            outcome => outcome?,
        };
        let mut above = Vec::new();
        let mut is_whole = true;
        while let Some((kind, parent)) = parent_of(&at) {
            if above.len() == MOST_LEVELS {
                is_whole = false;
                break;
            }
            match self.placed(kind, &parent).await {
                Ok(raw) => {
                    above.extend(summary(&raw, &base, kind.as_str()));
                    at = raw;
                }
                // A login need not cover every kind: what lies above is not known then.
                Err(
                    AtlassianError::NotFound(_)
                    | AtlassianError::Forbidden(_)
                    | AtlassianError::ScopeMismatch { .. },
                ) => {
                    above.extend(self.known_by_search(kind, &parent).await);
                    is_whole = false;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        above.reverse();
        Ok(Ancestors {
            entries: above,
            is_whole,
        })
    }

    /// What a search tells of content that may not be read: its title and address. Else its id alone.
    async fn known_by_search(&self, kind: ContentKind, id: &ContentId) -> Option<PageSummary> {
        let base = self.base();
        let hit = self.hit(id).await.ok().flatten();
        let found = hit.and_then(|hit| page_of_hit(&hit, &base));
        match found {
            Some(found) => Some(found.summary),
            None => summary(&json!({ "id": id.as_str() }), &base, kind.as_str()),
        }
    }

    /// Content without its text: where it lies.
    async fn placed(&self, kind: ContentKind, id: &ContentId) -> Result<Value, AtlassianError> {
        let path = [kind.plural(), id.as_str()];
        let call = Call::get("place in the tree", Api::Confluence, &path, &[]);
        let placed: Value = self.site.fetch(call).await?;
        match placed.get("id") {
            Some(_) => Ok(placed),
            None => Err(AtlassianError::Nonsense("content without an id")),
        }
    }
}

fn parent_of(raw: &Value) -> Option<(ContentKind, ContentId)> {
    let id = ContentId::parse(&text(raw, "/parentId")?).ok()?;
    let kind = text(raw, "/parentType");
    let kind = kind.map_or(Some(ContentKind::Page), |kind| ContentKind::parse(&kind))?;
    Some((kind, id))
}

/// Each below the one before it, which a list of ancestors does not say.
fn chained(mut above: Vec<PageSummary>) -> Vec<PageSummary> {
    let mut parent: Option<String> = None;
    for one in &mut above {
        one.parent_id = one.parent_id.take().or(parent);
        parent = Some(one.id.clone());
    }
    above
}
