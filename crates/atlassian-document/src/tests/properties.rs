//! Properties of the conversions over random documents and random text.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::adf_grammar;
use super::generator::{Subset, document};
use crate::{
    adf, adf_to_markdown, markdown, markdown_to_adf, markdown_to_storage, markdown_to_wiki,
    storage, storage_to_markdown, wiki, wiki_to_markdown,
};

/// Checks that a fragment is well-formed XML with the prefixes of storage format.
fn check_xml(fragment: &str) -> Result<(), String> {
    let wrapped = format!("<root xmlns:ac=\"ac\" xmlns:ri=\"ri\">{fragment}</root>");
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if let Some(illegal) = wrapped.chars().find(|c| !legal(*c)) {
        return Err(format!("{illegal:?} is no character of XML"));
    }
    let mut reader = Reader::from_str(&wrapped);
    let mut depth = 0;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                depth += 1;
                for attribute in start.attributes() {
                    attribute.map_err(|error| error.to_string())?;
                }
            }
            Event::End(_) => depth -= 1,
            Event::GeneralRef(name) => {
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*name);
                if !known && !name.is_char_ref() {
                    return Err(format!("unknown entity {:?}", &*name));
                }
            }
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err("an element is open".to_owned()),
            _ => {}
        }
    }
}

/// Text that looks like Markdown often enough to reach every branch.
fn markdown_like() -> impl Strategy<Value = String> {
    let snippets = [
        "*",
        "**",
        "_",
        "[",
        "](",
        ")",
        "`",
        "```\n",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "- [x] ",
        "# ",
        "| a | b |\n| - | - |\n",
        "|",
        "~~",
        "    ",
        "  ",
        "word",
        " ",
        "<br>",
        "<b>",
        "<!-- ",
        "&nbsp;",
        "\\",
        "![",
        "https://x.y",
        "javascript:x",
        "---\n",
        "\u{0}",
        "\u{1}",
        "\u{ffff}",
        "]]>",
        "é",
        "\r",
        "\t",
        "<x@y.z>",
        "\"",
    ];
    prop::collection::vec(prop::sample::select(snippets.to_vec()), 0..40)
        .prop_map(|parts| parts.concat())
}

fn storage_like() -> impl Strategy<Value = String> {
    let snippets = [
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "<th>",
        "</table>",
        "&",
        "&nbsp;",
        "&amp;",
        "<br/>",
        "<br>",
        "<",
        ">",
        "text",
        " ",
        "\n",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<ac:structured-macro ac:name=\"code\">",
        "</ac:structured-macro>",
        "<ac:link>",
        "<ri:user ri:account-id=\"1\"/>",
        "</ac:link>",
        "<ac:task-list>",
        "<ac:task>",
        "<strong>",
        "</strong>",
        "<a href=\"javascript:x\">",
        "</a>",
        "<?",
        "<!",
        "é",
        "\"",
        "&#0;",
        "&#x;",
        "<ac:structured-macro ac:name=\"é\">",
    ];
    prop::collection::vec(prop::sample::select(snippets.to_vec()), 0..40)
        .prop_map(|parts| parts.concat())
}

fn wiki_like() -> impl Strategy<Value = String> {
    let snippets = [
        "*",
        "_",
        "-",
        "+",
        "^",
        "~",
        "??",
        "{{",
        "}}",
        "{*}",
        "{_}",
        "[",
        "]",
        "|",
        "||",
        "\\",
        "\\\\",
        "!a.png!",
        "\n",
        "\n\n",
        "h1. ",
        "bq. ",
        "* ",
        "# ",
        "** ",
        "- ",
        "----\n",
        "{code}",
        "{code:rust}\n",
        "{quote}",
        "{noformat}",
        "{info}",
        "{panel:title=x}",
        "{color:red}",
        "{color}",
        "https://x.y/z",
        "[a|https://x.y]",
        "[~mia]",
        "word",
        " ",
        "&#92;",
        "&amp;",
        "é",
        "\t",
        "\r",
    ];
    prop::collection::vec(prop::sample::select(snippets.to_vec()), 0..40)
        .prop_map(|parts| parts.concat())
}

