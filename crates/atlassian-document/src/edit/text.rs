//! Carries a change of running text over to its source, character by character.
//!
//! Words that stayed keep whatever their source says about them: marks that Markdown lacks, white
//! space that it does not show, the spelling of what it shows.

use std::borrow::Cow;

use super::part::key;
use super::sequence::common;
pub(crate) use super::sign::{Sign, Signs, Unit, signs};
use crate::tree::{Inline, Style};

/// Below this share of letters that stayed (a fifth) a text is another one, and new words take nothing over.
const SAME_TEXT: usize = 5;

/// Up to this many words and gaps a text is changed, however much of it is.
const SHORT_TEXT: usize = 5;

/// A stretch of the new text.
#[derive(Debug)]
pub(crate) enum Run {
    /// Units that stay as they are, from the first to behind the last.
    Kept(usize, usize),
    /// Units that stay, but are marked otherwise.
    Restyled(usize, usize, Style),
    /// New text; the units whose hidden marks it takes over, if both carry them.
    New(Inline, Option<(usize, usize)>),
}

/// For every unit whether Markdown shows it, and how: the normal form leaves out white space and line
/// breaks at edges, and nothing else.
fn styles(units: &[Unit], shown: &Signs) -> Option<Vec<Option<Style>>> {
    let mut shown = shown.iter().peekable();
    let styles = units.iter().map(|unit| {
        let (_, style) = shown.next_if(|(sign, _)| same_sign(&unit.sign, sign))?;
        Some(style.clone())
    });
    let styles = styles.collect();
    shown.next().is_none().then_some(styles)
}

/// Whether these units are what a text shows.
pub(crate) fn fits(units: &[Unit], shown: &[Inline]) -> bool {
    styles(units, &signs(shown)).is_some()
}

fn same_sign(source: &Sign, shown: &Sign) -> bool {
    let normal = |c: &char| match c {
        '\n' | '\r' => ' ',
        c => crate::tree::normal::storable(*c),
    };
    match (source, shown) {
        (Sign::Char(one), Sign::Char(other)) | (Sign::Code(one), Sign::Code(other)) => {
            normal(one) == *other
        }
        // A heading stands on one line.
        (Sign::Break, Sign::Char(' ')) => true,
        (one, other) => one == other,
    }
}

/// What a text is compared by: words, white space, and every other sign on its own.
struct Words {
    keys: Vec<u64>,
    /// Where each begins, and where the last one ends.
    starts: Vec<usize>,
}

fn words<'a>(signs: impl Iterator<Item = &'a Sign>) -> Words {
    let mut words = Words {
        keys: Vec::new(),
        starts: Vec::new(),
    };
    let mut word: Vec<&Sign> = Vec::new();
    let mut class = 0;
    let mut length = 0;
    for (index, sign) in signs.enumerate() {
        let next = match sign {
            Sign::Char(c) | Sign::Code(c) if c.is_alphanumeric() => 1,
            Sign::Char(c) | Sign::Code(c) if c.is_whitespace() => 2,
            _ => 3,
        };
        if next == 3 || next != class {
            if !word.is_empty() {
                words.keys.push(key(&word));
            }
            word.clear();
            words.starts.push(index);
        }
        class = next;
        word.push(sign);
        length = index + 1;
    }
    if !word.is_empty() {
        words.keys.push(key(&word));
    }
    words.starts.push(length);
    words
}

/// What becomes of the units when the text that shows them as `shown` is changed to `new`; none where
/// the units are not what is shown.
pub(crate) fn runs(units: &[Unit], shown: &[Inline], new: &[Inline]) -> Option<Vec<Run>> {
    let (shown, new) = (signs(shown), signs(new));
    let styles = styles(units, &shown)?;
    let seen: Vec<usize> = (0..units.len())
        .filter(|unit| styles[*unit].is_some())
        .collect();
    let (olds, news) = (
        words(shown.iter().map(|(sign, _)| sign)),
        words(new.iter().map(|(sign, _)| sign)),
    );
    let pairs = common(&olds.keys, &news.keys);
    let mut origin: Vec<Option<usize>> = vec![None; new.len()];
    for (old, new) in &pairs {
        let length = olds.starts[old + 1] - olds.starts[*old];
        for offset in 0..length {
            origin[news.starts[*new] + offset] = seen.get(olds.starts[*old] + offset).copied();
        }
    }
    match_letters(&seen, &shown, &new, &mut origin);
    release_broken(units, &styles, &new, &mut origin);
    let stayed = origin.iter().flatten().count();
    let takes_over = stayed * SAME_TEXT >= new.len() || olds.keys.len() <= SHORT_TEXT;
    let like = if takes_over {
        neighbours(&seen, &origin, &olds, &news)
    } else {
        vec![None; new.len()]
    };
    let edit = Edit {
        styles: &styles,
        new: &new,
        origin: &origin,
        like: &like,
        units,
    };
    Some(edit.runs())
}

