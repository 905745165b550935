//! Atlassian's JSON beside what we make of it.

use super::error::AtlassianError;
use super::shaped_list::ShapedList;
use crate::model::hit::{Entry, Fetched};
use crate::model::page::Page;

/// An answer beside what `shape` makes of it; `nonsense` says what is wrong when that is nothing.
pub(super) fn fetched<T, R>(
    raw: R,
    nonsense: &'static str,
    shape: impl FnOnce(&R) -> Option<T>,
) -> Result<Fetched<T, R>, AtlassianError> {
    let value = shape(&raw).ok_or(AtlassianError::Nonsense(nonsense))?;
    Ok(Fetched { value, raw })
}

/// Every entry beside what `shape` makes of it. One that it makes nothing of must not cost the caller
/// the others: it is left out, and the log says of which list, never what it was.
pub(super) fn shaped<T, R>(
    list: &'static str,
    entries: Vec<R>,
    shape: impl Fn(&R) -> Option<T>,
) -> Vec<Fetched<T, R>> {
    let came = entries.len();
    let items: Vec<Fetched<T, R>> = entries
        .into_iter()
        .filter_map(|raw| {
            let value = shape(&raw)?;
            Some(Fetched { value, raw })
        })
        .collect();
    note_left_out(list, came - items.len());
    items
}

/// The entries of a list that was read with its shapes.
pub(super) fn entries_of<T>(list: &'static str, found: ShapedList<T>) -> Vec<Entry<T>> {
    note_left_out(list, found.came - found.entries.len());
    found.entries
}

fn note_left_out(list: &'static str, left_out: usize) {
    if left_out > 0 {
        tracing::warn!(
            list,
            left_out,
            "Atlassian sent entries without an id or a key"
        );
    }
}

/// A page of entries, each beside what `shape` makes of it.
pub(super) fn shaped_page<T, R>(
    list: &'static str,
    page: Page<R>,
    shape: impl Fn(&R) -> Option<T>,
) -> Page<Fetched<T, R>> {
    Page {
        items: shaped(list, page.items, shape),
        next: page.next,
    }
}
