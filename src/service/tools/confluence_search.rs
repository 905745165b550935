//! Tools that search content and list spaces.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, page_request, ten, twenty_five};
use super::connector_names::hits;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
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
    /// A query in CQL, or words to find.
    #[schema(example = "type = page AND text ~ \"release\"")]
    query: String,
    /// The most entries, from 1 to 50.
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    /// Keys of spaces to look in, with commas between.
    #[schema(value_type = Option<String>, format = "names")]
    spaces_filter: Option<Names>,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// `confluence_search`.
pub(super) struct SearchContent;

impl Operation for SearchContent {
    const NAME: &'static str = "confluence_search";
    const FACTS: Facts = Facts {
        title: "Search Confluence",
        description: "Find Confluence pages, blog posts, comments and files by words, or by CQL such as `type = page AND space = ENG AND text ~ \"release\"`. Gives id, title, address and a snippet; read the text with confluence_get_page. Pass next_cursor as cursor for more.",
        calls: &["searchByCQL"],
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
        let request = SearchRequest {
            q: &arguments.query,
            filters: filters.as_deref(),
            ..SearchRequest::default()
        };
        let wanted = page_request("limit", arguments.limit, 50, arguments.cursor)?;
        let found = context.pages.search(scope, &request, &wanted).await?;
        Ok(hits(found))
    }
}

/// The arguments of `confluence_get_spaces`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpaceList {
    /// Keys of the spaces wanted, with commas between; without it, all of them.
    #[schema(value_type = Option<String>, format = "names")]
    keys: Option<Names>,
    /// The type of the spaces wanted, such as global or personal.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The most spaces, from 1 to 250.
    #[serde(default = "twenty_five")]
    #[schema(required = false, minimum = 1, maximum = 250, default = 25)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// `confluence_get_spaces`.
pub(super) struct GetSpaces;

impl Operation for GetSpaces {
    const NAME: &'static str = "confluence_get_spaces";
    const FACTS: Facts = Facts {
        title: "List Confluence spaces",
        description: "List the Confluence spaces that this account may see, ordered by key. Use it to find a space's key. Pass next_cursor as cursor for more.",
        calls: &["getSpaces"],
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
