//! Inline comments and colours stay with the words that they are about, wherever these stand after an edit.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{Losses, Lost, adf_to_markdown, edit_adf, edit_storage, edit_wiki};

/// A line in which `[…]` is about something, as text nodes: `marks` for each stretch in turn.
fn nodes(line: &str, marks: &[Value]) -> Vec<Value> {
    let mut marks = marks.iter();
    let mut found = Vec::new();
    for piece in line.split_inclusive(['[', ']']) {
        let text = piece.trim_end_matches(['[', ']']);
        if piece.ends_with(']') {
            let mark = marks.next().unwrap();
            found.push(json!({ "type": "text", "text": text, "marks": [mark] }));
        } else if !text.is_empty() {
            found.push(json!({ "type": "text", "text": text }));
        }
    }
    found
}

fn comments() -> [Value; 4] {
    ["1", "2", "3", "4"].map(|id| {
        json!({ "type": "annotation", "attrs": { "id": id, "annotationType": "inlineComment" } })
    })
}

/// ADF with brackets around what is marked.
fn bracketed(node: &Value) -> String {
    let text = node["text"].as_str().unwrap_or_default();
    let inside: String = node["content"]
        .as_array()
        .into_iter()
        .flatten()
        .map(bracketed)
        .collect();
    let is_block = node["content"].is_array() && node["type"] != "doc";
    match (node["marks"].as_array(), is_block) {
        (Some(marks), _) if !marks.is_empty() => format!("[{text}]"),
        (_, true) => format!("{inside}/"),
        _ => format!("{text}{inside}"),
    }
}

fn in_adf(line: &str, new: &str) -> Result<String, Lost> {
    let paragraphs = line.split('/').enumerate().map(
        |(at, line)| json!({ "type": "paragraph", "content": nodes(line, &comments()[at..]) }),
    );
    let document =
        json!({ "type": "doc", "version": 1, "content": paragraphs.collect::<Vec<_>>() });
    let edited = edit_adf(&document, new, Losses::Refused)?;
    let written = bracketed(&edited);
    assert_eq!(
        adf_to_markdown(&edited)
            .split_whitespace()
            .collect::<Vec<_>>(),
        new.split_whitespace().collect::<Vec<_>>()
    );
    Ok(written.trim_end_matches('/').to_owned())
}

fn page(line: &str) -> String {
    let mut count = 0;
    let mut page = String::from("<p>");
    for c in line.chars() {
        match c {
            '[' => {
                count += 1;
                write!(page, "<ac:inline-comment-marker ac:ref=\"{count}\">").unwrap();
            }
            ']' => page.push_str("</ac:inline-comment-marker>"),
            '/' => page.push_str("</p><p>"),
            c => page.push(c),
        }
    }
    page + "</p>"
}

fn in_storage(line: &str, new: &str) -> Result<String, Lost> {
    let edited = edit_storage(&page(line), new, Losses::Refused)?;
    let mut written = edited.replace("</ac:inline-comment-marker>", "]");
    for count in 1..5 {
        written = written.replace(
            &format!("<ac:inline-comment-marker ac:ref=\"{count}\">"),
            "[",
        );
    }
    let written = written
        .replace("</p><p>", "/")
        .replace("<p>", "")
        .replace("</p>", "");
    Ok(written)
}

fn in_wiki(line: &str, new: &str) -> Result<String, Lost> {
    let text = line
        .replace('[', "{color:red}")
        .replace(']', "{color}")
        .replace('/', "\n\n");
    let edited = edit_wiki(&text, new, Losses::Refused)?;
    let written = edited.replace("{color:red}", "[").replace("{color}", "]");
    Ok(written.replace("\n\n", "/"))
}

#[test]
fn a_mark_stays_with_its_words_in_their_text() {
    for (line, new, expected) in [
        ("a [one] b two c", "a two b one c", "a two b [one] c"),
        ("a [one] b [two] c", "a two b one c", "a [two] b [one] c"),
        (
            "alpha [beta] gamma",
            "alpha gamma beta",
            "alpha gamma [beta]",
        ),
        (
            "The [deadline is Friday] for all",
            "Nothing is for all",
            "Nothing [is] for all",
        ),
        ("b [marked] c", "b changed c", "b [changed] c"),
        (
            "the [deadline is Friday] then",
            "the deadline is Monday then",
            "the [deadline is Monday] then",
        ),
        (
            "[deadline Friday] x",
            "deadline was perhaps even earlier than that Friday x",
            "[deadline was perhaps even earlier than that Friday] x",
        ),
        ("a[ blank ]b c", "a blank b d", "a[ blank ]b d"),
        ("a [one] b c", "a three b one c", "a three b [one] c"),
    ] {
        assert_eq!(
            in_adf(line, new).as_deref(),
            Ok(expected),
            "ADF, {line} -> {new}"
        );
        assert_eq!(
            in_storage(line, new).as_deref(),
            Ok(expected),
            "storage, {line} -> {new}"
        );
        assert_eq!(
            in_wiki(line, new).as_deref(),
            Ok(expected),
            "wiki, {line} -> {new}"
        );
    }
}

#[test]
fn a_comment_whose_words_are_gone_or_stand_apart_is_refused() {
    for (line, new, about) in [
        ("b [marked]", "new b", "marked"),
        ("b [marked] c", "b c", "marked"),
        (
            "[whole paragraph is marked]",
            "something else entirely",
            "whole paragraph is marked",
        ),
        ("[one two] three", "one three two", "one two"),
        ("x [one two] y", "x one\n\ntwo y", "one two"),
    ] {
        let expected = Err(Lost::Hidden(format!("the inline comment on “{about}”")));
        assert_eq!(in_adf(line, new), expected, "ADF, {line} -> {new}");
        assert_eq!(in_storage(line, new), expected, "storage, {line} -> {new}");
    }
}

#[test]
fn a_mark_goes_with_its_words_into_another_block() {
    for (line, new, expected) in [
        (
            "one [red] a/two [blue] b",
            "one red a two blue b",
            "one [red] a two [blue] b",
        ),
        (
            "one [red] a two [blue] b",
            "one red a\n\ntwo blue b",
            "one [red] a/two [blue] b",
        ),
    ] {
        assert_eq!(
            in_adf(line, new).as_deref(),
            Ok(expected),
            "ADF, {line} -> {new}"
        );
        assert_eq!(
            in_storage(line, new).as_deref(),
            Ok(expected),
            "storage, {line} -> {new}"
        );
        assert_eq!(
            in_wiki(line, new).as_deref(),
            Ok(expected),
            "wiki, {line} -> {new}"
        );
    }
}

#[test]
fn a_comment_around_other_marks_stays_one() {
    let page = "<p>x <ac:inline-comment-marker ac:ref=\"r\">m <strong>n</strong></ac:inline-comment-marker> z</p>";
    let edited = edit_storage(page, "x m z", Losses::Refused).unwrap();
    assert_eq!(
        edited,
        "<p>x <ac:inline-comment-marker ac:ref=\"r\">m</ac:inline-comment-marker> z</p>"
    );
    let page = "<p>see <ac:inline-comment-marker ac:ref=\"r\">this</ac:inline-comment-marker> and <a href=\"https://e.example\">link</a></p>";
    let edited = edit_storage(
        page,
        "see [link](https://e.example) and this",
        Losses::Refused,
    )
    .unwrap();
    assert_eq!(
        edited,
        "<p>see <a href=\"https://e.example\">link</a> and <ac:inline-comment-marker ac:ref=\"r\">this</ac:inline-comment-marker></p>"
    );
}
