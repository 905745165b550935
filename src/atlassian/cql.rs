//! Builds the CQL that a search sends, from what a person typed and the filters beside it.

use super::query::{Filters, Lexed, QueryError, QueryMode, compose, one_line, quoted, words};

/// What a search for words looks through, unless the caller filters by type.
const READABLE: &str = "type in (page, blogpost)";

/// The CQL for `q` in `mode` (`auto`, `cql` or `text`), narrowed by `filters` (a JSON object with
/// `space` and `type`).
///
/// # Errors
/// When a parameter is malformed, or the query could not stand in brackets by itself.
pub(crate) fn build(
    q: &str,
    mode: Option<&str>,
    filters: Option<&str>,
) -> Result<String, QueryError> {
    let mode = QueryMode::parse(mode, "cql")?;
    let filters = Filters::parse(filters)?;
    let kind = filters.clause("type", "type")?;
    let readable = kind.is_none().then(|| String::from(READABLE));
    let narrowed: Vec<String> = filters
        .clause("space", "space")?
        .into_iter()
        .chain(kind)
        .collect();
    let scoped: Vec<String> = readable
        .into_iter()
        .chain(narrowed.iter().cloned())
        .collect();
    let q = one_line(q);
    if q.trim().is_empty() {
        return Ok(compose("", &scoped, Some("lastmodified DESC")));
    }
    let lexed = Lexed::new(&q);
    if mode == QueryMode::Text || (mode == QueryMode::Auto && !lexed.looks_like_a_query()) {
        let clause = format!("text ~ {}", quoted(&words(&q)?));
        return Ok(compose(&clause, &scoped, None));
    }
    let parts = lexed.parts()?;
    let added = if parts.clause.is_empty() {
        &scoped
    } else {
        &narrowed
    };
    Ok(compose(parts.clause, added, parts.order))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
