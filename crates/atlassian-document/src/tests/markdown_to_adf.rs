//! Markdown to ADF, by example.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::Value;

use super::adf_grammar;
use crate::{adf_to_markdown, markdown_to_adf};

fn converted(markdown: &str) -> Value {
    let adf = markdown_to_adf(markdown);
    assert_eq!(adf_grammar::check(&adf), Ok(()));
    adf
}

/// One line for every block, to keep the examples short.
fn content(markdown: &str) -> String {
    let adf = converted(markdown);
    let nodes = adf["content"].as_array().unwrap();
    let lines: Vec<String> = nodes.iter().map(Value::to_string).collect();
    lines.join("\n")
}

#[test]
fn an_empty_document_has_no_content() {
    assert_json_snapshot!(converted(" \n\n"), @r#"
    {
      "content": [],
      "type": "doc",
      "version": 1
    }
    "#);
}

#[test]
fn headings_text_and_marks() {
    assert_snapshot!(content("## Title\n\nplain **bold *both*** `code` ~~gone~~  \n[site](https://example.com \"t\")\nsoft"), @r#"
    {"attrs":{"level":2},"content":[{"text":"Title","type":"text"}],"type":"heading"}
    {"content":[{"text":"plain ","type":"text"},{"marks":[{"type":"strong"}],"text":"bold ","type":"text"},{"marks":[{"type":"strong"},{"type":"em"}],"text":"both","type":"text"},{"text":" ","type":"text"},{"marks":[{"type":"code"}],"text":"code","type":"text"},{"text":" ","type":"text"},{"marks":[{"type":"strike"}],"text":"gone","type":"text"},{"type":"hardBreak"},{"marks":[{"attrs":{"href":"https://example.com","title":"t"},"type":"link"}],"text":"site","type":"text"},{"text":" soft","type":"text"}],"type":"paragraph"}
    "#);
}

#[test]
fn lists_keep_their_order_and_nesting() {
    assert_snapshot!(content("- one\n\n  3. three\n  4. four\n- two\n\n  more"), @r#"{"content":[{"content":[{"content":[{"text":"one","type":"text"}],"type":"paragraph"},{"attrs":{"order":3},"content":[{"content":[{"content":[{"text":"three","type":"text"}],"type":"paragraph"}],"type":"listItem"},{"content":[{"content":[{"text":"four","type":"text"}],"type":"paragraph"}],"type":"listItem"}],"type":"orderedList"}],"type":"listItem"},{"content":[{"content":[{"text":"two","type":"text"}],"type":"paragraph"},{"content":[{"text":"more","type":"text"}],"type":"paragraph"}],"type":"listItem"}],"type":"bulletList"}"#);
}

#[test]
fn a_list_item_never_begins_with_a_list() {
    assert_snapshot!(content("- - nested\n-"), @r#"{"content":[{"content":[{"content":[],"type":"paragraph"},{"content":[{"content":[{"content":[{"text":"nested","type":"text"}],"type":"paragraph"}],"type":"listItem"}],"type":"bulletList"}],"type":"listItem"},{"content":[{"content":[],"type":"paragraph"}],"type":"listItem"}],"type":"bulletList"}"#);
}

#[test]
fn tasks_become_a_task_list() {
    assert_snapshot!(content("- [ ] open\n  - [x] nested\n- [x] **done**"), @r#"{"attrs":{"localId":"00000000-0000-4000-8000-000000000001"},"content":[{"attrs":{"localId":"00000000-0000-4000-8000-000000000002","state":"TODO"},"content":[{"text":"open","type":"text"}],"type":"taskItem"},{"attrs":{"localId":"00000000-0000-4000-8000-000000000003"},"content":[{"attrs":{"localId":"00000000-0000-4000-8000-000000000004","state":"DONE"},"content":[{"text":"nested","type":"text"}],"type":"taskItem"}],"type":"taskList"},{"attrs":{"localId":"00000000-0000-4000-8000-000000000005","state":"DONE"},"content":[{"marks":[{"type":"strong"}],"text":"done","type":"text"}],"type":"taskItem"}],"type":"taskList"}"#);
}

#[test]
fn tasks_that_do_not_fit_become_bullets_with_boxes() {
    let markdown = "- [ ] open\n- plain\n- [x] done";
    assert_snapshot!(content(markdown), @r#"{"content":[{"content":[{"content":[{"text":"[ ] open","type":"text"}],"type":"paragraph"}],"type":"listItem"},{"content":[{"content":[{"text":"plain","type":"text"}],"type":"paragraph"}],"type":"listItem"},{"content":[{"content":[{"text":"[x] done","type":"text"}],"type":"paragraph"}],"type":"listItem"}],"type":"bulletList"}"#);
    assert_eq!(adf_to_markdown(&converted(markdown)), markdown);
}

#[test]
fn code_blocks_hold_text_only() {
    assert_snapshot!(content("```rust,ignore\nfn main() {\n    *x*\n}\n```\n\n```\n```"), @r#"
    {"attrs":{"language":"rust"},"content":[{"text":"fn main() {\n    *x*\n}","type":"text"}],"type":"codeBlock"}
    {"content":[],"type":"codeBlock"}
    "#);
}

#[test]
fn code_combines_with_links_only() {
    assert_snapshot!(content("**[`a`](/b) c**"), @r#"{"content":[{"marks":[{"attrs":{"href":"/b"},"type":"link"},{"type":"code"}],"text":"a","type":"text"},{"text":" ","type":"text"},{"marks":[{"type":"strong"}],"text":"c","type":"text"}],"type":"paragraph"}"#);
}

/// White space beside code keeps no mark that the code lost: it would not be what is read back.
#[test]
fn marks_around_code_end_at_visible_text() {
    for markdown in [
        "**a `b` c**",
        "_a `b`_",
        "[x _y `z`_](/uri)",
        "# **a `b`**",
        "- [ ] **a `b`**",
    ] {
        let adf = crate::markdown_to_adf(markdown);
        assert_eq!(
            crate::markdown_to_adf(&crate::adf_to_markdown(&adf)),
            adf,
            "{markdown}"
        );
    }
}

#[test]
fn nested_quotes_are_flattened() {
    assert_snapshot!(content("> a\n>\n> > b\n>\n> # c\n>\n> - > d"), @r#"{"content":[{"content":[{"text":"a","type":"text"}],"type":"paragraph"},{"content":[{"text":"b","type":"text"}],"type":"paragraph"},{"content":[{"text":"c","type":"text"}],"type":"paragraph"},{"content":[{"content":[{"content":[{"text":"d","type":"text"}],"type":"paragraph"}],"type":"listItem"}],"type":"bulletList"}],"type":"blockquote"}"#);
}

#[test]
fn headings_rules_and_tables_in_lists_become_paragraphs() {
    assert_snapshot!(content("- # a\n\n  ---\n\n  | b | c |\n  |---|---|\n  | d | e |"), @r#"{"content":[{"content":[{"content":[{"text":"a","type":"text"}],"type":"paragraph"},{"content":[{"text":"———","type":"text"}],"type":"paragraph"},{"content":[{"text":"b | c","type":"text"},{"type":"hardBreak"},{"text":"d | e","type":"text"}],"type":"paragraph"}],"type":"listItem"}],"type":"bulletList"}"#);
}

#[test]
fn tables_have_paragraphs_in_their_cells() {
    assert_snapshot!(content("| a | |\n|---|---|\n| **b**<br>c |"), @r#"{"content":[{"content":[{"attrs":{},"content":[{"content":[{"text":"a","type":"text"}],"type":"paragraph"}],"type":"tableHeader"},{"attrs":{},"content":[{"content":[],"type":"paragraph"}],"type":"tableHeader"}],"type":"tableRow"},{"content":[{"attrs":{},"content":[{"content":[{"marks":[{"type":"strong"}],"text":"b","type":"text"},{"type":"hardBreak"},{"text":"c","type":"text"}],"type":"paragraph"}],"type":"tableCell"},{"attrs":{},"content":[{"content":[],"type":"paragraph"}],"type":"tableCell"}],"type":"tableRow"}],"type":"table"}"#);
}

#[test]
fn rules_and_html() {
    assert_snapshot!(content("---\n\n<script>alert(1)</script>\n\n[a](javascript:b) <b>c</b> <i onclick=\"x\">d</i> <blink>e</blink>"), @r#"
    {"type":"rule"}
    {"content":[{"text":"<script>alert(1)</script>","type":"text"}],"type":"paragraph"}
    {"content":[{"text":"a ","type":"text"},{"marks":[{"type":"strong"}],"text":"c","type":"text"},{"text":" ","type":"text"},{"marks":[{"type":"em"}],"text":"d","type":"text"},{"text":" <blink>e</blink>","type":"text"}],"type":"paragraph"}
    "#);
}