/// Where words became others, what they begin and end with alike stays, too.
fn match_letters(seen: &[usize], shown: &Signs, new: &Signs, origin: &mut [Option<usize>]) {
    let mut at = 0;
    let mut from = 0;
    while at < origin.len() {
        if let Some(unit) = origin[at] {
            from = seen.partition_point(|seen| *seen <= unit);
            at += 1;
            continue;
        }
        let end = (at..origin.len()).find(|place| origin[*place].is_some());
        let next = end.and_then(|end| origin[end]);
        let mut to = next.map_or(seen.len(), |unit| seen.partition_point(|seen| *seen < unit));
        let end = end.unwrap_or(origin.len());
        let (mut first, mut last) = (at, end);
        while first < last && from < to && shown[from].0 == new[first].0 {
            origin[first] = Some(seen[from]);
            (first, from) = (first + 1, from + 1);
        }
        while first < last && from < to && shown[to - 1].0 == new[last - 1].0 {
            (last, to) = (last - 1, to - 1);
            origin[last] = Some(seen[to]);
        }
        at = end;
    }
}

/// A leaf that is one thing stays only if all of it stays, in order and marked alike.
fn release_broken(
    units: &[Unit],
    styles: &[Option<Style>],
    new: &Signs,
    origin: &mut [Option<usize>],
) {
    let mut places_of: Vec<Option<usize>> = vec![None; units.len()];
    for (place, unit) in origin.iter().enumerate() {
        if let Some(unit) = unit {
            places_of[*unit] = Some(place);
        }
    }
    let mut at = 0;
    while at < units.len() {
        let leaf = units[at].leaf;
        let length = units[at..]
            .iter()
            .take_while(|unit| unit.leaf == leaf)
            .count();
        let range = at..at + length;
        at += length;
        if !units[range.start].is_whole || length == 1 {
            continue;
        }
        // White space at an edge is not shown, and stays with the rest.
        let shown = range.clone().filter(|unit| styles[*unit].is_some()).count();
        let places: Vec<usize> = places_of[range].iter().copied().flatten().collect();
        let in_a_row = places.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let alike = places.iter().all(|place| {
            origin[*place].is_some_and(|unit| styles[unit].as_ref() == Some(&new[*place].1))
        });
        if places.len() != shown || !in_a_row || !alike {
            for place in places {
                origin[place] = None;
            }
        }
    }
}

/// For every new sign the units that it stands for or between.
fn neighbours(
    seen: &[usize],
    origin: &[Option<usize>],
    olds: &Words,
    news: &Words,
) -> Vec<Option<(usize, usize)>> {
    let mut like = vec![None; origin.len()];
    // The place in `seen` behind the last unit that stayed.
    let mut from = 0;
    let mut at = 0;
    while at < origin.len() {
        if let Some(unit) = origin[at] {
            from = seen.partition_point(|seen| *seen <= unit);
            at += 1;
            continue;
        }
        let end = (at..origin.len()).find(|place| origin[*place].is_some());
        let next = end.and_then(|end| origin[end]);
        let to = next.map_or(seen.len(), |unit| seen.partition_point(|seen| *seen < unit));
        let begun = (from < to).then_some(from);
        let [first, last] =
            [from + 1, to].map(|place| olds.starts.partition_point(|start| *start < place));
        let starts = olds
            .starts
            .get(first..last)
            .unwrap_or_default()
            .iter()
            .copied();
        let gone: Vec<usize> = begun.into_iter().chain(starts).collect();
        let end = end.unwrap_or(origin.len());
        let first_word = news.starts.partition_point(|start| *start <= at);
        for (place, like) in like.iter_mut().enumerate().take(end).skip(at) {
            let word = news.starts.partition_point(|start| *start <= place) - first_word;
            *like = match gone.get(word).or(gone.last()) {
                Some(start) => Some((seen[*start], seen[*start])),
                None => match (from.checked_sub(1), next) {
                    (Some(before), Some(after)) => Some((seen[before], after)),
                    _ => None,
                },
            };
        }
        at = end;
    }
    like
}

struct Edit<'a> {
    styles: &'a [Option<Style>],
    new: &'a Signs,
    origin: &'a [Option<usize>],
    like: &'a [Option<(usize, usize)>],
    units: &'a [Unit],
}

