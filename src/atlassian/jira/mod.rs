//! Calls to the Jira Cloud platform REST API v3, one file for each noun.

mod attachments;
mod comments;
mod dialect;
mod fields;
mod issue_fields;
mod issues;
mod people;
mod projects;
mod search;
mod shape;
mod transitions;

use serde_json::Value;

pub use search::{IssueQuery, IssueSearch};

use crate::model::hit::Fetched;

/// Every entry beside what we make of it. One that makes no sense is left out, so that it does not
/// hide the others; the log says of which list, never what it was.
fn shaped<T>(
    list: &'static str,
    entries: Vec<Value>,
    shape: impl Fn(&Value) -> Option<T>,
) -> Vec<Fetched<T>> {
    let came = entries.len();
    let items: Vec<Fetched<T>> = entries
        .into_iter()
        .filter_map(|raw| {
            let value = shape(&raw)?;
            Some(Fetched { value, raw })
        })
        .collect();
    if items.len() < came {
        let left_out = came - items.len();
        tracing::warn!(list, left_out, "Jira sent entries without an id or a key");
    }
    items
}
