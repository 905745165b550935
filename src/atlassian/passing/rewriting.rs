//! Addresses in passing JSON that lead to Atlassian are made to lead to us, so that a client that follows them stays
//! here. Everything else stays byte for byte: numbers, order, repeated members, white space.

/// The members whose addresses programs follow. Those for people (`webui`, `avatarUrls`, …) stay.
const FOLLOWED: [&[u8]; 8] = [
    b"self",
    b"nextPage",
    b"next",
    b"prev",
    b"previous",
    b"content",
    b"thumbnail",
    b"searchUrl",
];
/// One more than the longest of them.
const LONGEST_NAME: usize = 9;

/// What an address begins with, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    /// The beginning at Atlassian.
    pub(super) theirs: String,
    /// The beginning here. It needs no escapes in JSON.
    pub(super) ours: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between texts.
    Outside,
    /// In a text; `true` behind a backslash.
    Text(bool),
    /// At the beginning of a text that may be an address.
    Beginning,
}

/// Rewrites JSON that comes in parts. It keeps no more of it than one beginning.
pub(super) struct Rewriter {
    replacements: Vec<Replacement>,
    place: Place,
    /// The text read last, as long as it may be a name.
    name: Vec<u8>,
    is_name: bool,
    /// Whether the value that comes next belongs to a followed member.
    is_followed: bool,
    /// The beginning of a text, as it came and without escapes of slashes.
    raw: Vec<u8>,
    plain: Vec<u8>,
}

impl Rewriter {
    pub(super) fn new(replacements: Vec<Replacement>) -> Self {
        Self {
            replacements,
            place: Place::Outside,
            name: Vec::with_capacity(LONGEST_NAME + 1),
            is_name: false,
            is_followed: false,
            raw: Vec::new(),
            plain: Vec::new(),
        }
    }

    /// Takes the next part, and gives what is certain by now.
    pub(super) fn push(&mut self, part: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(part.len() + 64);
        let mut rest = part;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            match self.place {
                Place::Outside => self.outside(*byte, &mut out),
                Place::Text(false) if !matches!(byte, b'"' | b'\\') => {
                    let piece = &part[part.len() - after.len() - 1..];
                    let (piece, after) = piece.split_at(plain_length(piece));
                    rest = after;
                    self.plain_text(piece, &mut out);
                }
                Place::Text(escaped) => self.in_text(*byte, escaped, &mut out),
                Place::Beginning => {
                    let piece = &part[part.len() - after.len() - 1..];
                    match self.whole_beginning(piece) {
                        Some(found) => {
                            out.extend_from_slice(found.ours.as_bytes());
                            rest = &piece[found.theirs.len()..];
                            self.place = Place::Text(false);
                        }
                        None => self.at_beginning(*byte, &mut out),
                    }
                }
            }
        }
        out
    }

    /// What the text begins with, if all of that is here and written plainly, as it nearly always is.
    fn whole_beginning(&self, text: &[u8]) -> Option<&Replacement> {
        let fits = |one: &&Replacement| text.starts_with(one.theirs.as_bytes());
        let known = self.replacements.iter().filter(|_| self.raw.is_empty());
        known.filter(fits).min_by_key(|one| one.theirs.len())
    }

    /// A piece of a text without quotes and backslashes, which is most of all that comes.
    fn plain_text(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(piece);
        self.is_name &= self.name.len() + piece.len() <= LONGEST_NAME;
        if self.is_name {
            self.name.extend_from_slice(piece);
        }
    }

    /// Gives the rest.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.raw)
    }

    fn outside(&mut self, byte: u8, out: &mut Vec<u8>) {
        out.push(byte);
        match byte {
            b'"' if self.is_followed => {
                self.is_followed = false;
                self.is_name = false;
                self.place = Place::Beginning;
            }
            b'"' => {
                self.name.clear();
                self.is_name = true;
                self.place = Place::Text(false);
            }
            b':' => {
                self.is_followed = self.is_name && FOLLOWED.contains(&self.name.as_slice());
                self.is_name = false;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                self.is_followed = false;
                self.is_name = false;
            }
        }
    }

    fn in_text(&mut self, byte: u8, escaped: bool, out: &mut Vec<u8>) {
        out.push(byte);
        self.place = match byte {
            b'"' if !escaped => {
                return self.place = Place::Outside;
            }
            b'\\' if !escaped => Place::Text(true),
            _ => Place::Text(false),
        };
        // A name with an escape in it is none that is followed.
        if byte == b'\\' || self.name.len() > LONGEST_NAME {
            self.is_name = false;
        }
        if self.is_name {
            self.name.push(byte);
        }
    }

    fn at_beginning(&mut self, byte: u8, out: &mut Vec<u8>) {
        let was_escaped = self.raw.last() == Some(&b'\\');
        self.raw.push(byte);
        if byte == b'"' && !was_escaped {
            self.give_up(out);
            self.place = Place::Outside;
            return;
        }
        if byte == b'\\' && !was_escaped {
            return;
        }
        if was_escaped && byte != b'/' {
            self.give_up(out);
            self.place = Place::Text(false);
            return;
        }
        self.plain.push(byte);
        let plain = self.plain.as_slice();
        let is_whole = |one: &&Replacement| one.theirs.as_bytes() == plain;
        if let Some(found) = self.replacements.iter().find(is_whole) {
            out.extend_from_slice(found.ours.as_bytes());
            self.raw.clear();
            self.plain.clear();
            self.place = Place::Text(false);
        } else if !self
            .replacements
            .iter()
            .any(|one| one.theirs.as_bytes().starts_with(plain))
        {
            self.give_up(out);
            self.place = Place::Text(false);
        }
    }

    /// It is no address of theirs.
    fn give_up(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.raw);
        self.plain.clear();
    }
}

/// How many bytes there are before the next quote or backslash. Sixteen at once: processors compare as many in one step.
fn plain_length(text: &[u8]) -> usize {
    let ends = |byte: u8| byte == b'"' || byte == b'\\';
    let (chunks, _) = text.as_chunks::<16>();
    let has_none = |chunk: &&[u8; 16]| {
        !chunk
            .iter()
            .fold(false, |ends_there, byte| ends_there | ends(*byte))
    };
    let passed = 16 * chunks.iter().take_while(has_none).count();
    let rest = text[passed..].iter().position(|byte| ends(*byte));
    rest.map_or(text.len(), |place| passed + place)
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
