//! Wiki markup by example, in both directions.

use crate::{markdown_to_wiki, wiki_to_markdown};

fn assert_both(markdown: &str, wiki: &str) {
    assert_eq!(markdown_to_wiki(markdown), wiki);
    assert_eq!(wiki_to_markdown(wiki), markdown, "{wiki}");
}

#[test]
fn everything_with_a_markdown_form_is_the_same_in_both_directions() {
    assert_both("# One\n\n###### Six", "h1. One\n\nh6. Six");
    assert_both(
        "plain, **bold**, _italic_, ~~gone~~",
        "plain, *bold*, _italic_, -gone-",
    );
    assert_both("in**side** words", "in{*}side{*} words");
    assert_both("**_both_** and **one _two_**", "*_both_* and *one _two_*");
    assert_both("a `code` span", "a {{code}} span");
    assert_both("- a\n- b\n  1. c\n  2. d\n- e", "* a\n* b\n*# c\n*# d\n* e");
    assert_both("1. a\n   - b", "# a\n#* b");
    assert_both("- [ ] open\n- [x] done", "* \\[ ] open\n* \\[x] done");
    assert_both(
        "```java\nint x = {1};\n```",
        "{code:java}\nint x = {1};\n{code}",
    );
    assert_both("> quoted\n>\n> more", "{quote}\nquoted\n\nmore\n{quote}");
    assert_both("above\n\n---\n\nbelow", "above\n\n----\n\nbelow");
    assert_both("| a | b |\n| --- | --- |\n| 1 | 2 |", "||a||b||\n|1|2|");
    assert_both(
        "see [here](https://example.com/a)",
        "see [here|https://example.com/a]",
    );
    assert_both("see <https://example.com/a>", "see [https://example.com/a]");
    assert_both(
        "[**bold**](https://example.com)",
        "*[bold|https://example.com]*",
    );
    assert_both("one\\\ntwo", "one\ntwo");
}

#[test]
fn text_that_looks_like_markup_stays_text() {
    for (markdown, wiki) in [
        ("snake_case and well-known", "snake_case and well-known"),
        ("a - b", "a - b"),
        ("5 \\* 3 \\* 2", "5 \\* 3 \\* 2"),
        ("{code} and [x]", "\\{code} and \\[x]"),
        ("C:\\\\temp", "C:&#92;temp"),
        ("\\# no list", "\\# no list"),
        ("AT&amp;amp;T", "AT&amp;amp;T"),
        ("done :)", "done \\:)"),
        ("wow! really??", "wow! really\\?\\?"),
        ("a | b", "a \\| b"),
    ] {
        assert_eq!(markdown_to_wiki(markdown), wiki);
        let text = wiki_to_markdown(wiki);
        assert_eq!(markdown_to_wiki(&text), wiki, "{text}");
    }
    // Written into a new text as they are shown, these are what they mean out of habit.
    assert_eq!(markdown_to_wiki("h1\\. no heading"), "h1&#46; no heading");
    assert_eq!(markdown_to_wiki("bq\\. no quote"), "bq&#46; no quote");
}

#[test]
fn a_marked_number_sign_at_the_start_of_a_line_is_no_list() {
    assert_both("**#**", "*\\#*");
    assert_both("~~#~~ 7", "-\\#- 7");
}

