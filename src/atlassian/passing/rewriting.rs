//! Addresses in passing JSON that lead to Atlassian are made to lead to us, so that a client that follows them stays
//! here. Everything else stays byte for byte: numbers, order, repeated members, white space.
//!
//! What is looked for is a text that begins as an address does, because most of an answer is something else; only
//! there the member's name in front of it is looked at.

use std::sync::Arc;

use hyper::body::Bytes;
use memchr::memchr;
use memchr::memmem::{FindIter, Finder};

/// The members whose addresses programs follow, as they stand in JSON. Those for people (`webui`, `avatarUrls`, …) stay.
const FOLLOWED: [&str; 9] = [
    r#""self""#,
    r#""nextPage""#,
    r#""next""#,
    r#""prev""#,
    r#""previous""#,
    r#""content""#,
    r#""thumbnail""#,
    r#""searchUrl""#,
    r#""autoCompleteUrl""#,
];
/// The last letters of these names, each a bit.
const LAST_LETTERS: u128 = {
    let (mut letters, mut at) = (0, 0);
    while at < FOLLOWED.len() {
        let name = FOLLOWED[at].as_bytes();
        letters |= 1 << name[name.len() - 2];
        at += 1;
    }
    letters
};
/// As many spaces and line ends as there may be on each side of a colon.
const MOST_SPACES: usize = 64;
/// As much as may matter in front of an address: a backslash, a name, a colon between spaces, a quote.
const BEHIND: usize = 1 + 17 + MOST_SPACES + 1 + MOST_SPACES + 1;

/// What an address begins with, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    /// The beginning at Atlassian.
    pub(super) theirs: String,
    /// The beginning here. It needs no escapes in JSON.
    pub(super) ours: String,
}

/// What is replaced in the answers of one site, made ready to be looked for.
pub(super) struct Sought {
    replacements: Vec<Replacement>,
    /// What texts begin with that may be such an address, with their quote.
    beginnings: Vec<Finder<'static>>,
    /// As long as an address may be, all its slashes escaped, with its quote.
    longest: usize,
}

/// Rewrites JSON that comes in parts. It keeps no more of it than one beginning, and what stands in front.
pub(super) struct Rewriter {
    sought: Arc<Sought>,
    /// The end of what was given.
    behind: Vec<u8>,
    /// What came after it, where that may be the beginning of what is replaced.
    kept: Vec<u8>,
}

/// What a text is that may be the value of a followed member.
enum Value {
    /// An address of theirs: how long the beginning is that is replaced, and by which.
    Theirs(usize, usize),
    /// None.
    Other,
    /// What came does not say it yet.
    Unknown,
}

impl Sought {
    pub(super) fn new(mut replacements: Vec<Replacement>) -> Self {
        // Of two that an address begins with the shorter one counts.
        replacements.sort_by_key(|one| one.theirs.len());
        let theirs = || replacements.iter().map(|one| one.theirs.as_str());
        let beginnings = beginnings(theirs());
        let slashes = |text: &str| text.bytes().filter(|byte| *byte == b'/').count();
        let longest = theirs().map(|text| 1 + text.len() + slashes(text)).max();
        Self {
            beginnings: beginnings
                .iter()
                .map(|text| Finder::new(text).into_owned())
                .collect(),
            longest: longest.unwrap_or_default(),
            replacements,
        }
    }

    fn value(&self, text: &[u8]) -> Value {
        let is_plainly = |one: &Replacement| text.starts_with(one.theirs.as_bytes());
        if let Some(which) = self.replacements.iter().position(is_plainly) {
            return Value::Theirs(self.replacements[which].theirs.len(), which);
        }
        let start = text.get(..self.longest);
        if start.is_some_and(|start| memchr(b'\\', start).is_none()) {
            return Value::Other;
        }
        let mut is_unknown = false;
        let mut found: Option<(usize, usize)> = None;
        for (which, replacement) in self.replacements.iter().enumerate() {
            let theirs = replacement.theirs.as_bytes();
            match begins_with(text, theirs) {
                Begins::With(length) if found.is_none_or(|(shorter, _)| length < shorter) => {
                    found = Some((length, which));
                }
                Begins::Perhaps => is_unknown = true,
                Begins::With(_) | Begins::Otherwise => {}
            }
        }
        match found {
            Some((length, which)) => Value::Theirs(length, which),
            None if is_unknown => Value::Unknown,
            None => Value::Other,
        }
    }

    /// How much of a text cannot be the beginning of an address.
    fn certain(&self, text: &[u8]) -> usize {
        let mut from = text.len().saturating_sub(self.longest);
        while let Some(place) = memchr(b'"', &text[from..]) {
            let quote = from + place;
            if matches!(self.value(&text[quote + 1..]), Value::Unknown) {
                return quote;
            }
            from = quote + 1;
        }
        text.len()
    }
}

