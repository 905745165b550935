//! Inline comments hang on marks that Markdown does not show, and a source has comments of its own: none of them
//! may go unseen.
//!
//! One goes with the block that it is in, if all of that was deleted: Confluence keeps it among the resolved ones.

use std::collections::{BTreeMap, HashMap};

use crate::edit::lost::{Lost, comment_in_words};
use crate::storage::xml::{self, Element, Span};
use crate::tree::keep::Keep;

/// A mark of an inline comment.
const MARKER: &str = "ac:inline-comment-marker";

/// The inline comments of a page.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// By their references: the text that each is about, and where its marks stand.
    found: BTreeMap<String, (String, Vec<Span>)>,
    /// The marks in the order of the page.
    marks: Vec<(usize, String)>,
    /// Comments of the source, `<!-- … -->`, in its order: where each stands, and what it is.
    remarks: Vec<(Span, String)>,
}

impl Comments {
    /// The comments of a page.
    pub(super) fn of(root: &Element, source: &str) -> Self {
        let remarks = xml::unseen(source).into_iter();
        let remarks = remarks.map(|span| (span.clone(), source[span].to_owned()));
        let mut comments = Self {
            remarks: remarks.collect(),
            ..Self::default()
        };
        comments.find(root);
        comments
    }

    fn find(&mut self, element: &Element) {
        if element.name == MARKER
            && let Some(reference) = element.attribute("ac:ref")
        {
            let (text, spans) = self.found.entry(reference.to_owned()).or_default();
            text.push_str(&element.all_text());
            spans.push(element.span.clone());
            self.marks.push((element.span.start, reference.to_owned()));
        }
        element.elements().for_each(|child| self.find(child));
    }

    /// A comment in a stretch of the page, in words.
    pub(super) fn within(&self, span: &Span) -> Option<String> {
        let next = self.marks.partition_point(|(at, _)| *at < span.start);
        let mark = self.marks.get(next).filter(|(at, _)| *at < span.end);
        if let Some((text, _)) = mark.and_then(|(_, reference)| self.found.get(reference)) {
            return Some(comment_in_words(text));
        }
        let next = self
            .remarks
            .partition_point(|(remark, _)| remark.start < span.start);
        let remark = self
            .remarks
            .get(next)
            .filter(|(remark, _)| remark.end <= span.end);
        remark.map(|(_, remark)| remark_in_words(remark))
    }

    /// Leaves out those that have a mark in one of these stretches.
    pub(super) fn go_with(&mut self, mut deleted: Vec<Span>) {
        deleted.sort_by_key(|span| span.start);
        // Stretches lie beside each other or inside each other.
        let mut apart: Vec<Span> = Vec::with_capacity(deleted.len());
        for span in deleted {
            if apart.last().is_none_or(|last| last.end <= span.start) {
                apart.push(span);
            }
        }
        let is_deleted = |mark: &Span| {
            let before = apart.partition_point(|span| span.start <= mark.start);
            let around = before.checked_sub(1).map(|last| &apart[last]);
            around.is_some_and(|around| mark.end <= around.end)
        };
        self.found
            .retain(|_, (_, marks)| !marks.iter().all(&is_deleted));
        self.remarks.retain(|(remark, _)| !is_deleted(remark));
    }

    /// Checks that all of them have a mark in a page.
    pub(super) fn are_kept_in(&self, page: &str) -> Result<(), Lost> {
        let new = Self::of(&xml::read(page), page);
        let mut remarks: HashMap<&str, usize> = HashMap::new();
        for (_, remark) in &new.remarks {
            *remarks.entry(remark).or_default() += 1;
        }
        for (_, remark) in &self.remarks {
            match remarks.get_mut(remark.as_str()) {
                Some(count) if *count > 0 => *count -= 1,
                _ => return Err(Lost::Hidden(remark_in_words(remark))),
            }
        }
        // A comment on blanks alone is about nothing.
        let lost = self.found.iter().find(|(id, (text, _))| {
            let now = new.found.get(*id);
            now.is_none_or(|(now, _)| now.trim().is_empty() && !text.trim().is_empty())
        });
        match lost {
            Some((_, (text, _))) => Err(Lost::comment(text)),
            None => Ok(()),
        }
    }
}

fn remark_in_words(remark: &str) -> String {
    format!(
        "the comment `{}` of the source",
        Keep::new("", remark, false).label
    )
}
