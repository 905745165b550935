//! Links to headings of the same page.

use crate::{Losses, edit_storage, markdown_to_adf, markdown_to_storage, storage_to_markdown};

fn link(anchor: &str, text: &str) -> String {
    format!("<ac:link ac:anchor=\"{anchor}\"><ac:link-body>{text}</ac:link-body></ac:link>")
}

#[test]
fn a_link_to_a_heading_leads_to_what_confluence_calls_it() {
    let markdown = "[up](#my-heading-now) or [**there**](#other)\n\n## My heading: now";
    let written = markdown_to_storage(markdown);
    let [up, other] = [
        link("My-heading:-now", "up"),
        link("other", "<strong>there</strong>"),
    ];
    assert_eq!(
        written,
        format!("<p>{up} or {other}</p><h2>My heading: now</h2>")
    );
    let shown = storage_to_markdown(&written);
    assert_eq!(
        shown,
        markdown.replace("#my-heading-now", "#My-heading:-now")
    );
    assert_eq!(markdown_to_storage(&shown), written);
    // ADF takes such an address as it is.
    let adf = markdown_to_adf("[up](#a)");
    assert_eq!(
        adf.pointer("/content/0/content/0/marks/0/attrs/href")
            .unwrap(),
        "#a"
    );
}

#[test]
fn links_to_places_of_a_page_stay_byte_for_byte() {
    for page in [
        "<p>see <ac:link ac:anchor=\"My heading\"><ac:plain-text-link-body><![CDATA[up]]></ac:plain-text-link-body></ac:link> now</p><h1>My heading</h1>",
        "<p>see <ac:link ac:anchor=\"top\" ><ac:link-body>the <em>top</em></ac:link-body></ac:link> now</p>",
        "<p>see <a href=\"#my-heading\" class=\"x\">up</a> now</p><h1>My heading</h1>",
        "<p>see <ac:link ac:anchor=\"top\" ac:card-appearance=\"inline\"><ac:link-body>up</ac:link-body></ac:link> now</p>",
        "<p>see <ac:link ac:anchor=\"top\"/> now</p>",
    ] {
        let shown = storage_to_markdown(page);
        let edited = edit_storage(page, &shown.replace("now", "later"), Losses::Refused);
        assert_eq!(edited, Ok(page.replace("now", "later")), "{shown}");
    }
}

#[test]
fn the_words_and_the_place_of_such_a_link_change() {
    let page = format!("<p>see {} now</p><h1>My heading</h1>", link("top", "up"));
    let shown = storage_to_markdown(&page);
    assert_eq!(shown, "see [up](#top) now\n\n# My heading");
    let edit =
        |from: &str, to: &str| edit_storage(&page, &shown.replace(from, to), Losses::Refused);
    assert_eq!(edit("up", "down"), Ok(page.replace("up", "down")));
    assert_eq!(
        edit("#top", "#my-heading"),
        Ok(page.replace("top", "My-heading"))
    );
    assert_eq!(
        edit("[up](#top)", "up"),
        Ok(page.replace(&link("top", "up"), "up"))
    );
}
