//! Lists of wiki markup: up to an empty line, what stands behind an entry belongs to it.

use serde_json::{Value, json};

use super::read::{blocks, code, fenced, marks, paragraph, starts};

/// An entry: the marks before it, and what is in it.
pub(super) struct Entry<'a> {
    marks: &'a str,
    content: Vec<Value>,
}

/// The entries that begin at the first line, and how many lines they take.
pub(super) fn entries<'a>(lines: &[&'a str]) -> (Vec<Entry<'a>>, usize) {
    let mut found: Vec<Entry<'a>> = Vec::new();
    let mut place = 0;
    while let Some(line) = lines.get(place) {
        let rest = &lines[place..];
        let (content, taken) = if let Some(marks) = marks(line) {
            let text = line.split_once(' ').map_or("", |(_, text)| text);
            let count = running(&rest[1..]);
            let words: Vec<&str> = [text]
                .into_iter()
                .chain(rest[1..=count].iter().copied())
                .collect();
            let content = vec![paragraph(&words)];
            found.push(Entry {
                marks,
                content: Vec::new(),
            });
            (content, 1 + count)
        } else if let Some((code, taken)) = code(rest) {
            (vec![code], taken)
        } else if let Some((_, inner)) = fenced(rest, "quote") {
            // A document has no quotation in an entry.
            (blocks(inner), inner.len() + 2)
        } else {
            let count = running(rest);
            (vec![paragraph(&rest[..count])], count)
        };
        if taken == 0 {
            break;
        }
        if let Some(last) = found.last_mut() {
            last.content.extend(content);
        }
        place += taken;
    }
    (found, place)
}

/// How many lines from the first on are text and nothing else.
fn running(lines: &[&str]) -> usize {
    let mut places = 0..lines.len();
    let is_other = |place: &usize| {
        let rest = &lines[*place..];
        starts(rest[0]) || code(rest).is_some() || fenced(rest, "quote").is_some()
    };
    places.find(is_other).unwrap_or(lines.len())
}

/// The list of some entries, of which those with more marks lie in the entry before them.
pub(super) fn list(entries: &[Entry<'_>], depth: usize) -> Value {
    let is_ordered = entries
        .first()
        .and_then(|first| first.marks.chars().nth(depth - 1))
        == Some('#');
    let mut items = Vec::new();
    let mut place = 0;
    while place < entries.len() {
        let is_deep = |entry: &&Entry<'_>| entry.marks.len() > depth;
        let own = (!is_deep(&&entries[place])).then(|| &entries[place]);
        let from = place + usize::from(own.is_some());
        let below = entries[from..].iter().take_while(is_deep).count();
        let mut content = own.map_or_else(|| vec![paragraph(&[""])], |own| own.content.clone());
        if below > 0 {
            content.push(list(&entries[from..from + below], depth + 1));
        }
        items.push(json!({"type": "listItem", "content": content}));
        place = from + below;
    }
    let kind = if is_ordered {
        "orderedList"
    } else {
        "bulletList"
    };
    json!({"type": kind, "content": items})
}
