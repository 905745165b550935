//! Edits of single constructs that once went wrong: headers of tables, tasks without a text, literal text.

use serde_json::json;

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    storage_to_markdown_with_names, wiki_to_markdown,
};

fn storage_edit(page: &str, from: &str, to: &str) -> String {
    let shown = storage_to_markdown(page);
    let edited = shown.replacen(from, to, 1);
    assert_ne!(shown, edited);
    let written = edit_storage(page, &edited, Losses::Refused).unwrap();
    assert_eq!(storage_to_markdown(&written), edited, "{written}");
    written
}

#[test]
fn a_table_is_given_a_header_in_storage_format() {
    let page = "<table class=\"x\"><colgroup><col /></colgroup><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>";
    let cells = "<tr><td>a</td></tr><tr><td>b</td></tr>";
    assert_eq!(
        storage_edit(page, "|  |", "| Name |"),
        page.replace(cells, &format!("<tr><th>Name</th></tr>{cells}"))
    );
    // A row becomes the header, and is a row again.
    let with_header = page.replace("<td>a</td>", "<th>a</th>");
    let shown = storage_to_markdown(&with_header);
    assert_eq!(
        edit_storage(page, &shown, Losses::Refused).unwrap(),
        with_header
    );
    let shown = storage_to_markdown(page);
    assert_eq!(
        edit_storage(&with_header, &shown, Losses::Refused).unwrap(),
        page
    );
    // A row that is changed as it becomes the header.
    let shown = storage_to_markdown(&with_header).replace("| a |", "| a! |");
    assert_eq!(
        edit_storage(page, &shown, Losses::Refused).unwrap(),
        with_header.replace("<th>a<", "<th>a!<")
    );
    // A new row in a table with a header stands behind it.
    assert!(
        storage_edit(&with_header, "| a |\n| --- |", "| a |\n| --- |\n| n |")
            .contains("<th>a</th></tr><tr><td>n</td></tr>")
    );
}

#[test]
fn a_table_is_given_a_header_in_adf() {
    let row = |kind: &str, text: &str| {
        let text = [json!({ "type": "text", "text": text })];
        let cell = json!({ "type": kind, "attrs": {}, "content": [{ "type": "paragraph", "content": text }] });
        json!({ "type": "tableRow", "content": [cell] })
    };
    let table = |rows: &[serde_json::Value]| json!({ "type": "doc", "version": 1, "content": [{ "type": "table", "content": rows }] });
    let plain = table(&[row("tableCell", "a"), row("tableCell", "b")]);
    let shown = adf_to_markdown(&plain);
    let named = shown.replacen("|  |", "| Name |", 1);
    assert_eq!(
        edit_adf(&plain, &named, Losses::Refused).unwrap(),
        table(&[
            row("tableHeader", "Name"),
            row("tableCell", "a"),
            row("tableCell", "b")
        ])
    );
    let headed = table(&[row("tableHeader", "a"), row("tableCell", "b")]);
    let with_header = adf_to_markdown(&headed);
    assert_eq!(
        edit_adf(&plain, &with_header, Losses::Refused).unwrap(),
        headed
    );
    assert_eq!(edit_adf(&headed, &shown, Losses::Refused).unwrap(), plain);
}

#[test]
fn a_task_without_a_text_stays_whole() {
    let page = "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status></ac:task>\
        <ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>b</ac:task-body></ac:task></ac:task-list><p>c</p>";
    let shown = storage_to_markdown(page);
    for edited in [
        shown.replacen("[ ]", "[x]", 1),
        shown.replacen("[ ]", "[ ] a", 1),
        shown.replace("[ ] b", "[ ] b!"),
        shown.replace('c', "d"),
    ] {
        assert_ne!(edited, shown);
        match edit_storage(page, &edited, Losses::Refused) {
            Ok(written) => {
                assert_eq!(storage_to_markdown(&written), edited, "{written}");
                assert!(written.contains("<ac:task-id>2</ac:task-id>"), "{written}");
                let tasks = written.matches("<ac:task>").count();
                assert_eq!(
                    tasks,
                    written.matches("<ac:task-status>").count(),
                    "{written}"
                );
                assert_eq!(tasks, written.matches("<ac:task-id>").count(), "{written}");
            }
            Err(lost) => assert!(lost.to_string().contains("task-list"), "{lost}"),
        }
    }
}

