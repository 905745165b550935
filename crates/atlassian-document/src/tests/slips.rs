//! What people and models write in Markdown's stead: pasted bullets, lists too far left, links of Slack, blanks in addresses.

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_to_markdown, wiki_to_markdown,
};

/// Through two formats and back, and as an edit of an empty page.
fn means(text: &str, meant: &str) {
    assert_eq!(adf_to_markdown(&markdown_to_adf(text)), meant, "{text}");
    let storage = markdown_to_storage(text);
    assert_eq!(storage_to_markdown(&storage), meant, "{text}");
    let edited = edit_storage("", text, Losses::Refused);
    assert_eq!(edited, Ok(storage), "{text}");
    assert_eq!(markdown_to_wiki(text), markdown_to_wiki(meant), "{text}");
}

fn stays(text: &str) {
    assert_eq!(crate::markdown::without_slips(text), text);
}

#[test]
fn links_of_slack_keep_their_words() {
    for (text, meant) in [
        (
            "see <https://e.example/a?b=1|two words>.",
            "see [two words](https://e.example/a?b=1).",
        ),
        ("<https://e.example|one>", "[one](https://e.example)"),
        (
            "ask <mailto:a@e.example|Mia [ops]>",
            "ask [Mia \\[ops\\]](mailto:a@e.example)",
        ),
        (
            "| a | b |\n| --- | --- |\n| <https://e.example|two words> | c |",
            "| a | b |\n| --- | --- |\n| [two words](https://e.example) | c |",
        ),
    ] {
        means(text, meant);
    }
    stays("`<https://e.example|two words>` \\<https://e.example|b c>");
    stays("[a](<https://e.example|b c>) <https://e.example> <U1|mia k>");
}

#[test]
fn blanks_in_an_address_are_encoded() {
    for (text, meant) in [
        (
            "[a b](https://e.example/a b) c",
            "[a b](https://e.example/a%20b) c",
        ),
        (
            "[a](https://e.example/a (b c) \"tip\")",
            "[a](<https://e.example/a%20(b%20c)> \"tip\")",
        ),
        (
            "![a](https://e.example/my shot.png)",
            "![a](https://e.example/my%20shot.png)",
        ),
    ] {
        let storage = markdown_to_storage(text);
        let meant = storage_to_markdown(&markdown_to_storage(meant));
        assert_eq!(storage_to_markdown(&storage), meant, "{text}");
        assert!(storage.contains("%20"), "{storage}");
    }
    stays(
        "[a](https://e.example \"a tip\") `[a](https://e.example/a b)` \\[a\\](https://e.example/a b)",
    );
    stays("f[a](b c), [a](https://e.example) (b c)");
}

#[test]
fn lines_with_bullets_are_lists() {
    for (text, meant) in [
        ("• one\n• two", "- one\n- two"),
        (
            "Needs:\n• one\n• two\n\nend",
            "Needs:\n\n- one\n- two\n\nend",
        ),
        ("• a\n◦ b\n▪ c\n◦ d\n• e", "- a\n  - b\n    - c\n  - d\n- e"),
        ("• a\n    ◦ b\n    ◦ c\n• d", "- a\n  - b\n  - c\n- d"),
        ("\u{f0b7}\tone\n\u{f0b7}\u{a0}two", "- one\n- two"),
        ("– one\n– two", "- one\n- two"),
        ("Needs:\\\n• one\\\n• two", "Needs:\n\n- one\n- two"),
        ("> • one\n> • two", "> - one\n> - two"),
        ("1. a\n   • b\n2. c", "1. a\n   - b\n2. c"),
        ("- a\n  • b", "- a\n  - b"),
        ("text\n    • b", "text\n\n- b"),
    ] {
        means(text, meant);
    }
    for text in [
        "`• a`",
        "```\n• a\n```",
        "    • a",
        "– said so",
        "a – b\n– c",
        "<pre>\n• a\n</pre>",
        "a | b\n--- | ---\n• x | y",
        "•",
        "5 • 3",
        "•one",
    ] {
        stays(text);
    }
}

