//! Tools about what belongs to a page: its labels, comments, earlier versions and place.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, twenty_five};
use super::asking::{about_page, entries, parent_page, whole};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::entity_tag::IfMatch;
use crate::model::page_change::PageUpdate;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// One page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OnePage {
    /// The page's id.
    page_id: String,
}

/// `confluence_get_labels`.
pub(super) struct GetLabels;

impl Operation for GetLabels {
    const NAME: &'static str = "confluence_get_labels";
    const FACTS: Facts = Facts {
        title: "List a Confluence page's labels",
        description: "List the labels of a Confluence page by name. Find other pages with a label by CQL: `label = \"x\"`.",
        calls: &["getPageLabels"],
        ..Facts::reading(Toolset::CONFLUENCE_LABELS, Gives::List("id name"))
    };
    type Arguments = OnePage;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OnePage,
    ) -> Result<Outcome, ServiceError> {
        let page = &arguments.page_id;
        let (pages, call) = about_page(context, scope, "getPageLabels", page).await?;
        let answer = pages.ask(scope, &call.with("limit", "250")).await?;
        Ok(whole(entries(
            &answer,
            "results",
            &["id", "name", "prefix"],
        )))
    }
}

/// The arguments of `confluence_add_label`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLabel {
    /// The page's id.
    page_id: String,
    /// The label: one word, in lower case.
    name: String,
}

/// `confluence_add_label`.
pub(super) struct AddLabel;

impl Operation for AddLabel {
    const NAME: &'static str = "confluence_add_label";
    const FACTS: Facts = Facts {
        title: "Label a Confluence page",
        description: "Give a Confluence page one more label. Gives all of its labels. The same label twice is one.",
        calls: &["addLabelsToContent"],
        idempotent: true,
        ..Facts::adding(Toolset::CONFLUENCE_LABELS, Gives::List("name"))
    };
    type Arguments = NewLabel;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewLabel,
    ) -> Result<Outcome, ServiceError> {
        let page = &arguments.page_id;
        let (pages, call) = about_page(context, scope, "addLabelsToContent", page).await?;
        let call = call.sending(json!([{ "prefix": "global", "name": arguments.name }]));
        let answer = pages.ask(scope, &call).await?;
        Ok(whole(entries(
            &answer,
            "results",
            &["id", "name", "prefix"],
        )))
    }
}

/// The arguments of `confluence_get_comments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageComments {
    /// The page's id.
    page_id: String,
    /// The most comments, from 1 to 100.
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 25)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// `confluence_get_comments`.
pub(super) struct GetPageComments;

impl Operation for GetPageComments {
    const NAME: &'static str = "confluence_get_comments";
    const FACTS: Facts = Facts {
        title: "List a Confluence page's comments",
        description: "List the comments below a Confluence page, the oldest first, with author, time and text in Markdown. Pass next_cursor as cursor for more.",
        calls: &["getPageFooterComments"],
        ..Facts::reading(Toolset::CONFLUENCE_COMMENTS, Gives::List("id body"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = PageComments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: PageComments,
    ) -> Result<Outcome, ServiceError> {
        let wanted = page_request("limit", arguments.limit, 100, arguments.cursor)?;
        let found = context
            .pages
            .comments(scope, &arguments.page_id, &wanted)
            .await?;
        Ok(Outcome::of_page(found.map(|comment| comment.value)))
    }
}

/// `confluence_get_page_versions`.
pub(super) struct GetPageVersions;

impl Operation for GetPageVersions {
    const NAME: &'static str = "confluence_get_page_versions";
    const FACTS: Facts = Facts {
        title: "List a Confluence page's versions",
        description: "List the newest 50 versions of a Confluence page: number, author, time and what was said about it. Nothing of their text.",
        calls: &["getPageVersions"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("version:integer"))
    };
    type Arguments = OnePage;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OnePage,
    ) -> Result<Outcome, ServiceError> {
        let page = &arguments.page_id;
        let (pages, call) = about_page(context, scope, "getPageVersions", page).await?;
        let answer = pages.ask(scope, &call.with("limit", "50")).await?;
        let members = [
            "number:version",
            "message",
            "minorEdit:minor_edit",
            "authorId:author_id",
            "createdAt:created",
        ];
        Ok(whole(entries(&answer, "results", &members)))
    }
}

/// The arguments of `confluence_move_page`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlace {
    /// The page's id.
    page_id: String,
    /// The id of the page that it shall lie below.
    target_parent_id: String,
}

/// `confluence_move_page`.
pub(super) struct MovePage;

impl Operation for MovePage {
    const NAME: &'static str = "confluence_move_page";
    const FACTS: Facts = Facts {
        title: "Move a Confluence page",
        description: "Move a Confluence page, with all below it, below another page of its space. Gives the page with its new parent.",
        calls: &["updatePage", "getPageById"],
        idempotent: true,
        ..Facts::changing(Toolset::CONFLUENCE_PAGES, Gives::Object("id title url"))
    };
    type Arguments = NewPlace;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewPlace,
    ) -> Result<Outcome, ServiceError> {
        let parent = (
            "target_parent_id",
            Some(arguments.target_parent_id.as_str()),
        );
        let parent = parent_page(context, scope, parent, Some(&arguments.page_id)).await?;
        let update = json!({ "parent_id": parent });
        let changed = context
            .pages
            .update(
                scope,
                &arguments.page_id,
                &PageUpdate::read(&update)?.into(),
                &IfMatch::default(),
            )
            .await?;
        Ok(Outcome::of_object(changed.value.summary))
    }
}
