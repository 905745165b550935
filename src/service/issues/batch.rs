//! Several issues at once: made, and what changed in them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use url::Url;

use super::{Issues, issue_key};
use crate::atlassian::jira::{Known, is_named, type_of};
use crate::model::changelog::Changelogs;
use crate::model::hit::Batch;
use crate::model::issue::IssueType;
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
            let addresses: Vec<Url> = drafts.iter().filter_map(address_in).collect();
            let this = self.at_addresses(scope, "project_key", &addresses).await?;
            let mut ready = Vec::new();
            for (place, mut draft) in drafts.into_iter().enumerate() {
                let known = this.known_for(scope, &mut draft).await;
                ready.push((draft, known.map_err(|error| of_entry(place, error))?));
            }
            if validate_only {
                return this.looked_at(scope, &ready).await;
            }
            let ready = &ready;
            let mut made = this
                .connections
                .jira(scope, |jira| jira.create_many(ready))
                .await?;
            let there = made.made.into_iter();
            made.made = there
                .map(|(place, one)| (place, this.led_to(one)))
                .collect();
            Ok(made)
        })
        .await
    }

    /// What Jira would refuse of these issues, as far as can be found out without making them: it has their projects and types.
    async fn looked_at(
        &self,
        scope: &Scope,
        ready: &[(IssueDraft, Known)],
    ) -> Result<Batch, ServiceError> {
        let mut types: HashMap<String, Option<Vec<IssueType>>> = HashMap::new();
        let mut refused = Vec::new();
        for (place, (draft, _)) in ready.iter().enumerate() {
            let IssueDraft::Short(issue) = draft else {
                continue;
            };
            let project = &issue.project_key.key;
            if let Entry::Vacant(vacant) = types.entry(project.clone()) {
                let found = match self.issue_types(scope, project).await {
                    Ok(found) => Some(found.into_iter().map(|kind| kind.value).collect()),
                    Err(ServiceError::NotFound(_)) => None,
                    Err(error) => return Err(error),
                };
                vacant.insert(found);
            }
            let wanted = type_of(issue);
            match types.get(project).and_then(Option::as_ref) {
                None => {
                    let why = format!("project_key: there is no project {project}");
                    refused.push((place, why));
                }
                Some(known) if !known.iter().any(|kind| is_named(kind, &wanted)) => {
                    let names: Vec<&str> = known.iter().map(|kind| kind.name.as_str()).collect();
                    let why = format!("issue_type: the project has {}", names.join(", "));
                    refused.push((place, why));
                }
                Some(_) => {}
            }
        }
        Ok(Batch {
            made: Vec::new(),
            refused,
        })
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

/// The address of the project that a new issue is to lie in.
fn address_in(draft: &IssueDraft) -> Option<Url> {
    match draft {
        IssueDraft::Short(issue) => issue.project_key.address.clone(),
        IssueDraft::Own(_) => None,
    }
}

/// What is wrong with one of several issues, with its place in the list before it. Nothing was made.
pub(in crate::service) fn of_entry(place: usize, error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Validation { message, fields } => ServiceError::Validation {
            message: format!("issues[{place}]: {message}; nothing was written"),
            fields: fields
                .into_iter()
                .map(|field| format!("issues[{place}].{field}"))
                .collect(),
        },
        other => other,
    }
}
