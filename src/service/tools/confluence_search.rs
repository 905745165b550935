//! Tools that search content and list spaces.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, page_request, ten, twenty_five};
use super::connector_names::hits;
use super::facts::{Facts, Gives};
use super::outcome::{Outcome, part};
use super::registry::{Operation, PAGED, Paging};
use crate::model::content::SpaceFilter;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::SearchRequest;
use crate::service::pages::CONFLUENCE_AT_ONCE;

/// The arguments of `confluence_search`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchContentArguments {
    /// CQL or words.
    #[schema(example = "type = page AND text ~ \"release\"")]
    query: String,
    /// The query again, where it is CQL and nothing else.
    only_cql: Option<String>,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    /// Space keys, comma-separated.
    #[schema(value_type = Option<String>, format = "names")]
    spaces_filter: Option<Names>,
    /// Texts of the first three pages.
    #[serde(default)]
    #[schema(required = false, default = false)]
    include_content: bool,
    cursor: Option<String>,
}

/// `confluence_search`.
pub(super) struct SearchContent;

impl Operation for SearchContent {
    const NAME: &'static str = "confluence_search";
    const FACTS: Facts = Facts {
        title: "Search Confluence",
        description: "Find pages, blog posts, comments and files by words, or CQL such as `type = page AND text ~ \"release\"`. Gives a snippet of each; confluence_get_page reads one. Page with next_cursor.",
        calls: &["searchByCQL"],
        unlisted: &["spaces_filter", "only_cql"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id title url type"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SearchContentArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SearchContentArguments,
    ) -> Result<Outcome, ServiceError> {
        let spaces = arguments.spaces_filter.unwrap_or_default().0;
        let filters = (!spaces.is_empty()).then(|| json!({ "space": spaces }).to_string());
        let query = arguments.query.as_str();
        let is_cql = arguments.only_cql.is_some() || is_meant_as_cql(query);
        let request = SearchRequest {
            q: query,
            mode: is_cql.then_some("cql"),
            filters: filters.as_deref(),
            ..SearchRequest::default()
        };
        let wanted = page_request("limit", arguments.limit, 50, arguments.cursor)?;
        let found = context.pages.search(scope, &request, &wanted).await?;
        if !arguments.include_content {
            return Ok(hits(found));
        }
        let next = found.next.clone();
        let hits: Vec<_> = found.items.into_iter().map(|hit| hit.value).collect();
        let texts = hits.iter().enumerate().map(async |(place, hit)| {
            let mut shown = json!(hit);
            if place < MOST_READ {
                add_text(context, scope, &hit.id, &mut shown).await;
            }
            shown
        });
        let shown = futures_util::future::join_all(texts).await;
        Ok(Outcome::of_entries(shown, next))
    }
}

/// Whether a query that is no CQL was meant as some: a field of it, and a word or a sign of other languages in place of CQL's own. As
/// words it would find nothing, which reads as if there were nothing.
fn is_meant_as_cql(query: &str) -> bool {
    let fields = [
        "title",
        "text",
        "space",
        "type",
        "label",
        "creator",
        "created",
        "lastmodified",
        "parent",
        "ancestor",
        "contributor",
        "content",
        "id",
    ];
    let strange = ["like", "contains", "matches", "includes", "equals"];
    let query = query.trim().to_ascii_lowercase();
    let begins = |field: &&str| {
        let rest = query.strip_prefix(field).map(str::trim_start);
        rest.is_some_and(|rest| {
            let next = rest.split_whitespace().next().unwrap_or_default();
            rest.starts_with(':') || (strange.contains(&next) && query.contains(' '))
        })
    };
    fields.iter().any(begins)
}

/// How many of the pages found are read with them.
const MOST_READ: usize = 3;

/// Adds a page's text to what was found of it; one that cannot be read is found all the same, and says why.
async fn add_text(context: &ToolContext, scope: &Scope, id: &str, shown: &mut Value) {
    if !matches!(shown["type"].as_str(), Some("page" | "blogpost")) {
        return;
    }
    match context.pages.page(scope, id).await {
        Ok(page) => {
            let text = page.value.body.unwrap_or_default();
            let (text, next) = part(&text, 0);
            shown["body"] = json!(text);
            if let Some(next) = next {
                shown["next_start"] = json!(next);
            }
        }
        Err(error) => shown["body_left_out"] = json!(error.to_string()),
    }
}

/// The arguments of `confluence_get_spaces`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpaceList {
    /// Comma-separated.
    #[schema(value_type = Option<String>, format = "names")]
    keys: Option<Names>,
    /// global or personal.
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 250, default = 25)]
    limit: u32,
    cursor: Option<String>,
}

/// `confluence_get_spaces`.
pub(super) struct GetSpaces;

impl Operation for GetSpaces {
    const NAME: &'static str = "confluence_get_spaces";
    const FACTS: Facts = Facts {
        title: "List spaces",
        description: "List the spaces you may see, by key. Page with next_cursor.",
        calls: &["getSpaces"],
        unlisted: &["type"],
        ..Facts::reading(Toolset::CONFLUENCE_PAGES, Gives::List("id key name url"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = SpaceList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SpaceList,
    ) -> Result<Outcome, ServiceError> {
        let filter = SpaceFilter {
            keys: arguments.keys.unwrap_or_default().0,
            kind: arguments.kind,
        };
        let wanted = page_request(
            "limit",
            arguments.limit,
            CONFLUENCE_AT_ONCE,
            arguments.cursor,
        )?;
        let found = context.pages.spaces(scope, &filter, &wanted).await?;
        Ok(Outcome::of_page(found.map(|space| space.value)))
    }
}
