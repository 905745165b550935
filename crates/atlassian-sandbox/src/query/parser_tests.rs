//! What is a query, and what is refused in which words.

use super::*;

#[test]
fn and_binds_closer_than_or_and_brackets_closer_than_both() {
    let query = parse("a = 1 or b = 2 and not (c in (3, \"4 5\"))").unwrap();
    let Some(Node::Or(parts)) = query.filter else {
        panic!("{query:?}")
    };
    assert_eq!(parts.len(), 2);
    assert!(matches!(&parts[1], Node::And(both) if both.len() == 2));
}

#[test]
fn quoted_text_keeps_its_escaped_quotes() {
    let query = parse(r#"summary ~ "say \"hi\" \\ bye" order by updated desc, key"#).unwrap();
    let Some(Node::Clause(clause)) = query.filter else {
        panic!()
    };
    assert_eq!(
        clause.operand,
        Operand::One(Term::Text("say \"hi\" \\ bye".into()))
    );
    assert_eq!(query.order.len(), 2);
    assert!(query.order[0].descending && !query.order[1].explicit);
}

#[test]
fn the_past_is_asked_for_with_its_own_operators() {
    let query = parse("status was not in (Done) during (-2d, -1d) by mia").unwrap();
    let Some(Node::Clause(clause)) = query.filter else {
        panic!("{query:?}")
    };
    assert_eq!(clause.operator, Operator::WasNotIn);
    assert_eq!(clause.predicates.len(), 2);
    assert!(parse("assignee changed after -1d or status changed").is_ok());
    assert!(parse("sprint in openSprints()").is_ok());
    for wrong in [
        "status was",
        "status in Done",
        "was = 1",
        "status changed Done",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn jql_takes_its_reserved_words_between_quotes_only() {
    for word in crate::query::reserved::all().filter(|word| !matches!(*word, "empty" | "null")) {
        let upper = word.to_uppercase();
        for query in [
            format!("project = {upper}"),
            format!("project in (A, {word})"),
            format!("{word} = 1"),
        ] {
            assert!(parse_jql(&query).is_err(), "{query}");
        }
        assert!(
            parse_jql(&format!("project in (A, \"{upper}\")")).is_ok(),
            "{word}"
        );
    }
    let refused = parse_jql("project = IF").unwrap_err();
    assert!(refused.contains("'IF' is a reserved JQL word"), "{refused}");
    assert!(parse_jql("assignee is empty and a = null").is_ok());
    assert!(parse_jql("status changed by mia order by created desc").is_ok());
    // CQL has its own.
    assert!(parse("space = IF").is_ok());
}

#[test]
fn mistakes_are_told_with_their_place() {
    assert!(
        parse("project EX")
            .unwrap_err()
            .contains("Expecting operator but got 'EX'")
    );
    assert!(
        parse("project = ")
            .unwrap_err()
            .contains("before the end of the query")
    );
    assert!(
        parse("project = A)")
            .unwrap_err()
            .contains("Expecting either 'OR' or 'AND' but got ')'")
    );
    assert!(
        parse("summary ~ \"open")
            .unwrap_err()
            .contains("has not been completed")
    );
    assert!(parse("a = 1 ; b = 2").unwrap_err().contains("reserved"));
    assert!(parse(&"(".repeat(500)).is_err());
}
