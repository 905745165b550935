//! Puts back the characters that nobody sees into a text that was edited without them.
//!
//! Whoever was shown a text without them, and writes it back, has not taken them out.

use std::borrow::Cow;
use std::ops::Range;

use super::part::key;
use super::sequence::common;

/// The edited text, with what `visible` takes out of `shown` wherever the words beside it still stand.
pub(crate) fn restored<'e>(
    shown: &str,
    edited: &'e str,
    visible: impl for<'t> Fn(&'t str) -> Cow<'t, str>,
) -> Cow<'e, str> {
    let (seen, seen_edited) = (visible(shown), visible(edited));
    if seen.len() == shown.len() {
        return Cow::Borrowed(edited);
    }
    if seen == seen_edited {
        return Cow::Owned(shown.to_owned());
    }
    match (words(shown, &seen), words(edited, &seen_edited)) {
        (Some(old), Some(new)) => Cow::Owned(together(&old, &new)),
        // What is not only taken out cannot be followed.
        _ => Cow::Borrowed(edited),
    }
}

/// A word, white space, or a sign on its own.
struct Word<'t> {
    /// What nobody sees between the word before and this one.
    before: &'t str,
    /// As it stands in the text, and as it is seen; nothing at the end of the text.
    source: &'t str,
    seen: &'t str,
}

impl Word<'_> {
    /// White space is everywhere: what lies beside it belongs to the word on its other side.
    fn is_weak(&self) -> bool {
        self.seen.trim().is_empty()
    }
}

/// A text in words; none if what is seen is not the text with some characters taken out.
fn words<'t>(source: &'t str, seen: &'t str) -> Option<Vec<Word<'t>>> {
    let mut characters = source.char_indices();
    let mut words = Vec::new();
    let mut end = 0;
    for word in seen_words(seen) {
        let mut start = None;
        let before = end;
        for wanted in seen[word.clone()].chars() {
            let (at, found) = characters.find(|(_, found)| *found == wanted)?;
            start.get_or_insert(at);
            end = at + found.len_utf8();
        }
        let start = start.unwrap_or(before);
        words.push(Word {
            before: &source[before..start],
            source: &source[start..end],
            seen: &seen[word],
        });
    }
    words.push(Word {
        before: &source[end..],
        source: "",
        seen: "",
    });
    Some(words)
}

fn seen_words(text: &str) -> Vec<Range<usize>> {
    let class = |c: char| (c.is_alphanumeric(), c.is_whitespace());
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut last = (false, false);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some(word) if class(c) == last && last != (false, false) => word.end = end,
            _ => words.push(at..end),
        }
        last = class(c);
    }
    words
}

fn together(old: &[Word<'_>], new: &[Word<'_>]) -> String {
    let keys =
        |words: &[Word<'_>]| -> Vec<u64> { words.iter().map(|word| key(&word.seen)).collect() };
    let mut old_of: Vec<Option<usize>> = vec![None; new.len()];
    for (i, j) in common(&keys(old), &keys(new)) {
        old_of[j] = Some(i);
    }
    let stays = |i: usize| !old[i].is_weak();
    let mut written = String::new();
    let mut last: Option<usize> = None;
    for (j, word) in new.iter().enumerate() {
        let Some(i) = old_of[j] else {
            written.push_str(word.before);
            written.push_str(word.source);
            continue;
        };
        let is_next = last.map_or(i == 0 && j == 0, |last| last + 1 == i);
        let follows = is_next && (j == 0 || old_of[j - 1].is_some());
        // Else it stands behind the word before it already.
        let with_last = last.is_some_and(|last| last + 1 == i && stays(last));
        if follows || (stays(i) && !with_last) {
            written.push_str(old[i].before);
        } else if j == 0 || old_of[j - 1].is_none() {
            written.push_str(word.before);
        }
        written.push_str(old[i].source);
        let goes_on = old_of.get(j + 1).copied().flatten() == Some(i + 1);
        if !goes_on
            && stays(i)
            && let Some(next) = old.get(i + 1)
        {
            written.push_str(next.before);
        }
        last = Some(i);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::restored;

    fn visible(text: &str) -> Cow<'_, str> {
        let is_hidden = |c: char| {
            matches!(
                c,
                '\u{ad}' | '\u{200b}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            )
        };
        Cow::Owned(text.replace(is_hidden, ""))
    }

    #[test]
    fn what_is_not_seen_stays_at_the_words_that_stay() {
        let shown = "soft\u{ad}hyphen \u{202b}one\u{202c} \u{200b}# x\n\n\u{200f}second\n\nthird";
        for (from, to, expected) in [
            ("third", "3rd", shown.replace("third", "3rd")),
            (
                "one",
                "two words",
                shown.replace("\u{202b}one\u{202c}", "two words"),
            ),
            (
                "softhyphen",
                "hard",
                shown.replace("soft\u{ad}hyphen", "hard"),
            ),
            ("second\n\n", "", shown.replace("\u{200f}second\n\n", "")),
            (
                "one",
                "one or two",
                shown.replace("one\u{202c}", "one\u{202c} or two"),
            ),
            ("# x", "# y", shown.replace("# x", "# y")),
        ] {
            let edited = visible(shown).replace(from, to);
            assert_eq!(restored(shown, &edited, visible), expected, "{to}");
        }
    }

    fn other(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(if text == "b" { "B" } else { "other" })
    }

    #[test]
    fn a_text_without_such_characters_is_left_as_it_is() {
        let edited = "a\u{200b}c";
        assert!(matches!(
            restored("ab", edited, visible),
            Cow::Borrowed("a\u{200b}c")
        ));
        assert_eq!(restored("a\u{200b} c", "b", other), "b");
    }

    proptest! {
        #[test]
        fn nothing_that_is_seen_changes(
            shown in "([ab] ?|\u{ad}|\u{202b}|\n\n|[*.]){0,20}",
            edited in "([ab] ?|\n\n|[*.]){0,20}",
        ) {
            let written = restored(&shown, &edited, visible);
            prop_assert_eq!(visible(&written), edited.as_str());
            let back = visible(&shown).into_owned();
            prop_assert_eq!(restored(&shown, &back, visible), shown.as_str());
        }

        #[test]
        fn other_blocks_keep_every_character(
            first in "[ab \u{ad}\u{200b}]{0,12}x",
            second in "[cd \u{ad}\u{200b}]{0,12}y",
            word in "[ef]{1,5}",
        ) {
            let shown = format!("{first}\n\n{second}");
            let edited = format!("{}\n\n{word}", visible(&first));
            prop_assert_eq!(restored(&shown, &edited, visible), format!("{first}\n\n{word}"));
        }
    }
}
