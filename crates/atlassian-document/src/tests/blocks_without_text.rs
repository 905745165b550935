//! Blocks that show no text do not run together with those beside them, and stay when something changes there.

use serde_json::{Value, json};

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    wiki_to_markdown,
};

/// Elements of a page that are blocks without a text.
const THINGS: &[&str] = &[
    "<a href=\"https://e.example/1\" data-card-appearance=\"block\">https://e.example/1</a>",
    "<a href=\"https://e.example/2\" data-card-appearance=\"embed\" data-layout=\"wide\">https://e.example/2</a>",
    "<ac:image ac:width=\"300\"><ri:attachment ri:filename=\"a.png\" /></ac:image>",
    "<ac:image><ri:url ri:value=\"https://e.example/b.png\" /></ac:image>",
    "<ac:structured-macro ac:name=\"toc\" ac:schema-version=\"1\" />",
    "<ac:structured-macro ac:name=\"children\" />",
    "<ac:adf-extension><ac:adf-node type=\"x\" /></ac:adf-extension>",
];

/// What they may lie in.
const AROUND: &[(&str, &str)] = &[
    ("", ""),
    ("<ul><li>", "</li></ul>"),
    ("<ol><li><p>first</p>", "</li></ol>"),
    ("<blockquote>", "</blockquote>"),
    ("<div>", "</div>"),
    (
        "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">t</ac:parameter><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"excerpt\"><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:layout><ac:layout-section ac:type=\"two_equal\"><ac:layout-cell><p>one</p></ac:layout-cell><ac:layout-cell>",
        "</ac:layout-cell></ac:layout-section></ac:layout>",
    ),
    (
        "<table><tbody><tr><th>h</th></tr><tr><td>",
        "</td></tr></tbody></table>",
    ),
];

/// How often a line break of a cell, or an empty line, stands in a text.
fn gaps(shown: &str) -> usize {
    shown.matches("<br>").count()
        + shown
            .split('\n')
            .filter(|line| line.trim_matches(['>', ' ']).is_empty())
            .count()
}

#[test]
fn neighbours_on_a_page_are_one_block_each() {
    let page = format!("<p>x</p>{}<p>y</p>", THINGS.concat());
    let shown = storage_to_markdown(&page);
    let blocks: Vec<&str> = shown.split("\n\n").collect();
    assert_eq!(blocks.len(), THINGS.len() + 2, "{shown}");
    assert_eq!(
        blocks[1..3],
        ["<https://e.example/1>", "<https://e.example/2>"]
    );
    for (before, behind) in AROUND {
        let inside = |things: &[&str]| {
            gaps(&storage_to_markdown(
                &[before, &*things.concat(), behind].concat(),
            ))
        };
        let one = inside(&THINGS[..1]);
        for count in 2..=THINGS.len() {
            assert_eq!(
                inside(&THINGS[..count]),
                one + count - 1,
                "{before} {count}"
            );
        }
    }
}

#[test]
fn pictures_in_a_paragraph_stay_in_it() {
    let page = format!(
        "<p>{}</p><h1>{}</h1>",
        THINGS[2].repeat(2),
        THINGS[2].repeat(2)
    );
    assert_eq!(storage_to_markdown(&page).lines().count(), 3);
    let page = format!("see {0}{0} here", THINGS[2]);
    assert_eq!(storage_to_markdown(&page).lines().count(), 1);
}

#[test]
fn blocks_of_a_page_come_and_go_beside_them() {
    for (before, behind) in AROUND {
        for (one, other) in THINGS.iter().zip(THINGS.iter().cycle().skip(1)) {
            let page = |inside: &str| [before, inside, behind].concat();
            let both = page(&[*one, other].concat());
            let shown = storage_to_markdown(&both);
            assert_eq!(
                edit_storage(&both, &shown, Losses::Refused),
                Ok(both.clone())
            );
            // A word beside them changes.
            let with_words = page(&[*one, other, "<p>some words</p>", one].concat());
            let shown_words = storage_to_markdown(&with_words);
            assert_eq!(
                edit_storage(
                    &with_words,
                    &shown_words.replace("some", "other"),
                    Losses::Refused
                ),
                Ok(with_words.replace("some", "other")),
                "{shown_words}"
            );
            if before.contains("<td>") {
                continue;
            }
            // Something new between them, and behind them; then it goes again.
            let new = |inside: &str| {
                let wanted = storage_to_markdown(&page(inside));
                let written = edit_storage(&both, &wanted, Losses::Refused).unwrap();
                assert_eq!(written, page(inside), "{wanted}");
                let back = edit_storage(&written, &shown, Losses::Refused);
                assert_eq!(back, Ok(both.clone()), "{wanted}");
            };
            new(&[*one, "<p>new</p>", other].concat());
            new(&[*one, other, "<p>new</p>"].concat());
            // They change places, and one goes. Before an element that is not shown, they stand outside of it.
            for inside in [
                [*other, one].concat(),
                (*one).to_owned(),
                (*other).to_owned(),
            ] {
                let wanted = storage_to_markdown(&page(&inside));
                let written = edit_storage(&both, &wanted, Losses::Refused).unwrap();
                assert_eq!(storage_to_markdown(&written), wanted, "{written}");
                if !before.contains("<div>") {
                    assert_eq!(written, page(&inside), "{wanted}");
                }
            }
        }
    }
}

