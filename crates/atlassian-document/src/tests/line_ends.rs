//! Line ends inside a paragraph are spaces, as `CommonMark` has it: models and editors wrap what they write at some
//! column, and nobody would want a break there. Who wants one says so.

use serde_json::json;

use crate::{
    Losses, adf_to_markdown, edit_adf, markdown_to_adf, markdown_to_storage, markdown_to_wiki,
};

#[test]
fn a_line_end_in_a_paragraph_is_a_space_in_every_format() {
    let wrapped = "A text that was wrapped\nat some column,\r\nand goes on.";
    let line = "A text that was wrapped at some column, and goes on.";
    assert_eq!(markdown_to_adf(wrapped), markdown_to_adf(line));
    assert_eq!(markdown_to_storage(wrapped), format!("<p>{line}</p>"));
    assert_eq!(markdown_to_wiki(wrapped), line);
}

#[test]
fn who_wants_a_line_break_says_so() {
    for broken in ["one\\\ntwo", "one  \ntwo", "one<br>two", "one<br>\ntwo"] {
        assert_eq!(
            markdown_to_storage(broken),
            "<p>one<br/>two</p>",
            "{broken:?}"
        );
    }
}

#[test]
fn a_break_of_a_document_stays_where_its_text_is_wrapped_anew() {
    let text = |text: &str| json!({ "type": "text", "text": text });
    let document = |first: &str| {
        json!({ "type": "doc", "version": 1, "content": [
            { "type": "paragraph", "content": [text(first), { "type": "hardBreak" }, text("three")] },
        ]})
    };
    let current = document("one two");
    let shown = adf_to_markdown(&current);
    assert_eq!(shown, "one two\\\nthree");
    let wrapped = shown.replace("one two", "one\ntwo");
    assert_eq!(edit_adf(&current, &wrapped, Losses::Refused), Ok(current));
}
