//! Pictures with other words: how large they are and where they stand is no matter of their words.

use serde_json::{Value, json};

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    wiki_to_markdown,
};

fn single(alt: Option<&str>) -> Value {
    let mut media = json!({
        "type": "media",
        "attrs": { "type": "external", "url": "https://example.com/a.png", "width": 640, "height": 480 },
        "marks": [
            { "type": "border", "attrs": { "size": 2, "color": "#091e42" } },
            { "type": "link", "attrs": { "href": "https://example.com" } },
        ],
    });
    if let Some(alt) = alt {
        media["attrs"]["alt"] = json!(alt);
    }
    json!({ "type": "mediaSingle", "attrs": { "layout": "wrap-right", "width": 40, "widthType": "percentage" }, "content": [media] })
}

fn document(alt: Option<&str>) -> Value {
    let text =
        |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    json!({ "type": "doc", "version": 1, "content": [text("before"), single(alt), text("behind")] })
}

#[test]
fn other_words_for_a_picture_of_a_document_change_nothing_else() {
    for (old, new) in [
        (Some("shot"), Some("view")),
        (Some("shot"), None),
        (None, Some("view")),
    ] {
        let current = document(old);
        let shown = adf_to_markdown(&current);
        let [from, to] = [old, new].map(|alt| format!("![{}](", alt.unwrap_or_default()));
        let edited = edit_adf(&current, &shown.replace(&from, &to), Losses::Refused);
        assert_eq!(edited, Ok(document(new)), "{shown}");
    }
}

#[test]
fn a_picture_of_a_document_that_leads_elsewhere_keeps_its_size_and_its_border() {
    let current = document(Some("shot"));
    let shown = adf_to_markdown(&current);
    let mut elsewhere = current.clone();
    elsewhere["content"][1]["content"][0]["marks"][1]["attrs"]["href"] =
        json!("https://example.com/b");
    let edited = shown.replace("](https://example.com)", "](https://example.com/b)");
    assert_ne!(edited, shown);
    assert_eq!(edit_adf(&current, &edited, Losses::Refused), Ok(elsewhere));
    let mut nowhere = current.clone();
    nowhere["content"][1]["content"][0]["marks"]
        .as_array_mut()
        .unwrap()
        .pop();
    let edited = shown.replace(
        "[![shot](https://example.com/a.png)](https://example.com)",
        "![shot](https://example.com/a.png)",
    );
    assert_eq!(edit_adf(&current, &edited, Losses::Refused), Ok(nowhere));
}

#[test]
fn other_words_for_a_picture_of_a_page_change_nothing_else() {
    for page in [
        "<p>one</p><img src=\"https://example.com/a.png\" alt=\"shot\" width=\"300\" class=\"x\" /><p>two</p>",
        "<p>see <img width=\"300\" alt=\"shot\" src=\"https://example.com/a.png\"/> there and some more words</p>",
        "<p>see <a href=\"https://example.com\"><img src=\"https://example.com/a.png\" alt='shot' height=\"3\"/></a></p>",
        "<p><ac:image ac:title=\"t\" ac:alt=\"shot\"><ri:url ri:value=\"https://example.com/a.png\" /></ac:image></p>",
    ] {
        let shown = storage_to_markdown(page);
        for word in ["view", "two \"words\" & more"] {
            let edited = edit_storage(
                page,
                &shown.replace("![shot]", &format!("![{word}]")),
                Losses::Refused,
            );
            let spelt = word.replace('&', "&amp;").replace('"', "&quot;");
            let expected = page
                .replace("'shot'", "\"shot\"")
                .replace("\"shot\"", &format!("\"{spelt}\""));
            assert_eq!(edited, Ok(expected), "{shown}");
        }
    }
    let page = "<p><img src=\"https://example.com/a.png\" width=\"300\"/></p>";
    let shown = storage_to_markdown(page);
    let edited = edit_storage(page, &shown.replace("![]", "![view]"), Losses::Refused);
    let expected = page.replace("\"300\"", "\"300\" alt=\"view\"");
    assert_eq!(edited, Ok(expected), "{shown}");
}

#[test]
fn other_words_for_a_picture_of_wiki_markup_change_nothing_else() {
    let text = "see !https://example.com/a.png|alt=shot! there";
    let shown = wiki_to_markdown(text);
    let edited = edit_wiki(text, &shown.replace("shot", "view"), Losses::Refused);
    assert_eq!(edited, Ok(text.replace("shot", "view")), "{shown}");
}
