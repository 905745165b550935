//! Labels; only v1 changes them.

use reqwest::Method;

use super::WRITE_LABEL;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::content::ContentId;

impl Atlassian {
    /// Takes a label off a page. The name goes into the query, because a `/` in it would not fit
    /// into the path.
    pub async fn confluence_remove_label(
        &self,
        access: &Access,
        page_id: &ContentId,
        name: &str,
    ) -> Result<(), AtlassianError> {
        let path = ["content", page_id.as_str(), "label"];
        let query = [("name", name.to_owned())];
        let call = Call {
            query: &query,
            ..Call::write(
                "label remove",
                Api::ConfluenceV1,
                Method::DELETE,
                &path,
                None,
            )
        };
        self.perform(access, call.needing(WRITE_LABEL)).await
    }
}
