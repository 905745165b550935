//! Tests that nothing a person wrote goes unseen: lines like definitions, placeholders as they come back mangled,
//! characters that were not shown.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::{
    Losses, Lost, adf_to_markdown, edit_adf, edit_storage, markdown_to_adf, markdown_to_storage,
    markdown_to_wiki, placeholder_in, storage_to_markdown, with_unseen,
};

/// What is left of a text in ADF.
fn shown(markdown: &str) -> String {
    adf_to_markdown(&markdown_to_adf(markdown))
}

#[test]
fn a_definition_that_nobody_uses_is_text() {
    let account = "5b10ac8d82e05b22cc7d4ef5";
    let person = format!("@[{account}](accountid:{account})");
    for (markdown, expected) in [
        (
            format!("[~accountid:{account}]: done"),
            format!("{person}: done"),
        ),
        (
            format!("Hi\n\n[~accountid:{account}]: https://x.example"),
            format!("Hi\n\n{person}: <https://x.example>"),
        ),
        (
            "x\n\n[Omar Haddad]: ok\n\ny".to_owned(),
            "x\n\n\\[Omar Haddad\\]: ok\n\ny".to_owned(),
        ),
        ("[APP-1]: done".to_owned(), "\\[APP-1\\]: done".to_owned()),
        ("[1]: see".to_owned(), "\\[1\\]: see".to_owned()),
        (
            "[1]: see\n[2]: \"so\"\nand more".to_owned(),
            "\\[1\\]: see\n\n\\[2\\]: \"so\"\n\nand more".to_owned(),
        ),
        (
            "> [1]:\n> see\n\n- a\n\n  [b]: c\n- [x]: d".to_owned(),
            "> \\[1\\]: see\n\n- a\n\n  \\[b\\]: c\n\n- \\[x\\]: d".to_owned(),
        ),
    ] {
        let found = shown(&markdown);
        assert_eq!(found, expected, "{markdown}");
        assert_eq!(shown(&found), expected, "{markdown}");
    }
    assert_eq!(markdown_to_storage("[1]: see"), "<p>[1]: see</p>");
    assert_eq!(markdown_to_wiki("[APP-1]: done"), "\\[APP-1]: done");
}

#[test]
fn a_definition_that_is_used_defines() {
    let link = "[the page](https://a.example)";
    for markdown in [
        "[the page][1]\n\n[1]: https://a.example",
        "[1]: https://a.example\n\n[the page][1]",
        "[The Page]: https://a.example\n[the page]",
        "> [1]: https://a.example\n\n[the page][1]",
        "[the page][1]\n\n[//]: # (nobody sees this)\n[comment]: <> (nor this)\n[1]: https://a.example",
    ] {
        assert!(shown(markdown).contains(link), "{}", shown(markdown));
        assert!(!shown(markdown).contains("nobody"), "{}", shown(markdown));
        assert!(!shown(markdown).contains("]:"), "{}", shown(markdown));
    }
    assert_eq!(
        shown("[the page][1]\n\n[1]: https://a.example\n[1]: again"),
        format!("{link}\n\n\\[1\\]: again")
    );
    let code = "```\n[1]: see\n```";
    assert_eq!(shown(code), code);
}

fn with_media() -> Value {
    json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [
            { "type": "text", "text": "see " },
            { "type": "status", "attrs": { "text": "DONE", "color": "green" } },
        ]},
        { "type": "mediaSingle", "attrs": { "layout": "center" }, "content": [
            { "type": "media", "attrs": { "type": "file", "id": "8a-1", "collection": "c", "alt": "shot.png" } },
        ]},
    ]})
}

/// The placeholder of a kind in a text.
fn address(markdown: &str, kind: &str) -> String {
    let from = markdown.find(&format!("keep:{kind}")).unwrap();
    let address = &markdown[from..];
    address[..address.find(')').unwrap()].to_owned()
}

#[test]
fn a_placeholder_in_other_letters_is_the_placeholder() {
    let document = with_media();
    let markdown = adf_to_markdown(&document);
    let (media, status) = (address(&markdown, "media"), address(&markdown, "status"));
    let picture = format!("![shot.png]({media})");
    let word = format!("[DONE]({status})");
    assert!(
        markdown.contains(&picture) && markdown.contains(&word),
        "{markdown}"
    );
    for (from, to) in [
        (&picture, format!("![shot.png]({})", media.to_uppercase())),
        (
            &picture,
            format!("![shot.png]({})", media.replace(':', "%3A")),
        ),
        (
            &picture,
            format!("![shot.png]({})", media.replace("keep:", "%6Beep%3a")),
        ),
        (&picture, format!("<img src=\"{media}\" alt='shot.png'>")),
        (
            &picture,
            format!("<p><img src='{}'/></p>", media.replace("keep", "Keep")),
        ),
        (&word, format!("<a href=\"{status}\">DONE</a>")),
        (&word, format!("<{status}>").replace("keep", "KEEP")),
    ] {
        let edited = markdown.replace(from.as_str(), &to);
        let refused = Losses::Refused;
        // Between angle brackets an address is its own words, which are others.
        let expected = if to.starts_with("<KEEP") {
            Err(Lost::Words(status["keep:".len()..].to_owned()))
        } else {
            Ok(document.clone())
        };
        assert_eq!(edit_adf(&document, &edited, refused), expected, "{to}");
        assert!(placeholder_in(&to).is_some(), "{to}");
    }
}

#[test]
fn a_placeholder_that_became_text_is_refused() {
    let document = with_media();
    let markdown = adf_to_markdown(&document);
    let (media, status) = (address(&markdown, "media"), address(&markdown, "status"));
    let (picture, word) = (format!("![shot.png]({media})"), format!("[DONE]({status})"));
    for (from, to) in [
        (&word, format!("`{word}`")),
        (&word, format!("<a href=\"{status}\">DONE")),
        (&word, format!("\\{word}")),
        (&word, format!("[DONE](https://x.example/{status})")),
        (&word, format!("[DONE](/{status})")),
        (&picture, format!("```\n{picture}\n```")),
        (&picture, format!("- a\n\n      {picture}")),
        (
            &picture,
            format!("shot.png (see keep%3a{})", &media["keep:".len()..]),
        ),
    ] {
        let edited = markdown.replace(from.as_str(), &to);
        let refused = edit_adf(&document, &edited, Losses::Refused);
        assert!(refused.is_err(), "{to}: {refused:?}");
        assert!(edit_adf(&document, &edited, Losses::Accepted).is_ok());
    }
    // Beside the placeholder itself its name may stand.
    let edited = markdown.replace("see ", &format!("see `{status}` "));
    assert!(edit_adf(&document, &edited, Losses::Refused).is_ok());
}

#[test]
fn what_was_not_shown_stays_in_blocks_that_were_left_alone() {
    fn visible(text: &str) -> Cow<'_, str> {
        let is_hidden = |c: char| {
            matches!(
                c,
                '\u{ad}' | '\u{200b}' | '\u{200f}' | '\u{202b}' | '\u{202c}' | '\u{feff}'
            )
        };
        Cow::Owned(text.replace(is_hidden, ""))
    }
    let page = "<p>a&nbsp;b&#8203;c &rlm; d&shy;e</p>\
        <ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[x\u{200b} = \u{feff}1]]></ac:plain-text-body></ac:structured-macro>\
        <p>word</p>";
    let shown = storage_to_markdown(page);
    let edited = visible(&shown).replace("word", "other word");
    let edited = with_unseen(&shown, &edited, visible);
    assert_eq!(
        edit_storage(page, &edited, Losses::Refused).unwrap(),
        page.replace("word", "other word")
    );
}
