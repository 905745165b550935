//! The tables of the README are made here, by the code itself, so that they cannot promise what is not so.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::fmt::Write as _;

use atlassian_document::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_to_markdown, wiki_to_markdown,
};
use serde_json::{Value, json};

const README: &str = include_str!("../README.md");

/// Elements that Markdown has: the name, and how it is spelled.
const WRITTEN: &[(&str, &str)] = &[
    ("paragraphs", "one\n\ntwo"),
    ("line break", "one\\\ntwo"),
    ("heading", "## Title"),
    ("heading in a list", "- ## Title"),
    ("strong", "**bold**"),
    ("strong inside a word", "in**side** out"),
    ("emphasis", "_italic_"),
    ("strikethrough", "~~gone~~"),
    ("code span", "`let x`"),
    ("underline", "<u>new</u>"),
    ("above and below", "10<sup>-3</sup> H<sub>2</sub>O"),
    ("emphasised code", "**`let x`**"),
    ("link", "[text](https://example.com/a)"),
    ("link with a title", "[text](/a \"tip\")"),
    ("autolink", "<https://example.com/a>"),
    ("bare address", "https://example.com/a"),
    ("bare address without a scheme", "www.example.com"),
    ("bare e-mail address", "me@example.com"),
    ("relative link", "[guide](docs/a.md)"),
    ("link to a script", "[text](javascript:alert)"),
    ("picture", "![shot](https://example.com/a.png)"),
    ("picture in text", "a ![shot](https://example.com/a.png)"),
    ("person", "@[Mia](accountid:5b10)"),
    ("person as in Jira", "[~accountid:5b10]"),
    ("bullet list", "- one\n  - two"),
    ("numbered list", "1. one\n2. two"),
    ("numbered list from 3", "3. one\n4. two"),
    ("list item of paragraphs", "- one\n\n  two"),
    ("tasks", "- [ ] open\n- [x] done"),
    ("tasks among bullets", "- [ ] open\n- plain"),
    ("numbered tasks", "1. [x] done"),
    ("code block", "```java\nint x;\n```"),
    (
        "code block with a title",
        "```java title=\"A.java\"\nint x;\n```",
    ),
    ("code block in a list", "- ```java\n  int x;\n  ```"),
    ("code in an item", "- a\n\n  ```\n  b\n  ```\n\n  c"),
    (
        "code that Jira Data Center cannot colour",
        "```rust\nlet x;\n```",
    ),
    ("quotation", "> said"),
    ("alert", "> [!WARNING]\n> hot"),
    (
        "details",
        "<details>\n<summary>More</summary>\n\ntext\n\n</details>",
    ),
    ("quotation in a quotation", "> said\n>\n> > before"),
    ("quotation in a list", "- > said"),
    ("alert in a list", "- > [!WARNING]\n  > hot"),
    ("rule in a list", "- one\n\n  ---"),
    ("rule", "one\n\n---\n\ntwo"),
    ("rule in a quotation", "> one\n>\n> ---\n>\n> two"),
    ("table", "| a | b |\n| --- | --- |\n| c | d |"),
    (
        "table without a header",
        "|  |  |\n| --- | --- |\n| c | d |",
    ),
    ("alignment in a table", "| a |\n| :-: |\n| c |"),
    (
        "table in a list",
        "- | a | b |\n  | --- | --- |\n  | c | d |",
    ),
    ("line break in a cell", "| a |\n| --- |\n| one<br>two |"),
    ("other HTML", "<blink>text</blink>"),
    ("comment", "text <!-- hidden -->"),
    ("footnote", "text[^1]\n\n[^1]: note"),
    ("math", "$a$"),
];

/// What is gone on purpose from the elements above.
const REFUSED: &str = "javascript:";

