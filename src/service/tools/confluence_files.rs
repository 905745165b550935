//! Tools about the files of pages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, refuse_file};
use super::facts::{Facts, Gives};
use super::jira_attachments::{Room, shown, whole};
use super::outcome::{Outcome, longest_of, offset};
use super::registry::{Operation, PAGED, Paging};
use crate::atlassian::named_call::NamedCall;
use crate::model::attachment::{FileDraft, FileFilter};
use crate::model::content::ContentId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `confluence_get_attachments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageFiles {
    content_id: String,
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start: u32,
    #[serde(default = "fifty")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    filename: Option<String>,
    media_type: Option<String>,
    cursor: Option<String>,
}

const fn fifty() -> u32 {
    50
}

/// `confluence_get_attachments`.
pub(super) struct GetPageFiles;

impl Operation for GetPageFiles {
    const NAME: &'static str = "confluence_get_attachments";
    const FACTS: Facts = Facts {
        title: "List page files",
        description: "List a page's files. confluence_download_attachment reads one. Page with next_cursor.",
        calls: &["getPageAttachments"],
        unlisted: &["start", "media_type"],
        ..Facts::reading(Toolset::CONFLUENCE_ATTACHMENTS, Gives::List("id filename"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = PageFiles;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: PageFiles,
    ) -> Result<Outcome, ServiceError> {
        if arguments.start > 0 {
            let why = "start must be 0: Confluence goes on from a cursor only";
            return Err(ServiceError::invalid("start", why));
        }
        let wanted = page_request("limit", arguments.limit, 100, arguments.cursor)?;
        let filter = FileFilter {
            filename: arguments.filename,
            media_type: arguments.media_type,
        };
        let found = context
            .pages
            .attachments(scope, &arguments.content_id, &filter, &wanted)
            .await?;
        Ok(Outcome::of_page(found.map(|file| file.value)))
    }
}

/// The arguments of `confluence_upload_attachment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPageFile {
    content_id: String,
    /// Would name a file of the server: not offered here.
    #[schema(value_type = Option<String>)]
    file_path: Option<Value>,
    content_base64: String,
    filename: String,
    comment: Option<String>,
    /// Taken when false: every upload here is a version of its own.
    #[serde(default)]
    #[schema(required = false, default = false)]
    minor_edit: bool,
}

/// `confluence_upload_attachment`.
pub(super) struct UploadPageFile;

impl Operation for UploadPageFile {
    const NAME: &'static str = "confluence_upload_attachment";
    const FACTS: Facts = Facts {
        title: "Attach file to page",
        description: "Attach a file of up to 700 kB to a page; the same name gets a new version. Gives its id.",
        calls: &["createOrUpdateAttachments"],
        unlisted: &["file_path", "minor_edit"],
        ..Facts::changing(
            Toolset::CONFLUENCE_ATTACHMENTS,
            Gives::Object("id filename"),
        )
    };
    type Arguments = NewPageFile;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewPageFile,
    ) -> Result<Outcome, ServiceError> {
        refuse_file(
            "file_path",
            arguments.file_path.as_ref(),
            "send the file's content in content_base64",
        )?;
        if arguments.minor_edit {
            let why = "minor_edit is not offered here; leave it out";
            return Err(ServiceError::invalid("minor_edit", why));
        }
        let file = FileDraft::read(&arguments.filename, &arguments.content_base64, None)?;
        let file = FileDraft {
            remark: arguments.comment,
            ..file
        };
        let attached = context
            .pages
            .attach(scope, &arguments.content_id, &file)
            .await?;
        Ok(Outcome::of_object(attached.value))
    }
}

/// A file of a page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OnePageFile {
    attachment_id: String,
}

/// The id of a file. On a Data Center files and pages have one address, and a page must not be taken in the place of a file.
fn id_of_file(attachment_id: &str) -> Result<ContentId, ServiceError> {
    let number = attachment_id.trim().trim_start_matches("att");
    ContentId::parse(&format!("att{number}")).map_err(|_| {
        let why = "attachment_id must be the id of a file, such as att98401";
        ServiceError::invalid("attachment_id", why)
    })
}

/// The arguments of `confluence_download_attachment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageFileRead {
    attachment_id: String,
    #[serde(default)]
    #[schema(required = false, default = 0)]
    start: u32,
}

/// `confluence_download_attachment`.
pub(super) struct DownloadPageFile;

impl Operation for DownloadPageFile {
    const NAME: &'static str = "confluence_download_attachment";
    const FACTS: Facts = Facts {
        title: "Read page file",
        description: "Read a page's file. Gives a text as it is, an image to look at.",
        calls: &["getAttachmentById", "downloadAttatchment"],
        unlisted: &["start"],
        ..Facts::reading(
            Toolset::CONFLUENCE_ATTACHMENTS,
            Gives::Object("id filename"),
        )
    };
    type Arguments = PageFileRead;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: PageFileRead,
    ) -> Result<Outcome, ServiceError> {
        let id = id_of_file(&arguments.attachment_id)?;
        let (file, parts) = context.pages.attached(scope, &id).await?;
        let mut room = Room::default();
        let bytes = whole(parts, *room.of(&file)).await?;
        let is_left_out = bytes.is_none();
        let taken = room.taken(&file, bytes, (offset(arguments.start), longest_of(1)));
        let why = "too large for a tool; people open it in Confluence";
        let (shown, bytes) = shown(&file, taken, why);
        let mut outcome = Outcome::of_object(shown).ending_early(is_left_out);
        // Base 64 is never cut: half of it would be another file.
        if let (Some(bytes), Outcome::Object(members)) = (bytes, &mut outcome) {
            let encoded = json!(STANDARD.encode(bytes));
            members.insert(String::from("content_base64"), encoded);
        }
        Ok(outcome)
    }
}

/// `confluence_delete_attachment`.
pub(super) struct DeletePageFile;

impl Operation for DeletePageFile {
    const NAME: &'static str = "confluence_delete_attachment";
    const FACTS: Facts = Facts {
        title: "Delete page file",
        description: "Move a page's file to the trash. All its versions go.",
        calls: &["deleteAttachment"],
        idempotent: true,
        ..Facts::changing(
            Toolset::CONFLUENCE_ATTACHMENTS,
            Gives::Object("attachment_id deleted"),
        )
    };
    type Arguments = OnePageFile;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OnePageFile,
    ) -> Result<Outcome, ServiceError> {
        let id = id_of_file(&arguments.attachment_id)?;
        let segments = [id.as_str()];
        let there = NamedCall::of(Product::Confluence, "deleteContent", &segments);
        let call =
            NamedCall::of(Product::Confluence, "deleteAttachment", &segments).or_there(there);
        context.pages.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "attachment_id": id.as_str(), "deleted": true }),
        ))
    }
}
