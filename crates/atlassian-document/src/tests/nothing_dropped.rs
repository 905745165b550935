//! What people write in Markdown arrives: addresses of every kind and words beyond a table's header; and
//! what a macro is about can be read.

use serde_json::json;

use crate::{
    Losses, adf_to_markdown, edit_adf, markdown_to_adf, markdown_to_storage, markdown_to_wiki,
    storage_to_markdown, wiki_to_markdown,
};

/// Through each format and back.
fn round_trips(markdown: &str) -> [String; 3] {
    [
        adf_to_markdown(&markdown_to_adf(markdown)),
        storage_to_markdown(&markdown_to_storage(markdown)),
        wiki_to_markdown(&markdown_to_wiki(markdown)),
    ]
}

fn comes_back_as(markdown: &str, expected: &str) {
    for (format, returned) in ["ADF", "storage", "wiki"].iter().zip(round_trips(markdown)) {
        assert_eq!(returned, expected, "{format} of {markdown}");
    }
}

#[test]
fn addresses_that_lead_to_another_program_are_links() {
    for address in [
        "tel:+4989123",
        "slack://channel?id=C1",
        "sip:mia@acme.example",
        "ssh://git@host.example/app.git",
        "git://host.example/app.git",
        "xmpp:mia@acme.example",
        "ftps://host.example/a",
        "magnet:?xt=urn:btih:1",
        "news:comp.example",
    ] {
        let markdown = format!("call [us]({address}) now");
        comes_back_as(&markdown, &markdown);
        let markdown = format!("<{address}>");
        comes_back_as(&markdown, &markdown);
    }
}

#[test]
fn an_address_that_cannot_be_a_link_is_said() {
    for (markdown, expected) in [
        (
            "[it](git@github.com:acme/app.git)",
            "it (git@github.com:acme/app.git)",
        ),
        ("[dev](localhost:8080/ui)", "dev (localhost:8080/ui)"),
        ("[x](vscode://file/a)", "x (vscode://file/a)"),
        ("[log](attachment:log.txt)", "log (attachment:log.txt)"),
        ("![pic](attachment:shot.png)", "pic (attachment:shot.png)"),
        ("![](cid:shot)", "(cid:shot)"),
        ("[file](file:///srv/a.txt)", "file (file:///srv/a.txt)"),
        ("[odd](http:example)", "odd (http:example)"),
        ("[x](JavaScript:alert(1))", "x"),
        ("[x](vbscript:a)", "x"),
    ] {
        comes_back_as(markdown, expected);
    }
    let windows = markdown_to_storage("[x](C:\\docs\\a.txt)");
    assert_eq!(windows, "<p>x (C:\\docs\\a.txt)</p>");
    let picture = format!("![dot](data:image/png;base64,{})", "iVBOR".repeat(1_000));
    let picture = markdown_to_storage(&picture);
    assert!(picture.starts_with("<p>dot (data:image/png;base64,iVBOR"));
    assert!(picture.ends_with("…)</p>") && picture.len() < 200);
}

#[test]
fn a_long_address_stays_once_or_stands_in_the_text() {
    let address = format!("https://s.example/?{}", "x".repeat(2_100));
    let markdown = format!("see [splunk]({address}) and ![shot]({address})");
    let adf = markdown_to_adf(&markdown).to_string();
    assert_eq!(adf.matches(&address).count(), 2);
    comes_back_as(
        &format!("see [splunk]({address})"),
        &format!("see [splunk]({address})"),
    );
    // Every marked run would repeat it.
    comes_back_as(
        &format!("[a **b** c]({address})"),
        &format!("a **b** c ({address})"),
    );
}

#[test]
fn a_link_that_markdown_cannot_carry_is_seen_and_stays() {
    let href = "vscode://file/a";
    let link = json!({ "type": "text", "text": "us", "marks": [{ "type": "link", "attrs": { "href": href } }] });
    let document = json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [link] },
        { "type": "paragraph", "content": [{ "type": "text", "text": "old" }] }] });
    let read = adf_to_markdown(&document);
    assert_eq!(read, "us (vscode://file/a)\n\nold");
    let edited = edit_adf(&document, &read.replace("old", "new"), Losses::Refused).unwrap();
    assert_eq!(edited["content"][0], document["content"][0]);
    assert_eq!(wiki_to_markdown("[us|vscode://x]"), "us (vscode://x)");
    assert_eq!(wiki_to_markdown("[us|tel:+49123]"), "[us](tel:+49123)");
}

