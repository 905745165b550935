//! What Markdown does not show goes with the words that it hangs on, wherever they stand after an edit.
//!
//! A format gives its running texts before and after the edit, with the hidden marks of every sign, and learns which
//! marks each sign is to have. Words that stood in the document have what they had, new ones what they were given.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::lost::Lost;
use super::pairs::{self, pairs};
use super::part::key;
use super::sign::Sign;

/// A mark that is not shown: the same number for the same mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) key: u64,
    pub(crate) is_comment: bool,
}

/// The marks around a sign, the outermost first.
pub(crate) type Marks = Arc<[Mark]>;

/// A running text.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stretch {
    pub(crate) signs: Vec<Sign>,
    pub(crate) marks: Vec<Marks>,
}

impl Stretch {
    pub(crate) fn push(&mut self, sign: Sign, marks: Marks) {
        self.signs.push(sign);
        self.marks.push(marks);
    }
}

/// A sign of some texts: which text, and the place in it.
type Place = (usize, usize);

/// What is to become of the hidden marks of a document after its edit.
#[derive(Debug)]
pub(crate) struct Carried {
    /// For every sign of every new text the marks that it is to have.
    pub(crate) wanted: Vec<Vec<Marks>>,
    /// People that stand elsewhere now: where they stood, and where they stand.
    pub(crate) people: Vec<(Place, Place)>,
    /// A comment that cannot stay with its words, because they stand apart or cannot carry it.
    pub(crate) torn: Option<Lost>,
}

impl Carried {
    /// Whether some sign of a text is to have other marks than it has.
    pub(crate) fn changes(&self, new: &[Stretch], text: usize) -> bool {
        let pairs = self.wanted[text].iter().zip(&new[text].marks);
        let mut pairs = pairs;
        pairs.any(|(wanted, has)| !same(wanted, has))
    }
}

/// Whether two signs carry the same, in any order.
fn same(one: &Marks, other: &Marks) -> bool {
    one == other || one.len() == other.len() && one.iter().all(|mark| other.contains(mark))
}

fn is_blank(sign: &Sign) -> bool {
    match sign {
        Sign::Char(c) | Sign::Code(c) => c.is_whitespace(),
        Sign::Break | Sign::Unseen => true,
        Sign::Keep(_) | Sign::Person(_) | Sign::Thing(_) => false,
    }
}

fn is_text(sign: &Sign) -> bool {
    matches!(sign, Sign::Char(_) | Sign::Code(_)) && !is_blank(sign)
}

/// A word, and where it stands.
struct Word {
    place: usize,
    units: Range<usize>,
}

fn words(stretches: &[Stretch]) -> (Vec<Word>, Vec<pairs::Word>) {
    let (mut words, mut compared) = (Vec::new(), Vec::new());
    for (place, stretch) in stretches.iter().enumerate() {
        let letter = |at: usize| match stretch.signs[at] {
            Sign::Char(c) | Sign::Code(c) => c.is_alphanumeric(),
            _ => false,
        };
        let mut at = 0;
        while at < stretch.signs.len() {
            let from = at;
            at += 1;
            if is_blank(&stretch.signs[from]) {
                continue;
            }
            while letter(from) && at < stretch.signs.len() && letter(at) {
                at += 1;
            }
            let plain = stretch.signs[from..at].iter().map(|sign| match sign {
                Sign::Code(c) => Sign::Char(*c),
                other => other.clone(),
            });
            compared.push(pairs::Word {
                key: key(&plain.collect::<Vec<_>>()),
                nature: key(&&stretch.marks[from..at]),
                stretch: place,
            });
            words.push(Word {
                place,
                units: from..at,
            });
        }
    }
    (words, compared)
}

/// A stretch of words with one mark.
struct Piece {
    mark: Mark,
    place: usize,
    units: Range<usize>,
    /// Whether a word of the old document is in it.
    is_old: bool,
}

