//! The tool that changes one section of a page.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::facts::{Facts, Gives};
use super::markdown_sections::{NoSection, with_section};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::content::WikiPage;
use crate::model::entity_tag::IfMatch;
use crate::model::hit::Fetched;
use crate::model::page_change::PageUpdate;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// How many headings are named to who names none of them.
const MOST_NAMED: usize = 20;

/// The arguments of `confluence_update_page_section`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSection {
    page_id: String,
    /// Without the #.
    heading_text: String,
    /// Markdown, without the heading.
    new_content: String,
    /// Sections take Markdown alone.
    #[serde(default = "markdown")]
    #[schema(required = false, default = "markdown")]
    content_format: String,
    /// Taken when false: every change here is a version of its own.
    #[serde(default)]
    #[schema(required = false, default = false)]
    is_minor_edit: bool,
    version_comment: Option<String>,
}

fn markdown() -> String {
    String::from("markdown")
}

/// `confluence_update_page_section`.
pub(super) struct UpdatePageSection;

impl Operation for UpdatePageSection {
    const NAME: &'static str = "confluence_update_page_section";
    const FACTS: Facts = Facts {
        title: "Change page section",
        description: "Replace what stands below a heading of a page, up to the next of its level. Placeholders that new_content leaves out are lost.",
        calls: &["getPageById", "updatePage"],
        idempotent: true,
        unlisted: &["content_format", "is_minor_edit"],
        ..Facts::changing(Toolset::CONFLUENCE_PAGES, Gives::Object("id title url"))
    };
    type Arguments = NewSection;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewSection,
    ) -> Result<Outcome, ServiceError> {
        if arguments.content_format != markdown() {
            let why = "content_format must be markdown: a section has no other";
            return Err(ServiceError::invalid("content_format", why));
        }
        if arguments.new_content.trim().is_empty() {
            let why = "new_content must say what is to stand below the heading; to take a section out, send the page without it by confluence_update_page";
            return Err(ServiceError::invalid("new_content", why));
        }
        if arguments.is_minor_edit {
            let why = "is_minor_edit is not offered here; leave it out";
            return Err(ServiceError::invalid("is_minor_edit", why));
        }
        let changed = match change(context, scope, &arguments).await {
            // Somebody was there between the reading and the writing: once more, on what is there now.
            Err(ServiceError::Conflict(_)) => change(context, scope, &arguments).await?,
            outcome => outcome?,
        };
        Ok(Outcome::of_object(changed.value.summary))
    }
}

async fn change(
    context: &ToolContext,
    scope: &Scope,
    arguments: &NewSection,
) -> Result<Fetched<WikiPage>, ServiceError> {
    let id = &arguments.page_id;
    let page = context.pages.page(scope, id).await?.value;
    let text = page.body.as_deref().unwrap_or_default();
    let heading = &arguments.heading_text;
    let text = with_section(text, heading, &arguments.new_content)
        .map_err(|why| ServiceError::invalid("heading_text", sentence(why)))?;
    let update: Value = json!({
        "body": text, "version": page.summary.version, "message": arguments.version_comment,
    });
    context
        .pages
        .update(
            scope,
            &page.summary.id,
            &PageUpdate::read(&update)?.into(),
            &IfMatch::default(),
        )
        .await
}

fn sentence(why: NoSection) -> String {
    match why {
        NoSection::Several(number) => format!(
            "heading_text is that of {number} headings of this page; change it with confluence_update_page"
        ),
        NoSection::Unknown(headings) if headings.is_empty() => String::from(
            "heading_text is no heading of this page, which has none outside of tables",
        ),
        NoSection::Unknown(mut headings) => {
            headings.truncate(MOST_NAMED);
            format!(
                "heading_text is no heading of this page; outside of tables there are: {}",
                headings.join(", ")
            )
        }
    }
}
