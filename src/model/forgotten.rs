//! Parts of a long text that its reader was not shown, and that an edit would delete without meaning to.
//!
//! A tool shows a long text in parts. Whoever read one of them, edited it and writes it as the whole would delete all
//! others. Such a text is known by what it keeps: much of what stands on one side of a cut, nothing of what stands on the
//! other, and next to nothing in its place.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cut::{LONGEST_SHOWN, PLACES};

/// How many letters in a row are compared.
const STRETCH: usize = 24;
/// Of the stretches one in so many is looked at, the same ones in both texts.
const SAMPLED: u64 = 4;
/// Fewer stretches than these say nothing about a part.
const FEWEST: usize = 3;
/// How far from a cut a kept stretch may lie and still stand beside it, in characters: some paragraphs.
const BESIDE: Range<usize> = 200..4_000;
/// And as a share of the text before it: near the beginning a paragraph may be all of it.
const BESIDE_SHARE: usize = 4;
/// How much new text in the place of a part makes it another text, in characters.
const REPLACED: usize = 1_000;
/// What is less than one in so many of the text, and shorter than `LONG`, is deleted as asked.
const SMALL_SHARE: usize = 6;
const LONG: usize = 2_000;
/// Of the words of a text at most one in so many is a new one, or it was written anew.
const FOREIGN_SHARE: usize = 5;
/// What a line that stands for a part has to stand for.
const STOOD_FOR: usize = 400;

/// A stretch of letters that stands once in the present text: where, and where in the new one, in characters.
#[derive(Debug, Clone, Copy)]
struct Kept {
    old: usize,
    new: Option<usize>,
}

/// Why a text is not written that forgets a part of the present one.
pub(crate) fn why(part: &Range<usize>) -> String {
    format!(
        "keeps only what stands beside the characters {} to {} of the present text, and these would be deleted, as if they had not been read; read them (`start` goes on where a text was cut) and write the whole text; with `replace: true` it is written as it stands",
        part.start, part.end
    )
}

/// What a new text keeps of the present one.
#[derive(Debug)]
pub(crate) struct Comparison {
    stretches: Vec<Kept>,
    /// How long both are, in characters.
    old: usize,
    new: usize,
    /// Whether the new one is made of the words of the present one, in whatever order.
    has_its_words: bool,
}

impl Comparison {
    /// Compares the letters of two texts; marks and white space do not count. The work grows with their length.
    pub(crate) fn new(present: &str, new: &str) -> Self {
        let here: HashMap<u64, usize> = stretches(new).collect();
        let mut once: HashMap<u64, Option<usize>> = HashMap::new();
        for (key, at) in stretches(present) {
            match once.entry(key) {
                Entry::Vacant(place) => drop(place.insert(Some(at))),
                Entry::Occupied(mut place) => drop(place.insert(None)),
            }
        }
        let kept = once.into_iter().filter_map(|(key, old)| {
            let new = here.get(&key).copied();
            old.map(|old| Kept { old, new })
        });
        let mut stretches: Vec<Kept> = kept.collect();
        stretches.sort_unstable_by_key(|one| one.old);
        let (old, length) = (present.chars().count(), new.chars().count());
        Self {
            stretches,
            old,
            new: length,
            has_its_words: old > LONGEST_SHOWN && has_words_of(present, new),
        }
    }

    /// Whether the new text is about as long as what a tool shows at once, has the words of the present one, in another
    /// order perhaps or with one of them changed all over, and nothing of what was not shown.
    fn is_what_was_shown(&self) -> bool {
        let about = LONGEST_SHOWN / 2..LONGEST_SHOWN + LONGEST_SHOWN / 4;
        let behind = self.stretches.iter().filter(|one| one.old >= LONGEST_SHOWN);
        let nothing_behind =
            behind.clone().count() >= FEWEST && behind.into_iter().all(|one| one.new.is_none());
        self.has_its_words && about.contains(&self.new) && nothing_behind
    }

