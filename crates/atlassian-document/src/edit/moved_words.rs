//! Words that stand elsewhere in an edited text.

use std::collections::{HashMap, HashSet};

use super::sign::{Sign, Signs};
use super::text::Words;

/// Words that stand elsewhere now, by the places of their signs, and the units that each was: what is hidden goes with it,
/// and nothing that is hidden in another word comes to it.
pub(super) fn moved_words(
    seen: &[usize],
    new: &Signs,
    origin: &[Option<usize>],
    olds: &Words,
    news: &Words,
) -> HashMap<usize, usize> {
    let stays: HashSet<usize> = origin.iter().flatten().copied().collect();
    let mut left: HashMap<u64, Vec<usize>> = HashMap::new();
    for (word, bounds) in olds.starts.windows(2).enumerate().rev() {
        let mut units = (bounds[0]..bounds[1]).filter_map(|at| seen.get(at));
        if units.all(|unit| !stays.contains(unit)) {
            left.entry(olds.keys[word]).or_default().push(bounds[0]);
        }
    }
    let mut moved = HashMap::new();
    for (word, bounds) in news.starts.windows(2).enumerate() {
        let is_word = matches!(new.get(bounds[0]), Some((Sign::Char(c) | Sign::Code(c), _)) if c.is_alphanumeric());
        let is_new = origin[bounds[0]..bounds[1]].iter().all(Option::is_none);
        let found = left.get_mut(&news.keys[word]).filter(|_| is_word && is_new);
        if let Some(from) = found.and_then(Vec::pop)
            && let Some(unit) = seen.get(from)
        {
            moved.extend((bounds[0]..bounds[1]).map(|place| (place, *unit)));
        }
    }
    moved
}
