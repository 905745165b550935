//! Finds what two sequences have in common: what stayed, what moved, what was changed in its place.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::alike::ALIKE;

/// How large a table may become that compares everything with everything.
const LARGEST_TABLE: usize = 1 << 20;

/// From this likeness on something elsewhere is the same thing, changed.
pub(super) const MUCH_ALIKE: f32 = 0.5;

/// One step on the way from the old sequence to the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An old element stands here, unchanged.
    Same(usize, usize),
    /// An old element became this new one.
    Changed(usize, usize),
    /// Something new.
    New(usize),
}

/// How alike an old and a new element are, from 0 for "another thing" to 1.
pub(crate) type Likeness<'a> = &'a dyn Fn(usize, usize) -> f32;

/// How far a twin is looked for: a thousand lines that read alike are not compared with each other.
const FAR: usize = 256;

/// Leads from the old sequence to the new one, in the order of the new one; gives the old elements that
/// have no place in it, too. With `moves` an element may stand before one that it followed.
pub(crate) fn align(
    old: &[u64],
    new: &[u64],
    moves: bool,
    likeness: Likeness<'_>,
) -> (Vec<Step>, Vec<usize>) {
    let mut of_new: Vec<Option<Step>> = vec![None; new.len()];
    let mut old_is_free = vec![true; old.len()];
    let anchors = common(old, new);
    for (i, j) in &anchors {
        of_new[*j] = Some(Step::Same(*i, *j));
        old_is_free[*i] = false;
    }
    if moves {
        let mut free: HashMap<u64, Vec<usize>> = HashMap::new();
        for (i, key) in old
            .iter()
            .enumerate()
            .rev()
            .filter(|(i, _)| old_is_free[*i])
        {
            free.entry(*key).or_default().push(i);
        }
        for (j, key) in new.iter().enumerate() {
            if of_new[j].is_none()
                && let Some(i) = free.get_mut(key).and_then(Vec::pop)
            {
                of_new[j] = Some(Step::Same(i, j));
                old_is_free[i] = false;
            }
        }
    }
    let mut from = (0, 0);
    for (i, j) in anchors.into_iter().chain([(old.len(), new.len())]) {
        let olds: Vec<usize> = (from.0..i).filter(|i| old_is_free[*i]).collect();
        let news: Vec<usize> = (from.1..j).filter(|j| of_new[*j].is_none()).collect();
        for (i, j) in changed(&olds, &news, likeness) {
            of_new[j] = Some(Step::Changed(i, j));
            old_is_free[i] = false;
        }
        from = (i + 1, j + 1);
    }
    if moves {
        for (i, j) in elsewhere(&old_is_free, &of_new, likeness) {
            of_new[j] = Some(Step::Changed(i, j));
            old_is_free[i] = false;
        }
    }
    let steps = of_new.into_iter().enumerate();
    let steps = steps.map(|(j, step)| step.unwrap_or(Step::New(j)));
    let gone = (0..old.len()).filter(|i| old_is_free[*i]);
    (steps.collect(), gone.collect())
}

/// Pairs what is left by its words, the most alike first: what changed its place and a word is the same thing.
fn elsewhere(
    old_is_free: &[bool],
    of_new: &[Option<Step>],
    likeness: Likeness<'_>,
) -> Vec<(usize, usize)> {
    let olds = (0..old_is_free.len()).filter(|i| old_is_free[*i]);
    let olds: Vec<usize> = olds.collect();
    let news = (0..of_new.len()).filter(|j| of_new[*j].is_none());
    let news: Vec<usize> = news.collect();
    if olds.len().saturating_mul(news.len()) > LARGEST_TABLE / 16 {
        return Vec::new();
    }
    let mut alike: Vec<(f32, usize, usize)> = Vec::new();
    for i in olds {
        let scores = news.iter().map(|j| (likeness(i, *j), i, *j));
        alike.extend(scores.filter(|(score, ..)| *score >= MUCH_ALIKE));
    }
    alike.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut old_is_taken, mut new_is_taken) = (HashSet::new(), HashSet::new());
    let mut pairs = Vec::new();
    for (_, i, j) in alike {
        if !old_is_taken.contains(&i) && new_is_taken.insert(j) {
            old_is_taken.insert(i);
            pairs.push((i, j));
        }
    }
    pairs
}

