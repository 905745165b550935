//! Tools about the files of pages.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, refuse_file};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
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
    /// The id of the page.
    content_id: String,
    /// Where to start. Confluence knows cursors only: leave it at 0 and use `cursor`.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start: u32,
    /// The most files, from 1 to 100.
    #[serde(default = "fifty")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Only the file of this name.
    filename: Option<String>,
    /// Only files of this media type.
    media_type: Option<String>,
    /// `next_cursor` of the part before.
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
        title: "List a Confluence page's files",
        description: "List the files attached to a Confluence page with id, name, size and type. Nothing of what is in them. Pass next_cursor as cursor for more.",
        calls: &["getPageAttachments"],
        unlisted: &["start"],
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
    /// The id of the page.
    content_id: String,
    /// Would name a file of the server: not offered here.
    #[schema(value_type = Option<String>)]
    file_path: Option<Value>,
    /// The file's content in base 64; a request is 1 MiB at most.
    content_base64: String,
    /// The file's name, without a path.
    filename: String,
    /// What is said about the file.
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
        title: "Attach a file to a Confluence page",
        description: "Attach a small file (up to 700 kB) to a Confluence page; its content is sent in base 64. A file of the same name gets a new version. Gives the file's id.",
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
        refuse_file("file_path", arguments.file_path.as_ref())?;
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

/// The arguments of `confluence_delete_attachment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OldPageFile {
    /// The file's id, such as att98401.
    attachment_id: String,
}

/// `confluence_delete_attachment`.
pub(super) struct DeletePageFile;

impl Operation for DeletePageFile {
    const NAME: &'static str = "confluence_delete_attachment";
    const FACTS: Facts = Facts {
        title: "Delete a file of a Confluence page",
        description: "Move a file that is attached to a Confluence page to the trash, with all its versions. confluence_get_attachments lists the ids.",
        calls: &["deleteAttachment"],
        idempotent: true,
        ..Facts::changing(
            Toolset::CONFLUENCE_ATTACHMENTS,
            Gives::Object("attachment_id deleted:boolean"),
        )
    };
    type Arguments = OldPageFile;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OldPageFile,
    ) -> Result<Outcome, ServiceError> {
        // On a Data Center files and pages have one address, and a page must not go in the place of a file.
        let id = format!(
            "att{}",
            arguments.attachment_id.trim().trim_start_matches("att")
        );
        ContentId::parse(&id).map_err(|_| {
            let why = "attachment_id must be the id of a file, such as att98401";
            ServiceError::invalid("attachment_id", why)
        })?;
        let segments = [id.as_str()];
        let there = NamedCall::of(Product::Confluence, "deleteContent", &segments);
        let call =
            NamedCall::of(Product::Confluence, "deleteAttachment", &segments).or_there(there);
        context.pages.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "attachment_id": id, "deleted": true }),
        ))
    }
}
