//! Sections of a text in Markdown: what stands below a heading, up to the next of its level or above.

/// A heading in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heading {
    level: usize,
    /// Its words without marks.
    words: String,
    /// Where its line begins, and where the text below it does.
    begin: usize,
    end: usize,
}

/// Why a section could not be found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoSection {
    /// No heading has these words; there are these.
    Unknown(Vec<String>),
    /// So many have them.
    Several(usize),
}

/// The text with `content` in place of what stands below the heading, which stays.
///
/// # Errors
/// When no heading, or more than one, has these words.
pub(super) fn with_section(text: &str, heading: &str, content: &str) -> Result<String, NoSection> {
    let headings = headings(text);
    let wanted = plain(heading.trim().trim_start_matches('#'));
    let mut found = headings.iter().filter(|one| one.words == wanted);
    let Some(meant) = found.next() else {
        let words = headings.into_iter().map(|one| one.words).collect();
        return Err(NoSection::Unknown(words));
    };
    let further = found.count();
    if further > 0 {
        return Err(NoSection::Several(further + 1));
    }
    let next = headings
        .iter()
        .find(|one| one.begin >= meant.end && one.level <= meant.level);
    let rest = next.map_or("", |next| &text[next.begin..]);
    let kept = text[..meant.end].trim_end();
    // Models like to repeat the heading.
    let content = match self::headings(content).first() {
        Some(first) if first.words == wanted && content[..first.begin].trim().is_empty() => {
            &content[first.end..]
        }
        _ => content,
    };
    let parts = [kept, content.trim(), rest.trim_start_matches('\n')];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(parts.join("\n\n"))
}

/// The headings of a text outside of its code.
fn headings(text: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let end = begin + line.len();
        let indented = line.len() - line.trim_start_matches(' ').len() > 3;
        let bare = line.trim();
        match fence {
            Some(opened) => {
                let closes =
                    bare.starts_with(opened) && bare.trim_start_matches(&opened[..1]).is_empty();
                if closes && !indented {
                    fence = None;
                }
            }
            None if indented => {}
            None => {
                fence = opening(bare);
                let level = bare.len() - bare.trim_start_matches('#').len();
                let words = &bare[level..];
                if (1..=6).contains(&level) && (words.is_empty() || words.starts_with(' ')) {
                    found.push(Heading {
                        level,
                        words: plain(words.trim().trim_end_matches('#')),
                        begin,
                        end,
                    });
                }
            }
        }
        begin = end;
    }
    found
}

/// The signs that open a block of code in this line.
fn opening(line: &str) -> Option<&str> {
    ["`", "~"].into_iter().find_map(|sign| {
        let length = line.len() - line.trim_start_matches(sign).len();
        (length >= 3).then(|| &line[..length])
    })
}

/// Words without the marks of Markdown, in small letters: as people name a heading.
fn plain(words: &str) -> String {
    let mut plain = String::new();
    let mut rest = words.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => plain.extend(rest.next()),
            ']' if rest.peek() == Some(&'(') => {
                rest.by_ref().find(|letter| *letter == ')');
            }
            '*' | '_' | '`' | '~' | '[' | ']' => {}
            letter => plain.push(letter),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Plan\n\nIntro\n\n## First *step*\n\nOld\n\n### Detail\n\nOld too\n\n## Second\n\n```\n# First step\n```\n";

    #[test]
    fn what_stands_below_a_heading_is_replaced_up_to_the_next_of_its_level() {
        let changed = with_section(TEXT, "first step", "New").unwrap();
        assert_eq!(
            changed,
            "# Plan\n\nIntro\n\n## First *step*\n\nNew\n\n## Second\n\n```\n# First step\n```\n"
        );
        let changed = with_section(TEXT, "## Second", "## Second\n\nEnd\n").unwrap();
        assert!(
            changed.ends_with("### Detail\n\nOld too\n\n## Second\n\nEnd"),
            "{changed}"
        );
        let emptied = with_section("# A\n\nx\n\n# B\n\ny", "A", "").unwrap();
        assert_eq!(emptied, "# A\n\n# B\n\ny");
    }

    #[test]
    fn a_heading_that_is_not_there_or_there_twice_is_told() {
        assert_eq!(
            with_section("# A\n\n## [B](https://x.example/) \\_c\n", "d", "x"),
            Err(NoSection::Unknown(vec![
                String::from("a"),
                String::from("b _c")
            ]))
        );
        assert_eq!(
            with_section("# A\n\n# a\n", "A", "x"),
            Err(NoSection::Several(2))
        );
    }
}
