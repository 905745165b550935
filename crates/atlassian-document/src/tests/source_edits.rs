//! Edits of storage format and wiki markup: blocks that the edit leaves alone stay byte for byte.

use proptest::prelude::*;

use super::generator::{Subset, document};
use crate::{
    Losses, Lost, edit_storage, edit_wiki, markdown, storage, storage_to_markdown, wiki,
    wiki_to_markdown,
};

/// A page as Confluence has it, with what Markdown cannot say.
const PAGE: &str = "<ac:layout><ac:layout-section ac:type=\"single\"><ac:layout-cell>\n\
    <h1 local-id=\"a\">Title</h1><ac:structured-macro ac:name=\"toc\" ac:macro-id=\"1\" />\n\
    <p style=\"text-align: center;\">centred&nbsp;text</p>\
    <p>see <ac:link><ri:page ri:content-title=\"Home\" /></ac:link> &amp; more</p>\
    <ac:image ac:width=\"300\"><ri:attachment ri:filename=\"a.png\" /><ac:caption><p>what</p></ac:caption></ac:image>\
    <p>plain words here</p>\n\
    <p>an <ac:inline-comment-marker ac:ref=\"r\">answer</ac:inline-comment-marker></p>\
    </ac:layout-cell></ac:layout-section></ac:layout>";

const TEXT: &str = "h2. Title\r\n{toc}\r\n\r\nplain words here\r\n\r\n!shot.png|thumbnail!\r\n\r\n\
    {panel:title=x|bgColor=#eee}\r\ninner\r\n{panel}\r\n\r\n{color:red}soon{color}\r\n\r\n";

#[test]
fn a_changed_block_of_a_page_changes_alone() {
    let shown = storage_to_markdown(PAGE);
    let edited = edit_storage(PAGE, &shown.replace("plain", "simple"), Losses::Refused);
    assert_eq!(edited, Ok(PAGE.replace("plain", "simple")), "{shown}");
    let added = edit_storage(PAGE, &format!("{shown}\n\nlast"), Losses::Refused).unwrap();
    assert_eq!(
        added,
        PAGE.replace("</p></ac:layout-cell>", "</p><p>last</p></ac:layout-cell>")
    );
}

#[test]
fn a_word_changes_beside_a_link_a_comment_and_a_style_and_they_stay() {
    let shown = storage_to_markdown(PAGE);
    for (from, to) in [
        ("see", "read"),
        ("answer", "question"),
        ("centred", "left"),
        ("more", "less"),
    ] {
        let edited = edit_storage(PAGE, &shown.replace(from, to), Losses::Refused);
        let expected = PAGE.replace(&format!("{from}&nbsp;"), &format!("{to}&nbsp;"));
        let expected = expected.replace(&format!("{from} <"), &format!("{to} <"));
        let expected = expected.replace(&format!(">{from}<"), &format!(">{to}<"));
        let expected = expected.replace(&format!(" {from}<"), &format!(" {to}<"));
        assert_ne!(expected, PAGE);
        assert_eq!(edited, Ok(expected), "{shown}");
    }
}

#[test]
fn what_is_moved_keeps_its_source_and_what_is_left_out_goes() {
    let shown = storage_to_markdown(PAGE);
    let mut blocks: Vec<&str> = shown.split("\n\n").collect();
    let last = blocks.pop().unwrap();
    blocks.insert(0, last);
    let moved = edit_storage(PAGE, &blocks.join("\n\n"), Losses::Refused).unwrap();
    let comment =
        "<p>an <ac:inline-comment-marker ac:ref=\"r\">answer</ac:inline-comment-marker></p>";
    assert!(
        moved.contains(&format!("<ac:layout-cell>{comment}\n<h1")),
        "{moved}"
    );
    // An inline comment is not seen in Markdown and does not go with words that are, nor with a text that
    // stands elsewhere or was written anew; it goes with all of its block.
    let answer = blocks.remove(0);
    let without = blocks.join("\n\n");
    for edited in [
        shown.replace("answer", ""),
        format!("{without}\n\n- {answer}"),
        format!("- {answer}\n\n{without}"),
    ] {
        assert_eq!(
            edit_storage(PAGE, &edited, Losses::Refused),
            Err(Lost::Hidden(String::from("the inline comment on “answer”"))),
            "{edited}"
        );
        assert!(edit_storage(PAGE, &edited, Losses::Accepted).is_ok());
    }
    let rewritten = shown.replace(answer, "Something else");
    let rewritten = edit_storage(PAGE, &rewritten, Losses::Refused).unwrap();
    assert!(rewritten.contains("ac:ref=\"r\""), "{rewritten}");
    let gone = edit_storage(PAGE, &without, Losses::Refused).unwrap();
    assert!(
        !gone.contains("inline-comment-marker") && gone.contains("ri:page"),
        "{gone}"
    );
    let without: Vec<&str> = shown
        .lines()
        .filter(|line| !line.starts_with("!["))
        .collect();
    let without = edit_storage(PAGE, &without.join("\n"), Losses::Refused).unwrap();
    assert!(
        !without.contains("ac:image") && without.contains("ri:page"),
        "{without}"
    );
    let foreign = edit_storage(PAGE, "[@x](keep:mention-1)", Losses::Refused);
    assert_eq!(foreign, Err(Lost::Unknown(String::from("mention-1"))));
}

