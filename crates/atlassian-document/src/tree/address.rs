//! Finds addresses that stand in running text without any mark: people write them, and nobody else
//! makes links of them. Jira and Confluence do that for what is typed into their editors only.

use std::ops::Range;

/// Schemes whose addresses are links wherever they stand.
const SCHEMES: [&str; 3] = ["https://", "http://", "ftp://"];

/// What begins an address without a scheme, and the scheme of a mailbox.
const WWW: &str = "www.";
const MAILTO: &str = "mailto:";

/// The longest mailbox and the longest name of a host that is looked at (RFC 5321, section 4.5.3.1).
const LONGEST_NAME: usize = 255;

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stretch<'text> {
    /// Text that leads nowhere.
    Text(&'text str),
    /// An address as it is written.
    Address(&'text str),
    /// A mailbox without a scheme.
    Mailbox(&'text str),
}

/// Cuts a text into stretches, and tells for each whether it is an address.
///
/// The rules are GFM's (section 6.9) with one addition: punctuation of Chinese and Japanese, which
/// is written without spaces, ends an address.
pub(crate) fn split(text: &str) -> Vec<Stretch<'_>> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut signs = Signs::default();
    // Where the stretch ends that may be an address. Many schemes can stand in one, so it is looked for once.
    let mut stretch_end = 0;
    while let Some((sign, place)) = signs.next(text, at) {
        at = place + sign.len();
        if stretch_end < at {
            stretch_end = text[at..].find(ends).map_or(text.len(), |end| at + end);
        }
        let found = match sign {
            "@" => mailbox(text, place),
            _ => web_address(text, sign, place, &text[at..stretch_end]),
        };
        let Some((range, stretch)) = found.filter(|(range, _)| range.start >= from) else {
            continue;
        };
        parts.push(Stretch::Text(&text[from..range.start]));
        parts.push(stretch);
        (from, at) = (range.end, range.end.max(at));
    }
    parts.push(Stretch::Text(&text[from..]));
    parts.retain(|part| *part != Stretch::Text(""));
    parts
}

/// Where the next of each sign stands that an address has, each looked for once.
#[derive(Default)]
struct Signs([Option<usize>; SIGNS.len()]);

const SIGNS: [&str; 4] = ["://", "@", WWW, "WWW."];

/// Whether a text has a sign of an address at all.
pub(crate) fn may_be_in(text: &str) -> bool {
    SIGNS.iter().any(|sign| text.contains(sign))
}

impl Signs {
    fn next(&mut self, text: &str, at: usize) -> Option<(&'static str, usize)> {
        let places = self.0.iter_mut().zip(SIGNS);
        let places = places.map(|(place, sign)| {
            if place.is_none_or(|place| place < at) {
                let found = text[at..].find(sign);
                *place = Some(found.map_or(usize::MAX, |found| at + found));
            }
            (sign, place.unwrap_or(usize::MAX))
        });
        let first = places.min_by_key(|(_, place)| *place);
        first.filter(|(_, place)| *place < text.len())
    }
}

/// An address that begins with a scheme or with `www.`: `stretch` is what may belong to it behind the sign at `place`.
fn web_address<'text>(
    text: &'text str,
    sign: &str,
    place: usize,
    stretch: &str,
) -> Option<(Range<usize>, Stretch<'text>)> {
    let behind = place + sign.len();
    let start = if sign == "://" {
        scheme_start(text, place)?
    } else {
        Some(place).filter(|start| stands_free(text, *start))?
    };
    if sign != "://" && !begins_with_domain(stretch) {
        return None;
    }
    let end = behind + length(stretch, &text[start..behind]);
    (end > behind).then(|| (start..end, Stretch::Address(&text[start..end])))
}

/// Names between full stops, of which the last two have no underscore.
fn begins_with_domain(stretch: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = stretch.find(|c| !in_name(c)).unwrap_or(stretch.len());
    let names = stretch[..end].trim_end_matches('.');
    let mut last = names.rsplit('.').take(2);
    names.contains('.') && !names.contains("..") && last.all(|name| !name.contains('_'))
}

/// A mailbox around the sign at `place`.
fn mailbox(text: &str, place: usize) -> Option<(Range<usize>, Stretch<'_>)> {
    let in_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let in_name = |c: char| in_domain(c) || c == '+';
    let name = text[..place].chars().rev().take_while(|c| in_name(*c));
    let start = place - name.take(LONGEST_NAME).count();
    let domain = text[place + 1..].chars().take_while(|c| in_domain(*c));
    let domain = &text[place + 1..][..domain.take(LONGEST_NAME).count()];
    let behind = &text[place + 1 + domain.len()..];
    // `git@host.example:team/app.git` is where a repository lies.
    let is_path = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || "/~".contains(c));
    let is_followed = behind.starts_with('@') || behind.strip_prefix(':').is_some_and(is_path);
    let domain = domain.trim_end_matches('.');
    let ends_well = domain.ends_with(|c: char| c.is_ascii_alphabetic());
    if start == place || !domain.contains('.') || !ends_well || is_followed {
        return None;
    }
    let end = place + 1 + domain.len();
    let scheme = start.checked_sub(MAILTO.len());
    let scheme = scheme.filter(|scheme| {
        let begin = text.get(*scheme..start);
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(MAILTO))
    });
    match scheme.filter(|scheme| stands_free(text, *scheme)) {
        Some(scheme) => Some((scheme..end, Stretch::Address(&text[scheme..end]))),
        None => stands_free(text, start).then(|| (start..end, Stretch::Mailbox(&text[start..end]))),
    }
}

