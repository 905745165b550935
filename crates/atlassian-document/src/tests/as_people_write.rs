//! Markdown as people and models write it: what stands beyond `CommonMark` reaches all three formats.

use serde_json::{Value, json};

use super::adf_grammar;
use crate::{
    adf_to_markdown, markdown_to_adf, markdown_to_storage, markdown_to_wiki,
    storage_for_data_center, storage_to_markdown, wiki_to_markdown,
};

fn nodes(markdown: &str) -> Vec<Value> {
    let adf = markdown_to_adf(markdown);
    assert_eq!(adf_grammar::check(&adf), Ok(()), "{adf}");
    adf["content"].as_array().unwrap().clone()
}

/// The nodes of the only paragraph.
fn inlines(markdown: &str) -> Vec<Value> {
    let nodes = nodes(markdown);
    let [paragraph] = nodes.as_slice() else {
        panic!("{nodes:?}")
    };
    paragraph["content"].as_array().unwrap().clone()
}

/// The same Markdown comes back out of every format.
fn kept(markdown: &str) {
    assert_eq!(adf_to_markdown(&markdown_to_adf(markdown)), markdown, "ADF");
    assert_eq!(
        storage_to_markdown(&markdown_to_storage(markdown)),
        markdown,
        "storage"
    );
    assert_eq!(
        wiki_to_markdown(&markdown_to_wiki(markdown)),
        markdown,
        "wiki"
    );
}

fn linked(text: &str, href: &str) -> Value {
    let link = json!({ "type": "link", "attrs": { "href": href } });
    json!({ "type": "text", "text": text, "marks": [link] })
}

#[test]
fn bare_addresses_are_links() {
    let address = "https://example.com/a_b?c=1&d=2";
    assert_eq!(
        inlines(&format!("see {address}, ok")),
        [
            json!({ "type": "text", "text": "see " }),
            linked(address, address),
            json!({ "type": "text", "text": ", ok" }),
        ]
    );
    assert_eq!(
        markdown_to_storage("(http://example.com)"),
        "<p>(<a href=\"http://example.com\">http://example.com</a>)</p>"
    );
    assert_eq!(markdown_to_wiki(address), format!("[{address}]"));
    for literal in ["`https://example.com`", "```\nhttps://example.com\n```"] {
        assert!(!markdown_to_storage(literal).contains("<a "), "{literal}");
    }
    // Text of a document that holds an address without a mark is read as the link it is meant to be.
    let plain = json!({ "type": "text", "text": "https://example.com" });
    assert_eq!(adf_to_markdown(&plain), "<https://example.com>");
}

#[test]
fn people_are_mentioned_in_both_spellings() {
    let account = "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077";
    for markdown in [
        format!("hi @[Mia K.](accountid:{account})!"),
        format!("hi [Mia K.](accountid:{account})!"),
    ] {
        let attributes = json!({ "id": account, "text": "@Mia K." });
        let mention = json!({ "type": "mention", "attrs": attributes });
        assert_eq!(inlines(&markdown)[1], mention, "{markdown}");
    }
    let markdown = format!("hi [~accountid:{account}]!");
    // Whose name nobody said is shown by the name that Jira knows.
    assert_eq!(inlines(&markdown)[1]["attrs"], json!({ "id": account }));
    let nameless = adf_to_markdown(&markdown_to_adf(&markdown));
    assert_eq!(nameless, format!("hi @[{account}](accountid:{account})!"));
    assert_eq!(inlines(&nameless)[1]["attrs"], json!({ "id": account }));
    assert_eq!(
        markdown_to_storage(&markdown),
        format!("<p>hi <ac:link><ri:user ri:account-id=\"{account}\"/></ac:link>!</p>")
    );
    assert_eq!(markdown_to_wiki("@[Mia](accountid:mia)"), "[~mia]");
    // What is escaped is text.
    assert_eq!(inlines("\\[~accountid:5b10]").len(), 1);
    assert_eq!(inlines("[~accountid:a b]")[0]["type"], "text");
}

