//! The two tools that research agents ask for: find something anywhere, and read it whole.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::page::PageRequest;
use crate::model::page_reference::PageReference;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::SearchRequest;

/// The most hits of each product.
const MOST: u32 = 10;
const JIRA: &str = "jira:";
const CONFLUENCE: &str = "confluence:";

/// The arguments of `search`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Words to find.
    query: String,
}

/// `search`.
pub(super) struct SearchAnywhere;

impl Operation for SearchAnywhere {
    const NAME: &'static str = "search";
    const FACTS: Facts = Facts {
        title: "Search Jira and Confluence",
        calls: &["searchAndReconsileIssuesUsingJqlPost", "searchByCQL"],
        description: "Find Jira issues and Confluence pages by words. Gives id, title and address of up to 20; read one with fetch.",
        ..Facts::reading(Toolset::ANYWHERE, Gives::Object("results:array"))
    };
    type Arguments = Words;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Words,
    ) -> Result<Outcome, ServiceError> {
        let request = SearchRequest {
            q: &arguments.query,
            ..SearchRequest::default()
        };
        let page = PageRequest {
            limit: MOST,
            cursor: None,
        };
        let (issues, pages) = tokio::join!(
            context.issues.search(scope, &request, &page),
            context.pages.search(scope, &request, &page)
        );
        let mut results = Vec::new();
        let mut failure = None;
        match issues {
            Ok(found) => results.extend(found.items.into_iter().map(|hit| {
                let hit = hit.value;
                json!({ "id": format!("{JIRA}{}", hit.id), "title": hit.title, "url": hit.url })
            })),
            Err(error) => failure = Some(error),
        }
        match pages {
            Ok(found) => results.extend(found.items.into_iter().map(|hit| {
                let hit = hit.value;
                json!({ "id": format!("{CONFLUENCE}{}", hit.id), "title": hit.title, "url": hit.url })
            })),
            // One product is enough for an answer.
            Err(error) if failure.is_some() => return Err(error),
            Err(_) => failure = None,
        }
        match failure {
            Some(error) if results.is_empty() => Err(error),
            _ => Ok(Outcome::of_object(json!({ "results": results }))),
        }
    }
}

/// The arguments of `fetch`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    /// The id that search gave, such as `jira:APP-1`.
    id: String,
}

/// `fetch`.
pub(super) struct FetchFound;

impl Operation for FetchFound {
    const NAME: &'static str = "fetch";
    const FACTS: Facts = Facts {
        title: "Read what was found",
        calls: &["getIssue", "getPageById"],
        description: "Read one Jira issue or Confluence page that search found. Gives title, address and the text in Markdown.",
        ..Facts::reading(Toolset::ANYWHERE, Gives::Object("id title text url"))
    };
    type Arguments = Found;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Found,
    ) -> Result<Outcome, ServiceError> {
        let id = arguments.id.trim();
        if let Some(page) = id.strip_prefix(CONFLUENCE) {
            let named = PageReference::parse(page)
                .map_err(|error| ServiceError::invalid("id", error.to_string()))?;
            let page = context.pages.find(scope, &named).await?.value;
            return Ok(found(
                id,
                &page.summary.title,
                page.body.as_deref(),
                &page.summary.url,
                &json!(page),
            ));
        }
        let key = id.strip_prefix(JIRA).unwrap_or(id);
        let issue = context.issues.shown_issue(scope, key).await?;
        Ok(found(
            id,
            &issue.title,
            issue.description.as_deref(),
            &issue.url,
            &json!(issue),
        ))
    }
}

/// A thing as a whole: its text, and everything else that is short in `metadata`.
fn found(id: &str, title: &str, text: Option<&str>, url: &str, all: &Value) -> Outcome {
    let told = ["body", "description", "title", "url"];
    let all = all.as_object().cloned().unwrap_or_default();
    let metadata: Map<String, Value> = all
        .into_iter()
        .filter(|(name, value)| !told.contains(&name.as_str()) && !value.is_null())
        .collect();
    Outcome::of_object(json!({
        "id": id, "title": title, "text": text.unwrap_or_default(), "url": url, "metadata": metadata,
    }))
}
