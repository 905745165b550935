//! Puts parts of a text back between the empty lines that lie between them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::edit::part::Source;
use crate::edit::sequence::rising;
use crate::wiki::parts::Origin;

/// A part as it is to stand in the text: which one it was, and its source now.
pub(super) type Written = (Option<Source>, String);

/// What stands between two blocks.
pub(super) const APART: &str = "\n\n";

/// What stands between two blocks in the cell of a table, which an empty line would end.
pub(super) const ON_NEXT_LINE: &str = "\n";

/// What lies in `own`, when these are the parts of it.
pub(super) fn blocks(
    source: &str,
    origins: &[Origin],
    own: Source,
    written: &[Written],
    apart: &str,
) -> String {
    let container = &origins[own];
    let known: HashMap<Source, usize> = container.parts.iter().copied().zip(0..).collect();
    let places = written.iter().map(|(old, _)| known.get(&(*old)?).copied());
    let places: Vec<Option<usize>> = places.collect();
    let pairs: Vec<(usize, usize)> = places
        .iter()
        .enumerate()
        .filter_map(|(at, place)| Some((at, (*place)?)))
        .collect();
    let in_place: HashSet<usize> = rising(&pairs).into_iter().map(|(at, _)| at).collect();
    let mut glue = Vec::new();
    let mut from = container.inner.start;
    for part in &container.parts {
        let whole = &origins[*part].whole;
        glue.push(from..whole.start.max(from));
        from = whole.end;
    }
    glue.push(from..container.inner.end.max(from));
    let mut writer = Writer {
        source,
        apart,
        glue,
        used: places.iter().flatten().copied().collect(),
        written: String::new(),
        glued: 0,
        last: None,
    };
    for (at, (_, text)) in written.iter().enumerate() {
        match places[at].filter(|_| in_place.contains(&at)) {
            Some(place) => writer.stay(place, text),
            None => writer.fresh(text),
        }
    }
    writer.glue(container.parts.len() + 1);
    writer.written
}

struct Writer<'a> {
    source: &'a str,
    /// What stands between two blocks that did not stand there.
    apart: &'a str,
    glue: Vec<Range<usize>>,
    used: HashSet<usize>,
    written: String,
    /// How many parts' glue is written.
    glued: usize,
    /// The part that was written last, if nothing new stands behind it.
    last: Option<usize>,
}

impl Writer<'_> {
    /// Writes what stands before the next parts, and behind those that went between them. Of the empty lines around
    /// what went, those before the next part stay: all of them would be more with every edit. Gives whether the next
    /// part stands behind something as it stood.
    fn glue(&mut self, to: usize) -> bool {
        let from = self.glued;
        self.glued = to.max(from);
        let spans = self.glue.get(from..to).unwrap_or_default().iter();
        let texts = spans.map(|span| self.source.get(span.clone()).unwrap_or_default());
        let texts: Vec<&str> = texts.collect();
        let is_blank = |text: &&&str| text.trim().is_empty();
        if texts.iter().all(|text| is_blank(&text)) {
            let is_begun = !self.written.trim().is_empty();
            let stays = if is_begun {
                texts.last()
            } else {
                texts.first()
            };
            self.written.push_str(stays.copied().unwrap_or_default());
            false
        } else {
            let is_next = texts.len() == 1;
            let seen: String = texts.into_iter().filter(|text| !is_blank(&text)).collect();
            // What nobody sees, such as an empty panel, begins its line behind new text, too.
            let is_beside = self.last.is_none() && !self.written.trim().is_empty();
            if is_beside && !self.written.ends_with('\n') && !seen.starts_with('\n') {
                self.written.push_str(self.apart);
            }
            self.written.push_str(&seen);
            is_next
        }
    }

    fn stay(&mut self, place: usize, text: &str) {
        let follows = self.glued == place
            && match self.last {
                Some(last) => last + 1 == place,
                None => self.written.is_empty(),
            };
        let is_behind = self.glue(place + 1);
        // Behind its neighbour it stands as it stood.
        if follows || is_behind {
            self.written.push_str(text);
        } else {
            self.add(text);
        }
        self.last = Some(place);
    }

    fn fresh(&mut self, text: &str) {
        // What is new stands in the place of what went.
        if self.glued + 1 < self.glue.len() && !self.used.contains(&self.glued) {
            self.glue(self.glued + 1);
        }
        self.add(text);
        self.last = None;
    }

    /// Lines with an empty one between them are blocks of their own, and so are those in a cell.
    fn add(&mut self, text: &str) {
        let visible = self.written.trim_end().len();
        let gap = self.written[visible..].matches('\n').count();
        if visible > 0 && gap < self.apart.len() {
            self.written.truncate(visible);
            self.written.push_str(self.apart);
        }
        self.written.push_str(text);
    }
}

/// Lines of a list or of a table: those that stay neighbours keep what lies between them.
pub(super) fn lines(source: &str, origins: &[Origin], own: Source, written: &[Written]) -> String {
    let parts = &origins[own].parts;
    let known: HashMap<Source, usize> = parts.iter().copied().zip(0..).collect();
    let mut text = String::new();
    let mut last: Option<usize> = None;
    for (index, (old, line)) in written.iter().enumerate() {
        let here = old.and_then(|old| known.get(&old).copied());
        let follows = matches!((last, here), (Some(last), Some(here)) if last + 1 == here);
        if let (true, Some(here)) = (follows, here) {
            let between = origins[parts[here - 1]].whole.end..origins[parts[here]].whole.start;
            text.push_str(source.get(between).unwrap_or("\n"));
        } else if index > 0 {
            text.push('\n');
        }
        text.push_str(line);
        last = here;
    }
    text
}