#[test]
fn pictures_by_their_address_are_pictures() {
    let nodes = nodes("before ![a **shot**](https://example.com/a.png) after");
    let kinds: Vec<&Value> = nodes.iter().map(|node| &node["type"]).collect();
    assert_eq!(kinds, ["paragraph", "mediaSingle", "paragraph"]);
    let attributes =
        json!({ "type": "external", "url": "https://example.com/a.png", "alt": "a shot" });
    assert_eq!(
        nodes[1]["content"][0],
        json!({ "type": "media", "attrs": attributes })
    );
    assert_eq!(
        markdown_to_storage("![a](https://example.com/a.png)"),
        "<p><ac:image ac:alt=\"a\"><ri:url ri:value=\"https://example.com/a.png\"/></ac:image></p>"
    );
    assert_eq!(
        markdown_to_wiki("<img src=\"https://example.com/a.png\" alt=\"a\">"),
        "!https://example.com/a.png|alt=a!"
    );
    kept("![shot](https://example.com/a.png)");
    kept("[![shot](https://example.com/a.png)](https://example.com)");
    // Where no picture can stand it is a link.
    let heading = self::nodes("# ![a](https://example.com/a.png)");
    assert_eq!(
        heading[0]["content"],
        json!([linked("a", "https://example.com/a.png")])
    );
    let text = inlines("![a](docs/a.png) ![](data:image/png;base64,AAAA)");
    let said = "a (docs/a.png) (data:image/png;base64,AAAA)";
    assert_eq!(text, [json!({ "type": "text", "text": said })]);
}

#[test]
fn relative_links_are_text() {
    let text = inlines("[guide](docs/a.md), [docs/b.md](docs/b.md), [up](../c)");
    let said = "guide (docs/a.md), docs/b.md, up (../c)";
    assert_eq!(text, [json!({ "type": "text", "text": said })]);
    assert_eq!(
        markdown_to_storage("[guide](docs/a.md)"),
        "<p>guide (docs/a.md)</p>"
    );
    assert_eq!(markdown_to_wiki("[guide](docs/a.md)"), "guide (docs/a.md)");
    assert_eq!(inlines("[a](/b) [c](#d)").len(), 3);
    assert_eq!(
        inlines("[a](www.example.com)"),
        [linked("a", "http://www.example.com")]
    );
    assert_eq!(inlines("[](https://example.com)").len(), 1);
}

#[test]
fn notes_are_raised_numbers_and_a_list() {
    let markdown = "one[^1] two[^2] one[^1]\n\n[^1]: first\n\n    more\n\n[^2]: second";
    kept(&markdown.replace("\n\n    more", ""));
    assert_eq!(adf_to_markdown(&markdown_to_adf(markdown)), markdown);
    assert_eq!(
        storage_to_markdown(&markdown_to_storage(markdown)),
        markdown
    );
    let nodes = nodes("[^why]: because\n\na[^why]");
    let raised = json!([{ "type": "subsup", "attrs": { "type": "sup" } }]);
    assert_eq!(
        nodes[0]["content"][1],
        json!({ "type": "text", "text": "[1]", "marks": raised })
    );
    assert_eq!(nodes[1]["type"], "rule");
    assert_eq!(nodes[2]["type"], "orderedList");
    // A label that nothing says more about is text, and a note that nobody refers to is kept.
    assert_eq!(
        inlines("a[^b]"),
        [json!({ "type": "text", "text": "a[^b]" })]
    );
    assert!(markdown_to_storage("a\n\n[^b]: c").contains("<li><p>c</p></li>"));
}

#[test]
fn alerts_are_panels() {
    for (name, kind) in [
        ("NOTE", "note"),
        ("TIP", "tip"),
        ("IMPORTANT", "note"),
        ("WARNING", "warning"),
        ("CAUTION", "error"),
        ("info", "info"),
    ] {
        let panel = nodes(&format!("> [!{name}]\n> **Mind** it\n>\n> - a"));
        assert_eq!(panel[0]["attrs"]["panelType"], kind, "{name}");
        assert_eq!(panel[0]["content"][0]["content"][0]["text"], "Mind");
        assert_eq!(panel[0]["content"][1]["type"], "bulletList");
    }
    kept("> [!WARNING]\n> hot\n>\n> - a");
    assert_eq!(
        markdown_to_storage("> [!TIP]\n> x"),
        "<ac:structured-macro ac:name=\"tip\"><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>"
    );
    assert_eq!(nodes("> \\[!NOTE]\n> x")[0]["type"], "blockquote");
    assert_eq!(nodes("> [!ODD]\n> x")[0]["type"], "blockquote");
    // In a list there is no panel, but the word is said.
    let item = nodes("- > [!NOTE]\n  > x");
    let text = &item[0]["content"][0]["content"][0]["content"];
    assert_eq!(text[0]["text"], "Note:");
}

