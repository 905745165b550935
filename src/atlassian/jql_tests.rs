//! What is taken for JQL, what for words, and what none of it can do.

use super::*;
use proptest::prelude::*;

fn auto(q: &str) -> Reading {
    read(q, None, None).unwrap()
}

fn build(q: &str, mode: Option<&str>, filters: Option<&str>) -> Result<String, QueryError> {
    read(q, mode, filters).map(|reading| reading.query)
}

#[test]
fn an_empty_query_is_bounded_and_newest_first() {
    for blank in ["", "  ", "\n\t"] {
        assert_eq!(auto(blank).query, "created >= -365d ORDER BY created DESC");
    }
}

#[test]
fn jql_is_told_from_words() {
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
        "sprint in openSprints()",
        "issue in linkedIssues(ENG-1, \"is blocked by\")",
        "issue in linkedIssues(\"ENG-1\") AND NOT status = Done",
        "issueFunction in watchedIssues()",
        "fixVersion in (releasedVersions(EX), \"1.0\")",
        "(assignee in membersOf(\"jira-users\") or reporter = currentUser()) order by created",
        "NOT project = EX",
        "!(project = EX) && status = Done || votes > 2",
        "cf[10016] > 3",
        "\"Epic Link\" = EX-1",
        "key=EX-1 ORDER BY created",
        "due < startOfWeek(-1w) ORDER BY due ASC, key desc",
        // Mistakes that Jira tells best.
        "status = In Progress",
        "project in (EX",
        "summary ~",
    ] {
        assert_eq!(JQL.meaning(&Lexed::new(jql)), Meaning::Query, "{jql}");
    }
}

#[test]
fn what_could_be_either_is_tried_as_jql_and_then_as_words() {
    for either in [
        "status was Done",
        "status was not in (Done, \"To Do\") before -1w by currentUser()",
        "status WAS IN (Done) DURING (\"2026-01-01\", \"2026-02-01\")",
        "status changed",
        "assignee changed after -1d",
        "priority CHANGED FROM Low TO High ON endOfDay() OR status = Done",
        "assignee is EMPTY",
        "assignee is not null",
        "Severity = High",
        "Severity in (High, Low) AND status = In Progress",
        "user is null",
        "issueFunction in hasLinks(\"blocks\")",
        "order by mail",
    ] {
        let reading = auto(either);
        assert!(!reading.query.starts_with("text ~ "), "{either}");
        let words = reading.words.unwrap();
        assert!(words.starts_with("text ~ \""), "{either}");
    }
}

#[test]
fn words_stay_words() {
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
        "the printer was broken and smelled",
        "what was done, and what has changed",
        "nothing changed",
        "a -> b fails",
        "C++ <vector> is slow",
        "if x > 3 then crash",
        "1 < 2",
        "reply to <mia@example.com>",
        "how to order by phone",
        "not in the mood",
        "status was",
    ] {
        let reading = auto(words);
        assert!(
            reading.query.starts_with("text ~ \""),
            "{words}: {reading:?}"
        );
        assert_eq!(reading.words, None, "{words}");
    }
}

