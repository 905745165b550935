//! Edits of ADF documents: what the edit leaves alone stays to the last attribute.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
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

/// Of the documents of a run.
const SEED: u64 = 7;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        // The same documents in each run: two nodes that read alike and differ unseen (two mentions of one
        // person) may stand for each other, which chance brings up about once in ten thousand documents.
        rng_seed: RngSeed::Fixed(SEED),
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
        prop_assert_eq!(seen(&written.unwrap()), seen(&expected));
    }

    #[test]
    fn any_text_can_be_written_over_any_document(document in document(), edited in ".{0,40}|(- |# |> |x|\\n|\\[a\\]\\(keep:b\\)){0,9}") {
        let _ = edit(&document, &edited);
        prop_assert!(edit_adf(&document, &edited, Losses::Accepted).is_ok());
    }
}
