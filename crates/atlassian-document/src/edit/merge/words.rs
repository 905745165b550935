//! Running text that two changed: word by word, each with its marks, so that none is torn.

use std::ops::Range;

use crate::edit::part::key;
use crate::edit::sequence::common;
use crate::tree::Inline;

/// The text with the words of both; where both changed the same ones, those of the edit. Not in normal form.
pub(super) fn together(texts: [&[Inline]; 3]) -> Vec<Inline> {
    let [old, now, edited] = texts.map(words);
    let [theirs, mine] = [&now, &edited].map(|new| changes(&old, new));
    let mut merged = Vec::new();
    let (mut at, mut i, mut j) = (0, 0, 0);
    while i < theirs.len() || j < mine.len() {
        let next = [theirs.get(i), mine.get(j)].into_iter().flatten();
        let start = next.map(|change| change.old.start).min().unwrap_or(at);
        let (first, own) = (i, j);
        // What was added between two words is no change of the word behind it.
        let is_added = |change: &Change| change.old == (start..start);
        i += usize::from(theirs.get(i).is_some_and(is_added));
        j += usize::from(mine.get(j).is_some_and(is_added));
        let is_addition = (first, own) != (i, j);
        let mut end = start + usize::from(!is_addition);
        // What overlaps belongs together.
        loop {
            let belongs = |change: &&Change| change.old.start < end;
            if let Some(change) = mine.get(j).filter(belongs) {
                (end, j) = (end.max(change.old.end), j + 1);
            } else if let Some(change) = theirs.get(i).filter(belongs) {
                (end, i) = (end.max(change.old.end), i + 1);
            } else {
                break;
            }
        }
        merged.extend_from_slice(&old[at..start]);
        let theirs = made(&old, &now, &theirs[first..i], start..end);
        let mine = made(&old, &edited, &mine[own..j], start..end);
        if own == j {
            merged.extend(theirs);
        } else if start == end && first < i && theirs != mine {
            // Both added something.
            merged.extend(mine);
            merged.extend(theirs);
        } else {
            merged.extend(mine);
        }
        at = end;
    }
    merged.extend_from_slice(&old[at..]);
    merged
}

/// A stretch of the old words, and the new words that stand there.
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// What a version changed.
fn changes(old: &[Inline], new: &[Inline]) -> Vec<Change> {
    let keys = |words: &[Inline]| -> Vec<u64> { words.iter().map(key).collect() };
    let mut changes = Vec::new();
    let mut from = (0, 0);
    let same = common(&keys(old), &keys(new)).into_iter();
    for (i, j) in same.chain([(old.len(), new.len())]) {
        if from != (i, j) {
            changes.push(Change {
                old: from.0..i,
                new: from.1..j,
            });
        }
        from = (i + 1, j + 1);
    }
    changes
}

/// What a version made of a stretch of the old words.
fn made(old: &[Inline], new: &[Inline], changes: &[Change], stretch: Range<usize>) -> Vec<Inline> {
    let mut made = Vec::new();
    let mut at = stretch.start;
    for change in changes {
        made.extend_from_slice(&old[at..change.old.start]);
        made.extend_from_slice(&new[change.new.clone()]);
        at = change.old.end;
    }
    made.extend_from_slice(&old[at..stretch.end]);
    made
}

/// A text in words, white space, and every other sign on its own.
fn words(text: &[Inline]) -> Vec<Inline> {
    let mut words = Vec::new();
    for inline in text {
        let (Inline::Text { text, style } | Inline::Code { text, style }) = inline else {
            words.push(inline.clone());
            continue;
        };
        let is_code = matches!(inline, Inline::Code { .. });
        let class = |c: char| (c.is_alphanumeric(), c.is_whitespace());
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let end = match class(first) {
                (false, false) => None,
                own => rest.find(|c| class(c) != own).or(Some(rest.len())),
            };
            let (word, behind) = rest.split_at(end.unwrap_or(first.len_utf8()));
            let (text, style) = (word.to_owned(), style.clone());
            words.push(if is_code {
                Inline::Code { text, style }
            } else {
                Inline::Text { text, style }
            });
            rest = behind;
        }
    }
    words
}
