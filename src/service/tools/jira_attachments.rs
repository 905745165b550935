//! The tool that attaches files to issues.

use serde::Deserialize;
use utoipa::ToSchema;

use super::ToolContext;
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::attachment::FileDraft;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// The arguments of `jira_upload_attachment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Upload {
    /// The issue's key.
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    /// The file's name, without a path.
    #[schema(example = "note.txt")]
    filename: String,
    /// The file's content in base 64; a request is 1 MiB at most.
    #[schema(example = "SGVsbG8=")]
    content_base64: String,
}

/// `jira_upload_attachment`.
pub(super) struct UploadAttachment;

impl Operation for UploadAttachment {
    const NAME: &'static str = "jira_upload_attachment";
    const DESCRIPTION: &'static str = "Attach a file to a Jira issue.";
    const READ_ONLY: bool = false;
    type Arguments = Upload;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Upload,
    ) -> Result<Outcome, ServiceError> {
        let file = FileDraft::read(&arguments.filename, &arguments.content_base64)?;
        let attached = context
            .issues
            .attach(scope, &arguments.issue_key, &file)
            .await?;
        Ok(Outcome::of_object(attached.value))
    }
}