#[test]
fn what_lies_two_columns_below_a_number_lies_in_its_entry() {
    for (text, meant) in [
        ("1. a\n  - b\n  - c\n2. d", "1. a\n   - b\n   - c\n2. d"),
        ("1. a\n  - b\n    - c\n2. d", "1. a\n   - b\n     - c\n2. d"),
        ("1. a\n\n  - b\n\n2. c", "1. a\n\n   - b\n\n2. c"),
        ("1. a\n  1. b\n  2. c\n2. d", "1. a\n   1. b\n   2. c\n2. d"),
        ("9. a\n10. b\n   - c", "9. a\n10. b\n    - c"),
        ("> 1. a\n>   - b", "> 1. a\n>    - b"),
        ("1. a\n  • b", "1. a\n   - b"),
        (
            "1. run\n  ```sh\n  ls\n  ```\n2. look",
            "1. run\n\n   ```sh\n   ls\n   ```\n\n2. look",
        ),
        (
            "1. a\n  1. b\n    - c\n2. d",
            "1. a\n   1. b\n      - c\n2. d",
        ),
    ] {
        let meant = storage_to_markdown(&markdown_to_storage(meant));
        means(text, &meant);
    }
    for text in [
        "1. a\n- b",
        "1. a\n   - b",
        "- a\n  - b",
        "text\n10. b\n  - c",
        "1. a\n\ntext\n\n  - b",
        "```\n1. a\n  - b\n```",
        "1. a\n  2. b",
        "1. a\n  more",
        "1. a\n  ```\nb\n  ```",
    ] {
        stays(text);
    }
}

#[test]
fn strong_text_ends_before_a_word() {
    for (text, meant) in [
        ("**Note:**text", "Note:"),
        ("a **Why?**Because **b** c", "Why?"),
        ("- **One.**Then **two:**there", "One."),
        ("see**(this)** here", "(this)"),
    ] {
        let storage = markdown_to_storage(text);
        assert!(
            storage.contains(&format!("<strong>{meant}</strong>")),
            "{storage}"
        );
        assert!(!storage.contains("**"), "{storage}");
        let shown = storage_to_markdown(&storage);
        assert_eq!(markdown_to_storage(&shown), storage, "{shown}");
    }
    for text in [
        "2**-3 and 4**-5",
        "**kwargs, foo(**args)",
        "f(**a,**b)",
        "2**(x) + 3**(y)",
        "\\*\\*a:\\*\\*b",
        "`**a:**b`",
        "**a: **b",
        "**a:\n\n**b",
    ] {
        assert!(!markdown_to_storage(text).contains("<strong>"), "{text}");
    }
}

#[test]
fn a_year_that_begins_a_line_is_not_lost_in_wiki_markup() {
    for (text, written) in [
        ("2024. year", "2024. year"),
        ("1000000. more", "1000000. more"),
        ("1999. *a*\n2000. b", "1999. _a_\n\n2000. b"),
        ("- 2024. a", "* 2024. a"),
    ] {
        let wiki = markdown_to_wiki(text);
        assert_eq!(wiki, written);
        assert_eq!(edit_wiki("", text, Losses::Refused), Ok(wiki.clone()));
        let shown = wiki_to_markdown(&wiki);
        assert_eq!(markdown_to_wiki(&shown), wiki, "{shown}");
    }
    assert_eq!(markdown_to_wiki("3. a\n4. b"), "# a\n# b");
}

#[test]
fn text_of_a_document_that_looks_like_a_slip_stays_text() {
    let page = "<p>&bull; a<br/>&bull; b</p><p>[x](https://e.example/a b)</p><p>one</p>";
    let shown = storage_to_markdown(page);
    let edited = edit_storage(page, &shown.replace("one", "two"), Losses::Refused);
    assert_eq!(edited, Ok(page.replace("one", "two")), "{shown}");
    let wiki = "• a\n• b\n\none";
    let shown = wiki_to_markdown(wiki);
    let edited = edit_wiki(wiki, &shown.replace("one", "two"), Losses::Refused);
    assert_eq!(edited, Ok(wiki.replace("one", "two")), "{shown}");
    let line =
        serde_json::json!({ "type": "paragraph", "content": [{ "type": "text", "text": "• a" }] });
    let document = serde_json::json!({ "type": "doc", "version": 1, "content": [line, markdown_to_adf("one")["content"][0]] });
    let shown = adf_to_markdown(&document);
    let edited = edit_adf(&document, &shown.replace("one", "h2. two"), Losses::Refused).unwrap();
    assert_eq!(edited["content"][0], document["content"][0]);
    // What stands there as text says nothing about other habits.
    assert_eq!(edited["content"][1]["type"], "heading");
}
