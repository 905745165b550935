//! Marks that Markdown does not show, on the words of the written page, and the identifiers of its tasks.

use super::parts;
use crate::edit::hidden::carried;
use crate::edit::lost::Lost;
use crate::edit::rewrapped::{Tags, rewrapped, stretches};
use crate::edit::same_tasks::same_tasks;
use crate::edit::unchanged::Unchanged;
use crate::edit::weave::Text;
use crate::storage::keep::identified;
use crate::storage::reader::content;
use crate::storage::xml::{self, Element, Span, is_well_formed};

/// The written page with what hung on the words of the current one, and what could not stay with its words.
pub(super) fn restored(current: &str, written: String) -> (String, Option<Lost>) {
    let mut tags = Tags::new();
    let old = texts(current);
    let olds = stretches(current, &old.iter().collect::<Vec<_>>(), &mut tags);
    if tags.is_empty() || !is_well_formed(&written) {
        return (written, None);
    }
    let new = texts(&written);
    let new: Vec<&Text> = new.iter().collect();
    let news = stretches(&written, &new, &mut tags);
    let carried = carried(&olds, &news);
    let page = rewrapped(&written, &new, &news, &carried, &tags);
    let page = if is_well_formed(&page) { page } else { written };
    (page, carried.torn)
}

/// The running texts of a page, as it goes on.
fn texts(page: &str) -> Vec<Text> {
    let root = identified(page);
    let register = parts::register(&root);
    let shown = content(&root);
    let read = parts::read(page, &root, &shown, &register, &Unchanged::default());
    let origins = read.into_iter().flat_map(|read| read.origins);
    let mut texts: Vec<Text> = origins.filter_map(|origin| origin.text).collect();
    texts.sort_by_key(|text| text.inner.start);
    texts
}

/// The written page, whose tasks are called as in the current one.
pub(super) fn with_tasks(current: &str, written: String) -> String {
    if !current.contains("<ac:task>") {
        return written;
    }
    let (mut old, mut new) = (Vec::new(), Vec::new());
    find(&xml::read(current), &mut old);
    find(&xml::read(&written), &mut new);
    let said = |tasks: &[Task]| -> Vec<(String, String)> {
        tasks.iter().map(|task| task.said.clone()).collect()
    };
    let same = same_tasks(&said(&old), &said(&new));
    let mut changes: Vec<(Span, &str)> = same
        .into_iter()
        .filter_map(|(i, j)| Some((new[j].names.clone(), current.get(old[i].names.clone())?)))
        .collect();
    changes.sort_by_key(|(span, _)| span.start);
    let mut page = String::with_capacity(written.len());
    let mut from = 0;
    for (span, names) in changes {
        page.push_str(written.get(from..span.start).unwrap_or_default());
        page.push_str(names);
        from = span.end;
    }
    page.push_str(written.get(from..).unwrap_or_default());
    page
}

struct Task {
    /// Its number, and what it says.
    said: (String, String),
    /// Where its number stands, and the identifier behind that.
    names: Span,
}

fn find(element: &Element, found: &mut Vec<Task>) {
    if element.name == "ac:task"
        && let Some(id) = element.child("ac:task-id")
    {
        let uuid = element.child("ac:task-uuid");
        let uuid = uuid.filter(|uuid| uuid.span.start >= id.span.end);
        let end = uuid.map_or(id.span.end, |uuid| uuid.span.end);
        let text = element.child("ac:task-body").map(Element::all_text);
        found.push(Task {
            said: (id.all_text().trim().to_owned(), text.unwrap_or_default()),
            names: id.span.start..end,
        });
    }
    element.elements().for_each(|child| find(child, found));
}
