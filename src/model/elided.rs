//! Texts that leave something out and say so, in a comment that nobody sees or on a line: `<!-- the rest is unchanged -->`.

use atlassian_document::outside_code;

/// What the comments of such texts say.
const WORDS: [&str; 12] = [
    "unchanged",
    "existing content",
    "existing text",
    "previous content",
    "rest of",
    "remaining content",
    "remains the same",
    "stays the same",
    "same as before",
    "omitted",
    "truncated",
    "no changes",
];

/// What such lines say besides, between brackets or dots.
const WORDS_OF_LINES: [&str; 5] = ["the rest", "remainder", "as before", "continues", "cut off"];

/// The longest line that only stands for a part of the text.
const LONGEST_LINE: usize = 120;

/// Why a text is not written of which a line stands for a part that it lacks.
pub(crate) const WHY_OF_LINE: &str = "has a line that stands for a part of the present text, which would be deleted; write the whole text; with `replace: true` it is written as it stands";

/// Why such a text is not written in the place of another.
pub(crate) const WHY: &str = "leaves out a part of the text in a comment, which would be deleted; write the whole text; with `replace: true` it is written as it stands";

/// Whether a text says in a comment that it is not all of the text.
pub(crate) fn is_elided(text: &str) -> bool {
    if !text.contains("<!--") {
        return false;
    }
    let plain = outside_code(text);
    plain.split("<!--").skip(1).any(|rest| {
        let comment = rest.split("-->").next().unwrap_or(rest).to_lowercase();
        let is_dots = !comment.chars().any(char::is_alphanumeric)
            && (comment.contains("...") || comment.contains('…'));
        is_dots || WORDS.iter().any(|words| comment.contains(words))
    })
}

/// What a line is that may stand for a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stands {
    /// Dots alone. They may also be meant as they stand.
    Perhaps,
    /// Words about that part, between brackets or dots.
    InWords,
}

/// The line of a text that says most clearly that it stands for a part of it, which `present` has not.
pub(crate) fn line_for_a_part(text: &str, present: &str) -> Option<Stands> {
    let plain = outside_code(text);
    // Tags separate, too: a text may be in storage format.
    let lines = plain.split(['\n', '<', '>']).map(str::trim);
    let unknown = lines.filter(|line| !present.contains(line));
    unknown.filter_map(stands_for_a_part).max()
}

fn stands_for_a_part(line: &str) -> Option<Stands> {
    let has_dots = |text: &str| text.contains("...") || text.contains('…');
    if !has_dots(line) && !line.starts_with(['[', '(', '*', '_']) || line.len() > LONGEST_LINE {
        return None;
    }
    let words = line.trim_matches(|c: char| !c.is_alphanumeric());
    if words.is_empty() {
        return has_dots(line).then_some(Stands::Perhaps);
    }
    let before = &line[..line.find(words).unwrap_or_default()];
    let behind = &line[before.len() + words.len()..];
    let is_framed = before.contains(['[', '(']) && behind.contains([']', ')'])
        || has_dots(before)
        || has_dots(behind) && before.contains(['[', '(', '*', '_']);
    let words = words.to_lowercase();
    let mut said = WORDS.iter().chain(&WORDS_OF_LINES);
    (is_framed && said.any(|one| words.contains(one))).then_some(Stands::InWords)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_stands_for_the_rest_is_told_from_others() {
        for line in [
            "...",
            "[...]",
            "…",
            "[... rest of the page unchanged ...]",
            "(remaining content unchanged)",
            "… [truncated]",
            "[Content continues as before]",
            "*... the rest stays the same ...*",
            "<p>[… remainder omitted …]</p>",
        ] {
            let text = format!("# Plan\n\nFirst.\n\n{line}\n\nLast.");
            assert!(line_for_a_part(&text, "# Plan").is_some(), "{line}");
            assert_eq!(line_for_a_part(&text, &text), None, "{line}");
        }
        for line in [
            "The rest of the page is unchanged.",
            "And so on ...",
            "[the rest](https://example.com/rest) is there",
            "- [ ] check that the rest is truncated",
            "(see above)",
            "`...`",
            "```\n...\n```",
            "Wait for it … then go on",
        ] {
            assert_eq!(line_for_a_part(line, ""), None, "{line}");
        }
    }

    #[test]
    fn a_comment_that_stands_for_the_rest_is_told_from_others() {
        for elided in [
            "<!-- rest unchanged -->",
            "# Plan\n\n<!-- ... existing content ... -->\n",
            "First\n<!-- … -->\nLast",
            "<!--Rest of the page",
        ] {
            assert!(is_elided(elided), "{elided}");
        }
        for whole in [
            "The rest of the page is unchanged.",
            "<!-- markdownlint-disable -->\n# Plan",
            "`<!-- rest unchanged -->`",
            "```\n<!-- ... -->\n```",
        ] {
            assert!(!is_elided(whole), "{whole}");
        }
    }
}
