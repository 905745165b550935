//! Wiki markup within a line of Markdown: links, pictures and words in type.

use std::ops::Range;

/// A stretch of a line, and the Markdown in its place.
type Found = (Range<usize>, String);

/// Links with a bar between the words and the address.
pub(super) fn links(line: &str) -> Vec<Found> {
    let bars = line.match_indices("|http");
    let found = bars.filter_map(|(bar, _)| {
        let (begin, end) = link_around(line, bar)?;
        let is_link = line[end..].starts_with('(') || line[end..].starts_with('[');
        let words = &line[begin + 1..bar];
        let address = line[bar + 1..end - 1].split('|').next().unwrap_or_default();
        (!is_link).then(|| (begin..end, format!("[{words}](<{address}>)")))
    });
    found.collect()
}

/// Where the brackets around a bar stand: from the first to behind the last.
fn link_around(line: &str, bar: usize) -> Option<(usize, usize)> {
    let begin = line[..bar]
        .rfind(['[', ']', '|'])
        .filter(|at| line[*at..].starts_with('['))?;
    let end = bar + 1 + line[bar + 1..].find([']', ' ', '[', '\t'])?;
    let address = &line[bar + 1..end];
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    let has_words = !line[begin + 1..bar].trim().is_empty();
    (line[end..].starts_with(']') && is_web && has_words).then_some((begin, end + 1))
}

/// Pictures by their addresses, `!https://…!`, with settings or without.
pub(super) fn pictures(line: &str) -> Vec<Found> {
    let signs = line.match_indices("!http");
    let found = signs.filter_map(|(begin, _)| {
        let before = line[..begin].chars().next_back();
        let inner = &line[begin + 1..];
        let end = inner.find(['!', ' ', '\t'])?;
        let behind = inner[end..].strip_prefix('!')?.chars().next();
        let (address, settings) = inner[..end].split_once('|').unwrap_or((&inner[..end], ""));
        let is_web = address.starts_with("http://") || address.starts_with("https://");
        let is_apart =
            |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric() && sign != '!');
        let words = settings.split(',').find_map(|one| one.strip_prefix("alt="));
        let is_plain = !address.contains(['<', '>', '[', ']', '"']);
        (is_web && is_plain && is_apart(before) && is_apart(behind)).then(|| {
            let text = format!("![{}](<{address}>)", words.unwrap_or_default());
            (begin..begin + 1 + end + 1, text)
        })
    });
    found.collect()
}

/// Words in type, `{{so}}`.
pub(super) fn in_type(line: &str) -> Vec<Found> {
    let signs = line.match_indices("{{");
    let found = signs.filter_map(|(begin, _)| {
        let inner = &line[begin + 2..];
        let inner = &inner[..inner.find("}}")?];
        let is_word =
            !inner.is_empty() && inner.trim() == inner && !inner.contains(['{', '}', '`']);
        is_word.then(|| (begin..begin + inner.len() + 4, format!("`{inner}`")))
    });
    found.collect()
}
