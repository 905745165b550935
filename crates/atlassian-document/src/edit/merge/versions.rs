//! Three versions of a sequence: as it was, as somebody else left it, and as it was edited.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::edit::alike::{Bag, Bags};
use crate::edit::part::key;
use crate::edit::sequence::{Step, align};

/// What became of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Became {
    pub(super) place: usize,
    pub(super) is_same: bool,
}

/// What the likeness of an element is measured by.
type Measure<'a, T> = &'a dyn Fn(&T) -> Bag;

/// What became of every element of the old sequence in a new one; none where it has gone.
pub(super) fn fates<T: Hash>(old: &[T], new: &[T], measure: Measure<'_, T>) -> Vec<Option<Became>> {
    let keys = |list: &[T]| -> Vec<u64> { list.iter().map(key).collect() };
    let olds = Bags::new(old.len(), |i| measure(&old[i]));
    let news = Bags::new(new.len(), |j| measure(&new[j]));
    let alike = |i: usize, j: usize| olds.get(i).likeness(news.get(j));
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
pub(super) struct Versions<'a, T> {
    before: &'a [T],
    now: &'a [T],
    edited: &'a [T],
    /// What became of every old element in each of the two.
    theirs: Vec<Option<Became>>,
    mine: Vec<Option<Became>>,
}

impl<'a, T: Clone + Eq + Hash> Versions<'a, T> {
    pub(super) fn new([before, now, edited]: [&'a [T]; 3], measure: Measure<'_, T>) -> Self {
        Self {
            before,
            now,
            edited,
            theirs: fates(before, now, measure),
            mine: fates(before, edited, measure),
        }
    }

    /// The edited sequence with what somebody else changed, took away and added. `both` decides about an
    /// element that both changed: as it was, as it is now, as it was edited. Where it `follows` moves, what is new and
    /// was an old element is that one.
    pub(super) fn together(&self, follows: bool, both: &dyn Fn([&T; 3]) -> Vec<T>) -> Vec<T> {
        let mut added = self.added();
        let mut moved = HashMap::new();
        if follows {
            self.leave_moved(&mut added);
            moved = self.moved();
        }
        let mut merged = added.remove(&None).unwrap_or_default();
        let sources = sources(&self.mine, self.edited.len());
        for (place, element) in self.edited.iter().enumerate() {
            let Some(old) = sources[place] else {
                let now = moved.get(&place).and_then(|old| self.theirs[*old]);
                let now = now.map_or(element, |theirs| &self.now[theirs.place]);
                merged.push(now.clone());
                continue;
            };
            let is_mine = self.mine[old].is_some_and(|mine| !mine.is_same);
            match (is_mine, self.theirs[old]) {
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

    /// The old elements that have gone and are new elsewhere in the edit, by their places there.
    fn moved(&self) -> HashMap<usize, usize> {
        let mut gone: HashMap<&T, Vec<usize>> = HashMap::new();
        for old in (0..self.before.len()).rev() {
            if self.mine[old].is_none() {
                gone.entry(&self.before[old]).or_default().push(old);
            }
        }
        let sources = sources(&self.mine, self.edited.len());
        let new = sources.iter().zip(self.edited).enumerate();
        let new = new.filter(|(_, (source, _))| source.is_none());
        new.filter_map(|(place, (_, element))| Some((place, gone.get_mut(element)?.pop()?)))
            .collect()
    }

    /// What somebody else moved stands where the edit has it, unless the edit left it alone.
    fn leave_moved(&self, added: &mut HashMap<Option<usize>, Vec<T>>) {
        let is_same = |fate: &Option<Became>| fate.is_some_and(|became| became.is_same);
        let mut moved: HashMap<&T, usize> = HashMap::new();
        let fates = self.theirs.iter().zip(&self.mine);
        for (element, (theirs, mine)) in self.before.iter().zip(fates) {
            if !is_same(theirs) && !is_same(mine) {
                *moved.entry(element).or_default() += 1;
            }
        }
        for elements in added.values_mut() {
            elements.retain(|element| match moved.get_mut(element) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            });
        }
    }

    /// What somebody else added, by the old element behind which it is to stand; that one is still there. What
    /// both added in one place stands there once.
    fn added(&self) -> HashMap<Option<usize>, Vec<T>> {
        let mut last = None;
        let behind = self.mine.iter().enumerate().map(|(old, fate)| {
            last = fate.map(|_| old).or(last);
            last
        });
        let behind: Vec<Option<usize>> = behind.collect();
        let mut own = new_ones(self.edited, &self.mine, &behind);
        let mut added = new_ones(self.now, &self.theirs, &behind);
        for (place, elements) in &mut added {
            let own = own.remove(place).unwrap_or_default();
            let own: HashSet<T> = own.into_iter().collect();
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

/// The elements of a sequence that are new, by the last old element before them that is still there: that
/// one is known for every old element.
fn new_ones<T: Clone>(
    sequence: &[T],
    fates: &[Option<Became>],
    still_there: &[Option<usize>],
) -> HashMap<Option<usize>, Vec<T>> {
    let mut found: HashMap<Option<usize>, Vec<T>> = HashMap::new();
    let mut behind: Option<usize> = None;
    let sources = sources(fates, sequence.len());
    for (source, element) in sources.into_iter().zip(sequence) {
        if let Some(old) = source {
            behind = Some(old);
            continue;
        }
        let there = behind.and_then(|old| still_there[old]);
        found.entry(there).or_default().push(element.clone());
    }
    found
}
