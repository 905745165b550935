//! Builds the JQL that a search sends, from what a person typed and the filters beside it.

use super::query::{Filters, Lexed, QueryError, QueryMode, compose, one_line, quoted, words};

/// Jira refuses queries without a condition; this one leaves out next to nothing that is recent.
const BOUND: &str = "created >= -365d";

/// The JQL for `q` in `mode` (`auto`, `jql` or `text`), narrowed by `filters` (a JSON object with
/// `project`, `status`, `assignee` and `type`).
///
/// # Errors
/// When a parameter is malformed, or the query could not stand in brackets by itself.
pub(crate) fn build(
    q: &str,
    mode: Option<&str>,
    filters: Option<&str>,
) -> Result<String, QueryError> {
    let mode = QueryMode::parse(mode, "jql")?;
    let filters = filter_clauses(&Filters::parse(filters)?)?;
    let q = one_line(q);
    if q.trim().is_empty() {
        let bound = if filters.is_empty() { BOUND } else { "" };
        return Ok(compose(bound, &filters, Some("created DESC")));
    }
    let lexed = Lexed::new(&q);
    if mode == QueryMode::Text || (mode == QueryMode::Auto && !lexed.looks_like_a_query()) {
        let clause = format!("text ~ {}", quoted(&words(&q)?));
        return Ok(compose(&clause, &filters, None));
    }
    let parts = lexed.parts()?;
    let clause = match parts.clause {
        "" if filters.is_empty() => BOUND,
        clause => clause,
    };
    Ok(compose(clause, &filters, parts.order))
}

