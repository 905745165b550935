//! Reads the text of a `.env` file the way the earlier systems' readers did.
//!
//! Every line is cut into name and literal value here and then handed to `dotenvy` in single quotes, the one
//! form in which it changes nothing: spaces and `$` of an unquoted value stay what they are.

use std::collections::BTreeMap;

use super::error::SettingsError;

/// The assignments of a `.env` file, by name; of several with one name the last counts.
///
/// # Errors
/// The first line that is neither blank, a comment, nor `NAME=value`.
pub(super) fn parse(content: &str) -> Result<BTreeMap<String, String>, SettingsError> {
    // Editors on Windows put a byte order mark in front.
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut assignments = BTreeMap::new();
    for (index, line) in content.lines().enumerate() {
        let refuse = |problem: &str| SettingsError::Line {
            number: index + 1,
            problem: problem.to_owned(),
        };
        let Some((name, value)) = split(line).map_err(refuse)? else {
            continue;
        };
        // Well formed, but outside the grammar of dotenvy and of every variable here: an unknown name.
        if name.contains('-') {
            continue;
        }
        let safe_line = format!("{name}={}\n", single_quoted(&value));
        match dotenvy::from_read_iter(safe_line.as_bytes()).next() {
            Some(Ok((name, value))) => assignments.insert(name, value),
            _ => return Err(refuse("is not NAME=value; correct it or put # before it")),
        };
    }
    Ok(assignments)
}

/// The name and the literal value of one line; nothing for a blank line or a comment.
fn split(line: &str) -> Result<Option<(&str, String)>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (name, value) = line
        .split_once('=')
        .ok_or("has no = in it; write NAME=value or put # before it")?;
    let name = without_export(name.trim());
    if !is_name(name) {
        return Err("does not start with a name; write NAME=value or put # before it");
    }
    Ok(Some((name, literal(value)?)))
}

/// `export NAME=value`, for files that a shell reads too.
fn without_export(name: &str) -> &str {
    match name.strip_prefix("export") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => name,
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "_.-".contains(character))
}

/// The value behind the `=`: one pair of quotes stripped, or everything up to a `#` after white space.
fn literal(value: &str) -> Result<String, &'static str> {
    match value.trim_start().chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(value.trim(), quote)
            .ok_or("opens a quote that is not closed at the end; close it or remove it"),
        _ => Ok(without_comment(value).trim().to_owned()),
    }
}

/// Only a `#` behind white space begins a comment, as in python-dotenv and Docker Compose: `#` is common
/// in passwords and addresses.
fn without_comment(value: &str) -> &str {
    let comment = value
        .char_indices()
        .find(|&(at, character)| character == '#' && value[..at].ends_with(char::is_whitespace));
    comment.map_or(value, |(at, _)| &value[..at])
}

/// What stands between the quotes, where a backslash escapes the quote and itself; the closing quote is the
/// first with nothing but a comment behind it.
fn quoted(value: &str, quote: char) -> Option<String> {
    let mut inner = String::new();
    let mut characters = value.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\'
            && let Some((_, escaped)) =
                characters.next_if(|&(_, next)| next == quote || next == '\\')
        {
            inner.push(escaped);
            continue;
        }
        let behind = value[at + character.len_utf8()..].trim_start();
        if character == quote && (behind.is_empty() || behind.starts_with('#')) {
            return Some(inner);
        }
        inner.push(character);
    }
    None
}

/// The value in single quotes for dotenvy, whose line splitter and value parser disagree about a backslash
/// inside them: it and the quote go outside.
fn single_quoted(value: &str) -> String {
    let mut safe = String::from("'");
    for character in value.chars() {
        match character {
            '\'' => safe.push_str(r"'\''"),
            '\\' => safe.push_str(r"'\\'"),
            other => safe.push(other),
        }
    }
    safe.push('\'');
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn value_of(line: &str) -> String {
        parse(line).unwrap().remove("A").unwrap()
    }

    #[rstest]
    #[case("A=b", "b")]
    #[case("A = b ", "b")]
    #[case("A=", "")]
    #[case("A= # nothing", "")]
    #[case("A=#b", "#b")]
    #[case("A=b#c", "b#c")]
    #[case("A=b #c", "b")]
    #[case(
        "A=read:jira-work read:jira-user offline_access",
        "read:jira-work read:jira-user offline_access"
    )]
    #[case("A=ab$cd${HOME}", "ab$cd${HOME}")]
    #[case(r#"A="abc$def""#, "abc$def")]
    #[case("A='abc$def'", "abc$def")]
    #[case(r#"A="b # c" # d"#, "b # c")]
    #[case("A=\"b\"", "b")]
    #[case(r#"A='["http://a"]'"#, r#"["http://a"]"#)]
    #[case(r#"A=["http://a", "http://b"]"#, r#"["http://a", "http://b"]"#)]
    #[case("A='it's'", "it's")]
    #[case(r#"A="say \"hi\"""#, r#"say "hi""#)]
    #[case(r"A=C:\new\table\", r"C:\new\table\")]
    #[case(r"A='C:\new'", r"C:\new")]
    #[case("A=b=c==", "b=c==")]
    #[case("A=it's", "it's")]
    #[case("export A=b", "b")]
    #[case("  export\tA=b", "b")]
    #[case("A=grüße 🦀", "grüße 🦀")]
    fn a_value_is_taken_literally(#[case] line: &str, #[case] expected: &str) {
        assert_eq!(value_of(line), expected);
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_do_not_matter() {
        let parsed = parse("\u{feff}A=1\r\nB=\"2\"\r\n\r\n# c\r\n").unwrap();
        assert_eq!(
            parsed,
            BTreeMap::from([("A".into(), "1".into()), ("B".into(), "2".into())])
        );
    }

    #[test]
    fn the_last_assignment_of_a_name_counts() {
        assert_eq!(value_of("A=1\nA=2"), "2");
    }

    #[test]
    fn export_is_also_a_name() {
        assert_eq!(
            parse("export=1").unwrap().remove("export").as_deref(),
            Some("1")
        );
    }

    #[test]
    fn a_name_no_setting_can_have_is_skipped() {
        assert_eq!(parse("my-key=1").unwrap(), BTreeMap::new());
    }

    #[rstest]
    #[case("A=1\n\nthis is a sentence", 3)]
    #[case("=1", 1)]
    #[case("A B=1", 1)]
    #[case("# fine\n1A=2", 2)]
    #[case("A=\"never closed", 1)]
    #[case("export A", 1)]
    fn a_hopeless_line_is_named_by_its_number(#[case] content: &str, #[case] number: usize) {
        let error = parse(content).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!(".env line {number}: ")),
            "{error}"
        );
    }

    #[test]
    fn an_error_does_not_repeat_what_the_line_says() {
        let error = parse("SECRET=\"hunter2").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }

    proptest! {
        #[test]
        fn no_content_panics(content in any::<String>()) {
            let _ = parse(&content);
        }

        #[test]
        fn nothing_that_looks_like_a_file_panics(content in "([A-C]?[ =#'\"\\\\$\\{\\}x\t\r\n]{0,6}){0,12}") {
            let _ = parse(&content);
        }

        #[test]
        fn an_unquoted_value_without_comment_and_outer_space_is_literal(value in "[!$%&'()*+,./:;<=>?@\\\\^_`{|}~a-z][ !$%&'()*+\"\\\\a-z{}]{0,20}[a-z\\\\'$]") {
            prop_assume!(!value.starts_with('\''));
            prop_assert_eq!(value_of(&format!("A={value}")), value);
        }
    }
}
