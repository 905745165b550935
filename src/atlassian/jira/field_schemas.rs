//! What the fields of issues hold, as the site's list of its fields tells it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Jira;
use super::field_values::{CUSTOM, FieldKinds};
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::model::hit::Fetched;
use crate::model::issue::{FieldName, IssueField};

impl Jira<'_> {
    /// What `fields` hold. Jira is asked only where a value can be read in more than one way.
    pub(crate) async fn kinds_of(
        self,
        fields: &Map<String, Value>,
    ) -> Result<FieldKinds, AtlassianError> {
        if !fields
            .iter()
            .any(|(id, value)| depends_on_schema(id, value))
        {
            return Ok(FieldKinds::of(fields, |_| None));
        }
        let known = self.fields().await?;
        let schemas = schemas(&known);
        Ok(FieldKinds::of(fields, |id| schemas.get(id).copied()))
    }

    /// What the fields of these issues hold whose formatting does not show: on Data Center a text is wiki
    /// markup or not, and looks the same. None on Cloud, where a formatted text is a document.
    pub(crate) async fn hidden_kinds(self, issues: &[Value]) -> Result<FieldKinds, AtlassianError> {
        if self.site.dialect() == Dialect::Cloud {
            return Ok(FieldKinds::default());
        }
        let texts: Map<String, Value> = issues
            .iter()
            .filter_map(|issue| issue.get("fields")?.as_object())
            .flatten()
            .filter(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
            .map(|(id, value)| (id.clone(), value.clone()))
            .collect();
        self.kinds_of(&texts).await
    }

    /// What the fields hold that are wanted of issues, likewise.
    pub(crate) async fn hidden_kinds_of(
        self,
        wanted: &[FieldName],
    ) -> Result<FieldKinds, AtlassianError> {
        let may_be_formatted =
            |field: &FieldName| field.id.starts_with(CUSTOM) || field.id.starts_with('*');
        if self.site.dialect() == Dialect::Cloud || !wanted.iter().any(may_be_formatted) {
            return Ok(FieldKinds::default());
        }
        let known = self.fields().await?;
        let texts = known
            .iter()
            .map(|field| (field.value.id.clone(), Value::from("")))
            .collect();
        let schemas = schemas(&known);
        Ok(FieldKinds::of(&texts, |id| schemas.get(id).copied()))
    }
}

fn schemas(known: &[Fetched<IssueField>]) -> HashMap<&str, &Value> {
    known
        .iter()
        .filter_map(|field| Some((field.value.id.as_str(), field.raw.get("schema")?)))
        .collect()
}

/// Whether only the schema of a field tells what a value means.
fn depends_on_schema(id: &str, value: &Value) -> bool {
    let names_a_person = |value: &Value| {
        let parts = [
            "displayName",
            "display_name",
            "account_id",
            "accountId",
            "emailAddress",
            "name",
        ];
        parts.iter().any(|part| value.get(part).is_some())
    };
    let may_be_either = match value {
        // An empty one empties a choice or a person, and is a text where the field is one.
        Value::String(_) => true,
        Value::Object(choice) => {
            choice.get("child").is_some_and(Value::is_string) || names_a_person(value)
        }
        Value::Array(entries) => entries
            .iter()
            .any(|entry| entry.is_string() || names_a_person(entry)),
        _ => false,
    };
    may_be_either && id.starts_with(CUSTOM)
}
