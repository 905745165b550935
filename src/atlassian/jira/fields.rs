//! The fields that issues have on a site.

use serde_json::Value;

use super::Jira;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue::IssueField;

impl Jira<'_> {
    /// All fields, Jira's own and custom ones.
    pub(crate) async fn fields(self) -> Result<Vec<Fetched<IssueField>>, AtlassianError> {
        let call = Call::get("fields", Api::Jira, &["field"], &[]);
        let fields: Vec<Value> = self.site.fetch(call).await?;
        Ok(shaped("fields", fields, field))
    }
}

fn field(raw: &Value) -> Option<IssueField> {
    let id = text(raw, "/id")?;
    Some(IssueField {
        name: text(raw, "/name").unwrap_or_else(|| id.clone()),
        custom: raw.get("custom") == Some(&Value::Bool(true)),
        kind: text(raw, "/schema/type"),
        id,
    })
}
