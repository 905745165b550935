//! Lists and tables are divided, joined, reordered, nested, numbered and have words changed, all at once, in every format:
//! each entry and each row stays what it was. What the edit says is what the expected document shows.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    wiki_to_markdown,
};

/// An entry of a list: how deep it lies, its number, and whether its word was changed.
type Entry = (usize, usize, bool);

#[derive(Debug, Clone)]
enum Block {
    List(bool, Vec<Entry>),
    Table(Vec<(usize, bool)>),
    Text(usize),
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Divide(usize, usize),
    /// Between an entry and one below it, too, which then loses the one above it.
    DivideAnywhere(usize, usize),
    Join(usize),
    Move(usize, usize, usize),
    Across(usize, usize, usize),
    Number(usize),
    Deeper(usize, usize),
    Higher(usize, usize),
    Word(usize, usize),
    Delete(usize, usize),
}

/// Places change in every way, or some ways and words: of an entry whose word changed where the one above it went, nobody
/// can say which one it was.
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let at = 0..12_usize;
    let two = || (at.clone(), at.clone());
    let three = || (at.clone(), at.clone(), at.clone());
    let common = prop_oneof![
        two().prop_map(|(one, two)| Act::Divide(one, two)),
        at.clone().prop_map(Act::Join),
        at.clone().prop_map(Act::Number),
    ];
    let places = prop_oneof![
        common.clone(),
        two().prop_map(|(one, two)| Act::DivideAnywhere(one, two)),
        three().prop_map(|(one, two, three)| Act::Move(one, two, three)),
        three().prop_map(|(one, two, three)| Act::Across(one, two, three)),
        two().prop_map(|(one, two)| Act::Deeper(one, two)),
        two().prop_map(|(one, two)| Act::Higher(one, two)),
        two().prop_map(|(one, two)| Act::Delete(one, two)),
    ];
    let words = prop_oneof![common, two().prop_map(|(one, two)| Act::Word(one, two))];
    prop_oneof![vec(places, 1..5), vec(words, 1..5)]
}

/// Every entry lies at most one deeper than the one above it.
fn settled(entries: &mut [Entry]) {
    let mut deepest = 0;
    for (depth, ..) in entries {
        *depth = (*depth).min(deepest);
        deepest = *depth + 1;
    }
}

fn done(blocks: &mut Vec<Block>, act: Act, number: usize) {
    let length = blocks.len();
    match act {
        Act::Divide(at, place) | Act::DivideAnywhere(at, place) => {
            let at = at % length;
            let is_anywhere = matches!(act, Act::DivideAnywhere(..));
            let rest = match &mut blocks[at] {
                Block::List(is_numbered, entries) if entries.len() > 1 => {
                    let is_place = |place: &usize| is_anywhere || entries[*place].0 == 0;
                    let places: Vec<usize> = (1..entries.len()).filter(is_place).collect();
                    if places.is_empty() {
                        return;
                    }
                    let mut rest = entries.split_off(places[place % places.len()]);
                    settled(&mut rest);
                    Block::List(*is_numbered, rest)
                }
                Block::Table(rows) if rows.len() > 1 => {
                    Block::Table(rows.split_off(1 + place % (rows.len() - 1)))
                }
                _ => return,
            };
            let behind = blocks.split_off(at + 1);
            blocks.extend([Block::Text(100 + number), rest]);
            blocks.extend(behind);
        }
        Act::Join(at) => {
            let at = at % length;
            let joined = match (blocks.get(at), blocks.get(at + 2)) {
                (Some(Block::List(is_numbered, one)), Some(Block::List(_, two))) => {
                    Block::List(*is_numbered, [one.as_slice(), two].concat())
                }
                (Some(Block::Table(one)), Some(Block::Table(two))) => {
                    Block::Table([one.as_slice(), two].concat())
                }
                _ => return,
            };
            blocks.splice(at..at + 3, [joined]);
        }
        Act::Across(from, to, place) => {
            let (from, to) = (from % length, to % length);
            if let (Block::List(_, one), Block::List(..)) = (&blocks[from], &blocks[to])
                && one.len() > 1
                && from != to
                && let Block::List(_, one) = &mut blocks[from]
            {
                let entry = one.remove(place % one.len());
                settled(one);
                if let Block::List(_, two) = &mut blocks[to] {
                    two.insert(place % (two.len() + 1), entry);
                    settled(two);
                }
            }
        }
        act => done_in_one(blocks, act),
    }
}

