//! Content that is no page: blog posts, what else lies in a tree, and whatever a search can find.

use serde_json::Value;

use super::Confluence;
use super::shape::{page as page_of, page_of_hit};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, text};
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, ContentKind, WikiPage};
use crate::model::hit::Fetched;

/// What Confluence calls comments in addresses; a search calls both `comment`.
const COMMENTS: [&str; 2] = ["footer-comments", "inline-comments"];

impl ContentKind {
    /// The OAuth scopes that reading it needs, by Confluence's OpenAPI document.
    pub(crate) fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Page | Self::BlogPost => &["read:page:confluence"],
            Self::Folder => &["read:folder:confluence"],
            Self::Whiteboard => &["read:whiteboard:confluence"],
            Self::Database => &["read:database:confluence"],
            Self::Embed => &["read:embed:confluence"],
        }
    }
}

impl Confluence<'_> {
    /// What has this id and is no page: a blog post, a draft, or what a search knows of it. `reached` are the
    /// kinds without a text that the login may be allowed to read; of others the search tells title and
    /// address. None on Data Center, where everything has one address.
    pub(crate) async fn other_content(
        self,
        id: &ContentId,
        reached: &[ContentKind],
    ) -> Result<Option<Fetched<WikiPage>>, AtlassianError> {
        if self.data_center().is_some() {
            return Ok(None);
        }
        let base = self.base();
        let known = |hit: Value| {
            let value = page_of_hit(&hit, &base)?;
            Some(Fetched { value, raw: hit })
        };
        if id.attachment().is_some() {
            return Ok(self.hit(id).await?.and_then(known));
        }
        let (post, draft, hit) = tokio::join!(
            self.whole(ContentKind::BlogPost, id, false),
            self.whole(ContentKind::Page, id, true),
            self.hit(id),
        );
        for found in [none_if_missing(post)?, none_if_missing(draft)?] {
            if found.is_some() {
                return Ok(found);
            }
        }
        let (hit, failure) = match hit {
            Ok(hit) => (hit, None),
            Err(failure) => (None, Some(failure)),
        };
        let Some(hit) = hit else {
            // New content is not found at once.
            for kind in reached {
                match none_if_missing(self.whole(*kind, id, false).await) {
                    Ok(None) | Err(AtlassianError::ScopeMismatch { .. }) => {}
                    outcome => return outcome,
                }
            }
            let comment = self.comment_found(id).await?;
            return match (comment, failure) {
                // What the search would have known is not known, so nothing is said not to be there.
                (None, Some(failure)) => Err(failure),
                (comment, _) => Ok(comment),
            };
        };
        let named = text(&hit, "/content/type").unwrap_or_default();
        let native = match ContentKind::parse(&named) {
            Some(kind) if reached.contains(&kind) => {
                none_if_missing(self.whole(kind, id, false).await).unwrap_or_default()
            }
            None if named == "comment" => self.comment_found(id).await?,
            _ => None,
        };
        Ok(native.or_else(|| known(hit)))
    }

    /// One piece of content with its text and labels, as far as its kind has them; `draft` for one that was
    /// never published.
    pub(super) async fn whole(
        &self,
        kind: ContentKind,
        id: &ContentId,
        draft: bool,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        let mut query = Vec::new();
        if kind.has_text() {
            query.push(("body-format", String::from("storage")));
            query.push(("include-labels", String::from("true")));
        }
        if draft {
            query.push(("get-draft", String::from("true")));
        }
        let path = [kind.plural(), id.as_str()];
        let call = Call::get(kind.as_str(), Api::Confluence, &path, &query);
        let raw: Value = self.site.fetch(call).await?;
        self.page_read(raw, kind)
    }

    /// The search's entry for an id. A login that may not search has found nothing.
    pub(super) async fn hit(&self, id: &ContentId) -> Result<Option<Value>, AtlassianError> {
        let query = [
            (
                "cql",
                format!("id = {}", id.attachment().unwrap_or(id.as_str())),
            ),
            ("limit", String::from("1")),
        ];
        let call = Call::get("content by id", Api::ConfluenceV1, &["search"], &query);
        let answer: Result<Value, _> = self.site.fetch(call).await;
        let Some(answer) = none_if_refused(answer)? else {
            return Ok(None);
        };
        let mut hits = entries(&answer, "/results");
        let is_wanted = |hit: &&Value| text(hit, "/content/id").as_deref() == Some(id.as_str());
        Ok(hits.find(is_wanted).cloned())
    }

    /// A comment that a search has found, with its text.
    async fn comment_found(
        &self,
        id: &ContentId,
    ) -> Result<Option<Fetched<WikiPage>>, AtlassianError> {
        let query = [("body-format", String::from("storage"))];
        for plural in COMMENTS {
            let path = [plural, id.as_str()];
            let call = Call::get("comment by id", Api::Confluence, &path, &query);
            let raw: Result<Value, _> = self.site.fetch(call).await;
            if let Some(raw) = none_if_refused(raw)? {
                let value = page_of(&raw, &self.base(), "comment");
                return Ok(value.map(|value| Fetched { value, raw }));
            }
        }
        Ok(None)
    }

    /// The key of the space with this id, where it can be read.
    pub(super) async fn key_of_space(&self, id: &str) -> Option<String> {
        let id = ContentId::parse(id).ok()?;
        self.clone().space_key(&id).await.ok().flatten()
    }
}

/// What is not there is none.
fn none_if_missing<T>(answer: Result<T, AtlassianError>) -> Result<Option<T>, AtlassianError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(AtlassianError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is not there, or what the login may not see, is none. A failure tells nothing of either.
fn none_if_refused<T>(answer: Result<T, AtlassianError>) -> Result<Option<T>, AtlassianError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(
            AtlassianError::NotFound(_)
            | AtlassianError::BadRequest(_)
            | AtlassianError::Forbidden(_)
            | AtlassianError::ScopeMismatch { .. },
        ) => Ok(None),
        Err(error) => Err(error),
    }
}
