//! The blocks of a table's cell, which Markdown shows as lines: which line belongs to which block.

use super::alike::{Bag, Bags};
use super::lost::Lost;
use super::part::{Inside, Part, Register, Shown, key};
use super::sequence::{Step, align};
use crate::tree::flatten::{into_inlines, labelled, strong, task_box, titled};
use crate::tree::{Block, Inline, Item, keep, normal};

type Line = Vec<Inline>;

/// The blocks that a cell holds when its lines are those of `cell`.
pub(crate) fn as_blocks(
    parts: &[Part],
    cell: &[Inline],
    register: &Register,
) -> Result<Vec<Block>, Lost> {
    let shown: Vec<Vec<Block>> = parts.iter().map(|part| blocks_of(part, register)).collect();
    match shown.as_slice() {
        [] => return Ok(Block::paragraph(cell.to_vec()).into_iter().collect()),
        [only] if matches!(only.as_slice(), [Block::Paragraph(_)]) => {
            return Ok(Block::paragraph(cell.to_vec()).into_iter().collect());
        }
        _ => {}
    }
    let mut of_part = Vec::new();
    let mut old: Vec<Line> = Vec::new();
    for (index, blocks) in shown.iter().enumerate() {
        for line in lines(&into_inlines(blocks)) {
            of_part.push(index);
            old.push(line);
        }
    }
    let new = lines(cell);
    let olds: Vec<u64> = old.iter().map(key).collect();
    let news: Vec<u64> = new.iter().map(key).collect();
    let old_bags = Bags::new(old.len(), |i| Bag::of_text(&old[i]));
    let new_bags = Bags::new(new.len(), |j| Bag::of_text(&new[j]));
    let likeness = |i: usize, j: usize| old_bags.get(i).likeness(new_bags.get(j)).max(0.01);
    let (steps, _) = align(&olds, &news, false, &likeness);
    let mut groups: Vec<(Option<usize>, Vec<Line>)> = Vec::new();
    for step in steps {
        let (part, line) = match step {
            Step::Same(i, j) | Step::Changed(i, j) => (Some(of_part[i]), j),
            // One more line of the list, or of the text, that it follows.
            Step::New(j) => {
                let before = groups.last().and_then(|(part, _)| *part);
                (before.filter(|part| goes_on(&shown[*part], &new[j])), j)
            }
        };
        match groups.last_mut() {
            Some((last, lines)) if *last == part && part.is_some() => lines.push(new[line].clone()),
            _ => groups.push((part, vec![new[line].clone()])),
        }
    }
    let mut blocks = Vec::new();
    for (part, lines) in groups {
        match part {
            Some(part) => blocks.extend(relined(&shown[part], lines)?),
            None => blocks.extend(Block::paragraph(joined(&lines))),
        }
    }
    Ok(blocks)
}

/// What Markdown would show of a part if it did not lie in a cell.
pub(crate) fn blocks_of(part: &Part, register: &Register) -> Vec<Block> {
    match (&part.shown, &part.inside) {
        (Shown::Frame(reference), Inside::Parts(parts)) => {
            let inside = parts
                .iter()
                .flat_map(|part| blocks_of(part, register))
                .collect();
            let known = register.get(reference);
            known.map_or_else(Vec::new, |known| keep::framed(known.keep.clone(), inside))
        }
        (Shown::Block(block), _) => vec![block.clone()],
        (Shown::Frame(_), _) => Vec::new(),
    }
}

fn lines(text: &[Inline]) -> Vec<Line> {
    let lines = text.split(|inline| *inline == Inline::Break);
    lines.map(|line| normal::inlines(line.to_vec())).collect()
}

fn joined(lines: &[Line]) -> Line {
    lines.join(&Inline::Break)
}

fn goes_on(blocks: &[Block], line: &[Inline]) -> bool {
    match blocks {
        [Block::List { items, .. }] => is_flat(items) && line_marker(line).is_some(),
        _ => false,
    }
}

fn is_flat(items: &[Item]) -> bool {
    let is_line = |item: &Item| match item.blocks.as_slice() {
        [] => true,
        [Block::Paragraph(content)] => !content.contains(&Inline::Break),
        _ => false,
    };
    items.iter().all(is_line)
}

/// The same blocks with other lines.
fn relined(blocks: &[Block], new: Vec<Line>) -> Result<Vec<Block>, Lost> {
    if lines(&into_inlines(blocks)) == new {
        return Ok(blocks.to_vec());
    }
    if let [Block::List { start, items }] = blocks
        && is_flat(items)
    {
        let items: Option<Vec<Item>> = new.iter().map(|line| flat_item(line)).collect();
        if let Some(list) = items.and_then(|items| Block::list(*start, items)) {
            return Ok(vec![list]);
        }
    }
    let mut rest = new.into_iter();
    let changed = blocks.iter().map(|block| with_lines(block, &mut rest));
    let changed: Option<Vec<Block>> = changed.collect();
    match changed {
        Some(blocks) if rest.next().is_none() => Ok(blocks),
        _ => Err(Lost::Hidden(String::from(
            "blocks in the cell of a table, which Markdown shows as lines",
        ))),
    }
}

