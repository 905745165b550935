//! What changes its place and a word is the same thing, and keeps what Markdown does not show of it.

use serde_json::json;

use crate::{Losses, edit_adf, edit_storage, storage_to_markdown};

#[test]
fn a_task_that_is_ticked_and_moved_stays_the_same_task() {
    let task = |id: &str, text: &str| json!({ "type": "taskItem", "attrs": { "localId": id, "state": "TODO" }, "content": [{ "type": "text", "text": text }] });
    let document = json!({ "type": "doc", "version": 1, "content": [{ "type": "taskList", "attrs": { "localId": "l" },
        "content": [task("a", "write it"), task("b", "read that"), task("c", "send all")] }] });
    let new = "- [ ] read that\n- [ ] send all\n- [x] write it";
    let edited = edit_adf(&document, new, Losses::Refused).unwrap();
    let last = edited.pointer("/content/0/content/2/attrs").unwrap();
    assert_eq!(*last, json!({ "localId": "a", "state": "DONE" }));
}

#[test]
fn a_block_that_changes_its_place_and_a_word_stays_the_same_block() {
    let macro_of = |text: &str| {
        format!(
            "<ac:structured-macro ac:name=\"noformat\" ac:macro-id=\"m\"><ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body></ac:structured-macro>"
        )
    };
    let page = format!(
        "<p>first words here</p>{}<p>other text there</p><p>end of all</p>",
        macro_of("a b c d")
    );
    let shown = storage_to_markdown(&page);
    let blocks: Vec<&str> = shown.split("\n\n").collect();
    let code = blocks[1].replace("c d", "c e");
    let new = [blocks[0], blocks[2], code.as_str(), blocks[3]].join("\n\n");
    let expected = format!(
        "<p>first words here</p><p>other text there</p>{}<p>end of all</p>",
        macro_of("a b c e")
    );
    assert_eq!(edit_storage(&page, &new, Losses::Refused), Ok(expected));
}

#[test]
fn a_block_that_moves_into_a_container_leaves_the_marks_that_cannot_stand_there() {
    let text = |text: &str| json!([{ "type": "text", "text": text }]);
    let document = json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "marks": [{ "type": "alignment", "attrs": { "align": "center" } }], "content": text("centred words") },
        { "type": "panel", "attrs": { "panelType": "info" }, "content": [{ "type": "paragraph", "content": text("in it") }] },
        { "type": "paragraph", "content": text("last") }
    ] });
    let edited = edit_adf(
        &document,
        "> [!INFO]\n> in it\n>\n> centred words\n\nlast",
        Losses::Refused,
    )
    .unwrap();
    let moved = edited.pointer("/content/0/content/1").unwrap();
    assert_eq!(
        *moved,
        json!({ "type": "paragraph", "content": text("centred words") })
    );
    let edited = edit_adf(
        &document,
        "last\n\n> [!INFO]\n> in it\n\ncentred words",
        Losses::Refused,
    )
    .unwrap();
    let moved = edited.pointer("/content/2/marks/0/type").unwrap();
    assert_eq!(moved, "alignment");
}
