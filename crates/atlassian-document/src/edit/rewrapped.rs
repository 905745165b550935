//! Gives the signs of a source other hidden marks: tags around them go and come, and nothing else changes.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::hidden::{Carried, Mark, Marks, Stretch};
use super::part::key;
use super::weave::{Effect, Text};

/// How each mark begins and ends in the source.
pub(crate) type Tags = HashMap<Mark, (String, String)>;

/// The running texts of a source with their hidden marks; what each mark is goes into `tags`.
pub(crate) fn stretches(source: &str, texts: &[&Text], tags: &mut Tags) -> Vec<Stretch> {
    let of = |range: &Range<usize>| source.get(range.clone()).unwrap_or_default();
    let mut found = Vec::with_capacity(texts.len());
    for text in texts {
        let marks = marks(source, text);
        for (mark, wrapper) in marks.iter().zip(&text.wrappers) {
            if let Some(mark) = mark {
                let own = || (of(&wrapper.open).to_owned(), of(&wrapper.close).to_owned());
                tags.entry(*mark).or_insert_with(own);
            }
        }
        let mut stretch = Stretch::default();
        let mut last: (&[usize], Marks) = (&[], Arc::from([]));
        for (unit, chain) in text.units.iter().zip(&text.chains) {
            if last.0 != chain.as_slice() {
                last = (chain, chain.iter().filter_map(|at| marks[*at]).collect());
            }
            stretch.push(unit.sign.clone(), last.1.clone());
        }
        found.push(stretch);
    }
    found
}

/// The mark that every wrapper of a text is, if it is hidden.
fn marks(source: &str, text: &Text) -> Vec<Option<Mark>> {
    let marks = text.wrappers.iter().map(|wrapper| {
        let open = source.get(wrapper.open.clone()).unwrap_or_default();
        (wrapper.effect == Effect::Hidden).then(|| Mark {
            key: key(&open),
            is_comment: open.starts_with("<ac:inline-comment-marker"),
        })
    });
    marks.collect()
}

/// The source with the marks that its signs are to have.
pub(crate) fn rewrapped(
    source: &str,
    texts: &[&Text],
    new: &[Stretch],
    carried: &Carried,
    tags: &Tags,
) -> String {
    let mut changes = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        if carried.changes(new, place) {
            Rewrapper::new(source, text, &carried.wanted[place], tags).rewrap(&mut changes);
        }
    }
    // Where one ends and another begins, the end stands first.
    changes.sort_by_key(|(range, order, _)| (range.start, *order));
    let mut written = String::with_capacity(source.len());
    let mut from = 0;
    for (range, _, tag) in changes {
        written.push_str(source.get(from..range.start.max(from)).unwrap_or_default());
        written.push_str(&tag);
        from = range.end.max(from);
    }
    written.push_str(source.get(from..).unwrap_or_default());
    written
}

/// What stands in the place of a stretch of the source, and its order among those that begin there.
type Change = (Range<usize>, u8, String);

struct Rewrapper<'t> {
    text: &'t Text,
    wanted: Vec<Marks>,
    tags: &'t Tags,
    /// The mark of every wrapper that is hidden.
    marks: Vec<Option<Mark>>,
    /// For every wrapper the first unit in it, and the one behind the last.
    extents: Vec<Range<usize>>,
}

impl<'t> Rewrapper<'t> {
    fn new(source: &str, text: &'t Text, wanted: &[Marks], tags: &'t Tags) -> Self {
        let mut extents = vec![0..0; text.wrappers.len()];
        for (unit, chain) in text.chains.iter().enumerate() {
            for at in chain {
                let own = &mut extents[*at];
                own.start = if own.end == 0 { unit } else { own.start };
                own.end = unit + 1;
            }
        }
        let mut wanted = wanted.to_vec();
        for unit in 1..wanted.len() {
            // Several signs may show one thing.
            if text.spans[unit] == text.spans[unit - 1] {
                wanted[unit] = wanted[unit - 1].clone();
            }
        }
        Self {
            text,
            wanted,
            tags,
            marks: marks(source, text),
            extents,
        }
    }

    fn rewrap(&self, changes: &mut Vec<Change>) {
        let mut stays = vec![true; self.text.wrappers.len()];
        for (at, wrapper) in self.text.wrappers.iter().enumerate() {
            let Some(mark) = self.marks[at] else { continue };
            let mut units = self.extents[at].clone();
            if units.any(|unit| !self.wanted[unit].contains(&mark)) {
                stays[at] = false;
                changes.push((wrapper.open.clone(), 1, String::new()));
                changes.push((wrapper.close.clone(), 1, String::new()));
            }
        }
        let missing = |unit: usize| -> Vec<Mark> {
            let has = self.text.chains[unit].iter().filter(|at| stays[**at]);
            let has: Vec<Mark> = has.filter_map(|at| self.marks[*at]).collect();
            let wanted = self.wanted[unit].iter().copied();
            wanted.filter(|mark| !has.contains(mark)).collect()
        };
        let missing: Vec<Vec<Mark>> = (0..self.wanted.len()).map(missing).collect();
        let mut from = 0;
        for same in missing.chunk_by(|one, other| one == other) {
            let units = from..from + same.len();
            from = units.end;
            if !same[0].is_empty() {
                self.wrap(units, &same[0], changes);
            }
        }
    }

    /// Whether a wrapper holds a part of some units, and others beside them; where it parts them.
    fn parts(&self, units: &Range<usize>) -> Option<usize> {
        let (first, last) = (units.start, units.end - 1);
        let ends = self.text.chains[first].iter().map(|at| &self.extents[*at]);
        let mut ends = ends.filter(|own| own.start < units.start && own.end < units.end);
        let begins = self.text.chains[last].iter().map(|at| &self.extents[*at]);
        let mut begins = begins.filter(|own| own.start > units.start && own.end > units.end);
        let end = ends.next().map(|own| own.end);
        end.or_else(|| begins.next().map(|own| own.start))
    }

    fn wrap(&self, units: Range<usize>, marks: &[Mark], changes: &mut Vec<Change>) {
        let mut open = vec![units];
        while let Some(units) = open.pop() {
            if let Some(at) = self.parts(&units) {
                open.extend([units.start..at, at..units.end]);
                continue;
            }
            let is_inside = |at: &&usize| {
                let own = &self.extents[**at];
                own.start >= units.start && own.end <= units.end
            };
            let [first, last] = [units.start, units.end - 1].map(|unit| {
                let around = self.text.chains[unit].iter().find(is_inside);
                let wrapper = around.map(|at| &self.text.wrappers[*at]);
                let span = &self.text.spans[unit];
                wrapper.map_or(span.clone(), |own| own.open.start..own.close.end)
            });
            // No tag stands in literal text.
            let is_literal = |at: &usize| self.text.wrappers[*at].effect == Effect::Literal;
            let around = self.text.chains[units.start].iter();
            if around.filter(|at| !is_inside(at)).any(is_literal) {
                continue;
            }
            let tags: Vec<&(String, String)> = marks
                .iter()
                .filter_map(|mark| self.tags.get(mark))
                .collect();
            let opens = tags.iter().map(|(open, _)| open.as_str()).collect();
            let closes = tags.iter().rev().map(|(_, close)| close.as_str()).collect();
            changes.push((first.start..first.start, 2, opens));
            changes.push((last.end..last.end, 0, closes));
        }
    }
}
