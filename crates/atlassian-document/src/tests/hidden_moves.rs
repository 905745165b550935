//! Blocks are put together otherwise: colours, comments, tasks and mentions stay with their words.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    Losses, Lost, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
};

const COLOUR: &str = "<span style=\"color: red;\">";

/// The words that are coloured, in their order.
fn coloured(text: &str, open: &str, close: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for piece in text.split(open).skip(1) {
        let own = piece.split(close).next().unwrap_or_default();
        words.extend(own.split_whitespace().map(str::to_owned));
    }
    words.sort();
    words
}

fn coloured_in_adf(node: &Value, found: &mut Vec<String>) {
    let marks = node["marks"].as_array().into_iter().flatten();
    if marks.into_iter().any(|mark| mark["type"] == "textColor") {
        let text = node["text"].as_str().unwrap_or_default();
        found.extend(text.split_whitespace().map(str::to_owned));
    }
    for child in node["content"].as_array().into_iter().flatten() {
        coloured_in_adf(child, found);
    }
    found.sort();
}

/// Lists, tables and panels whose lines hold a red word each, and what an edit makes of them.
const MOVES: &[(&str, &str)] = &[
    ("- L\n- L\n- L\n- L", "- 0\n- 1\n\nbetween\n\n- 2\n- 3"),
    ("- L\n- L\n- L\n- L", "- 0\n- 1\n  - 2\n  - 3"),
    ("- L\n- L\n- L\n- L", "1. 0\n2. 1\n3. 2\n4. 3"),
    ("- L\n- L\n- L\n- L", "> - 0\n> - 1\n> - 2\n> - 3"),
    ("- L\n- L\n- L\n- L", "0\n\n- 1\n- 2\n- 3"),
    ("- L\n- L\n- L\n- L", "- new\n  - 0\n  - 1\n  - 2\n  - 3"),
    ("- L\n- L\n- L\n- L", "- 0 1\n- 2 3"),
    ("L\n\nL\n\nL\n\nL", "0 1 2 3"),
    ("L\n\nL\n\nL\n\nL", "- 0\n- 1\n\n> 2\n\n# 3"),
    ("L\n\nL\n\nL\n\nL", "3\n\n1\n\n2\n\n0"),
    (
        "> [!INFO]\n> L\n>\n> L\n>\n> L\n>\n> L",
        "> [!INFO]\n> 0\n>\n> 1\n\n> [!INFO]\n> 2\n>\n> 3",
    ),
    (
        "| a | b |\n| --- | --- |\n| L | L |\n| L | L |",
        "| a | b |\n| --- | --- |\n| 0 | 1 |\n\nbetween\n\n| c | d |\n| --- | --- |\n| 2 | 3 |",
    ),
    (
        "| a | b |\n| --- | --- |\n| L | L |\n| L | L |",
        "| b | a |\n| --- | --- |\n| 1 | 0 |\n| 3 | 2 |",
    ),
    (
        "| a | b |\n| --- | --- |\n| L | L |\n| L | L |",
        "- 0\n- 1\n- 2\n- 3",
    ),
];

const WORDS: [&str; 4] = ["crimson", "scarlet", "ruby", "cherry"];

/// The text with its lines, and the words that are to be red in a mark of their own.
fn with_lines(pattern: &str) -> String {
    let mut text = pattern.to_owned();
    for (number, word) in WORDS.iter().enumerate() {
        text = text.replacen('L', &format!("line{number} QQ{word}QQ end{number}"), 1);
    }
    text
}

