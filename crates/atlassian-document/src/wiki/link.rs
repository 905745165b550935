//! Links, mentions and pictures in wiki markup: `[text|address]`, `[address]`, `[~name]`, `!picture!`.

use super::tokens::{Token, find_near, plain};
use crate::tree::link::Link;

/// Schemes that make a bare address a link.
const SCHEMES: [&str; 4] = ["http://", "https://", "ftp://", "mailto:"];

/// The longest name of a picture.
const LONGEST_PICTURE: usize = 2500;

/// What stands between two brackets.
#[derive(Debug)]
pub(crate) enum Bracket<'a> {
    /// A text that leads to an address.
    Link {
        /// What is shown.
        label: &'a [Token],
        /// Where it leads to.
        address: String,
    },
    /// A name that is shown as text.
    Name(String),
    /// A person: the user name, and the name that is shown, if there is one.
    Person(String, String),
}

/// Reads what stands between two brackets. None: it is only text.
pub(crate) fn bracket(content: &[Token]) -> Option<Bracket<'_>> {
    let is_bar = |token: &Token| *token == Token::Bare('|');
    let Some(bar) = bar_behind_pictures(content) else {
        return alone(content);
    };
    // A third part is a tip (`[text|address|tip]`), which is left out.
    let address = content[bar + 1..].split(is_bar).next().map(plain)?;
    let address = address.trim();
    if let Some(name) = address.strip_prefix('~').filter(|name| is_name(name)) {
        let account = name.strip_prefix("accountid:").unwrap_or(name).to_owned();
        return Some(Bracket::Person(account, plain(&content[..bar])));
    }
    Some(Bracket::Link {
        label: &content[..bar],
        address: address.to_owned(),
    })
}

/// The bar between the text and the address. Pictures in the text have bars of their own; behind a word
/// a mark of exclamation begins none.
fn bar_behind_pictures(content: &[Token]) -> Option<usize> {
    let (mut at, mut after_word) = (0, false);
    while let Some(token) = content.get(at) {
        let picture = match token {
            Token::Bare('|') => return Some(at),
            Token::Bare('!') if !after_word => picture(content, at),
            _ => None,
        };
        after_word = token.char().is_alphanumeric();
        at = picture.map_or(at + 1, |(_, _, end)| end);
    }
    None
}

fn alone(content: &[Token]) -> Option<Bracket<'_>> {
    let text = plain(content);
    if let Some(name) = text.strip_prefix('~').filter(|name| is_name(name)) {
        // Jira Cloud, which still reads wiki markup in places, names accounts.
        let account = name.strip_prefix("accountid:").unwrap_or(name);
        return Some(Bracket::Person(account.to_owned(), String::new()));
    }
    if let Some(file) = text.strip_prefix('^').filter(|file| !file.is_empty()) {
        return Some(Bracket::Name(file.to_owned()));
    }
    let is_address = || {
        let link = Link::once(&text, "").filter(|link| link.href == text);
        link.is_some_and(|link| link.is_absolute())
    };
    let leads_somewhere = starts_with_scheme(&text)
        || is_address()
        || text.starts_with(['#', '/']) && text.len() > 1 && !text.contains(char::is_whitespace);
    leads_somewhere.then_some(Bracket::Link {
        label: content,
        address: text,
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

fn starts_with_scheme(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len()
    })
}

/// The end of a bare address that begins at `at`.
pub(crate) fn bare_address(tokens: &[Token], at: usize) -> Option<usize> {
    if !matches!(
        tokens.get(at)?,
        Token::Bare('h' | 'H' | 'f' | 'F' | 'm' | 'M')
    ) {
        return None;
    }
    let start = plain(&tokens[at..tokens.len().min(at + 8)]);
    if !SCHEMES.iter().any(|scheme| {
        start
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    }) {
        return None;
    }
    let inside = |token: &Token| match token {
        Token::Bare(c) => !c.is_whitespace() && !"|[]{}\"<>".contains(*c),
        Token::Literal(_) | Token::Break => false,
    };
    let length = tokens[at..]
        .iter()
        .take_while(|token| inside(token))
        .count();
    let trailing = tokens[at..at + length]
        .iter()
        .rev()
        .take_while(|token| ".,;:!?)'*_-+^~".contains(token.char()))
        .count();
    let end = at + length - trailing;
    starts_with_scheme(&plain(&tokens[at..end])).then_some(end)
}

/// A picture that opens at `at`: its name or address, the words for it, and the place behind it.
pub(crate) fn picture(tokens: &[Token], at: usize) -> Option<(String, String, usize)> {
    let end = find_near(tokens, at + 1, "!", LONGEST_PICTURE)?;
    let content = plain(&tokens[at + 1..end]);
    let mut parts = content.split('|');
    let name = parts.next().unwrap_or_default();
    let mut settings = parts.flat_map(|part| part.split(','));
    let words = settings.find_map(|setting| setting.trim().strip_prefix("alt="));
    let words = words.unwrap_or_default().to_owned();
    let fits = name.contains('.') && !name.contains(char::is_whitespace);
    fits.then(|| (name.to_owned(), words, end + 1))
}