#[test]
fn what_names_an_issue_finds_it_first_and_then_the_words() {
    let filters = Some(r#"{"project":"ENG"}"#);
    for (text, words, host) in [
        ("ENG-96", "ENG 96", None),
        (" eng-96 ", "eng 96", None),
        ("[ENG-96] Fire - Jira", "ENG 96 Fire Jira", None),
        (
            "https://acme.atlassian.net/browse/ENG-96",
            "ENG 96",
            Some("acme.atlassian.net"),
        ),
    ] {
        let reading = read(text, None, filters).unwrap();
        assert_eq!(
            reading.query,
            format!("(text ~ \"{words}\") AND project in (\"ENG\")")
        );
        let named = reading.named.unwrap();
        assert_eq!(named.query, "(key = \"ENG-96\") AND project in (\"ENG\")");
        let address = named.address.as_ref();
        assert_eq!(address.and_then(|address| address.host_str()), host);
    }
    assert_eq!(auto("10002").named.unwrap().query, "id = \"10002\"");
    assert_eq!(
        build("eng-96", Some("jql"), None).unwrap(),
        "key = \"ENG-96\""
    );
    assert_eq!(read("ENG-96", Some("text"), None).unwrap().named, None);
}

#[test]
fn an_order_alone_gets_a_bound_that_leaves_out_nothing() {
    for (order, field) in [
        ("updated", "updated"),
        ("updated DESC", "updated"),
        ("UpdatedDate,key", "updatedDate"),
        ("created", "created"),
        ("priority DESC, updated", "created"),
        ("\"Story Points\"", "created"),
    ] {
        assert_eq!(
            build(&format!("order by {order}"), Some("jql"), None).unwrap(),
            format!("{field} >= \"1970-01-02\" ORDER BY {order}")
        );
    }
    assert_eq!(
        build("ORDER BY updated DESC", None, Some(r#"{"project":"EX"}"#)).unwrap(),
        r#"project in ("EX") ORDER BY updated DESC"#
    );
}

#[test]
fn filters_wall_the_query_in_and_keep_its_order() {
    let filters = Some(r#"{"project":["EX","OPS"],"status":"To Do","assignee":"me","type":"Bug"}"#);
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
        // What is left out finds everything, and that is not what whoever names it means.
        r#"{"project":null,"status":7}"#,
        r#"{"assignee":["me",null]}"#,
    ] {
        let error = build("", None, Some(filters)).unwrap_err();
        assert_eq!(error.field, "filters", "{filters}");
    }
    let nobodys = build("", None, Some(r#"{"assignee":null,"status":7}"#));
    assert_eq!(
        nobodys.unwrap(),
        r#"status in ("7") AND assignee is EMPTY ORDER BY created DESC"#
    );
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
            // Phrases between quotes that are escaped, beginnings with a star behind them, and words.
            prop_assert!(inner.matches("\\\"").count().is_multiple_of(2));
            let bare = inner.replace("\\\"", "");
            prop_assert!(!bare.contains(['"', '\\', '(', ')', '?', ':', '/', '~']));
            for (stem, rest) in bare.split(' ').filter_map(|word| word.split_once('*')) {
                let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
                prop_assert!(rest.is_empty() && !stem.is_empty() && stem.chars().all(is_word));
            }
        }
    }
}

/// Clauses as JQL's grammar makes them, over fields that are known.
fn clauses() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("Done"),
        Just("\"In Progress\""),
        Just("-1w"),
        Just("EMPTY"),
        Just("currentUser()"),
        Just("startOfDay(\"-1\")"),
    ];
    let list = proptest::collection::vec(value.clone(), 1..4)
        .prop_map(|values| format!("({})", values.join(", ")));
    let field = prop_oneof![
        Just("status"),
        Just("Assignee"),
        Just("cf[10016]"),
        Just("\"fixVersion\"")
    ];
    let comparison = prop_oneof![
        Just("="),
        Just("!="),
        Just("~"),
        Just(" !~ "),
        Just(" <= "),
        Just(">")
    ];
    let when = prop_oneof![
        Just(""),
        Just(" after -1d"),
        Just(" BY currentUser() before now()")
    ];
    prop_oneof![
        (field.clone(), comparison, value.clone())
            .prop_map(|(field, sign, value)| format!("{field}{sign}{value}")),
        (
            field.clone(),
            prop_oneof![
                Just("in"),
                Just("NOT IN"),
                Just("was in"),
                Just("was not in")
            ],
            list,
            when.clone()
        )
            .prop_map(|(field, word, list, when)| match word {
                "in" | "NOT IN" => format!("{field} {word} {list}"),
                _ => format!("{field} {word} {list}{when}"),
            }),
        (
            field.clone(),
            prop_oneof![Just("is EMPTY"), Just("is not null"), Just("changed")]
        )
            .prop_map(|(field, state)| format!("{field} {state}")),
        (field, value, when).prop_map(|(field, value, when)| format!("{field} was {value}{when}")),
    ]
}

/// Conditions of several clauses.
fn conditions() -> impl Strategy<Value = String> {
    clauses().prop_recursive(3, 12, 3, |inner| {
        let joined = (
            proptest::collection::vec(inner.clone(), 2..4),
            prop_oneof![Just(" AND "), Just(" or "), Just(" && ")],
        )
            .prop_map(|(parts, word)| parts.join(word));
        prop_oneof![
            joined.prop_map(|parts| format!("({parts})")),
            inner.prop_map(|part| format!("not {part}")),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_the_grammar_makes_is_read_as_a_query(condition in conditions(), order in "( order by (updated|key) ?(asc|DESC)?(, created)?)?") {
        let query = format!("{condition}{order}");
        prop_assert_ne!(JQL.meaning(&Lexed::new(&query)), Meaning::Words);
        // The order is written anew, the condition stays as it is.
        prop_assert!(auto(&query).query.starts_with(&condition));
    }

    #[test]
    fn sentences_are_words(words in proptest::collection::vec("(printer|the|in|is|was|not|and|or|changed|order|by|Done|to|99|it's|status|\\?|,)", 0..9)) {
        let sentence = format!("yesterday {}", words.join(" "));
        prop_assert_eq!(JQL.meaning(&Lexed::new(&sentence)), Meaning::Words);
    }

    #[test]
    fn any_text_at_all_is_taken_for_something(text in "([a-z=~!<>()\"', -]|status|was|changed|in|order by|and|not){0,20}") {
        JQL.meaning(&Lexed::new(&text));
    }
}
