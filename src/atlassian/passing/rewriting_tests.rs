//! What is rewritten and what is not.

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
    with(replacements(), parts)
}

fn with<'a>(replacements: Vec<Replacement>, parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut rewriter = Rewriter::new(Arc::new(Sought::new(replacements)));
    let mut all = Vec::new();
    for part in parts {
        all.extend(rewriter.push(&Bytes::copy_from_slice(part)));
    }
    all.extend(rewriter.finish());
    String::from_utf8(all).unwrap()
}

/// What the rewriter is to do, in the plainest way: it looks for each name, and at what stands behind it.
fn plainly(text: &str, replacements: &[Replacement]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let is_escaped = out.ends_with('\\');
        let name = FOLLOWED.iter().find(|name| rest.starts_with(**name));
        let Some((name, (until, length, which))) = name.filter(|_| !is_escaped).and_then(|name| {
            let value = value_behind(&rest[name.len()..], replacements)?;
            Some((name, value))
        }) else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        let address = name.len() + until;
        out.push_str(&rest[..address]);
        out.push_str(&replacements[which].ours);
        rest = &rest[address + length..];
    }
    out
}

/// Where an address of theirs begins behind a name, how long what is replaced is, and by which.
fn value_behind(text: &str, replacements: &[Replacement]) -> Option<(usize, usize, usize)> {
    let mut rest = text;
    for expected in [':', '"'] {
        let plain = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace());
        if rest.len() - plain.len() > MOST_SPACES {
            return None;
        }
        rest = plain.strip_prefix(expected)?;
    }
    let lengths = replacements.iter().enumerate().filter_map(|(which, one)| {
        let mut left = rest;
        for letter in one.theirs.chars() {
            if letter == '/' {
                left = left.strip_prefix('\\').unwrap_or(left);
            }
            left = left.strip_prefix(letter)?;
        }
        Some((rest.len() - left.len(), which))
    });
    let (length, which) = lengths.min()?;
    Some((text.len() - rest.len(), length, which))
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
    prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

/// JSON as it comes, with everything in it that could mislead who looks for addresses.
fn made() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = FOLLOWED
        .iter()
        .map(|name| format!("{name}:\""))
        .chain(FOLLOWED.map(String::from))
        .chain(replacements().into_iter().map(|one| one.theirs))
        .chain(
            replacements()
                .into_iter()
                .map(|one| one.theirs.replace('/', "\\/")),
        )
        .chain([" ".repeat(MOST_SPACES), "\n".repeat(MOST_SPACES + 1)])
        .chain(
            [
                "\"",
                "\\",
                "\\\"",
                ":",
                ": \"",
                " : ",
                "\",",
                "{",
                "x",
                "é",
                "http",
                "https:\\/",
                "https:/",
                "/",
                "\\/",
                "/rest/",
                "\\/rest\\/",
            ]
            .map(String::from),
        )
        .collect();
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

/// The parts of a text that is cut at these places.
fn cut<'a>(text: &'a str, cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let bytes = text.as_bytes();
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    let parts = places.windows(2);
    parts.map(|two| &bytes[two[0]..two[1]]).collect()
}

proptest! {
    #[test]
    fn it_is_what_the_plainest_way_gives_wherever_the_parts_end(
        text in made(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        has_paths in any::<bool>(),
    ) {
        let mut replacements = replacements();
        if has_paths {
            replacements.push(Replacement {
                theirs: String::from("/rest/"),
                ours: String::from("/ex/confluence/-/rest/"),
            });
        }
        let expected = plainly(&text, &replacements);
        prop_assert_eq!(with(replacements.clone(), cut(&text, &cuts)), &expected[..]);
        let each: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        prop_assert_eq!(with(replacements, each), expected);
    }

    #[test]
    fn it_does_not_matter_where_the_parts_end(
        text in json(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        prop_assert_eq!(rewritten(cut(&text, &cuts)), of(&text));
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