fn after(pattern: &str) -> String {
    let mut text = pattern.to_owned();
    for (number, word) in WORDS.iter().enumerate().rev() {
        let places: Vec<usize> = text
            .match_indices(&number.to_string())
            .map(|(at, _)| at)
            .collect();
        let is_own = |at: &&usize| {
            let before = text[..**at].chars().next_back();
            let behind = text[**at + 1..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && behind.is_none_or(char::is_whitespace)
        };
        let at = *places.iter().find(is_own).unwrap();
        text.replace_range(at..=at, &format!("line{number} {word} end{number}"));
    }
    text
}

/// A text that was made from Markdown, whose words between `QQ` are red.
fn painted(text: &str, open: &str, close: &str) -> String {
    let mut written = String::new();
    for (at, piece) in text.split("QQ").enumerate() {
        written.push_str(match at {
            0 => "",
            at if at % 2 == 1 => open,
            _ => close,
        });
        written.push_str(piece);
    }
    written
}

fn paint(node: &mut Value) {
    let red = json!([{ "type": "textColor", "attrs": { "color": "#ff0000" } }]);
    let Some(Value::Array(nodes)) = node.get_mut("content") else {
        return;
    };
    let mut written = Vec::new();
    for node in nodes.iter_mut() {
        paint(node);
        let Some(text) = node["text"].as_str() else {
            written.push(node.clone());
            continue;
        };
        for (at, piece) in text
            .split("QQ")
            .enumerate()
            .filter(|(_, piece)| !piece.is_empty())
        {
            let mut own = json!({ "type": "text", "text": piece });
            if at % 2 == 1 {
                own["marks"] = red.clone();
            }
            written.push(own);
        }
    }
    *nodes = written;
}

#[test]
fn colours_stay_with_their_words_however_the_blocks_are_put_together() {
    let mut expected: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    expected.sort();
    for (before, new) in MOVES {
        let (text, new) = (with_lines(before), after(new));
        let mut document = crate::markdown_to_adf(&text);
        paint(&mut document);
        let edited = edit_adf(&document, &new, Losses::Refused).unwrap();
        let mut found = Vec::new();
        coloured_in_adf(&edited, &mut found);
        assert_eq!(found, expected, "ADF\n{new}\n{edited}");
        let page = painted(&crate::markdown_to_storage(&text), COLOUR, "</span>");
        let edited = edit_storage(&page, &new, Losses::Refused).unwrap();
        assert_eq!(
            coloured(&edited, COLOUR, "</span>"),
            expected,
            "storage\n{new}\n{edited}"
        );
        let wiki = painted(&crate::markdown_to_wiki(&text), "{color:red}", "{color}");
        let edited = edit_wiki(&wiki, &new, Losses::Refused).unwrap();
        assert_eq!(
            coloured(&edited, "{color:red}", "{color}"),
            expected,
            "wiki\n{new}\n{edited}"
        );
    }
}

#[test]
fn tasks_keep_their_identifiers_when_their_list_is_parted() {
    for new in [
        "- [ ] t1\n- plain\n- [ ] t2\n- [x] t3\n- [ ] t4",
        "- [ ] t1\n- [ ] t2\n\nbetween\n\n- [x] t3\n- [ ] t4",
        "- [ ] t1\n- [ ] t2\n  - [x] t3\n  - [ ] t4",
        "- [ ] t1\n- [ ] t2\n\n# head\n\n- [x] t3\n- [ ] t4",
    ] {
        let task = |id: &str, text: &str, state: &str| json!({ "type": "taskItem", "attrs": { "localId": id, "state": state }, "content": [{ "type": "text", "text": text }] });
        let document = json!({ "type": "doc", "version": 1, "content": [{ "type": "taskList", "attrs": { "localId": "l" }, "content": [
            task("a", "t1", "TODO"), task("b", "t2", "TODO"), task("c", "t3", "DONE"), task("d", "t4", "TODO") ] }] });
        let edited = edit_adf(&document, new, Losses::Refused)
            .unwrap()
            .to_string();
        let page = |id: &str, text: &str, state: &str| {
            format!(
                "<ac:task><ac:task-id>{id}</ac:task-id><ac:task-uuid>u-{id}</ac:task-uuid><ac:task-status>{state}</ac:task-status><ac:task-body>{text}</ac:task-body></ac:task>"
            )
        };
        let tasks = [
            page("11", "t1", "incomplete"),
            page("12", "t2", "incomplete"),
            page("13", "t3", "complete"),
            page("14", "t4", "incomplete"),
        ];
        let stored = format!("<ac:task-list>{}</ac:task-list>", tasks.concat());
        let stored = edit_storage(&stored, new, Losses::Refused).unwrap();
        for (id, number, text) in [
            ("a", 11, "t1"),
            ("b", 12, "t2"),
            ("c", 13, "t3"),
            ("d", 14, "t4"),
        ] {
            assert!(
                edited.contains(&format!("\"localId\":\"{id}\"")),
                "{text} of {new}\n{edited}"
            );
            let own =
                format!("<ac:task-id>{number}</ac:task-id><ac:task-uuid>u-{number}</ac:task-uuid>");
            assert!(stored.contains(&own), "{text} of {new}\n{stored}");
        }
    }
}

#[test]
fn mentions_keep_what_they_have_beside_the_person() {
    let mention = |id: &str, local: &str| json!({ "type": "mention", "attrs": { "id": id, "text": "@P", "localId": local, "accessLevel": "CONTAINER" } });
    let text = |text: &str| json!({ "type": "text", "text": text });
    let document = json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [text("ask "), mention("m1", "la"), text(" and tell "), mention("m2", "lb"), text(" soon")] }
    ] });
    let shown = adf_to_markdown(&document);
    for new in [
        shown.replace(" and tell", "\n\nand tell"),
        format!("- {shown}"),
        format!("> {shown}"),
        format!("first\n\n1. {shown}"),
    ] {
        let edited = edit_adf(&document, &new, Losses::Refused)
            .unwrap()
            .to_string();
        for local in ["la", "lb"] {
            assert!(
                edited.contains(&format!("\"localId\":\"{local}\"")),
                "{new}\n{edited}"
            );
        }
        assert_eq!(edited.matches("CONTAINER").count(), 2, "{new}\n{edited}");
    }
}

