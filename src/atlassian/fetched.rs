//! Atlassian's JSON beside what we make of it.

use serde_json::Value;

use super::error::AtlassianError;
use crate::model::hit::Fetched;
use crate::model::page::Page;

/// An answer beside what `shape` makes of it; `nonsense` says what is wrong when that is nothing.
pub(super) fn fetched<T>(
    raw: Value,
    nonsense: &'static str,
    shape: impl FnOnce(&Value) -> Option<T>,
) -> Result<Fetched<T>, AtlassianError> {
    let value = shape(&raw).ok_or(AtlassianError::Nonsense(nonsense))?;
    Ok(Fetched { value, raw })
}

/// Every entry beside what `shape` makes of it. One that it makes nothing of must not cost the caller
/// the others: it is left out, and the log says of which list, never what it was.
pub(super) fn shaped<T>(
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
        tracing::warn!(
            list,
            left_out,
            "Atlassian sent entries without an id or a key"
        );
    }
    items
}

/// A page of entries, each beside what `shape` makes of it.
pub(super) fn shaped_page<T>(
    list: &'static str,
    page: Page<Value>,
    shape: impl Fn(&Value) -> Option<T>,
) -> Page<Fetched<T>> {
    Page {
        items: shaped(list, page.items, shape),
        next: page.next,
    }
}
