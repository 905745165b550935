//! Files attached to issues.

use reqwest::Method;
use serde_json::Value;

use super::shape::person;
use super::{Jira, WRITE_WORK};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::fetched;
use crate::atlassian::json::{text, time};
use crate::atlassian::request::Call;
use crate::model::attachment::{Attachment, FileDraft};
use crate::model::hit::Fetched;
use crate::model::issue_key::IssueKey;

impl Jira<'_> {
    /// Attaches a file to an issue. Never sent twice: it would be attached twice. Jira takes several at
    /// once and therefore answers with a list.
    pub(crate) async fn attach(
        self,
        key: &IssueKey,
        file: &FileDraft,
    ) -> Result<Fetched<Attachment>, AtlassianError> {
        let path = ["issue", key.as_str(), "attachments"];
        let call = Call {
            file: Some(file),
            ..Call::write("attachment add", Api::Jira, Method::POST, &path, None)
        };
        let answer: Vec<Value> = self.site.fetch(call.needing(WRITE_WORK)).await?;
        let attached = answer.into_iter().next().unwrap_or_default();
        fetched(attached, "a new attachment without an id", attachment)
    }
}

fn attachment(raw: &Value) -> Option<Attachment> {
    let id = text(raw, "/id")?;
    Some(Attachment {
        filename: text(raw, "/filename").unwrap_or_else(|| id.clone()),
        size: raw.get("size").and_then(Value::as_u64),
        media_type: text(raw, "/mimeType"),
        author: person(raw, "/author"),
        created: time(raw, "/created"),
        id,
    })
}
