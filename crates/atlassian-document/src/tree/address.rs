//! Finds addresses that stand in running text without any mark: people write them, and nobody else
//! makes links of them. Jira and Confluence do that for what is typed into their editors only.

/// Schemes whose addresses are links wherever they stand.
const SCHEMES: [&str; 3] = ["https://", "http://", "ftp://"];

/// Cuts a text into stretches, and tells for each whether it is an address.
///
/// The rules are GFM's (section 6.9) with one addition: punctuation of Chinese and Japanese, which
/// is written without spaces, ends an address.
pub(crate) fn split(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    // Where the stretch ends that may be an address. Many schemes can stand in one, so it is looked for once.
    let mut stretch_end = 0;
    while let Some(found) = text[at..].find("://") {
        let colon = at + found;
        at = colon + 3;
        let Some(start) = scheme_start(text, colon).filter(|start| *start >= from) else {
            continue;
        };
        if stretch_end < at {
            stretch_end = text[at..].find(ends).map_or(text.len(), |end| at + end);
        }
        let end = at + length(&text[at..stretch_end], &text[start..at]);
        if end == at {
            continue;
        }
        parts.push((&text[from..start], false));
        parts.push((&text[start..end], true));
        (from, at) = (end, end);
    }
    parts.push((&text[from..], false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// Whether a character ends every address.
fn ends(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\' | '{' | '}')
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
    let stands_free =
        |c: char| c.is_whitespace() || !c.is_ascii() || "([{<>\"'*_~,;:|!".contains(c);
    text[..start]
        .chars()
        .next_back()
        .is_none_or(stands_free)
        .then_some(start)
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
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' => true,
            // A bracket that was not opened inside the address belongs to the text around it.
            ')' => balance.0 < 0,
            ']' => balance.1 < 0,
            _ => false,
        };
        if !outside {
            break;
        }
        match last {
            ')' => balance.0 += 1,
            ']' => balance.1 += 1,
            _ => {}
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

/// Opening minus closing brackets, round and square.
fn balance(text: &str) -> (i64, i64) {
    text.chars().fold((0, 0), |(round, square), c| match c {
        '(' => (round + 1, square),
        ')' => (round - 1, square),
        '[' => (round, square + 1),
        ']' => (round, square - 1),
        _ => (round, square),
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    fn addresses(text: &str) -> Vec<&str> {
        let parts = split(text);
        let whole: String = parts.iter().map(|(part, _)| *part).collect();
        assert_eq!(whole, text);
        let addresses = parts.iter().filter(|(_, is_address)| *is_address);
        addresses.map(|(part, _)| *part).collect()
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
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
