//! Documents that are accepted and documents that are refused.

use super::*;
use rstest::rstest;
use serde_json::json;

fn doc(content: &Value) -> Value {
    json!({"type": "doc", "version": 1, "content": content})
}

#[test]
fn a_document_with_every_common_node_is_accepted() {
    let words = json!([{"type": "text", "text": "x", "marks": [{"type": "strong"}, {"type": "link", "attrs": {"href": "https://example.com"}}]}]);
    let paragraph = json!({"type": "paragraph", "content": words});
    let document = doc(&json!([
        {"type": "heading", "attrs": {"level": 2}, "content": words},
        {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph, {"type": "orderedList", "attrs": {"order": 3}, "content": [{"type": "listItem", "content": [paragraph]}]}]}]},
        {"type": "codeBlock", "attrs": {"language": "rust"}, "content": [{"type": "text", "text": "a\nb"}]},
        {"type": "codeBlock", "content": []},
        {"type": "blockquote", "content": [paragraph]},
        {"type": "rule"},
        {"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph]},
        {"type": "table", "content": [{"type": "tableRow", "content": [{"type": "tableHeader", "attrs": {}, "content": [{"type": "paragraph", "content": []}]}]}]},
        {"type": "taskList", "attrs": {"localId": "l"}, "content": [{"type": "taskItem", "attrs": {"localId": "i", "state": "DONE"}, "content": words}]},
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "5b"}}, {"type": "hardBreak"}, {"type": "inlineCard", "attrs": {"url": "https://example.com"}}]}
    ]));
    assert_eq!(check(&document), Ok(()));
}

#[rstest]
#[case::plain_string(json!("hello"))]
#[case::wrong_version(json!({"type": "doc", "version": 2, "content": []}))]
#[case::empty_text(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": ""}]}])))]
#[case::code_and_strong(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "code"}, {"type": "strong"}]}]}])))]
#[case::mark_twice(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}, {"type": "em"}]}]}])))]
#[case::list_first_in_item(doc(&json!([{"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "bulletList", "content": []}]}]}])))]
#[case::heading_in_item(doc(&json!([{"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "heading", "attrs": {"level": 1}}]}]}])))]
#[case::nested_quote(doc(&json!([{"type": "blockquote", "content": [{"type": "blockquote", "content": [{"type": "paragraph"}]}]}])))]
#[case::unknown_key(doc(&json!([{"type": "rule", "color": "red"}])))]
#[case::unknown_attribute(doc(&json!([{"type": "heading", "attrs": {"level": 1, "size": 3}}])))]
#[case::level_seven(doc(&json!([{"type": "heading", "attrs": {"level": 7}}])))]
#[case::no_local_id(doc(&json!([{"type": "taskList", "attrs": {}, "content": [{"type": "taskItem", "attrs": {"state": "TODO"}}]}])))]
#[case::marked_code(doc(&json!([{"type": "codeBlock", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}]}]}])))]
#[case::line_break(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "a\nb"}]}])))]
#[case::relative_link(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "link", "attrs": {"href": "docs/a.md"}}]}]}])))]
#[case::script_link(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "link", "attrs": {"href": "javascript:x"}}]}]}])))]
#[case::relative_link_of_a_picture(doc(&json!([{"type": "mediaSingle", "content": [{"type": "media", "attrs": {"type": "external", "url": "https://example.com/a.png"}, "marks": [{"type": "link", "attrs": {"href": "a.md"}}]}]}])))]
#[case::inline_at_top(doc(&json!([{"type": "text", "text": "x"}])))]
#[case::unknown_node(doc(&json!([{"type": "marquee"}])))]
#[case::empty_list(doc(&json!([{"type": "bulletList", "content": []}])))]
fn a_document_that_breaks_a_rule_is_refused(#[case] document: Value) {
    assert!(check(&document).is_err());
}
