//! Edits of a text format, block by block: what the edit leaves alone keeps its source.
//!
//! The source is cut into segments, each of which shows some blocks, and the glue between them. A segment
//! whose blocks all stay is copied. One that changed is written anew, unless something in it would be
//! lost that Markdown cannot say.

use std::collections::{HashMap, HashSet};

use super::alike;
use super::lost::Lost;
use super::part::key;
use super::sequence::common;
use super::{Losses, Register, piece};
use crate::markdown;
use crate::tree::{Block, keep, notes};

/// A stretch of the source that shows something.
#[derive(Debug)]
pub(crate) struct Segment<'a> {
    /// What stands before it and shows nothing: white space, and tags around whole pages.
    pub(crate) glue: &'a str,
    /// The source.
    pub(crate) source: &'a str,
    /// What Markdown shows of it.
    pub(crate) shown: Vec<Block>,
    /// What Markdown cannot say of it, in words.
    pub(crate) unsayable: Option<String>,
}

/// A text in segments.
#[derive(Debug)]
pub(crate) struct Segments<'a> {
    /// The segments in order.
    pub(crate) list: Vec<Segment<'a>>,
    /// What stands behind the last one.
    pub(crate) tail: &'a str,
}

/// How a format writes new blocks.
pub(crate) struct Format {
    /// Writes blocks.
    pub(crate) write: fn(&[Block]) -> String,
    /// What stands between two blocks.
    pub(crate) between: &'static str,
}

/// Beyond this likeness a new block is an old one that was changed.
const ALIKE: f32 = 0.3;

/// The source after the edit.
pub(crate) fn edited(
    segments: &Segments<'_>,
    edited: &str,
    format: &Format,
    losses: Losses,
) -> Result<String, Lost> {
    let blocks = markdown::read(edited);
    let blocks = piece::checked(blocks, &Register::default(), losses)?;
    let new = notes::lower(&keep::as_words(blocks, &|_| true)).into_owned();
    let kept = kept(&segments.list, &new);
    if losses == Losses::Refused {
        nothing_unsayable_changes(&segments.list, &new, &kept)?;
    }
    Ok(write(segments, &new, &kept, format))
}

/// For every new block the segment that shows it, where the whole segment stays.
fn kept(segments: &[Segment<'_>], new: &[Block]) -> Vec<Option<usize>> {
    let owners: Vec<usize> = segments
        .iter()
        .enumerate()
        .flat_map(|(index, segment)| segment.shown.iter().map(move |_| index))
        .collect();
    let olds: Vec<u64> = segments
        .iter()
        .flat_map(|segment| &segment.shown)
        .map(key)
        .collect();
    let news: Vec<u64> = new.iter().map(key).collect();
    let mut kept = vec![None; new.len()];
    for (old, new) in common(&olds, &news) {
        kept[new] = Some(owners[old]);
    }
    // A segment stays as a whole or not at all.
    let whole = |kept: &[Option<usize>], segment: usize| {
        let count = kept.iter().filter(|owner| **owner == Some(segment)).count();
        let first = kept
            .iter()
            .position(|owner| *owner == Some(segment))
            .unwrap_or(0);
        let in_a_row = kept[first..]
            .iter()
            .take(count)
            .all(|owner| *owner == Some(segment));
        in_a_row && count == segments[segment].shown.len()
    };
    for segment in 0..segments.len() {
        if !whole(&kept, segment) {
            kept.iter_mut()
                .filter(|owner| **owner == Some(segment))
                .for_each(|owner| *owner = None);
        }
    }
    let used: HashSet<usize> = kept.iter().flatten().copied().collect();
    let mut free: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, segment) in segments.iter().enumerate().rev() {
        if let ([only], false) = (segment.shown.as_slice(), used.contains(&index)) {
            free.entry(key(only)).or_default().push(index);
        }
    }
    for (place, block) in news.iter().enumerate() {
        if kept[place].is_none() {
            kept[place] = free.get_mut(block).and_then(Vec::pop);
        }
    }
    kept
}