/// The pieces of marks; what is no text lies in them or between them alike.
fn pieces(stretches: &[Stretch], marks: &[Vec<Marks>], is_old: &[Vec<bool>]) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for (place, stretch) in stretches.iter().enumerate() {
        let mut open: Vec<usize> = Vec::new();
        for (at, sign) in stretch.signs.iter().enumerate() {
            if !is_text(sign) {
                continue;
            }
            let mut next = Vec::with_capacity(open.len());
            for mark in marks[place][at].iter() {
                let known = open
                    .iter()
                    .copied()
                    .find(|piece| found[*piece].mark == *mark);
                let piece = known.unwrap_or(found.len());
                if known.is_none() {
                    found.push(Piece {
                        mark: *mark,
                        place,
                        units: at..at,
                        is_old: false,
                    });
                }
                found[piece].units.end = at + 1;
                found[piece].is_old |= is_old[place][at];
                next.push(piece);
            }
            open = next;
        }
    }
    found
}

fn counted(pieces: &[Piece]) -> HashMap<Mark, usize> {
    let mut counts = HashMap::new();
    for piece in pieces {
        *counts.entry(piece.mark).or_default() += 1;
    }
    counts
}

fn with(marks: &Marks, mark: Mark) -> Marks {
    if marks.contains(&mark) {
        return marks.clone();
    }
    marks.iter().copied().chain([mark]).collect()
}

fn without(marks: &Marks, mark: Mark) -> Marks {
    marks.iter().copied().filter(|has| *has != mark).collect()
}

/// Carries the hidden marks over.
pub(crate) fn carried(old: &[Stretch], new: &[Stretch]) -> Carried {
    let ((old_words, olds), (new_words, news)) = (words(old), words(new));
    let mut wanted: Vec<Vec<Marks>> = new.iter().map(|stretch| stretch.marks.clone()).collect();
    let blank = |stretch: &Stretch| vec![false; stretch.signs.len()];
    let mut is_old: Vec<Vec<bool>> = new.iter().map(blank).collect();
    let mut people = Vec::new();
    let mut comments: HashSet<Mark> = HashSet::new();
    for (word, of) in new_words.iter().zip(pairs(&olds, &news)) {
        let Some(of) = of.map(|i| &old_words[i]) else {
            continue;
        };
        for (from, to) in of.units.clone().zip(word.units.clone()) {
            let marks = &old[of.place].marks[from];
            if !same(marks, &wanted[word.place][to]) {
                wanted[word.place][to] = marks.clone();
            }
            is_old[word.place][to] = true;
            if is_text(&new[word.place].signs[to]) {
                comments.extend(marks.iter().filter(|mark| mark.is_comment));
            }
            if let Sign::Person(_) = new[word.place].signs[to] {
                people.push(((of.place, from), (word.place, to)));
            }
        }
    }
    let marks: Vec<Vec<Marks>> = old.iter().map(|stretch| stretch.marks.clone()).collect();
    let nothing: Vec<Vec<bool>> = old.iter().map(blank).collect();
    let before = counted(&pieces(old, &marks, &nothing));
    let mut whole = Whole {
        new,
        wanted: &mut wanted,
        is_old: &is_old,
        before: &before,
    };
    whole.leave_copies();
    whole.fill_gaps();
    blanks(old, new, &mut wanted);
    let after = counted(&pieces(new, &wanted, &is_old));
    let is_torn = |mark: &&Mark| {
        let [before, after] = [&before, &after].map(|counts| counts.get(*mark).copied());
        after.is_none() || after > before
    };
    let mut torn: Vec<Mark> = comments.iter().filter(is_torn).copied().collect();
    torn.sort_unstable();
    Carried {
        wanted,
        people,
        torn: torn.first().map(|mark| Lost::comment(&about(old, *mark))),
    }
}

/// The words that a mark is about.
fn about(old: &[Stretch], mark: Mark) -> String {
    let mut text = String::new();
    for stretch in old {
        for (sign, marks) in stretch.signs.iter().zip(&stretch.marks) {
            if let Sign::Char(c) | Sign::Code(c) = sign
                && marks.contains(&mark)
            {
                text.push(*c);
            }
        }
    }
    text
}

/// Keeps marks in as many pieces as they were.
struct Whole<'w> {
    new: &'w [Stretch],
    wanted: &'w mut [Vec<Marks>],
    is_old: &'w [Vec<bool>],
    before: &'w HashMap<Mark, usize>,
}