#[test]
fn a_text_that_comes_beside_one_is_a_paragraph_of_its_own() {
    let page = format!("loose<p>gone</p>{}{}", THINGS[2], THINGS[0]);
    let shown = storage_to_markdown(&page);
    let edited = shown.replace("gone\n\n", "");
    let written = edit_storage(&page, &edited, Losses::Refused).unwrap();
    assert_eq!(storage_to_markdown(&written), edited, "{written}");
    let edited = shown.replace("e.example/1", "e.example/other");
    let written = edit_storage(&page, &edited, Losses::Refused).unwrap();
    assert_eq!(storage_to_markdown(&written), edited, "{written}");
    assert!(
        written.starts_with(&page[..page.len() - THINGS[0].len()]),
        "{written}"
    );
}

/// Nodes of ADF that are blocks without a text.
fn nodes() -> Vec<Value> {
    let media = |id: &str| {
        json!({ "type": "mediaSingle", "attrs": { "layout": "center" }, "content": [
        { "type": "media", "attrs": { "type": "file", "id": id, "collection": "" } }] })
    };
    vec![
        media("one"),
        media("two"),
        json!({ "type": "blockCard", "attrs": { "url": "https://e.example/1" } }),
        json!({ "type": "embedCard", "attrs": { "url": "https://e.example/2", "layout": "wide" } }),
        json!({ "type": "extension", "attrs": { "extensionType": "x", "extensionKey": "toc" } }),
        json!({ "type": "mediaGroup", "content": [
            { "type": "media", "attrs": { "type": "file", "id": "three", "collection": "" } }] }),
    ]
}

/// What puts blocks into another one.
type Frame<'a> = &'a dyn Fn(&[Value]) -> Value;

#[test]
fn neighbours_in_a_document_are_one_block_each() {
    let paragraph =
        json!({ "type": "paragraph", "content": [{ "type": "text", "text": "some words" }] });
    let list = |content: &[Value]| json!({ "type": "bulletList", "content": [{ "type": "listItem", "content": content }] });
    let cell = |content: &[Value]| {
        json!({ "type": "table", "content": [{ "type": "tableRow", "content": [
        { "type": "tableCell", "content": content }] }] })
    };
    let column = |content: &[Value]| {
        json!({ "type": "layoutSection", "content": [
        { "type": "layoutColumn", "attrs": { "width": 50 }, "content": [paragraph.clone()] },
        { "type": "layoutColumn", "attrs": { "width": 50 }, "content": content } ] })
    };
    let expand = |content: &[Value]| json!({ "type": "expand", "attrs": { "title": "t" }, "content": content });
    let panel = |content: &[Value]| json!({ "type": "panel", "attrs": { "panelType": "info" }, "content": content });
    let quote = |content: &[Value]| json!({ "type": "blockquote", "content": content });
    let around: [Frame; 6] = [&list, &cell, &column, &expand, &panel, &quote];
    for make in around {
        let document = |count: usize| {
            let mut content = vec![paragraph.clone()];
            content.extend(nodes().into_iter().take(count));
            json!({ "type": "doc", "version": 1, "content": [make(&content)] })
        };
        let one = gaps(&adf_to_markdown(&document(1)));
        for count in 2..=nodes().len() {
            let document = document(count);
            let shown = adf_to_markdown(&document);
            assert_eq!(gaps(&shown), one + count - 1, "{shown}");
            let edited =
                edit_adf(&document, &shown.replace("some", "other"), Losses::Refused).unwrap();
            let expected = document.to_string().replace("some", "other");
            assert_eq!(edited.to_string(), expected, "{shown}");
        }
    }
}

#[test]
fn pictures_and_macros_of_wiki_markup_stay_beside_a_changed_word() {
    for text in [
        "!a.png!\n\n!b.png|width=30!\n\nsome words",
        "!a.png!!b.png|thumbnail! some words",
        "{toc}\n{children:depth=2}\n\nsome words",
        "* !a.png!!b.png!\n* {toc}{children:depth=2} some words",
        "||a||\n|!a.png|width=3!!b.png! some words{toc}{children:depth=2}|",
    ] {
        let shown = wiki_to_markdown(text);
        assert_eq!(
            edit_wiki(text, &shown, Losses::Refused).as_deref(),
            Ok(text)
        );
        let edited = edit_wiki(text, &shown.replace("some", "other"), Losses::Refused);
        assert_eq!(edited, Ok(text.replace("some", "other")), "{shown}");
        let edited = edit_wiki(text, &format!("{shown}\n\nlast"), Losses::Refused);
        assert_eq!(edited, Ok(format!("{text}\n\nlast")), "{shown}");
    }
}
