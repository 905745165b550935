//! Bars in the cells of wiki markup that are none of the table.

use crate::{Losses, edit_wiki, wiki_to_markdown};

/// What stands in a cell with bars of its own.
const CELLS: &[&str] = &[
    "!i.png|width=30!",
    "!https://e.example/i.png|alt=x y, width=3|border=1!",
    "{status:colour=Green|title=OK}",
    "{jira:EX-1|columns=key,summary|count=true}",
    "[text|https://x.example/]",
    "[text|https://x.example/|tip]",
    "[!i.png|width=30!|https://x.example/]",
    "[~mia]",
    "[Mia|~mia]",
    "{{a|b}}",
    "a\\|b",
    "{color:red}a|b{color}",
    "{color:#ff0000}{status:colour=Red|title=NO}{color}",
    "{expand:title=x|y}a|b{expand}",
    "{excerpt}a|b{excerpt}",
    "{status:title=A} and !j.png|thumbnail!",
    "!a.png|width=3!!b.png|width=4!",
    "wow! and {status:title=B|subtle=true}!",
];

fn columns(shown: &str) -> Vec<usize> {
    let rows = shown.lines().map(|line| {
        let own = line.replace("\\|", "");
        own.matches('|').count() - 1
    });
    rows.collect()
}

#[test]
fn a_bar_of_something_in_a_cell_splits_no_cell() {
    for cell in CELLS {
        for text in [
            format!("||a||b||\n|{cell}|some words|\n|x|y|"),
            format!("||a||b||\n|some words|{cell}|\n|x|y|"),
            format!("||{cell}||b||\n|some words|c|\n|x|y|"),
            format!("|{cell}|{cell}|\n|some words|y|"),
        ] {
            let shown = wiki_to_markdown(&text);
            assert_eq!(
                columns(&shown),
                vec![2; shown.lines().count()],
                "{text}\n{shown}"
            );
            assert_eq!(
                edit_wiki(&text, &shown, Losses::Refused).as_deref(),
                Ok(&*text)
            );
            let edited = edit_wiki(&text, &shown.replace("some", "other"), Losses::Refused);
            assert_eq!(edited, Ok(text.replace("some", "other")), "{shown}");
        }
    }
}

#[test]
fn signs_that_only_look_like_those_of_macros_split_cells() {
    for (text, columns_of_it) in [
        ("|Hi!|Version 1.2!|x|", 3),
        ("|{a|b}|c|", 3),
        ("|{toc}|{toc}|c|", 3),
        ("|{status:title=A}|{status:title=B}|c|", 3),
        ("|{color:red}a{color}|{color:red}b{color}|c|", 3),
        ("|a {|} b|c|", 3),
    ] {
        let shown = wiki_to_markdown(text);
        assert_eq!(columns(&shown), vec![columns_of_it; 3], "{shown}");
    }
}
