//! Cuts a text in wiki markup into plain stretches and the blocks between braces.
//!
//! Opening and closing look alike (`{quote}` … `{quote}`), so that no block can hold one of its kind.
//! Macros that are not named here stay text: a reader sees that there is one.

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Ordinary markup.
    Text(&'a str),
    /// `{code}` or `{noformat}`.
    Code {
        /// The programming language, if it is named.
        language: &'a str,
        /// The literal text.
        text: &'a str,
    },
    /// `{quote}`.
    Quote(&'a str),
    /// `{panel}`, `{info}` and their like.
    Panel {
        /// The title, or the kind.
        title: &'a str,
        /// What is in it.
        content: &'a str,
    },
}

const NAMES: [&str; 8] = [
    "code", "noformat", "quote", "panel", "info", "note", "tip", "warning",
];

/// The longest name with its parameters. To look for their end without a limit would read a long text again
/// for each brace in it.
const LONGEST_PARAMETERS: usize = 2_000;

/// Cuts `source` where a block begins and ends; a block that never ends is text.
pub(crate) fn parts(source: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut text_from, mut at) = (0, 0);
    let mut endless: Vec<&str> = Vec::new();
    while let Some(found) = source[at..].find('{') {
        let open = at + found;
        at = open + 1;
        let Some((name, parameters, inner)) = opening(source, open) else {
            continue;
        };
        if endless.contains(&name) {
            continue;
        }
        let Some((end, after)) = closing(source, inner, name) else {
            endless.push(name);
            continue;
        };
        parts.push(Part::Text(&source[text_from..open]));
        parts.push(block(name, parameters, &source[inner..end]));
        (text_from, at) = (after, after);
    }
    parts.push(Part::Text(&source[text_from..]));
    parts
}

/// The name and parameters of a block whose brace stands at `open`, and where its content begins.
fn opening(source: &str, open: usize) -> Option<(&'static str, &str, usize)> {
    // A second brace belongs to `{{code}}`, which is literal text.
    if source[..open].ends_with(['\\', '{']) {
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

fn block<'a>(name: &'static str, parameters: &'a str, content: &'a str) -> Part<'a> {
    let parameter = |wanted: &str| {
        parameters
            .split('|')
            .find_map(|pair| pair.strip_prefix(wanted)?.strip_prefix('='))
    };
    match name {
        "code" => {
            let first = parameters.split('|').next().unwrap_or_default();
            let language =
                parameter("language").unwrap_or(if first.contains('=') { "" } else { first });
            // Jira's name for text that is not coloured; without any name it colours Java.
            let language = if language == "none" { "text" } else { language };
            let text = without_outer_lines(content);
            Part::Code { language, text }
        }
        "noformat" => Part::Code {
            language: "",
            text: without_outer_lines(content),
        },
        "quote" => Part::Quote(content),
        kind => Part::Panel {
            title: parameter("title").unwrap_or(match kind {
                "info" => "Info",
                "note" => "Note",
                "tip" => "Tip",
                "warning" => "Warning",
                _ => "",
            }),
            content,
        },
    }
}

/// The line feed after the opening and the one before the end are layout.
fn without_outer_lines(content: &str) -> &str {
    let content = content.strip_prefix('\n').unwrap_or(content);
    content.strip_suffix('\n').unwrap_or(content)
}
