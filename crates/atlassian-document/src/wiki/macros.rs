//! Cuts a text in wiki markup into plain stretches and the blocks between braces.
//!
//! Opening and closing look alike (`{quote}` … `{quote}`), so that no block can hold one of its kind.
//! Macros that are not named here stay text: a reader sees that there is one.

use std::ops::Range;

use crate::tree::Block;

/// A part of a text.
#[derive(Debug, Clone)]
pub(crate) enum Part<'a> {
    /// Ordinary markup, which stands there.
    Text(Range<usize>),
    /// A block between braces.
    Block(Braced<'a>),
}

/// A block between braces.
#[derive(Debug, Clone)]
pub(crate) struct Braced<'a> {
    /// The macro.
    pub(crate) name: &'static str,
    /// What stands behind its name.
    pub(crate) parameters: &'a str,
    /// Where all of it stands, and what lies in it.
    pub(crate) whole: Range<usize>,
    pub(crate) inner: Range<usize>,
}

const NAMES: [&str; 8] = [
    "code", "noformat", "quote", "panel", "info", "note", "tip", "warning",
];

/// The longest name with its parameters. To look for their end without a limit would read a long text again
/// for each brace in it.
const LONGEST_PARAMETERS: usize = 2_000;

/// Whether a macro is a block.
pub(crate) fn is_block(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a line ends with the end of a block.
pub(crate) fn ends_with_sign(line: &str) -> bool {
    let is_end = |name: &&str| {
        let before = line
            .strip_suffix('}')
            .and_then(|own| own.strip_suffix(name));
        before.is_some_and(|before| before.ends_with('{'))
    };
    NAMES.iter().any(is_end)
}

/// Cuts a stretch of `source` where a block begins and ends; a block that never ends is text.
pub(crate) fn parts(source: &str, range: Range<usize>) -> Vec<Part<'_>> {
    let source = &source[..range.end];
    let mut parts = Vec::new();
    let (mut text_from, mut at) = (range.start, range.start);
    let mut endless: Vec<&str> = Vec::new();
    while let Some(found) = source[at..].find('{') {
        let open = at + found;
        at = open + 1;
        let Some((name, parameters, inner)) = opening(source, range.start, open) else {
            continue;
        };
        if endless.contains(&name) {
            continue;
        }
        let Some((end, after)) = closing(source, inner, name) else {
            endless.push(name);
            continue;
        };
        parts.push(Part::Text(text_from..open));
        parts.push(Part::Block(Braced {
            name,
            parameters,
            whole: open..after,
            inner: inner..end,
        }));
        (text_from, at) = (after, after);
    }
    parts.push(Part::Text(text_from..range.end));
    parts
}

/// The name and parameters of a block whose brace stands at `open`, and where its content begins.
fn opening(source: &str, from: usize, open: usize) -> Option<(&'static str, &str, usize)> {
    // A second brace belongs to `{{code}}`, which is literal text.
    if source[from..open].ends_with(['\\', '{']) {
        return None;
    }
    let rest = &source[open + 1..];
    let known = NAMES.into_iter().find(|known| {
        let after = rest.strip_prefix(known);
        after.is_some_and(|after| after.starts_with(['}', ':']))
    })?;
    let near = &rest[..rest.floor_char_boundary(LONGEST_PARAMETERS)];
    let length = near.find(['}', '\n'])?;
    if !rest[length..].starts_with('}') {
        return None;
    }
    let parameters = rest[known.len()..length].trim_start_matches(':');
    Some((known, parameters, open + 1 + length + 1))
}

/// Where the content of a block ends, and what comes after its end.
fn closing(source: &str, from: usize, name: &str) -> Option<(usize, usize)> {
    let sign = format!("{{{name}}}");
    let literal = matches!(name, "code" | "noformat");
    let mut at = from;
    loop {
        let end = at + source[at..].find(&sign)?;
        if literal || !source[..end].ends_with('\\') {
            return Some((end, end + sign.len()));
        }
        at = end + sign.len();
    }
}

impl Braced<'_> {
    /// Whether what lies in it is literal text.
    pub(crate) fn is_code(&self) -> bool {
        matches!(self.name, "code" | "noformat")
    }

    /// What is given under a name.
    pub(crate) fn parameter(&self, wanted: &str) -> Option<&str> {
        let mut pairs = self.parameters.split('|');
        pairs.find_map(|pair| pair.strip_prefix(wanted)?.strip_prefix('='))
    }

    /// The language of code.
    pub(crate) fn language(&self) -> &str {
        let first = self.parameters.split('|').next().unwrap_or_default();
        let alone = if first.contains('=') { "" } else { first };
        let named = self.parameter("language").unwrap_or(alone);
        match (self.name, named) {
            ("noformat", _) => "",
            // Jira's name for text that is not coloured; without any name it colours Java.
            (_, "none") => "text",
            (_, named) => named,
        }
    }

    /// Literal text as a block.
    pub(crate) fn code(&self, text: &str) -> Block {
        let title = self.parameter("title").unwrap_or_default();
        Block::titled_code(self.language(), title, text)
    }

    /// The title, or the kind.
    pub(crate) fn title(&self) -> &str {
        self.parameter("title").unwrap_or(match self.name {
            "info" => "Info",
            "note" => "Note",
            "tip" => "Tip",
            "warning" => "Warning",
            _ => "",
        })
    }

    /// Where literal text stands: the line feed after the opening and the one before the end are layout.
    pub(crate) fn literal(&self, source: &str) -> Range<usize> {
        let own = &source[self.inner.clone()];
        let begun = own.strip_prefix("\r\n").or_else(|| own.strip_prefix('\n'));
        let begun = begun.unwrap_or(own);
        let ended = begun
            .strip_suffix("\r\n")
            .or_else(|| begun.strip_suffix('\n'));
        let start = self.inner.end - begun.len();
        start..start + ended.unwrap_or(begun).len()
    }
}
