//! Markup that becomes a document and comes back.

use serde_json::{Value, json};

use super::{document_of, wiki_of};
use crate::adf_check;

#[test]
fn everyday_markup_comes_back_as_it_was_typed() {
    for text in [
        "one line",
        "a *strong* and _soft_ word, {{code}} and [a site|https://example.com/]",
        "first\nsecond\n\nanother paragraph",
        "h2. Title\n\ntext",
        "* one\n* two\n** below\n* three",
        "# first\n# second",
        "{code:rust}\nfn main() {}\n\n{code}",
        "{quote}\nwords\n{quote}",
        "----",
        "snake_case_name and 2*3*4 stay",
        "a {brace and [bracket] stay",
        "[~accountid:5b10]",
    ] {
        let document = document_of(text);
        assert!(adf_check::check(&document).is_ok(), "{text}: {document}");
        assert_eq!(wiki_of(&document), text);
    }
}

#[test]
fn an_empty_text_is_no_document() {
    assert_eq!(document_of(" \n"), Value::Null);
    assert_eq!(
        wiki_of(&json!({"type": "doc", "version": 1, "content": []})),
        ""
    );
}
