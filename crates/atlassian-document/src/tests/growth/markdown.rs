//! Markdown that is the worst for one of its constructs, into every format.

use std::fmt::Write as _;

use super::{SHORT, TIMES, Work, hold, of_pairs, of_parts};
use crate::{adf_to_markdown, markdown_to_adf, markdown_to_storage, markdown_to_wiki};

const FROM_MARKDOWN: [Work; 3] = [
    ("to ADF and back", |text| {
        adf_to_markdown(&markdown_to_adf(text));
    }),
    ("to storage format", |text| {
        markdown_to_storage(text);
    }),
    ("to wiki markup", |text| {
        markdown_to_wiki(text);
    }),
];
fn nested(mark: &str, length: usize) -> String {
    let mut text = String::new();
    for depth in (0..100).cycle() {
        writeln!(text, "{}{mark}x", "  ".repeat(depth)).unwrap();
        if text.len() > length {
            break;
        }
    }
    text
}

#[test]
fn signs_of_markdown_are_read_once() {
    let alone = [
        " ", "\t", "\n", "*", "_", "~", "`", "[", "]", "(", ")", "!", "|", ">", "<", "#", "&",
        "\\", "-", "+", "=", "@", ":", "^", "a", "😀", "\u{301}",
    ];
    let parts: Vec<_> = alone
        .into_iter()
        .flat_map(|sign| [("", sign, ""), ("x", sign, "x")])
        .collect();
    hold(&FROM_MARKDOWN, &of_parts(&parts));
}

#[test]
fn blocks_of_markdown_are_read_once() {
    hold(
        &FROM_MARKDOWN,
        &of_parts(&[
            ("# a", " ", "b"),
            ("# a", " #", "b"),
            ("", "# a\n", ""),
            ("", "- ", "x"),
            ("", "* * * x\n", ""),
            ("", "- a\n", ""),
            ("", "- a\n\n", ""),
            ("", "1. a\n", ""),
            ("", "- [ ] a\n", ""),
            ("", "- * + 1. ", "x"),
            ("", "> ", "x"),
            ("", "> a\n", ""),
            ("", "> > > a\n", ""),
            ("", "> [!NOTE]\n> a\n\n", ""),
            ("", "a\n", ""),
            ("", "a  \n", ""),
            ("", "a\\\n", ""),
            ("", "a\n===\n", ""),
            ("", "---\n", ""),
            ("", "```\na\n```\n", ""),
            ("````\n", "```\n", ""),
            ("", "~~~rust\n", ""),
            ("", "    a\n", ""),
            ("", "|", "\n|-|\n"),
            ("", "|-\n", ""),
            ("|a|b|\n|-|-|\n", "|x|*y*|\n", ""),
            ("|a|b|\n|-|-|\n", "|\\|", ""),
            ("", "|a|b|\n|-|-|\n|c|d|\n\n", ""),
            ("", "[a]: b\n", "[a]"),
            ("", "[a]: <b", ""),
            ("", "[^a]: b\n\n", "[^a]"),
            ("", "[^1] ", "\n\n[^1]: note"),
            (
                "",
                "<details><summary>a</summary>\n\nb\n\n</details>\n\n",
                "",
            ),
            ("", "<details>\n", ""),
            ("", "<div>\n", ""),
            ("", "<!-- a\n", ""),
            ("---\n", "a: b\n", "---\n\nx"),
        ]),
    );
}

#[test]
fn lists_within_lists_are_read_once() {
    let families = ["- ", "1. ", "- [ ] ", "> "].map(|mark| {
        let texts = [SHORT, SHORT * TIMES].map(|length| nested(mark, length));
        (mark.to_owned(), texts)
    });
    hold(&FROM_MARKDOWN, &families);
}

#[test]
fn words_of_markdown_are_read_once() {
    hold(
        &FROM_MARKDOWN,
        &of_parts(&[
            ("", "*a", ""),
            ("", "*a ", ""),
            ("", "**a* ", ""),
            ("", "*a _b ~~c ", ""),
            ("", "*a _b* c_ ", ""),
            ("", "***a** b* ", ""),
            ("", "a_b_c ", ""),
            ("", "~~a~~ ", ""),
            ("", "`a``", ""),
            ("", "`a` ", ""),
            ("", "[a](", ""),
            ("", "[a](b \"", ""),
            ("", "[a](<b", ""),
            ("[a](", "(", ""),
            ("[a](b", " ", "x"),
            ("", "[a](https://a.example) ", ""),
            ("", "[a](b.md) ", ""),
            ("", "[a][b] ", ""),
            ("", "![a](https://a.example/a.png) ", ""),
            ("", "[![a](b)](c) ", ""),
            ("", "[]()", ""),
            ("", "](", ""),
            ("", "https://a.example/b ", ""),
            ("", "https://a.example/(", ""),
            ("https://a.example/", ")", ""),
            ("https://a.example/", "a&amp;", ""),
            ("https://a.example/", ".", ""),
            ("", "http", ""),
            ("", "www.", ""),
            ("", "a@b.example ", ""),
            ("", "a@b.", ""),
            ("", "<a@", ""),
            ("", "<http:", ""),
            ("", "@[a](accountid:1) ", ""),
            ("", "@[a", ""),
            ("", "[~accountid:1] ", ""),
            ("", "[~", ""),
            ("", "<sub>a</sub>", ""),
            ("", "<sub>", ""),
            ("", "</sub>", ""),
            ("", "<b a=\"", ""),
            ("", "<a &b; ", ""),
            ("", "&amp;", ""),
            ("", "&#", ""),
            ("", "\\*", ""),
            ("", "{", ""),
            ("", "{code}", ""),
            ("", ":) ", ""),
            ("", "![a](keep:media-1f2e3d4c) ", ""),
        ]),
    );
}

#[test]
fn what_opens_and_closes_is_read_once() {
    hold(
        &FROM_MARKDOWN,
        &of_pairs(&[
            ("*a ", "b* "),
            ("**a", "b**"),
            ("*a **b ", "c** d* "),
            ("~~a ", " b~~"),
            ("[", "]"),
            ("[", "](a)"),
            ("![", "](a)"),
            ("<sub><b>", "</b></sub>"),
            ("<u><sup>", "</sup></u>"),
            ("<", ">"),
            ("(", ")"),
        ]),
    );
}
