//! Words that are to be found, for the operator `~`.

use super::QueryError;

/// The words of a text that is to be found with `~`. The operator reads Lucene's query syntax inside the string,
/// so everything with a meaning there is left out, but what people mean by it: `"words that stand together"`,
/// and `begin*`. An address stands together, too: its words alone are found anywhere.
///
/// # Errors
/// When no word is left.
pub(in crate::atlassian) fn plain_words(text: &str) -> Result<String, QueryError> {
    let text = text.replace(['\u{201c}', '\u{201d}', '\u{201e}'], "\"");
    let is_closed = text.matches('"').count().is_multiple_of(2);
    let mut found: Vec<String> = Vec::new();
    for (place, part) in text.split('"').enumerate() {
        let is_phrase = is_closed && place % 2 == 1;
        if is_phrase {
            let words = words(part);
            if !words.is_empty() {
                found.push(format!("\"{}\"", words.join(" ")));
            }
        } else {
            found.extend(part.split_whitespace().flat_map(begun_or_plain));
        }
    }
    if found.is_empty() {
        return Err(QueryError::new(
            "q",
            "q holds no word that could be searched for",
        ));
    }
    Ok(found.join(" "))
}

/// The words in what stands between blanks; one that is only begun keeps its star.
fn begun_or_plain(text: &str) -> Vec<String> {
    if let Some(address) = address(text) {
        let words = words(address);
        return if words.len() > 1 {
            vec![format!("\"{}\"", words.join(" "))]
        } else {
            words
        };
    }
    let stem = text.strip_suffix('*').unwrap_or_default();
    let is_begun = !stem.is_empty() && stem.chars().all(|one| one.is_alphanumeric() || one == '_');
    if is_begun && words(stem).len() == 1 {
        return vec![text.to_owned()];
    }
    words(text)
}

/// An address as it is written, without its scheme, which texts may leave out.
fn address(text: &str) -> Option<&str> {
    let text = text.trim_matches(['<', '>', '(', ')', '[', ']', ',', '.', ';', '\'']);
    let has_scheme = |scheme: &str| {
        let start = text.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &text[scheme.len()..])
    };
    let bare = has_scheme("https://").or_else(|| has_scheme("http://"))?;
    Some(bare.trim_end_matches('/'))
}

fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .map(|character| match character {
            '_' | '.' | '@' | '\'' | '#' => character,
            _ if character.is_ascii_punctuation() || character.is_control() => ' ',
            _ => character,
        })
        .collect();
    plain
        .split_whitespace()
        .filter(|word| word.contains(|character: char| !character.is_ascii_punctuation()))
        .map(|word| match word {
            "AND" | "OR" | "NOT" | "TO" => word.to_ascii_lowercase(),
            _ => word.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_stay_together_and_beginnings_stay_open() {
        for (typed, sent) in [
            (r#""exact phrase""#, r#""exact phrase""#),
            ("\u{201c}exact phrase\u{201d}", r#""exact phrase""#),
            (r#"the "exact (phrase" ends"#, r#"the "exact phrase" ends"#),
            ("foo*", "foo*"),
            ("foo* bar", "foo* bar"),
            // What else stands there has another meaning to Lucene, and none to people.
            (r#"5" disk"#, "5 disk"),
            (r#""" x"#, "x"),
            ("**bold** *x fo*o src/* * a?", "bold x fo o src a"),
            (r#"a AND "b OR c""#, r#"a and "b or c""#),
            (
                "https://github.com/acme/app/pull/5",
                r#""github.com acme app pull 5""#,
            ),
            (
                "see <https://tracker.example/browse/WEB-3>, please",
                r#"see "tracker.example browse WEB 3" please"#,
            ),
            ("http://localhost/", "localhost"),
            (r#"\"a b\" c"#, r#""a b" c"#),
        ] {
            assert_eq!(plain_words(typed).unwrap(), sent, "{typed}");
        }
        assert!(plain_words("\"\" * ()").is_err());
    }
}
