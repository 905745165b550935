//! Addresses as people write them, without any mark: GFM's extended autolinks, in every format.

use serde_json::{Value, json};

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_to_markdown, wiki_to_markdown,
};

/// What is written, where it leads, and the Markdown that it comes back as.
const ADDRESSES: &[(&str, &str, &str)] = &[
    (
        "www.example.com",
        "http://www.example.com",
        "[www.example.com](http://www.example.com)",
    ),
    (
        "www.a.example/p?q=1&r=2",
        "http://www.a.example/p?q=1&r=2",
        "[www.a.example/p?q=1&r=2](http://www.a.example/p?q=1&r=2)",
    ),
    (
        "me@example.com",
        "mailto:me@example.com",
        "<me@example.com>",
    ),
    (
        "a.b-c_d+e@a-b.example",
        "mailto:a.b-c_d+e@a-b.example",
        "<a.b-c_d+e@a-b.example>",
    ),
    (
        "mailto:me@example.com",
        "mailto:me@example.com",
        "<mailto:me@example.com>",
    ),
    (
        "https://example.com/a",
        "https://example.com/a",
        "<https://example.com/a>",
    ),
];

#[test]
fn a_bare_address_becomes_a_link_in_every_format() {
    for (text, href, markdown) in ADDRESSES {
        for (before, behind) in [
            ("", ""),
            ("see ", ", then"),
            ("(", ")."),
            ("> - **x** ", "!"),
            ("| a |\n| --- |\n| ", " |"),
        ] {
            let source = format!("{before}{text}{behind}");
            let adf = markdown_to_adf(&source).to_string();
            let link = json!({ "type": "link", "attrs": { "href": href } }).to_string();
            assert!(adf.contains(&link), "{adf}");
            let storage = markdown_to_storage(&source);
            let link = format!(
                "<a href=\"{0}\">{1}</a>",
                href.replace('&', "&amp;"),
                text.replace('&', "&amp;")
            );
            assert!(storage.contains(&link), "{storage}");
            let wiki = markdown_to_wiki(&source);
            let link = if text == href {
                format!("[{href}]")
            } else {
                format!("|{href}]")
            };
            assert!(wiki.contains(&link), "{wiki}");
            for read in [
                adf_to_markdown(&markdown_to_adf(&source)),
                storage_to_markdown(&storage),
                wiki_to_markdown(&wiki),
            ] {
                assert!(
                    read.contains(&format!("{markdown}{}", behind.trim_end_matches(" |"))),
                    "{read}"
                );
            }
        }
    }
}

#[test]
fn an_address_that_is_mere_text_in_a_document_stays_so() {
    for (text, ..) in ADDRESSES {
        let escaped = text.replace('&', "&amp;");
        let page = format!("<p>see {escaped}, some words</p><p><b>{escaped}</b></p>");
        let shown = storage_to_markdown(&page);
        assert_eq!(
            edit_storage(&page, &shown, Losses::Refused).as_deref(),
            Ok(&*page)
        );
        let edited = edit_storage(&page, &shown.replace("some", "other"), Losses::Refused);
        assert_eq!(edited, Ok(page.replace("some", "other")), "{shown}");
        // As it was written, too, and not as it is shown.
        let bare = format!("see {text}, other words\n\n**{text}**");
        let edited = edit_storage(&page, &bare, Losses::Refused);
        assert_eq!(edited, Ok(page.replace("some", "other")), "{shown}");

        let wiki = format!("see {text}, some words\n\n* {text}\n\n|{text}|x|");
        let shown = wiki_to_markdown(&wiki);
        assert_eq!(
            edit_wiki(&wiki, &shown, Losses::Refused).as_deref(),
            Ok(&*wiki)
        );
        let edited = edit_wiki(&wiki, &shown.replace("some", "other"), Losses::Refused);
        assert_eq!(edited, Ok(wiki.replace("some", "other")), "{shown}");

        let words = json!([{ "type": "text", "text": format!("see {text}, some words") }]);
        let document = json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": words }] });
        let shown = adf_to_markdown(&document);
        assert_eq!(
            edit_adf(&document, &shown, Losses::Refused).as_ref(),
            Ok(&document)
        );
        let edited = edit_adf(&document, &shown.replace("some", "other"), Losses::Refused).unwrap();
        assert_eq!(
            edited.to_string(),
            document.to_string().replace("some", "other"),
            "{shown}"
        );
    }
}

#[test]
fn code_and_links_and_words_that_are_no_address_stay() {
    for text in [
        "`www.example.com`",
        "`me@example.com`",
        "me@example",
        "react@18.2.0",
        "www.example",
        "@mia",
        "a@b.c@d.e",
    ] {
        let storage = markdown_to_storage(text);
        assert!(!storage.contains("href"), "{storage}");
    }
    let storage =
        markdown_to_storage("[www.a.example](https://b.example) <https://c.example/me@d.example>");
    assert_eq!(storage.matches("href").count(), 2, "{storage}");
}

#[test]
fn plain_text_that_reads_as_an_address_gains_no_link_where_only_its_words_change() {
    let paragraph = |text: &str| {
        let text = json!({ "type": "text", "text": text });
        json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [text] }] })
    };
    let shown = adf_to_markdown(&paragraph("see www.example.com/one today"));
    let changed = shown.replacen("/one", "/two", 1);
    assert_eq!(
        edit_adf(
            &paragraph("see www.example.com/one today"),
            &changed,
            Losses::Refused
        ),
        Ok(paragraph("see www.example.com/two today"))
    );
    let page = "<p>see www.example.com/one today</p>";
    let shown = storage_to_markdown(page);
    let edited = edit_storage(page, &shown.replacen("/one", "/two", 1), Losses::Refused);
    assert_eq!(
        edited.as_deref(),
        Ok("<p>see www.example.com/two today</p>")
    );
}

#[test]
fn angle_brackets_around_what_is_no_address_are_text() {
    for text in [
        "std::map<std::string,int>",
        "Vec<crate::Type> and <foo::Bar>",
        "use <soap:Envelope> and </soap:Envelope>",
        "<ns:tag>value</ns:tag>",
        "<xsl:template> <android:layout_width> <spring:bean>",
        "<host:port> <key:value> <HH:MM> <YYYY-MM-DDTHH:mm>",
        "<user:pass>@host <pod:name> <org.apache:commons:1.0> <java:comp/env>",
        "<custom-scheme://x> <javascript:alert(1)>",
    ] {
        let adf = markdown_to_adf(text);
        let stored = adf["content"][0]["content"][0]["text"].clone();
        assert_eq!(stored, *text);
        let marks = &adf["content"][0]["content"][0]["marks"];
        assert_eq!(*marks, Value::Null, "{text}");
        let storage = markdown_to_storage(text);
        let spelt = text.replace('<', "&lt;").replace('>', "&gt;");
        assert_eq!(storage, format!("<p>{spelt}</p>"));
        let wiki = markdown_to_wiki(text);
        let shown = [
            adf_to_markdown(&adf),
            storage_to_markdown(&storage),
            wiki_to_markdown(&wiki),
        ];
        for shown in shown {
            assert_eq!(markdown_to_adf(&shown), adf, "{shown}");
        }
    }
    for link in [
        "<https://example.com:8080/a>",
        "<mailto:mia@example.com>",
        "<tel:+49-1>",
        "<mia@example.com>",
    ] {
        let adf = markdown_to_adf(link);
        let mark = &adf["content"][0]["content"][0]["marks"][0]["type"];
        assert_eq!(mark, "link", "{link}");
    }
}