#[test]
fn what_people_write_in_jira_is_read() {
    for (wiki, markdown) in [
        ("- a\n- b", "- a\n- b"),
        ("* a\nstill a\n* b", "- a\\\n  still a\n- b"),
        ("bq. short", "> short"),
        (
            "see https://example.com/a_b_c, then",
            "see <https://example.com/a_b_c>, then",
        ),
        (
            "[~mia] and [^log.txt]",
            "@[mia](accountid:mia) and [log.txt](keep:file-f97a7e16)",
        ),
        ("[Mia|~mia]", "@[Mia](accountid:mia)"),
        (
            "[~accountid:557058:ab-1]",
            "@[557058:ab-1](accountid:557058:ab-1)",
        ),
        (
            "!https://example.com/a.png|width=300,alt=shot!",
            "![shot](keep:image-55ea436b)",
        ),
        (
            "!https://example.com/a.png|alt=shot!",
            "![shot](https://example.com/a.png)",
        ),
        ("[guide|docs/a.md]", "guide (docs/a.md)"),
        ("!shot.png|thumbnail!", "![shot.png](keep:image-3de0aa24)"),
        ("{color:red}hot{color} text", "hot text"),
        ("{noformat}\n*raw*\n{noformat}", "```\n*raw*\n```"),
        (
            "{info:title=Mind}\nthe gap\n{info}",
            "> [Mind](keep:panel-20528976)\n>\n> the gap",
        ),
        (
            "{toc} and /users/{id}",
            "[macro: toc](keep:macro-cb2cb5fc) and /users/{id}",
        ),
        ("{panel}\nx\n{panel}", "> x"),
        ("{warning}hot{warning}", "> [!WARNING]\n> hot"),
        ("{panel:title=Tip}x{panel}", "> [!TIP]\n> x"),
        ("??cited??", "_cited_"),
        ("x^2^ and H~2~O", "x^2^ and H\\~2\\~O"),
        (
            "x{^}2{^} ^up^ ~low~ +new+",
            "x<sup>2</sup> <sup>up</sup> <sub>low</sub> <u>new</u>",
        ),
        ("{code:none}\nx\n{code}", "```text\nx\n```"),
        ("a\\\\b", "a\\\nb"),
        ("||h|\n|c|", "| h |\n| --- |\n| c |"),
        (
            "{code:title=a.rs|language=rust}\nx\n{code}",
            "```rust title=\"a.rs\"\nx\n```",
        ),
        ("windows\r\nlines", "windows\\\nlines"),
        ("[javascript|javascript:alert(1)]", "javascript"),
    ] {
        assert_eq!(wiki_to_markdown(wiki), markdown, "{wiki}");
    }
}

#[test]
fn what_never_ends_is_text() {
    for wiki in [
        "{code}\nx",
        "*open",
        "[text|https://x.y",
        "{{x",
        "{quote}",
        "!x.png",
        "??x",
    ] {
        let markdown = wiki_to_markdown(wiki);
        assert!(markdown.contains(['x', 'o', 'q', 't']), "{markdown}");
    }
}

#[test]
fn hostile_texts_are_read_in_bearable_time() {
    let started = std::time::Instant::now();
    for part in [
        "*a ", "_a *b ", "[", "{", "{code}", "{quote}", "{{", "{*}", "|", "* ", "!a.", "??a ",
        "[a|", "http://",
    ] {
        let text = part.repeat(20_000);
        let markdown = wiki_to_markdown(&text);
        assert!(markdown.len() <= text.len() * 8, "{part}");
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn a_quotation_in_a_quotation_is_a_part_of_it() {
    assert_eq!(
        markdown_to_wiki("> a\n>\n> > b"),
        "{quote}\na\n\nb\n{quote}"
    );
}

/// What wiki markup has otherwise is written the same way once it was read.
#[test]
fn what_is_shown_otherwise_stays_so() {
    for markdown in [
        "- a\n\n  ```\n  b\n\n  c\n\n  ```",
        "```text\nx\n```",
        "[![a](https://example.com/a.png) ![b](https://example.com/b.png)](https://example.com)",
    ] {
        let wiki = markdown_to_wiki(markdown);
        assert_eq!(
            markdown_to_wiki(&wiki_to_markdown(&wiki)),
            wiki,
            "{markdown}"
        );
    }
}

#[test]
fn an_address_that_is_shown_as_it_is_reads_back_with_references_in_it() {
    let markdown = "<https://x.y&amp;amp;{&>";
    let written = markdown_to_wiki(markdown);
    assert_eq!(markdown_to_wiki(&wiki_to_markdown(&written)), written);
    assert_eq!(crate::wiki::read(&written), crate::markdown::read(markdown));
}

#[test]
fn new_text_before_what_nobody_sees_is_a_line_of_its_own() {
    for source in ["{info}\n\n{info}\n\ntext", "|\n* a\n* b|\n\ntext"] {
        let shown = wiki_to_markdown(source);
        let edited = crate::edit_wiki(source, &format!("first\n\n{shown}"), crate::Losses::Refused);
        assert_eq!(edited, Ok(format!("first\n\n{source}")));
    }
}
