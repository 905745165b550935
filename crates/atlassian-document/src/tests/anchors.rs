//! Links to headings of the same page.

use crate::{
    Losses, edit_storage, edited_storage_for_data_center, markdown_to_adf, markdown_to_storage,
    storage_for_data_center, storage_to_markdown,
};

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

#[test]
fn a_link_to_a_heading_leads_to_what_data_center_calls_it() {
    let markdown = "[up](#my-heading-now) or [there](#other)\n\n## My heading: now";
    let cloud = markdown_to_storage(markdown);
    let there = storage_for_data_center(&cloud);
    assert_eq!(there, cloud.replace("My-heading:-now", "Myheading:now"));
    // It is shown as it is, and stays; another one that is added is called so, too.
    let shown = storage_to_markdown(&there);
    assert_eq!(shown, markdown.replace("#my-heading-now", "#Myheading:now"));
    let more = format!("{shown}\n\n[again](#my-heading-now)");
    let edited = edit_storage(&there, &more, Losses::Refused).unwrap();
    let expected = format!("{there}<p>{}</p>", link("Myheading:now", "again"));
    assert_eq!(edited_storage_for_data_center(&edited, &there), expected);
    // A page that has such a name already has it from somebody who knows.
    assert_eq!(edited_storage_for_data_center(&cloud, &cloud), cloud);
}
