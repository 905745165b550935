//! Confluence's storage format: checked and read as a tree, and turned into ADF, HTML and plain text.
//!
//! After <https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html>.

pub(crate) mod comment_mark;
mod from_adf;
mod inline;
mod to_adf;
mod tree;
mod view;

pub(crate) use from_adf::storage_of;
pub(crate) use to_adf::adf_of;
pub(crate) use tree::{Node, parse};
pub(crate) use view::{plain_text, view_of};

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn storage_must_be_well_formed() {
        for good in [
            "<p>a<br/>b &amp; c &nbsp;&#233;</p>",
            "",
            "text",
            "<ac:link><ri:page ri:content-title=\"x\"/></ac:link>",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "<p>a<br>b</p>",
            "<p>a & b</p>",
            "<p>open",
            "</p>",
            "<p a=1>x</p>",
            "<p>&unknown;</p>",
            "<b><i></b></i>",
            "<x:y/>",
            "a < b",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn adf_becomes_storage_and_comes_back_the_same() {
        let adf = json!({"type": "doc", "version": 1, "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Title & more"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "plain "}, {"type": "text", "text": "bold", "marks": [{"type": "strong"}]}, {"type": "hardBreak"},
                {"type": "text", "text": "site", "marks": [{"type": "link", "attrs": {"href": "https://example.com/?a=1&b=2"}}]}]},
            {"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "one"}]}]}]},
            {"type": "codeBlock", "attrs": {"language": "rust"}, "content": [{"type": "text", "text": "if a < b { ]]> }\n"}]},
            {"type": "rule"},
            {"type": "panel", "attrs": {"panelType": "info"}, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "note"}]}]},
            {"type": "table", "content": [{"type": "tableRow", "content": [
                {"type": "tableHeader", "attrs": {}, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "h"}]}]},
                {"type": "tableCell", "attrs": {}, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "c"}]}]}]}]}
        ]});
        let storage = storage_of(&adf);
        let tree = parse(&storage).unwrap();
        assert_eq!(adf_of(&tree), adf, "{storage}");
        assert!(!view_of(&tree).contains("ac:"));
    }

    #[test]
    fn a_view_holds_no_script_and_no_script_link() {
        let tree = parse(
            "<p onclick=\"x()\">a<script>alert(1)</script><a href=\"javascript:x()\">b</a></p>",
        )
        .unwrap();
        let html = view_of(&tree);
        assert!(
            !html.contains("script") && !html.contains("onclick"),
            "{html}"
        );
    }
}