    /// The part that the new text forgets, if it looks like that, in characters of the present one.
    pub(crate) fn forgotten(&self) -> Option<Range<usize>> {
        let multiples = || (LONGEST_SHOWN..self.old).step_by(LONGEST_SHOWN);
        let begun = PLACES
            .iter()
            .copied()
            // Whoever deletes the end of a text that is not much longer meant to.
            .filter(|place| {
                *place < LONGEST_SHOWN
                    && self.old.saturating_sub(*place) >= LONG.min(self.old / 3 * 2)
            });
        let to_the_end = begun.chain(multiples()).map(|place| place..self.old);
        let from_the_start = multiples().map(|place| 0..place);
        let between = multiples().map(|place| place..place + LONGEST_SHOWN);
        let mut parts = to_the_end.chain(from_the_start).chain(between);
        let found = parts.find(|part| part.end <= self.old && self.forgets(part));
        found.or_else(|| {
            let is_it = self.old > LONGEST_SHOWN + REPLACED && self.is_what_was_shown();
            is_it.then_some(LONGEST_SHOWN..self.old)
        })
    }

    fn forgets(&self, part: &Range<usize>) -> bool {
        let lost = part.len();
        if lost < LONG && lost < self.old / SMALL_SHARE {
            return false;
        }
        let place = |old: usize| self.stretches.partition_point(|one| one.old < old);
        // What reaches over a cut belongs to neither side.
        let begin = place(part.start);
        let end = place((part.end + 1).saturating_sub(STRETCH)).max(begin);
        let inside = &self.stretches[begin..end];
        if inside.len() < FEWEST || inside.iter().any(|one| one.new.is_some()) {
            return false;
        }
        let near = |cut: usize| (cut / BESIDE_SHARE).clamp(BESIDE.start, BESIDE.end);
        let before = place(part.start.saturating_sub(near(part.start)))..begin;
        let behind = place(part.end)..place(part.end + near(part.end));
        let kept = |range: Range<usize>| self.stretches[range].iter().filter_map(|one| one.new);
        let from = if part.start == 0 {
            Some(0)
        } else {
            kept(before).max()
        };
        let to = if part.end == self.old {
            Some(self.new)
        } else {
            kept(behind).min()
        };
        let (Some(from), Some(to)) = (from, to) else {
            return false;
        };
        let in_its_place = to.saturating_sub(from);
        in_its_place < REPLACED && in_its_place < lost / 2
    }

    /// Whether the new text keeps something of what stands behind a place.
    pub(crate) fn keeps_behind(&self, place: usize) -> bool {
        let behind = self.stretches.partition_point(|one| one.old < place);
        self.stretches[behind..].iter().any(|one| one.new.is_some())
    }

    /// Whether the new text lacks anything of the present one.
    pub(crate) fn lacks_something(&self) -> bool {
        self.stretches.iter().any(|one| one.new.is_none())
    }

    /// Whether the new text keeps some of the present one and lacks a long piece of it.
    pub(crate) fn lacks_a_piece(&self) -> bool {
        if !self.stretches.iter().any(|one| one.new.is_some()) {
            return false;
        }
        let runs = self
            .stretches
            .chunk_by(|one, other| one.new.is_some() == other.new.is_some());
        let mut lost = runs.filter(|run| run.iter().all(|one| one.new.is_none()));
        lost.any(|run| {
            let ends = [run.first(), run.last()].map(|one| one.map_or(0, |one| one.old));
            ends[1] - ends[0] >= STOOD_FOR
        })
    }
}

/// Whether nearly all words of `new` are words of `present`.
fn has_words_of(present: &str, new: &str) -> bool {
    let words = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
    };
    let known: HashSet<String> = words(present).into_iter().collect();
    let here = words(new);
    let foreign = here.iter().filter(|word| !known.contains(*word)).count();
    foreign * FOREIGN_SHARE <= here.len()
}

/// Whether one of these whole lines is in the new text. The first one may be the end of a line.
pub(crate) fn keeps_a_line(lines: &str, new: &str) -> bool {
    let here: HashSet<&str> = new.lines().map(str::trim).collect();
    let says_something = |line: &&str| line.chars().filter(|c| c.is_alphanumeric()).count() >= 8;
    let mut lines = lines.lines().skip(1).map(str::trim);
    lines.any(|line| says_something(&line) && here.contains(line))
}

/// Whether a line of the present text is not in the new one.
pub(crate) fn lacks_a_line(present: &str, new: &str) -> bool {
    let kept: HashSet<&str> = new.lines().map(str::trim).collect();
    let mut lines = present.lines().map(str::trim);
    lines.any(|line| !line.is_empty() && !kept.contains(line))
}

