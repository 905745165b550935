//! Tools about what belongs to a page: its labels, comments, earlier versions and place.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, twenty_five};
use super::asking::{about_page, entries, parent_page, whole};
use super::confluence_comments::all;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::atlassian::named_call::NamedCall;
use crate::model::entity_tag::IfMatch;
use crate::model::page_change::PageUpdate;
use crate::model::product::Product;
use crate::model::request_body::FromBody;
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
        title: "List Confluence labels",
        description: "List a Confluence page's labels. CQL `label = \"x\"` finds pages with one.",
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
    /// One word in lower case.
    name: String,
}

/// `confluence_add_label`.
pub(super) struct AddLabel;

impl Operation for AddLabel {
    const NAME: &'static str = "confluence_add_label";
    const FACTS: Facts = Facts {
        title: "Add Confluence label",
        description: "Add a label to a Confluence page. Gives all its labels.",
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
        title: "Remove Confluence label",
        description: "Take a label off a Confluence page. Its other labels stay.",
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
        title: "List Confluence comments",
        description: "List a Confluence page's comments with their replies (parent_id). Those on words have text_selection and status. Page with next_cursor.",
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
        title: "List Confluence versions",
        description: "List a Confluence page's newest 200 versions: number, author, time, comment. truncated: there are more.",
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

/// The arguments of `confluence_move_page`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlace {
    page_id: String,
    target_parent_id: String,
    /// Taken when it is the space that the page is in.
    target_space_key: Option<String>,
    /// Taken when it is `append`: below the parent.
    position: Option<String>,
}

/// `confluence_move_page`.
pub(super) struct MovePage;

impl Operation for MovePage {
    const NAME: &'static str = "confluence_move_page";
    const FACTS: Facts = Facts {
        title: "Move Confluence page",
        description: "Move a Confluence page, with all below it, below another page of its space. Gives its new parent.",
        calls: &["updatePage", "getPageById"],
        unlisted: &["target_space_key", "position"],
        idempotent: true,
        ..Facts::changing(Toolset::CONFLUENCE_PAGES, Gives::Object("id title url"))
    };
    type Arguments = NewPlace;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewPlace,
    ) -> Result<Outcome, ServiceError> {
        if arguments
            .position
            .is_some_and(|position| position != "append")
        {
            let why =
                "position must be append: a page is put below its parent, after what lies there";
            return Err(ServiceError::invalid("position", why));
        }
        if let Some(space) = arguments.target_space_key {
            let page = context.pages.page(scope, &arguments.page_id).await?.value;
            if page.summary.space_key.is_some_and(|own| own != space) {
                let why = "target_space_key must be the space that the page is in: it is moved within that only";
                return Err(ServiceError::invalid("target_space_key", why));
            }
        }
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
