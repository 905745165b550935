//! The mark that an inline comment leaves on the words that it is about, in both forms of a page's text.
//!
//! Confluence keeps it as `ac:inline-comment-marker` in storage and as the mark `annotation` in ADF. A page
//! that is written without it has lost its comment: that is then about words that are no longer there.

use std::ops::Range;

use serde_json::{Value, json};

use super::tree::INLINE;

/// What stands between two blocks: no selection goes across it.
const BORDER: char = '\u{0}';

/// Storage with the mark on the `index`th place of the selected words; `None` where there is no such place.
pub(crate) fn in_storage(
    storage: &str,
    selection: &str,
    index: usize,
    reference: &str,
) -> Option<String> {
    let letters = letters_of(storage);
    let place = place_of(letters.iter().map(|letter| letter.0), selection, index)?;
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for (_, bytes) in &letters[place] {
        match pieces.last_mut() {
            Some(last) if last.end == bytes.start => last.end = bytes.end,
            _ => pieces.push(bytes.clone()),
        }
    }
    let mut marked = storage.to_owned();
    for piece in pieces.into_iter().rev() {
        let text = &storage[piece.clone()];
        let text = format!(
            "<ac:inline-comment-marker ac:ref=\"{reference}\">{text}</ac:inline-comment-marker>"
        );
        marked.replace_range(piece, &text);
    }
    Some(marked)
}

/// What a reader sees of storage, letter by letter, with the bytes that each was written with.
fn letters_of(storage: &str) -> Vec<(char, Range<usize>)> {
    let mut letters = Vec::new();
    let mut at = 0;
    while let Some(first) = storage[at..].chars().next() {
        let rest = &storage[at..];
        let end_of = |end: &str| rest.find(end).map_or(rest.len(), |place| place + end.len());
        let length = match first {
            '<' if rest.starts_with("<![CDATA[") => end_of("]]>"),
            '<' if rest.starts_with("<!--") => end_of("-->"),
            '<' if rest.starts_with("<ac:parameter") => end_of("</ac:parameter>"),
            '<' => end_of(">"),
            '&' => end_of(";"),
            other => other.len_utf8(),
        };
        let name = rest
            .strip_prefix('<')
            .unwrap_or_default()
            .trim_start_matches('/')
            .split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))
            .next()
            .unwrap_or_default();
        match first {
            '<' if INLINE.contains(&name) => {}
            '<' => letters.push((BORDER, at..at)),
            '&' => letters.push((entity(&rest[..length]), at..at + length)),
            other => letters.push((other, at..at + length)),
        }
        at += length;
    }
    letters
}

fn entity(written: &str) -> char {
    let text = super::parse(written).ok();
    let text = text.map(|nodes| nodes.iter().map(super::Node::text).collect::<String>());
    text.and_then(|text| text.chars().next()).unwrap_or(BORDER)
}

/// Where the selected words stand for the `index`th time, counted in letters.
fn place_of(
    letters: impl Iterator<Item = char>,
    selection: &str,
    index: usize,
) -> Option<Range<usize>> {
    let plain = |letter: char| if letter == '\u{a0}' { ' ' } else { letter };
    let text: Vec<char> = letters.map(plain).collect();
    let wanted: Vec<char> = selection.chars().map(plain).collect();
    let mut places = text
        .windows(wanted.len().max(1))
        .enumerate()
        .filter(|(_, window)| *window == wanted);
    places
        .nth(index)
        .map(|(start, _)| start..start + wanted.len())
}

/// How often the selected words stand in storage.
pub(crate) fn times_in(storage: &str, selection: &str) -> usize {
    let letters = letters_of(storage);
    let stands = |index: &usize| {
        let letters = letters.iter().map(|letter| letter.0);
        place_of(letters, selection, *index).is_some()
    };
    (0..letters.len()).take_while(stands).count()
}