/// The stretches of letters of a text that are looked at, and where each begins, in characters.
fn stretches(text: &str) -> impl Iterator<Item = (u64, usize)> {
    /// The multiplier of FNV, which spreads well enough.
    const PRIME: u64 = 0x0100_0000_01b3;
    let leaving = (0..STRETCH).fold(1_u64, |power, _| power.wrapping_mul(PRIME));
    let mut letters: std::collections::VecDeque<(u64, usize)> = std::collections::VecDeque::new();
    let mut hash = 0_u64;
    let counted = text
        .chars()
        .enumerate()
        .filter(|(_, c)| c.is_alphanumeric());
    counted.filter_map(move |(at, c)| {
        let letter = u64::from(u32::from(c)) + 1;
        letters.push_back((letter, at));
        hash = hash.wrapping_mul(PRIME).wrapping_add(letter);
        if letters.len() > STRETCH {
            let (gone, _) = letters.pop_front()?;
            hash = hash.wrapping_sub(gone.wrapping_mul(leaving));
        }
        let begin = letters.front().map(|(_, at)| *at);
        // The high half of a product depends on all letters.
        let is_looked_at = (hash >> 32).is_multiple_of(SAMPLED);
        (letters.len() == STRETCH && is_looked_at).then_some((hash, begin?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(count: usize) -> Vec<String> {
        let paragraph = |number: usize| {
            format!(
                "Paragraph {number} tells what the team found out on day {}, and why it matters to number {}.\n\n",
                number * 7,
                number * 13
            )
        };
        (0..count).map(paragraph).collect()
    }

    fn forgotten(whole: &str, text: &str) -> Option<Range<usize>> {
        Comparison::new(whole, text).forgotten()
    }

    /// The first part of a text, as a tool shows it.
    fn shown(whole: &str) -> String {
        whole.chars().take(LONGEST_SHOWN).collect()
    }

    #[test]
    fn a_part_that_was_edited_is_not_the_whole() {
        let whole = paragraphs(500).concat();
        let part = shown(&whole);
        let tidied = &part[..part.rfind("\n\n").unwrap()];
        let fewer = tidied.replacen(&paragraphs(20)[10..15].concat(), "", 1);
        assert!(fewer.len() < tidied.len());
        for text in [
            part.clone(),
            tidied.to_owned(),
            format!("# New\n\nA section of some words that stands on top of all.\n\n{tidied}"),
            format!("{tidied}\n\nUpdated by the agent."),
            format!("{part} omega."),
            fewer,
            tidied.replace("day", "morning"),
            tidied.replace("team", "crew").replace("number", "plan"),
            tidied.rsplit("\n\n").collect::<Vec<_>>().join("\n\n"),
        ] {
            let lost = forgotten(&whole, &text).map(|lost| lost.end);
            assert_eq!(lost, Some(whole.len()), "{}", text.len());
        }
    }

    #[test]
    fn no_part_may_be_forgotten() {
        let whole = paragraphs(500).concat();
        let part = |from: usize, to: usize| &whole[from..to.min(whole.len())];
        assert!(whole.len() > 2 * LONGEST_SHOWN);
        for (text, lost) in [
            (part(20_000, 40_000).to_owned(), 40_000..whole.len()),
            (part(40_000, 80_000).to_owned(), 0..40_000),
            (
                format!("{}{}", part(0, 20_000), part(40_000, 80_000)),
                20_000..40_000,
            ),
            (part(0, 40_000).to_owned(), 40_000..whole.len()),
        ] {
            assert_eq!(forgotten(&whole, &text), Some(lost));
        }
    }

    #[test]
    fn what_is_meant_passes() {
        let all = paragraphs(500);
        let whole = all.concat();
        let other: Vec<String> = (0..400)
            .map(|number| format!("Something else, {number} times, was written anew here.\n"))
            .collect();
        for text in [
            whole.clone(),
            whole.replace("day", "morning"),
            [&all[..100], &all[130..]].concat().concat(),
            all[..300].concat(),
            all[60..].concat(),
            other.concat(),
            format!("{}{}", all[..150].concat(), other.concat()),
            String::from("All gone."),
            String::new(),
        ] {
            assert_eq!(forgotten(&whole, &text), None, "{}", text.len());
        }
        let short = paragraphs(12).concat();
        assert_eq!(
            forgotten(&short, &paragraphs(11).concat()),
            None,
            "its last paragraph"
        );
    }

    #[test]
    fn what_tells_nothing_is_not_judged() {
        let rows = "| the same row | again |\n".repeat(2_000);
        assert_eq!(forgotten(&rows, &rows[..LONGEST_SHOWN]), None);
        assert_eq!(forgotten("", ""), None);
        assert_eq!(forgotten("short", ""), None);
    }
}
