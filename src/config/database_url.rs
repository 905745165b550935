//! The database's address, in the spellings of `SQLx` and `SQLAlchemy`.

use std::path::PathBuf;

use url::Url;

use crate::model::database_url::DatabaseUrl;
use crate::model::secret::Secret;

/// Parses `sqlite://file`, `sqlite:///file` (relative, as `SQLAlchemy` has it), `sqlite:////absolute/file`,
/// `postgres://…`, `postgresql://…`, each with or without a `+driver` in the scheme.
pub(crate) fn database_url(text: &str) -> Result<DatabaseUrl, String> {
    let (scheme, rest) = text.split_once(':').ok_or(
        "must be a database address: sqlite://integration.db or postgres://user:password@host/name",
    )?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.split('+').next() {
        Some("sqlite") => sqlite(rest),
        Some("postgres" | "postgresql") => postgres(rest),
        _ => Err("must begin with sqlite:// or postgres://; no other database works".to_owned()),
    }
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, String> {
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix("//").unwrap_or(path);
    // After `sqlite://` SQLAlchemy has one slash that separates and, for an absolute path, one that belongs to it.
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() || path.ends_with('/') || path.ends_with(":memory:") {
        return Err(
            "must name a file, such as sqlite://integration.db; tokens have to survive a restart"
                .to_owned(),
        );
    }
    Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
}

fn postgres(rest: &str) -> Result<DatabaseUrl, String> {
    let problem = "must look like postgres://user:password@host:5432/name; write special characters of the password as %40 and so on";
    let text = format!("postgres:{rest}");
    let mut url = Url::parse(&text).map_err(|_| problem)?;
    let socket = url.query_pairs().any(|(name, _)| name == "host");
    if !rest.starts_with("//") || url.fragment().is_some() || !(socket || url.has_host()) {
        return Err(problem.to_owned());
    }
    translate_ssl(&mut url);
    Ok(DatabaseUrl::Postgres(Secret::new(url)))
}

/// asyncpg's `ssl=require` is libpq's `sslmode=require`.
fn translate_ssl(url: &mut Url) {
    if !url.query_pairs().any(|(name, _)| name == "ssl") {
        return;
    }
    let translated: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| match (name.as_ref(), value.as_ref()) {
            ("ssl", "true" | "True" | "1") => ("sslmode".to_owned(), "require".to_owned()),
            ("ssl", mode) => ("sslmode".to_owned(), mode.to_owned()),
            (name, value) => (name.to_owned(), value.to_owned()),
        })
        .collect();
    url.query_pairs_mut().clear().extend_pairs(translated);
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sqlite://integration.db", "integration.db")]
    #[case("sqlite:integration.db", "integration.db")]
    #[case("sqlite:///integration.db", "integration.db")]
    #[case("sqlite:///./integration.db", "./integration.db")]
    #[case("sqlite:////var/lib/ib/a.db", "/var/lib/ib/a.db")]
    #[case(
        "sqlite+aiosqlite:///./data/a.db?check_same_thread=false",
        "./data/a.db"
    )]
    #[case("sqlite://data/a.db?mode=rwc", "data/a.db")]
    fn a_sqlite_address_names_its_file(#[case] text: &str, #[case] expected: &str) {
        let DatabaseUrl::Sqlite(path) = database_url(text).unwrap() else {
            panic!("not SQLite")
        };
        assert_eq!(path, PathBuf::from(expected));
    }

    #[rstest]
    #[case("postgres://u:p@h/db", "postgres://u:p@h/db")]
    #[case("postgresql://u:p@h:5432/db", "postgres://u:p@h:5432/db")]
    #[case(
        "postgresql+psycopg2://u:p@h/db?sslmode=require",
        "postgres://u:p@h/db?sslmode=require"
    )]
    #[case(
        "postgresql+asyncpg://u:p@h/db?ssl=require",
        "postgres://u:p@h/db?sslmode=require"
    )]
    #[case(
        "postgresql:///db?host=/run/postgresql",
        "postgres:///db?host=/run/postgresql"
    )]
    fn a_postgresql_address_is_written_the_plain_way(#[case] text: &str, #[case] expected: &str) {
        let DatabaseUrl::Postgres(url) = database_url(text).unwrap() else {
            panic!("not PostgreSQL")
        };
        assert_eq!(url.expose(), expected);
    }

    #[rstest]
    #[case("mysql://u:hunter2@h/db")]
    #[case("integration.db")]
    #[case("sqlite://")]
    #[case("sqlite::memory:")]
    #[case("sqlite:///:memory:")]
    #[case("postgres:u:hunter2@h/db")]
    #[case("postgres://u:hunter2#x@h/db")]
    #[case("postgres://")]
    fn an_address_that_cannot_be_used_is_refused_without_its_password(#[case] text: &str) {
        let problem = database_url(text).unwrap_err();
        assert!(!problem.contains("hunter2"), "{problem}");
    }

    #[test]
    fn neither_display_nor_debug_shows_the_password() {
        let database =
            database_url("postgresql://mia:hunter2@db.example:5433/ib?password=hunter2").unwrap();
        assert_eq!(database.to_string(), "postgres://mia@db.example:5433/ib");
        assert!(!format!("{database:?}").contains("hunter2"));
    }
}
