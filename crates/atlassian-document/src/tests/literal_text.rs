//! Text that looks like wiki markup and comes into a text by an edit: it stays text wherever it comes to stand.

use crate::{Losses, edit_wiki, wiki_to_markdown};

const LITERAL: &[&str] = &[
    "h2. ",
    "h1.",
    "bq. ",
    "{code}",
    "{code:java}",
    "{noformat}",
    "{quote}",
    "{panel}",
    "{panel:title=x}",
    "||",
    "|",
    "* ",
    "** ",
    "# ",
    "#* ",
    "- ",
    "----",
    "-- ",
    "+ ",
    "!a.png!",
    "[x|#top]",
    "[^a]",
    "[~mia]",
    "{color:red}",
    "{{x}}",
    "{*}x{*}",
    "(x)",
    ":)",
    "??x??",
    "^x^",
    "~x~",
    "+x+",
    "-x-",
    "*x*",
    "_x_",
    "\\",
    "\\\\",
    "{toc}",
    "{anchor:x}",
    "https://e.example",
    "{",
    "}",
    "[",
    "]",
    "!",
    "h2",
];

/// Text as Markdown has it.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_punctuation() {
                format!("\\{c}")
            } else {
                c.to_string()
            }
        })
        .collect()
}

#[test]
fn whatever_looks_like_markup_stays_text_at_the_beginning_of_every_kind_of_line() {
    let mut wrong = Vec::new();
    for source in [
        "word one two",
        "above\n\nword one two\n\nbelow",
        "above\nword one two",
        "* word one two\n* next",
        "# item\n#* word one two",
        "* item\nword one two",
        "||head||\n|word one two|",
        "||word one two||\n|cell|",
        "|cell\nword one two|",
        "{quote}\nword one two\n{quote}",
        "{panel:title=Mine}\nword one two\n{panel}",
        "bq. word one two",
        "h3. word one two",
        "*word one two*",
        "{color:red}word one two{color}",
        "[word one two|https://e.example]",
    ] {
        let shown = wiki_to_markdown(source);
        for literal in LITERAL {
            for (from, to) in [
                ("word", escaped(literal)),
                ("word", escaped(&format!("{literal}x"))),
                ("word", escaped(&format!("{literal} x"))),
                ("word one", escaped(literal)),
                ("word ", escaped(literal)),
                ("two", escaped(literal)),
            ] {
                let edited = shown.replace(from, &to);
                let written = match edit_wiki(source, &edited, Losses::Refused) {
                    Ok(written) => written,
                    Err(lost) => {
                        wrong.push(format!("{source:?}: {edited:?}: {lost}"));
                        continue;
                    }
                };
                let meant = crate::words(&edited);
                let read = crate::words(&wiki_to_markdown(&written));
                if meant != read {
                    let read = wiki_to_markdown(&written);
                    wrong.push(format!("{source:?}: {edited:?} -> {written:?} -> {read:?}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
