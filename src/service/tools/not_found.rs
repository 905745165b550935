//! What is told where a product says that a thing is not there which can be read: it may not be changed, or is of another kind.

use serde_json::Value;

use super::ToolContext;
use super::facts::ToolEffect;
use super::registry::Tool;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// Tools that name a part of the thing besides: that part may be what is not there.
const OF_PARTS: [&str; 4] = [
    "confluence_remove_label",
    "jira_add_watcher",
    "jira_remove_watcher",
    "jira_create_issue_link",
];
/// The arguments that name such a part.
const PARTS: [&str; 4] = ["comment_id", "attachment_id", "link_id", "version"];

/// The thing that a tool is asked about.
#[derive(Debug)]
pub(super) struct Asked {
    product: Product,
    argument: &'static str,
    name: String,
    writes: bool,
}

impl Asked {
    /// What the arguments of a tool name, if it is one thing and nothing else.
    pub(super) fn of(tool: &Tool, arguments: &Value) -> Option<Self> {
        let is_given = |name: &str| !arguments[name].is_null();
        if OF_PARTS.contains(&tool.name) || PARTS.iter().any(|name| is_given(name)) {
            return None;
        }
        let product = tool.facts.toolset.product?;
        let names: &[&'static str] = match product {
            Product::Jira => &["issue_key"],
            Product::Confluence => &["page_id", "content_id"],
        };
        let argument = names.iter().find(|name| is_given(name))?;
        Some(Self {
            product,
            argument,
            name: arguments[*argument].as_str()?.to_owned(),
            writes: !matches!(tool.facts.effect, ToolEffect::Reads),
        })
    }
}

impl ToolContext {
    /// The failure of a tool, with the reason where the thing can be read.
    pub(super) async fn why_missing(
        &self,
        scope: &Scope,
        asked: &Asked,
        error: ServiceError,
    ) -> ServiceError {
        let name = (asked.argument, asked.name.as_str());
        match asked.product {
            Product::Jira if asked.writes => {
                self.issues.why_missing(scope, &asked.name, error).await
            }
            Product::Jira => error,
            Product::Confluence => {
                self.pages
                    .why_missing(scope, name, error, asked.writes)
                    .await
            }
        }
    }
}
