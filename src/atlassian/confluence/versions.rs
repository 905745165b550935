//! Pages as they were: one version of a page with its text.

use serde_json::Value;

use super::Confluence;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, ContentKind, WikiPage};
use crate::model::hit::Fetched;

impl Confluence<'_> {
    /// A page or a blog post at the version of this number.
    pub(crate) async fn page_at(
        self,
        id: &ContentId,
        number: u32,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let raw = data_center.page_at(id, number).await?;
            return self.page_read(raw, ContentKind::Page);
        }
        let missing = match self.kind_at(ContentKind::Page, id, number).await {
            Err(missing @ AtlassianError::NotFound(_)) => missing,
            outcome => return outcome,
        };
        match self.kind_at(ContentKind::BlogPost, id, number).await {
            Err(AtlassianError::NotFound(_)) => Err(missing),
            outcome => outcome,
        }
    }

    async fn kind_at(
        &self,
        kind: ContentKind,
        id: &ContentId,
        number: u32,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        let path = [kind.plural(), id.as_str()];
        let query = [
            ("version", number.to_string()),
            ("body-format", String::from("storage")),
        ];
        let call = Call::get("page version", Api::Confluence, &path, &query);
        let raw: Value = self.site.fetch(call).await?;
        self.page_read(raw, kind)
    }
}
