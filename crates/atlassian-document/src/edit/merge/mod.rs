//! Two changes of one text brought together: one's own, and what somebody else made of it meanwhile.
//!
//! Where only one of them changed something, that change stands; what was added stays, whoever added it.
//! Where both changed the same words, one's own change stands.

mod notes;
mod versions;
mod words;

use super::alike::Bag;
use crate::markdown;
use crate::tree::people::{mentioned, named, named_as_in};
use crate::tree::{Block, Cell, Inline, Item};
use versions::Versions;

/// `edited`, which was made from `before`, with what `now` has of somebody else.
pub(crate) fn merged(before: &str, now: &str, edited: &str) -> String {
    let all = [before, now, edited].map(markdown::read);
    let [old, theirs, mine] = &all;
    let known = mentioned(&[mine.as_slice(), theirs, old].concat());
    // Only some of the texts may have the names of people, and a name is no change.
    let all = all.map(|blocks| named_as_in(blocks, &[]));
    if all[0] == all[1] {
        return edited.to_owned();
    }
    let merged = notes::together(all);
    markdown::write(&named(merged, &|account| known.get(account).cloned()))
}

/// Blocks that lie beside each other.
fn sequence(texts: [&[Block]; 3]) -> Vec<Block> {
    let measure = |block: &Block| Bag::of_blocks(std::slice::from_ref(block));
    Versions::new(texts, &measure).together(true, &both_blocks)
}

/// A block that both changed: part by part where it is of one kind in all of them, else one's own.
fn both_blocks(blocks: [&Block; 3]) -> Vec<Block> {
    let merged = texts(blocks)
        .or_else(|| lists(blocks))
        .or_else(|| frames(blocks))
        .or_else(|| tables(blocks))
        .or_else(|| codes(blocks));
    merged.unwrap_or_else(|| vec![blocks[2].clone()])
}

/// What one of them made of a thing: the edit, if both did.
fn of_three<T: PartialEq + Clone>([old, now, edited]: [&T; 3]) -> T {
    let chosen = if edited == old { now } else { edited };
    chosen.clone()
}

/// A choice for three of the same kind: what each is, if all of them are such.
fn all<'b, T>(blocks: [&'b Block; 3], kind: impl Fn(&'b Block) -> Option<T>) -> Option<[T; 3]> {
    let [old, now, edited] = blocks.map(kind);
    Some([old?, now?, edited?])
}

fn texts(blocks: [&Block; 3]) -> Option<Vec<Block>> {
    let found = all(blocks, |block| match block {
        Block::Paragraph(content) => Some((None, content.as_slice())),
        Block::Heading { level, content } => Some((Some(*level), content.as_slice())),
        _ => None,
    })?;
    let level = of_three(found.each_ref().map(|(level, _)| level));
    let content = words::together(found.map(|(_, content)| content));
    let block = match level {
        Some(level) => Block::heading(u64::from(level), content),
        None => Block::paragraph(content),
    };
    Some(block.into_iter().collect())
}

fn lists(blocks: [&Block; 3]) -> Option<Vec<Block>> {
    let found = all(blocks, |block| match block {
        Block::List { start, items } => Some((*start, items.as_slice())),
        _ => None,
    })?;
    let start = of_three(found.each_ref().map(|(start, _)| start));
    let measure = |item: &Item| Bag::of_blocks(&item.blocks);
    let versions = Versions::new(found.map(|(_, items)| items), &measure);
    let items = versions.together(true, &|items| {
        vec![Item {
            checked: of_three(items.map(|item| &item.checked)),
            blocks: sequence(items.map(|item| item.blocks.as_slice())),
        }]
    });
    Some(Block::list(start, items).into_iter().collect())
}

/// Quotations, panels, and what can be opened.
fn frames(blocks: [&Block; 3]) -> Option<Vec<Block>> {
    let quotes = all(blocks, |block| match block {
        Block::Quote(blocks) => Some(blocks.as_slice()),
        _ => None,
    });
    if let Some(inside) = quotes {
        return Some(Block::quote(sequence(inside)).into_iter().collect());
    }
    let panels = all(blocks, |block| match block {
        Block::Panel { kind, blocks } => Some((*kind, blocks.as_slice())),
        _ => None,
    });
    if let Some(found) = panels {
        let kind = of_three(found.each_ref().map(|(kind, _)| kind));
        let inside = sequence(found.map(|(_, blocks)| blocks));
        return Some(Block::panel(kind, inside).into_iter().collect());
    }
    let found = all(blocks, |block| match block {
        Block::Details { title, blocks } => Some((title, blocks.as_slice())),
        _ => None,
    })?;
    let title = of_three(found.map(|(title, _)| title));
    let inside = sequence(found.map(|(_, blocks)| blocks));
    Some(Block::details(&title, inside).into_iter().collect())
}

