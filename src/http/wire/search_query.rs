//! The query of both products' searches.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::wire::format::Format;
use crate::service::issues::SearchRequest;

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// A query in JQL or CQL, words to find, or what names one issue or page: a key, an id or an
    /// address, which is found first. Empty: the newest entries.
    #[serde(default)]
    #[param(required = false, example = "release")]
    pub q: String,
    /// How to read `q`: `text` (words), `jql` (Jira), `cql` (Confluence), or `auto`: a query if it
    /// begins with a clause of the query language, else words.
    #[param(example = "auto")]
    pub mode: Option<String>,
    /// A JSON object. Each value is a string or a list of strings. Jira: `project`, `status`,
    /// `assignee` (an account id or `me`; `null` for nobody), `type`. Confluence: `space`, `type`. Such as
    /// `{"type": "Bug"}`.
    pub filters: Option<String>,
    /// Further Jira fields, separated by commas, such as `duedate`. They are returned in
    /// `metadata.fields`.
    pub fields: Option<String>,
    /// `raw` returns Atlassian's own JSON.
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

    /// Everything that decides which entries are found; a cursor is bound to it.
    pub(crate) fn filter(&self) -> [&str; 3] {
        [
            &self.q,
            self.mode.as_deref().unwrap_or("auto"),
            self.filters.as_deref().unwrap_or_default(),
        ]
    }
}
