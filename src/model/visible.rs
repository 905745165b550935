//! Texts for agents, without what a person who looks at them would not see.
//!
//! A model reads every code point. Text that is invisible or stands in another order than it shows can
//! carry instructions past the people who would notice them (Unicode Technical Report 36, "Unicode
//! Security Considerations", and Boucher and Anderson, "Trojan Source").

use std::borrow::Cow;
use std::ops::RangeInclusive;

/// What shows nothing, or turns the text around it.
const HIDDEN: [RangeInclusive<char>; 16] = [
    // Soft hyphen, grapheme joiner, mark of direction, separators of vowels, fillers.
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{180b}'..='\u{180f}',
    '\u{3164}'..='\u{3164}',
    '\u{ffa0}'..='\u{ffa0}',
    // Zero-width space, marks of direction, embeddings, overrides, isolates, invisible operators.
    '\u{200b}'..='\u{200b}',
    '\u{200e}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    // Byte order mark, annotations, variation selectors, and the tags, which spell hidden ASCII.
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
    '\u{fe00}'..='\u{fe0d}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e01ef}',
    '\u{e01f0}'..='\u{e0fff}',
];

/// The flags of England, Scotland and Wales: a black flag and its place in tags. No others of this make are
/// recommended for exchange (Unicode Technical Standard 51, "Unicode Emoji", RGI emoji tag sequences), and tags
/// that spell no flag are hidden text.
const FLAGS: [&str; 3] = [
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// The text without control characters (but tab and line breaks), without those that turn the direction
/// of the text around them, and without those that show nothing. Joiners, variation selectors and tags stay
/// where letters, emoji and flags are made with them.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(flag) = FLAGS.iter().find(|flag| rest.starts_with(**flag)) {
            shown.push_str(flag);
            before = Some(character);
            rest = &rest[flag.len()..];
            continue;
        }
        rest = &rest[character.len_utf8()..];
        let follows_letter =
            before.is_some_and(|before: char| !before.is_ascii() && !is_part(before));
        let keep = match character {
            '\u{200c}' | '\u{200d}' => {
                let next = rest.chars().next();
                let joins = |next: char| !next.is_ascii() && !is_part(next) && !is_hidden(next);
                (follows_letter || is_emoji_style(before)) && next.is_some_and(joins)
            }
            // Also behind a digit, `#` and `*`, for the keys of a telephone.
            '\u{fe0e}' | '\u{fe0f}' => before.is_some_and(|before| !is_part(before)),
            _ => !is_hidden(character),
        };
        if keep {
            shown.push(character);
            before = Some(character);
        }
    }
    Cow::Owned(shown)
}

/// An emoji may stand in its coloured form before a joiner.
fn is_emoji_style(before: Option<char>) -> bool {
    before == Some('\u{fe0f}')
}

/// Parts of a letter or emoji that stand only behind one.
fn is_part(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

fn is_hidden(character: char) -> bool {
    let is_layout = matches!(character, '\t' | '\n' | '\r');
    let shows_nothing = HIDDEN.iter().any(|range| range.contains(&character));
    (character.is_control() && !is_layout) || shows_nothing
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_nobody_sees_is_taken_out() {
        for (text, expected) in [
            ("plain\ttext\r\nline", "plain\ttext\r\nline"),
            ("a\0b\u{1}\u{1b}[31m\u{7f}\u{85}", "ab[31m"),
            ("pay\u{202e}txt.exe\u{202c}", "paytxt.exe"),
            ("\u{2066}x\u{2069}\u{200e}\u{200f}\u{61c}", "x"),
            ("a\u{200b}b\u{2060}c\u{feff}d\u{ad}e", "abcde"),
            ("ok\u{e0069}\u{e0067}\u{e006e}", "ok"),
            ("a\u{200d}b\u{200c}c", "abc"),
            ("😀\u{fe01}\u{e0100}\u{e01ef}", "😀"),
            ("x\u{200d}\u{200d}\u{200c}\u{200d}y", "xy"),
            // Tags behind a black flag that are no flag, that do not end, and that go on.
            ("🏴\u{e0072}\u{e006d}\u{e007f}", "🏴"),
            ("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}", "🏴"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u{e0072}\u{e006d}",
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            ),
        ] {
            assert_eq!(visible(text), expected, "{text:?}");
        }
    }

    #[test]
    fn letters_and_emoji_that_are_joined_stay() {
        for text in [
            "Léa Émile žluťoučký",
            "日本語 العربية עברית",
            "👩\u{200d}💻 ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3}",
            "نامه\u{200c}ای",
            "क\u{94d}\u{200d}ष",
            "🏴\u{200d}☠\u{fe0f} 👩🏽\u{200d}💻 👨\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈 🇨🇭 ☎\u{fe0e}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "in 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}, too",
            "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
        ] {
            assert_eq!(visible(text), text);
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            let shown = visible(&text).into_owned();
            let without_flags = FLAGS.iter().fold(shown.clone(), |text, flag| text.replace(flag, ""));
            prop_assert!(!without_flags.contains(is_hidden), "{shown:?}");
            prop_assert_eq!(visible(&shown).into_owned(), shown.clone());
        }
    }
}