impl Edit<'_> {
    fn runs(&self) -> Vec<Run> {
        // White space and breaks at the edges are not shown, whatever stands between them.
        let is_seen = |unit: &usize| self.styles[*unit].is_some();
        let all = self.units.len();
        let lead = (0..all).find(is_seen).unwrap_or(all);
        let tail = (0..all).rev().find(is_seen).map_or(all, |unit| unit + 1);
        let mut runs: Vec<Run> = Vec::new();
        runs.extend((lead > 0).then_some(Run::Kept(0, lead)));
        // Up to where nothing that is never shown waits for its place.
        let mut next = lead;
        for (place, (sign, style)) in self.new.iter().enumerate() {
            match (self.origin[place], self.like[place]) {
                (Some(unit), _) => {
                    self.unseen(&mut runs, &mut next, unit);
                    self.kept(&mut runs, unit, style);
                }
                (None, like) => {
                    // What stands in the place of a word stands behind what stood before that.
                    if let Some((unit, other)) = like
                        && unit == other
                    {
                        self.unseen(&mut runs, &mut next, unit);
                    }
                    Self::added(&mut runs, sign, &self.unlinked(style, like), like);
                }
            }
        }
        self.unseen(&mut runs, &mut next, tail);
        match runs.last_mut() {
            Some(Run::Kept(_, to)) if *to >= tail => *to = all,
            _ => runs.extend((tail < all).then_some(Run::Kept(tail, all))),
        }
        runs
    }

    /// What is never shown stays before the unit `to`, whatever becomes of the words beside it.
    fn unseen(&self, runs: &mut Vec<Run>, next: &mut usize, to: usize) {
        let is_hidden = |unit: usize| self.styles[unit].is_none();
        let mut unit = *next;
        while unit < to {
            if self.units[unit].sign != Sign::Unseen {
                unit += 1;
                continue;
            }
            let end = (unit..to).find(|unit| !is_hidden(*unit)).unwrap_or(to);
            match runs.last_mut() {
                Some(Run::Kept(_, last)) if *last >= end => {}
                Some(Run::Kept(_, last)) if (*last..unit).all(is_hidden) => *last = end,
                Some(Run::Restyled(_, last, _)) if *last == unit => *last = end,
                _ => {
                    let before = (*next..unit).rev().take_while(|unit| is_hidden(*unit));
                    runs.push(Run::Kept(unit - before.count(), end));
                }
            }
            unit = end;
        }
        *next = to.max(*next);
    }

    fn kept(&self, runs: &mut Vec<Run>, unit: usize, style: &Style) {
        let restyled = self.styles[unit].as_ref() != Some(style);
        let hidden = |unit: &usize| self.styles[*unit].is_none();
        let (mut from, mut end) = (unit, unit + 1);
        if self.units[unit].sign == Sign::Break {
            // White space beside a line break is not shown, either.
            from -= (0..unit).rev().take_while(hidden).count();
            end += (end..self.units.len()).take_while(hidden).count();
        }
        let follows = |to: usize| to <= unit && (to..unit).all(|unit| self.styles[unit].is_none());
        match runs.last_mut() {
            Some(Run::Kept(_, to)) if !restyled && follows(*to) => *to = end,
            Some(Run::Restyled(_, to, last)) if restyled && last == style && *to == unit => {
                *to = unit + 1;
            }
            _ if restyled => runs.push(Run::Restyled(unit, unit + 1, style.clone())),
            _ => runs.push(Run::Kept(from, end)),
        }
    }

    /// The style of new text without the link that only Markdown makes of an address: in its place stood plain text.
    fn unlinked<'s>(&self, style: &'s Style, like: Option<(usize, usize)>) -> Cow<'s, Style> {
        let shown = like.map(|(unit, _)| (&self.units[unit], self.styles[unit].as_ref()));
        match shown {
            Some((unit, Some(shown)))
                if !unit.is_linked && style.link.is_some() && shown.link == style.link =>
            {
                Cow::Owned(Style {
                    link: None,
                    ..style.clone()
                })
            }
            _ => Cow::Borrowed(style),
        }
    }

    fn added(runs: &mut Vec<Run>, sign: &Sign, style: &Style, like: Option<(usize, usize)>) {
        match (runs.last_mut(), sign) {
            (Some(Run::New(Inline::Text { text, style: last }, of_last)), Sign::Char(c))
            | (Some(Run::New(Inline::Code { text, style: last }, of_last)), Sign::Code(c))
                if last == style && *of_last == like =>
            {
                text.push(*c);
            }
            (_, sign) => {
                if *sign != Sign::Unseen {
                    runs.push(Run::New(sign.alone(style), like));
                }
            }
        }
    }
}
