//! Labels of pages.

use serde_json::Value;

use super::Pages;
use crate::atlassian::confluence::Confluence;
use crate::atlassian::named_call::NamedCall;
use crate::model::content::ContentId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Pages {
    /// Refuses to take a label off a page that has it not. Cloud does so itself; a Data Center says that it is off.
    ///
    /// # Errors
    /// `Validation` for a name that is empty; `NotFound` where the page has no such label; those of a [call for an
    /// owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn expect_label(
        &self,
        scope: &Scope,
        id: &ContentId,
        name: &str,
    ) -> Result<(), ServiceError> {
        if name.trim().is_empty() {
            return Err(ServiceError::invalid("name", "name must not be empty"));
        }
        let asked = self
            .connections
            .confluence(scope, Confluence::runs_on_data_center);
        if !asked.await? {
            return Ok(());
        }
        let segments = [id.as_str()];
        let call = NamedCall::of(Product::Confluence, "getLabelsForContent", &segments);
        let answer = self.ask(scope, &call.with("limit", "200")).await?;
        let labels = answer.get("results").and_then(Value::as_array);
        let is_there = labels
            .into_iter()
            .flatten()
            .filter_map(|label| label.get("name")?.as_str())
            .any(|known| known.eq_ignore_ascii_case(name.trim()));
        let goes_on = answer.pointer("/_links/next").is_some();
        if is_there || goes_on {
            return Ok(());
        }
        Err(ServiceError::NotFound(format!(
            "the page has no label {name:?}"
        )))
    }
}