impl Whole<'_> {
    fn pieces(&self) -> (Vec<Piece>, HashMap<Mark, usize>) {
        let pieces = pieces(self.new, self.wanted, self.is_old);
        let more = counted(&pieces).into_iter().filter_map(|(mark, count)| {
            let before = self.before.get(&mark).copied().unwrap_or_default();
            (count > before).then(|| (mark, count - before))
        });
        let more = more.collect();
        (pieces, more)
    }

    /// Where the words that a mark is about took it along, what came into their place does not have it, too.
    fn leave_copies(&mut self) {
        let (pieces, mut more) = self.pieces();
        let moved: HashSet<Mark> = pieces
            .iter()
            .filter(|piece| piece.is_old)
            .map(|piece| piece.mark)
            .collect();
        for piece in pieces.iter().filter(|piece| !piece.is_old) {
            let Some(count) = more.get_mut(&piece.mark).filter(|count| **count > 0) else {
                continue;
            };
            if moved.contains(&piece.mark) {
                *count -= 1;
                for marks in &mut self.wanted[piece.place][piece.units.clone()] {
                    *marks = without(marks, piece.mark);
                }
            }
        }
    }

    /// What is new between two pieces of a mark belongs to them.
    fn fill_gaps(&mut self) {
        let (pieces, more) = self.pieces();
        let mut last: HashMap<Mark, (usize, usize)> = HashMap::new();
        for piece in &pieces {
            let end = (piece.place, piece.units.end);
            let Some((place, from)) = last.insert(piece.mark, end) else {
                continue;
            };
            if place != piece.place || !more.contains_key(&piece.mark) {
                continue;
            }
            let gap = from..piece.units.start;
            if !self.is_old[place][gap.clone()].contains(&true) {
                for marks in &mut self.wanted[place][gap] {
                    *marks = with(marks, piece.mark);
                }
            }
        }
    }
}

/// The marks that begin or end with white space, or stand on nothing else.
#[derive(Default)]
struct Edges {
    begin: HashSet<Mark>,
    end: HashSet<Mark>,
    alone: HashSet<Mark>,
}

/// The stretches of white space of a text.
fn blank_runs(stretch: &Stretch) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, sign) in stretch.signs.iter().enumerate() {
        match runs.last_mut() {
            _ if !is_blank(sign) => {}
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn edges(old: &[Stretch]) -> Edges {
    let mut edges = Edges::default();
    for stretch in old {
        for run in blank_runs(stretch) {
            let left = run.start.checked_sub(1).map(|at| &stretch.marks[at]);
            let right = stretch.marks.get(run.end);
            for mark in stretch.marks[run].iter().flat_map(|marks| marks.iter()) {
                let has = |marks: Option<&Marks>| marks.is_some_and(|marks| marks.contains(mark));
                match (has(left), has(right)) {
                    (true, true) => continue,
                    (false, true) => edges.begin.insert(*mark),
                    (true, false) => edges.end.insert(*mark),
                    (false, false) => edges.alone.insert(*mark),
                };
            }
        }
    }
    edges
}

/// White space is marked between words that are, and elsewhere where it was.
fn blanks(old: &[Stretch], new: &[Stretch], wanted: &mut [Vec<Marks>]) {
    let edges = edges(old);
    for (stretch, wanted) in new.iter().zip(wanted) {
        for run in blank_runs(stretch) {
            let left = run.start.checked_sub(1).map(|at| wanted[at].clone());
            let right = wanted.get(run.end).cloned();
            let has = |marks: &Option<Marks>, mark: &Mark| {
                marks.as_ref().is_some_and(|marks| marks.contains(mark))
            };
            let came = |at: Option<usize>| {
                at.is_some_and(|at| at < wanted.len() && !same(&wanted[at], &stretch.marks[at]))
            };
            let is_beside_change = came(run.start.checked_sub(1)) || came(Some(run.end));
            let stays = |mark: &Mark| match (has(&left, mark), has(&right, mark)) {
                (true, true) => true,
                (false, true) => edges.begin.contains(mark),
                (true, false) => edges.end.contains(mark),
                (false, false) => edges.alone.contains(mark),
            };
            for at in run {
                let mut marks: Vec<Mark> = wanted[at].iter().copied().filter(stays).collect();
                if is_beside_change {
                    let both = left.iter().flat_map(|left| left.iter());
                    let both = both.filter(|mark| has(&right, mark) && !marks.contains(mark));
                    let both: Vec<Mark> = both.copied().collect();
                    marks.extend(both);
                }
                if marks != *wanted[at] {
                    wanted[at] = marks.into();
                }
            }
        }
    }
}
