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

fn attached(alt: Option<&str>, caption: Option<&str>) -> Value {
    let mut media =
        json!({ "type": "media", "attrs": { "type": "file", "id": "8a-1", "collection": "" } });
    if let Some(alt) = alt {
        media["attrs"]["alt"] = json!(alt);
    }
    let mut single =
        json!({ "type": "mediaSingle", "attrs": { "layout": "center" }, "content": [media] });
    if let Some(caption) = caption {
        let text = json!({ "type": "text", "text": caption, "marks": [{ "type": "em" }] });
        let caption = json!({ "type": "caption", "content": [text] });
        single["content"].as_array_mut().unwrap().push(caption);
    }
    single
}

fn beside_each_other(content: &[Value]) -> Value {
    json!({ "type": "doc", "version": 1, "content": content })
}

#[test]
fn an_attached_picture_of_a_document_gets_other_words_and_stays_what_it_is() {
    let long = "a view of the whole yard with every machine in it, as it was seen on the morning of the fair";
    for (old, shown, edited, new) in [
        (
            (Some("shot.png"), None),
            "![shot.png]",
            "![the view]",
            (Some("the view"), None),
        ),
        (
            (None, None),
            "![8a-1]",
            "![the view]",
            (Some("the view"), None),
        ),
        (
            (Some("shot.png"), None),
            "![shot.png]",
            &format!("![{long}]"),
            (Some(long), None),
        ),
        (
            (Some("a.png"), Some("Fig. 1")),
            "![a.png, Fig. 1]",
            "![the view, Fig. 1]",
            (Some("the view"), Some("Fig. 1")),
        ),
        (
            (Some("a.png"), Some("Fig. 1")),
            "![a.png, Fig. 1]",
            "![a.png, Fig. 2, left]",
            (Some("a.png"), Some("Fig. 2, left")),
        ),
    ] {
        let current = beside_each_other(&[attached(old.0, old.1)]);
        let text = adf_to_markdown(&current);
        assert!(text.starts_with(shown), "{text}");
        let edited = edit_adf(&current, &text.replace(shown, edited), Losses::Refused);
        let meant = beside_each_other(&[attached(new.0, new.1)]);
        assert_eq!(edited, Ok(meant), "{text}");
    }
}

#[test]
fn of_equal_pictures_the_one_that_is_meant_gets_other_words() {
    let same = || attached(Some("shot.png"), None);
    let text =
        |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let current = beside_each_other(&[same(), text("between"), same(), same()]);
    let shown = adf_to_markdown(&current);
    let places: Vec<usize> = shown.match_indices("shot.png").map(|(at, _)| at).collect();
    let mut edited = shown.clone();
    edited.replace_range(places[1]..places[1] + "shot.png".len(), "view");
    let meant = beside_each_other(&[
        same(),
        text("between"),
        attached(Some("view"), None),
        same(),
    ]);
    assert_eq!(edit_adf(&current, &edited, Losses::Refused), Ok(meant));
}

#[test]
fn words_that_nobody_can_tell_from_others_are_refused() {
    let mut several = attached(Some("a.png"), Some("Fig. 1"));
    several["content"][1]["content"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "type": "text", "text": " more" }));
    let long = attached(Some(&"long ".repeat(40)), None);
    for node in [several, long, attached(Some("a.png"), Some("Fig. 1"))] {
        let current = beside_each_other(&[node]);
        let shown = adf_to_markdown(&current);
        let end = shown.find("](").unwrap();
        let edited = format!("![else{}", &shown[end..]);
        let refused = edit_adf(&current, &edited, Losses::Refused).unwrap_err();
        let reference = &shown[end + "](keep:".len()..shown.len() - 1];
        assert_eq!(
            refused.to_string(),
            format!(
                "holds other words in the placeholder `keep:{reference}`; they only show what it stands for, which can be moved or deleted, but not be changed"
            )
        );
    }
}

#[test]
fn an_attached_picture_of_a_page_gets_other_words_and_stays_what_it_is() {
    let attachment = r#"<ri:attachment ri:filename="a.png" />"#;
    for (old, from, to, new) in [
        (
            format!(r#"<p>x <ac:image ac:width="300">{attachment}</ac:image></p>"#),
            "![a.png]",
            "![the \"view\" & more]",
            format!(
                r#"<p>x <ac:image ac:width="300" ac:alt="the &quot;view&quot; &amp; more">{attachment}</ac:image></p>"#
            ),
        ),
        (
            format!(r#"<ac:image ac:alt='o>d' ac:width="300">{attachment}</ac:image>"#),
            "![o>d]",
            "![new]",
            format!(r#"<ac:image ac:alt="new" ac:width="300">{attachment}</ac:image>"#),
        ),
        (
            format!(
                "<ac:image>{attachment}<ac:caption><p>Fig. <em>1</em></p></ac:caption></ac:image>"
            ),
            "![a.png, Fig. 1]",
            "![view, Fig. 1]",
            format!(
                r#"<ac:image ac:alt="view">{attachment}<ac:caption><p>Fig. <em>1</em></p></ac:caption></ac:image>"#
            ),
        ),
        (
            format!("<ac:image>{attachment}<ac:caption><p>Fig. 1</p></ac:caption></ac:image>"),
            "![a.png, Fig. 1]",
            "![a.png, Fig. <2>]",
            format!(
                "<ac:image>{attachment}<ac:caption><p>Fig. &lt;2&gt;</p></ac:caption></ac:image>"
            ),
        ),
    ] {
        let shown = storage_to_markdown(&old);
        assert!(shown.contains(from), "{shown}");
        let edited = edit_storage(&old, &shown.replace(from, to), Losses::Refused);
        assert_eq!(edited, Ok(new), "{shown}");
    }
    let marked =
        format!("<ac:image>{attachment}<ac:caption><p>Fig. <em>1</em></p></ac:caption></ac:image>");
    let shown = storage_to_markdown(&marked).replace("Fig. 1", "Fig. 2");
    assert!(edit_storage(&marked, &shown, Losses::Refused).is_err());
}

#[test]
fn an_attached_picture_of_a_text_gets_other_words_and_stays_what_it_is() {
    for (old, from, to, new) in [
        (
            "see !shot.png!",
            "![shot.png]",
            "![the view]",
            "see !shot.png|alt=the view!",
        ),
        (
            "!shot.png|thumbnail! and !shot.png|thumbnail!",
            " ![shot.png]",
            " ![view]",
            "!shot.png|thumbnail! and !shot.png|thumbnail,alt=view!",
        ),
        (
            "|| a ||\n| !shot.png|width=300,alt=old,height=200! |",
            "![old]",
            "![new]",
            "|| a ||\n| !shot.png|width=300,alt=new,height=200! |",
        ),
        (
            "* one !a.png!\n* two",
            "![a.png]",
            "![b]",
            "* one !a.png|alt=b!\n* two",
        ),
    ] {
        let shown = wiki_to_markdown(old);
        assert!(shown.contains(from), "{shown}");
        let edited = edit_wiki(old, &shown.replace(from, to), Losses::Refused);
        assert_eq!(edited.as_deref(), Ok(new), "{shown}");
        assert!(wiki_to_markdown(new).contains(to.trim()), "{new}");
    }
    // Wiki markup cannot say these.
    let shown = wiki_to_markdown("!shot.png!");
    for words in ["wow!", "a, b", "a \\| b"] {
        let edited = shown.replace("![shot.png]", &format!("![{words}]"));
        assert!(
            edit_wiki("!shot.png!", &edited, Losses::Refused).is_err(),
            "{words}"
        );
    }
}
