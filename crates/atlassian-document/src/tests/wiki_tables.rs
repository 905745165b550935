//! Tables in wiki markup as Jira's own renderer reads them: rows over several lines, and blocks in their cells.

use crate::{Losses, Lost, edit_wiki, markdown_to_wiki, wiki_to_markdown};

/// What is shown of a text, and that nothing changes where nothing is changed.
fn shown(text: &str) -> String {
    let shown = wiki_to_markdown(text);
    let same = edit_wiki(text, &shown, Losses::Refused);
    assert_eq!(same.as_deref(), Ok(text), "{shown}");
    shown
}

/// What becomes of a text when a word of what it shows is another.
fn edited(text: &str, from: &str, to: &str) -> Result<String, Lost> {
    let shown = shown(text);
    assert!(shown.contains(from), "{shown}");
    edit_wiki(text, &shown.replace(from, to), Losses::Refused)
}

const STEPS: &str = "||Step||Expected||\n|1 open|* A\n* B|\n|2 close|C|";

#[test]
fn a_row_goes_on_until_a_line_ends_with_a_bar() {
    assert_eq!(
        shown(STEPS),
        "| Step | Expected |\n| --- | --- |\n| 1 open | • A<br>• B |\n| 2 close | C |"
    );
    assert_eq!(
        shown("|a|line1\nline2|\nafter"),
        "|  |  |\n| --- | --- |\n| a | line1<br>line2 |\n\nafter"
    );
    // Without a bar it goes on to an empty line or to the next row.
    assert_eq!(
        shown("|a|b\nc\n|d|e\n\nf"),
        "|  |  |\n| --- | --- |\n| a | b<br>c |\n| d | e |\n\nf"
    );
    assert_eq!(
        shown("||a\r\nb||c||\r\n| d | e\r\nf |\r\n"),
        "| a<br>b | c |\n| --- | --- |\n| d | e<br>f |"
    );
    // A bar in a link or in a picture ends no line of a row.
    assert_eq!(
        shown("|[a|https://x.example/]\n[b|https://y.example/]|c|"),
        "|  |  |\n| --- | --- |\n| [a](https://x.example/)<br>[b](https://y.example/) | c |"
    );
}

#[test]
fn blocks_between_braces_belong_to_their_cell() {
    assert_eq!(
        shown("||Step||Command||\n|1|{code}ls -la | wc{code}|\n|2|b|"),
        "| Step | Command |\n| --- | --- |\n| 1 | `ls -la \\| wc` |\n| 2 | b |"
    );
    assert_eq!(
        shown("|1|{noformat}\na\n\n|b|\n{noformat}|x|\n|2|"),
        "|  |  |  |\n| --- | --- | --- |\n| 1 | `a`<br><br>`\\|b\\|` | x |\n| 2 |  |  |"
    );
    assert_eq!(
        shown("|before {quote}\nsaid\n\nmore\n{quote} after|x|"),
        "|  |  |\n| --- | --- |\n| before<br>said<br>more<br>after | x |"
    );
    let panel = shown("|{panel:title=Mine}inner{panel}|x|");
    assert!(
        panel.contains("inner") && panel.ends_with("| x |"),
        "{panel}"
    );
    assert_eq!(
        shown("|{panel:title=Note}inner{panel}|x|"),
        "|  |  |\n| --- | --- |\n| **Note:** inner | x |"
    );
    // What stands behind the table is none of it.
    assert_eq!(
        shown("|a|\n{code}\nx\n{code}"),
        "|  |\n| --- |\n| a |\n\n```\nx\n```"
    );
}

