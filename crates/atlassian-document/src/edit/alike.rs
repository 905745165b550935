//! How alike two texts are: by the share of their words that are the same.

use std::cell::OnceCell;
use std::cmp::Ordering;

use super::part::{Inside, Part, Shown, key};
use crate::tree::flatten::{into_inlines, is_below_none, is_simple_task};
use crate::tree::{Block, Cell, Inline, Item};

/// Beyond this likeness something new is something old that was changed; below it they have too little in
/// common.
pub(crate) const ALIKE: f32 = 0.3;

/// Whether a part can become a block: different kinds cannot become each other.
pub(crate) fn may_become(part: &Part, block: &Block) -> bool {
    let Shown::Block(shown) = &part.shown else {
        return false;
    };
    let same_frame = std::mem::discriminant(shown) == std::mem::discriminant(block);
    let fits = match (&part.inside, block) {
        (Inside::Parts(_), _) if !same_frame => false,
        (Inside::Text(_), Block::Paragraph(_) | Block::Heading { .. })
        | (Inside::Code, Block::Code { .. })
        | (Inside::Parts(_), Block::Quote(_) | Block::Panel { .. } | Block::Details { .. })
        | (Inside::Table(_), Block::Table { .. }) => true,
        (Inside::Picture, _) => {
            let address = picture(shown).map(|(address, _)| address);
            address.is_some() && address == picture(block).map(|(address, _)| address)
        }
        (Inside::List(entries), Block::List { start, items }) => {
            let ordered = matches!(shown, Block::List { start: Some(_), .. });
            let is_plain = part.form.is_none();
            // Whole lists of tasks hold simple tasks only, unless the format has others in this one already.
            let tasks = entries.iter().all(|entry| entry.is_task);
            let has_others = entries.iter().any(|entry| !is_simple_task(&entry.shown));
            let is_task = |item: &Item| {
                is_simple_task(item)
                    || has_others && (item.checked.is_some() || is_below_none(item))
            };
            let fits = !tasks || start.is_none() && items.iter().all(is_task);
            fits && (is_plain || ordered == start.is_some())
        }
        _ => false,
    };
    // Placeholders on their own stand for one node each.
    let alone = crate::tree::keep::is_alone;
    fits && alone(shown).is_none() && alone(block).is_none()
}

/// The picture that is all of a block: where it lies, and all of it.
pub(super) fn picture(block: &Block) -> Option<(&str, &Inline)> {
    match block {
        Block::Paragraph(content) => match content.as_slice() {
            [picture @ Inline::Image { source, .. }] => Some((&source.href, picture)),
            _ => None,
        },
        _ => None,
    }
}

/// The words of a text, counted: what its likeness is measured by.
#[derive(Debug, Default)]
pub(crate) struct Bag {
    /// In the order of their keys.
    words: Vec<(u64, u32)>,
    all: u32,
}

impl Bag {
    /// The words of some blocks.
    pub(crate) fn of_blocks(blocks: &[Block]) -> Self {
        Self::of_text(&into_inlines(blocks))
    }

    /// The words of a row.
    pub(crate) fn of_cells(cells: &[Cell]) -> Self {
        Self::of_text(&cells.join(&Inline::plain(" ")))
    }

    /// The words of running text.
    pub(crate) fn of_text(inlines: &[Inline]) -> Self {
        let mut words = words(inlines);
        words.sort_unstable();
        words.dedup_by(|(word, count), (kept, all)| {
            let same = word == kept;
            *all += if same { *count } else { 0 };
            same
        });
        let all = words.iter().map(|(_, count)| count).sum();
        Self { words, all }
    }

    /// Every word, once.
    pub(super) fn words(&self) -> impl Iterator<Item = u64> {
        self.words.iter().map(|(word, _)| *word)
    }

    /// How many words there are.
    pub(super) fn count(&self) -> u32 {
        self.all
    }

    /// How many words two texts have in common.
    pub(super) fn shared(&self, other: &Self) -> u32 {
        let (mut both, mut i, mut j) = (0, 0, 0);
        while let (Some((one, count)), Some((two, others))) =
            (self.words.get(i), other.words.get(j))
        {
            match one.cmp(two) {
                Ordering::Less => i += 1,
                Ordering::Greater => j += 1,
                Ordering::Equal => {
                    both += count.min(others);
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        both
    }

    /// How alike two texts are, from 0 to 1.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        if self.all + other.all == 0 {
            return 1.0;
        }
        let both = self.shared(other);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a measure of likeness need not be exact"
        )]
        let share = 2.0 * both as f32 / (self.all + other.all) as f32;
        share
    }
}

/// The words of the elements of a sequence, counted when they are asked for, and once.
pub(crate) struct Bags<Make> {
    bags: Vec<OnceCell<Bag>>,
    make: Make,
}

impl<Make: Fn(usize) -> Bag> Bags<Make> {
    /// For as many elements.
    pub(crate) fn new(length: usize, make: Make) -> Self {
        let bags = (0..length).map(|_| OnceCell::new()).collect();
        Self { bags, make }
    }

    /// The words of an element.
    pub(crate) fn get(&self, index: usize) -> &Bag {
        self.bags[index].get_or_init(|| (self.make)(index))
    }
}

fn words(inlines: &[Inline]) -> Vec<(u64, u32)> {
    let mut found = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text { text, .. } | Inline::Code { text, .. } => {
                let words = text.split(|c: char| !c.is_alphanumeric());
                let words = words.filter(|word| !word.is_empty());
                found.extend(words.map(|word| (key(&word), 1)));
                // Pictures among the letters, and signs that stand for words, such as `:)`.
                let is_picture =
                    |c: &char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace();
                found.extend(text.chars().filter(is_picture).map(|sign| (key(&sign), 1)));
                let is_sign = |c: char| c.is_ascii_punctuation();
                let signs = text.split_ascii_whitespace();
                let signs = signs.filter(|signs| signs.len() > 1 && signs.chars().all(is_sign));
                found.extend(signs.map(|signs| (key(&signs), 1)));
            }
            Inline::Keep(keep) => found.push((key(&keep.address()), 3)),
            Inline::Mention { account, .. } => found.push((key(account), 1)),
            Inline::Image { source, .. } => found.push((key(&source.href), 3)),
            Inline::Break | Inline::Note(_) => {}
        }
    }
    found
}
