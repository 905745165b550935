//! Addresses in passing JSON that lead to Atlassian are made to lead to us, so that a client that follows them stays
//! here. Everything else stays byte for byte: numbers, order, repeated members, white space.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input};

/// The members whose addresses programs follow, as they stand in JSON. Those for people (`webui`, `avatarUrls`, …) stay.
const FOLLOWED: [&str; 8] = [
    r#""self""#,
    r#""nextPage""#,
    r#""next""#,
    r#""prev""#,
    r#""previous""#,
    r#""content""#,
    r#""thumbnail""#,
    r#""searchUrl""#,
];
/// As many spaces and line ends as there may be on each side of a colon.
const MOST_SPACES: usize = 64;

/// Finds the names. No name of a member that is none of them can hold one of these: a quote in it has a backslash in front.
static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(FOLLOWED).ok());

/// What an address begins with, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    /// The beginning at Atlassian.
    pub(super) theirs: String,
    /// The beginning here. It needs no escapes in JSON.
    pub(super) ours: String,
}

/// Rewrites JSON that comes in parts. It keeps no more of it than one name and one beginning.
pub(super) struct Rewriter {
    replacements: Vec<Replacement>,
    /// The end of what came, where that may be the beginning of what is replaced.
    kept: Vec<u8>,
    /// What stands before that.
    before: u8,
}

/// What a text is that may be the value of a followed member.
enum Value {
    /// An address of theirs: how long all of it is up to the address, and how long the beginning that is replaced.
    Theirs(usize, usize, usize),
    /// None.
    Other,
    /// What came does not say it yet.
    Unknown,
}

impl Rewriter {
    pub(super) fn new(replacements: Vec<Replacement>) -> Self {
        Self {
            replacements,
            kept: Vec::new(),
            before: 0,
        }
    }

    /// Takes the next part, and gives what is certain by now.
    pub(super) fn push(&mut self, part: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.kept.len() + part.len() + 64);
        if self.kept.is_empty() {
            self.rewrite(part, &mut out);
        } else {
            let mut all = std::mem::take(&mut self.kept);
            all.extend_from_slice(part);
            self.rewrite(&all, &mut out);
        }
        out
    }

    /// Gives the rest.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.kept)
    }

    fn rewrite(&mut self, text: &[u8], out: &mut Vec<u8>) {
        // Up to where it has been given.
        let mut given = 0;
        let mut ends = begins_name(text);
        let mut from = 0;
        let next = |from| NAMES.as_ref()?.find(Input::new(text).range(from..));
        while let Some(name) = next(from) {
            // What ends a text that is broken may begin the next one.
            from = name.end() - 1;
            let before = match name.start() {
                0 => self.before,
                place => text[place - 1],
            };
            if before == b'\\' || name.start() < given {
                continue;
            }
            match self.value(&text[name.end()..]) {
                Value::Theirs(until, length, which) => {
                    let address = name.end() + until;
                    out.extend_from_slice(&text[given..address]);
                    out.extend_from_slice(self.replacements[which].ours.as_bytes());
                    given = address + length;
                }
                Value::Other => {}
                Value::Unknown => {
                    ends = name.start();
                    break;
                }
            }
        }
        let ends = ends.max(given);
        out.extend_from_slice(&text[given..ends]);
        self.kept.extend_from_slice(&text[ends..]);
        if let Some(last) = text[..ends].last() {
            self.before = *last;
        }
    }

    /// What stands behind a name.
    fn value(&self, text: &[u8]) -> Value {
        let mut place = 0;
        for expected in [b':', b'"'] {
            let spaces = text[place..].iter().take(MOST_SPACES);
            place += spaces.take_while(|byte| byte.is_ascii_whitespace()).count();
            match text.get(place) {
                Some(byte) if *byte == expected => place += 1,
                Some(_) => return Value::Other,
                None => return Value::Unknown,
            }
        }
        let mut is_unknown = false;
        let mut found: Option<(usize, usize)> = None;
        for (which, replacement) in self.replacements.iter().enumerate() {
            match begins_with(&text[place..], replacement.theirs.as_bytes()) {
                Begins::With(length) if found.is_none_or(|(shorter, _)| length < shorter) => {
                    found = Some((length, which));
                }
                Begins::Perhaps => is_unknown = true,
                Begins::With(_) | Begins::Otherwise => {}
            }
        }
        match found {
            Some((length, which)) => Value::Theirs(place, length, which),
            None if is_unknown => Value::Unknown,
            None => Value::Other,
        }
    }
}

/// How a JSON text begins.
enum Begins {
    /// With the address: as many bytes of it.
    With(usize),
    Otherwise,
    /// It is the address as far as it came.
    Perhaps,
}

/// Whether a JSON text begins with this address, a slash of which may have a backslash in front.
fn begins_with(text: &[u8], address: &[u8]) -> Begins {
    if text.starts_with(address) {
        return Begins::With(address.len());
    }
    let mut place = 0;
    for expected in address {
        if *expected == b'/' && text.get(place) == Some(&b'\\') {
            place += 1;
        }
        match text.get(place) {
            Some(byte) if byte == expected => place += 1,
            Some(_) => return Begins::Otherwise,
            None => return Begins::Perhaps,
        }
    }
    Begins::With(place)
}