/// An old element that went although another stayed that reads the same and is not: between two that nothing
/// else tells apart, the edit does not say which one it means.
pub(crate) fn doubtful(
    old: &[u64],
    natures: &[u64],
    steps: &[Step],
    gone: &[usize],
) -> Option<usize> {
    let mut stays = vec![false; old.len()];
    for step in steps {
        if let Step::Same(i, _) | Step::Changed(i, _) = step {
            stays[*i] = true;
        }
    }
    let is_twin = |one: usize, other: usize| old[one] == old[other] && stays[other];
    let differs = |index: usize, others: &mut dyn Iterator<Item = usize>| {
        let reachable = others
            .take(FAR)
            .take_while(|other| !stays[*other] || old[*other] == old[index]);
        let mut reachable = reachable;
        reachable.any(|other| is_twin(index, other) && natures[other] != natures[index])
    };
    let in_doubt = |index: &&usize| {
        differs(**index, &mut (0..**index).rev()) || differs(**index, &mut (**index + 1..old.len()))
    };
    gone.iter().find(in_doubt).copied()
}

/// The longest way through both sequences on which they are equal, as pairs of places.
pub(crate) fn common(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    common_within(old, new, (0..old.len(), 0..new.len()), &mut pairs);
    pairs
}

fn common_within(
    old: &[u64],
    new: &[u64],
    (mut a, mut b): (Range<usize>, Range<usize>),
    pairs: &mut Vec<(usize, usize)>,
) {
    while !a.is_empty() && !b.is_empty() && old[a.start] == new[b.start] {
        pairs.push((a.start, b.start));
        (a.start, b.start) = (a.start + 1, b.start + 1);
    }
    let mut tail = Vec::new();
    while !a.is_empty() && !b.is_empty() && old[a.end - 1] == new[b.end - 1] {
        (a.end, b.end) = (a.end - 1, b.end - 1);
        tail.push((a.end, b.end));
    }
    if a.len().saturating_mul(b.len()) <= LARGEST_TABLE {
        by_table(old, new, (a, b), pairs);
    } else {
        // What stands once on both sides divides a long sequence into short ones.
        let anchors = unique_in_both(old, new, &a, &b);
        let mut from = (a.start, b.start);
        let is_cut = !anchors.is_empty();
        for (i, j) in anchors.into_iter().chain(is_cut.then_some((a.end, b.end))) {
            common_within(old, new, (from.0..i, from.1..j), pairs);
            if i < a.end {
                pairs.push((i, j));
            }
            from = (i + 1, j + 1);
        }
    }
    pairs.extend(tail.into_iter().rev());
}

