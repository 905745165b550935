//! Markdown without its code: what stands in code is shown as it is written, and means nothing.

/// The text without code blocks between fences, code spans and escaped characters.
pub(crate) fn outside_code(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut fence: Option<(char, usize)> = None;
    for line in markdown.lines() {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let length = mark.map_or(0, |mark| text.len() - text.trim_start_matches(mark).len());
        let rest = &text[length..];
        match (fence, mark) {
            (Some((open, least)), Some(mark))
                if mark == open && length >= least && rest.trim().is_empty() =>
            {
                fence = None;
            }
            (Some(_), _) => {}
            (None, Some(mark)) if length >= 3 && !(mark == '`' && rest.contains('`')) => {
                fence = Some((mark, length));
            }
            (None, _) => {
                plain.push_str(line);
                plain.push('\n');
            }
        }
    }
    without_spans(&plain)
}

fn without_spans(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '\\']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let mut characters = escaped.chars();
            characters.next();
            rest = characters.as_str();
            plain.push(' ');
            continue;
        }
        let inside = rest.trim_start_matches('`');
        let ticks = rest.len() - inside.len();
        rest = inside;
        if let Some(end) = end_of_span(inside, ticks) {
            rest = &inside[end..];
            plain.push(' ');
        }
    }
    plain.push_str(rest);
    plain
}

/// Where a code span ends that so many backticks began.
fn end_of_span(text: &str, ticks: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find('`') {
        let start = from + found;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        from = start + run;
        if run == ticks {
            return Some(from);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_left_out_and_all_else_stays() {
        for (markdown, plain) in [
            ("a `x` b", "a   b\n"),
            ("a ``x ` y`` b `", "a   b \n"),
            ("```rs\nx\n```\nb", "b\n"),
            ("~~~\nx\n```\n~~~\nb", "b\n"),
            ("\\[x](y)", " x](y)\n"),
            ("é ` ü", "é  ü\n"),
        ] {
            assert_eq!(outside_code(markdown), plain, "{markdown}");
        }
    }
}