fn with_lines(block: &Block, rest: &mut std::vec::IntoIter<Line>) -> Option<Block> {
    let count = lines(&into_inlines(std::slice::from_ref(block))).len();
    match block {
        Block::Paragraph(_) => {
            let own: Vec<Line> = rest.by_ref().take(count).collect();
            Block::paragraph(joined(&own))
        }
        Block::Heading { level, .. } => Block::heading(u64::from(*level), rest.next()?),
        Block::Quote(blocks) => {
            let blocks = blocks.iter().map(|block| with_lines(block, rest));
            Some(Block::Quote(blocks.collect::<Option<_>>()?))
        }
        // Both are shown with a label or a title, which has to stay.
        Block::Panel { kind, blocks } => {
            let shown = labelled(&kind.label(), blocks.clone());
            let changed = shown.iter().map(|block| with_lines(block, rest));
            let blocks = without_label(&kind.label(), changed.collect::<Option<_>>()?)?;
            Block::panel(*kind, blocks)
        }
        Block::Details { title, blocks } => {
            let shown: Vec<Block> = titled(title, blocks.clone()).collect();
            let changed = shown.iter().map(|block| with_lines(block, rest));
            let mut changed = changed.collect::<Option<Vec<_>>>()?;
            if shown.len() > blocks.len() && changed.remove(0) != shown[0] {
                return None;
            }
            Block::details(title, changed)
        }
        Block::List { start, items } => list_with_lines(*start, items, rest),
        Block::Code {
            language, title, ..
        } => {
            let texts = rest.by_ref().take(count).map(|line| match line.as_slice() {
                [] => Some(String::new()),
                [Inline::Code { text, .. }] => Some(text.clone()),
                _ => None,
            });
            let text = texts.collect::<Option<Vec<_>>>()?.join("\n");
            Some(Block::Code {
                language: language.clone(),
                title: title.clone(),
                text,
            })
        }
        Block::Rule | Block::Table { .. } | Block::Notes(_) => {
            let own: Vec<Line> = rest.by_ref().take(count).collect();
            (own == lines(&into_inlines(std::slice::from_ref(block)))).then(|| block.clone())
        }
    }
}

/// The entries of a list with other lines; each begins with its mark.
fn list_with_lines(
    start: Option<u64>,
    items: &[Item],
    rest: &mut std::vec::IntoIter<Line>,
) -> Option<Block> {
    let items = items.iter().map(|item| {
        let (_, first) = line_marker(&rest.next()?)?;
        let mut own = vec![first];
        let length = lines(&into_inlines(&item.blocks)).len();
        own.extend(rest.by_ref().take(length.saturating_sub(1)));
        let mut own = own.into_iter();
        let blocks = item.blocks.iter().map(|block| with_lines(block, &mut own));
        Some(Item {
            checked: item.checked,
            blocks: blocks.collect::<Option<_>>()?,
        })
    });
    Some(Block::List {
        start,
        items: items.collect::<Option<_>>()?,
    })
}

/// Takes a label off the text that it was put before.
fn without_label(label: &str, mut blocks: Vec<Block>) -> Option<Vec<Block>> {
    let Some(Block::Paragraph(content)) = blocks.first_mut() else {
        return None;
    };
    if content.first() != Some(&strong(&format!("{label}:"))) {
        return None;
    }
    let text = content.split_off(1);
    blocks.splice(..1, Block::paragraph(text));
    Some(blocks)
}

fn flat_item(line: &[Inline]) -> Option<Item> {
    let (checked, content) = line_marker(line)?;
    let blocks = Block::paragraph(content).into_iter().collect();
    Some(Item { checked, blocks })
}

/// The box of an entry's line, if there is one, and the line without what marks it as one.
fn line_marker(line: &[Inline]) -> Option<(Option<bool>, Line)> {
    let Some((Inline::Text { text, style }, others)) = line.split_first() else {
        return None;
    };
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = (digits.len() < text.len())
        .then_some(digits)
        .and_then(|rest| rest.strip_prefix('.'));
    let boxed = |done| {
        text.strip_prefix(task_box(done))
            .map(|rest| (Some(done), rest))
    };
    let bullet = text.strip_prefix('•').or(number).map(|rest| (None, rest));
    let (checked, rest) = bullet.or_else(|| boxed(true)).or_else(|| boxed(false))?;
    if !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let mut content = vec![Inline::text(rest.trim_start(), style)];
    content.extend(others.iter().cloned());
    Some((checked, normal::inlines(content)))
}
