//! Hostile input: nothing may panic, overflow the stack or take long.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::adf_grammar;
use crate::{adf_to_markdown, markdown_to_adf, markdown_to_storage, storage_to_markdown};

const MANY: usize = 100_000;

fn converts(markdown: &str) {
    let adf = markdown_to_adf(markdown);
    assert_eq!(adf_grammar::check(&adf), Ok(()));
    let text = serde_json::to_string(&adf).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    let again = adf_to_markdown(&read);
    assert_eq!(markdown.contains("end"), again.contains("end"));
    let storage = markdown_to_storage(markdown);
    let again = storage_to_markdown(&storage);
    assert_eq!(markdown.contains("end"), again.contains("end"));
}

#[test]
fn deep_quotes_are_flattened() {
    converts(&format!("{} end", ">".repeat(MANY)));
}

#[test]
fn deep_lists_on_one_line_are_flattened() {
    converts(&format!("{}end", "+ ".repeat(MANY)));
}

#[test]
fn deep_lists_on_many_lines_are_flattened() {
    let mut markdown = String::new();
    for depth in 0..500 {
        writeln!(markdown, "{}- end {depth}", "  ".repeat(depth)).unwrap();
    }
    converts(&markdown);
    let flattened = adf_to_markdown(&markdown_to_adf(&markdown));
    assert!(flattened.contains("end 499"));
}

#[test]
fn many_brackets_stay_text() {
    converts(&"[".repeat(MANY));
    converts(&"![".repeat(MANY));
    converts(&"[]()".repeat(MANY / 4));
    converts(&"](".repeat(MANY));
}

#[test]
fn many_marks_stay_text() {
    converts(&"*a _b ~~c ".repeat(MANY / 10));
    converts(&"**a*".repeat(MANY / 4));
    converts(&"`a``".repeat(MANY / 4));
    converts(&"<a &b; ".repeat(MANY / 8));
    converts(&"*".repeat(MANY));
    converts(&"| ".repeat(MANY));
}

#[test]
fn a_wide_table_keeps_all_text() {
    let mut markdown = "| x ".repeat(1_000);
    markdown.push_str("| end |\n");
    markdown.push_str(&"| - ".repeat(1_001));
    markdown.push_str("|\n| y |\n");
    converts(&markdown);
}

fn nested(kind: &str) -> Value {
    let mut node = json!({ "type": "text", "text": "end" });
    for _ in 0..MANY {
        let mut outer = json!({ "type": kind });
        outer["content"] = Value::Array(vec![node]);
        node = outer;
    }
    node
}

#[test]
fn deep_json_is_read_as_text() {
    let kinds = [
        "blockquote",
        "bulletList",
        "listItem",
        "taskList",
        "table",
        "paragraph",
        "unknown",
        "panel",
        "heading",
    ];
    for kind in kinds {
        let document = nested(kind);
        assert!(adf_to_markdown(&document).contains("end"), "{kind}");
        // Dropping a value this deep would overflow the stack by itself.
        std::mem::forget(document);
    }
}

#[test]
fn deep_xml_is_read_as_text() {
    for name in [
        "blockquote",
        "ul",
        "li",
        "div",
        "strong",
        "table",
        "ac:link",
        "x",
    ] {
        let open = format!("<{name}>").repeat(MANY);
        let close = format!("</{name}>").repeat(MANY);
        let read = storage_to_markdown(&format!("{open}<p>middle</p>{close}<p>end</p>"));
        assert!(read.contains("end"), "{name}");
        storage_to_markdown(&open);
        storage_to_markdown(&close);
    }
}

#[test]
fn unfinished_xml_is_read_as_text() {
    assert!(storage_to_markdown(&"<".repeat(MANY)).contains("\\<"));
    assert!(storage_to_markdown(&"&".repeat(MANY)).contains('&'));
    storage_to_markdown(&"<a b=".repeat(MANY / 5));
    storage_to_markdown(&"<![CDATA[".repeat(MANY / 9));
}

#[test]
fn hostile_input_is_bounded_as_the_readme_says() {
    let quotes = markdown_to_storage(&format!("{}deep", "> ".repeat(200)));
    assert_eq!(quotes.matches("<blockquote>").count(), 24);
    assert!(quotes.contains("deep"));

    let row = "| x ".repeat(200);
    let table = markdown_to_storage(&format!("{row}|\n{}|", "| - ".repeat(200)));
    assert_eq!(table.matches("<th>").count(), 100);
    assert_eq!(table.matches('x').count(), 200);

    let link = |text: &str, length: usize| {
        let address = "a".repeat(length - 1);
        markdown_to_storage(&format!("[{text}](/{address})"))
    };
    assert!(link("one **two**", 2048).contains("<a href="));
    let said = format!("<p>one <strong>two</strong> (/{})</p>", "a".repeat(2048));
    assert_eq!(link("one **two**", 2049), said);
    // One piece of text holds its address once, however long.
    assert!(link("text", 2049).contains("<a href="));
}
