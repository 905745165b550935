//! Signs of macros within a line, `{name:settings}`, and what of a row of a table belongs together for them.

use std::collections::HashMap;

use super::link::picture;
use super::macros::is_block;
use super::tokens::{Token, plain};

/// The longest sign.
const LONGEST_SIGN: usize = 2_000;

/// Macros that are often written without parameters. Other words in braces are mostly text.
const MACROS: &[&str] = &[
    "attachments",
    "change-history",
    "chart",
    "children",
    "column",
    "color",
    "deck",
    "card",
    "details",
    "excerpt",
    "expand",
    "gallery",
    "html",
    "include",
    "jiraissues",
    "latex",
    "mermaid",
    "multimedia",
    "pagetree",
    "plantuml",
    "recently-updated",
    "section",
    "status",
    "toc",
    "ul",
];

/// Macros that have a text between two signs.
const WITH_TEXT: &[&str] = &[
    "color", "column", "deck", "card", "details", "excerpt", "expand", "html", "latex", "mermaid",
    "plantuml", "section",
];

/// The sign of a macro.
pub(super) struct Sign {
    /// The macro.
    pub(super) name: String,
    /// All that stands between the braces.
    pub(super) content: String,
    /// The place behind it.
    pub(super) end: usize,
}

/// What stands between a brace at `at` and the next one, if that closes it. No brace is looked at twice.
pub(super) fn sign(tokens: &[Token], at: usize) -> Option<Sign> {
    let near = tokens.get(at + 1..)?;
    let near = &near[..near.len().min(LONGEST_SIGN)];
    let is_brace = |token: &Token| matches!(token, Token::Bare('{' | '}'));
    let length = near.iter().position(is_brace)?;
    let content = plain(&near[..length]);
    let name = content.split(':').next().unwrap_or_default().to_owned();
    let end = at + 1 + length + 1;
    (near[length] == Token::Bare('}')).then_some(Sign { name, content, end })
}

impl Sign {
    /// Whether it is that of a macro, and no word in braces.
    pub(super) fn is_macro(&self) -> bool {
        let name = self.name.as_str();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let has_settings = name.len() < self.content.len() && !is_block(name);
        is_name && (has_settings || MACROS.contains(&name))
    }
}

/// For every place where a picture or a macro begins, where it ends: bars in it are none of a table.
pub(super) fn ends(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut ends = vec![None; tokens.len()];
    // Where the next sign without settings stands of each macro that has a text.
    let mut closing: HashMap<String, usize> = HashMap::new();
    for at in (0..tokens.len()).rev() {
        let after_word = at
            .checked_sub(1)
            .is_some_and(|before| tokens[before].char().is_alphanumeric());
        ends[at] = match tokens[at] {
            Token::Bare('!') if !after_word => picture(tokens, at).map(|(_, _, end)| end),
            Token::Bare('{') => sign(tokens, at).filter(Sign::is_macro).map(|sign| {
                let has_text = WITH_TEXT.contains(&sign.name.as_str());
                let closed = closing.get(&sign.name).copied().filter(|_| has_text);
                if sign.content == sign.name {
                    closing.insert(sign.name, sign.end);
                }
                closed.unwrap_or(sign.end)
            }),
            _ => None,
        };
    }
    ends
}
