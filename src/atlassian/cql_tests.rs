//! What is typed into Confluence's search, and the queries that are made of it.

use super::*;

fn build(q: &str, mode: Option<&str>, filters: Option<&str>) -> Result<String, QueryError> {
    read(q, mode, filters).map(|reading| reading.query)
}

#[test]
fn words_are_looked_for_in_pages_and_blog_posts() {
    assert_eq!(
        build("release notes", None, None).unwrap(),
        r#"(text ~ "release notes") AND type in (page, blogpost)"#
    );
    assert_eq!(
        build("release", None, Some(r#"{"space":"ENG","type":"comment"}"#)).unwrap(),
        r#"(text ~ "release") AND space in ("ENG") AND type in ("comment")"#
    );
    assert_eq!(
        build("", None, None).unwrap(),
        "type in (page, blogpost) ORDER BY lastmodified DESC"
    );
}

#[test]
fn cql_is_passed_on_as_it_is() {
    let cql = "type = page and space = ENG order by created desc";
    assert_eq!(
        build(cql, None, None).unwrap(),
        "type = page and space = ENG ORDER BY created desc"
    );
    assert_eq!(
        build("order by created", Some("cql"), None).unwrap(),
        "type in (page, blogpost) ORDER BY created"
    );
}

#[test]
fn a_query_cannot_climb_over_the_wall() {
    let filters = Some(r#"{"space":"ENG"}"#);
    for hostile in [
        "space = A) or (space = B",
        "text ~ \"x\\\" or (space = B",
        "title = \"a",
    ] {
        assert_eq!(build(hostile, Some("cql"), filters).unwrap_err().field, "q");
    }
}

#[test]
fn cql_is_told_from_words() {
    for cql in [
        "space in favouriteSpaces()",
        "id in recentlyViewedContent(10, 0) and type = page",
        "creator = currentUser() order by lastmodified desc",
        "not (label in (a, \"b c\") or title ~ x)",
        "created >= now(\"-4w\")",
        "space.type = global",
    ] {
        assert_eq!(CQL.meaning(&Lexed::new(cql)), Meaning::Query, "{cql}");
    }
    // CQL knows no states.
    for words in [
        "title is empty",
        "status was done",
        "space changed",
        "what is in (brackets)",
    ] {
        assert_eq!(CQL.meaning(&Lexed::new(words)), Meaning::Words, "{words}");
    }
}

#[test]
fn what_names_a_page_finds_it_first_and_then_the_words() {
    for (text, named, words) in [
        ("98400", "id = 98400", "98400"),
        (
            "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/Release+notes",
            "id = 98400",
            "98400",
        ),
        (
            "https://wiki.corp.example/display/ENG/Release+notes",
            r#"space = "ENG" AND title = "Release notes""#,
            "Release notes",
        ),
    ] {
        let reading = read(text, None, None).unwrap();
        assert_eq!(reading.named.unwrap().query, named, "{text}");
        assert_eq!(
            reading.query,
            format!("(text ~ \"{words}\") AND {READABLE}")
        );
    }
    assert_eq!(build("98400", Some("cql"), None).unwrap(), "id = 98400");
    let filtered = read("98400", None, Some(r#"{"space":"ENG"}"#)).unwrap();
    assert_eq!(
        filtered.named.unwrap().query,
        r#"(id = 98400) AND space in ("ENG")"#
    );
}
