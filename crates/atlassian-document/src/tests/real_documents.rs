//! Edits of documents as people have them: one word of any block changes and nothing else does.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Losses, adf_to_markdown, edit_adf, edit_storage, markdown, storage_to_markdown};

const PAGE: &str = include_str!("fixtures/page.xml");
const BUG: &str = include_str!("fixtures/bug.json");

/// The words of a text in Markdown that stand once in it and once in its source, and in no placeholder.
pub(super) fn words<'a>(markdown: &'a str, source: &str) -> BTreeSet<&'a str> {
    // Addresses and the names of people and of languages are no text, either.
    let labels = ["](keep:", "](accountid:"]
        .into_iter()
        .flat_map(|end| markdown.split(end));
    let labels = labels.filter_map(|before| before.rsplit_once('[').map(|(_, label)| label));
    let fences = markdown.lines().filter(|line| line.starts_with("```"));
    let addresses = markdown
        .split_whitespace()
        .filter(|word| word.contains("://"));
    let references = markdown
        .split("](keep:")
        .filter_map(|behind| behind.split(')').next());
    let labels: Vec<&str> = labels
        .chain(fences)
        .chain(addresses)
        .chain(references.skip(1))
        .collect();
    let words = markdown.split(|c: char| !c.is_ascii_alphabetic());
    let once = |text: &str, word: &str| text.matches(word).count() == 1;
    words
        .filter(|word| {
            *word != "accountid" && word.len() > 3 && once(markdown, word) && once(source, word)
        })
        .filter(|word| labels.iter().all(|label| !label.contains(word)))
        .collect()
}

#[test]
fn every_word_of_a_page_changes_alone() {
    let shown = storage_to_markdown(PAGE);
    let words = words(&shown, PAGE);
    assert!(words.len() > 60, "{words:?}");
    for word in words {
        let edited = edit_storage(PAGE, &shown.replace(word, "thread"), Losses::Refused);
        assert_eq!(edited, Ok(PAGE.replace(word, "thread")), "{word}: {shown}");
    }
}

#[test]
fn every_word_of_a_description_changes_alone() {
    let document: Value = serde_json::from_str(BUG).unwrap();
    let shown = adf_to_markdown(&document);
    let words = words(&shown, BUG);
    assert!(words.len() > 30, "{words:?}");
    for word in words {
        let edited = edit_adf(&document, &shown.replace(word, "thread"), Losses::Refused);
        let expected: Value = serde_json::from_str(&BUG.replace(word, "thread")).unwrap();
        assert_eq!(edited, Ok(expected), "{word}: {shown}");
    }
}

#[test]
fn a_page_takes_new_text_at_its_end_and_beginning_inside_of_its_layout() {
    let shown = storage_to_markdown(PAGE);
    let edited = format!("first\n\n{shown}\n\nlast");
    let expected = PAGE.replacen("<ac:layout-cell>", "<ac:layout-cell><p>first</p>", 1);
    let expected = expected.replace(" Rotterdam.</p>", " Rotterdam.</p><p>last</p>");
    assert_eq!(edit_storage(PAGE, &edited, Losses::Refused), Ok(expected));
}

#[test]
fn every_block_of_a_page_can_be_left_out_and_only_it_goes() {
    let page = PAGE;
    let shown = storage_to_markdown(page);
    let blocks: Vec<&str> = shown.split("\n\n").collect();
    for (index, block) in blocks.iter().enumerate() {
        if block.contains("keep:") && (block.starts_with('[') || block.starts_with('>'))
            || block.contains("details>")
        {
            continue;
        }
        let mut rest = blocks.clone();
        rest.remove(index);
        let edited = edit_storage(page, &rest.join("\n\n"), Losses::Refused);
        let edited = edited.unwrap_or_else(|lost| panic!("{block}: {lost}"));
        let shown = markdown::read(&storage_to_markdown(&edited));
        assert_eq!(shown, markdown::read(&rest.join("\n\n")), "{block}");
        assert!(edited.len() < page.len());
    }
}

/// The dashboard's own reader of Markdown is held against this text too (`tests/browser/markdown_shown.test.mjs`).
#[test]
fn a_document_with_every_node_is_the_text_that_the_dashboard_is_tested_with() {
    let document: Value = serde_json::from_str(include_str!("fixtures/everything.json")).unwrap();
    let shown = include_str!("fixtures/everything.md");
    assert_eq!(adf_to_markdown(&document), shown.trim_end_matches('\n'));
}
