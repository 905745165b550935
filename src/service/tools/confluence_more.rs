//! Tools about what belongs to a page: its labels, comments and earlier versions.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, twenty_five};
use super::asking::{about_page, entries, whole};
use super::confluence_comments::all;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::atlassian::named_call::NamedCall;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// One page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OnePage {
    pub(super) page_id: String,
}

/// `confluence_get_labels`.
pub(super) struct GetLabels;

impl Operation for GetLabels {
    const NAME: &'static str = "confluence_get_labels";
    const FACTS: Facts = Facts {
        title: "List labels",
        description: "List a page's labels. CQL `label = \"x\"` finds pages with one.",
        calls: &["getPageLabels"],
        ..Facts::reading(Toolset::CONFLUENCE_LABELS, Gives::List("id name"))
    };
    type Arguments = OnePage;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OnePage,
    ) -> Result<Outcome, ServiceError> {
        let (pages, id) = context.pages.located(scope, &arguments.page_id).await?;
        let segments = [id.as_str()];
        let there = NamedCall::of(Product::Confluence, "getLabelsForContent", &segments);
        let call = NamedCall::of(Product::Confluence, "getPageLabels", &segments)
            .with("limit", "250")
            .or_there(there.with("limit", "200"));
        let answer = pages.ask(scope, &call).await?;
        let goes_on = answer.pointer("/_links/next").is_some();
        let labels = entries(&answer, "results", &["id", "name", "prefix"])?;
        Ok(whole(labels).ending_early(goes_on))
    }
}

/// The arguments of `confluence_add_label`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLabel {
    page_id: String,
    /// One lower-case word.
    name: String,
}

/// `confluence_add_label`.
pub(super) struct AddLabel;

impl Operation for AddLabel {
    const NAME: &'static str = "confluence_add_label";
    const FACTS: Facts = Facts {
        title: "Add label",
        description: "Add a label to a page. Gives all its labels.",
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
        )?))
    }
}

/// `confluence_remove_label`.
pub(super) struct RemoveLabel;

impl Operation for RemoveLabel {
    const NAME: &'static str = "confluence_remove_label";
    const FACTS: Facts = Facts {
        title: "Remove label",
        description: "Take a label off a page. Others stay.",
        calls: &["removeLabelFromContentUsingQueryParameter"],
        idempotent: true,
        ..Facts::changing(
            Toolset::CONFLUENCE_LABELS,
            Gives::Object("page_id name removed"),
        )
    };
    type Arguments = NewLabel;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewLabel,
    ) -> Result<Outcome, ServiceError> {
        let NewLabel { page_id, name } = arguments;
        // As Confluence keeps it.
        let name = name.trim().to_lowercase();
        let (pages, id) = context.pages.located(scope, &page_id).await?;
        pages.expect_label(scope, &id, &name).await?;
        let operation = "removeLabelFromContentUsingQueryParameter";
        let call = NamedCall::of(Product::Confluence, operation, &[id.as_str()]);
        let call = call.with("name", name.clone());
        pages.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "page_id": page_id, "name": name, "removed": true }),
        ))
    }
}

/// The arguments of `confluence_get_comments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageComments {
    pub(super) page_id: String,
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 25)]
    pub(super) limit: u32,
    pub(super) cursor: Option<String>,
}

/// `confluence_get_comments`.
pub(super) struct GetPageComments;

impl Operation for GetPageComments {
    const NAME: &'static str = "confluence_get_comments";
    const FACTS: Facts = Facts {
        title: "List page comments",
        description: "List a page's comments and replies (parent_id). Those on words have text_selection and status. Page with next_cursor.",
        calls: &["getPageFooterComments", "getPageInlineComments"],
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
        let (found, goes_on) = all(context, scope, &arguments.page_id, wanted).await?;
        Ok(Outcome::of_page(found).ending_early(goes_on))
    }
}

/// `confluence_get_page_versions`.
pub(super) struct GetPageVersions;

impl Operation for GetPageVersions {
    const NAME: &'static str = "confluence_get_page_versions";
    const FACTS: Facts = Facts {
        title: "List page versions",
        description: "List a page's newest 200 versions. Gives number, author, time, comment.",
        calls: &["getPageVersions"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("version"))
    };
    type Arguments = OnePage;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OnePage,
    ) -> Result<Outcome, ServiceError> {
        let (pages, id) = context.pages.located(scope, &arguments.page_id).await?;
        let segments = [id.as_str()];
        let versions = |name: &str| {
            let call = NamedCall::of(Product::Confluence, name, &segments);
            call.with("limit", "200")
        };
        let of_page = versions("getPageVersions").or_there(versions("getContentVersions"));
        let answer = match pages.ask(scope, &of_page).await {
            Err(missing @ ServiceError::NotFound(_)) => {
                let of_post = versions("getBlogPostVersions");
                let of_post = of_post.or_there(versions("getContentVersions"));
                pages
                    .ask(scope, &of_post)
                    .await
                    .map_err(|error| match error {
                        ServiceError::NotFound(_) => missing,
                        error => error,
                    })?
            }
            outcome => outcome?,
        };
        let members = [
            "number:version",
            "message",
            "minorEdit:minor_edit",
            "authorId:author_id",
            "createdAt:created",
            "when:created",
        ];
        let mut listed = entries(&answer, "results", &members)?;
        // A Data Center tells who it was by their user name.
        let authors = answer.get("results").and_then(Value::as_array);
        for (shown, raw) in listed.iter_mut().zip(authors.into_iter().flatten()) {
            if let Some(author) = raw.pointer("/by/username") {
                shown["author_id"] = author.clone();
            }
        }
        let goes_on = answer.pointer("/_links/next").is_some();
        Ok(whole(listed).ending_early(goes_on))
    }
}
