//! Texts that leave something out and say so: in a comment, which nobody sees (`<!-- the rest is unchanged -->`), or on a line of
//! its own in brackets or behind dots (`[... rest of the page unchanged ...]`).

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
pub(crate) const WHY: &str = "leaves out a part of the text and says so in a comment or in brackets; that part would be deleted; write the whole text; with `replace: true` it is written as it stands";

/// What stands on a line of its own in place of what was left out, beside [`WORDS`].
const ON_A_LINE: [&str; 4] = ["continues as", "rest of the", "remainder", "as before"];

/// Whether a text says in a comment that it is not all of the text.
pub(crate) fn is_elided(text: &str) -> bool {
    text.contains("<!--") && says_in_a_comment(&outside_code(text))
}

/// Whether a text says so on a line of its own, which does not stand in the text that is there.
pub(crate) fn is_elided_beside(text: &str, there: &str) -> bool {
    let is_new = |line: &&str| says_on_a_line(line) && !there.contains(line.trim());
    text.lines().any(|line| is_new(&line)) && outside_code(text).lines().any(|line| is_new(&line))
}

/// Whether a line is nothing but a remark in brackets, or between dots, that something is left out.
fn says_on_a_line(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']);
    let dots = |text: &str| text.starts_with("...") || text.starts_with('…');
    let is_bracketed = |open: char, close: char| {
        let inner = line.strip_prefix(open);
        inner.and_then(|inner| inner.strip_suffix(close))
    };
    let remark = is_bracketed('[', ']').or_else(|| is_bracketed('(', ')'));
    let Some(remark) = remark.or_else(|| dots(line).then_some(line)) else {
        return false;
    };
    // Remarks are short; what is longer is a sentence of the text.
    if remark.chars().count() > 80 {
        return false;
    }
    let said = remark.to_lowercase();
    WORDS
        .iter()
        .chain(&ON_A_LINE)
        .any(|words| said.contains(words))
}

fn says_in_a_comment(plain: &str) -> bool {
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
        for elided in [
            "Text.\n\n[... rest of the page unchanged ...]",
            "Text.\n(remaining content unchanged)\nEnd.",
            "… [truncated]",
            "[Content continues as before]",
            "*[rest of the document omitted]*",
        ] {
            assert!(is_elided_beside(elided, "Text."), "{elided}");
            assert!(!is_elided_beside(elided, elided), "{elided}");
        }
        for whole in [
            "[omitted](https://example.com)",
            "The (remaining content unchanged) stands in a sentence.",
            "```\n[... rest unchanged ...]\n```",
            "...",
            "[x] done",
            "The rest of the page is unchanged.",
            "<!-- markdownlint-disable -->\n# Plan",
            "`<!-- rest unchanged -->`",
            "```\n<!-- ... -->\n```",
        ] {
            assert!(!is_elided(whole) && !is_elided_beside(whole, ""), "{whole}");
        }
    }
}
