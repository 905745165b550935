//! Words that JQL takes between quotes only
//! (<https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/>, "Reserved words").

use std::borrow::Cow;

use super::lexer::{Lexed, Token};

const WORDS: &str = "\
    abort access add after alias all alter and any as asc audit avg before begin between boolean break \
    by byte catch cf char character check checkpoint collate collation column commit connect continue \
    count create current date decimal declare decrement default defaults define delete delimiter desc \
    difference distinct divide do double drop else empty encoding end equals escape exclusive exec \
    execute exists explain false fetch file field first float for from function go goto grant greater \
    group having identified if immediate in increment index initial inner inout input insert int integer \
    intersect intersection into is isempty isnull join last left less like limit lock long max min minus \
    mode modify modulo more multiply next noaudit not notin nowait null number object of on option or \
    order outer output power previous prior privileges public raise raw remainder rename resource return \
    returns revoke right row rowid rownum rows select session set share size sqrt start strict string \
    subtract sum synonym table then to trans transaction trigger true uid union unique update user \
    validate values view when whenever where while with";

/// What stands for a value and is none.
const NO_VALUES: [&str; 2] = ["empty", "null"];

/// What goes on behind a condition.
const GOES_ON: [&str; 3] = ["and", "or", "order"];

/// The query with quotes around such words where only a value can stand: projects are called `DO` and labels `and`.
pub(in crate::atlassian) fn with_quotes(query: &str) -> Cow<'_, str> {
    let lexed = Lexed::new(query);
    if lexed.is_malformed() {
        return Cow::Borrowed(query);
    }
    let tokens = lexed.tokens();
    let (mut written, mut from) = (String::new(), 0);
    for (index, (place, token)) in tokens.iter().enumerate() {
        let Token::Word(word) = token else {
            continue;
        };
        if is_reserved(word) && is_value(tokens, index) {
            written.extend([&query[from..*place], "\"", word, "\""]);
            from = place + word.len();
        }
    }
    if from == 0 {
        return Cow::Borrowed(query);
    }
    Cow::Owned(written + &query[from..])
}

fn is_reserved(word: &str) -> bool {
    let is = |known: &str| known.eq_ignore_ascii_case(word);
    WORDS.split_ascii_whitespace().any(is) && !NO_VALUES.into_iter().any(is)
}

/// Whether a value stands at this place: behind a comparison, or in a list, and with nothing behind it that would make it
/// something else.
fn is_value(tokens: &[(usize, Token<'_>)], index: usize) -> bool {
    let token = |index: usize| tokens.get(index).map(|(_, token)| *token);
    let is_compared = matches!(
        index.checked_sub(1).and_then(token),
        Some(Token::Operator(_))
    );
    let ends = match token(index + 1) {
        None | Some(Token::Close) => true,
        Some(Token::Word(word)) => GOES_ON.iter().any(|known| known.eq_ignore_ascii_case(word)),
        _ => false,
    };
    (is_compared && ends) || is_listed(tokens, index)
}

/// Whether a text stands alone between the brackets and commas behind `in`.
fn is_listed(tokens: &[(usize, Token<'_>)], index: usize) -> bool {
    let alone = matches!(
        tokens.get(index + 1),
        Some((_, Token::Close | Token::Comma))
    );
    let open = tokens[..index]
        .iter()
        .rposition(|(_, token)| *token == Token::Open);
    let Some(open) = open.filter(|_| alone) else {
        return false;
    };
    let between = &tokens[open + 1..index];
    let only_entries = between
        .iter()
        .all(|(_, token)| matches!(token, Token::Word(_) | Token::Quoted(_) | Token::Comma));
    let before = open.checked_sub(1).and_then(|before| tokens.get(before));
    let is_in = matches!(before, Some((_, Token::Word(word))) if word.eq_ignore_ascii_case("in"));
    let follows = index == open + 1 || matches!(tokens[index - 1].1, Token::Comma);
    is_in && only_entries && follows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_quoted_where_only_a_value_can_stand() {
        for (typed, sent) in [
            ("project = DO", "project = \"DO\""),
            ("project in (APP, DO)", "project in (APP, \"DO\")"),
            ("project not in (DO)", "project not in (\"DO\")"),
            (
                "project = INT AND type = Bug",
                "project = \"INT\" AND type = Bug",
            ),
            ("labels = and", "labels = \"and\""),
            (
                "(project = if) or labels != on order by key",
                "(project = \"if\") or labels != \"on\" order by key",
            ),
        ] {
            assert_eq!(with_quotes(typed), sent);
        }
        for same in [
            "assignee = EMPTY",
            "assignee is null",
            "project = AND status = Done",
            "status changed from A to B before -1d",
            "project = \"DO\"",
            "assignee in (currentUser(), empty)",
            "not project = A",
            "due < now() order by created desc",
            "issue in updatedBy(mia, and)",
        ] {
            assert_eq!(with_quotes(same), same);
        }
    }
}
