//! Pairs the words of two texts, wherever they went: what stands once in both is the same word, and so is what
//! lies beside it and reads alike on both sides.

use std::collections::HashMap;

/// A word as it is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// What it says.
    pub(super) key: u64,
    /// What hangs on it and is not shown.
    pub(super) nature: u64,
    /// The running text that it stands in.
    pub(super) stretch: usize,
}

/// For every new word the old one that it is.
pub(super) fn pairs(old: &[Word], new: &[Word]) -> Vec<Option<usize>> {
    let mut pairs = Pairs {
        old,
        new,
        of_new: vec![None; new.len()],
        is_taken: vec![false; old.len()],
    };
    pairs.ends();
    pairs.unique();
    for is_strict in [true, false] {
        pairs.onwards(is_strict);
        pairs.backwards(is_strict);
    }
    pairs.equal();
    pairs.release();
    pairs.of_new
}

struct Pairs<'w> {
    old: &'w [Word],
    new: &'w [Word],
    of_new: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

/// Where a word stands that is not paired yet, in the old text and in the new one.
type Places = HashMap<u64, (Vec<usize>, Vec<usize>)>;

impl Pairs<'_> {
    fn pair(&mut self, i: usize, j: usize) {
        self.of_new[j] = Some(i);
        self.is_taken[i] = true;
    }

    /// What both texts begin and end with.
    fn ends(&mut self) {
        let (old, new) = (self.old, self.new);
        let same = |(one, other): &(&Word, &Word)| one.key == other.key;
        let front = old.iter().zip(new).take_while(same).count();
        let rest = old.len().min(new.len()) - front;
        let ends = old.iter().rev().zip(new.iter().rev()).take(rest);
        let back = ends.take_while(same).count();
        (0..front).for_each(|at| self.pair(at, at));
        (1..=back).for_each(|at| self.pair(old.len() - at, new.len() - at));
    }

    fn places(&self) -> Places {
        let mut places = Places::new();
        for (i, word) in self.old.iter().enumerate() {
            if !self.is_taken[i] {
                places.entry(word.key).or_default().0.push(i);
            }
        }
        for (j, word) in self.new.iter().enumerate() {
            if self.of_new[j].is_none() {
                places.entry(word.key).or_default().1.push(j);
            }
        }
        places
    }

    fn unique(&mut self) {
        for (olds, news) in self.places().into_values() {
            if let ([i], [j]) = (olds.as_slice(), news.as_slice()) {
                self.pair(*i, *j);
            }
        }
    }

    /// Pairs two words that lie beside a pair. At first only within a text, or from one text to the next on both sides.
    fn beside(&mut self, (i, j): (usize, usize), (k, l): (usize, usize), is_strict: bool) {
        let (old, new) = (self.old, self.new);
        let crosses = (old[i].stretch == old[k].stretch) != (new[j].stretch == new[l].stretch);
        let is_free = !self.is_taken[k] && self.of_new[l].is_none();
        if is_free && old[k].key == new[l].key && !(is_strict && crosses) {
            self.pair(k, l);
        }
    }

    fn onwards(&mut self, is_strict: bool) {
        for j in 1..self.new.len() {
            if let Some(i) = self.of_new[j - 1]
                && i + 1 < self.old.len()
            {
                self.beside((i, j - 1), (i + 1, j), is_strict);
            }
        }
    }

    fn backwards(&mut self, is_strict: bool) {
        for j in (1..self.new.len()).rev() {
            if let Some(i) = self.of_new[j]
                && i > 0
            {
                self.beside((i, j), (i - 1, j - 1), is_strict);
            }
        }
    }

    /// Words that stand as often as before, and all carry the same.
    fn equal(&mut self) {
        for (olds, news) in self.places().into_values() {
            let nature = olds.first().map(|i| self.old[*i].nature);
            let alike = olds.iter().all(|i| Some(self.old[*i].nature) == nature);
            if alike && olds.len() == news.len() {
                let both = olds.into_iter().zip(news);
                both.for_each(|(i, j)| self.pair(i, j));
            }
        }
    }

    /// Of words that read alike the one is meant that carries what the new one carries already.
    fn release(&mut self) {
        let mut free: HashMap<(u64, u64), usize> = HashMap::new();
        for (i, word) in self.old.iter().enumerate() {
            if !self.is_taken[i] {
                *free.entry((word.key, word.nature)).or_default() += 1;
            }
        }
        for (j, word) in self.new.iter().enumerate() {
            let other = self.of_new[j].filter(|i| self.old[*i].nature != word.nature);
            if other.is_some()
                && let Some(count) = free.get_mut(&(word.key, word.nature))
                && *count > 0
            {
                *count -= 1;
                self.of_new[j] = None;
            }
        }
    }
}