fn filter_clauses(filters: &Filters) -> Result<Vec<String>, QueryError> {
    let mut clauses = Vec::new();
    clauses.extend(filters.clause("project", "project")?);
    clauses.extend(filters.clause("status", "status")?);
    let assignees: Vec<String> = filters
        .values("assignee")?
        .iter()
        .map(|assignee| match assignee.as_str() {
            "me" => String::from("currentUser()"),
            account => quoted(account),
        })
        .collect();
    if !assignees.is_empty() {
        clauses.push(format!("assignee in ({})", assignees.join(", ")));
    }
    clauses.extend(filters.clause("type", "issuetype")?);
    Ok(clauses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn auto(q: &str) -> String {
        build(q, None, None).unwrap()
    }

    #[test]
    fn an_empty_query_is_bounded_and_newest_first() {
        for blank in ["", "  ", "\n\t"] {
            assert_eq!(auto(blank), "created >= -365d ORDER BY created DESC");
        }
    }

    #[test]
    fn jql_is_told_from_words_by_its_operators() {
        for jql in [
            "project = EX",
            "project=EX",
            "summary ~ fire",
            "summary !~ fire",
            "status != Done",
            "created >= -7d",
            "votes < 3",
            "status in (Done, \"To Do\")",
            "status not in(Done)",
            "assignee is EMPTY",
            "assignee is not null",
            "key=EX-1 ORDER BY created",
        ] {
            assert_eq!(auto(jql), jql);
        }
        for words in [
            "printer",
            "printer in the office",
            "what is wrong",
            "by order",
            "it's broken",
            "\"a = b\"",
            "order",
            "in",
            "is nothing empty",
        ] {
            assert!(auto(words).starts_with("text ~ \""), "{words}");
        }
    }

    #[test]
    fn an_order_alone_gets_a_bound() {
        assert_eq!(
            auto("order by updated"),
            "created >= -365d ORDER BY updated"
        );
        assert_eq!(
            build("ORDER BY updated DESC", None, Some(r#"{"project":"EX"}"#)).unwrap(),
            r#"project in ("EX") ORDER BY updated DESC"#
        );
    }

    #[test]
    fn filters_wall_the_query_in_and_keep_its_order() {
        let filters =
            Some(r#"{"project":["EX","OPS"],"status":"To Do","assignee":"me","type":"Bug","x":1}"#);
        assert_eq!(
            build("a = 1 OR b = 2 order by \"c d\" desc, e", None, filters).unwrap(),
            "(a = 1 OR b = 2) AND project in (\"EX\", \"OPS\") AND status in (\"To Do\") \
             AND assignee in (currentUser()) AND issuetype in (\"Bug\") ORDER BY \"c d\" desc, e"
        );
    }

    #[test]
    fn a_query_cannot_climb_over_the_wall() {
        let filters = Some(r#"{"project":"EX"}"#);
        for hostile in [
            "project = A) OR (project = B",
            "project = A)) OR ((project = B",
            "project = 'A) OR (project = B",
            "summary ~ \"x\\\" ) OR (project = B",
            "a'b) OR project = B OR (x'c = 1",
            "x = a\\\") OR (project = \\\"B",
            "a = 1 order by created) OR (project = B",
            "a = 1 order by created OR project = B",
            "a = 1 order by",
            "(a = 1",
            "a = \"b\"c",
        ] {
            let error = build(hostile, Some("jql"), filters).unwrap_err();
            assert_eq!(error.field, "q", "{hostile}");
        }
        assert_eq!(
            build(
                "x = 1",
                None,
                Some(r#"{"project":"A\") OR (project = \"B"}"#)
            )
            .unwrap(),
            r#"(x = 1) AND project in ("A\") OR (project = \"B")"#
        );
    }

    #[test]
    fn hostile_words_stay_words() {
        for (text, expected) in [
            ("\" OR project = B", "text ~ \"or project B\""),
            ("fire && (water || !ice)", "text ~ \"fire water ice\""),
            ("a\\", "text ~ \"a\""),
            ("C++ [x TO y] ^2 ~1 *?:/", "text ~ \"C x to y 2 1\""),
            ("mia@example.com it's", "text ~ \"mia@example.com it's\""),
        ] {
            assert_eq!(build(text, Some("text"), None).unwrap(), expected);
        }
        assert_eq!(build("?!*", None, None).unwrap_err().field, "q");
    }

    #[test]
    fn malformed_parameters_are_named() {
        assert_eq!(build("", Some("cql"), None).unwrap_err().field, "mode");
        for filters in [
            "x",
            "[]",
            "\"a\"",
            r#"{"project":{}}"#,
            r#"{"status":[1,[2]]}"#,
        ] {
            let error = build("", None, Some(filters)).unwrap_err();
            assert_eq!(error.field, "filters", "{filters}");
        }
        assert!(build("", None, Some(r#"{"project":null,"status":7}"#)).is_ok());
    }

    /// The depth of brackets after `text`, read as Jira reads it; none where it falls below zero.
    fn balance(text: &str) -> Option<i32> {
        let (mut depth, mut quote, mut escaped) = (0, None, false);
        for character in text.chars() {
            match (quote, character) {
                _ if escaped => escaped = false,
                (_, '\\') => escaped = true,
                (Some(open), _) => quote = (character != open).then_some(open),
                (None, '"' | '\'') => quote = Some(character),
                (None, '(') => depth += 1,
                (None, ')') => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                return None;
            }
        }
        (quote.is_none() && !escaped).then_some(depth)
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_stays_inside_its_brackets(q in "[ab=()\"'\\\\ ,]{0,24}( order by [a,\"() ]{0,8})?") {
            if let Ok(jql) = build(&q, Some("jql"), Some(r#"{"project":"EX"}"#)) {
                let (before, _) = jql.rsplit_once(" AND project in (\"EX\")").unwrap_or(("", ""));
                prop_assert_eq!(balance(before), Some(0));
            }
        }

        #[test]
        fn any_text_makes_one_string_literal(text in "[^\\s\\p{Cc}].{0,40}") {
            if let Ok(jql) = build(&text, Some("text"), None) {
                let inner = jql.strip_prefix("text ~ \"").and_then(|rest| rest.strip_suffix('"')).unwrap();
                prop_assert!(!inner.contains(['"', '\\', '(', ')', '*', '?', ':', '/', '~']));
            }
        }
    }
}