#[test]
fn words_beyond_the_header_of_a_table_widen_it() {
    comes_back_as(
        "1 | 2\n--|--\na | b | c",
        "| 1 | 2 |  |\n| --- | --- | --- |\n| a | b | c |",
    );
    comes_back_as(
        "| Name | Regex |\n|---|---|\n| a | `x|y` | kept? |\n| b | c |",
        "| Name | Regex |  |\n| --- | --- | --- |\n| a | `x\\|y` | kept? |\n| b | c |  |",
    );
    let quoted = markdown_to_storage("> | a |\n> |---|\n> | b | c | d | |");
    assert!(quoted.contains("<td>d</td></tr>"), "{quoted}");
    let code = "```\n| a |\n|---|\n| b | c |\n```";
    comes_back_as(code, code);
}

#[test]
fn a_bar_in_code_splits_no_row_that_fits_with_it() {
    comes_back_as(
        "| Name | Regex |\n| --- | --- |\n| a | `x|y` |",
        "| Name | Regex |\n| --- | --- |\n| a | `x\\|y` |",
    );
    let escaped = "| a |\n| --- |\n| `\\\\|` |";
    comes_back_as(escaped, escaped);
    // GFM splits it, and the row fits.
    comes_back_as(
        "| a | b | c |\n| --- | --- | --- |\n| a | `x|y` |",
        "| a | b | c |\n| --- | --- | --- |\n| a | \\`x | y\\` |",
    );
}

#[test]
fn a_row_of_very_many_cells_keeps_its_words() {
    let cells: Vec<String> = (0..300).map(|number| format!("w{number}")).collect();
    let markdown = format!("| a |\n| --- |\n| {} |", cells.join(" | "));
    let storage = markdown_to_storage(&markdown);
    assert!(cells.iter().all(|word| storage.contains(word.as_str())));
}

#[test]
fn the_placeholder_of_a_macro_says_what_it_is_about() {
    let parameter = |name: &str, value: &str| {
        format!("<ac:parameter ac:name=\"{name}\">{value}</ac:parameter>")
    };
    for (name, parameters, expected) in [
        (
            "profile",
            parameter("user", "<ri:user ri:account-id=\"5b10\"/>"),
            "profile @5b10",
        ),
        (
            "include",
            parameter(
                "",
                "<ac:link><ri:page ri:space-key=\"ENG\" ri:content-title=\"Home\"/></ac:link>",
            ),
            "include ENG:Home",
        ),
        (
            "excerpt-include",
            parameter("page", "Home"),
            "excerpt-include Home",
        ),
        (
            "jira",
            parameter("server", "Jira") + &parameter("jqlQuery", "project = APP"),
            "jira project = APP",
        ),
        (
            "jira",
            parameter("jqlQuery", "x") + &parameter("key", "APP-1"),
            "jira APP-1",
        ),
        (
            "view-file",
            parameter("name", "<ri:attachment ri:filename=\"a.pdf\"/>"),
            "view-file a.pdf",
        ),
        (
            "widget",
            parameter("url", "<ri:url ri:value=\"https://v.example/1\"/>"),
            "widget https://v.example/1",
        ),
        (
            "iframe",
            parameter("src", "https://v.example/2"),
            "iframe https://v.example/2",
        ),
        ("drawio", parameter("diagramName", "flow"), "drawio flow"),
        ("chart", parameter("title", "Load"), "chart Load"),
        ("toc", parameter("maxLevel", "3"), "toc"),
    ] {
        let page = format!(
            "<p>a <ac:structured-macro ac:name=\"{name}\">{parameters}</ac:structured-macro></p>"
        );
        let read = storage_to_markdown(&page);
        assert!(
            read.starts_with(&format!("a [macro: {expected}](keep:macro-")),
            "{read}"
        );
    }
}

#[test]
fn the_placeholder_of_an_extension_says_what_it_is_about() {
    let node = json!({ "type": "doc", "version": 1, "content": [{ "type": "extension", "attrs": {
        "extensionKey": "drawio", "extensionType": "com.atlassian.confluence.macro.core",
        "parameters": { "macroParams": { "border": { "value": "true" }, "diagramName": { "value": "flow" } } } } }] });
    assert!(adf_to_markdown(&node).starts_with("[macro: drawio flow](keep:macro-"));
}
