//! Texts that leave something out and say so in a comment, which nobody sees: `<!-- the rest is unchanged -->`.

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

#[cfg(test)]
mod tests {
    use super::*;

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
