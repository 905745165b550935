//! Tools that make, change and comment on pages.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::refuse_file;
use super::asking::parent_page;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::entity_tag::IfMatch;
use crate::model::page_body::PageBody;
use crate::model::page_change::PageUpdate;
use crate::model::page_draft::PageDraft;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// In place of a file that holds the text.
const TEXT_INSTEAD: &str = "send the text itself";

fn markdown() -> String {
    String::from("markdown")
}

/// The arguments of `confluence_create_page`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreatePageArguments {
    #[schema(example = "ENG")]
    space_key: String,
    title: String,
    content: Option<String>,
    /// Page or folder.
    parent_id: Option<String>,
    /// markdown, wiki or storage.
    #[serde(default = "markdown")]
    #[schema(required = false, default = "markdown")]
    content_format: String,
    /// Taken when false: anchors are not made here.
    #[serde(default)]
    #[schema(required = false, default = false)]
    enable_heading_anchors: bool,
    /// Give the text back.
    #[serde(default)]
    #[schema(required = false, default = false)]
    include_content: bool,
    /// Not offered here; leave it out.
    emoji: Option<String>,
    /// Would name a file of the server: not offered here.
    #[schema(value_type = Option<String>)]
    content_file: Option<Value>,
    /// Not offered here; leave it out.
    page_width: Option<String>,
    /// Not offered here; leave it out.
    table_layout: Option<String>,
    /// Not offered here; leave it out.
    subtype: Option<String>,
}

/// `confluence_create_page`.
pub(super) struct ConfluenceCreatePage;

impl Operation for ConfluenceCreatePage {
    const NAME: &'static str = "confluence_create_page";
    const FACTS: Facts = Facts {
        title: "Create page",
        description: "Create a page. Gives its id and url. The title must be new in its space.",
        calls: &["createPage"],
        unlisted: &[
            "enable_heading_anchors",
            "emoji",
            "content_file",
            "page_width",
            "table_layout",
            "subtype",
            "include_content",
        ],
        ..Facts::adding(Toolset::CONFLUENCE_PAGES, Gives::Object("id url title"))
    };
    type Arguments = CreatePageArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: CreatePageArguments,
    ) -> Result<Outcome, ServiceError> {
        refuse_file(
            "content_file",
            arguments.content_file.as_ref(),
            TEXT_INSTEAD,
        )?;
        refuse_extras(&[
            ("emoji", arguments.emoji.is_some()),
            ("page_width", arguments.page_width.is_some()),
            ("table_layout", arguments.table_layout.is_some()),
            ("subtype", arguments.subtype.is_some()),
            ("enable_heading_anchors", arguments.enable_heading_anchors),
        ])?;
        let text = arguments.content.unwrap_or_default();
        let written = (arguments.content_format == markdown()).then(|| text.clone());
        let parent = ("parent_id", arguments.parent_id.as_deref());
        let parent = parent_page(context, scope, parent, None).await?;
        let made = context
            .pages
            .create(
                scope,
                &PageDraft::read(&json!({
                    "space_key": arguments.space_key, "title": arguments.title,
                    "body": body(&arguments.content_format, text)?, "parent_id": parent,
                }))?,
            )
            .await?;
        let mut shown = json!({ "id": made.id, "url": made.url, "title": made.title });
        if arguments.include_content {
            // The page is made: a failure to read it is none of its making.
            shown["body"] = match context.pages.page(scope, &made.id).await {
                Ok(page) => json!(page.value.body),
                Err(error) => {
                    tracing::info!(%error, "a page could not be read after it was made");
                    json!(written)
                }
            };
        }
        Ok(Outcome::of_object(shown))
    }
}

/// The arguments of `confluence_update_page`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdatePageArguments {
    #[schema(example = "98400")]
    page_id: String,
    #[schema(required = true, value_type = String)]
    title: Option<String>,
    content: Option<String>,
    /// As read: nothing is written if the page changed since.
    version: Option<u32>,
    /// Taken when false: every change here is a version of its own.
    #[serde(default)]
    #[schema(required = false, default = false)]
    is_minor_edit: bool,
    /// Write even if what Markdown cannot say is lost.
    replace: Option<bool>,
    version_comment: Option<String>,
    /// New parent.
    parent_id: Option<String>,
    /// markdown, wiki or storage.
    #[serde(default = "markdown")]
    #[schema(required = false, default = "markdown")]
    content_format: String,
    /// Taken when false: anchors are not made here.
    #[serde(default)]
    #[schema(required = false, default = false)]
    enable_heading_anchors: bool,
    /// Give the text back.
    #[serde(default)]
    #[schema(required = false, default = false)]
    include_content: bool,
    /// Not offered here; leave it out.
    emoji: Option<String>,
    /// Would name a file of the server: not offered here.
    #[schema(value_type = Option<String>)]
    content_file: Option<Value>,
    /// Not offered here; leave it out.
    page_width: Option<String>,
    /// Not offered here; leave it out.
    table_layout: Option<String>,
}

