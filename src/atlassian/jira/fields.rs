//! The fields that issues have on a site.

use serde_json::Value;

use super::shaped;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue::IssueField;

impl Atlassian {
    /// All fields, Jira's own and custom ones.
    pub async fn jira_fields(
        &self,
        access: &Access,
    ) -> Result<Vec<Fetched<IssueField>>, AtlassianError> {
        let call = Call::get("fields", Api::Jira, &["field"], &[]);
        let fields: Vec<Value> = self.fetch(access, call).await?;
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
