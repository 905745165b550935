//! Keys of personal spaces in CQL: `~5b10ac` is a name there, and CQL takes it between quotes only, because a tilde
//! compares.

use std::borrow::Cow;

use super::lexer::{Lexed, Token};

/// The query with quotes around such keys where only a value can stand.
pub(in crate::atlassian) fn with_quoted_spaces(query: &str) -> Cow<'_, str> {
    let lexed = Lexed::new(query);
    if lexed.is_malformed() {
        return Cow::Borrowed(query);
    }
    let tokens = lexed.tokens();
    let (mut written, mut from) = (String::new(), 0);
    for (index, (place, token)) in tokens.iter().enumerate() {
        let Some((behind, Token::Word(word))) = tokens.get(index + 1) else {
            continue;
        };
        let is_key = *token == Token::Operator("~") && *behind == place + 1;
        if is_key && is_value(&tokens[..index]) {
            let end = behind + word.len();
            written.extend([&query[from..*place], "\"", &query[*place..end], "\""]);
            from = end;
        }
    }
    if from == 0 {
        return Cow::Borrowed(query);
    }
    Cow::Owned(written + &query[from..])
}

/// Whether a value stands behind these tokens: they end with a comparison, or within the brackets behind `in`.
fn is_value(before: &[(usize, Token<'_>)]) -> bool {
    match before.last().map(|(_, token)| *token) {
        Some(Token::Operator("=" | "!=")) => true,
        Some(Token::Open | Token::Comma) => {
            let open = before.iter().rposition(|(_, token)| *token == Token::Open);
            let behind = open
                .and_then(|open| open.checked_sub(1))
                .and_then(|index| before.get(index));
            matches!(behind, Some((_, Token::Word(word))) if word.eq_ignore_ascii_case("in"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_personal_spaces_are_quoted_where_a_value_stands() {
        for (typed, sent) in [
            ("space = ~5b10ac8d", r#"space = "~5b10ac8d""#),
            ("space=~712020:0f-1", r#"space="~712020:0f-1""#),
            (
                "space != ~mia and type = page",
                r#"space != "~mia" and type = page"#,
            ),
            (
                "space in (~mia, ENG,~omar) order by title",
                r#"space in ("~mia", ENG,"~omar") order by title"#,
            ),
            ("(space not in (~mia))", r#"(space not in ("~mia"))"#),
        ] {
            assert_eq!(with_quoted_spaces(typed), sent, "{typed}");
        }
    }

    #[test]
    fn a_tilde_that_compares_stays() {
        for query in [
            "title ~ release",
            "title ~release",
            "text !~ x",
            r#"space = "~mia""#,
            "space = ~ mia",
            "a ~ (~b)",
            "space = ~\"mia",
        ] {
            assert_eq!(with_quoted_spaces(query), query);
        }
    }
}