#[test]
fn tags_that_say_what_the_formats_can_say_are_understood() {
    kept("10<sup>-3</sup> H<sub>2</sub>O <u>new</u>");
    assert_eq!(
        markdown_to_storage("10<sup>-3</sup> <u>a **b**</u><br>c"),
        "<p>10<sup>-3</sup> <u>a <strong>b</strong></u><br/>c</p>"
    );
    assert_eq!(markdown_to_wiki("10<sup>-3</sup>"), "10{^}\\-3{^}");
    let marks = json!([{ "type": "subsup", "attrs": { "type": "sub" } }]);
    assert_eq!(inlines("H<sub>2</sub>O")[1]["marks"], marks);
    assert_eq!(
        markdown_to_storage("<b>a</b> <kbd>b</kbd> <a href=\"https://example.com\">c</a>"),
        "<p><strong>a</strong> <code>b</code> <a href=\"https://example.com\">c</a></p>"
    );
    assert_eq!(
        markdown_to_storage("<a href=\"javascript:x\">c</a>"),
        "<p>c</p>"
    );
}

#[test]
fn details_can_be_opened() {
    let markdown =
        "<details>\n<summary>More & more</summary>\n\n- a\n\n| b |\n| --- |\n| c |\n\n</details>";
    let markdown = markdown.replace('&', "&amp;");
    let opened = nodes(&markdown);
    assert_eq!(opened[0]["type"], "expand");
    assert_eq!(opened[0]["attrs"]["title"], "More & more");
    assert_eq!(opened[0]["content"][1]["type"], "table");
    assert_eq!(adf_to_markdown(&markdown_to_adf(&markdown)), markdown);
    assert_eq!(
        storage_to_markdown(&markdown_to_storage(&markdown)),
        markdown
    );
    assert_eq!(
        markdown_to_wiki("<details><summary>T</summary>\n\nx\n\n</details>"),
        "*T*\n\nx"
    );
    let inner = "<details><summary>A</summary>\n\n<details><summary>B</summary>\n\nx\n\n</details>\n\n</details>\n\nafter";
    let nested = nodes(inner);
    assert_eq!(nested[0]["content"][0]["type"], "nestedExpand");
    assert_eq!(nested[1]["type"], "paragraph");
    // One that is never closed ends with what is around it.
    assert_eq!(
        nodes("> <details>\n> <summary>A</summary>\n>\n> x\n\nafter").len(),
        2
    );
}

#[test]
fn code_has_a_language_that_the_target_knows() {
    let code = |name: &str| format!("```{name}\nx\n```");
    assert_eq!(markdown_to_wiki(&code("rust")), "{code}\nx\n{code}");
    assert_eq!(
        markdown_to_wiki(&code("ts")),
        "{code:javascript}\nx\n{code}"
    );
    assert_eq!(nodes(&code("rust"))[0]["attrs"]["language"], "rust");
    assert_eq!(nodes(&code("console"))[0]["attrs"]["language"], "bash");
    assert_eq!(nodes(&code("mermaid"))[0].get("attrs"), None);
    assert!(markdown_to_storage(&code("kt")).contains(">kotlin<"));
    assert!(!markdown_to_storage(&code("mermaid")).contains("language"));
}

#[test]
fn a_page_for_data_center_has_languages_and_people_that_it_knows() {
    let page = |markdown: &str| storage_for_data_center(&markdown_to_storage(markdown));
    assert!(!page("```rust\nx\n```").contains("language"));
    assert!(page("```python\nx\n```").contains("\"language\">py</ac:parameter>"));
    assert!(page("```c#\nx\n```").contains(">c#<"));
    let people = page("@[Mia](accountid:mia) @[x](accountid:8A7F808A1B2C3D4E5F60718293A4B5C6)");
    assert!(
        people.contains("<ri:user ri:username=\"mia\"/>"),
        "{people}"
    );
    assert!(
        people.contains("ri:userkey=\"8A7F808A1B2C3D4E5F60718293A4B5C6\"/>"),
        "{people}"
    );
    // Text and code that look like it, and what Confluence stored, stay.
    let code = "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">rust</ac:parameter>";
    for markdown in [
        format!("```\n{code}\n```"),
        format!("`{code}` 1 < 2"),
        String::from("a ]]> b"),
    ] {
        assert_eq!(
            page(&markdown),
            markdown_to_storage(&markdown),
            "{markdown}"
        );
    }
    let stored = code.replace("\"code\"", "\"code\" ac:schema-version=\"1\"");
    assert_eq!(storage_for_data_center(&stored), stored);
    assert_eq!(
        storage_for_data_center("a < <![CDATA[ <"),
        "a < <![CDATA[ <"
    );
}