/// Whether a character ends every address.
fn ends(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\\')
        || matches!(c, '“' | '”' | '„' | '«' | '»' | '…')
        || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

/// Where the scheme before this colon begins, if it is one of ours and not the end of a word.
fn scheme_start(text: &str, colon: usize) -> Option<usize> {
    let before = &text[..colon + 3];
    let scheme = SCHEMES.iter().find(|scheme| {
        let start = before.len().checked_sub(scheme.len());
        let end = start.and_then(|start| before.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    })?;
    let start = before.len() - scheme.len();
    stands_free(text, start).then_some(start)
}

/// Whether something may begin here and is not the end of a word.
fn stands_free(text: &str, start: usize) -> bool {
    let before = text[..start].chars().next_back();
    before.is_none_or(|c| c.is_whitespace() || !c.is_ascii() || "([{<>\"'*_~,;:|!".contains(c))
}

/// How much of the stretch behind a scheme belongs to the address.
fn length(stretch: &str, scheme: &str) -> usize {
    let is_begun = stretch.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    if !is_begun || scheme.len() + stretch.len() > super::link::MAXIMUM_LENGTH {
        return 0;
    }
    let mut address = stretch;
    let mut balance = balance(address);
    while let Some(last) = address.chars().next_back() {
        let outside = match last {
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '|' | '{' => true,
            // A bracket that was not opened inside the address belongs to the text around it.
            ')' => balance.0 < 0,
            ']' => balance.1 < 0,
            '}' => balance.2 < 0,
            _ => false,
        };
        if !outside {
            break;
        }
        // What looks like a reference of HTML belongs to the text as a whole.
        if last == ';'
            && let Some((begin, name)) = address[..address.len() - 1].rsplit_once('&')
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric())
        {
            address = begin;
            continue;
        }
        match last {
            ')' => balance.0 += 1,
            ']' => balance.1 += 1,
            '}' => balance.2 += 1,
            '{' => balance.2 -= 1,
            _ => {}
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

/// Opening minus closing brackets, round, square and curly.
fn balance(text: &str) -> (i64, i64, i64) {
    let count = |wanted: char| {
        let found = text.chars().filter(|c| *c == wanted).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    };
    (
        count('(') - count(')'),
        count('[') - count(']'),
        count('{') - count('}'),
    )
}

#[cfg(test)]
mod tests {
    use super::{Stretch, split};

    fn addresses(text: &str) -> Vec<&str> {
        let parts = split(text);
        let whole = parts.iter().map(|part| match part {
            Stretch::Text(part) | Stretch::Address(part) | Stretch::Mailbox(part) => *part,
        });
        assert_eq!(whole.collect::<String>(), text);
        let addresses = parts.iter().filter_map(|part| match part {
            Stretch::Text(_) => None,
            Stretch::Address(part) | Stretch::Mailbox(part) => Some(*part),
        });
        addresses.collect()
    }

    #[test]
    fn an_address_ends_where_the_sentence_around_it_goes_on() {
        for (text, found) in [
            ("see https://a.example/b, then", "https://a.example/b"),
            ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
            (
                "https://a.example/b?c=1&d=2#e.",
                "https://a.example/b?c=1&d=2#e",
            ),
            ("HTTPS://A.example", "HTTPS://A.example"),
            ("[https://a.example]", "https://a.example"),
            ("http://[::1]:80/x", "http://[::1]:80/x"),
            ("见https://a.example/b。然后", "https://a.example/b"),
            ("'ftp://a.example/b'", "ftp://a.example/b"),
            ("https://a.example:8080/~x/", "https://a.example:8080/~x/"),
            (
                "https://a.example/users/{id}/x|y?z[0]=1 b",
                "https://a.example/users/{id}/x|y?z[0]=1",
            ),
            ("{https://a.example/{b}}", "https://a.example/{b}"),
            ("|https://a.example|", "https://a.example"),
            ("https://a.example/b?c=d&hl;", "https://a.example/b?c=d"),
            ("www.a.example", "www.a.example"),
            ("(www.a.example/b_(c)),", "www.a.example/b_(c)"),
            ("Visit WWW.a.example/b?c=d!", "WWW.a.example/b?c=d"),
            ("*www.a.example:80/b*", "www.a.example:80/b"),
            ("https://www.a.example/b", "https://www.a.example/b"),
            ("me@a.example", "me@a.example"),
            (
                "hello+there-x_y.z@mail.a-b.example.",
                "hello+there-x_y.z@mail.a-b.example",
            ),
            ("(me@a.example), you", "me@a.example"),
            ("me@a.example/b", "me@a.example"),
            ("见me@a.example。然后", "me@a.example"),
            ("mailto:me@a.example!", "mailto:me@a.example"),
            ("https://me@a.example/", "https://me@a.example/"),
        ] {
            assert_eq!(addresses(text), [found], "{text}");
        }
        assert_eq!(
            addresses("https://a.example https://b.example"),
            ["https://a.example", "https://b.example"]
        );
    }

    #[test]
    fn what_only_looks_like_an_address_is_text() {
        for text in [
            "https://",
            "xhttps://a.example",
            "file:///etc",
            "a://b",
            "https:// a",
            "www.",
            "www.example",
            "www..a.b",
            "www.a_b.example",
            "xwww.a.example",
            "/www.a.example",
            "me@example",
            "@a.example",
            "me@@a.example",
            "me@a.example@b.example",
            "me@a.example-",
            "me@1.2.3",
            "/me@a.example",
            "@me@a.example",
            "git@a.example:b/c.git",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
