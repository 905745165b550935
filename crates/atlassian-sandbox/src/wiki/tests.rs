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
        "# first\n{code:bash}\nls\n\n* no entry\n{code}\n# second\n## below\n{code}\nx\n{code}",
        "* one\n* two\nand more\n** below\n\ntext",
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
fn code_behind_an_entry_of_a_list_belongs_to_it() {
    let document =
        document_of("# first\n{code:bash}\nls\n{code}\n# second\n{quote}\nsaid\n{quote}");
    let kinds = |node: &Value| -> Vec<Value> {
        let content = node["content"].as_array().unwrap();
        content.iter().map(|child| child["type"].clone()).collect()
    };
    let list = &document["content"][0];
    assert_eq!(document["content"].as_array().unwrap().len(), 1);
    assert_eq!(kinds(&list["content"][0]), ["paragraph", "codeBlock"]);
    assert_eq!(
        list["content"][0]["content"][1]["attrs"]["language"],
        "bash"
    );
    assert_eq!(kinds(&list["content"][1]), ["paragraph", "paragraph"]);
    assert!(adf_check::check(&document).is_ok(), "{document}");
}

#[test]
fn an_empty_text_is_no_document() {
    assert_eq!(document_of(" \n"), Value::Null);
    assert_eq!(
        wiki_of(&json!({"type": "doc", "version": 1, "content": []})),
        ""
    );
}