fn done_in_one(blocks: &mut [Block], act: Act) {
    let length = blocks.len();
    let (Act::Move(at, ..)
    | Act::Number(at)
    | Act::Deeper(at, _)
    | Act::Higher(at, _)
    | Act::Word(at, _)
    | Act::Delete(at, _)) = act
    else {
        return;
    };
    match (&mut blocks[at % length], act) {
        (Block::List(is_numbered, _), Act::Number(_)) => *is_numbered = !*is_numbered,
        (Block::List(_, entries), act) => {
            let count = entries.len();
            match act {
                Act::Move(_, from, to) => {
                    let entry = entries.remove(from % count);
                    entries.insert(to % count, entry);
                }
                Act::Deeper(_, place) => entries[place % count].0 += 1,
                Act::Higher(_, place) => {
                    let depth = &mut entries[place % count].0;
                    *depth = depth.saturating_sub(1);
                }
                Act::Word(_, place) => entries[place % count].2 = true,
                Act::Delete(_, place) if count > 1 => {
                    entries.remove(place % count);
                }
                _ => {}
            }
            settled(entries);
        }
        (Block::Table(rows), Act::Move(_, from, to)) => {
            let row = rows.remove(from % rows.len());
            rows.insert(to % (rows.len() + 1), row);
        }
        (Block::Table(rows), Act::Word(_, place)) => {
            let count = rows.len();
            rows[place % count].1 = true;
        }
        _ => {}
    }
}

fn words(number: usize, is_changed: bool) -> String {
    let word = if is_changed { "other" } else { "word" };
    format!("north{number} {word}{number} south{number} west{number}")
}

/// The entry that comes first, with those below it, and the others.
fn first(entries: &[Entry]) -> (Entry, &[Entry], &[Entry]) {
    let (entry, rest) = entries.split_first().unwrap();
    let below = rest.iter().take_while(|(depth, ..)| *depth > entry.0);
    let (below, others) = rest.split_at(below.count());
    (*entry, below, others)
}

fn storage_list(is_numbered: bool, mut entries: &[Entry]) -> String {
    let name = if is_numbered { "ol" } else { "ul" };
    let mut text = format!("<{name}>");
    while !entries.is_empty() {
        let ((_, number, is_changed), below, others) = first(entries);
        let own = words(number, is_changed);
        let _ = write!(
            text,
            "<li local-id=\"i{number}\"><p local-id=\"p{number}\"><u data-x=\"{number}\">{own}</u></p>"
        );
        if !below.is_empty() {
            text += &storage_list(false, below);
        }
        text += "</li>";
        entries = others;
    }
    text + &format!("</{name}>")
}

fn storage(blocks: &[Block]) -> String {
    let block = |block: &Block| match block {
        Block::List(is_numbered, entries) => storage_list(*is_numbered, entries),
        Block::Table(rows) => {
            let rows = rows.iter().map(|(number, is_changed)| {
                let own = words(*number, *is_changed);
                format!("<tr data-x=\"{number}\"><td data-highlight-colour=\"#{number}\">{own}</td><td><ul><li><p>low{number}</p></li></ul></td></tr>")
            });
            let rows: String = rows.collect();
            format!(
                "<table data-layout=\"wide\"><tbody><tr><th>key</th><th>value</th></tr>{rows}</tbody></table>"
            )
        }
        Block::Text(number) => format!("<p>between{number} blocks{number}</p>"),
    };
    blocks.iter().map(block).collect()
}

fn wiki_list(markers: &str, mut entries: &[Entry], lines: &mut Vec<String>) {
    while !entries.is_empty() {
        let ((_, number, is_changed), below, others) = first(entries);
        let own = words(number, is_changed);
        lines.push(format!(
            "{markers} {{color:red}}{own}{{color}}  {{*}}bold{number}{{*}}"
        ));
        wiki_list(&format!("{markers}*"), below, lines);
        entries = others;
    }
}

