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

/// What Jira Software says of the field that holds an epic.
const EPIC_LINK: &str = "com.pyxis.greenhopper.jira:gh-epic-link";

impl Jira<'_> {
    /// All fields, Jira's own and custom ones.
    pub(crate) async fn fields(self) -> Result<Vec<Fetched<IssueField>>, AtlassianError> {
        let call = Call::get("fields", Api::Jira, &["field"], &[]);
        let fields: Vec<Value> = self.site.fetch(call).await?;
        Ok(shaped("fields", fields, field))
    }
}

impl Jira<'_> {
    /// The id of the field that holds the epic of an issue; none on Cloud, where it is the parent.
    pub(crate) async fn epic_field(self) -> Result<Option<String>, AtlassianError> {
        if self.data_center().is_none() {
            return Ok(None);
        }
        let fields = self.fields().await?;
        let kind = |field: &Fetched<IssueField>| text(&field.raw, "/schema/custom");
        let found = fields
            .into_iter()
            .find(|field| kind(field).as_deref() == Some(EPIC_LINK));
        Ok(found.map(|field| field.value.id))
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
