//! Tools that read pages and what lies around them.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, page_request, twenty_five, yes};
use super::facts::{Facts, Gives};
use super::outcome::{Outcome, offset, part};
use super::registry::{Operation, PAGED, Paging};
use crate::model::content::{Child, WantedChildren, WikiPage};
use crate::model::hit::Fetched;
use crate::model::page_reference::{PageName, PageReference};
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `confluence_get_page`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageRead {
    /// Id or url.
    #[schema(example = "98400")]
    page_id: Option<String>,
    title: Option<String>,
    space_key: Option<String>,
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    include_metadata: bool,
    /// false: storage format.
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    convert_to_markdown: bool,
    #[serde(default)]
    #[schema(required = false, default = 0)]
    start: u32,
}

impl PageRead {
    fn reference(&self) -> Result<PageReference, ServiceError> {
        match (&self.page_id, &self.title, &self.space_key) {
            (Some(id), _, _) => PageReference::parse(id)
                .map_err(|error| ServiceError::invalid("page_id", error.to_string())),
            (None, Some(title), Some(space_key)) => Ok(PageName::Titled {
                space_key: space_key.clone(),
                title: title.clone(),
            }
            .into()),
            _ => {
                let why = "page_id is needed, or title with space_key";
                Err(ServiceError::invalid("page_id", why))
            }
        }
    }
}

/// `confluence_get_page`.
pub(super) struct GetPage;

impl Operation for GetPage {
    const NAME: &'static str = "confluence_get_page";
    const FACTS: Facts = Facts {
        title: "Read page",
        description: "Read a page or blog post by id or url, or by title and space_key. Gives Markdown, version, labels, dates. A long text goes on with next_start as start.",
        calls: &["getPageById"],
        unlisted: &["include_metadata"],
        ..Facts::reading(
            Toolset::CONFLUENCE_PAGES,
            Gives::Object("id title url type"),
        )
    };
    type Arguments = PageRead;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: PageRead,
    ) -> Result<Outcome, ServiceError> {
        let found = context.pages.find(scope, &arguments.reference()?).await?;
        let whole = arguments.include_metadata;
        Ok(shown(
            found,
            whole,
            arguments.convert_to_markdown,
            arguments.start,
        ))
    }
}

/// A page with its text from the character `start` on; as a whole, or little besides the text.
pub(super) fn shown(found: Fetched<WikiPage>, whole: bool, markdown: bool, start: u32) -> Outcome {
    let body = text(&found, markdown);
    let part = body.as_str().map(|text| part(text, offset(start)));
    let (shown, next) = part.unzip();
    let page = found.value;
    let mut answer = if whole {
        json!(page)
    } else {
        json!({
            "id": page.summary.id, "type": page.summary.kind, "title": page.summary.title,
            "url": page.summary.url,
        })
    };
    answer["body"] = json!(shown);
    if let Some(next) = next.flatten() {
        answer["next_start"] = json!(next);
    }
    Outcome::of_object(answer)
}

/// A page's text in Markdown, or as Confluence stores it.
fn text(found: &Fetched<WikiPage>, markdown: bool) -> Value {
    let stored = found
        .raw
        .pointer("/body/storage/value")
        .filter(|_| !markdown);
    stored.cloned().unwrap_or_else(|| json!(found.value.body))
}

/// The arguments of `confluence_get_page_children`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChildList {
    #[schema(example = "98400")]
    parent_id: String,
    /// Taken for agents that send it; `body.storage` means `include_content`.
    #[serde(default = "version")]
    #[schema(required = false, value_type = String, format = "names", default = "version")]
    expand: Names,
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 25)]
    limit: u32,
    /// Give texts too.
    #[serde(default)]
    #[schema(required = false, default = false)]
    include_content: bool,
    /// Texts come in Markdown; the storage format is given by `confluence_get_page` only.
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    convert_to_markdown: bool,
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start: u32,
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    include_folders: bool,
    cursor: Option<String>,
    /// How many levels.
    #[serde(default = "one")]
    #[schema(required = false, minimum = 1, maximum = 10, default = 1)]
    depth: u32,
}

/// How many levels Confluence lists at once.
const DEPTHS: std::ops::RangeInclusive<u32> = 1..=10;

const fn one() -> u32 {
    1
}

fn version() -> Names {
    Names(vec![String::from("version")])
}

/// `confluence_get_page_children`.
pub(super) struct GetPageChildren;

impl Operation for GetPageChildren {
    const NAME: &'static str = "confluence_get_page_children";
    const FACTS: Facts = Facts {
        title: "List child pages",
        description: "List what lies directly below a page or folder, in order. Page with next_cursor.",
        calls: &["getPageDirectChildren"],
        unlisted: &[
            "expand",
            "convert_to_markdown",
            "start",
            "include_folders",
            "depth",
        ],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id title url type"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = ChildList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: ChildList,
    ) -> Result<Outcome, ServiceError> {
        if arguments.start > 0 {
            let why = "start must be 0: Confluence goes on from a cursor only";
            return Err(ServiceError::invalid("start", why));
        }
        if !arguments.convert_to_markdown {
            let why =
                "texts of a list come in Markdown; confluence_get_page gives the storage format";
            return Err(ServiceError::invalid("convert_to_markdown", why));
        }
        if !DEPTHS.contains(&arguments.depth) {
            let why = "depth is out of range: it must be from 1 to 10";
            return Err(ServiceError::invalid("depth", why));
        }
        let expanded = arguments
            .expand
            .0
            .iter()
            .any(|name| name.starts_with("body"));
        let wanted = WantedChildren {
            others: arguments.include_folders,
            with_text: arguments.include_content || expanded,
            depth: arguments.depth,
        };
        let asked = page_request("limit", arguments.limit, 50, arguments.cursor)?;
        let found = context
            .pages
            .children(scope, &arguments.parent_id, wanted, &asked)
            .await?;
        Ok(Outcome::of_page(found.map(|child| entry(child.value))))
    }
}

fn entry(child: Child) -> Value {
    let mut entry = json!(child.summary);
    if let Some(body) = child.body {
        entry["body"] = json!(body);
    }
    entry
}
