//! Tools about what a page was: one of its versions, and what changed between two.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::yes;
use super::confluence_pages::shown;
use super::facts::{Facts, Gives};
use super::line_diff::difference;
use super::outcome::{Outcome, offset, part};
use super::registry::Operation;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::work::long_text::on_text;

/// The arguments of `confluence_get_page_history`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OldPage {
    page_id: String,
    #[schema(minimum = 1)]
    version: u32,
    /// false: storage format.
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    convert_to_markdown: bool,
    #[serde(default)]
    #[schema(required = false, default = 0)]
    start: u32,
}

/// `confluence_get_page_history`.
pub(super) struct GetPageHistory;

impl Operation for GetPageHistory {
    const NAME: &'static str = "confluence_get_page_history";
    const FACTS: Facts = Facts {
        title: "Read old page version",
        description: "Read a page as it was. Gives an earlier version in Markdown.",
        calls: &["getPageById"],
        unlisted: &["convert_to_markdown"],
        ..Facts::reading(Toolset::CONFLUENCE_HISTORY, Gives::Object("id title url"))
    };
    type Arguments = OldPage;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OldPage,
    ) -> Result<Outcome, ServiceError> {
        let page = context
            .pages
            .page_at(scope, &arguments.page_id, arguments.version)
            .await?;
        let markdown = arguments.convert_to_markdown;
        Ok(shown(page, true, markdown, arguments.start))
    }
}

/// The arguments of `confluence_get_page_diff`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TwoVersions {
    page_id: String,
    #[schema(minimum = 1)]
    from_version: u32,
    #[schema(minimum = 1)]
    to_version: u32,
    #[serde(default)]
    #[schema(required = false, default = 0)]
    start: u32,
}

/// `confluence_get_page_diff`.
pub(super) struct GetPageDiff;

impl Operation for GetPageDiff {
    const NAME: &'static str = "confluence_get_page_diff";
    const FACTS: Facts = Facts {
        title: "Compare page versions",
        description: "Compare two versions of a page. Gives a unified diff of their Markdown.",
        calls: &["getPageById"],
        unlisted: &["start"],
        ..Facts::reading(
            Toolset::CONFLUENCE_HISTORY,
            Gives::Object("page_id diff lines_added lines_removed"),
        )
    };
    type Arguments = TwoVersions;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: TwoVersions,
    ) -> Result<Outcome, ServiceError> {
        let id = &arguments.page_id;
        let (from, to) = tokio::try_join!(
            context.pages.page_at(scope, id, arguments.from_version),
            context.pages.page_at(scope, id, arguments.to_version)
        )?;
        let (from, to) = (from.value, to.value);
        let before = from.body.unwrap_or_default();
        let after = to.body.unwrap_or_default();
        let found = on_text(before.len() + after.len(), || difference(&before, &after));
        let (shown, next) = part(&found.text, offset(arguments.start));
        let mut answer = json!({
            "page_id": to.summary.id, "from_version": arguments.from_version,
            "to_version": arguments.to_version, "title": to.summary.title, "diff": shown,
            "lines_added": found.added, "lines_removed": found.removed,
        });
        if from.summary.title != answer["title"] {
            answer["title_before"] = json!(from.summary.title);
        }
        if let Some(next) = next {
            answer["next_start"] = json!(next);
        }
        Ok(Outcome::of_object(answer))
    }
}
