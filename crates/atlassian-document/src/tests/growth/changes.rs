//! Edits that change words everywhere, and merges of such: work on what changed grows as the text does.

use std::fmt::Write as _;

use serde_json::Value;

use super::{TIMES, Work, hold};
use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, merge_edits, storage_to_markdown,
    wiki_to_markdown,
};

/// Long enough that the square of it takes seconds.
const LENGTH: usize = 6_000;

/// Texts in which `part` is repeated with a number in the place of every `#`.
fn numbered(before: &str, part: &str, after: &str, length: usize) -> String {
    let mut text = before.to_owned();
    for number in 0.. {
        text.push_str(&part.replace('#', &number.to_string()));
        if text.len() > length {
            break;
        }
    }
    text + after
}

fn families(parts: &[(&str, &str, &str)]) -> Vec<(String, [String; 2])> {
    let make = |&(before, part, after): &(&str, &str, &str)| {
        let text = |length| numbered(before, part, after, length);
        let texts = [text(LENGTH), text(LENGTH * TIMES)];
        (format!("{before}{part}…{after}"), texts)
    };
    parts.iter().map(make).collect()
}

/// The text with another word in the place of every second `word`.
fn changed(text: &str, word: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (number, piece) in text.split("word").enumerate() {
        if number > 0 && number % 2 == 0 {
            written.push_str("word");
        } else if number > 0 {
            write!(written, "{word}{number}").unwrap();
        }
        written.push_str(piece);
    }
    written
}

/// Both ways: one looks for what would be lost, and the other carries everything out.
const BOTH: [Losses; 2] = [Losses::Refused, Losses::Accepted];

#[test]
fn changed_words_of_storage_format_are_looked_at_once() {
    let works: [Work; 2] = [
        ("changed words of storage format", |text| {
            let edited = changed(&storage_to_markdown(text), "other");
            for losses in BOTH {
                let _ = edit_storage(text, &edited, losses);
            }
        }),
        ("nothing but new words in storage format", |text| {
            let edited = numbered("", "new # word\n\n", "", text.len());
            for losses in BOTH {
                let _ = edit_storage(text, &edited, losses);
            }
        }),
    ];
    hold(
        &works,
        &families(&[
            ("", "<p>word #</p>", ""),
            ("", "<p>word</p>", ""),
            ("<p>", "word # ", "</p>"),
            ("<p>", "<b>word</b> <i>#</i> ", "</p>"),
            ("<p>", "word &amp; ", "</p>"),
            ("<p>", "word <span class=\"a\">#</span> ", "</p>"),
            ("", "<p><span class=\"a\">word</span> #</p>", ""),
            ("<p>", "word <br/>", "</p>"),
            ("<ul>", "<li>word #</li>", "</ul>"),
            ("<ul>", "<li>word</li><ul><li>#</li></ul>", "</ul>"),
            ("<ul><li>a</li>", "<ul><li>word #</li></ul>", "</ul>"),
            (
                "<table><tbody>",
                "<tr><td>word</td><td>#</td></tr>",
                "</tbody></table>",
            ),
            ("", "<p>word <![CDATA[#]]></p>", ""),
            (
                "",
                "<p>word <ac:link><ri:user ri:account-id=\"#\"/></ac:link></p>",
                "",
            ),
            (
                "<p>",
                "word <ac:link><ri:user ri:account-id=\"#\"/></ac:link> ",
                "</p>",
            ),
            ("<p>", "word <time datetime=\"2026-01-#\"/> ", "</p>"),
            (
                "<ac:task-list>",
                "<ac:task><ac:task-id>#</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>word #</ac:task-body></ac:task>",
                "</ac:task-list>",
            ),
            (
                "",
                "<ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[word #]]></ac:plain-text-body></ac:structured-macro>",
                "",
            ),
        ]),
    );
}

#[test]
fn changed_words_of_documents_are_looked_at_once() {
    let works: [Work; 1] = [("changed words of ADF", |text| {
        let text = text.trim_end_matches(',');
        let text = text.replace(",]", "]");
        let json = format!(r#"{{"type":"doc","version":1,"content":[{text}]}}"#);
        let current: Value = serde_json::from_str(&json).unwrap();
        let edited = changed(&adf_to_markdown(&current), "other");
        for losses in BOTH {
            let _ = edit_adf(&current, &edited, losses);
        }
    })];
    let paragraph = r#"{"type":"paragraph","content":["#;
    hold(
        &works,
        &families(&[
            (
                "",
                r#"{"type":"paragraph","content":[{"type":"text","text":"word #"}]},"#,
                "",
            ),
            (paragraph, r#"{"type":"text","text":"word # "},"#, "]}"),
            (
                paragraph,
                r##"{"type":"text","text":"word"},{"type":"mention","attrs":{"id":"#","text":"@a#"}},"##,
                "]}",
            ),
            (
                r#"{"type":"paragraph","content":[{"type":"text","text":""#,
                "word # ",
                r#""}]}"#,
            ),
            (
                r#"{"type":"bulletList","content":["#,
                r#"{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"word #"}]}]},"#,
                "]}",
            ),
        ]),
    );
}

#[test]
fn changed_words_of_wiki_markup_are_looked_at_once() {
    let works: [Work; 1] = [("changed words of wiki markup", |text| {
        let edited = changed(&wiki_to_markdown(text), "other");
        for losses in BOTH {
            let _ = edit_wiki(text, &edited, losses);
        }
    })];
    hold(
        &works,
        &families(&[
            ("", "word #\n\n", ""),
            ("", "word # ", ""),
            ("", "*word* _#_ ", ""),
            ("", "word !#.png! ", ""),
            ("", "word [~user#] ", ""),
            ("", "word {color:red}#{color} ", ""),
            ("", "{panel:title=#}\nword\n{panel}\n\n", ""),
            ("", "* word #\n", ""),
            ("", "* word #\n{code}\nword #\n{code}\nword\n", ""),
            ("* word\n", "{code}\nword #\n{code}\nword\n", ""),
            ("", "|word|#|\n", ""),
            ("", "{code}\nword #\n{code}\n\n", ""),
        ]),
    );
}

#[test]
fn merges_look_at_every_word_once() {
    let works: [Work; 2] = [
        ("a merge of two changes everywhere", |text| {
            merge_edits(text, &changed(text, "theirs"), &changed(text, "mine"));
        }),
        ("a merge of two new texts", |text| {
            let texts = ["their # word\n\n", "my # word\n\n"];
            let [theirs, mine] = texts.map(|part| numbered("", part, "", text.len()));
            merge_edits(text, &theirs, &mine);
        }),
    ];
    hold(
        &works,
        &families(&[
            ("", "word #\n\n", ""),
            ("", "word\n\n", ""),
            ("", "word # ", ""),
            ("", "**word** # ", ""),
            ("", "- word #\n", ""),
            ("- a\n", "  - word #\n", ""),
            ("|a|b|\n|-|-|\n", "|word|#|\n", ""),
            ("```\n", "word #\n", "```"),
            ("", "word[^#]\n\n[^#]: word #\n\n", ""),
            ("", "word @[a](accountid:#)\n\n", ""),
        ]),
    );
}
