//! Texts that were cut because they were too long for their reader: they must not come back as the whole.

use atlassian_document::placeholders_in;
use serde_json::Value;

/// The longest text that a tool shows at once, in characters.
pub(crate) const LONGEST_SHOWN: usize = 20_000;
/// Where a long text may be cut, in characters. There are few such places, so that a text that ends at one of them is known
/// even where its mark was taken for clutter and left away.
pub(super) const PLACES: [usize; 6] = [400, 1_000, 2_000, 5_000, 10_000, LONGEST_SHOWN];
/// How far before such a place a text may end that was tidied: at the end of a word, a sentence, a line.
const TIDIED: usize = 400;
/// How long a line may be that was left away whole because its end was cut.
const LONGEST_LINE: usize = 2_000;
/// As many characters are not deleted from the end of a text by accident.
const MUCH: usize = 2_000;
/// How many of its last characters tell where a text ends.
const LAST_WORDS: usize = 40;

/// Where the mark leads; a text that holds it as a link is not whole.
const ADDRESS: &str = "keep:cut";

/// What stands where a text was cut.
pub(crate) const MARK: &str = "… [cut off here](keep:cut)";

/// Why a text that was cut is not written.
pub(crate) const WHY: &str = "was cut off where it was read, and the rest would be deleted; read the whole text, or leave the field out";

/// Why a text is not written that seems to have been cut.
pub(crate) const WHY_UNMARKED: &str = "ends where tools cut long texts, and all that stands behind would be deleted; read on with start, and write the whole text; with `replace: true` it is written as it stands";

/// The last place for a cut that leaves no more than `room` characters; never less than the first.
pub(crate) fn place_within(room: usize) -> usize {
    let fitting = PLACES.iter().rev().find(|place| **place <= room);
    fitting.copied().unwrap_or(PLACES[0])
}

/// Whether a text is so long that a tool may show a part of it only.
pub(crate) fn may_have_been_cut(whole: &str) -> bool {
    whole.chars().nth(PLACES[0]).is_some()
}

/// Whether a text may be the beginning of another that was cut, by its length alone.
pub(crate) fn may_be_cut(text: &str) -> bool {
    let length = text.chars().count();
    PLACES
        .iter()
        .any(|place| (place - TIDIED.min(*place)..=place + TIDIED).contains(&length))
}

/// Whether `text` ends where `whole` would have been cut, with nothing of what follows there, by what `keeps_behind` tells
/// of a place. Whoever deletes whole lines at the end of a text that is not much longer meant to.
pub(crate) fn ends_at_a_cut(whole: &str, text: &str, keeps_behind: impl Fn(usize) -> bool) -> bool {
    let end = text.trim_end().trim_end_matches(['…', '.']).trim_end();
    let last = from_last(end, LAST_WORDS);
    if last.len() < end.len().min(LAST_WORDS / 2) || whole.trim_end().ends_with(last) {
        return false;
    }
    let (old, new) = (whole.chars().count(), text.chars().count());
    let is_much = old.saturating_sub(new) >= MUCH || new < old / 3;
    PLACES.iter().any(|place| {
        let Some((cut, _)) = whole.char_indices().nth(*place) else {
            return false;
        };
        if keeps_behind(*place) || !(is_much || ends_inside_a_line(whole, last)) {
            return false;
        }
        let before = &whole[..cut];
        let line = before.rfind('\n').unwrap_or(0);
        let tidied = cut - from_last(before, TIDIED.min(place / 4)).len();
        let furthest = cut - from_last(before, LONGEST_LINE).len();
        let start = line.max(furthest).min(tidied);
        let end_before = from_last(&before[..start], LAST_WORDS).len();
        before[start - end_before..].contains(last)
    })
}

/// Whether `last` stands in a line of `whole` that goes on behind it.
fn ends_inside_a_line(whole: &str, last: &str) -> bool {
    let behind = whole.find(last).map(|at| &whole[at + last.len()..]);
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == ' ');
    behind.is_some_and(goes_on)
}

