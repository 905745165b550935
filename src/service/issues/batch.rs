//! Several issues at once: made, and what changed in them.

use super::{Issues, issue_key};
use crate::model::changelog::Changelogs;
use crate::model::hit::Batch;
use crate::model::issue_draft::IssueDraft;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

impl Issues {
    /// Makes issues, as many of them as Jira takes. `validate_only` makes none, and looks for what can be found out without.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Rejected` where Jira takes none.
    pub(crate) async fn create_many(
        &self,
        scope: &Scope,
        drafts: Vec<IssueDraft>,
        validate_only: bool,
    ) -> Result<Batch, ServiceError> {
        writing(async {
            let mut ready = Vec::new();
            for mut draft in drafts {
                let known = self.known_for(scope, &mut draft).await?;
                ready.push((draft, known));
            }
            if validate_only {
                return Ok(Batch::default());
            }
            let ready = &ready;
            self.connections
                .jira(scope, |jira| jira.create_many(ready))
                .await
        })
        .await
    }

    /// What changed in these issues, in their order.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no issue's key.
    pub(crate) async fn changelogs(
        &self,
        scope: &Scope,
        keys: &[String],
    ) -> Result<Changelogs, ServiceError> {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| issue_key(key.trim()))
            .collect::<Result<_, _>>()?;
        let keys = keys.as_slice();
        self.connections
            .jira(scope, |jira| jira.changelogs(keys))
            .await
    }
}