/// A segment that went was deleted, unless something new is much like it: then it was changed.
fn nothing_unsayable_changes(
    segments: &[Segment<'_>],
    new: &[Block],
    kept: &[Option<usize>],
) -> Result<(), Lost> {
    let used: HashSet<usize> = kept.iter().flatten().copied().collect();
    let fresh: Vec<&Block> = new
        .iter()
        .zip(kept)
        .filter(|(_, owner)| owner.is_none())
        .map(|(block, _)| block)
        .collect();
    for (index, segment) in segments.iter().enumerate() {
        let Some(what) = segment
            .unsayable
            .as_ref()
            .filter(|_| !used.contains(&index))
        else {
            continue;
        };
        // Beside a neighbour that stayed, something new in its place is a change of it, too.
        let in_place = is_replaced(index, segments.len(), kept);
        let is_like =
            |block: &&Block| alike::blocks(&segment.shown, std::slice::from_ref(*block)) >= ALIKE;
        if in_place || fresh.iter().any(is_like) {
            return Err(Lost::Hidden(what.clone()));
        }
    }
    Ok(())
}

/// Whether new blocks stand exactly where a segment stood.
fn is_replaced(index: usize, count: usize, kept: &[Option<usize>]) -> bool {
    let place = |segment: usize| kept.iter().position(|owner| *owner == Some(segment));
    let from = match index.checked_sub(1) {
        Some(before) => place(before).map(|place| place + 1),
        None => Some(0),
    };
    let to = if index + 1 == count {
        Some(kept.len())
    } else {
        place(index + 1)
    };
    matches!((from, to), (Some(from), Some(to)) if from < to && kept[from..to].iter().all(Option::is_none))
}

fn write(
    segments: &Segments<'_>,
    new: &[Block],
    kept: &[Option<usize>],
    format: &Format,
) -> String {
    let mut writer = Writer {
        segments,
        format,
        used: kept.iter().flatten().copied().collect(),
        written: String::new(),
        glued: 0,
        last: None,
    };
    let mut fresh: Vec<Block> = Vec::new();
    let mut at = 0;
    while at < new.len() {
        let Some(segment) = kept[at] else {
            fresh.push(new[at].clone());
            at += 1;
            continue;
        };
        writer.fresh(&mut fresh);
        writer.source(segment);
        at += segments.list[segment].shown.len();
    }
    writer.fresh(&mut fresh);
    writer.glue(segments.list.len());
    writer.written + segments.tail
}

struct Writer<'a> {
    segments: &'a Segments<'a>,
    format: &'a Format,
    used: HashSet<usize>,
    written: String,
    /// How many segments' glue is written. It stays in order: what stands before a segment is written no
    /// later than that segment.
    glued: usize,
    /// The segment that was written last, if nothing new stands behind it.
    last: Option<usize>,
}

impl Writer<'_> {
    fn glue(&mut self, to: usize) {
        while self.glued < to {
            self.written.push_str(self.segments.list[self.glued].glue);
            self.glued += 1;
        }
    }

    fn source(&mut self, segment: usize) {
        let follows = self.glued == segment
            && match self.last {
                Some(last) => last + 1 == segment,
                None => self.written.is_empty(),
            };
        self.glue(segment + 1);
        let source = self.segments.list[segment].source;
        // Behind its neighbour it stands as it stood.
        if follows {
            self.written.push_str(source);
        } else {
            self.add(source);
        }
        self.last = Some(segment);
    }

    fn fresh(&mut self, fresh: &mut Vec<Block>) {
        if fresh.is_empty() {
            return;
        }
        // What is new stands in the place of what went.
        if self.glued < self.segments.list.len() && !self.used.contains(&self.glued) {
            self.glue(self.glued + 1);
        }
        let text = (self.format.write)(fresh);
        self.add(&text);
        self.last = None;
        fresh.clear();
    }

    fn add(&mut self, text: &str) {
        separate(&mut self.written, self.format);
        self.written.push_str(text);
    }
}

/// Lines with an empty one between them are blocks of their own.
fn separate(written: &mut String, format: &Format) {
    let visible = written.trim_end().len();
    let gap = written[visible..].matches('\n').count();
    if visible > 0 && gap < format.between.len() {
        written.truncate(visible);
        written.push_str(format.between);
    }
}
