//! Notes of three versions of a text: their numbers only say where each stands in its own text, so that all
//! get numbers of one count before the texts are brought together, and new ones behind it.

use std::collections::{BTreeMap, HashMap};

use super::sequence;
use super::versions::fates;
use crate::edit::alike::Bag;
use crate::tree::keep::each_text;
use crate::tree::{Block, Inline};

/// What the notes say, by numbers that mean the same note in every version.
type Known = BTreeMap<usize, Vec<Block>>;

/// Brings three versions together: as the text was, as it is now, as it was edited.
pub(super) fn together(versions: [Vec<Block>; 3]) -> Vec<Block> {
    let [
        (mut old, of_old),
        (mut now, of_now),
        (mut edited, of_edited),
    ] = versions.map(taken_off);
    let own: Vec<usize> = (1..=of_old.len()).collect();
    let mut next = own.len() + 1;
    let theirs = numbers(&of_old, &own, &of_now, &mut next);
    // A note that both added is one.
    let mut mine = numbers(&of_old, &own, &of_edited, &mut next);
    let added = theirs.iter().zip(&of_now);
    let added = added.filter(|(number, _)| **number > own.len());
    let added: HashMap<&Vec<Block>, usize> = added.map(|(number, note)| (note, *number)).collect();
    for (number, note) in mine.iter_mut().zip(&of_edited) {
        if *number > own.len()
            && let Some(same) = added.get(note)
        {
            *number = *same;
        }
    }
    let notes = [
        numbered(&mut old, of_old, &own),
        numbered(&mut now, of_now, &theirs),
        numbered(&mut edited, of_edited, &mine),
    ];
    let text = sequence([&old, &now, &edited]);
    put_on(text, said(notes))
}

/// A text without its notes, and the notes.
fn taken_off(mut blocks: Vec<Block>) -> (Vec<Block>, Vec<Vec<Block>>) {
    match blocks.pop() {
        Some(Block::Notes(notes)) => (blocks, notes),
        Some(last) => {
            blocks.push(last);
            (blocks, Vec::new())
        }
        None => (blocks, Vec::new()),
    }
}

/// The numbers for the notes of a version: those of the old notes that they are, and the next ones.
fn numbers(old: &[Vec<Block>], own: &[usize], new: &[Vec<Block>], next: &mut usize) -> Vec<usize> {
    let mut numbers = vec![0; new.len()];
    let became = fates(old, new, &|note: &Vec<Block>| Bag::of_blocks(note));
    for (number, became) in own.iter().zip(became) {
        if let Some(became) = became {
            numbers[became.place] = *number;
        }
    }
    for number in numbers.iter_mut().filter(|number| **number == 0) {
        *number = *next;
        *next += 1;
    }
    numbers
}

/// Gives the notes, and every place in the text that names one, other numbers.
fn numbered(text: &mut [Block], mut notes: Vec<Vec<Block>>, numbers: &[usize]) -> Known {
    let mut change = |content: &mut Vec<Inline>| {
        for inline in content.iter_mut() {
            if let Inline::Note(number) = inline
                && let Some(other) = number.checked_sub(1).and_then(|place| numbers.get(place))
            {
                *number = *other;
            }
        }
    };
    each_text(text, &mut change);
    for note in &mut notes {
        each_text(note, &mut change);
    }
    numbers.iter().copied().zip(notes).collect()
}

/// What each note says when all are brought together, and whether it stays though nothing names it.
fn said([mut old, mut now, mut edited]: [Known; 3]) -> BTreeMap<usize, (Vec<Block>, bool)> {
    let numbers: Vec<usize> = old
        .keys()
        .chain(now.keys())
        .chain(edited.keys())
        .copied()
        .collect();
    let mut said = BTreeMap::new();
    for number in numbers {
        if said.contains_key(&number) {
            continue;
        }
        let versions = [&mut old, &mut now, &mut edited].map(|notes| notes.remove(&number));
        let entry = match versions {
            [Some(old), Some(now), Some(edited)] => (sequence([&old, &now, &edited]), true),
            // Somebody took it away; it is back if what stays names it.
            [Some(_), now, edited] => (edited.or(now).unwrap_or_default(), false),
            [None, now, edited] => (edited.or(now).unwrap_or_default(), true),
        };
        said.insert(number, entry);
    }
    said
}

/// The text with its notes, numbered in the order in which they are named.
fn put_on(mut text: Vec<Block>, mut said: BTreeMap<usize, (Vec<Block>, bool)>) -> Vec<Block> {
    let mut order: Vec<usize> = Vec::new();
    let mut notes: Vec<Vec<Block>> = Vec::new();
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    name(&mut text, &mut order, &mut places);
    let others = said.iter().filter(|(_, (_, stays))| *stays);
    let others: Vec<usize> = others.map(|(number, _)| *number).collect();
    let mut others = others.into_iter();
    loop {
        // What a note names comes behind what the text names, and what nothing names comes last.
        if notes.len() == order.len() {
            let Some(number) = others.find(|number| !places.contains_key(number)) else {
                break;
            };
            order.push(number);
            places.insert(number, order.len());
        }
        let (mut note, _) = said.remove(&order[notes.len()]).unwrap_or_default();
        name(&mut note, &mut order, &mut places);
        notes.push(note);
    }
    text.extend((!notes.is_empty()).then_some(Block::Notes(notes)));
    text
}

/// Gives every place that names a note its number by the order in which they are named.
fn name(blocks: &mut [Block], order: &mut Vec<usize>, places: &mut BTreeMap<usize, usize>) {
    each_text(blocks, &mut |content| {
        for inline in content.iter_mut() {
            if let Inline::Note(number) = inline {
                let known = *number;
                *number = *places.entry(known).or_insert_with(|| {
                    order.push(known);
                    order.len()
                });
            }
        }
    });
}
