//! The steps an issue can take in its workflow.

use reqwest::Method;
use serde_json::{Value, json};

use super::issues::written;
use super::{Jira, READ_WORK, WRITE_WORK};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped;
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue::Issue;
use crate::model::issue_key::IssueKey;
use crate::model::transition::{Transition, TransitionRequest};

impl Jira<'_> {
    /// The transitions that this account can make now. None at all may also mean that it may not.
    pub(crate) async fn transitions(
        self,
        key: &IssueKey,
    ) -> Result<Vec<Fetched<Transition>>, AtlassianError> {
        let path = ["issue", key.as_str(), "transitions"];
        let call = Call::get("transitions", Api::Jira, &path, &[]).needing(READ_WORK);
        let mut answer: Value = self.site.fetch(call).await?;
        let transitions = take_entries(&mut answer, "transitions")?;
        Ok(shaped("transitions", transitions, transition))
    }

    /// Makes a transition, with the comment and fields of `request`. Gives the issue as far as it is known
    /// then: `before` with the status it has come to and what was written.
    pub(crate) async fn transition(
        self,
        key: &IssueKey,
        chosen: &Fetched<Transition>,
        request: &TransitionRequest,
        before: &Value,
    ) -> Result<Fetched<Issue>, AtlassianError> {
        let mut body = json!({ "transition": { "id": chosen.value.id } });
        if !request.fields.is_empty() {
            body["fields"] = Value::from(request.fields.clone());
        }
        if let Some(markdown) = &request.comment {
            let comment = self.site.dialect().text("comment", markdown)?;
            body["update"] = json!({ "comment": [{ "add": { "body": comment } }] });
        }
        let path = ["issue", key.as_str(), "transitions"];
        let call = Call::write("transition", Api::Jira, Method::POST, &path, Some(body));
        let mut after = written(before, call.body.as_ref().unwrap_or(&Value::Null));
        if let (Some(fields), Some(status)) = (after.get_mut("fields"), chosen.raw.get("to")) {
            fields["status"] = status.clone();
        }
        self.site.perform(call.needing(WRITE_WORK)).await?;
        self.shaped(after)
    }
}

fn transition(raw: &Value) -> Option<Transition> {
    let id = text(raw, "/id")?;
    Some(Transition {
        name: text(raw, "/name").unwrap_or_else(|| id.clone()),
        to_status: text(raw, "/to/name"),
        id,
    })
}
