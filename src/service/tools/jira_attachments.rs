//! Tools that attach files to issues, list them and read them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::Names;
use super::facts::{Facts, Gives};
use super::jira_transitions::IssueOnly;
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::download::Download;
use crate::model::attachment::{Attachment, FileDraft};
use crate::model::media_type;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `jira_upload_attachment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Upload {
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    #[schema(example = "note.txt")]
    filename: String,
    #[schema(example = "SGVsbG8=")]
    content_base64: String,
    #[schema(example = "text/plain")]
    media_type: Option<String>,
}

/// `jira_upload_attachment`.
pub(super) struct UploadAttachment;

impl Operation for UploadAttachment {
    const NAME: &'static str = "jira_upload_attachment";
    const FACTS: Facts = Facts {
        title: "Attach file to issue",
        description: "Attach a file of up to 700 kB to an issue. Gives its id.",
        calls: &["addAttachment"],
        unlisted: &["media_type"],
        ..Facts::adding(Toolset::JIRA_ATTACHMENTS, Gives::Object("id filename"))
    };
    type Arguments = Upload;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Upload,
    ) -> Result<Outcome, ServiceError> {
        let file = FileDraft::read(
            &arguments.filename,
            &arguments.content_base64,
            arguments.media_type.as_deref(),
        )?;
        let attached = context
            .issues
            .attach(scope, &arguments.issue_key, &file)
            .await?;
        Ok(Outcome::of_object(attached.value))
    }
}

/// `jira_get_attachments`.
pub(super) struct GetAttachments;

impl Operation for GetAttachments {
    const NAME: &'static str = "jira_get_attachments";
    const FACTS: Facts = Facts {
        title: "List issue files",
        description: "List an issue's files. jira_download_attachments reads them.",
        calls: &["getIssue"],
        ..Facts::reading(Toolset::JIRA_ATTACHMENTS, Gives::List("id filename"))
    };
    type Arguments = IssueOnly;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: IssueOnly,
    ) -> Result<Outcome, ServiceError> {
        let found = context
            .issues
            .attachments(scope, &arguments.issue_key)
            .await?;
        Ok(Outcome::of_entries(
            found.into_iter().map(|file| file.value),
            None,
        ))
    }
}

/// The arguments of `jira_download_attachments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    /// Ids or names, comma-separated; default: all.
    #[schema(value_type = Option<String>, format = "names", example = "10000")]
    attachments: Option<Names>,
}

/// `jira_download_attachments`.
pub(super) struct DownloadAttachments;

impl Operation for DownloadAttachments {
    const NAME: &'static str = "jira_download_attachments";
    const FACTS: Facts = Facts {
        title: "Read issue files",
        description: "Read an issue's files: texts as they are, images to look at. Name those you need: what is too large is left out.",
        calls: &["getIssue", "getAttachmentContent"],
        ..Facts::reading(Toolset::JIRA_ATTACHMENTS, Gives::List("id filename"))
    };
    type Arguments = Wanted;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Wanted,
    ) -> Result<Outcome, ServiceError> {
        let key = &arguments.issue_key;
        let listed = context.issues.attachments(scope, key).await?;
        let mut files: Vec<Attachment> = listed.into_iter().map(|file| file.value).collect();
        let wanted = arguments.attachments.unwrap_or_default().0;
        let is_of = |file: &Attachment, name: &String| file.id == *name || file.filename == *name;
        if let Some(name) = wanted
            .iter()
            .find(|name| !files.iter().any(|file| is_of(file, name)))
        {
            let why = format!(
                "attachments names {name}, which is not attached to this issue; jira_get_attachments lists what is"
            );
            return Err(ServiceError::invalid("attachments", why));
        }
        files.retain(|file| wanted.is_empty() || wanted.iter().any(|name| is_of(file, name)));
        let mut room = Room::default();
        let mut found = Vec::new();
        for file in &files {
            let room = room.of(file);
            let size = file.size.and_then(|size| usize::try_from(size).ok());
            let bytes = if size.is_some_and(|size| size > *room) {
                None
            } else {
                let (_, download) = context.issues.attached(scope, key, &file.id).await?;
                whole(download, *room).await?
            };
            *room -= bytes.as_ref().map_or(0, Vec::len);
            found.push(bytes);
        }
        Ok(with_contents(key, files, found))
    }
}

/// How much all files together may still hold. What a model reads costs it its room by the letter; a picture costs it about the same,
/// however large it is.
#[derive(Debug)]
pub(super) struct Room {
    pictures: usize,
    others: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            pictures: 1024 * 1024,
            others: 128 * 1024,
        }
    }
}

impl Room {
    /// That for this file.
    pub(super) fn of(&mut self, file: &Attachment) -> &mut usize {
        let kind = file.media_type.as_deref().unwrap_or_default();
        if media_type::is_picture(kind) {
            &mut self.pictures
        } else {
            &mut self.others
        }
    }
}

/// What is in a file, if that is a text.
pub(super) fn text_in<'a>(file: &Attachment, content: Option<&'a [u8]>) -> Option<&'a str> {
    let kind = file.media_type.as_deref().unwrap_or_default();
    let text = content.filter(|_| media_type::is_text(kind))?;
    std::str::from_utf8(text).ok()
}

/// All of a file, unless it is longer than `most`.
///
/// # Errors
/// Those of reading it.
pub(super) async fn whole(
    mut content: Download,
    most: usize,
) -> Result<Option<Vec<u8>>, ServiceError> {
    let mut bytes = Vec::new();
    while let Some(part) = content.parts.next().await {
        bytes.extend(part?);
        if bytes.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// The files with what is in them. Base 64 is never cut: half of it would be another file.
fn with_contents(key: &str, files: Vec<Attachment>, contents: Vec<Option<Vec<u8>>>) -> Outcome {
    let mut left_out = false;
    let shown = files.into_iter().zip(&contents).map(|(file, content)| {
        let text = text_in(&file, content.as_deref());
        let mut shown = json!(file);
        if let Some(text) = text {
            shown["text"] = json!(text);
        } else if content.is_none() {
            left_out = true;
            shown["left_out"] = json!(format!(
                "too large for a tool; read GET /connectors/jira/issues/{key}/attachments/{}",
                file.id
            ));
        }
        shown
    });
    let mut outcome = Outcome::of_entries(shown.collect::<Vec<Value>>(), None);
    if let Outcome::List {
        items, truncated, ..
    } = &mut outcome
    {
        *truncated |= left_out;
        for (item, content) in items.iter_mut().zip(contents) {
            let is_told = item.get("text").is_some();
            if let Some(content) = content.filter(|_| !is_told) {
                item["content_base64"] = json!(STANDARD.encode(content));
            }
        }
    }
    outcome
}
