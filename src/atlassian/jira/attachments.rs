//! Files attached to issues.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::Jira;
use super::shape::person;
use crate::atlassian::access::{Api, Dialect};
use crate::atlassian::download::Download;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::fetched;
use crate::atlassian::json::{text, time};
use crate::atlassian::request::Call;
use crate::model::attachment::{Attachment, FileDraft};
use crate::model::hit::Fetched;
use crate::model::issue_key::IssueKey;

impl Jira<'_> {
    /// The files attached to an issue.
    pub(crate) async fn attachments(
        self,
        key: &IssueKey,
    ) -> Result<Vec<Fetched<Attachment>>, AtlassianError> {
        let path = ["issue", key.as_str()];
        let query = [("fields", String::from("attachment"))];
        let call = Call::get("attachments", Api::Jira, &path, &query);
        let mut issue: Value = self.site.fetch(call).await?;
        let listed = issue.pointer_mut("/fields/attachment").map(Value::take);
        let listed = match listed {
            Some(Value::Array(listed)) => listed,
            // A site where nothing can be attached has no such field.
            None | Some(Value::Null) if issue.get("fields").is_some_and(Value::is_object) => {
                return Ok(Vec::new());
            }
            _ => return Err(AtlassianError::Nonsense("an issue without fields")),
        };
        let files = listed.into_iter().filter_map(|raw| {
            let file = fetched(raw, "an attachment without an id", attachment);
            file.inspect_err(|error| tracing::warn!(%error, "an attachment is left out"))
                .ok()
        });
        Ok(files.collect())
    }

    /// What is in an attached file. On Cloud Jira is asked for the bytes themselves, not for the signed address elsewhere
    /// where they lie: nothing is followed, and the credential goes nowhere else.
    pub(crate) async fn attached(self, file: &Attachment) -> Result<Download, AtlassianError> {
        let id = file.id.as_str();
        let (path, query) = match self.site.dialect() {
            Dialect::Cloud => (
                ["attachment", "content", id],
                vec![("redirect", String::from("false"))],
            ),
            Dialect::DataCenter => (["attachment", id, file.filename.as_str()], Vec::new()),
        };
        let call = Call::get("attachment", Api::JiraFiles, &path, &query);
        self.site.download(&call, file.media_type.as_deref()).await
    }

    /// Files as pictures in texts: their names, and on Cloud what documents know them by. Jira tells that in no answer but
    /// in the address to which it leads those who ask for the file. One that it leads nowhere is left out.
    pub(crate) async fn pictures(
        self,
        files: &[Attachment],
    ) -> Result<Vec<(String, Option<String>)>, AtlassianError> {
        let mut found = Vec::new();
        for file in files {
            if self.site.dialect() == Dialect::DataCenter {
                found.push((file.filename.clone(), None));
                continue;
            }
            let path = ["attachment", "content", file.id.as_str()];
            let call = Call::get("attachment", Api::JiraFiles, &path, &[]);
            let address = self.site.led_to(&call).await?;
            if let Some(media) = address.as_deref().and_then(media_in) {
                found.push((file.filename.clone(), Some(media)));
            }
        }
        Ok(found)
    }

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
        let answer: Vec<Value> = self.site.fetch(call).await?;
        let attached = answer.into_iter().next().unwrap_or_default();
        fetched(attached, "a new attachment without an id", attachment)
    }
}

/// The id in an address of the media service, `https://api.media.atlassian.com/file/{id}/binary?…`.
fn media_in(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    let mut segments = address.path_segments()?;
    segments.find(|segment| *segment == "file")?;
    let id = segments.next()?;
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ((8..=64).contains(&id.len()) && id.bytes().all(is_id)).then(|| id.to_owned())
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
