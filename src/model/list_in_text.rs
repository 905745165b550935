//! Lists in one text, as people and models write them: `a, b`, `["a", "b"]`, `['a', 'b']`, `[a, b]`.

use serde_json::Value;

/// The entries of a list in a text; none where there is nothing in it.
pub(crate) fn entries(text: &str) -> Vec<String> {
    bracketed(text).unwrap_or_else(|| between_commas(text))
}

/// The entries of a list in a text that says itself that it is one, by its brackets.
pub(crate) fn bracketed(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(Value::Array(list)) = serde_json::from_str(text) {
        let one = |entry: &Value| match entry {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let read: Option<Vec<String>> = list.iter().map(one).collect();
        return read.map(filled);
    }
    // What is no JSON and yet has a list or an object in it is no list of names.
    (!inner.contains(['[', '{'])).then(|| between_commas(inner))
}

fn between_commas(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (entry, after) = quoted(rest).unwrap_or_else(|| match rest.split_once(',') {
            Some((entry, after)) => (entry, after),
            None => (rest, ""),
        });
        found.push(entry.trim().to_owned());
        rest = after.trim_start();
    }
    filled(found)
}

/// An entry in quotation marks at the start of `text`, and what follows the comma after it. A mark within a word is
/// a letter like any other.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let inner = &text[1..];
    inner.match_indices(mark).find_map(|(end, _)| {
        let after = inner[end + 1..].trim_start();
        if after.is_empty() {
            return Some((&inner[..end], ""));
        }
        Some((&inner[..end], after.strip_prefix(',')?))
    })
}

fn filled(mut entries: Vec<String>) -> Vec<String> {
    entries.retain(|entry| !entry.is_empty());
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_every_form_that_is_written() {
        for text in [
            "a, b c",
            "a,b c,",
            "[a, b c]",
            r#"["a", "b c"]"#,
            "['a', 'b c']",
            "'a','b c'",
            r#" "a" , "b c" "#,
            "['a', b c]",
        ] {
            assert_eq!(entries(text), ["a", "b c"], "{text}");
        }
        for text in ["", " ", "[]", "[ ]", ",", "['']"] {
            assert!(entries(text).is_empty(), "{text}");
        }
        assert_eq!(entries("[10000, '10001']"), ["10000", "10001"]);
    }

    #[test]
    fn marks_and_commas_within_an_entry_are_parts_of_it() {
        assert_eq!(entries("'a, b', c"), ["a, b", "c"]);
        assert_eq!(
            entries("Mia's team, Sprint [old]"),
            ["Mia's team", "Sprint [old]"]
        );
        assert_eq!(entries("['Mia's team', 'x']"), ["Mia's team", "x"]);
        assert_eq!(entries("'tis, x"), ["'tis", "x"]);
        assert_eq!(bracketed("a, b"), None);
        assert_eq!(bracketed("[{\"a\": 1}]"), None);
        assert_eq!(bracketed("[[a]]"), None);
    }
}
