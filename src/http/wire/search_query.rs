//! The parameters that both products' searches share.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::wire::format::Format;
use crate::service::issues::SearchRequest;

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// A query in JQL or CQL, or words to find. Empty: what is newest.
    #[serde(default)]
    #[param(required = false, example = "printer")]
    pub q: String,
    /// `auto` (a query if `q` compares, holds `in (`, `is empty` or `order by`; else words), `text`,
    /// or `jql` for Jira and `cql` for Confluence.
    #[param(example = "auto")]
    pub mode: Option<String>,
    /// A JSON object; each value is a text or a list of texts. Jira: `project`, `status`, `assignee`
    /// (an account id or `me`), `type`. Confluence: `space`, `type`.
    #[param(example = r#"{"type":"Bug"}"#)]
    pub filters: Option<String>,
    /// Further fields of Jira's, separated by commas; they come in `metadata.fields`.
    #[param(example = "duedate")]
    pub fields: Option<String>,
    /// `raw` gives Atlassian's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    pub format: Format,
}

impl SearchQuery {
    /// As the services take it.
    pub(crate) fn request(&self) -> SearchRequest<'_> {
        SearchRequest {
            q: &self.q,
            mode: self.mode.as_deref(),
            filters: self.filters.as_deref(),
            fields: self.fields.as_deref(),
        }
    }

    /// Everything that decides which entries are found.
    pub(crate) fn filter(&self) -> [&str; 3] {
        [
            &self.q,
            self.mode.as_deref().unwrap_or("auto"),
            self.filters.as_deref().unwrap_or_default(),
        ]
    }
}