/// Where the end of a text may be the beginning of a name; its length where it is none.
fn begins_name(text: &[u8]) -> usize {
    let is_begun = |place: &usize| {
        let end = &text[*place..];
        let fits = |name: &&str| end.len() < name.len() && name.as_bytes().starts_with(end);
        FOLLOWED.iter().any(fits)
    };
    let longest = FOLLOWED.map(str::len).into_iter().max().unwrap_or_default();
    let first = text.len().saturating_sub(longest);
    (first..text.len()).find(is_begun).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn replacements() -> Vec<Replacement> {
        [
            (
                "https://acme.atlassian.net/rest/",
                "http://ib/ex/jira/-/rest/",
            ),
            (
                "https://api.atlassian.com/ex/jira/1/rest/",
                "http://ib/ex/jira/-/rest/",
            ),
        ]
        .map(|(theirs, ours)| Replacement {
            theirs: theirs.to_owned(),
            ours: ours.to_owned(),
        })
        .to_vec()
    }

    fn rewritten<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut rewriter = Rewriter::new(replacements());
        let mut all = Vec::new();
        for part in parts {
            all.extend(rewriter.push(part));
        }
        all.extend(rewriter.finish());
        String::from_utf8(all).unwrap()
    }

    fn of(text: &str) -> String {
        rewritten([text.as_bytes()])
    }

    #[test]
    fn followed_addresses_lead_here_and_nothing_else_changes() {
        for (came, passed) in [
            (
                r#"{"self":"https://acme.atlassian.net/rest/api/3/issue/1","n":1e400}"#,
                r#"{"self":"http://ib/ex/jira/-/rest/api/3/issue/1","n":1e400}"#,
            ),
            (
                r#"{"self" :	"https:\/\/acme.atlassian.net\/rest\/api\/3\/x" , "id":12345678901234567890}"#,
                r#"{"self" :	"http://ib/ex/jira/-/rest/api\/3\/x" , "id":12345678901234567890}"#,
            ),
            (
                r#"[{"self":"https://api.atlassian.com/ex/jira/1/rest/a"},{"nextPage":"https://acme.atlassian.net/rest/b"}]"#,
                r#"[{"self":"http://ib/ex/jira/-/rest/a"},{"nextPage":"http://ib/ex/jira/-/rest/b"}]"#,
            ),
            (
                r#"{"a":1,"a":2.50,"content":"https://acme.atlassian.net/rest/c","content":[{"type":"x"}]}"#,
                r#"{"a":1,"a":2.50,"content":"http://ib/ex/jira/-/rest/c","content":[{"type":"x"}]}"#,
            ),
        ] {
            assert_eq!(of(came), passed);
        }
    }

    #[test]
    fn what_is_no_followed_address_of_theirs_stays() {
        for text in [
            r#"{"body":"https://acme.atlassian.net/rest/api"}"#,
            r#"{"self":"https://acme.atlassian.net/browse/EX-1"}"#,
            r#"{"self":"https://acme.atlassian.net"}"#,
            r#"{"self":"https://evil.example/rest/api"}"#,
            r#"{"self":["https://acme.atlassian.net/rest/api"]}"#,
            r#"{"self":{"x":"https://acme.atlassian.net/rest/api"}}"#,
            r#"{"x":"\"self\":\"https://acme.atlassian.net/rest/\""}"#,
            r#"{"x":"self","y":"https://acme.atlassian.net/rest/"}"#,
            r#"["self","https://acme.atlassian.net/rest/"]"#,
            r#"{"self":"","self":"\\","self":"https:\\/","self":null}"#,
            r#"{"self":"https://acme.atl"#,
            r#"{"self":"https:\"#,
            r#"{"selfselfself":"https://acme.atlassian.net/rest/"}"#,
            "no JSON at all: self: https://acme.atlassian.net/rest/",
            "",
        ] {
            assert_eq!(of(text), text);
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let pieces = vec![
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            " ",
            "\"",
            "\\",
            "\\\"",
            "\\/",
            "/",
            "self",
            "\"self\":",
            "\"self\":\"",
            "\"content\" : \"",
            "https:",
            "https://acme.atlassian.net/rest/",
            "https://api.atlassian.com/ex/jira/1/rest/",
            "https:\\/\\/acme.atlassian.net\\/rest\\/",
            "1e400",
            "é",
            "\\u0041",
            "null",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..24)
            .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_parts_end(
            text in json(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let bytes = text.as_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            let parts = places.windows(2).map(|two| &bytes[two[0]..two[1]]);
            prop_assert_eq!(rewritten(parts), of(&text));
        }

        #[test]
        fn every_byte_is_there_again_but_for_the_beginnings(text in json()) {
            let got = of(&text);
            let back = |text: &str| {
                text.replace("\\/", "/")
                    .replace("https://acme.atlassian.net/rest/", "~")
                    .replace("https://api.atlassian.com/ex/jira/1/rest/", "~")
                    .replace("http://ib/ex/jira/-/rest/", "~")
            };
            prop_assert_eq!(back(&got), back(&text));
        }

        #[test]
        fn texts_without_our_addresses_come_through_as_they_are(text in any::<String>()) {
            prop_assert_eq!(of(&text), text);
        }
    }
}
