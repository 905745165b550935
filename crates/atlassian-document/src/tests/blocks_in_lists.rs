//! Blocks in the entries of lists, through each format and back: kept where the format has a place for them.

use serde_json::Value;

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_to_markdown, wiki_to_markdown,
};

/// Lists with blocks that every format can hold: code.
const CODE: &[&str] = &[
    "- one\n\n  ```python\n  def f():\n      return 1\n  ```\n- two",
    "1. one\n\n   ```python\n   two\n\n   three\n   ```\n2. four",
    "- ```\n  one\n  ```\n- ```\n  two\n  ```\n\n  ```\n  three\n  ```",
    "- one\n\n  ```\n  two\n  ```\n\n  three\n  1. four\n\n     ```sql\n     five\n     ```\n- six",
];

/// Lists with blocks that ADF has no place for in a list.
const OTHERS: &[&str] = &[
    "- one\n\n  > two\n- three",
    "- > one\n  >\n  > - two\n- three",
    "1. one\n\n   > [!WARNING]\n   > two\n2. three",
    "- one\n\n  | two | three |\n  | --- | --- |\n  | four | five |\n- six",
    "- ## one\n\n  two\n- three\n\n  ---\n\n  four",
    "- [ ] one\n\n  > two\n\n  ```\n  three\n  ```\n- [x] four",
];

/// As we spell it: with empty lines between the entries of a list that holds more than lines.
fn spelt(text: &str) -> String {
    markdown::write(&markdown::read(text))
}

fn words(markdown: &str) -> Vec<&str> {
    let words = markdown.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.len() > 2).collect()
}

#[test]
fn storage_format_and_wiki_markup_keep_blocks_in_lists() {
    for markdown in CODE.iter().chain(OTHERS) {
        let page = markdown_to_storage(markdown);
        assert_eq!(storage_to_markdown(&page), spelt(markdown), "{page}");
        let text = markdown_to_wiki(markdown);
        assert_eq!(wiki_to_markdown(&text), spelt(markdown), "{text}");
        for word in ["one", "two", "three", "four"] {
            if !markdown.contains(word) {
                continue;
            }
            let other = markdown.replace(word, "thread");
            let edited = edit_storage(&page, &other, Losses::Refused);
            assert_eq!(edited, Ok(page.replace(word, "thread")));
            let edited = edit_wiki(&text, &other, Losses::Refused);
            assert_eq!(edited, Ok(text.replace(word, "thread")));
        }
    }
}

#[test]
fn adf_keeps_code_in_lists_and_the_words_of_what_it_has_no_place_for() {
    for markdown in CODE {
        let document = markdown_to_adf(markdown);
        assert_eq!(adf_to_markdown(&document), spelt(markdown), "{document}");
        for word in ["one", "two", "three", "four"] {
            if !markdown.contains(word) {
                continue;
            }
            let edited = edit_adf(
                &document,
                &markdown.replace(word, "thread"),
                Losses::Refused,
            );
            let meant = document.to_string().replace(word, "thread");
            let meant: Value = serde_json::from_str(&meant).unwrap();
            assert_eq!(edited, Ok(meant));
        }
    }
    for markdown in OTHERS {
        let document = markdown_to_adf(markdown);
        assert_eq!(super::adf_grammar::check(&document), Ok(()), "{document}");
        let shown = adf_to_markdown(&document);
        let of_shown = words(&shown);
        for word in words(markdown) {
            let is_said = |other: &&str| other.eq_ignore_ascii_case(word);
            assert!(of_shown.iter().any(is_said), "{word}: {shown}");
        }
    }
}