fn wiki(blocks: &[Block]) -> String {
    let block = |block: &Block| match block {
        Block::List(is_numbered, entries) => {
            let mut lines = Vec::new();
            wiki_list(if *is_numbered { "#" } else { "*" }, entries, &mut lines);
            lines.join("\n")
        }
        Block::Table(rows) => {
            let rows = rows.iter().map(|(number, is_changed)| {
                format!(
                    "\n|{{color:red}}{}{{color}}|* low{number}\n* high{number}|",
                    words(*number, *is_changed)
                )
            });
            format!("||key||value||{}", rows.collect::<String>())
        }
        Block::Text(number) => format!("between{number} blocks{number}"),
    };
    blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn adf_text(number: usize, is_changed: bool) -> Value {
    json!({ "type": "paragraph", "attrs": { "localId": format!("p{number}") }, "content": [{ "type": "text",
        "text": words(number, is_changed), "marks": [{ "type": "textColor", "attrs": { "color": format!("#{number:06}") } }] }] })
}

fn adf_list(is_numbered: bool, mut entries: &[Entry]) -> Value {
    let mut items = Vec::new();
    while !entries.is_empty() {
        let ((_, number, is_changed), below, others) = first(entries);
        let mut content = vec![adf_text(number, is_changed)];
        content.extend((!below.is_empty()).then(|| adf_list(false, below)));
        items.push(json!({ "type": "listItem", "attrs": { "localId": format!("i{number}") }, "content": content }));
        entries = others;
    }
    if is_numbered {
        json!({ "type": "orderedList", "attrs": { "order": 1 }, "content": items })
    } else {
        json!({ "type": "bulletList", "content": items })
    }
}

fn adf(blocks: &[Block]) -> Value {
    let cell = |kind: &str, attributes: Value, content: Value| json!({ "type": kind, "attrs": attributes, "content": [content] });
    let plain =
        |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let block = |block: &Block| match block {
        Block::List(is_numbered, entries) => adf_list(*is_numbered, entries),
        Block::Table(rows) => {
            let head = ["key", "value"].map(|word| cell("tableHeader", json!({}), plain(word)));
            let mut content = vec![json!({ "type": "tableRow", "content": head })];
            for (number, is_changed) in rows {
                let below = json!({ "type": "bulletList", "content": [
                    { "type": "listItem", "content": [plain(&format!("low{number}"))] }] });
                content.push(json!({ "type": "tableRow", "attrs": { "localId": format!("r{number}") }, "content": [
                    cell("tableCell", json!({ "background": format!("#{number:06}") }), adf_text(*number, *is_changed)),
                    cell("tableCell", json!({}), below)] }));
            }
            json!({ "type": "table", "attrs": { "layout": "wide" }, "content": content })
        }
        Block::Text(number) => plain(&format!("between{number} blocks{number}")),
    };
    json!({ "type": "doc", "version": 1, "content": blocks.iter().map(block).collect::<Vec<_>>() })
}

fn start() -> Vec<Block> {
    let list = |is_numbered, from: usize, depths: &[usize]| {
        let entries = depths.iter().enumerate();
        let entries = entries.map(|(at, depth)| (*depth, from + at, false));
        Block::List(is_numbered, entries.collect())
    };
    vec![
        list(false, 10, &[0, 0, 1, 1, 0]),
        Block::Text(1),
        list(true, 20, &[0, 1, 2, 0]),
        Block::Text(2),
        list(false, 30, &[0, 0]),
        Block::Text(3),
        Block::Table((40..44).map(|number| (number, false)).collect()),
        Block::Text(4),
        Block::Table((50..52).map(|number| (number, false)).collect()),
    ]
}

/// A page with a line for each entry, row and block, which is easier to compare by eye.
fn lines(page: &str) -> Vec<String> {
    let page = page
        .replace("<li", "\n<li")
        .replace("<tr", "\n<tr")
        .replace("<p>", "\n<p>");
    page.lines().map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn entries_and_rows_stay_what_they_were_wherever_they_stand(acts in acts()) {
        let before = start();
        let mut after = before.clone();
        for (number, act) in acts.into_iter().enumerate() {
            done(&mut after, act, number);
        }
        let edited = storage_to_markdown(&storage(&after));
        let written = edit_storage(&storage(&before), &edited, Losses::Refused);
        prop_assert_eq!(written.map(|page| lines(&page)), Ok(lines(&storage(&after))), "{}", edited);
        let edited = adf_to_markdown(&adf(&after));
        prop_assert_eq!(edit_adf(&adf(&before), &edited, Losses::Refused), Ok(adf(&after)), "{}", edited);
        let edited = wiki_to_markdown(&wiki(&after));
        let written = edit_wiki(&wiki(&before), &edited, Losses::Refused);
        prop_assert_eq!(written, Ok(wiki(&after)), "{}", edited);
    }
}