/// `confluence_update_page`.
pub(super) struct ConfluenceUpdatePage;

impl Operation for ConfluenceUpdatePage {
    const NAME: &'static str = "confluence_update_page";
    const FACTS: Facts = Facts {
        title: "Change page",
        description: "Change a page's title, text or place. content is the whole new text: read the page first and send its version. What Markdown cannot say (macros, layouts) is kept where it can be, else nothing is written.",
        calls: &["getPageById", "updatePage"],
        unlisted: &[
            "enable_heading_anchors",
            "emoji",
            "content_file",
            "page_width",
            "table_layout",
            "is_minor_edit",
            "include_content",
        ],
        ..Facts::changing(Toolset::CONFLUENCE_PAGES, Gives::Object("id title url"))
    };
    type Arguments = UpdatePageArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: UpdatePageArguments,
    ) -> Result<Outcome, ServiceError> {
        refuse_file(
            "content_file",
            arguments.content_file.as_ref(),
            TEXT_INSTEAD,
        )?;
        refuse_extras(&[
            ("emoji", arguments.emoji.is_some()),
            ("page_width", arguments.page_width.is_some()),
            ("table_layout", arguments.table_layout.is_some()),
            ("is_minor_edit", arguments.is_minor_edit),
            ("enable_heading_anchors", arguments.enable_heading_anchors),
        ])?;
        let new_body = match arguments.content {
            Some(text) => body(&arguments.content_format, text)?,
            None => Value::Null,
        };
        let parent = ("parent_id", arguments.parent_id.as_deref());
        let parent = parent_page(context, scope, parent, Some(&arguments.page_id)).await?;
        let update = PageUpdate::read(&json!({
            "title": arguments.title, "body": new_body,
            "parent_id": parent, "message": arguments.version_comment,
            "replace": arguments.replace.unwrap_or(false), "version": arguments.version,
        }))?;
        let changed = context
            .pages
            .update(
                scope,
                &arguments.page_id,
                &update.into(),
                &IfMatch::default(),
            )
            .await?;
        let page = changed.value;
        let mut shown = json!(page.summary);
        if arguments.include_content {
            shown["body"] = json!(page.body);
        }
        Ok(Outcome::of_object(shown))
    }
}

/// The arguments of `confluence_add_comment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageCommentArguments {
    #[schema(example = "98400")]
    page_id: String,
    body: String,
}

/// `confluence_add_comment`.
pub(super) struct AddPageComment;

impl Operation for AddPageComment {
    const NAME: &'static str = "confluence_add_comment";
    const FACTS: Facts = Facts {
        title: "Comment on page",
        description: "Comment in Markdown below a page. Gives the comment's id.",
        calls: &["createFooterComment"],
        ..Facts::adding(Toolset::CONFLUENCE_COMMENTS, Gives::Object("id body"))
    };
    type Arguments = PageCommentArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: PageCommentArguments,
    ) -> Result<Outcome, ServiceError> {
        let body = PageBody::Markdown(arguments.body);
        let written = context
            .pages
            .add_comment(scope, &arguments.page_id, &body)
            .await?;
        Ok(Outcome::of_object(written.value))
    }
}

/// The text in the form that the services read: Markdown as it is, other formats by their names.
fn body(format: &str, text: String) -> Result<Value, ServiceError> {
    let representation = match format {
        "markdown" => return Ok(Value::from(text)),
        "storage" | "xhtml" => "storage",
        "wiki" => "wiki",
        _ => {
            let why = "content_format must be markdown, wiki, storage or xhtml";
            return Err(ServiceError::invalid("content_format", why));
        }
    };
    Ok(json!({ "representation": representation, "value": text }))
}

/// Refuses arguments that are known and not offered, rather than pretending.
fn refuse_extras(extras: &[(&str, bool)]) -> Result<(), ServiceError> {
    let given = extras.iter().find(|(_, is_given)| *is_given);
    given.map_or(Ok(()), |(name, _)| {
        let why = format!("{name} is not offered here; leave it out");
        Err(ServiceError::invalid(name, why))
    })
}
