//! Settings before a text, and comments in it, are hidden; quoted mails and manifests are text.

use serde_json::{Value, json};

use crate::{adf_to_markdown, markdown_to_adf, remark};

fn nodes(markdown: &str) -> Vec<Value> {
    markdown_to_adf(markdown)["content"]
        .as_array()
        .unwrap()
        .clone()
}

fn inlines(markdown: &str) -> Vec<Value> {
    nodes(markdown)[0]["content"].as_array().unwrap().clone()
}

#[test]
fn front_matter_and_comments_are_hidden() {
    let text = inlines("---\ntitle: x\ntags:\n  - a\n---\n\nvisible <!-- not this --> text");
    assert_eq!(text, [json!({ "type": "text", "text": "visible  text" })]);
    // Mails and manifests that somebody quotes are text, and so is a rule before and behind a line.
    for quoted in [
        "---\nNote: the meeting moved\n---\nSee you",
        "---\nFrom: a\nSubject: b\n---\nSee you",
        "---\napiVersion: v1\nkind: Pod\n---\nSee you",
        "---\ntitle: the first\nand words\n---\nSee you",
    ] {
        let shown = adf_to_markdown(&markdown_to_adf(quoted));
        let lines = quoted.lines().filter(|line| *line != "---");
        for line in lines {
            assert!(shown.contains(line), "{line}: {shown}");
        }
    }
    assert_eq!(nodes(&remark("---\ntitle: x\n---\ny")).len(), 3);
    assert_eq!(inlines("<!--\nnot\n\nthis\n-->\n\nvisible").len(), 1);
    // A document may begin with a rule.
    assert_eq!(nodes("---\n\ntext: x\n\n---")[0]["type"], "rule");
    assert_eq!(nodes("---\nnote this\n---")[0]["type"], "rule");
    assert_eq!(inlines("<!-- never closed")[0]["text"], "<!-- never closed");
}
