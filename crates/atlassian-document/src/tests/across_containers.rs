//! What goes into another container and has a word changed on its way is the same thing still; what cannot stand there
//! as it is, and cannot be said in Markdown, is refused.

use serde_json::{Value, json};

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    wiki_to_markdown,
};

const LIST: &str = "<ul><li><p>alpha</p></li><li><p>beta</p></li></ul>";

/// A table with a list in a cell, in which a word is `word`.
fn table(word: &str) -> String {
    format!(
        "<table data-layout=\"wide\" ac:local-id=\"t\"><tbody><tr><th>one</th><th>two</th></tr><tr><td>some {word} here</td><td>{LIST}</td></tr></tbody></table>"
    )
}

fn macro_of(name: &str, word: &str) -> String {
    format!(
        "<ac:structured-macro ac:name=\"{name}\" ac:macro-id=\"m\"><ac:plain-text-body><![CDATA[a to {word} b]]></ac:plain-text-body></ac:structured-macro>"
    )
}

fn info(inside: &str) -> String {
    format!(
        "<ac:structured-macro ac:name=\"info\" ac:macro-id=\"i\"><ac:rich-text-body>{inside}</ac:rich-text-body></ac:structured-macro>"
    )
}

/// The Markdown that a part of a page shows, each line behind some signs.
fn shown(part: &str, before: &str) -> String {
    let shown = storage_to_markdown(part);
    let lines = shown.lines().map(|line| format!("{before}{line}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_block_that_goes_into_another_container_and_has_a_word_changed_stays_the_same_block() {
    for part in [
        table as fn(&str) -> String,
        |word: &str| macro_of("plantuml", word),
        |word: &str| macro_of("noformat", word),
        |word: &str| info(&format!("<p>in {word} it</p>{}", macro_of("plantuml", "x"))),
    ] {
        for word in ["old", "new"] {
            let page = format!(
                "<p>first</p>{}<blockquote><p>said</p></blockquote>",
                part("old")
            );
            let quoted = shown(&part(word), "> ");
            for (edited, expected) in [
                (
                    format!("first\n\n> said\n>\n{quoted}"),
                    format!(
                        "<p>first</p><blockquote><p>said</p>{}</blockquote>",
                        part(word)
                    ),
                ),
                (
                    format!("first\n\n{quoted}\n\nand\n\n> said"),
                    format!(
                        "<p>first</p><blockquote>{}</blockquote><p>and</p><blockquote><p>said</p></blockquote>",
                        part(word)
                    ),
                ),
                (
                    format!("first\n\n- item\n\n{}\n\n> said", shown(&part(word), "  ")),
                    format!(
                        "<p>first</p><ul><li><p>item</p>{}</li></ul><blockquote><p>said</p></blockquote>",
                        part(word)
                    ),
                ),
                (
                    format!(
                        "first\n\n<details>\n<summary>More</summary>\n\n{}\n\n</details>\n\n> said",
                        shown(&part(word), "")
                    ),
                    format!(
                        "<p>first</p><ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">More</ac:parameter><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro><blockquote><p>said</p></blockquote>",
                        part(word)
                    ),
                ),
            ] {
                let written = edit_storage(&page, &edited, Losses::Refused);
                assert_eq!(written, Ok(expected), "{edited}");
            }
        }
    }
}

#[test]
fn a_block_that_leaves_its_container_and_has_a_word_changed_stays_the_same_block() {
    let page = format!(
        "<p>first</p>{}<p>last</p>",
        info(&format!("<p>in it</p>{}", table("old")))
    );
    let edited = format!(
        "first\n\n> [!INFO]\n> in it\n\nlast\n\n{}",
        shown(&table("new"), "")
    );
    let expected = format!(
        "<p>first</p>{}<p>last</p>{}",
        info("<p>in it</p>"),
        table("new")
    );
    assert_eq!(edit_storage(&page, &edited, Losses::Refused), Ok(expected));
}

#[test]
fn what_cannot_stand_elsewhere_and_cannot_be_said_in_markdown_is_refused() {
    let cell = |content: &Value| json!({ "type": "tableCell", "attrs": {}, "content": [content] });
    let paragraph =
        |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let list = json!({ "type": "bulletList", "content": [{ "type": "listItem", "content": [paragraph("alpha")] }] });
    let table = json!({ "type": "table", "attrs": { "layout": "wide" }, "content": [
        { "type": "tableRow", "content": [cell(&paragraph("some words")), cell(&list)] }] });
    let document = json!({ "type": "doc", "version": 1, "content": [paragraph("first"), table,
        { "type": "expand", "attrs": { "title": "T" }, "content": [paragraph("in it")] }] });
    let shown = adf_to_markdown(&document);
    let table_shown = "|  |  |\n| --- | --- |\n| some words | • alpha |";
    assert!(shown.contains(table_shown), "{shown}");
    for word in ["words", "nouns"] {
        let moved = table_shown.replace("words", word);
        let quoted = format!("> {}", moved.replace('\n', "\n> "));
        let edited = shown.replace(table_shown, &quoted);
        let refused = edit_adf(&document, &edited, Losses::Refused).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "would destroy the list in the cell of a table"
        );
        assert!(edit_adf(&document, &edited, Losses::Accepted).is_ok());
        // An expand takes a table.
        let edited = shown.replace(&format!("{table_shown}\n\n"), "");
        let edited = edited.replace("in it", &format!("in it\n\n{moved}"));
        let written = edit_adf(&document, &edited, Losses::Refused).unwrap();
        let mut expected = document["content"][1].clone();
        expected["content"][0]["content"][0]["content"][0]["content"][0]["text"] =
            Value::from(format!("some {word}"));
        assert_eq!(written["content"][1]["content"][1], expected);
    }
    // Deleted it is, and something else may be new.
    let deleted = shown.replace(table_shown, "A text with something else.\n\n- and a list");
    assert!(edit_adf(&document, &deleted, Losses::Refused).is_ok());
}

#[test]
fn a_macro_whose_words_stand_in_a_new_block_is_refused_and_one_whose_words_are_gone_goes() {
    let page = format!(
        "<p>first words</p>{}<p>last words</p>",
        macro_of("plantuml", "old")
    );
    let shown = storage_to_markdown(&page);
    let code = "```\na to old b\n```";
    assert!(shown.contains(code), "{shown}");
    let refused = edit_storage(
        &page,
        &shown.replace(code, "> a to old b\n\nmore"),
        Losses::Refused,
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "would destroy the macro plantuml"
    );
    let gone = edit_storage(
        &page,
        &shown.replace(code, "> quite another\n\nmore"),
        Losses::Refused,
    );
    let expected = "<p>first words</p><blockquote><p>quite another</p></blockquote><p>more</p><p>last words</p>";
    assert_eq!(gone, Ok(String::from(expected)));
}

#[test]
fn wiki_markup_that_goes_into_another_container_stays_as_it_is() {
    let table = |word: &str| format!("||one||two||\n|some {word} here|* alpha\n* beta|");
    let macro_of = |word: &str| format!("{{noformat:nopanel=true}}\na to {word} b\n{{noformat}}");
    for part in [&table as &dyn Fn(&str) -> String, &macro_of] {
        for word in ["old", "new"] {
            let text = format!("first\n\n{}\n\n{{quote}}\nsaid\n{{quote}}", part("old"));
            let moved = wiki_to_markdown(&part(word)).replace('\n', "\n> ");
            for (edited, expected) in [
                (
                    format!("first\n\n> said\n>\n> {moved}"),
                    format!("first\n\n{{quote}}\nsaid\n\n{}\n{{quote}}", part(word)),
                ),
                (
                    format!("first\n\n> {moved}\n\nand\n\n> said"),
                    format!(
                        "first\n\n{{quote}}\n{}\n{{quote}}\n\nand\n\n{{quote}}\nsaid\n{{quote}}",
                        part(word)
                    ),
                ),
            ] {
                assert_eq!(
                    edit_wiki(&text, &edited, Losses::Refused),
                    Ok(expected),
                    "{edited}"
                );
            }
        }
    }
}

/// Lists that come to stand beside each other are one: an entry that moves may come to be a task, or a decision.
#[test]
fn an_entry_with_a_list_in_it_may_become_a_task() {
    for (nodes, shown_list) in [
        (
            json!([{"type": "taskList", "attrs": {"localId": "l"}, "content": [
                {"type": "taskItem", "attrs": {"localId": "t", "state": "DONE"}, "content": [{"type": "text", "text": "ship it"}]}]}]),
            "- [x] ship it",
        ),
        (
            json!([{"type": "decisionList", "attrs": {"localId": "l"}, "content": [
                {"type": "decisionItem", "attrs": {"localId": "t", "state": "DECIDED"}, "content": [{"type": "text", "text": "ship it"}]}]}]),
            "ship it",
        ),
    ] {
        let text = |words: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": words}]});
        let list = |items: Value| json!({"type": "bulletList", "content": items});
        let below = list(json!([{"type": "listItem", "content": [text("b")]}]));
        let moved = list(json!([{"type": "listItem", "content": [text("a"), below]}]));
        let mut content = vec![moved, text("between")];
        content.extend(nodes.as_array().unwrap().clone());
        let document = json!({"type": "doc", "version": 1, "content": content});
        let shown = adf_to_markdown(&document);
        assert!(shown.contains(shown_list), "{shown}");
        let (first, others) = shown.split_once("\n\n").unwrap();
        let edited = edit_adf(&document, &format!("{others}\n\n{first}"), Losses::Refused).unwrap();
        let read = adf_to_markdown(&edited);
        for words in ["ship it", "a", "b", "between"] {
            assert!(read.contains(words), "{words}: {read}");
        }
        assert!(!read.contains("graft"), "{read}");
    }
}

/// The same in storage format, where a task holds a line of text.
#[test]
fn an_entry_with_a_list_in_it_may_become_a_task_of_a_page() {
    let task = "<ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>ship it</ac:task-body></ac:task>";
    let page = format!(
        "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul><p>between</p><ac:task-list>{task}</ac:task-list>"
    );
    let shown = storage_to_markdown(&page);
    let (first, others) = shown.split_once("\n\n").unwrap();
    let edited = edit_storage(&page, &format!("{others}\n\n{first}"), Losses::Refused).unwrap();
    assert!(edited.contains(task), "{edited}");
    let read = storage_to_markdown(&edited);
    for words in ["ship it", "a", "b", "between"] {
        assert!(read.contains(words), "{words}: {read}");
    }
    assert!(!edited.contains("graft"), "{edited}");
}
