//! Pictures that lie beside a text, by the names of their files.

use serde_json::json;

use crate::{
    Losses, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, pictures_by_name, storage_to_markdown, wiki_to_markdown,
    with_files,
};

fn files(names: &[&str]) -> Vec<(String, Option<String>)> {
    let files = names.iter();
    files
        .map(|name| ((*name).to_owned(), Some(String::from("8f1f-media"))))
        .collect()
}

#[test]
fn a_picture_of_a_file_beside_the_text_is_that_file_in_every_format() {
    let chart = files(&["chart.png"]);
    for markdown in [
        "![Chart](chart.png)",
        "![Chart](./chart.png)",
        "![Chart](Chart.PNG)",
    ] {
        let text = with_files(markdown, &chart);
        let document = markdown_to_adf(&text);
        assert_eq!(
            document["content"][0]["content"][0]["attrs"],
            json!({"type": "file", "id": "8f1f-media", "collection": "", "alt": "Chart"}),
            "{markdown}"
        );
        assert_eq!(
            markdown_to_wiki(&text),
            "!chart.png|alt=Chart!",
            "{markdown}"
        );
        assert_eq!(
            markdown_to_storage(&text),
            "<p><ac:image ac:alt=\"Chart\"><ri:attachment ri:filename=\"chart.png\"/></ac:image></p>",
            "{markdown}"
        );
    }
    let text = with_files(
        "a ![](my%20%26%20ours.svg \"Plan\") b",
        &files(&["my & ours.svg"]),
    )
    .into_owned();
    assert_eq!(markdown_to_wiki(&text), "a !my & ours.svg! b");
    assert_eq!(
        markdown_to_storage(&text),
        "<p>a <ac:image ac:title=\"Plan\"><ri:attachment ri:filename=\"my &amp; ours.svg\"/></ac:image> b</p>"
    );
    // Where ADF has no place for a picture, its words stay.
    let heading = with_files("# See ![Chart](chart.png)", &chart);
    assert_eq!(adf_to_markdown(&markdown_to_adf(&heading)), "# See Chart");
}

#[test]
fn what_is_no_file_beside_the_text_stays_what_it_was() {
    let chart = files(&["chart.png"]);
    for markdown in [
        "![Chart](other.png)",
        "![Chart](img/chart.png)",
        "`![Chart](chart.png)`",
        "    ![Chart](chart.png)",
        "\\![Chart](chart.png)",
        "[Chart](chart.png)",
        "![Chart][c]\n\n[c]: chart.png",
        "![Chart](https://a.example/chart.png)",
    ] {
        assert_eq!(with_files(markdown, &chart), markdown);
    }
    assert_eq!(
        pictures_by_name("![Chart](img/chart.png) ![](keep:x-1) ![](a)"),
        [""; 0]
    );
    let hostile = with_files("![x](a!b.png)", &files(&["a!b.png"])).into_owned();
    assert_eq!(
        markdown_to_wiki(&hostile),
        markdown_to_wiki("![x](a!b.png)")
    );
}

#[test]
fn a_picture_is_added_to_what_is_there_and_stays_when_the_text_around_it_changes() {
    let chart = files(&["chart.png"]);
    let added =
        |shown: &str| with_files(&format!("{shown}\n\n![Chart](chart.png)"), &chart).into_owned();
    let losses = Losses::Refused;

    let storage = edit_storage("<p>One.</p>", &added("One."), losses).unwrap();
    assert!(
        storage.contains("<ri:attachment ri:filename=\"chart.png\"/>"),
        "{storage}"
    );
    let shown = storage_to_markdown(&storage);
    let again = edit_storage(&storage, &shown.replace("One", "Two"), losses).unwrap();
    assert_eq!(again, storage.replace("One", "Two"));

    let wiki = edit_wiki("One.", &added("One."), losses).unwrap();
    assert_eq!(wiki, "One.\n\n!chart.png|alt=Chart!");
    let again = edit_wiki(
        &wiki,
        &wiki_to_markdown(&wiki).replace("One", "Two"),
        losses,
    )
    .unwrap();
    assert_eq!(again, wiki.replace("One", "Two"));

    let document = markdown_to_adf("One.");
    let document = edit_adf(&document, &added("One."), losses).unwrap();
    assert_eq!(
        document["content"][1]["content"][0]["attrs"]["id"],
        "8f1f-media"
    );
    let shown = adf_to_markdown(&document);
    let again = edit_adf(&document, &shown.replace("One", "Two"), losses).unwrap();
    assert_eq!(again["content"][1], document["content"][1]);
}