/// Elements that Markdown lacks: the name, and how ADF, storage format and wiki markup spell them.
const READ: &[(&str, [&str; 3])] = &[
    (
        "mention",
        [
            r#"{"type":"mention","attrs":{"id":"5b10","text":"@Mia"}}"#,
            r#"<ac:link><ri:user ri:account-id="5b10"/></ac:link>"#,
            "[~mia]",
        ],
    ),
    (
        "emoji",
        [
            r#"{"type":"emoji","attrs":{"shortName":":tada:","text":"🎉"}}"#,
            r#"<ac:emoticon ac:name="tada" ac:emoji-fallback="🎉"/>"#,
            "(y)",
        ],
    ),
    (
        "date",
        [
            r#"{"type":"date","attrs":{"timestamp":"1700000000000"}}"#,
            r#"<time datetime="2023-11-14"/>"#,
            "",
        ],
    ),
    (
        "status label",
        [
            r#"{"type":"status","attrs":{"text":"DONE","color":"green"}}"#,
            r#"<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:parameter></ac:structured-macro>"#,
            "",
        ],
    ),
    (
        "panel",
        [
            r#"{"type":"panel","attrs":{"panelType":"info"},"content":[{"type":"paragraph","content":[{"type":"text","text":"text"}]}]}"#,
            r#"<ac:structured-macro ac:name="info"><ac:rich-text-body><p>text</p></ac:rich-text-body></ac:structured-macro>"#,
            "{info}text{info}",
        ],
    ),
    (
        "expand",
        [
            r#"{"type":"expand","attrs":{"title":"More"},"content":[{"type":"paragraph","content":[{"type":"text","text":"text"}]}]}"#,
            r#"<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">More</ac:parameter><ac:rich-text-body><p>text</p></ac:rich-text-body></ac:structured-macro>"#,
            "",
        ],
    ),
    (
        "columns of a layout",
        [
            r#"{"type":"layoutSection","content":[{"type":"layoutColumn","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]}]},{"type":"layoutColumn","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]}]}"#,
            "<ac:layout><ac:layout-section><ac:layout-cell><p>one</p></ac:layout-cell><ac:layout-cell><p>two</p></ac:layout-cell></ac:layout-section></ac:layout>",
            "",
        ],
    ),
    (
        "decision",
        [
            r#"{"type":"decisionList","content":[{"type":"decisionItem","attrs":{"state":"DECIDED"},"content":[{"type":"text","text":"text"}]}]}"#,
            "",
            "",
        ],
    ),
    (
        "attached picture or file",
        [
            r#"{"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"file","id":"8a","alt":"a.png"}}]}"#,
            r#"<ac:image><ri:attachment ri:filename="a.png"/></ac:image>"#,
            "!a.png|thumbnail!",
        ],
    ),
    (
        "external picture",
        [
            r#"{"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"external","url":"https://example.com/a.png"}}]}"#,
            r#"<ac:image><ri:url ri:value="https://example.com/a.png"/></ac:image>"#,
            "!https://example.com/a.png!",
        ],
    ),
    (
        "smart link",
        [
            r#"{"type":"inlineCard","attrs":{"url":"https://example.com/a"}}"#,
            r#"<a href="https://example.com/a" data-card-appearance="inline">https://example.com/a</a>"#,
            "",
        ],
    ),
    (
        "link to a page of the wiki",
        [
            "",
            r#"<ac:link><ri:page ri:content-title="Home"/></ac:link>"#,
            "",
        ],
    ),
    (
        "macro without a body",
        [
            r#"{"type":"extension","attrs":{"extensionKey":"toc"}}"#,
            r#"<ac:structured-macro ac:name="toc"/>"#,
            "{toc}",
        ],
    ),
    (
        "macro with a body",
        [
            r#"{"type":"bodiedExtension","attrs":{"extensionKey":"excerpt"},"content":[{"type":"paragraph","content":[{"type":"text","text":"text"}]}]}"#,
            r#"<ac:structured-macro ac:name="excerpt"><ac:rich-text-body><p>text</p></ac:rich-text-body></ac:structured-macro>"#,
            "{excerpt}text{excerpt}",
        ],
    ),
    (
        "colour",
        [
            r##"{"type":"text","text":"text","marks":[{"type":"textColor","attrs":{"color":"#ff0000"}}]}"##,
            r#"<span style="color: red;">text</span>"#,
            "{color:red}text{color}",
        ],
    ),
    (
        "anchor of an inline comment",
        [
            r#"{"type":"text","text":"text","marks":[{"type":"annotation","attrs":{"id":"1"}}]}"#,
            r#"<ac:inline-comment-marker ac:ref="1">text</ac:inline-comment-marker>"#,
            "",
        ],
    ),
    (
        "anchor",
        [
            "",
            r#"<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">top</ac:parameter></ac:structured-macro>"#,
            "{anchor:top}",
        ],
    ),
    ("citation", ["", "<cite>text</cite>", "??text??"]),
    (
        "list in a cell",
        [
            r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]}]},{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]}]}]}]}]}"#,
            "<table><tr><th><ul><li>one</li><li>two</li></ul></th></tr></table>",
            "||* one\n* two||",
        ],
    ),
    (
        "merged cells",
        [
            r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","attrs":{"colspan":2},"content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}]},{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"c"}]}]},{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"d"}]}]}]}]}"#,
            r#"<table><tr><th colspan="2">a</th></tr><tr><td>c</td><td>d</td></tr></table>"#,
            "",
        ],
    ),
    (
        "header column",
        [
            r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]},{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]}"#,
            "<table><tr><th>a</th><td>b</td></tr></table>",
            "||a|b|",
        ],
    ),
    (
        "something unknown",
        [
            r#"{"type":"novelty","content":[{"type":"paragraph","content":[{"type":"text","text":"text"}]}]}"#,
            "<ac:novelty><p>text</p></ac:novelty>",
            "{novelty}",
        ],
    ),
];

