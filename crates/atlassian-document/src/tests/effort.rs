//! How often an edit looks at a document: a few times at all of it, and at the inside of what it changes.

use std::fmt::Write as _;

use crate::effort::looks_of;
use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_to_markdown, wiki_to_markdown,
};

/// Tables between headings, with people and lists.
fn tables(count: usize) -> String {
    let mut text = String::new();
    for table in 0..count {
        writeln!(
            text,
            "## Part {table}\n\n| Name | Owner | Note |\n| --- | --- | --- |"
        )
        .unwrap();
        for row in 0..12 {
            writeln!(
                text,
                "| item {table}-{row} | @[Mia](accountid:5b10) | some **words** of row {row} |"
            )
            .unwrap();
        }
        writeln!(
            text,
            "\n- one {table}\n  - two\n- three\n\n> said in {table}\n"
        )
        .unwrap();
    }
    text
}

/// How often an edit of one word looks at something, for each of the looks of reading the document and the text.
fn per_look(count: usize, format: &str) -> [usize; 2] {
    let text = tables(count);
    let change = |shown: &str| shown.replacen("item 0-3", "thing", 1);
    match format {
        "adf" => {
            let document = markdown_to_adf(&text);
            let shown = adf_to_markdown(&document);
            let edited = change(&shown);
            let once = looks_of(|| {
                adf_to_markdown(&document);
                markdown_to_adf(&shown);
            });
            let edit = looks_of(|| {
                edit_adf(&document, &edited, Losses::Refused).unwrap();
            });
            [once, edit]
        }
        "storage" => {
            let page = markdown_to_storage(&text);
            let shown = storage_to_markdown(&page);
            let edited = change(&shown);
            let once = looks_of(|| {
                storage_to_markdown(&page);
                markdown_to_storage(&shown);
            });
            let edit = looks_of(|| {
                edit_storage(&page, &edited, Losses::Refused).unwrap();
            });
            [once, edit]
        }
        _ => {
            let wiki = markdown_to_wiki(&text);
            let shown = wiki_to_markdown(&wiki);
            let edited = change(&shown);
            let once = looks_of(|| {
                wiki_to_markdown(&wiki);
                markdown_to_wiki(&shown);
            });
            let edit = looks_of(|| {
                edit_wiki(&wiki, &edited, Losses::Refused).unwrap();
            });
            [once, edit]
        }
    }
}

#[test]
fn an_edit_of_one_word_reads_the_document_less_than_twice() {
    for format in ["adf", "storage", "wiki"] {
        let [[once, edit], [once_long, edit_long]] = [4, 16].map(|count| per_look(count, format));
        eprintln!("{format}: {edit} for {once}, {edit_long} for {once_long}");
        assert!(
            edit_long < once_long * 2,
            "{format}: {edit_long} looks for {once_long}"
        );
        // Four times the text is four times the work, and what the edit changes is no more than before.
        assert!(
            edit_long <= edit * 4,
            "{format}: {edit_long} looks, and {edit} for a quarter"
        );
    }
}
