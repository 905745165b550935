//! People's names: shown where they are known, and no change of a document.

use crate::{
    Losses, edit_storage, edit_wiki, people_in_storage, storage_to_markdown_with_names,
    wiki_to_markdown,
};

const PAGE: &str = "<p>ask <ac:link><ri:user ri:account-id=\"5b10\" /></ac:link> or \
    <ac:link><ri:user ri:account-id=\"6c20\" /></ac:link>\u{1f389}</p>\
    <ul><li><p><ac:link><ri:user ri:account-id=\"5b10\" /></ac:link></p></li></ul>\
    <p><ac:link><ri:user ri:account-id=\"7d30\" /><ac:link-body>Noor</ac:link-body></ac:link> <ac:emoticon ac:name=\"smile\" /></p>\
    <ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[@[5b10](accountid:5b10)]]></ac:plain-text-body></ac:structured-macro>";

fn name(account: &str) -> Option<String> {
    (account == "5b10").then(|| String::from("Mia [K]"))
}

#[test]
fn people_are_read_by_their_names_where_these_are_known() {
    assert_eq!(people_in_storage(PAGE), ["5b10", "6c20"]);
    let markdown = storage_to_markdown_with_names(PAGE, name);
    assert!(
        markdown.starts_with(r"ask @[Mia \[K\]](accountid:5b10) or @[6c20](accountid:6c20)"),
        "{markdown}"
    );
    assert!(
        markdown.contains(r"- @[Mia \[K\]](accountid:5b10)"),
        "{markdown}"
    );
    assert!(markdown.contains("@[Noor](accountid:7d30)"), "{markdown}");
    assert!(
        markdown.contains("\n@[5b10](accountid:5b10)\n"),
        "literal text stays: {markdown}"
    );
}

#[test]
fn a_name_changes_nothing_in_an_edit() {
    let markdown = storage_to_markdown_with_names(PAGE, name);
    assert_eq!(
        edit_storage(PAGE, &markdown, Losses::Refused).unwrap(),
        PAGE
    );
    let renamed = markdown.replace("Mia", "Mina").replace("[Noor]", "[7d30]");
    assert_eq!(edit_storage(PAGE, &renamed, Losses::Refused).unwrap(), PAGE);
    let edited = edit_storage(PAGE, &markdown.replace("ask", "tell"), Losses::Refused).unwrap();
    assert!(
        edited.starts_with("<p>tell <ac:link><ri:user ri:account-id=\"5b10\""),
        "{edited}"
    );
    // Another person is one.
    let other = markdown.replace("(accountid:6c20)", "(accountid:9f90)");
    assert!(
        edit_storage(PAGE, &other, Losses::Refused)
            .unwrap()
            .contains("9f90")
    );

    let wiki = "ask [~mia] and [Noor|~noor] {color:red}now{color}";
    let markdown = wiki_to_markdown(wiki);
    let renamed = markdown
        .replace("@[mia]", "@[Mia Krystof]")
        .replace("[Noor]", "[noor]");
    assert_ne!(renamed, markdown);
    assert_eq!(edit_wiki(wiki, &renamed, Losses::Refused).unwrap(), wiki);
}

#[test]
fn a_person_before_a_colon_is_no_definition_wherever_else_the_person_is_named() {
    let person = "<ac:link><ri:user ri:account-id=\"5b10\"/></ac:link>";
    for (markdown, storage) in [
        (
            "ask [~accountid:5b10]\n\n[~accountid:5b10]: done",
            "<p>ask @</p><p>@: done</p>",
        ),
        (
            "[~accountid:5b10]: https://x.y\nor [~accountid:5b10]",
            "<p>@: <a href=\"https://x.y\">https://x.y</a> or @</p>",
        ),
        (
            "[~accountid:5b10]: a\n\n> [~accountid:5b10]: b",
            "<p>@: a</p><blockquote><p>@: b</p></blockquote>",
        ),
        (
            "- [~accountid:5b10]: a\n- [~accountid:5b10]: b",
            "<ul><li><p>@: a</p></li><li><p>@: b</p></li></ul>",
        ),
        (
            "`[~accountid:5b10]: a` @[x](accountid:5b10)",
            "<p><code>[~accountid:5b10]: a</code> @</p>",
        ),
    ] {
        let expected = storage.replace('@', person);
        assert_eq!(crate::markdown_to_storage(markdown), expected, "{markdown}");
    }
    let code = "```\n[~accountid:5b10]: a\n```\n\n[~accountid:5b10]: b";
    assert_eq!(
        crate::markdown_to_wiki(code),
        "{code}\n[~accountid:5b10]: a\n{code}\n\n[~5b10]: b"
    );
}

#[test]
fn a_user_name_in_brackets_is_a_person_where_there_are_user_names() {
    for (markdown, wiki) in [
        ("ask [~lea] about it", "ask [~lea] about it"),
        ("[~lea]: please look", "[~lea]: please look"),
        ("- [~lea.b-c@d_e], [~mia]", "* [~lea.b-c@d_e], [~mia]"),
        ("([~lea]) **so** [~mia].", "([~lea]) *so* [~mia]."),
        ("\\[~lea] `[~lea]`", "\\[\\~lea] {{&#91;&#126;lea&#93;}}"),
        (
            "[~lea](https://example.com)",
            "[\\~lea|https://example.com]",
        ),
        ("[~a/b]", "\\[\\~a/b]"),
        ("[~accountid:lea]", "[~lea]"),
    ] {
        assert_eq!(crate::markdown_to_wiki(markdown), wiki, "{markdown}");
    }
    let edited = crate::edit_wiki("ask [~mia]", "tell [~lea], not [~mia]", Losses::Refused);
    assert_eq!(edited.as_deref(), Ok("tell [~lea], not [~mia]"));
    // Elsewhere nobody is called so.
    let adf = crate::markdown_to_adf("ask [~lea]");
    assert_eq!(adf["content"][0]["content"][0]["text"], "ask [~lea]");
}