#[test]
fn a_placeholder_of_a_page_stands_where_it_is_put() {
    let link = "<ac:link><ri:page ri:content-title=\"Home\" /></ac:link>";
    let page = format!(
        "<p local-id=\"1\">one {link}</p><ul><li><p>two</p></li></ul><ac:structured-macro ac:name=\"toc\" />"
    );
    let shown = storage_to_markdown(&page);
    let keep = shown.lines().next().unwrap().split_once(' ').unwrap().1;
    let moved = shown
        .replace(&format!(" {keep}"), "")
        .replace("two", &format!("two {keep}"));
    assert_eq!(
        edit_storage(&page, &moved, Losses::Refused).unwrap(),
        format!(
            "<p local-id=\"1\">one</p><ul><li><p>two {link}</p></li></ul><ac:structured-macro ac:name=\"toc\" />"
        )
    );
    let twice = shown.replace("two", keep);
    assert!(matches!(
        edit_storage(&page, &twice, Losses::Refused),
        Err(Lost::Twice(_))
    ));
    let new = shown
        .replace("- two", &format!("- two\n- three **bold**\n\nfresh {keep}"))
        .replacen(&format!(" {keep}"), "", 1);
    assert_eq!(
        edit_storage(&page, &new, Losses::Refused).unwrap(),
        format!(
            "<p local-id=\"1\">one</p><ul><li><p>two</p></li><li><p>three <strong>bold</strong></p></li></ul><p>fresh {link}</p><ac:structured-macro ac:name=\"toc\" />"
        )
    );
}

#[test]
fn a_changed_block_of_wiki_markup_changes_alone() {
    let shown = wiki_to_markdown(TEXT);
    let edited = edit_wiki(TEXT, &shown.replace("plain", "simple"), Losses::Refused);
    assert_eq!(edited, Ok(TEXT.replace("plain", "simple")), "{shown}");
    for (from, to) in [
        ("inner", "outer"),
        ("soon", "late"),
        ("words here", "letters"),
    ] {
        let edited = edit_wiki(TEXT, &shown.replace(from, to), Losses::Refused);
        assert_eq!(edited, Ok(TEXT.replace(from, to)), "{shown}");
    }
    let without: Vec<&str> = shown
        .lines()
        .filter(|line| !line.starts_with("!["))
        .collect();
    let edited = edit_wiki(TEXT, &without.join("\n"), Losses::Refused).unwrap();
    assert!(
        !edited.contains("shot.png") && edited.contains("{toc}"),
        "{edited}"
    );
}

/// A description as people write it on Data Center.
const ISSUE: &str = include_str!("fixtures/issue.wiki");

#[test]
fn every_word_of_a_text_in_wiki_markup_changes_alone() {
    let shown = wiki_to_markdown(ISSUE);
    let words = super::real_documents::words(&shown, ISSUE);
    assert!(words.len() > 30, "{words:?}");
    for word in words {
        let edited = edit_wiki(ISSUE, &shown.replace(word, "thread"), Losses::Refused);
        assert_eq!(edited, Ok(ISSUE.replace(word, "thread")), "{word}: {shown}");
    }
}

