//! Inline comments stay on the words that they are about, or the edit is refused.

use crate::{Losses, edit_storage, storage_to_markdown};

/// A paragraph in which `[…]` stands for what a comment is about.
fn page(text: &str) -> String {
    let mut number = 0;
    let mut page = String::new();
    for part in text.split('[') {
        if let Some((marked, rest)) = part.split_once(']') {
            number += 1;
            let open = format!("<ac:inline-comment-marker ac:ref=\"r{number}\">");
            page.extend([open.as_str(), marked, "</ac:inline-comment-marker>", rest]);
        } else {
            page.push_str(part);
        }
    }
    format!("<p>Before.</p><p>{page}</p>")
}

/// What becomes of the marks; none where the edit is refused.
fn edited(text: &str, new: &str) -> Option<String> {
    let before = page(text);
    let shown = storage_to_markdown(&before);
    let old = text.replace(['[', ']'], "");
    assert!(shown.ends_with(&old), "{shown}");
    let edited = shown.replace(&old, new);
    edit_storage(&before, &edited, Losses::Refused).ok()
}

fn marks(page: &str) -> String {
    let inner = page.replace("<p>Before.</p>", "");
    let mut text = inner.replace("</ac:inline-comment-marker>", "]");
    while let Some(at) = text.find("<ac:inline-comment-marker ac:ref=\"r") {
        let end = at + text[at..].find('>').unwrap();
        let number = text[at + "<ac:inline-comment-marker ac:ref=\"r".len()..]
            .chars()
            .next()
            .unwrap();
        text.replace_range(at..=end, &format!("{number}["));
    }
    text.replace("<p>", "").replace("</p>", "")
}

#[test]
fn a_comment_goes_with_its_words_and_with_no_others() {
    for (text, new, expected) in [
        ("b [marked]", "new b", None),
        ("a [one] b two c", "a two b one c", Some("a two b 1[one] c")),
        (
            "a [one] b [two] c",
            "a two b one c",
            Some("a 2[two] b 1[one] c"),
        ),
        (
            "[whole paragraph is marked]",
            "something else entirely",
            None,
        ),
        (
            "alpha [beta] gamma",
            "alpha gamma beta",
            Some("alpha gamma 1[beta]"),
        ),
        ("b [marked] c", "b c", None),
        (
            "due [Friday] noon",
            "due Monday noon",
            Some("due 1[Monday] noon"),
        ),
        (
            "due [Friday] noon",
            "due [Friday] at noon".replace(['[', ']'], "").as_str(),
            Some("due 1[Friday] at noon"),
        ),
    ] {
        let found = edited(text, new).map(|page| marks(&page));
        assert_eq!(found.as_deref(), expected, "{text} -> {new}");
    }
}
