//! Atlassian's formats as the worst texts for one of their constructs: read, and edited.

use serde_json::Value;

use super::{Work, hold, of_parts};
use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    wiki_to_markdown,
};

const FROM_STORAGE: [Work; 2] = [
    ("from storage format", |text| {
        storage_to_markdown(text);
    }),
    ("an edit of storage format", |text| {
        let edited = format!("{}\n\nnew", storage_to_markdown(text));
        let _ = edit_storage(text, &edited, Losses::Accepted);
    }),
];
const FROM_WIKI: [Work; 2] = [
    ("from wiki markup", |text| {
        wiki_to_markdown(text);
    }),
    ("an edit of wiki markup", |text| {
        let edited = format!("{}\n\nnew", wiki_to_markdown(text));
        let _ = edit_wiki(text, &edited, Losses::Accepted);
    }),
];

#[test]
fn storage_format_is_read_once() {
    hold(
        &FROM_STORAGE,
        &of_parts(&[
            ("", "<", ""),
            ("", "&", ""),
            ("", "&amp;", ""),
            ("", "<p>", ""),
            ("", "</p>", ""),
            ("", "<p>a</p>", ""),
            ("", "<p> </p>", ""),
            ("", "<br/>", ""),
            ("<p>", " ", "x</p>"),
            ("<p>", "*", "</p>"),
            ("<p>", "a ", "</p>"),
            ("", "<a b=", ""),
            ("", "<![CDATA[", ""),
            ("", "<!-- ", ""),
            ("", "<b><i>", ""),
            ("", "<ul><li>", ""),
            ("<ul>", "<li>a</li>", "</ul>"),
            ("<table>", "<tr><td>a</td><td>b</td></tr>", "</table>"),
            ("<table><tr>", "<td>a</td>", "</tr></table>"),
            ("", "<table><tr><td>", ""),
            ("", "<ac:structured-macro ac:name=\"info\">", ""),
            (
                "",
                "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro>",
                "",
            ),
            (
                "",
                "<ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[a]]></ac:plain-text-body></ac:structured-macro>",
                "",
            ),
            (
                "",
                "<ac:image><ri:attachment ri:filename=\"a.png\"/></ac:image>",
                "",
            ),
            ("", "<h1>a</h1>", ""),
            ("", "<span>a</span>", ""),
        ]),
    );
}

#[test]
fn lists_of_wiki_markup_are_read_once() {
    hold(
        &FROM_WIKI,
        &of_parts(&[
            ("", "* a\n", ""),
            ("", "*", " a"),
            ("", "# a\n", ""),
            ("", "* a\n{code}\nb\n{code}\n", ""),
            ("* a\n", "{code}\nb\n{code}\nc\n", ""),
            ("* a\n", "{code}b{code} c ", ""),
            ("* a\n", "b\n", ""),
            ("* a\n", "|b|c|\n", ""),
            ("* a\n{quote}\n", "* b\nc\n", "{quote}"),
            ("", "* a {quote}b{quote}\n", ""),
            ("", "* a {code}\n", ""),
            ("", "* a\nh1. b\n", ""),
            ("", "* {", ""),
            ("", "- a\n", ""),
        ]),
    );
}

#[test]
fn wiki_markup_is_read_once() {
    hold(
        &FROM_WIKI,
        &of_parts(&[
            ("", "*", ""),
            ("", "*a ", ""),
            ("", "*a* ", ""),
            ("", "_a ", ""),
            ("", "{", ""),
            ("", "{{", ""),
            ("", "{{a}} ", ""),
            ("", "{code}", ""),
            ("", "{code}\na\n{code}\n", ""),
            ("", "{code", ""),
            ("", "{code:a=", ""),
            ("", "{quote}", ""),
            ("", "{panel}\n", ""),
            ("", "{noformat}", ""),
            ("", "{color:red}", ""),
            ("", "{color:red}a{color} ", ""),
            ("", "{", "}"),
            ("", "|", ""),
            ("", "||", ""),
            ("", "||a||b||\n|c|d|\n", ""),
            ("", "|a|b\n", ""),
            ("|a|", "b\n", "|"),
            ("|a|", "* b\n", "|"),
            ("|", "{code}a{code}|", ""),
            ("", "|a|{quote}\nb\n{quote}\nc|\n", ""),
            ("", "[", ""),
            ("", "[a|", ""),
            ("", "[a|https://a.example] ", ""),
            ("", "[~", ""),
            ("", "!", ""),
            ("", "!a.png! ", ""),
            ("", "!a", ""),
            ("", "h1. a\n", ""),
            ("", "bq. a\n", ""),
            ("", "----\n", ""),
            ("", "\\", ""),
            ("", "\\\\", ""),
            ("", " ", "x"),
            ("", "\n", "x"),
            ("", "a\n", ""),
            ("", "https://a.example ", ""),
            ("", "^a", ""),
            ("", "~a", ""),
            ("", "??a", ""),
            ("", "+a", ""),
            ("", "-a", ""),
        ]),
    );
}

/// The readers of ADF get JSON, which is as deep and as long as somebody makes it.
#[test]
fn documents_are_read_once() {
    let families = [
        r#"{"type":"paragraph","content":[{"type":"text","text":"a"}]},"#,
        r#"{"type":"text","text":"a","marks":[{"type":"strong"}]},"#,
        r#"{"type":"hardBreak"},"#,
        r#"{"type":"bulletList","content":[{"type":"listItem","content":[]}]},"#,
        r#"{"type":"mention","attrs":{"id":"1","text":"@a"}},"#,
        r#"{"type":"mediaSingle","content":[{"type":"media","attrs":{"id":"1","type":"file"}}]},"#,
        r#"{"type":"extension","attrs":{"extensionKey":"a"}},"#,
        r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[]}]}]},"#,
    ];
    let works: [Work; 2] = [
        ("from ADF", |text| {
            adf_to_markdown(&document(text));
        }),
        ("an edit of ADF", |text| {
            let current = document(text);
            let edited = format!("{}\n\nnew", adf_to_markdown(&current));
            let _ = edit_adf(&current, &edited, Losses::Accepted);
        }),
    ];
    let parts = families.map(|part| ("", part, ""));
    hold(&works, &of_parts(&parts));
}

fn document(nodes: &str) -> Value {
    let nodes = nodes.trim_end_matches(',');
    serde_json::from_str(&format!(
        r#"{{"type":"doc","version":1,"content":[{nodes}]}}"#
    ))
    .unwrap()
}
