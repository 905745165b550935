//! The steps an issue can take in its workflow.

use reqwest::Method;
use serde_json::{Value, json};

use super::Jira;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped;
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue_key::IssueKey;
use crate::model::transition::{Transition, TransitionRequest};

impl Jira<'_> {
    /// The transitions that this account can make now. None at all may also mean that it may not.
    pub(crate) async fn transitions(
        self,
        key: &IssueKey,
    ) -> Result<Vec<Fetched<Transition>>, AtlassianError> {
        let path = ["issue", key.as_str(), "transitions"];
        let call = Call::get("transitions", Api::Jira, &path, &[]);
        let mut answer: Value = self.site.fetch(call).await?;
        let transitions = take_entries(&mut answer, "transitions")?;
        Ok(shaped("transitions", transitions, transition))
    }

    /// Makes the transition with this id, with the comment and fields of `request`.
    pub(crate) async fn transition(
        self,
        key: &IssueKey,
        id: &str,
        request: &TransitionRequest,
    ) -> Result<(), AtlassianError> {
        let mut body = json!({ "transition": { "id": id } });
        if !request.fields.is_empty() {
            body["fields"] = Value::from(request.fields.clone());
        }
        if let Some(markdown) = &request.comment {
            let comment = self.site.dialect().text(markdown);
            body["update"] = json!({ "comment": [{ "add": { "body": comment } }] });
        }
        let path = ["issue", key.as_str(), "transitions"];
        let call = Call::write("transition", Api::Jira, Method::POST, &path, Some(body));
        self.site.perform(call).await
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
