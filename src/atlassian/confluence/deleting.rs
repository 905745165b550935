//! Deleting pages, blog posts and drafts.

use reqwest::Method;

use super::Confluence;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, ContentKind};

impl Confluence<'_> {
    /// Moves a page or a blog post to the trash.
    pub(crate) async fn delete(self, id: &ContentId) -> Result<(), AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.delete(id).await;
        }
        // What was published goes to the trash; what was not is found as a draft alone, and is gone then.
        let tries = [
            (ContentKind::Page, false),
            (ContentKind::BlogPost, false),
            (ContentKind::Page, true),
            (ContentKind::BlogPost, true),
        ];
        let mut missing = None;
        for (kind, draft) in tries {
            match self.delete_one(kind, id, draft).await {
                Err(error @ AtlassianError::NotFound(_)) => missing = missing.or(Some(error)),
                outcome => return outcome,
            }
        }
        Err(missing.unwrap_or(AtlassianError::Nonsense("nothing was tried")))
    }

    async fn delete_one(
        &self,
        kind: ContentKind,
        id: &ContentId,
        draft: bool,
    ) -> Result<(), AtlassianError> {
        let path = [kind.plural(), id.as_str()];
        let query: &[(&str, String)] = &[("draft", String::from("true"))];
        let call = Call {
            query: if draft { query } else { &[] },
            ..Call::write("page delete", Api::Confluence, Method::DELETE, &path, None)
        };
        self.site.perform(call).await
    }
}
