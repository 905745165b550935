//! Tasks and other entries in one list: neither becomes the other in an edit.

use serde_json::{Value, json};

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, markdown_to_storage, storage_to_markdown,
};

fn task(id: &str, text: &str) -> Value {
    json!({ "type": "taskItem", "attrs": { "localId": id, "state": "TODO" }, "content": [{ "type": "text", "text": text }] })
}

fn tasks() -> Value {
    json!({ "type": "doc", "version": 1, "content": [
        { "type": "taskList", "attrs": { "localId": "list" }, "content": [task("one", "first"), task("two", "second")] },
    ]})
}

fn bullets(text: &str) -> Value {
    let paragraph = json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    json!({ "type": "bulletList", "content": [{ "type": "listItem", "content": [paragraph] }] })
}

#[test]
fn a_bullet_among_the_tasks_of_a_document_leaves_them_tasks() {
    let current = tasks();
    let shown = adf_to_markdown(&current);
    let behind = edit_adf(&current, &format!("{shown}\n- plain"), Losses::Refused).unwrap();
    assert_eq!(
        behind["content"],
        json!([current["content"][0], bullets("plain")])
    );
    let before = edit_adf(&current, &format!("- plain\n{shown}"), Losses::Refused).unwrap();
    assert_eq!(
        before["content"],
        json!([bullets("plain"), current["content"][0]])
    );
    let between = shown.replace("- [ ] second", "- plain\n- [ ] second");
    let between = edit_adf(&current, &between, Losses::Refused).unwrap();
    assert_eq!(
        between["content"][0]["content"],
        json!([task("one", "first")])
    );
    assert_eq!(between["content"][1], bullets("plain"));
    assert_eq!(between["content"][2]["type"], "taskList");
    assert_eq!(
        between["content"][2]["content"][0]["content"][0]["text"],
        "second"
    );
}

#[test]
fn a_bullet_below_a_task_leaves_the_others_tasks_and_no_word_is_lost() {
    let current = tasks();
    let shown = adf_to_markdown(&current);
    let edited = edit_adf(&current, &format!("{shown}\n  - plain"), Losses::Refused).unwrap();
    assert_eq!(
        edited["content"][0]["content"],
        json!([task("one", "first")])
    );
    assert_eq!(
        adf_to_markdown(&edited),
        "- [ ] first\n\n* [ ] second\n  - plain"
    );
}

#[test]
fn a_bullet_among_the_tasks_of_a_page_leaves_them_tasks() {
    let page = markdown_to_storage("- [ ] first\n- [x] second");
    let shown = storage_to_markdown(&page);
    let edited = edit_storage(&page, &format!("{shown}\n- plain"), Losses::Refused);
    assert_eq!(edited, Ok(format!("{page}<ul><li><p>plain</p></li></ul>")));
}

#[test]
fn boxes_that_are_text_of_a_list_stay_text() {
    let page = "<ul><li>[ ] first</li><li>second</li></ul>";
    let edited = storage_to_markdown(page).replace("second", "third");
    assert_eq!(
        edit_storage(page, &edited, Losses::Refused),
        Ok(page.replace("second", "third"))
    );
}

#[test]
fn tasks_below_a_task_of_blocks_stay_behind_it() {
    let paragraph =
        |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let current = json!({ "type": "doc", "version": 1, "content": [{
        "type": "taskList",
        "attrs": { "localId": "list" },
        "content": [
            { "type": "blockTaskItem", "attrs": { "localId": "one", "state": "TODO" }, "content": [paragraph("first"), paragraph("more")] },
            { "type": "taskList", "attrs": { "localId": "below" }, "content": [task("two", "second")] },
        ],
    }]});
    let shown = adf_to_markdown(&current);
    for [from, to] in [
        ["first", "changed"],
        ["more", "changed"],
        ["second", "changed"],
    ] {
        assert_eq!(
            edit_adf(&current, &shown.replace(from, to), Losses::Refused)
                .map(|edited| edited.to_string()),
            Ok(current.to_string().replace(from, to))
        );
    }
    let done = edit_adf(&current, &shown.replacen("[ ]", "[x]", 1), Losses::Refused);
    assert_eq!(
        done.map(|edited| edited.to_string()),
        Ok(current.to_string().replacen("TODO", "DONE", 1))
    );
}

#[test]
fn a_list_that_is_an_entry_alone_gains_no_paragraph() {
    let entry = json!({ "type": "bulletList", "content": [{ "type": "listItem", "content": [bullets("deep")] }] });
    let current = json!({ "type": "doc", "version": 1, "content": [entry] });
    let changed = adf_to_markdown(&current).replace("deep", "changed");
    assert_eq!(
        edit_adf(&current, &changed, Losses::Refused).map(|edited| edited.to_string()),
        Ok(current.to_string().replace("deep", "changed"))
    );
}

#[test]
fn a_list_that_begins_with_tasks_below_none_can_be_edited() {
    let below = |id: &str, text: &str| json!({ "type": "taskList", "attrs": { "localId": format!("list-{id}") }, "content": [task(id, text)] });
    let list = |content: &[Value]| {
        json!({ "type": "doc", "version": 1, "content": [
            { "type": "paragraph", "content": [{ "type": "text", "text": "above" }] },
            { "type": "taskList", "attrs": { "localId": "list" }, "content": content },
        ]})
    };
    let current = list(&[
        below("one", "first"),
        below("two", "second"),
        task("three", "third"),
        below("four", "fourth"),
    ]);
    let shown = adf_to_markdown(&current);
    for (word, place) in [
        ("first", "/content/1/content/0/content/0"),
        ("second", "/content/1/content/1/content/0"),
        ("third", "/content/1/content/2"),
        ("fourth", "/content/1/content/3/content/0"),
    ] {
        let edited = edit_adf(&current, &shown.replace(word, "other"), Losses::Refused);
        let mut meant = current.clone();
        meant.pointer_mut(place).unwrap()["content"][0]["text"] = json!("other");
        assert_eq!(edited, Ok(meant), "{word}");
    }
    let above = edit_adf(&current, &shown.replace("above", "anew"), Losses::Refused).unwrap();
    assert_eq!(above["content"][1], current["content"][1]);
    let ticked = shown.replace("[ ] second", "[x] second");
    let ticked = edit_adf(&current, &ticked, Losses::Refused).unwrap();
    let second = &ticked["content"][1]["content"][1]["content"][0];
    assert_eq!(
        second["attrs"],
        json!({ "localId": "two", "state": "DONE" })
    );
    let gone = shown.replace("[ ] first", "[ ] first\n  * [ ] more");
    let gone = edit_adf(&current, &gone, Losses::Refused).unwrap();
    let kinds = |node: &Value| -> Vec<Value> {
        let content = node["content"].as_array().unwrap();
        content.iter().map(|child| child["type"].clone()).collect()
    };
    let first = &gone["content"][1]["content"][0];
    assert_eq!(first["type"], "taskList", "{gone}");
    assert_eq!(kinds(first).len(), 2, "{gone}");
}
