//! Lists and tables of pages and of wiki markup that are divided and joined: entries and rows keep their source.

use crate::{Losses, edit_storage, edit_wiki, storage_to_markdown, wiki_to_markdown};

fn assert_storage(before: &str, edited: &str, after: &str) {
    assert_eq!(
        edit_storage(before, edited, Losses::Refused).as_deref(),
        Ok(after),
        "{edited}"
    );
}

#[test]
fn lists_of_a_page_that_are_divided_and_joined_keep_all_of_their_entries() {
    let li = |word: &str| {
        format!(
            "<li local-id=\"{word}\"><p local-id=\"p{word}\"><span style=\"color: red;\">{word}</span></p></li>"
        )
    };
    let [alpha, beta, gamma] = ["alpha", "beta", "gamma"].map(li);
    let one = format!("<ul local-id=\"l\">{alpha}{beta}{gamma}</ul>");
    let two = format!("<ul local-id=\"l\">{alpha}</ul><p>between</p><ul>{beta}{gamma}</ul>");
    let swapped = format!("<ul>{alpha}</ul><p>between</p><ul local-id=\"l\">{beta}{gamma}</ul>");
    let edited = "- alpha\n\nbetween\n\n- beta\n- gamma";
    let written = edit_storage(&one, edited, Losses::Refused).unwrap();
    assert!(written == two || written == swapped, "{written}");
    assert_storage(&swapped, "- alpha\n- beta\n- gamma", &one);
    let ordered = format!("<ol local-id=\"l\" start=\"3\">{alpha}{beta}{gamma}</ol>");
    assert_storage(&one, "3. alpha\n4. beta\n5. gamma", &ordered);
    assert_storage(&ordered, "- alpha\n- beta\n- gamma", &one);
    let nested = format!(
        "<ul local-id=\"l\"><li local-id=\"alpha\"><p local-id=\"palpha\"><span style=\"color: red;\">alpha</span></p><ul>{beta}</ul></li>{gamma}</ul>"
    );
    assert_storage(&nested, "- alpha\n- beta\n- gamma", &one);
    // The first that comes below another one makes a list there.
    assert_storage(&one, "- alpha\n  - beta\n- gamma", &nested);
}

#[test]
fn tables_of_a_page_that_are_divided_keep_all_of_their_rows() {
    let row = |word: &str| {
        format!(
            "<tr ac:local-id=\"{word}\"><td data-highlight-colour=\"#fff\">{word}</td><td><ul><li><p>{word} list</p></li></ul></td></tr>"
        )
    };
    let head = "<tr><th>key</th><th>value</th></tr>";
    let open = "<table data-layout=\"wide\" ac:local-id=\"t\"><colgroup><col style=\"width: 10px;\" /></colgroup><tbody>";
    let again = open.replace(" ac:local-id=\"t\"", "");
    let [alpha, beta] = ["alpha", "beta"].map(row);
    let page = format!("{open}{head}{alpha}{beta}</tbody></table>");
    assert_eq!(
        storage_to_markdown(&page),
        "| key | value |\n| --- | --- |\n| alpha | • alpha list |\n| beta | • beta list |"
    );
    let edited = "| key | value |\n| --- | --- |\n| alpha | • alpha list |\n\nbetween\n\n| key | value |\n| --- | --- |\n| beta | • beta list |";
    let after = format!(
        "{open}{head}{alpha}</tbody></table><p>between</p>{again}{head}{beta}</tbody></table>"
    );
    assert_storage(&page, edited, &after);
    assert_storage(&after, &storage_to_markdown(&page), &page);
}

#[test]
fn lists_of_wiki_markup_that_are_divided_and_joined_keep_the_source_of_their_entries() {
    let [alpha, beta, gamma] = ["{color:red}alpha{color}", "beta _x_", "gamma {*}y{*}"];
    let one = format!("* {alpha}\n* {beta}\n** below\n* {gamma}");
    let two = format!("* {alpha}\n\nbetween\n\n* {beta}\n** below\n* {gamma}");
    assert_eq!(
        wiki_to_markdown(&one),
        "- alpha\n- beta _x_\n  - below\n- gamma **y**"
    );
    let edit = |before: &str, edited: &str| edit_wiki(before, edited, Losses::Refused);
    assert_eq!(
        edit(
            &one,
            "- alpha\n\nbetween\n\n- beta _x_\n  - below\n- gamma **y**"
        ),
        Ok(two.clone())
    );
    assert_eq!(edit(&two, &wiki_to_markdown(&one)), Ok(one.clone()));
    let numbered = format!("# {alpha}\n# {beta}\n#* below\n# {gamma}");
    let shown = "1. alpha\n2. beta _x_\n   - below\n3. gamma **y**";
    assert_eq!(edit(&one, shown), Ok(numbered.clone()));
    assert_eq!(edit(&numbered, &wiki_to_markdown(&one)), Ok(one.clone()));
    let deeper = format!("* {alpha}\n** {beta}\n*** below\n* {gamma}");
    assert_eq!(
        edit(&one, "- alpha\n  - beta _x_\n    - below\n- gamma **y**"),
        Ok(deeper.clone())
    );
    assert_eq!(edit(&deeper, &wiki_to_markdown(&one)), Ok(one));
}

#[test]
fn tables_of_wiki_markup_that_are_divided_keep_the_source_of_their_rows() {
    let one =
        "||key||value||\n|{color:red}alpha{color}|* a\n* b|\n|{color:blue}beta{color}|* c\n* d|";
    let shown = wiki_to_markdown(one);
    let (_, last) = shown.rsplit_once('\n').unwrap();
    let edited = shown.replace(
        last,
        &format!("\nbetween\n\n| key | value |\n| --- | --- |\n{last}"),
    );
    let two = "||key||value||\n|{color:red}alpha{color}|* a\n* b|\n\nbetween\n\n||key||value||\n|{color:blue}beta{color}|* c\n* d|";
    assert_eq!(edit_wiki(one, &edited, Losses::Refused).as_deref(), Ok(two));
    assert_eq!(edit_wiki(two, &shown, Losses::Refused).as_deref(), Ok(one));
}
