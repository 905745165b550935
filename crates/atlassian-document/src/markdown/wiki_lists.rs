//! Lists of wiki markup in a text that is Markdown: how deep an entry lies is told by the number of its signs.

/// The most signs before an entry.
const DEEPEST: usize = 6;

/// The signs before an entry, and its text.
fn entry(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches(['*', '#', '-']);
    let signs = &line[..line.len() - text.len()];
    let is_entry = (1..=DEEPEST).contains(&signs.len()) && text.starts_with(' ');
    (is_entry && !text.trim().is_empty()).then_some((signs, text.trim_start()))
}

/// Whether a line is an entry below another.
pub(super) fn is_nested(line: &str) -> bool {
    entry(line).is_some_and(|(signs, _)| signs.len() > 1)
}

/// How many lines at the beginning are a list that is none in Markdown. `is_wiki` says that the text is wiki markup
/// otherwise, so that two lines with one `#` are no headings.
pub(super) fn ending<'text>(
    lines: impl Iterator<Item = &'text str>,
    is_wiki: bool,
) -> Option<usize> {
    let mut before: &str = "";
    let (mut count, mut is_deeper, mut is_numbered) = (0, false, false);
    for (signs, _) in lines.map_while(entry) {
        let fits = signs.len() <= before.len() + 1;
        let above = &signs[..signs.len() - 1];
        // What lies deeper lies in a list of the same kind.
        if !fits || !before.starts_with(above) {
            break;
        }
        is_deeper |= signs.len() > 1;
        is_numbered |= signs.contains('#');
        (before, count) = (signs, count + 1);
    }
    let is_list = if is_wiki {
        is_deeper || is_numbered
    } else {
        // `# Title` above `## Part` is Markdown, and so is a dash before another.
        is_deeper && !is_numbered && before.starts_with('*')
    };
    (count > 1 && is_list).then_some(count)
}

/// Such a list as Markdown.
pub(super) fn as_markdown(list: &str) -> String {
    let lines = list.lines().filter_map(entry).map(|(signs, text)| {
        let (above, own) = signs.split_at(signs.len() - 1);
        let width = |sign: char| if sign == '#' { 3 } else { 2 };
        let indent = " ".repeat(above.chars().map(width).sum());
        let mark = if own == "#" { "1." } else { "*" };
        format!("{indent}{mark} {text}")
    });
    lines.collect::<Vec<String>>().join("\n")
}