#[test]
fn what_is_put_into_wiki_markup_stands_where_it_is_put() {
    let text = "one [^log.txt] *two*\n\n* three\n* four\n\n||a||b||\n|c|!d.png|width=3!|";
    let shown = wiki_to_markdown(text);
    let log = shown.split(' ').nth(1).unwrap();
    let moved = shown
        .replacen(&format!(" {log}"), "", 1)
        .replace("four", &format!("four {log}"));
    let expected = text
        .replace(" [^log.txt]", "")
        .replace("four", "four [^log.txt]");
    assert_eq!(edit_wiki(text, &moved, Losses::Refused), Ok(expected));
    let longer = shown.replace("- four", "- four\n- {new}\n  - below");
    let expected = text.replace("* four", "* four\n* \\{new}\n** below");
    assert_eq!(edit_wiki(text, &longer, Losses::Refused), Ok(expected));
    let bolder = shown
        .replace("**two**", "two")
        .replace("| c |", "| **c**\\| |");
    let expected = text.replace("*two*", "two").replace("|c|", "|*c*\\||");
    assert_eq!(edit_wiki(text, &bolder, Losses::Refused), Ok(expected));
    let foreign = edit_wiki(text, "[x](keep:macro-1)", Losses::Refused);
    assert_eq!(foreign, Err(Lost::Unknown(String::from("macro-1"))));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_with_a_new_first_and_last_block_keeps_the_others(tree in document(Subset::Storage)) {
        let page = storage::write(&tree);
        let shown = storage_to_markdown(&page);
        prop_assert_eq!(edit_storage(&page, &shown, Losses::Refused), Ok(page.clone()));
        let edited = format!("first of all\n\n{shown}\n\nlast of all");
        if markdown::read(&edited).len() != markdown::read(&shown).len() + 2 { return Ok(()) }
        let expected = format!("<p>first of all</p>{page}<p>last of all</p>");
        prop_assert_eq!(edit_storage(&page, &edited, Losses::Refused), Ok(expected), "{}", edited);
    }

    #[test]
    fn wiki_markup_with_a_new_last_block_keeps_the_others(tree in document(Subset::Wiki)) {
        let text = wiki::write(&tree);
        let shown = wiki_to_markdown(&text);
        prop_assert_eq!(edit_wiki(&text, &shown, Losses::Refused), Ok(text.clone()));
        let edited = format!("{shown}\n\nlast of all");
        if text.is_empty() || markdown::read(&edited).len() != markdown::read(&shown).len() + 1 { return Ok(()) }
        let expected = format!("{}\n\nlast of all", text.trim_end());
        let written = edit_wiki(&text, &edited, Losses::Refused).unwrap();
        prop_assert_eq!(written.trim_end(), expected, "{}", edited);
    }

    #[test]
    fn any_source_can_be_edited_with_losses(source in "(<p>|</p>|<br/>|&|x|\n|\\{toc\\}|\\* |<ac:image/>){0,12}", edited in "(- |# |x|\n|> ){0,9}") {
        let _ = edit_storage(&source, &edited, Losses::Refused);
        let _ = edit_wiki(&source, &edited, Losses::Refused);
        prop_assert!(edit_storage(&source, &edited, Losses::Accepted).is_ok());
        prop_assert!(edit_wiki(&source, &edited, Losses::Accepted).is_ok());
    }
}

#[test]
fn text_beside_a_layout_comes_and_goes_and_the_layout_stays() {
    let column =
        |text: &str| format!("<ac:layout-cell><p local-id=\"{text}\">{text}</p></ac:layout-cell>");
    let layout = format!(
        "<ac:layout><ac:layout-section ac:type=\"two_equal\">{}{}</ac:layout-section><ac:layout-section ac:type=\"single\">{}</ac:layout-section></ac:layout>",
        column("one"),
        column("two"),
        column("three")
    );
    let image = "<ac:image ac:width=\"3\"><ri:attachment ri:filename=\"a.png\" /></ac:image>";
    let page = format!("<p>intro</p>{layout}{image}<p>outro</p>");
    let shown = storage_to_markdown(&page);
    let edit = |edited: &str| edit_storage(&page, edited, Losses::Refused).unwrap();
    assert_eq!(
        edit(&format!("{shown}\n\nlast")),
        format!("{page}<p>last</p>")
    );
    assert_eq!(
        edit(&format!("first\n\n{shown}")),
        format!("<p>first</p>{page}")
    );
    assert_eq!(
        edit(&shown.replace("intro", "intro\n\nmore")),
        page.replace("intro", "intro</p><p>more")
    );
    assert_eq!(
        edit(&shown.replace("outro", "over")),
        page.replace("outro", "over")
    );
    let picture = shown.lines().find(|line| line.starts_with("![")).unwrap();
    let moved = format!(
        "{}\n\n{picture}",
        shown.replace(&format!("{picture}\n\n"), "")
    );
    assert_eq!(
        edit(&moved),
        format!("<p>intro</p>{layout}<p>outro</p>{image}")
    );
    let moved = format!(
        "{picture}\n\n{}",
        shown.replace(&format!("{picture}\n\n"), "")
    );
    assert_eq!(
        edit(&moved),
        format!("{image}<p>intro</p>{layout}<p>outro</p>")
    );
    let intro_last = format!("{}\n\nintro", shown.replacen("intro\n\n", "", 1));
    assert_eq!(
        edit(&intro_last),
        format!("{layout}{image}<p>outro</p><p>intro</p>")
    );
    // The layout itself is moved and changed.
    let changed = edit(&shown.replace("two", "2").replace("three", "3"));
    assert_eq!(
        changed,
        page.replace(">two<", ">2<").replace(">three<", ">3<")
    );
}

