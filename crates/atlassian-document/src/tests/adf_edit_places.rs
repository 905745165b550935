//! Edits write nothing where ADF does not allow it, and no language that its editor does not know.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::adf_grammar;
use super::generator::{Subset, document};
use crate::tree::people::named_as_in;
use crate::{Losses, adf, adf_to_markdown, edit_adf, markdown, markdown_to_adf};

/// The edit gives a valid document that reads like a new one made of the same text.
fn as_new(before: &str, after: &str) {
    let document = markdown_to_adf(before);
    let edited = edit_adf(&document, after, Losses::Refused).unwrap();
    assert_eq!(adf_grammar::check(&edited), Ok(()), "{after}: {edited}");
    let new = adf_to_markdown(&markdown_to_adf(after));
    assert_eq!(adf_to_markdown(&edited), new, "{before}");
}

#[test]
fn a_paragraph_becomes_a_heading_only_where_one_may_stand() {
    as_new("Foo", "# Foo");
    as_new("> Foo", "> # Foo");
    as_new("- Foo\n\n  bar", "- # Foo\n\n  bar");
    as_new("> [!NOTE]\n> Foo", "> [!NOTE]\n>\n> # Foo");
    as_new(
        "<details>\n<summary>a</summary>\n\nFoo\n\n</details>",
        "<details>\n<summary>a</summary>\n\n# Foo\n\n</details>",
    );
    // A document that has one there all the same keeps it.
    let heading = json!({ "type": "heading", "attrs": { "level": 1 }, "content": [{ "type": "text", "text": "Foo" }] });
    let document = json!({ "type": "doc", "version": 1, "content": [{ "type": "blockquote", "content": [heading] }] });
    let edited = edit_adf(&document, "> # Fool", Losses::Refused).unwrap();
    assert_eq!(edited["content"][0]["content"][0]["type"], "heading");
}

#[test]
fn code_changes_to_a_language_that_is_known() {
    as_new("```\nx\n```", "```console\nx\n```");
    as_new("```rust\nx\n```", "```foo+bar\ny\n```");
    as_new("```\nx\n```", "```foo+bar\ny\n```");
    let code = json!({ "type": "codeBlock", "attrs": { "language": "mermaid", "wrap": true },
        "content": [{ "type": "text", "text": "x" }] });
    let document = json!({ "type": "doc", "version": 1, "content": [code] });
    let edited = edit_adf(&document, "```mermaid\ny\n```", Losses::Refused).unwrap();
    assert_eq!(edited["content"][0]["attrs"], code["attrs"]);
}

#[test]
fn a_person_who_is_added_keeps_the_name() {
    as_new("ask", "ask @[Mia](accountid:5b10)");
    as_new(
        "ask @[Mia](accountid:5b10)",
        "ask @[Mia](accountid:5b10) or @[Noor](accountid:6c20)",
    );
}

#[test]
fn what_is_marked_otherwise_is_written_so() {
    as_new("a<sub>b</sub>", "a<sup>b</sup>");
    as_new("[a](/b \"one\")", "[a](/b \"two\")");
}

#[test]
fn a_picture_that_is_added_to_a_paragraph_is_one() {
    let picture = "![shot](https://example.com/a.png)";
    as_new("before after", &format!("before {picture} after"));
    as_new("[shot](https://example.com/a.png)", picture);
    as_new("- one", &format!("- one {picture}"));
    as_new(
        "| a |\n| --- |\n| b |",
        &format!("| a |\n| --- |\n| b {picture} |"),
    );
    // A heading holds words only.
    as_new("# one", &format!("# one {picture}"));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        // The same documents in each run.
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_a_document_becomes_is_valid(
        before in document(Subset::Everything),
        after in document(Subset::Everything),
    ) {
        let after = markdown::write(&after);
        let edited = edit_adf(&adf::write(&before), &after, Losses::Accepted).unwrap();
        prop_assert_eq!(adf_grammar::check(&edited), Ok(()), "{}", edited);
        // One document names a person once.
        let without_names = |adf: &Value| named_as_in(adf::read(adf), &[]);
        prop_assert_eq!(without_names(&edited), without_names(&markdown_to_adf(&after)));
    }
}
