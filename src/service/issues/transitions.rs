//! Moving issues through their workflow.

use serde_json::{Map, Value};

use super::{Issues, issue_key};
use crate::atlassian::jira::transition_kinds;
use crate::model::hit::Fetched;
use crate::model::issue::Issue;
use crate::model::nearest::is_same;
use crate::model::scope::Scope;
use crate::model::transition::{Transition, TransitionRequest};
use crate::service::error::ServiceError;
use crate::service::writing::writing;

impl Issues {
    /// The transitions that the account can make now.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key.
    pub(crate) async fn transitions(
        &self,
        scope: &Scope,
        key: &str,
    ) -> Result<Vec<Fetched<Transition>>, ServiceError> {
        let (this, key) = &self.named(scope, key).await?;
        let key = &issue_key(key)?;
        this.connections
            .jira(scope, |jira| jira.transitions(key))
            .await
    }

    /// Makes a transition and gives the issue as it is afterwards. Ids differ between workflows, so what
    /// is meant is looked up in this issue's own list each time.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a
    /// transition that the issue cannot make.
    pub(crate) async fn transition(
        &self,
        scope: &Scope,
        key: &str,
        request: &TransitionRequest,
    ) -> Result<Fetched<Issue>, ServiceError> {
        writing(async {
            let (this, key) = &self.named(scope, key).await?;
            let listed = this.transitions(scope, key).await?;
            let possible: Vec<&Transition> = listed.iter().map(|one| &one.value).collect();
            let id = &request
                .choose(&possible)
                .map_err(|why| ServiceError::invalid("transition", why))?
                .id;
            let chosen = listed
                .iter()
                .find(|one| one.value.id == *id)
                .ok_or_else(|| {
                    ServiceError::invalid("transition", "there is no such transition")
                })?;
            let named = &issue_key(key)?;
            let request = &mut request.clone();
            under_ids(&chosen.value, &mut request.fields)?;
            take_comment(request)?;
            let kinds = transition_kinds(chosen, &request.fields);
            this.by_account(scope, &kinds, &mut request.fields).await?;
            let texts = kinds.texts_mut(&mut request.fields);
            let texts = texts.chain(request.comment.as_mut()).collect();
            this.show_attached(scope, named, texts).await;
            let request = &*request;
            let fields: Vec<&str> = kinds.texts(&request.fields).collect();
            let comment: Vec<&str> = request.comment.as_deref().into_iter().collect();
            let texts = fields.iter().chain(&comment).copied();
            let people = &this.names_in(scope, texts).await;
            let edits_text = kinds.has_text() && !request.replace;
            let before = &this.before(scope, key, edits_text).await?.raw;
            for texts in [("fields", &fields[..]), ("comment", &comment)] {
                this.expect_known(scope, texts, people, before).await?;
            }
            let written = this
                .connections
                .jira(scope, |jira| {
                    jira.transition(named, chosen, request, before, people)
                })
                .await;
            match written {
                Ok(written) => Ok(this.as_it_is_now(scope, key, written).await),
                Err(error) => Err(this.why_missing(scope, key, error).await),
            }
        })
        .await
    }
}

/// Jira lists the comment of a screen among its fields, and takes it beside them.
///
/// # Errors
/// `Validation` for a comment that is no text, and for two that differ.
fn take_comment(request: &mut TransitionRequest) -> Result<(), ServiceError> {
    let refused = |why: &str| Err(ServiceError::invalid("fields", why));
    match (request.fields.remove("comment"), &request.comment) {
        (None | Some(Value::Null), _) => Ok(()),
        (Some(Value::String(text)), None) => {
            request.comment = Some(text).filter(|text| !text.trim().is_empty());
            Ok(())
        }
        (Some(Value::String(text)), Some(comment)) if text == *comment => Ok(()),
        (Some(Value::String(_)), Some(_)) => {
            refused("comment in fields and comment beside them say different things")
        }
        (Some(_), _) => refused("comment in fields must be a text in Markdown"),
    }
}

/// Calls the fields of a transition by their ids that were called by the names people see.
///
/// # Errors
/// `Validation` where a field is there under both.
fn under_ids(chosen: &Transition, fields: &mut Map<String, Value>) -> Result<(), ServiceError> {
    let is_known = |name: &String| chosen.fields.iter().any(|field| field.id == *name);
    let named: Vec<String> = fields
        .keys()
        .filter(|name| !is_known(name))
        .cloned()
        .collect();
    for name in named {
        let mut meant = chosen
            .fields
            .iter()
            .filter(|field| is_same(&field.name, &name));
        let (Some(field), None) = (meant.next(), meant.next()) else {
            continue;
        };
        let value = fields.remove(&name).unwrap_or_default();
        if fields.insert(field.id.clone(), value).is_some() {
            let why = format!("{name} and {} in fields are the same field", field.id);
            return Err(ServiceError::invalid("fields", why));
        }
    }
    Ok(())
}