#[test]
fn a_layout_named_in_literal_text_is_none() {
    let page = "<p>one</p><ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[<ac:layout>]]></ac:plain-text-body></ac:structured-macro>";
    let shown = storage_to_markdown(page);
    let written = edit_storage(page, &format!("{shown}\n\nlast"), Losses::Refused);
    assert_eq!(written, Ok(format!("{page}<p>last</p>")));
}

#[test]
fn what_goes_from_wiki_markup_takes_its_empty_lines_along() {
    let text = "one\n\ntwo\n\n\nh2. three\nfour\n\nfive\n";
    for (gone, expected) in [
        ("one\n\n", "two\n\n\nh2. three\nfour\n\nfive\n"),
        ("two\n\n", "one\n\n\nh2. three\nfour\n\nfive\n"),
        ("## three\n\n", "one\n\ntwo\n\nfour\n\nfive\n"),
        ("two\n\n## three\n\nfour\n\n", "one\n\nfive\n"),
        ("\n\nfive", "one\n\ntwo\n\n\nh2. three\nfour\n"),
    ] {
        let edited = wiki_to_markdown(text).replace(gone, "");
        assert_eq!(
            edit_wiki(text, &edited, Losses::Refused).as_deref(),
            Ok(expected)
        );
    }
    let panel = "{panel:title=x}\none\n\ntwo\n\nthree\n{panel}\n\nend";
    for (gone, expected) in [
        (
            "> one\n>\n",
            "{panel:title=x}\ntwo\n\nthree\n{panel}\n\nend",
        ),
        (
            "> two\n>\n",
            "{panel:title=x}\none\n\nthree\n{panel}\n\nend",
        ),
        (
            ">\n> three\n",
            "{panel:title=x}\none\n\ntwo\n{panel}\n\nend",
        ),
    ] {
        let edited = wiki_to_markdown(panel).replace(gone, "");
        assert_eq!(
            edit_wiki(panel, &edited, Losses::Refused).as_deref(),
            Ok(expected)
        );
    }
}

#[test]
fn blocks_that_come_and_go_leave_wiki_markup_as_it_was() {
    let mut text = String::from("one\r\n\r\n\r\ntwo\n\n* a\n* b\n\n{quote}\nq\n{quote}\n\nlast\n");
    let before = wiki_to_markdown(&text);
    let blocks: Vec<&str> = before.split("\n\n").collect();
    for place in (0..=blocks.len()).chain(0..=blocks.len()) {
        let mut more = blocks.clone();
        more.insert(place, "newcomer");
        let added = edit_wiki(&text, &more.join("\n\n"), Losses::Refused).unwrap();
        assert!(added.contains("newcomer"));
        text = edit_wiki(&added, &before, Losses::Refused).unwrap();
    }
    let lines = |text: &str| text.matches('\n').count();
    assert_eq!(wiki_to_markdown(&text), before);
    assert!(lines(&text) <= 15, "{text:?}");
}

#[test]
fn a_word_of_raised_text_within_lowered_text_keeps_both_around_it() {
    let page = "<p><sub><sup>word </sup> more</sub> and <sup>a<sub><span style=\"color: red;\">b</span>c</sub></sup></p>";
    let shown = storage_to_markdown(page);
    let edited = edit_storage(page, &shown.replace("word", "ward"), Losses::Refused).unwrap();
    assert_eq!(edited, page.replace("word", "ward"));
    let edited = edit_storage(page, &shown.replace('c', "cd"), Losses::Refused).unwrap();
    assert_eq!(edited, page.replace("c</sub>", "cd</sub>"));
}
