//! Raw HTML in Markdown that shapes a text: lists, tables, quotations, literal text and frames.

use crate::{adf_to_markdown, markdown_to_adf, markdown_to_storage, storage_to_markdown};

/// What comes back out of ADF.
fn shaped(markdown: &str, expected: &str) {
    assert_eq!(
        adf_to_markdown(&markdown_to_adf(markdown)),
        expected,
        "{markdown}"
    );
}

#[test]
fn lists_are_lists() {
    shaped(
        "<ul><li>a <b>bold</b></li><li>c</li></ul>",
        "- a **bold**\n- c",
    );
    shaped(
        "<UL>\n  <li>a\n    <ol><li>b<li>c</ol>\n  <li>d\n</UL>\n\ne",
        "- a\n  1. b\n  2. c\n- d\n\ne",
    );
    shaped(
        "<ul>\n\n<li>\n\n**a**\n\n</li>\n\n</ul>\n\nb",
        "- **a**\n\nb",
    );
    shaped("<ol start=\"3\"><li>b</li><li>c</li></ol>", "3. b\n4. c");
    shaped("- x\n\n  <ul><li>a</li></ul>\n- y", "- x\n  - a\n- y");
}

#[test]
fn tables_are_tables() {
    shaped(
        "<table>\n<thead><tr><th>a</th><th>b</th></tr></thead>\n<tbody><tr><td>c</td><td><code>d|e</code></td></tr></tbody>\n</table>",
        "| a | b |\n| --- | --- |\n| c | `d\\|e` |",
    );
    shaped(
        "<table><caption>Plan</caption><tr><td colspan=2>a<td>b<tr><td>c<td><ul><li>d<li>e</ul></table>",
        "Plan\n\n|  |  |  |\n| --- | --- | --- |\n| a |  | b |\n| c | • d<br>• e |  |",
    );
    shaped(
        "<table>\n<tr><td>\n\n**a**\n\n</td><td>b</td></tr>\n</table>",
        "|  |  |\n| --- | --- |\n| **a** | b |",
    );
}

#[test]
fn blocks_stand_in_the_cells_of_a_table_as_lines() {
    shaped(
        "| a |\n| --- |\n| x<ul><li>b</li><li>c</li></ul>y |",
        "| a |\n| --- |\n| x<br>• b<br>• c<br>y |",
    );
    shaped(
        "<details><summary>s</summary>\n\n| a |\n| --- |\n| </details> |\n\nb\n\n</details>",
        "<details>\n<summary>s</summary>\n\n| a |\n| --- |\n|  |\n\nb\n\n</details>",
    );
}

#[test]
fn quotations_and_literal_text_are_what_they_say() {
    shaped("<blockquote>a<p>b</blockquote>", "> a\n>\n> b");
    shaped(
        "<pre><code class=\"language-java\">if (a &lt; b) {\n\n  <b>c</b>();\n}\n</code></pre>\n\nd",
        "```java\nif (a < b) {\n\n  c();\n}\n```\n\nd",
    );
    shaped("a <pre>b</pre>", "a `b`");
}

#[test]
fn frames_without_meaning_are_their_content() {
    shaped(
        "<div align=\"center\">\n\n# Title\n\n<small>a</small> <mark>b</mark> <font color=red>c</font>\n\n</div>",
        "# Title\n\na b c",
    );
    shaped("<center>a</center>\n<section>b</section>", "a\n\nb");
    shaped("one <div>two</div> three", "one\n\ntwo\n\nthree");
}

#[test]
fn tags_that_are_written_about_stay_text() {
    for markdown in [
        "a <ul> opens a list",
        "<ul> opens a list",
        "<li> is an entry",
        "| <table> |\n| --- |",
        "</ul> ends it",
    ] {
        let storage = markdown_to_storage(markdown);
        assert!(storage.contains("&lt;"), "{storage}");
    }
}

#[test]
fn no_word_between_tags_is_lost() {
    let storage = markdown_to_storage(
        "<ul>one<li>two</li>three</ul><table>four<tr>five<td>six</td>seven</tr></table><tr>eight",
    );
    for word in [
        "one", "two", "three", "four", "five", "six", "seven", "eight",
    ] {
        assert!(storage.contains(word), "{word}: {storage}");
    }
}

#[test]
fn a_table_with_blank_lines_in_it_stays_in_its_order() {
    let meant = "before\n\n|  |\n| --- |\n| a |\n| b |\n\nafter";
    for blanks in ["", "  ", "    ", "        "] {
        let text = format!(
            "before\n\n<table>\n{blanks}<tr><td>a</td></tr>\n\n{blanks}<tr><td>b</td></tr>\n</table>\n\nafter"
        );
        assert_eq!(
            storage_to_markdown(&markdown_to_storage(&text)),
            meant,
            "{text}"
        );
    }
    let list = "<ul>\n    <li>a</li>\n\n    <li>b</li>\n</ul>\n\n    code";
    assert_eq!(
        storage_to_markdown(&markdown_to_storage(list)),
        "- a\n- b\n\n```\ncode\n```"
    );
}

#[test]
fn a_table_goes_on_behind_an_empty_line_between_its_rows() {
    for indent in ["", "  ", "    ", "\t"] {
        let written = format!(
            "before\n\n<table>\n{indent}<tr><td>a</td></tr>\n\n{indent}<tr><td>b</td></tr>\n</table>\n\nafter"
        );
        let shown = crate::adf_to_markdown(&crate::markdown_to_adf(&written));
        assert_eq!(
            shown, "before\n\n|  |\n| --- |\n| a |\n| b |\n\nafter",
            "{written}"
        );
    }
    let code = "<table>\n<tr><td>\n\n    let x;\n\n</td></tr>\n</table>";
    let shown = crate::adf_to_markdown(&crate::markdown_to_adf(code));
    assert_eq!(shown, "|  |\n| --- |\n| `let x;` |");
}
