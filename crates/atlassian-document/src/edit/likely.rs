//! Pairs texts by the rare words that they share, with work that grows as the texts do.

use std::collections::HashMap;

use super::alike::Bag;
use super::sequence::MUCH_ALIKE;

/// A word that stands in more texts than these tells none apart.
const MOST_HOLDERS: usize = 64;

/// With how many others a text is compared as a whole.
const COMPARED: usize = 8;

/// Which texts each word stands in, by their numbers.
struct Index(HashMap<u64, Vec<usize>>);

impl Index {
    fn of(texts: &[Bag]) -> Self {
        let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
        for (number, text) in texts.iter().enumerate() {
            for word in text.words() {
                let holders = holders.entry(word).or_default();
                if holders.len() <= MOST_HOLDERS {
                    holders.push(number);
                }
            }
        }
        Self(holders)
    }

    /// The texts with the most words of another, of those that are rare.
    fn nearest(&self, text: &Bag) -> Vec<usize> {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for word in text.words() {
            let holders = self.0.get(&word).map(Vec::as_slice).unwrap_or_default();
            if holders.len() <= MOST_HOLDERS {
                for holder in holders {
                    *shared.entry(*holder).or_default() += 1;
                }
            }
        }
        let mut nearest: Vec<(usize, usize)> = shared.into_iter().collect();
        nearest.sort_unstable_by_key(|(number, count)| (usize::MAX - count, *number));
        let nearest = nearest.into_iter().take(COMPARED);
        nearest.map(|(number, _)| number).collect()
    }
}

/// Old and new texts that are much alike and may become each other, those that share the most words first. A text may
/// stand in several pairs.
pub(super) fn pairs(
    old: &[Bag],
    new: &[Bag],
    may: &dyn Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let index = Index::of(new);
    let mut alike: Vec<(u32, f32, usize, usize)> = Vec::new();
    for (i, text) in old.iter().enumerate() {
        for j in index.nearest(text) {
            let likeness = text.likeness(&new[j]);
            if likeness >= MUCH_ALIKE && may(i, j) {
                alike.push((text.shared(&new[j]), likeness, i, j));
            }
        }
    }
    alike.sort_by(|one, other| {
        let by_words = other.0.cmp(&one.0);
        by_words.then(other.1.total_cmp(&one.1))
    });
    alike.into_iter().map(|(_, _, i, j)| (i, j)).collect()
}

/// The first of some named texts of which half the words stand in one of the others.
pub(super) fn first_within(named: &[(String, Bag)], others: &[Bag]) -> Option<String> {
    let index = Index::of(others);
    let is_within = |text: &Bag| {
        let nearest = index.nearest(text);
        let shared = nearest
            .into_iter()
            .map(|number| text.shared(&others[number]));
        shared
            .max()
            .is_some_and(|most| most > 0 && most * 2 >= text.count())
    };
    let found = named.iter().find(|(_, text)| is_within(text));
    found.map(|(name, _)| name.clone())
}