#[test]
fn literal_text_that_looks_like_a_person_stays_as_it_was_written() {
    let page = "<p>a <ac:link ac:anchor=\"own\"><ri:user ri:account-id=\"5b10\" /></ac:link></p>";
    let name = |_: &str| Some(String::from("Mia"));
    let code = "<ac:link><ri:user ri:account-id=\"5b10\"/></ac:link>";
    let shown = storage_to_markdown_with_names(page, name);
    let edited = format!("{shown}\n\n```\n{code}\n```\n\nb @[Mia](accountid:5b10)");
    let written = edit_storage(page, &edited, Losses::Refused).unwrap();
    assert!(
        written.contains(&format!("<![CDATA[{code}]]>")),
        "{written}"
    );
    // A person is written as the page names that person.
    let own = "<p>b <ac:link ac:anchor=\"own\"><ri:user ri:account-id=\"5b10\" /></ac:link></p>";
    assert!(written.ends_with(own), "{written}");
    // Another one as everywhere.
    let other = edited.replace("b @[Mia](accountid:5b10)", "b @[Noor](accountid:6c20)");
    let written = edit_storage(page, &other, Losses::Refused).unwrap();
    assert!(
        written.ends_with("<p>b <ac:link><ri:user ri:account-id=\"6c20\"/></ac:link></p>"),
        "{written}"
    );
}

#[test]
fn a_thing_that_shows_several_signs_stands_once() {
    let page = "<p>one &fjlig; two &fjlig;</p>";
    let written = storage_edit(page, "one", "1");
    assert_eq!(written, page.replace("one", "1"));
    let shown = storage_to_markdown(page);
    let bold = format!("**{}**", shown.replacen("two", "2", 1));
    let written = edit_storage(page, &bold, Losses::Refused).unwrap();
    assert_eq!(storage_to_markdown(&written), bold, "{written}");
}

#[test]
fn an_empty_element_between_loose_pictures_stays_between_them() {
    let picture = "<ac:image><ri:attachment ri:filename=\"a.png\" /></ac:image>";
    let page = format!(
        "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body>{picture}<p />{picture}<p>one</p></ac:rich-text-body></ac:structured-macro>"
    );
    let written = storage_edit(&page, "one", "two");
    assert_eq!(written, page.replace("one", "two"));
}

#[test]
fn a_task_of_several_paragraphs_stays_a_task() {
    let page = "<ac:task-list><ac:task><ac:task-id>9</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body><p>one</p><p>two</p></ac:task-body></ac:task></ac:task-list>";
    let written = storage_edit(page, "one", "three");
    assert_eq!(written, page.replace("one", "three"));
}

#[test]
fn a_short_text_beside_another_that_changes_keeps_what_is_hidden_in_it() {
    let changed = |text: &str| text.replace("needle", "thread");
    for page in [
        "<p>A.</p><p><ac:emoticon ac:name=\"x\" ac:emoji-id=\"1f600\" ac:emoji-fallback=\"😀\"/> needle</p><p>Last needle.</p>",
        "<p>A.</p><p><ac:emoticon ac:name=\"x\" ac:emoji-id=\"1f600\" ac:emoji-fallback=\"😀\"/>needle</p><p>Last needle.</p>",
        "<p>A.</p><dl><dt>term</dt><dd>needle</dd></dl><p>Last needle.</p>",
        "<p>A.</p><p local-id=\"1\">needle</p><p local-id=\"2\">Last needle.</p>",
    ] {
        let edited = changed(&storage_to_markdown(page));
        assert_eq!(
            edit_storage(page, &edited, Losses::Refused),
            Ok(changed(page))
        );
    }
    for wiki in [
        "A.\n\n----\nneedle\n\nLast needle.",
        "A.\n\n:) needle (!) (/)\n\nLast needle.",
    ] {
        let edited = changed(&wiki_to_markdown(wiki));
        assert_eq!(edit_wiki(wiki, &edited, Losses::Refused), Ok(changed(wiki)));
    }
    let emoji =
        json!({"type": "emoji", "attrs": {"shortName": ":grinning:", "id": "1f600", "text": "😀"}});
    let text = |text: &str| json!({"type": "text", "text": text});
    let document = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [text("A.")]},
        {"type": "paragraph", "content": [emoji, text("needle")]},
        {"type": "paragraph", "content": [text("Last needle.")]}]});
    let edited = edit_adf(
        &document,
        &changed(&adf_to_markdown(&document)),
        Losses::Refused,
    );
    assert_eq!(edited.unwrap().to_string(), changed(&document.to_string()));
}
