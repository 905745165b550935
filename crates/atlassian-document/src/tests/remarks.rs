//! Comments and literal text (CDATA) in the source of a page: they stay when something beside them changes.

use proptest::prelude::*;

use crate::{Losses, Lost, edit_storage, markdown, storage_to_markdown};

fn changed(page: &str, from: &str, to: &str) -> Result<String, Lost> {
    let shown = storage_to_markdown(page);
    let edited = shown.replacen(from, to, 1);
    assert_ne!(shown, edited, "{page}");
    let written = edit_storage(page, &edited, Losses::Refused)?;
    assert_eq!(storage_to_markdown(&written), edited, "{written}");
    Ok(written)
}

#[test]
fn a_comment_stays_when_a_word_beside_it_changes() {
    for page in [
        "<p>one<!-- c -->two three</p>",
        "<p>one <!-- c --> two three</p>",
        "<p>one \n<!-- c -->\n two three</p>",
        "<p><!-- c -->one two three<!-- d --></p>",
        "<p>one two<!-- c --><!-- d --> three</p>",
        "<p><b>one</b><!-- c --><i>two</i> three</p>",
        "<p><b>one<!-- c --></b>two three</p>",
        "<p>one <?x y?>two <!-- c --><br/>three</p>",
        "<h2>one<!-- c --> two three</h2>",
        "<ul><li>one<!-- c --> two</li><!-- d --><li>three</li></ul>",
        "<table><tbody><!-- c --><tr><td>one<!-- d --> two</td></tr><tr><td>three</td></tr></tbody></table>",
        "<!-- c -->one two<!-- d --><p>three</p><!-- e -->",
        "<ac:structured-macro ac:name=\"info\"><!-- c --><ac:rich-text-body>one <!-- d -->two three</ac:rich-text-body></ac:structured-macro>",
    ] {
        for (from, to) in [
            ("one", "1"),
            ("two", "2 zwei"),
            ("three", "3"),
            ("two", "twofold"),
        ] {
            assert_eq!(
                changed(page, from, to),
                Ok(page.replace(from, to)),
                "{page}"
            );
        }
    }
}

#[test]
fn a_comment_stays_when_all_words_beside_it_change() {
    let page = "<p>one <!-- c -->two</p>";
    let written = changed(page, "one two", "quite another text").unwrap();
    assert_eq!(written.matches("<!-- c -->").count(), 1, "{written}");
    let written = changed(page, "one two", "**one** two").unwrap();
    assert_eq!(written, "<p><strong>one</strong> <!-- c -->two</p>");
    let written = changed("<p><b>one<!-- c -->two</b></p>", "**onetwo**", "onetwo").unwrap();
    assert_eq!(written, "<p>one<!-- c -->two</p>");
}

#[test]
fn a_comment_goes_with_its_block_and_not_unseen() {
    let page = "<p>one<!-- c --></p><p>two</p>";
    assert_eq!(changed(page, "one\n\n", ""), Ok(String::from("<p>two</p>")));
    let code = "<ac:structured-macro ac:name=\"code\"><ac:plain-text-body><!-- c --><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>";
    let lost = changed(code, "x", "y").unwrap_err();
    assert_eq!(
        lost.to_string(),
        "would destroy the comment `<!-- c -->` of the source"
    );
    let shown = storage_to_markdown(code).replace('x', "y");
    assert!(edit_storage(code, &shown, Losses::Accepted).is_ok());
}

#[test]
fn literal_text_stays_when_a_word_beside_it_changes() {
    for page in [
        "<p>one <![CDATA[<two> & three]]> four</p>",
        "<p><![CDATA[one]]><![CDATA[ <two> three]]> four</p>",
        "<p>one <b><![CDATA[&amp; two]]> three</b><![CDATA[]]> four</p>",
        "<h1>one <![CDATA[two\nthree]]> four</h1>",
        "<ul><li><![CDATA[one two]]></li><li>three <code><![CDATA[<four>]]></code></li></ul>",
        "one <![CDATA[two three]]> four",
    ] {
        for (from, to) in [("one", "1"), ("four", "4")] {
            assert_eq!(
                changed(page, from, to),
                Ok(page.replace(from, to)),
                "{page}"
            );
        }
        for (from, to) in [
            ("two", "2 < 3 & 4"),
            ("two", "]]>"),
            ("three", "3"),
            ("two", "_2_"),
        ] {
            let shown = storage_to_markdown(page);
            let edited = shown.replacen(from, to, 1);
            let written = edit_storage(page, &edited, Losses::Refused).unwrap();
            let read = storage_to_markdown(&written).replace('\\', "");
            assert_eq!(read, edited.replace('\\', ""), "{written}");
        }
    }
    let page = "<p>one <![CDATA[a]]x>b]]> two</p>";
    let written = changed(page, "x", "").unwrap();
    assert!(
        written.starts_with("<p>one <![CDATA[a]]") && written.ends_with("b]]> two</p>"),
        "{written}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_comment_and_no_literal_text_goes_unseen(
        pieces in proptest::collection::vec(prop_oneof![
            Just("<!-- c -->"), Just("<!-- d -->"), Just("<![CDATA[ <x> ]]>"), Just("<![CDATA[]]]]>"), Just("<![CDATA[>]]>"),
            Just(" "), Just("\n"), Just("<b>"), Just("<br/>"), Just("<em>"), Just("&amp;"), Just("<ac:emoticon ac:name=\"smile\" />"),
        ], 1..9),
        at in 0..9_usize,
        word in prop_oneof![Just("new"), Just("**new**"), Just(""), Just("new word")],
    ) {
        let mut page = String::from("<p>begin");
        for (number, piece) in pieces.iter().enumerate() {
            page.push_str(piece);
            page.push('w');
            page.push_str(&number.to_string());
            page.push_str(match *piece { "<b>" => "</b>", "<em>" => "</em>", _ => "" });
        }
        page.push_str("</p>");
        let shown = storage_to_markdown(&page);
        prop_assert_eq!(edit_storage(&page, &shown, Losses::Refused), Ok(page.clone()));
        let number = at % pieces.len();
        let edited = shown.replacen(&format!("w{number}"), word, 1);
        let written = edit_storage(&page, &edited, Losses::Refused).unwrap();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let read = markdown::write(&markdown::read(&edited));
        prop_assert_eq!(words(&storage_to_markdown(&written)), words(&read), "{}", &written);
        for remark in ["<!-- c -->", "<!-- d -->"] {
            prop_assert_eq!(written.matches(remark).count(), page.matches(remark).count(), "{}", &written);
        }
        // A word for a word changes nothing else. Beside a mark a letter of it is spelt otherwise.
        if word == "new" && edited != shown {
            prop_assert_eq!(written, page.replacen(&format!("w{number}"), word, 1), "{}", shown);
        }
    }
}
