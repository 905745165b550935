//! What the fields of issues hold: how their values are written and read.

use serde_json::{Map, Value};

use super::Issues;
use crate::atlassian::jira::FieldKinds;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Issues {
    /// What the further fields of a request hold.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); none where no field is named.
    pub(super) async fn field_kinds(
        &self,
        scope: &Scope,
        fields: Option<&Map<String, Value>>,
    ) -> Result<FieldKinds, ServiceError> {
        match fields {
            Some(fields) if !fields.is_empty() => {
                self.connections
                    .jira(scope, |jira| jira.kinds_of(fields))
                    .await
            }
            _ => Ok(FieldKinds::default()),
        }
    }

    /// Issues in Jira's form, their formatted texts in Markdown where nothing but the field tells that they
    /// are formatted. What cannot be told stays as it is: the issues are worth reading all the same.
    pub(crate) async fn readable(&self, scope: &Scope, mut issues: Vec<Value>) -> Vec<Value> {
        let given = &issues;
        let kinds = self
            .connections
            .jira(scope, |jira| jira.hidden_kinds(given))
            .await;
        match kinds {
            Ok(kinds) => issues.iter_mut().for_each(|issue| kinds.show(issue)),
            Err(error) => {
                tracing::info!(cause = %error.cause(), "what the fields of issues hold could not be read");
            }
        }
        issues
    }
}
