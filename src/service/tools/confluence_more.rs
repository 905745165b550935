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
    /// The page's id.
    pub(super) page_id: String,
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
        let (pages, id) = context.pages.located(scope, &arguments.page_id).await?;
        let segments = [id.as_str()];
        let there = NamedCall::of(Product::Confluence, "getLabelsForContent", &segments);
        let call = NamedCall::of(Product::Confluence, "getPageLabels", &segments)
            .with("limit", "250")
            .or_there(there.with("limit", "200"));
        let answer = pages.ask(scope, &call).await?;
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

/// `confluence_remove_label`.
pub(super) struct RemoveLabel;

impl Operation for RemoveLabel {
    const NAME: &'static str = "confluence_remove_label";
    const FACTS: Facts = Facts {
        title: "Take a label off a Confluence page",
        description: "Take a label off a Confluence page; its other labels stay. A label that the page has not is no failure.",
        calls: &["removeLabelFromContentUsingQueryParameter"],
        idempotent: true,
        ..Facts::changing(
            Toolset::CONFLUENCE_LABELS,
            Gives::Object("page_id name removed:boolean"),
        )
    };
    type Arguments = NewLabel;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewLabel,
    ) -> Result<Outcome, ServiceError> {
        let NewLabel { page_id, name } = arguments;
        let operation = "removeLabelFromContentUsingQueryParameter";
        let (pages, call) = about_page(context, scope, operation, &page_id).await?;
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
    /// The page's id.
    pub(super) page_id: String,
    /// The most comments, from 1 to 100.
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 25)]
    pub(super) limit: u32,
    /// `next_cursor` of the part before.
    pub(super) cursor: Option<String>,
}

/// `confluence_get_comments`.
pub(super) struct GetPageComments;

impl Operation for GetPageComments {
    const NAME: &'static str = "confluence_get_comments";
    const FACTS: Facts = Facts {
        title: "List a Confluence page's comments",
        description: "List all comments of a Confluence page, each with its replies (parent_id): those below it, then those on words of its text (text_selection, status). Pass next_cursor as cursor for more.",
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
        let found = all(context, scope, &arguments.page_id, wanted).await?;
        Ok(Outcome::of_page(found))
    }
}

/// `confluence_get_page_versions`.
pub(super) struct GetPageVersions;

impl Operation for GetPageVersions {
    const NAME: &'static str = "confluence_get_page_versions";
    const FACTS: Facts = Facts {
        title: "List a Confluence page's versions",
        description: "List the newest 200 versions of a Confluence page: number, author, time and what was said about it; truncated where there are more. Nothing of their text.",
        calls: &["getPageVersions"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("version:integer"))
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
        let mut listed = entries(&answer, "results", &members);
        // A Data Center tells who it was by their user name.
        let authors = answer.get("results").and_then(Value::as_array);
        for (shown, raw) in listed.iter_mut().zip(authors.into_iter().flatten()) {
            if let Some(author) = raw.pointer("/by/username") {
                shown["author_id"] = author.clone();
            }
        }
        let mut outcome = whole(listed);
        if let Outcome::List { truncated, .. } = &mut outcome {
            *truncated |= answer.pointer("/_links/next").is_some();
        }
        Ok(outcome)
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
        title: "Move a Confluence page",
        description: "Move a Confluence page, with all below it, below another page of its space. Gives the page with its new parent.",
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
