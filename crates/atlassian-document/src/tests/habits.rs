//! Wiki markup that is written into a text in Markdown out of habit.

use proptest::prelude::*;

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_to_markdown, wiki_to_markdown,
};

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_certainly_is_wiki_markup_becomes_what_is_meant() {
    for (text, meant) in [
        ("h2. Steps\nto do", "## Steps\n\nto do"),
        ("h1. A\nh3. *B* c\n\ntext", "# A\n\n### _B_ c\n\ntext"),
        (
            "see\n{code:java}\nint *x*;\n\n# y\n{code}\nmore",
            "see\n\n```java\nint *x*;\n\n# y\n```\n\nmore",
        ),
        ("{noformat}\na_b_\n{noformat}", "```\na_b_\n```"),
        ("{code:sql}select 1{code}", "```sql\nselect 1\n```"),
        ("{quote}\nsaid **so**\n{quote}", "> said **so**"),
        (
            "{panel:title=Note|bgColor=#fff}\ntext\n{panel}",
            "> [!NOTE]\n> text",
        ),
        (
            "{panel:title=Plan B}\n- one\n{panel}",
            "> [!INFO]\n> **Plan B**\n>\n> - one",
        ),
        (
            "{warning}\nh2. Hot\n{code}\nx\n{code}\n{warning}",
            "> [!WARNING]\n>\n> ## Hot\n>\n> ```\n> x\n> ```",
        ),
        (
            "||Name||State||\n|a|*done*|\n|b|open|\nafter",
            "| Name | State |\n| --- | --- |\n| a | **done** |\n| b | open |\n\nafter",
        ),
        (
            "see [the docs|https://x.y/a_b] and [more|http://x.y|tip].",
            "see [the docs](https://x.y/a_b) and [more](http://x.y).",
        ),
        (
            "h2. Two\n\n# first\n# second\n## below\n#* mixed\n\nend",
            "## Two\n\n1. first\n\n2. second\n\n   1. below\n\n   - mixed\n\nend",
        ),
        ("* a\n** b\n*** c\n* d", "- a\n  - b\n    - c\n- d"),
        (
            "h3. A\n* a\n*# one\n*# two",
            "### A\n\n- a\n  1. one\n  2. two",
        ),
        ("bq. said *so*", "> said _so_"),
        (
            "h1. A\n\nrun {{ls -l}} and {{b}}",
            "# A\n\nrun `ls -l` and `b`",
        ),
        (
            "see !https://x.y/a.png|alt=A,width=30! and !https://x.y/b.png!",
            "see ![A](https://x.y/a.png) and ![](https://x.y/b.png)",
        ),
    ] {
        assert_eq!(
            storage_to_markdown(&markdown_to_storage(text)),
            meant,
            "{text}"
        );
        let nothing = serde_json::Value::Null;
        let edited = edit_adf(&nothing, text, Losses::Refused).unwrap();
        assert_eq!(edited["content"], markdown_to_adf(text)["content"]);
        assert_eq!(
            edit_storage("", text, Losses::Refused),
            Ok(markdown_to_storage(text)),
            "{text}"
        );
        assert_eq!(markdown_to_wiki(text), markdown_to_wiki(meant), "{text}");
        assert_eq!(
            edit_wiki("", text, Losses::Refused),
            Ok(markdown_to_wiki(meant)),
            "{text}"
        );
    }
    assert_eq!(markdown_to_wiki("h2. Steps"), "h2. Steps");
}

#[test]
fn everything_else_stays_what_it_is() {
    for text in [
        "`h2. Title` and `{code}`",
        "```\nh2. Title\n{code}\nx\n{code}\n||a||b||\n|c|d|\n[a|https://x.y]\n```",
        "    h2. Title\n    {code}\n    {code}",
        "`[a|https://x.y]` and \\[a|https://x.y\\]",
        "text goes on with\nh2. as a word",
        "h2.Title and h7. Title",
        "{code} never ends",
        "{code}\nnever ends",
        "use {quote} and {panel} here",
        "{{user}}\n{name}\nx\n{name}",
        "*x* _y_ **z**",
        "| a | b |\n| --- | --- |\n| [c\\|https://x.y](https://x.y) | d |",
        "||a||b||",
        "| a || b |\n|---||---|\n| c || d |",
        "[text](https://x.y) [a][b|c]",
        "# Title\n## Part\n### Step",
        "# one\n# two",
        "- a\n-- b",
        "* a\n* b",
        "run {{ls}} now",
        "so!https://x.y! wow!http",
        "![a](https://x.y)!https://x.y",
        "text\nbq. as a word",
        "** b\n* a",
        "<!-- {code}\nx\n{code} -->\ntext",
    ] {
        let same = crate::markdown::without_wiki_markup(text);
        assert_eq!(same, text);
    }
}

#[test]
fn text_of_a_document_that_looks_like_wiki_markup_stays_text() {
    let document = markdown_to_adf("h2\\. Title\n\none");
    let shown = adf_to_markdown(&document);
    assert_eq!(shown, "h2. Title\n\none");
    let edited = edit_adf(&document, &shown.replace("one", "two"), Losses::Refused).unwrap();
    assert_eq!(edited["content"][0], document["content"][0]);
    let page = "<p>h2. Title</p><p>{code}</p><p>one</p><p>{code}</p>";
    let shown = storage_to_markdown(page);
    let edited = edit_storage(page, &shown.replace("one", "two"), Losses::Refused);
    assert_eq!(edited, Ok(page.replace("one", "two")), "{shown}");
    let wiki = "\\{code}\none\n\\{code}";
    let shown = wiki_to_markdown(wiki);
    let edited = edit_wiki(wiki, &shown.replace("one", "two"), Losses::Refused);
    assert_eq!(edited, Ok(wiki.replace("one", "two")), "{shown}");
}

fn line() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "h2. Title",
        "{code}",
        "{code:java}",
        "{quote}",
        "{panel:title=x}",
        "{panel}",
        "||a||b||",
        "|c|d|",
        "[a|https://x.y]",
        "# one",
        "## one",
        "* x",
        "** one",
        "bq. one",
        "{{one}}",
        "!https://x.y/one.png!",
        "one",
        "`{code}`",
        "- h1. x",
        "> {quote}",
        "",
        "```",
        "<b>",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn a_word_changes_alone_in_text_that_looks_like_wiki_markup(
        lines in prop::collection::vec(line(), 1..8)
    ) {
        let text = |word: &str| {
            let lines = lines.iter().map(|line| format!("<p>{}</p>", line.replace('<', "&lt;")));
            format!("<p>{word}</p>{}", lines.collect::<String>())
        };
        let shown = storage_to_markdown(&text("needle"));
        let edited = shown.replace("needle", "thread");
        prop_assert_eq!(edit_storage(&text("needle"), &edited, Losses::Refused), Ok(text("thread")));
    }

    #[test]
    fn such_texts_in_any_order_are_read(lines in prop::collection::vec(line(), 0..12)) {
        let text = lines.join("\n");
        let written = markdown_to_storage(&text);
        let words = |text: &str| text.matches("one").count();
        prop_assert_eq!(words(&storage_to_markdown(&written)), words(&text), "{}", written);
    }
}