/// Where the blocks of an edit stand, and how they begin.
fn shapes() -> impl Strategy<Value = Vec<(usize, &'static str)>> {
    let order = Just((0..6).collect::<Vec<usize>>()).prop_shuffle();
    let begin = proptest::collection::vec(
        prop_oneof![
            Just(""),
            Just("- "),
            Just("> "),
            Just("1. "),
            Just("# "),
            Just("+")
        ],
        6,
    );
    (order, begin).prop_map(|(order, begin)| order.into_iter().zip(begin).collect())
}

proptest! {
    #[test]
    fn every_colour_whose_words_are_there_is_kept(shapes in shapes(), lists in any::<bool>()) {
        let words = ["amber", "beige", "coral", "denim", "ebony", "fawn"];
        let apart = if lists { "\n- " } else { "\n\n" };
        let lines: Vec<String> = words.iter().map(|word| format!("see the QQ{word}QQ of {word}x")).collect();
        let text = format!("{}{}", if lists { "- " } else { "" }, lines.join(apart));
        let mut new = String::new();
        for (line, begin) in shapes {
            let line = lines[line].replace("QQ", "");
            let (before, begin) = if begin == "+" { (" ", "") } else { ("\n\n", begin) };
            write!(new, "{before}{begin}{line}").unwrap();
        }
        let new = new.trim().to_owned();
        let expected: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let page = painted(&crate::markdown_to_storage(&text), COLOUR, "</span>");
        let edited = edit_storage(&page, &new, Losses::Refused).unwrap();
        prop_assert_eq!(coloured(&edited, COLOUR, "</span>"), expected.clone(), "{}\n{}", new, edited);
        let mut document = crate::markdown_to_adf(&text);
        paint(&mut document);
        let edited = edit_adf(&document, &new, Losses::Refused).unwrap();
        let mut found = Vec::new();
        coloured_in_adf(&edited, &mut found);
        prop_assert_eq!(found, expected.clone(), "{}\n{}", new, edited);
        let wiki = painted(&crate::markdown_to_wiki(&text), "{color:red}", "{color}");
        let edited = edit_wiki(&wiki, &new, Losses::Refused).unwrap();
        prop_assert_eq!(coloured(&edited, "{color:red}", "{color}"), expected, "{}\n{}", new, edited);
    }

    #[test]
    fn no_comment_is_lost_or_torn_unseen(shapes in shapes(), swap in any::<bool>()) {
        let words = ["amber", "beige", "coral", "denim", "ebony", "fawn"];
        let lines: Vec<String> = words.iter().map(|word| format!("see {word}a {word} of {word}x")).collect();
        let pages: Vec<String> = words.iter().map(|word| format!(
            "<p>see <ac:inline-comment-marker ac:ref=\"{word}\">{word}a {word}</ac:inline-comment-marker> of {word}x</p>"
        )).collect();
        let page = pages.concat();
        prop_assert_eq!(storage_to_markdown(&page), lines.join("\n\n"));
        let mut new = String::new();
        for (at, begin) in shapes {
            let mut line = lines[at].clone();
            if swap && at % 2 == 0 {
                line = format!("of {0}x see {0}a {0}", words[at]);
            }
            let (before, begin) = if begin == "+" { (" ", "") } else { ("\n\n", begin) };
            write!(new, "{before}{begin}{line}").unwrap();
        }
        match edit_storage(&page, new.trim(), Losses::Refused) {
            Ok(edited) => for word in words {
                let whole = format!("ac:ref=\"{word}\">{word}a {word}</ac:inline-comment-marker>");
                prop_assert!(edited.contains(&whole), "{}\n{}", new, edited);
            },
            Err(lost) => prop_assert!(matches!(lost, Lost::Hidden(_)), "{}", lost),
        }
    }
}
