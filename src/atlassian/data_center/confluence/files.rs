//! Files attached to pages: content below content.

use reqwest::Method;
use serde_json::Value;

use super::list::OffsetList;
use crate::atlassian::access::Api;
use crate::atlassian::confluence::query_of;
use crate::atlassian::data_center::DataCenterConfluence;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::attachment::{FileDraft, FileFilter};
use crate::model::content::ContentId;
use crate::model::page::{Page, PageRequest};

impl DataCenterConfluence<'_> {
    /// The files of a page.
    pub(in crate::atlassian) async fn attachments(
        &self,
        id: &ContentId,
        filter: &FileFilter,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        let mut query = query_of(filter);
        query.push(("expand", String::from("version")));
        let listing = OffsetList {
            name: "attachments",
            path: &["content", id.as_str(), "child", "attachment"],
            query,
        };
        self.list(&listing, page).await
    }

    /// Attaches a file to a page. One of the same name is refused as new, so it is looked for. Never sent twice.
    pub(in crate::atlassian) async fn attach(
        &self,
        id: &ContentId,
        file: &FileDraft,
    ) -> Result<Value, AtlassianError> {
        let same_name = FileFilter {
            filename: Some(file.name.clone()),
            media_type: None,
        };
        let first = PageRequest {
            limit: 1,
            cursor: None,
        };
        let found = self.attachments(id, &same_name, &first).await?;
        let known = found.items.first().and_then(|raw| text(raw, "/id"));
        let mut path = vec!["content", id.as_str(), "child", "attachment"];
        if let Some(known) = &known {
            path.extend([known.as_str(), "data"]);
        }
        let call = Call {
            file: Some(file),
            ..Call::write(
                "attachment add",
                Api::ConfluenceV1,
                Method::POST,
                &path,
                None,
            )
        };
        self.site.fetch(call).await
    }
}
