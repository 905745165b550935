//! Two changes of one text brought together: one's own, and what somebody else made of it meanwhile.
//!
//! Where only one of them changed something, that change stands; what was added stays, whoever added it.
//! Where both changed the same words, one's own change stands.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::Hash;

use super::alike;
use super::part::key;
use super::sequence::{Step, align, common};
use crate::markdown;
use crate::tree::Block;

/// `edited`, which was made from `before`, with what `now` has of somebody else.
pub(crate) fn merged(before: &str, now: &str, edited: &str) -> String {
    let [old, theirs, mine] = [before, now, edited].map(markdown::read);
    if old == theirs {
        return edited.to_owned();
    }
    let likeness = |one: &Block, other: &Block| {
        let one = std::slice::from_ref(one);
        alike::blocks(one, std::slice::from_ref(other))
    };
    let versions = Versions {
        before: &old,
        now: &theirs,
        edited: &mine,
    };
    markdown::write(&versions.together(&likeness, &both_blocks))
}

/// A block that both changed: line by line, so that entries of lists and rows of tables stay.
fn both_blocks(blocks: [&Block; 3]) -> Vec<Block> {
    let lines = blocks.map(|block| {
        let text = markdown::write(std::slice::from_ref(block));
        text.split('\n').map(str::to_owned).collect::<Vec<String>>()
    });
    let versions = Versions {
        before: &lines[0],
        now: &lines[1],
        edited: &lines[2],
    };
    let lines = versions.together(&words_alike, &|lines| vec![both_lines(lines)]);
    markdown::read(&lines.join("\n"))
}

/// A line that both changed: word by word where they changed different words, else one's own.
fn both_lines(lines: [&String; 3]) -> String {
    let words = lines.map(|line| {
        let words = line.split_inclusive(' ').map(str::to_owned);
        words.collect::<Vec<String>>()
    });
    let versions = Versions {
        before: &words[0],
        now: &words[1],
        edited: &words[2],
    };
    let apart = Cell::new(true);
    let merged = versions.together(&|_, _| 0.0, &|words| {
        apart.set(false);
        vec![words[2].clone()]
    });
    if apart.get() {
        merged.concat()
    } else {
        lines[2].clone()
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a measure of likeness need not be exact"
)]
fn words_alike(one: &String, other: &String) -> f32 {
    let words = |line: &String| -> Vec<u64> {
        let words = line.split_whitespace();
        words.map(|word| key(&word)).collect()
    };
    let (one, other) = (words(one), words(other));
    let both = common(&one, &other).len();
    2.0 * both as f32 / (one.len() + other.len()).max(1) as f32
}

/// What became of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Became {
    place: usize,
    is_same: bool,
}

/// What became of every element of the old sequence in a new one; none where it has gone.
fn fates<T: Hash>(old: &[T], new: &[T], likeness: &dyn Fn(&T, &T) -> f32) -> Vec<Option<Became>> {
    let keys = |list: &[T]| -> Vec<u64> { list.iter().map(key).collect() };
    let alike = |i: usize, j: usize| likeness(&old[i], &new[j]);
    let (steps, _) = align(&keys(old), &keys(new), false, &alike);
    let mut fates = vec![None; old.len()];
    let mut pairs = Vec::new();
    for step in steps {
        let (old, place, is_same) = match step {
            Step::Same(old, place) => (old, place, true),
            Step::Changed(old, place) => (old, place, false),
            Step::New(_) => continue,
        };
        fates[old] = Some(Became { place, is_same });
        pairs.push((old, place));
    }
    // Between what is known, something new stands in the place of something that has gone.
    let mut from = (0, 0);
    for (i, j) in pairs.into_iter().chain([(old.len(), new.len())]) {
        for (old, place) in (from.0..i).zip(from.1..j) {
            let is_same = false;
            fates[old] = Some(Became { place, is_same });
        }
        from = (i + 1, j + 1);
    }
    fates
}

/// One sequence as it was, as somebody else has made it, and as it was edited.
struct Versions<'a, T> {
    before: &'a [T],
    now: &'a [T],
    edited: &'a [T],
}