/// Through each format and back.
fn round_trips(markdown: &str) -> [String; 3] {
    [
        adf_to_markdown(&markdown_to_adf(markdown)),
        storage_to_markdown(&markdown_to_storage(markdown)),
        wiki_to_markdown(&markdown_to_wiki(markdown)),
    ]
}

/// Some Markdown as a code span in a cell; a line end is shown as an arrow.
fn shown(markdown: &str) -> String {
    let text = markdown.replace('\n', "↵").replace('|', "\\|");
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

fn words(markdown: &str) -> impl Iterator<Item = &str> {
    let words = markdown.split(|c: char| !c.is_alphabetic());
    words.filter(|word| !word.is_empty())
}

fn verdict(markdown: &str, returned: &str) -> String {
    let mut left = words(returned);
    if returned == markdown {
        "kept".to_owned()
    } else if words(markdown).all(|word| left.any(|other| other == word)) {
        format!("shown as {}", shown(returned))
    } else if markdown.contains(REFUSED) {
        format!("refused: {}", shown(returned))
    } else {
        format!("cut to {}", shown(returned))
    }
}

fn both_ways() -> String {
    let mut table = String::from(
        "| Element | Markdown | ADF | Storage format | Wiki markup |\n| --- | --- | --- | --- | --- |\n",
    );
    for (name, markdown) in WRITTEN {
        let _ = write!(table, "| {name} | {} |", shown(markdown));
        for returned in round_trips(markdown) {
            let _ = write!(table, " {} |", verdict(markdown, &returned));
        }
        table.push('\n');
    }
    table
}

fn only_read() -> String {
    let mut table = String::from(
        "| Element | from ADF | from storage format | from wiki markup |\n| --- | --- | --- | --- |\n",
    );
    for (name, [adf, storage, wiki]) in READ {
        let node = || serde_json::from_str(adf).unwrap();
        let read = [
            (!adf.is_empty()).then(|| adf_to_markdown(&node())),
            (!storage.is_empty()).then(|| storage_to_markdown(storage)),
            (!wiki.is_empty()).then(|| wiki_to_markdown(wiki)),
        ];
        let _ = write!(table, "| {name} |");
        for markdown in read {
            let cell = match markdown.as_deref() {
                None => "–".to_owned(),
                Some("") => "left out".to_owned(),
                Some(markdown) => shown(markdown),
            };
            let _ = write!(table, " {cell} |");
        }
        table.push('\n');
    }
    table
}

#[test]
fn what_is_kept_shown_and_refused_is_as_the_readme_says() {
    let table = both_ways();
    assert!(README.contains(&table), "README.md must hold:\n\n{table}");
}

#[test]
fn what_markdown_lacks_is_read_as_the_readme_says() {
    let table = only_read();
    assert!(README.contains(&table), "README.md must hold:\n\n{table}");
}

#[test]
fn what_is_read_of_an_element_that_markdown_lacks_stays_as_it_is_from_then_on() {
    for (name, [adf, storage, wiki]) in READ {
        if !adf.is_empty() {
            let node: Value = serde_json::from_str(adf).unwrap();
            let document = json!({ "type": "doc", "version": 1, "content": [node] });
            let read = adf_to_markdown(&document);
            if read.contains("(keep:") {
                let written = edit_adf(&document, &read, Losses::Refused);
                assert_eq!(written, Ok(document), "{name} in ADF");
            } else {
                assert_eq!(round_trips(&read)[0], read, "{name} in ADF");
            }
        }
        if !storage.is_empty() {
            let read = storage_to_markdown(storage);
            if read.contains("(keep:") {
                let written = edit_storage(storage, &format!("{read}\n\nnew"), Losses::Refused);
                let section = "<ac:layout-section ac:type=\"single\"><ac:layout-cell><p>new</p></ac:layout-cell></ac:layout-section>";
                let written =
                    written.map(|page| page.replace(section, "").replace("<p>new</p>", ""));
                assert_eq!(
                    written,
                    Ok((*storage).to_owned()),
                    "{name} in storage format"
                );
            } else {
                assert_eq!(round_trips(&read)[1], read, "{name} in storage format");
            }
        }
        if !wiki.is_empty() {
            let read = wiki_to_markdown(wiki);
            if read.contains("(keep:") {
                let written = edit_wiki(wiki, &format!("{read}\n\nnew"), Losses::Refused);
                assert_eq!(
                    written,
                    Ok(format!("{wiki}\n\nnew")),
                    "{name} in wiki markup"
                );
            } else {
                assert_eq!(round_trips(&read)[2], read, "{name} in wiki markup");
            }
        }
    }
}
