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
use super::outcome::{Outcome, longest_of, offset, part_of};
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
    #[serde(default)]
    #[schema(required = false, default = 0)]
    start: u32,
}

/// `jira_download_attachments`.
pub(super) struct DownloadAttachments;

impl Operation for DownloadAttachments {
    const NAME: &'static str = "jira_download_attachments";
    const FACTS: Facts = Facts {
        title: "Read issue files",
        description: "Read an issue's files: texts as they are, images to look at. Name those you need: what is too large is left out.",
        calls: &["getIssue", "getAttachmentContent"],
        unlisted: &["start"],
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
        if arguments.start > 0 && files.len() != 1 {
            let why = "start goes on with one file: attachments must name it";
            return Err(ServiceError::invalid("start", why));
        }
        let shown = (offset(arguments.start), longest_of(files.len()));
        let mut room = Room::default();
        let mut found = Vec::new();
        for file in &files {
            let most = *room.of(file);
            let size = file.size.and_then(|size| usize::try_from(size).ok());
            let bytes = if size.is_some_and(|size| size > most) {
                None
            } else {
                let (_, download) = context.issues.attached(scope, key, &file.id).await?;
                whole(download, most).await?
            };
            found.push(room.taken(file, bytes, shown));
        }
        Ok(with_contents(key, &files, found))
    }
}

/// What is shown of a file.
#[derive(Debug)]
pub(super) enum Content {
    /// A text, or a part of it; and where the next part begins.
    Text(String, Option<usize>),
    Bytes(Vec<u8>),
    TooLarge,
}

/// How much all files together may still hold. What a model reads costs it its room by the letter; a picture costs it about the same,
/// however large it is.
#[derive(Debug)]
pub(super) struct Room {
    pictures: usize,
    /// Texts are read in parts: no more than those count for a model, but all that is read for this service.
    texts: usize,
    others: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            pictures: 1024 * 1024,
            texts: 8 * 1024 * 1024,
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
        } else if media_type::is_text(kind) {
            &mut self.texts
        } else {
            &mut self.others
        }
    }

    /// What is shown of a file that was read: of a text so many characters from a place on.
    pub(super) fn taken(
        &mut self,
        file: &Attachment,
        bytes: Option<Vec<u8>>,
        (start, longest): (usize, usize),
    ) -> Content {
        let Some(bytes) = bytes else {
            return Content::TooLarge;
        };
        let room = self.of(file);
        *room = room.saturating_sub(bytes.len());
        let kind = file.media_type.as_deref().unwrap_or_default();
        if !media_type::is_text(kind) {
            return Content::Bytes(bytes);
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let (part, next) = part_of(&text, start, longest);
                Content::Text(part, next)
            }
            // Called a text, and none that can be read: a file as any other.
            Err(none) if none.as_bytes().len() <= self.others => {
                self.others -= none.as_bytes().len();
                Content::Bytes(none.into_bytes())
            }
            Err(_) => Content::TooLarge,
        }
    }
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
fn with_contents(key: &str, files: &[Attachment], contents: Vec<Content>) -> Outcome {
    let is_left_out = |content: &Content| matches!(content, Content::TooLarge);
    let left_out = contents.iter().any(is_left_out);
    let (shown, files): (Vec<Value>, Vec<Option<Vec<u8>>>) = files
        .iter()
        .zip(contents)
        .map(|(file, content)| {
            let why = format!(
                "too large for a tool: people open it in Jira, programs with GET /connectors/jira/issues/{key}/attachments/{}",
                file.id
            );
            shown(file, content, &why)
        })
        .unzip();
    let mut outcome = Outcome::of_entries(shown, None).ending_early(left_out);
    if let Outcome::List { items, .. } = &mut outcome {
        for (item, file) in items.iter_mut().zip(files) {
            if let Some(bytes) = file {
                item["content_base64"] = json!(STANDARD.encode(bytes));
            }
        }
    }
    outcome
}

/// A file as it is told, and what is added to it when texts have been cut.
pub(super) fn shown(
    file: &Attachment,
    content: Content,
    too_large: &str,
) -> (Value, Option<Vec<u8>>) {
    let mut shown = json!(file);
    match content {
        Content::Text(text, next) => {
            shown["text"] = json!(text);
            if let Some(next) = next {
                shown["next_start"] = json!(next);
            }
        }
        Content::Bytes(bytes) => return (shown, Some(bytes)),
        Content::TooLarge => shown["left_out"] = json!(too_large),
    }
    (shown, None)
}