/// A document (ADF as JSON text) with the mark on the `index`th place of the selected words.
pub(crate) fn in_document(
    document: &str,
    selection: &str,
    index: usize,
    reference: &str,
) -> Option<String> {
    let mut document: Value = serde_json::from_str(document).ok()?;
    let mut text = String::new();
    read(&document, &mut text);
    let place = place_of(text.chars(), selection, index)?;
    let mark = json!({"type": "annotation", "attrs": {"id": reference, "annotationType": "inlineComment"}});
    write(&mut document, &mut 0, &place, &mark);
    Some(document.to_string())
}

fn content(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn read(node: &Value, text: &mut String) {
    match node["text"].as_str() {
        Some(part) if node["type"] == "text" => text.push_str(part),
        _ => {
            text.push(BORDER);
            for child in content(node) {
                read(child, text);
            }
        }
    }
}

/// Goes through the same letters as `read` and splits the texts at both ends of the place.
fn write(node: &mut Value, at: &mut usize, place: &Range<usize>, mark: &Value) {
    *at += 1;
    let Some(children) = node["content"].as_array_mut() else {
        return;
    };
    for mut child in std::mem::take(children) {
        let Some(text) = child["text"].as_str().map(str::to_owned) else {
            write(&mut child, at, place, mark);
            children.push(child);
            continue;
        };
        let letters: Vec<char> = text.chars().collect();
        let inside = |end: usize| end.clamp(*at, *at + letters.len()) - *at;
        let (start, end) = (inside(place.start), inside(place.end));
        for (part, is_marked) in [
            (0..start, false),
            (start..end, true),
            (end..letters.len(), false),
        ] {
            if part.is_empty() {
                continue;
            }
            let mut piece = child.clone();
            piece["text"] = letters[part].iter().collect::<String>().into();
            if is_marked {
                let mut marks = piece["marks"].as_array().cloned().unwrap_or_default();
                marks.push(mark.clone());
                piece["marks"] = marks.into();
            }
            children.push(piece);
        }
        *at += letters.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_across_other_marks_and_entities() {
        let marked =
            |storage: &str, words: &str, index: usize| in_storage(storage, words, index, "7f");
        let text = "<p>alpha beta <strong>bold words</strong> &amp; end beta</p>";
        assert_eq!(
            marked(text, "beta bold", 0).unwrap(),
            "<p>alpha <ac:inline-comment-marker ac:ref=\"7f\">beta </ac:inline-comment-marker><strong>\
             <ac:inline-comment-marker ac:ref=\"7f\">bold</ac:inline-comment-marker> words</strong> &amp; end beta</p>"
        );
        assert!(
            marked(text, "words & end", 0)
                .unwrap()
                .contains("> &amp; end</ac:inline")
        );
        assert!(
            marked(text, "beta", 1)
                .unwrap()
                .ends_with("\">beta</ac:inline-comment-marker></p>")
        );
        for (words, index) in [("beta", 2), ("gamma", 0), ("", 0)] {
            assert_eq!(marked(text, words, index), None, "{words} {index}");
        }
        assert_eq!(marked("<p>one</p><p>two</p>", "onetwo", 0), None);
        assert_eq!(
            marked(
                "<ac:parameter ac:name=\"x\">words</ac:parameter>",
                "words",
                0
            ),
            None
        );
    }

    #[test]
    fn words_of_a_document_are_marked_in_their_texts() {
        let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "alpha beta "}, {"type": "text", "text": "bold words", "marks": [{"type": "strong"}]}]}]});
        let marked = in_document(&document.to_string(), "beta bold", 0, "7f").unwrap();
        let marked: Value = serde_json::from_str(&marked).unwrap();
        let mark =
            json!({"type": "annotation", "attrs": {"id": "7f", "annotationType": "inlineComment"}});
        assert_eq!(
            marked["content"][0]["content"],
            json!([
                {"type": "text", "text": "alpha "}, {"type": "text", "text": "beta ", "marks": [mark]},
                {"type": "text", "text": "bold", "marks": [{"type": "strong"}, mark]},
                {"type": "text", "text": " words", "marks": [{"type": "strong"}]},
            ])
        );
        assert_eq!(in_document(&document.to_string(), "beta", 1, "7f"), None);
    }
}