fn any_json() -> impl Strategy<Value = Value> {
    let kinds = [
        "doc",
        "paragraph",
        "text",
        "heading",
        "bulletList",
        "listItem",
        "taskList",
        "taskItem",
        "table",
        "tableRow",
        "tableHeader",
        "panel",
        "expand",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "media",
        "codeBlock",
        "blockquote",
        "orderedList",
        "unknown",
    ];
    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        ".{0,9}".prop_map(Value::from),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
    ];
    value.prop_recursive(6, 60, 5, move |inner| {
        let kind = prop::sample::select(kinds.to_vec());
        let content = prop::collection::vec(inner.clone(), 0..5);
        prop_oneof![
            4 => (kind, content, inner.clone()).prop_map(|(kind, content, attribute)| json!({
                "type": kind, "content": content, "text": attribute,
                "attrs": { "text": attribute, "level": attribute, "order": attribute,
                    "timestamp": attribute, "url": attribute, "panelType": attribute },
                "marks": [{ "type": "link", "attrs": { "href": attribute } }],
            })),
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_tree_written_as_markdown_reads_back_as_the_same_tree(
        tree in document(Subset::Everything),
    ) {
        let markdown = markdown::write(&tree);
        prop_assert_eq!(markdown::read(&markdown), tree, "{}", markdown);
    }

    #[test]
    fn a_tree_written_as_adf_is_valid_and_reads_back_as_the_same_tree(
        tree in document(Subset::Adf),
    ) {
        let adf = adf::write(&tree);
        prop_assert_eq!(adf_grammar::check(&adf), Ok(()), "{}", adf);
        prop_assert_eq!(adf::read(&adf), tree, "{}", adf);
    }

    #[test]
    fn a_tree_written_as_storage_is_well_formed_and_reads_back_as_the_same_tree(
        tree in document(Subset::Storage),
    ) {
        let storage = storage::write(&tree);
        prop_assert_eq!(check_xml(&storage), Ok(()), "{}", storage);
        prop_assert_eq!(storage::read(&storage), tree, "{}", storage);
    }

    #[test]
    fn a_tree_written_as_wiki_markup_reads_back_as_the_same_tree(tree in document(Subset::Wiki)) {
        let wiki = wiki::write(&tree);
        prop_assert_eq!(wiki::read(&wiki), tree, "{}", wiki);
    }

    #[test]
    fn markdown_survives_wiki_markup(tree in document(Subset::Wiki)) {
        let markdown = markdown::write(&tree);
        prop_assert_eq!(wiki_to_markdown(&markdown_to_wiki(&markdown)), markdown);
    }

    #[test]
    fn every_tree_can_be_written_as_wiki_markup_and_read(tree in document(Subset::Everything)) {
        let wiki = wiki::write(&tree);
        let read = wiki::read(&wiki);
        prop_assert_eq!(read.is_empty(), tree.is_empty(), "{}", wiki);
    }

    #[test]
    fn any_text_read_as_wiki_markup_is_in_normal_form(
        text in prop_oneof![wiki_like(), any::<String>()],
    ) {
        let tree = wiki::read(&text);
        let markdown = markdown::write(&tree);
        prop_assert_eq!(markdown::read(&markdown), tree, "{}", markdown);
    }

    #[test]
    fn every_tree_gives_valid_adf(tree in document(Subset::Everything)) {
        let adf = adf::write(&tree);
        prop_assert_eq!(adf_grammar::check(&adf), Ok(()), "{}", adf);
    }

    // What a format cannot say is said otherwise, at the second reading at the latest in the words that
    // it has; from then on it stays.
    #[test]
    fn what_is_written_is_written_again_as_it_is_read(tree in document(Subset::Everything)) {
        let again = |value: &Value| adf::write(&adf::read(value));
        let adf = again(&adf::write(&tree));
        prop_assert_eq!(again(&adf), adf);
        let again = |text: &str| storage::write(&storage::read(text));
        let storage = again(&storage::write(&tree));
        prop_assert_eq!(again(&storage), storage);
        let again = |text: &str| wiki::write(&wiki::read(text));
        let wiki = again(&wiki::write(&tree));
        prop_assert_eq!(again(&wiki), wiki);
    }

    #[test]
    fn markdown_survives_adf(tree in document(Subset::Adf)) {
        let markdown = markdown::write(&tree);
        prop_assert_eq!(adf_to_markdown(&markdown_to_adf(&markdown)), markdown);
    }

    #[test]
    fn markdown_survives_storage(tree in document(Subset::Storage)) {
        let markdown = markdown::write(&tree);
        prop_assert_eq!(storage_to_markdown(&markdown_to_storage(&markdown)), markdown);
    }

    #[test]
    fn any_text_gives_valid_adf(text in prop_oneof![markdown_like(), any::<String>()]) {
        let adf = markdown_to_adf(&text);
        prop_assert_eq!(adf_grammar::check(&adf), Ok(()), "{}", adf);
    }

    #[test]
    fn any_text_gives_well_formed_storage(text in prop_oneof![markdown_like(), any::<String>()]) {
        let storage = markdown_to_storage(&text);
        prop_assert_eq!(check_xml(&storage), Ok(()), "{}", storage);
    }

    #[test]
    fn any_text_read_as_markdown_is_in_normal_form(text in markdown_like()) {
        let tree = markdown::read(&text);
        let markdown = markdown::write(&tree);
        prop_assert_eq!(markdown::read(&markdown), tree, "{}", markdown);
    }

    #[test]
    fn any_json_is_read_to_a_tree_in_normal_form(json in any_json()) {
        let tree = adf::read(&json);
        let markdown = markdown::write(&tree);
        prop_assert_eq!(markdown::read(&markdown), tree, "{}", markdown);
    }

    #[test]
    fn any_text_read_as_storage_is_in_normal_form(
        text in prop_oneof![storage_like(), any::<String>()],
    ) {
        let tree = storage::read(&text);
        let markdown = markdown::write(&tree);
        prop_assert_eq!(markdown::read(&markdown), tree, "{}", markdown);
    }
}