#[test]
fn one_word_of_such_a_table_changes_alone() {
    let text = "||Step||Expected||Note||\n\
        | first open|* entry\n* other\n** below| plain |\n\
        |second\\\\ still |{code:java}\nint one;\n\nint two;\n{code}|{color:red}warm{color}\n*bold* end|\n\
        |third|{quote}\nsaid it\n\nsaid more\n{quote}|{panel:title=Mine|bgColor=#eee}\nframed\n{panel}|\n\
        |fourth |!shot.png|thumbnail!\n[~mia] saw|\n\n\
        tail";
    let shown = shown(text);
    let words = super::real_documents::words(&shown, text);
    assert!(words.len() > 15, "{words:?}");
    for word in words {
        assert_eq!(
            edit_wiki(text, &shown.replace(word, "thread"), Losses::Refused),
            Ok(text.replace(word, "thread")),
            "{word}: {shown}"
        );
    }
}

#[test]
fn rows_come_and_go_beside_such_rows() {
    let commands = "||Step||Command||\n|1|{code}ls{code}|\n|2|b|";
    assert_eq!(
        edited(commands, "\n| 2 | b |", ""),
        Ok(commands.replace("\n|2|b|", ""))
    );
    assert_eq!(
        edited(commands, "\n| 1 | `ls` |", ""),
        Ok(commands.replace("\n|1|{code}ls{code}|", ""))
    );
    assert_eq!(
        edited(commands, "| 2 | b |", "| 2 | b |\n| 3 | `c` |"),
        Ok(format!("{commands}\n|3|{{{{c}}}}|"))
    );
    assert_eq!(
        edited(STEPS, "\n| 2 close | C |", ""),
        Ok(STEPS.replace("\n|2 close|C|", ""))
    );
    assert_eq!(
        edited(STEPS, "\n| 1 open | • A<br>• B |", ""),
        Ok(STEPS.replace("\n|1 open|* A\n* B|", ""))
    );
    let picture = "||a||b||\n|!i.png|width=30!|d|";
    let row = shown(picture).lines().nth(2).unwrap().to_owned();
    assert_eq!(
        edited(picture, &row, &format!("{row}\n| new | row |")),
        Ok(format!("{picture}\n|new|row|"))
    );
}

#[test]
fn lines_come_and_go_inside_of_such_a_cell() {
    assert_eq!(
        edited(STEPS, "• B", "• B<br>• more"),
        Ok(STEPS.replace("* B", "* B\n* more"))
    );
    assert_eq!(edited(STEPS, "• A<br>", ""), Ok(STEPS.replace("* A\n", "")));
    assert_eq!(
        edited(STEPS, "• A<br>• B", ""),
        Ok(STEPS.replace("* A\n* B", " "))
    );
    assert_eq!(
        edited("|a|one\ntwo|", "two", "two<br>three"),
        Ok(String::from("|a|one\ntwo\nthree|"))
    );
    let code = "|a|{code}\none\n{code}|";
    assert_eq!(
        edited(code, "`one`", "`another`"),
        Ok(code.replace("one", "another"))
    );
    // A cell more on each row.
    assert_eq!(
        edited("|a|b\nc|", "| a | b<br>c |", "| a | b<br>c | d |"),
        Ok(String::from("|a|b\nc|d|"))
    );
}

#[test]
fn text_behind_a_list_inside_of_an_entry_leaves_the_list_one() {
    for (markdown, expected) in [
        ("- one\n  - two\n\n  behind", "* one\n** two\\\\ behind"),
        (
            "1. one\n   - two\n   - three\n\n   behind\n2. four",
            "# one\n#* two\n#* three\\\\ behind\n# four",
        ),
        (
            "- one\n  - two\n\n  behind\n\n  ```\n  code\n  ```\n- three",
            "* one\n** two\\\\ behind\n{code}\ncode\n{code}\n* three",
        ),
    ] {
        assert_eq!(markdown_to_wiki(markdown), expected);
    }
    let text = "* one\n** two\n* three";
    let edited = edit_wiki(text, "- one\n  - two\n\n  behind\n- three", Losses::Refused);
    assert_eq!(edited.as_deref(), Ok("* one\n** two\\\\ behind\n* three"));
}