fn tables(blocks: [&Block; 3]) -> Option<Vec<Block>> {
    let found = all(blocks, |block| match block {
        Block::Table { header, rows } => Some((header, rows.as_slice())),
        _ => None,
    })?;
    let header = cells(found.map(|(header, _)| header));
    let measure = |row: &Vec<Cell>| Bag::of_cells(row);
    let versions = Versions::new(found.map(|(_, rows)| rows), &measure);
    let rows = versions.together(true, &|rows| vec![cells(rows)]);
    Some(Block::table(header, rows).into_iter().collect())
}

/// The cells of a row: in their places where columns neither came nor went.
fn cells(rows: [&Vec<Cell>; 3]) -> Vec<Cell> {
    let [old, now, edited] = rows;
    if old.len() == now.len() && old.len() == edited.len() {
        let cells = old.iter().zip(now).zip(edited);
        let cells = cells.map(|((old, now), edited)| words::together([old, now, edited]));
        return cells.collect();
    }
    let measure = |cell: &Cell| Bag::of_text(cell);
    let versions = Versions::new(rows.map(Vec::as_slice), &measure);
    versions.together(false, &|cells| {
        vec![words::together(cells.map(Vec::as_slice))]
    })
}

fn codes(blocks: [&Block; 3]) -> Option<Vec<Block>> {
    let found = all(blocks, |block| match block {
        Block::Code {
            language,
            title,
            text,
        } => Some(([language, title], text)),
        _ => None,
    })?;
    let [language, title] = [0, 1].map(|name| of_three(found.map(|(names, _)| names[name])));
    let lines = found.map(|(_, text)| {
        let lines = text.split('\n').map(|line| vec![Inline::plain(line)]);
        lines.collect::<Vec<_>>()
    });
    let measure = |line: &Vec<Inline>| Bag::of_text(line);
    let versions = Versions::new(lines.each_ref().map(Vec::as_slice), &measure);
    let lines = versions.together(false, &|lines| {
        vec![words::together(lines.map(Vec::as_slice))]
    });
    let lines = lines.iter().map(|line| crate::tree::flatten::words(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    Some(vec![Block::Code {
        language,
        title,
        text,
    }])
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn changes_in_different_places_both_stand() {
        let before = "# Plan\n\none\n\ntwo\n\nthree";
        let now = "# Plan\n\none\n\nnew\n\n2\n\nthree\n\nfour";
        assert_eq!(
            merged(before, now, &before.replace("one", "1")),
            "# Plan\n\n1\n\nnew\n\n2\n\nthree\n\nfour"
        );
        assert_eq!(merged(before, now, before), now);
        assert_eq!(merged(before, before, "other"), "other");
        assert_eq!(merged(before, now, now), now);
    }

    #[test]
    fn what_one_took_away_is_gone_and_what_both_changed_is_ones_own() {
        assert_eq!(merged("a\n\nb\n\nc", "a\n\nc", "A\n\nb\n\nc"), "A\n\nc");
        assert_eq!(merged("a\n\nb\n\nc", "a\n\nB\n\nc", "a\n\nc"), "a\n\nc");
        assert_eq!(merged("one", "theirs", "mine"), "mine");
        assert_eq!(
            merged("one", "theirs\n\nand more", "mine"),
            "mine\n\nand more"
        );
        assert_eq!(
            merged("one\n\ntwo", "one\n\nbetween\n\ntwo", "x\n\ny"),
            "x\n\nbetween\n\ny"
        );
        assert_eq!(merged("", "theirs", "mine"), "theirs\n\nmine");
    }

    #[test]
    fn entries_rows_and_words_of_one_block_stand_beside_each_other() {
        assert_eq!(
            merged("- a\n- b", "- a\n- b\n- c", "- a\n- B"),
            "- a\n- B\n- c"
        );
        let table = |rows: &str| format!("| n |\n| --- |\n{rows}");
        assert_eq!(
            merged(
                &table("| 1 |\n| 2 |"),
                &table("| 1 |\n| 2 |\n| 3 |"),
                &table("| one |\n| 2 |")
            ),
            table("| one |\n| 2 |\n| 3 |")
        );
        assert_eq!(
            merged(
                "The quick brown fox",
                "The quick brown dog",
                "The slow brown fox"
            ),
            "The slow brown dog"
        );
        assert_eq!(
            merged("The quick fox", "The rapid fox", "The slow fox"),
            "The slow fox"
        );
    }

    #[test]
    fn placeholders_are_moved_as_words_are() {
        let before = "x\n\n[status](keep:status-0a1b2c3d)\n\nb";
        assert_eq!(
            merged(before, &format!("{before}\n\nc"), &before.replace('x', "X")),
            format!("{}\n\nc", before.replace('x', "X"))
        );
    }
}
