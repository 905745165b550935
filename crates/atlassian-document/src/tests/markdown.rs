//! How the tree is spelled as Markdown, by example.

use insta::assert_snapshot;

use crate::markdown;
use crate::tree::link::Link;
use crate::tree::{Block, Inline, Style};

/// Reads Markdown and writes it again.
fn rewritten(markdown: &str) -> String {
    markdown::write(&markdown::read(markdown))
}

/// Writes one paragraph of plain text.
fn plain(text: &str) -> String {
    let block = Block::paragraph(vec![Inline::plain(text)]);
    let blocks: Vec<Block> = block.into_iter().collect();
    let markdown = markdown::write(&blocks);
    assert_eq!(markdown::read(&markdown), blocks);
    markdown
}

#[test]
fn every_block_has_one_spelling() {
    let markdown = "\
Title
=====

* one
* two
    1) three
    2) four

+ [ ] open
+ [X] done

***

    indented

~~~rust
let a = 1;
~~~

> quoted
lazily
>
> > twice

a | b
--|:-:
c | d
";
    assert_snapshot!(rewritten(markdown), @r"
    # Title

    - one
    - two
      1. three
      2. four

    * [ ] open
    * [x] done

    ---

    ```
    indented
    ```

    ```rust
    let a = 1;
    ```

    > quoted lazily
    >
    > > twice

    | a | b |
    | --- | --- |
    | c | d |
    ");
}

#[test]
fn every_mark_has_one_spelling() {
    let markdown =
        "*a* __b__ ~c~ `` d` `` [e](<f g> 'h') ![i](j) <https://k.l> <m@n.o> ***p***q  \nr";
    assert_snapshot!(rewritten(markdown), @r#"
    _a_ **b** ~~c~~ `` d` `` e (f g) i (j) <https://k.l> <m@n.o> **_p_**&#113;\
    r
    "#);
}

#[test]
fn only_text_that_would_be_read_as_syntax_is_escaped() {
    assert_snapshot!(plain("snake_case a * b [x] 1 < 2 <b> R&D &amp; C# #1 a|b a-b 5! ~x"), @r"snake_case a \* b \[x\] 1 < 2 \<b> R&D \&amp; C# #1 a|b a-b 5! \~x");
    assert_snapshot!(plain("1. one"), @r"1\. one");
    assert_snapshot!(plain("2026) x"), @r"2026\) x");
    assert_snapshot!(plain("1.5 x"), @"1.5 x");
    assert_snapshot!(plain("# x"), @r"\# x");
    assert_snapshot!(plain("#tag"), @"#tag");
    assert_snapshot!(plain("- x"), @r"\- x");
    assert_snapshot!(plain("-x"), @"-x");
    assert_snapshot!(plain("+ x"), @r"\+ x");
    assert_snapshot!(plain("> x"), @r"\> x");
    assert_snapshot!(plain("---"), @r"\---");
    assert_snapshot!(plain("| a |"), @r"\| a |");
    assert_snapshot!(plain("\\"), @r"\\");
    assert_snapshot!(plain("```"), @r"\`\`\`");
}

#[test]
fn emphasis_beside_letters_and_punctuation_survives() {
    let strong = Style {
        strong: true,
        ..Style::default()
    };
    let emphasis = Style {
        emphasis: true,
        ..Style::default()
    };
    let content = vec![
        Inline::plain("a"),
        Inline::text("\"b\"", &strong),
        Inline::text("c", &emphasis),
        Inline::plain("d"),
    ];
    let blocks: Vec<Block> = Block::paragraph(content).into_iter().collect();
    let markdown = markdown::write(&blocks);
    assert_eq!(markdown::read(&markdown), blocks);
    assert_snapshot!(markdown, @r#"&#97;**"b"**_c_&#100;"#);
}

#[test]
fn white_space_at_the_ends_of_a_mark_is_not_marked() {
    let strong = Style {
        strong: true,
        ..Style::default()
    };
    let content = vec![Inline::text(" a ", &strong), Inline::plain("b")];
    let blocks: Vec<Block> = Block::paragraph(content).into_iter().collect();
    assert_snapshot!(markdown::write(&blocks), @"**a** b");
}

#[test]
fn neighbouring_lists_stay_apart() {
    assert_snapshot!(rewritten("- a\n\n* b\n\n- c\n\n1. d\n\n1) e"), @r"
    - a

    * b

    - c

    1. d

    1) e
    ");
}

#[test]
fn a_code_block_can_hold_fences() {
    assert_snapshot!(rewritten("~~~~\n```\n~~~\n~~~~"), @r"
    ````
    ```
    ~~~
    ````
    ");
}

#[test]
fn a_cell_can_hold_pipes_and_line_breaks() {
    assert_snapshot!(rewritten("| a \\| `b \\| c` | d<br>e |\n|---|---|"), @r"
    | a \| `b \| c` | d<br>e |
    | --- | --- |
    ");
}

#[test]
fn html_without_a_form_in_markdown_is_text() {
    assert_snapshot!(rewritten("<form onclick=\"x\">\n*a*\n</form>\n\nb <blink>c</blink> <u>d"), @r#"
    \<form onclick="x">\
    \*a\*\
    \</form>

    b \<blink>c\</blink> \<u>d
    "#);
}

#[test]
fn only_safe_addresses_are_links() {
    for href in [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "",
        "  ",
        "a/b",
        "./a.md",
        "../a",
        "?a=b:c",
    ] {
        assert_eq!(Link::new(href, ""), None, "{href:?}");
    }
    for href in [
        "https://a.b",
        "HTTP://a.b",
        "mailto:a@b.c",
        "ftp://a.b",
        "/a:b",
        "#a",
        "www.a.b",
    ] {
        assert!(Link::new(href, "").is_some(), "{href:?}");
    }
    assert_snapshot!(rewritten("[a](javascript:alert`1`) [b](/c)"), @"a [b](/c)");
}

#[test]
fn an_address_is_written_without_white_space_and_quotes() {
    assert_snapshot!(rewritten("[a](<https://b.c/d e\"f|g> \"h \\\"i\\\"\") [j](k\\(l)"), @r#"[a](https://b.c/d%20e%22f%7Cg "h \"i\"") j (k(l)"#);
}

#[test]
fn literal_text_beside_syntax_does_not_change_it() {
    let code = |text: &str, link: &str| Inline::Code {
        text: text.to_owned(),
        style: Style {
            link: Link::new(link, ""),
            ..Style::default()
        },
    };
    let spelled = |content: Vec<Inline>| {
        let blocks: Vec<Block> = Block::paragraph(content).into_iter().collect();
        let markdown = markdown::write(&blocks);
        assert_eq!(markdown::read(&markdown), blocks);
        markdown
    };
    // A link reference definition would be invisible.
    assert_snapshot!(spelled(vec![code("]:", "/a")]), @"&#32;[`]:`](/a)");
    // An e-mail address between angle brackets would be a link.
    assert_snapshot!(spelled(vec![Inline::plain("<="), code("@a>", "")]), @r"\<=`@a>`");
    // An exclamation mark before a link would make it an image.
    assert_snapshot!(spelled(vec![Inline::plain("!"), code("a", "/b")]), @r"\![`a`](/b)");
}

#[test]
fn an_empty_entry_at_the_end_of_a_quote_stays_inside() {
    let markdown = "- > - a\n  > -\n\n  b";
    let written = rewritten(markdown);
    let read = markdown::read(&written);
    assert_eq!(markdown::write(&read), written);
    assert_snapshot!(written, @r"
    - > - a
      > - &#32;

      b
    ");
}