/// The textbook's table of longest common subsequences.
fn by_table(
    old: &[u64],
    new: &[u64],
    (a, b): (Range<usize>, Range<usize>),
    pairs: &mut Vec<(usize, usize)>,
) {
    let width = b.len() + 1;
    let mut table = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i * width + j] = if old[a.start + i] == new[b.start + j] {
                table[(i + 1) * width + j + 1] + 1
            } else {
                table[(i + 1) * width + j].max(table[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if old[a.start + i] == new[b.start + j] {
            pairs.push((a.start + i, b.start + j));
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
}

/// Elements that stand once in each stretch, as long as they are in the same order in both.
fn unique_in_both(
    old: &[u64],
    new: &[u64],
    a: &Range<usize>,
    b: &Range<usize>,
) -> Vec<(usize, usize)> {
    let mut places: HashMap<u64, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for i in a.clone() {
        places.entry(old[i]).or_default().0.push(i);
    }
    for j in b.clone() {
        places.entry(new[j]).or_default().1.push(j);
    }
    let mut pairs: Vec<(usize, usize)> = places
        .into_values()
        .filter_map(|(olds, news)| match (olds.as_slice(), news.as_slice()) {
            ([i], [j]) => Some((*i, *j)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    rising(&pairs)
}

/// The longest run of pairs that rise on both sides (patience sorting).
pub(crate) fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut piles: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, j)) in pairs.iter().enumerate() {
        let pile = piles.partition_point(|top| pairs[*top].1 < *j);
        before.push(pile.checked_sub(1).map(|below| piles[below]));
        match piles.get_mut(pile) {
            Some(top) => *top = index,
            None => piles.push(index),
        }
    }
    let mut run = Vec::new();
    let mut at = piles.last().copied();
    while let Some(index) = at {
        run.push(pairs[index]);
        at = before[index];
    }
    run.reverse();
    run
}

/// Pairs what is most alike in two stretches, in order.
fn changed(olds: &[usize], news: &[usize], likeness: Likeness<'_>) -> Vec<(usize, usize)> {
    if let ([i], [j]) = (olds, news) {
        // Alone between what stayed: it was changed, however much.
        return (likeness(*i, *j) > 0.0)
            .then_some((*i, *j))
            .into_iter()
            .collect();
    }
    if olds.len().saturating_mul(news.len()) > LARGEST_TABLE / 16 {
        let pairs = olds.iter().copied().zip(news.iter().copied());
        return pairs.filter(|(i, j)| likeness(*i, *j) >= ALIKE).collect();
    }
    let width = news.len() + 1;
    let mut scores = vec![0.0_f32; olds.len() * news.len()];
    let mut best = vec![0.0_f32; (olds.len() + 1) * width];
    for (a, i) in olds.iter().enumerate().rev() {
        for (b, j) in news.iter().enumerate().rev() {
            let score = Some(likeness(*i, *j)).filter(|score| *score >= ALIKE);
            let score = score.unwrap_or_default();
            scores[a * news.len() + b] = score;
            let without = best[(a + 1) * width + b].max(best[a * width + b + 1]);
            best[a * width + b] = without.max(best[(a + 1) * width + b + 1] + score);
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut pairs = Vec::new();
    while a < olds.len() && b < news.len() {
        let score = scores[a * news.len() + b];
        let together = best[(a + 1) * width + b + 1] + score;
        if score > 0.0 && together >= best[a * width + b] {
            pairs.push((olds[a], news[b]));
            (a, b) = (a + 1, b + 1);
        } else if best[(a + 1) * width + b] >= best[a * width + b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    with_single(olds, news, &pairs, likeness)
}

/// The pairs, and with them what is left alone on both sides between two of them: it was changed, however much.
fn with_single(
    olds: &[usize],
    news: &[usize],
    pairs: &[(usize, usize)],
    likeness: Likeness<'_>,
) -> Vec<(usize, usize)> {
    let mut all = Vec::with_capacity(pairs.len() + 1);
    let (mut a, mut b) = (0, 0);
    let between = |left: &[usize], from: usize, end: Option<usize>| {
        let to = end.map_or(left.len(), |end| left.partition_point(|one| *one < end));
        (left[from..to].to_vec(), to)
    };
    for pair in pairs.iter().copied().map(Some).chain([None]) {
        let (lefts, end_a) = between(olds, a, pair.map(|(i, _)| i));
        let (rights, end_b) = between(news, b, pair.map(|(_, j)| j));
        if let ([i], [j]) = (lefts.as_slice(), rights.as_slice())
            && likeness(*i, *j) > 0.0
        {
            all.push((*i, *j));
        }
        all.extend(pair);
        (a, b) = ((end_a + 1).min(olds.len()), (end_b + 1).min(news.len()));
    }
    all
}
