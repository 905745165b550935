//! ADF to Markdown, by example: mostly what Markdown has no form for.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::adf_to_markdown;

fn converted(content: &Value) -> String {
    adf_to_markdown(&json!({ "type": "doc", "version": 1, "content": content }))
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })
}

#[test]
fn inline_nodes_become_marks_words_and_placeholders() {
    let markdown = converted(&json!([{ "type": "paragraph", "content": [
        { "type": "mention", "attrs": { "id": "5b10", "text": "@Mia" } },
        { "type": "text", "text": " " },
        { "type": "mention", "attrs": { "id": "5b10" } },
        { "type": "text", "text": " " },
        { "type": "emoji", "attrs": { "shortName": ":smile:" } },
        { "type": "emoji", "attrs": { "shortName": ":tada:", "text": "🎉" } },
        { "type": "text", "text": " " },
        { "type": "date", "attrs": { "timestamp": "1700000000000" } },
        { "type": "text", "text": " " },
        { "type": "status", "attrs": { "text": "DONE", "color": "green" } },
        { "type": "text", "text": " " },
        { "type": "inlineCard", "attrs": { "url": "https://example.com/browse/A-1" } },
        { "type": "hardBreak" },
        { "type": "text", "text": "H2O", "marks": [{ "type": "subsup", "attrs": { "type": "sub" } },
            { "type": "underline" }, { "type": "textColor", "attrs": { "color": "#ff0000" } }] },
        { "type": "inlineExtension", "attrs": { "extensionKey": "toc" } }
    ]}]));
    assert_snapshot!(markdown, @r"
    @[Mia](accountid:5b10) @[5b10](accountid:5b10) [:smile:](keep:emoji-c336da36)🎉 [2023-11-14](keep:date-e28decd2) [DONE](keep:status-0ee04722) <https://example.com/browse/A-1>\
    <u><sub>H2O</sub></u>[macro: toc](keep:macro-0ee4159f)
    ");
}

#[test]
fn panels_become_alerts() {
    let markdown = converted(&json!([
        { "type": "panel", "attrs": { "panelType": "info" }, "content": [paragraph("a"), paragraph("b")] },
        { "type": "panel", "attrs": { "panelType": "warning" }, "content": [
            { "type": "bulletList", "content": [{ "type": "listItem", "content": [paragraph("c")] }] }] },
    ]));
    assert_snapshot!(markdown, @r"
    > [!INFO]
    > a
    >
    > b

    > [!WARNING]
    >
    > - c
    ");
}

#[test]
fn frames_and_decisions_show_their_content() {
    let markdown = converted(&json!([
        { "type": "expand", "attrs": { "title": "More" }, "content": [paragraph("a")] },
        { "type": "layoutSection", "content": [
            { "type": "layoutColumn", "attrs": { "width": 50 }, "content": [paragraph("b")] },
            { "type": "layoutColumn", "attrs": { "width": 50 }, "content": [paragraph("c")] }] },
        { "type": "decisionList", "attrs": { "localId": "x" }, "content": [
            { "type": "decisionItem", "attrs": { "localId": "y", "state": "DECIDED" },
              "content": [{ "type": "text", "text": "d" }] }] },
        { "type": "somethingNew", "content": [paragraph("e")] },
        { "type": "extension", "attrs": { "extensionKey": "jira" } },
        { "type": "blockCard", "attrs": { "url": "https://example.com" } },
    ]));
    assert_snapshot!(markdown, @r"
    <details>
    <summary>More</summary>

    a

    </details>

    [layout](keep:layout-10cbc875)

    [column](keep:column-12431ca6)

    b

    [end of column](keep:end-column-12431ca6)

    [column](keep:column-12431ca6-2)

    c

    [end of column](keep:end-column-12431ca6-2)

    [end of layout](keep:end-layout-10cbc875)

    - d

    > [somethingNew](keep:frame-fcdddc2d)
    >
    > e

    [macro: jira](keep:macro-d8cdc2e8)

    <https://example.com>
    ");
}

#[test]
fn media_are_placeholders() {
    let markdown = converted(&json!([
        { "type": "mediaSingle", "content": [
            { "type": "media", "attrs": { "type": "file", "id": "8a-1", "alt": "shot.png" } },
            { "type": "caption", "content": [{ "type": "text", "text": "a shot" }] }] },
        { "type": "mediaGroup", "content": [
            { "type": "media", "attrs": { "type": "file", "id": "8a-2", "collection": "c" } }] },
        { "type": "mediaSingle", "content": [
            { "type": "media", "attrs": { "type": "external", "url": "https://example.com/a.png" } }] },
    ]));
    assert_snapshot!(markdown, @r"
    ![shot.png, a shot](keep:media-340c6180)

    [8a-2](keep:files-f3b3709a)

    ![](https://example.com/a.png)
    ");
}

#[test]
fn both_forms_of_tasks_are_read() {
    let markdown = converted(&json!([
        { "type": "taskList", "attrs": { "localId": "1" }, "content": [
            { "type": "taskItem", "attrs": { "localId": "2", "state": "TODO" },
              "content": [{ "type": "text", "text": "a" }] },
            { "type": "taskList", "attrs": { "localId": "3" }, "content": [
                { "type": "taskItem", "attrs": { "localId": "4", "state": "DONE" } }] }] },
        { "type": "bulletList", "content": [
            { "type": "listItem", "content": [paragraph("[ ] b")] },
            { "type": "listItem", "content": [paragraph("[x] c")] },
            { "type": "listItem", "content": [paragraph("[y] d")] }] },
    ]));
    assert_snapshot!(markdown, @r"
    - [ ] a

      - [x]

    * [ ] b
    * [x] c
    * \[y\] d
    ");
}

#[test]
fn cells_with_blocks_are_put_on_one_line() {
    let markdown = converted(&json!([{ "type": "table", "content": [
        { "type": "tableRow", "content": [
            { "type": "tableHeader", "content": [paragraph("head")] },
            { "type": "tableHeader", "content": [] }] },
        { "type": "tableRow", "content": [
            { "type": "tableCell", "content": [paragraph("a|b"), paragraph("c")] },
            { "type": "tableCell", "content": [
                { "type": "bulletList", "content": [
                    { "type": "listItem", "content": [paragraph("d")] },
                    { "type": "listItem", "content": [paragraph("e")] }] },
                { "type": "codeBlock", "content": [{ "type": "text", "text": "f\ng" }] }] },
            { "type": "tableCell", "content": [paragraph("one more")] }] }] }]));
    assert_snapshot!(markdown, @r"
    | head |  |  |
    | --- | --- | --- |
    | a\|b<br>c | • d<br>• e<br>`f`<br>`g` | one more |
    ");
}

#[test]
fn a_table_without_a_header_gets_an_empty_one() {
    let markdown = converted(&json!([{ "type": "table", "content": [
        { "type": "tableRow", "content": [{ "type": "tableCell", "content": [paragraph("a")] }] }] }]));
    assert_snapshot!(markdown, @r"
    |  |
    | --- |
    | a |
    ");
}

#[test]
fn line_feeds_in_text_are_line_breaks() {
    assert_snapshot!(converted(&json!([paragraph("a\nb")])), @r"
    a\
    b
    ");
}

#[test]
fn other_json_is_read_as_far_as_it_goes() {
    assert_eq!(adf_to_markdown(&Value::Null), "");
    assert_eq!(adf_to_markdown(&json!(17)), "");
    assert_eq!(
        adf_to_markdown(&json!([paragraph("a"), paragraph("b")])),
        "a\n\nb"
    );
    assert_eq!(adf_to_markdown(&json!("just *text*")), "just \\*text\\*");
    let serialised = json!({ "type": "doc", "content": [paragraph("a")] }).to_string();
    assert_eq!(adf_to_markdown(&json!(serialised)), "a");
}