#[test]
fn merged_cells_keep_what_is_beside_them_under_its_own_header() {
    let cell = |text: &str, columns: u64, rows: u64| {
        let text: Vec<Value> = if text.is_empty() {
            vec![]
        } else {
            vec![json!({ "type": "text", "text": text })]
        };
        json!({ "type": "tableCell", "attrs": { "colspan": columns, "rowspan": rows },
            "content": [{ "type": "paragraph", "content": text }] })
    };
    let rows = [
        vec![cell("a", 2, 1), cell("b", 1, 1)],
        vec![cell("c", 1, 2), cell("d", 1, 1), cell("e", 1, 1)],
        vec![cell("f", 2, 1)],
    ];
    let rows: Vec<Value> = rows
        .iter()
        .map(|cells| json!({ "type": "tableRow", "content": cells }))
        .collect();
    let expected = "|  |  |  |\n| --- | --- | --- |\n| a |  | b |\n| c | d | e |\n|  | f |  |";
    assert_eq!(
        adf_to_markdown(&json!({ "type": "table", "content": rows })),
        expected
    );
    let storage = "<table><tr><td colspan=\"2\">a</td><td>b</td></tr>\
        <tr><td rowspan=\"2\">c</td><td>d</td><td>e</td></tr><tr><td colspan=\"2\">f</td></tr></table>";
    assert_eq!(storage_to_markdown(storage), expected);
    // Wiki markup has no merged cells, only rows of their own length.
    assert_eq!(
        wiki_to_markdown("|a|b|\n|c|"),
        "|  |  |\n| --- | --- |\n| a | b |\n| c |  |"
    );
    let hostile = storage.replace("\"2\"", "\"4000000000\"");
    assert!(storage_to_markdown(&hostile).len() < 20_000);
}

#[test]
fn the_mark_of_an_editor_before_a_text_is_no_text() {
    for (text, meant) in [
        ("# Title", "# Title"),
        ("- a\n- b", "- a\n- b"),
        ("| a |\n| - |\n| b |", "| a |\n| - |\n| b |"),
        ("---\ntitle: b\n---\n# Title", "# Title"),
        ("words", "words"),
    ] {
        let marked = format!("\u{feff}{text}");
        assert_eq!(markdown_to_adf(&marked), markdown_to_adf(meant), "{text}");
        assert_eq!(markdown_to_wiki(&marked), markdown_to_wiki(meant), "{text}");
    }
    let stored = "<p>\u{feff}# no title</p>";
    let shown = storage_to_markdown(stored);
    assert_eq!(shown, "&#65279;# no title");
    assert_eq!(markdown_to_storage(&shown), stored);
}

#[test]
fn a_link_as_slack_writes_it_is_one() {
    assert_eq!(
        storage_to_markdown(&markdown_to_storage("see <https://e.example|label>")),
        "see [label](https://e.example)"
    );
}

#[test]
fn an_alert_with_a_title_of_its_own_has_it_in_a_line_of_its_own() {
    for (text, meant) in [
        (
            "> [!note] Custom title\n> This breaks?",
            "> [!NOTE]\n> **Custom title**\n>\n> This breaks?",
        ),
        ("> [!info]- Folded\n> y", "> [!INFO]\n> **Folded**\n>\n> y"),
        (
            "> [!info] A **bold** title",
            "> [!INFO]\n> A **bold** title",
        ),
        ("> > [!tip] In\n> > x", "> > [!TIP]\n> > **In**\n> >\n> > x"),
        ("> [!NOTE]\n> plain", "> [!NOTE]\n> plain"),
        ("> [!other] Title\n> x", "> \\[!other\\] Title x"),
    ] {
        assert_eq!(
            storage_to_markdown(&markdown_to_storage(text)),
            meant,
            "{text}"
        );
    }
}
