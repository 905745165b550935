//! Labels; only v1 changes them (<https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-labels/>).

use reqwest::Method;

use super::{Confluence, WRITE_LABEL};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::content::ContentId;

impl Confluence<'_> {
    /// Takes a label off a page. The name goes into the query, because a `/` in it would not fit
    /// into the path.
    pub(crate) async fn remove_label(
        self,
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
        self.site.perform(call.needing(WRITE_LABEL)).await
    }
}
