//! Edits of ADF documents: what the edit leaves alone stays to the last attribute.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::adf_documents::document;
use crate::{Losses, Lost, adf_to_markdown, edit_adf, markdown_to_adf};

fn edit(current: &Value, edited: &str) -> Result<Value, Lost> {
    edit_adf(current, edited, Losses::Refused)
}

/// Every text in a document, so that one of them can be changed.
fn texts<'v>(node: &'v mut Value, found: &mut Vec<&'v mut String>) {
    let is_text = node["type"] == "text";
    let Some(fields) = node.as_object_mut() else {
        return;
    };
    for (name, value) in fields.iter_mut() {
        match value {
            Value::String(text) if is_text && name == "text" => found.push(text),
            Value::Array(nodes) if name == "content" => {
                for node in nodes {
                    texts(node, found);
                }
            }
            _ => {}
        }
    }
}

/// The document with the number of a text that is changed, a word of that text marked.
fn with_word(document: &Value, number: usize, word: &str) -> Option<Value> {
    let mut copy = document.clone();
    let mut found = Vec::new();
    texts(&mut copy, &mut found);
    let count = found.len();
    let text = found.into_iter().nth(number.checked_rem(count)?)?;
    *text = text.replacen("alpha", word, 1);
    text.contains(word).then_some(copy)
}

/// The Markdown with another word. Beside a mark, a word's first or last letter is written as a reference.
fn with_thread(markdown: &str) -> String {
    let mut edited = markdown.to_owned();
    for (first, new_first) in [("n", "t"), ("&#110;", "&#116;")] {
        for (last, new_last) in [("e", "d"), ("&#101;", "&#100;")] {
            edited = edited.replace(
                &format!("{first}eedl{last}"),
                &format!("{new_first}hrea{new_last}"),
            );
        }
    }
    edited
}

/// The same document without the names that the editor gives: of two nodes that differ in nothing else, one
/// is as good as the other.
fn anonymous(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(anonymous).collect(),
        Value::Object(fields) => {
            let named = fields.iter().filter(|(name, _)| *name != "localId");
            let named = named.map(|(name, value)| (name.clone(), anonymous(value)));
            Value::Object(named.collect())
        }
        other => other.clone(),
    }
}

fn doc(content: &Value) -> Value {
    json!({ "type": "doc", "version": 1, "content": content })
}

fn paragraph(text: &str, id: &str) -> Value {
    json!({ "type": "paragraph", "attrs": { "localId": id }, "content": [{ "type": "text", "text": text }] })
}

#[test]
fn a_box_before_a_placeholder_gains_no_space() {
    let parrot = json!({ "type": "emoji", "attrs": { "shortName": ":parrot:", "id": "a", "text": ":parrot:" } });
    let document = |word: &str| {
        doc(
            &json!([{ "type": "bulletList", "content": [{ "type": "listItem", "content": [
                { "type": "paragraph", "content": [
                    { "type": "text", "text": "[x]" }, parrot, { "type": "text", "text": format!(" {word}") },
                ]},
            ]}]}]),
        )
    };
    let markdown = adf_to_markdown(&document("needle"));
    let edited = edit(&document("needle"), &markdown.replace("needle", "thread"));
    assert_eq!(edited, Ok(document("thread")), "{markdown}");
}

#[test]
fn of_parts_that_read_alike_the_one_that_is_meant_goes_or_none() {
    let red = json!({ "type": "paragraph", "content": [
        { "type": "text", "text": "later", "marks": [{ "type": "textColor", "attrs": { "color": "#ff5630" } }] },
    ]});
    let (plain, other) = (paragraph("later", "p1"), paragraph("beside", "p2"));
    // Something between them tells which one went.
    let between = doc(&json!([plain, other, red]));
    assert_eq!(
        edit(&between, "later\n\nbeside"),
        Ok(doc(&json!([plain, other])))
    );
    assert_eq!(
        edit(&between, "beside\n\nlater"),
        Ok(doc(&json!([other, red])))
    );
    assert_eq!(edit(&between, "beside"), Ok(doc(&json!([other]))));
    let beside = doc(&json!([plain, red, other]));
    let refused = edit(&beside, "later\n\nbeside");
    assert_eq!(refused, Err(Lost::Doubtful(String::from("later"))));
    assert!(edit_adf(&beside, "later\n\nbeside", Losses::Accepted).is_ok());
    // Whoever has an identifier only is no other.
    let twins = doc(&json!([plain, paragraph("later", "p3"), other]));
    assert!(edit(&twins, "later\n\nbeside").is_ok());
    let items = |items: &[&Value]| {
        let items: Vec<Value> = items
            .iter()
            .map(|node| json!({ "type": "listItem", "content": [node] }))
            .collect();
        doc(&json!([{ "type": "bulletList", "content": items }]))
    };
    let refused = edit(&items(&[&plain, &red]), "- later");
    assert_eq!(refused, Err(Lost::Doubtful(String::from("later"))));
}

fn cell(kind: &str, text: &str, reach: [u64; 2]) -> Value {
    json!({ "type": kind, "attrs": { "colspan": reach[0], "rowspan": reach[1], "background": "#deebff" },
        "content": [paragraph(text, text)] })
}