impl<T: Clone + Eq + Hash> Versions<'_, T> {
    /// The edited sequence with what somebody else changed, took away and added. `both` decides about an
    /// element that both changed: as it was, as it is now, as it was edited.
    fn together(
        &self,
        likeness: &dyn Fn(&T, &T) -> f32,
        both: &dyn Fn([&T; 3]) -> Vec<T>,
    ) -> Vec<T> {
        let theirs = fates(self.before, self.now, likeness);
        let mine = fates(self.before, self.edited, likeness);
        let mut added = self.added(&theirs, &mine);
        let mut merged = added.remove(&None).unwrap_or_default();
        let sources = sources(&mine, self.edited.len());
        for (place, element) in self.edited.iter().enumerate() {
            let Some(old) = sources[place] else {
                merged.push(element.clone());
                continue;
            };
            let is_mine = mine[old].is_some_and(|mine| !mine.is_same);
            match (is_mine, theirs[old]) {
                (true, Some(theirs)) if !theirs.is_same => {
                    let now = &self.now[theirs.place];
                    if now == element {
                        merged.push(element.clone());
                    } else {
                        merged.extend(both([&self.before[old], now, element]));
                    }
                }
                (false, Some(theirs)) => merged.push(self.now[theirs.place].clone()),
                (false, None) => {}
                (true, _) => merged.push(element.clone()),
            }
            merged.extend(added.remove(&Some(old)).unwrap_or_default());
        }
        merged
    }

    /// What somebody else added, by the old element behind which it is to stand; that one is still there. What
    /// both added in one place stands there once.
    fn added(
        &self,
        theirs: &[Option<Became>],
        mine: &[Option<Became>],
    ) -> HashMap<Option<usize>, Vec<T>> {
        let is_there = |old: &usize| mine[*old].is_some();
        let mut own = new_ones(self.edited, mine, &is_there);
        let mut added = new_ones(self.now, theirs, &is_there);
        for (place, elements) in &mut added {
            let own = own.remove(place).unwrap_or_default();
            elements.retain(|element| !own.contains(element));
        }
        added
    }
}

/// For every element of a new sequence the old one that became it.
fn sources(fates: &[Option<Became>], length: usize) -> Vec<Option<usize>> {
    let mut sources = vec![None; length];
    for (old, became) in fates.iter().enumerate() {
        if let Some(became) = became {
            sources[became.place] = Some(old);
        }
    }
    sources
}

/// The elements of a sequence that are new, by the last old element before them that `is_there`.
fn new_ones<T: Clone>(
    sequence: &[T],
    fates: &[Option<Became>],
    is_there: &dyn Fn(&usize) -> bool,
) -> HashMap<Option<usize>, Vec<T>> {
    let mut found: HashMap<Option<usize>, Vec<T>> = HashMap::new();
    let mut behind = None;
    let sources = sources(fates, sequence.len());
    for (source, element) in sources.into_iter().zip(sequence) {
        if let Some(old) = source {
            behind = Some(old);
            continue;
        }
        let there = behind.and_then(|old| (0..=old).rev().find(is_there));
        found.entry(there).or_default().push(element.clone());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn changes_in_different_places_both_stand() {
        let before = "# Plan\n\none\n\ntwo\n\nthree";
        let now = "# Plan\n\none\n\nnew\n\n2\n\nthree\n\nfour";
        assert_eq!(
            merged(before, now, &before.replace("one", "1")),
            "# Plan\n\n1\n\nnew\n\n2\n\nthree\n\nfour"
        );
        assert_eq!(merged(before, now, before), now);
        assert_eq!(merged(before, before, "other"), "other");
        assert_eq!(merged(before, now, now), now);
    }

    #[test]
    fn what_one_took_away_is_gone_and_what_both_changed_is_ones_own() {
        assert_eq!(merged("a\n\nb\n\nc", "a\n\nc", "A\n\nb\n\nc"), "A\n\nc");
        assert_eq!(merged("a\n\nb\n\nc", "a\n\nB\n\nc", "a\n\nc"), "a\n\nc");
        assert_eq!(merged("one", "theirs", "mine"), "mine");
        assert_eq!(
            merged("one", "theirs\n\nand more", "mine"),
            "mine\n\nand more"
        );
        assert_eq!(
            merged("one\n\ntwo", "one\n\nbetween\n\ntwo", "x\n\ny"),
            "x\n\nbetween\n\ny"
        );
        assert_eq!(merged("", "theirs", "mine"), "theirs\n\nmine");
    }

    #[test]
    fn entries_rows_and_words_of_one_block_stand_beside_each_other() {
        assert_eq!(
            merged("- a\n- b", "- a\n- b\n- c", "- a\n- B"),
            "- a\n- B\n- c"
        );
        let table = |rows: &str| format!("| n |\n| --- |\n{rows}");
        assert_eq!(
            merged(
                &table("| 1 |\n| 2 |"),
                &table("| 1 |\n| 2 |\n| 3 |"),
                &table("| one |\n| 2 |")
            ),
            table("| one |\n| 2 |\n| 3 |")
        );
        assert_eq!(
            merged(
                "The quick brown fox",
                "The quick brown dog",
                "The slow brown fox"
            ),
            "The slow brown dog"
        );
        assert_eq!(
            merged("The quick fox", "The rapid fox", "The slow fox"),
            "The slow fox"
        );
    }

    #[test]
    fn placeholders_are_moved_as_words_are() {
        let before = "x\n\n[status](keep:status-0a1b2c3d)\n\nb";
        assert_eq!(
            merged(before, &format!("{before}\n\nc"), &before.replace('x', "X")),
            format!("{}\n\nc", before.replace('x', "X"))
        );
    }
}