impl Rewriter {
    pub(super) fn new(sought: Arc<Sought>) -> Self {
        Self {
            sought,
            behind: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Takes the next part, and gives what is certain by now. A part without any of it is given as it came.
    pub(super) fn push(&mut self, part: &Bytes) -> Bytes {
        if self.kept.is_empty() {
            return self.rewrite(part);
        }
        let mut all = std::mem::take(&mut self.kept);
        all.extend_from_slice(part);
        self.rewrite(&all.into())
    }

    /// Gives the rest.
    pub(super) fn finish(&mut self) -> Bytes {
        std::mem::take(&mut self.kept).into()
    }

    fn rewrite(&mut self, text: &Bytes) -> Bytes {
        let mut out = Vec::new();
        // Up to where it has been given.
        let mut given = 0;
        let sought = &*self.sought;
        let mut places = Places::of(&sought.beginnings, text);
        while let Some(quote) = places.next() {
            if !self.is_followed(&text[..quote]) {
                continue;
            }
            let address = quote + 1;
            if let Value::Theirs(length, which) = sought.value(&text[address..]) {
                if out.is_empty() {
                    out.reserve(text.len() + text.len() / 4);
                }
                out.extend_from_slice(&text[given..address]);
                out.extend_from_slice(sought.replacements[which].ours.as_bytes());
                given = address + length;
            }
        }
        let ends = sought.certain(text).max(given);
        self.remember(text, ends);
        if given == 0 {
            return text.slice(..ends);
        }
        out.extend_from_slice(&text[given..ends]);
        out.into()
    }

    /// Whether the text that begins here is the value of a followed member.
    fn is_followed(&self, before: &[u8]) -> bool {
        if before.len() >= BEHIND || self.behind.is_empty() {
            return ends_with_name(before);
        }
        ends_with_name(&[&self.behind, before].concat())
    }

    /// Keeps what is not given yet, and the end of what is.
    fn remember(&mut self, text: &[u8], ends: usize) {
        self.kept.extend_from_slice(&text[ends..]);
        if ends >= BEHIND {
            self.behind.clear();
        }
        self.behind
            .extend_from_slice(&text[ends.saturating_sub(BEHIND)..ends]);
        let old = self.behind.len().saturating_sub(BEHIND);
        self.behind.drain(..old);
    }
}

/// The places where a text may begin that is an address, one after the other.
struct Places<'a> {
    /// Of each beginning the next place.
    each: Vec<(FindIter<'a, 'a>, Option<usize>)>,
}

impl<'a> Places<'a> {
    fn of(beginnings: &'a [Finder<'_>], text: &'a [u8]) -> Self {
        let each = beginnings.iter().map(|beginning| {
            let mut places = beginning.find_iter(text);
            let first = places.next();
            (places, first)
        });
        Self {
            each: each.collect(),
        }
    }

    fn next(&mut self) -> Option<usize> {
        let (places, next) = match self.each.as_mut_slice() {
            [only] => only,
            each => each
                .iter_mut()
                .min_by_key(|(_, next)| next.unwrap_or(usize::MAX))?,
        };
        let place = (*next)?;
        *next = places.next();
        Some(place)
    }
}

/// What every text that may be one of these addresses begins with, up to the first slash, which may be escaped.
fn beginnings<'a>(theirs: impl Iterator<Item = &'a str>) -> Vec<String> {
    let (paths, absolute): (Vec<&str>, Vec<&str>) = theirs.partition(|text| text.starts_with('/'));
    let mut beginnings = Vec::new();
    if !paths.is_empty() {
        beginnings.extend([String::from("\"/"), String::from("\"\\/")]);
    }
    let schemes = absolute
        .iter()
        .map(|text| text.split('/').next().unwrap_or_default());
    let common = schemes.reduce(|one, other| {
        let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
        &one[..same.count()]
    });
    beginnings.extend(common.map(|scheme| format!("\"{scheme}")));
    beginnings
}

/// Whether a text ends with a followed name and a colon. No name of a member that is none of them can end with one:
/// a quote in it has a backslash in front.
fn ends_with_name(text: &[u8]) -> bool {
    let without_spaces = |text: &[u8]| {
        let spaces = text.iter().rev().take(MOST_SPACES);
        text.len() - spaces.take_while(|byte| byte.is_ascii_whitespace()).count()
    };
    // Nearly always there are none.
    let before = if let [before @ .., b'"', b':'] = text {
        &text[..=before.len()]
    } else {
        let Some((b':', before)) = text[..without_spaces(text)].split_last() else {
            return false;
        };
        &before[..without_spaces(before)]
    };
    let Some([letter, b'"']) = before.last_chunk() else {
        return false;
    };
    // Most names are told apart by their last letter.
    letter.is_ascii()
        && LAST_LETTERS & (1 << letter) != 0
        && FOLLOWED.iter().any(|name| {
            let rest = before.strip_suffix(name.as_bytes());
            rest.is_some_and(|rest| rest.last() != Some(&b'\\'))
        })
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

#[cfg(test)]
#[path = "rewriting_tests.rs"]
mod tests;