#[test]
fn a_word_in_a_table_with_merged_cells_changes_alone() {
    let table = |word: &str| {
        let row = |cells: &[Value]| json!({ "type": "tableRow", "content": cells });
        doc(
            &json!([{ "type": "table", "attrs": { "localId": "t", "layout": "default" }, "content": [
                row(&[cell("tableHeader", "wide", [2, 1]), cell("tableHeader", "one", [1, 1])]),
                row(&[cell("tableCell", "high", [1, 2]), cell("tableCell", "b", [1, 1]), cell("tableCell", "c", [1, 1])]),
                row(&[cell("tableCell", "below", [1, 1]), cell("tableCell", word, [1, 1])]),
            ]}]),
        )
    };
    let document = table("needle");
    let markdown = adf_to_markdown(&document);
    for (from, to) in [
        ("needle", "thread"),
        ("wide", "broad"),
        ("high", "tall"),
        ("below", "under"),
    ] {
        let text = document.to_string();
        let mut expected: Value = serde_json::from_str(&text.replace(
            &format!("\"text\":\"{from}\""),
            &format!("\"text\":\"{to}\""),
        ))
        .unwrap();
        let edited = edit(&document, &markdown.replace(from, to));
        assert_eq!(
            edited.as_ref().map(Value::to_string),
            Ok(expected.take().to_string()),
            "{markdown}"
        );
    }
    let covered = markdown.replace("|  | below", "| more | below");
    assert_ne!(covered, markdown);
    assert_eq!(
        edit(&document, &covered),
        Err(Lost::Hidden(String::from("the merged cells of a table")))
    );
    let lines: Vec<&str> = markdown.lines().collect();
    let without = [lines[0], lines[1], lines[3]].join("\n");
    assert!(edit(&document, &without).is_err());
    let longer = format!("{markdown}\n| x | y | z |");
    let rows = edit(&document, &longer).unwrap()["content"][0]["content"]
        .as_array()
        .map(Vec::len);
    assert_eq!(rows, Some(4));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(512),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_edit_that_changes_nothing_changes_nothing(document in document()) {
        let markdown = adf_to_markdown(&document);
        prop_assert_eq!(edit(&document, &markdown), Ok(document), "{}", markdown);
    }

    #[test]
    fn what_lies_beside_a_new_paragraph_stays(document in document()) {
        let markdown = adf_to_markdown(&document);
        let edited = format!("first of all\n\n{markdown}\n\nlast of all");
        let plain = |text: &str| markdown_to_adf(text)["content"][0].clone();
        let mut expected = document.clone();
        let content = expected["content"].as_array_mut().unwrap();
        content.insert(0, plain("first of all"));
        content.push(plain("last of all"));
        let written = edit(&document, &edited);
        // Empty paragraphs at the beginning stay there.
        let unseen = |nodes: &Value| -> Vec<Value> {
            let nodes = nodes["content"].as_array().unwrap().iter();
            nodes.filter(|node| !adf_to_markdown(&json!({ "type": "doc", "content": [node] })).is_empty()).cloned().collect()
        };
        prop_assert_eq!(unseen(&written.unwrap()), unseen(&expected), "{}", edited);
    }

    #[test]
    fn one_word_changes_and_nothing_else(document in document(), number in 0_usize..100) {
        let Some(before) = with_word(&document, number, "needle") else { return Ok(()) };
        let Some(after) = with_word(&document, number, "thread") else { return Ok(()) };
        let edited = with_thread(&adf_to_markdown(&before));
        prop_assert_eq!(edit(&before, &edited), Ok(after), "{}", edited);
    }

    #[test]
    fn whatever_is_left_out_of_the_markdown_leaves_the_rest_alone(document in document(), number in 0_usize..100) {
        // Without the annotations, whose loss is refused.
        let text = document.to_string().replace("annotation", "fontSize");
        let document: Value = serde_json::from_str(&text).unwrap();
        let blocks = document["content"].as_array().unwrap();
        let seen: Vec<usize> = (0..blocks.len())
            .filter(|index| !adf_to_markdown(&json!({ "type": "doc", "content": [blocks[*index]] })).is_empty())
            .collect();
        if seen.is_empty() { return Ok(()) }
        let gone = seen[number % seen.len()];
        let mut expected = document.clone();
        expected["content"].as_array_mut().unwrap().remove(gone);
        // The Markdown is that of the document without the block, with the placeholders of all of it.
        let mut tree = crate::adf::read(&document);
        let shown = crate::adf::read(&expected);
        if shown.len() + 1 != tree.len() { return Ok(()) }
        let place = seen.iter().position(|index| *index == gone).unwrap();
        let frames = tree.iter().any(|block| crate::tree::keep::is_alone(block).is_some_and(|keep| keep.ends().is_some()));
        if frames { return Ok(()) }
        tree.remove(place);
        let written = edit(&document, &crate::markdown::write(&tree));
        // What is not shown behind the block goes with it.
        let seen = |document: &Value| -> Vec<Value> {
            let nodes = document["content"].as_array().unwrap().iter();
            nodes.filter(|node| !adf_to_markdown(&json!({ "type": "doc", "content": [node] })).is_empty()).cloned().collect()
        };
        // Two blocks may read alike and differ unseen, beside each other.
        let Ok(written) = written.as_ref().map(anonymous) else {
            prop_assert!(matches!(written, Err(Lost::Doubtful(_))));
            return Ok(())
        };
        prop_assert_eq!(seen(&written), seen(&anonymous(&expected)));
    }

    #[test]
    fn any_text_can_be_written_over_any_document(document in document(), edited in ".{0,40}|(- |# |> |x|\\n|\\[a\\]\\(keep:b\\)){0,9}") {
        let _ = edit(&document, &edited);
        prop_assert!(edit_adf(&document, &edited, Losses::Accepted).is_ok());
    }
}