/// The last `count` characters of a text.
fn from_last(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count.saturating_sub(1));
    start.map_or(text, |(at, _)| &text[at..])
}

/// Whether a text was cut. A text about the mark shows it as code, or escapes it.
pub(crate) fn is_cut(text: &str) -> bool {
    let ends_with_it = || ends_of_texts(text).any(|end| end.ends_with(MARK));
    text.contains(ADDRESS)
        && (ends_with_it() || placeholders_in(text).iter().any(|found| found == ADDRESS))
}

/// Where a text ends, and the lines of it that may be code by their margin: where such code was cut, the mark is a part of
/// it. A line of the mark alone shows what it looks like.
fn ends_of_texts(text: &str) -> impl Iterator<Item = &str> {
    let is_in_margin = |line: &&str| line.starts_with(['\t', ' ']) && line.trim() != MARK;
    let lines = text.lines().map(str::trim_end).filter(is_in_margin);
    lines.chain(std::iter::once(text.trim_end()))
}

/// Whether a text in a value was cut.
pub(crate) fn holds_cut(value: &Value) -> bool {
    match value {
        Value::String(text) => is_cut(text),
        Value::Array(entries) => entries.iter().any(holds_cut),
        Value::Object(fields) => fields.values().any(holds_cut),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mark_as_a_link_tells_that_a_text_was_cut() {
        assert!(is_cut(&format!("text {MARK}")));
        assert!(is_cut("[x] text [here](keep:cut)"));
        for code in ["one\n\n    let x", "```\nlet x", "- one\n\n      let x"] {
            assert!(is_cut(&format!("{code}{MARK}\n")), "{code}");
        }
        assert!(is_cut(&format!("    let x{MARK}\n    let y\n\nand more")));
        for whole in [
            "Tools write:\n\n    … [cut off here](keep:cut)\n\nand stop.",
            "The mark is `[cut off here](keep:cut)`.",
            "```\n… [cut off here](keep:cut)\n```",
            "\\[cut off here](keep:cut)",
            "the address (keep:cut)",
        ] {
            assert!(!is_cut(whole), "{whole}");
        }
    }

    #[test]
    fn a_text_that_was_cut_is_known_without_its_mark() {
        let lines: Vec<String> = (0..400)
            .map(|number| format!("Line {number} says something of its own.\n"))
            .collect();
        let whole = lines.concat();
        for place in PLACES {
            let Some((cut, _)) = whole.char_indices().nth(place) else {
                continue;
            };
            let shown = &whole[..cut];
            let whole_lines = &shown[..shown.rfind('\n').unwrap()];
            let whole_words = format!("{} …", &shown[..shown.rfind(' ').unwrap()]);
            let edited = shown.replace("Line 3 ", "The third line ");
            for text in [shown, whole_lines, &whole_words, &edited] {
                assert!(may_be_cut(text), "{place}");
                assert!(ends_at_a_cut(&whole, text, |_| false), "{place}");
            }
        }
        let without_the_end = lines[..399].concat();
        let without_a_beginning = lines[300..].concat();
        for text in [&whole, &without_the_end, &without_a_beginning, "short", ""] {
            assert!(!ends_at_a_cut(&whole, text, |_| false), "{}", text.len());
        }
    }

    #[test]
    fn a_text_of_one_line_is_cut_like_any_other() {
        let blocks: Vec<String> = (0..9_000)
            .map(|number| format!("<p>{number}</p>"))
            .collect();
        let whole = blocks.concat();
        assert!(ends_at_a_cut(&whole, &whole[..20_000], |_| false));
        assert!(ends_at_a_cut(&whole, &whole[..19_990], |_| false));
        assert!(!ends_at_a_cut(&whole, &whole[..15_000], |_| false));
        assert_eq!(
            (place_within(60_000), place_within(2_500), place_within(7)),
            (20_000, 2_000, 400)
        );
    }
}
