//! Whose a SQLite file is that is there before the first start: an earlier system's may be shared.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::migrations;

/// What a SQLite file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileContent {
    /// Nothing, or only tables of other programs.
    NothingOfOurs,
    /// Our tables; or what cannot be read, which may be they.
    Ours,
    /// Another program's table or view under the name of one of ours.
    Taken(String),
    /// No SQLite database, or one that is damaged from its first bytes on.
    NoDatabase,
}

/// Tables that every version of ours has made.
const ALWAYS_OURS: [&str; 2] = ["schema_info", "vault_checks"];
/// Where programs that use sqlx list their migrations. One program's would be in the way of another's.
const MIGRATIONS: &str = "_sqlx_migrations";
/// `SQLITE_NOTADB` (<https://sqlite.org/rescode.html#notadb>).
const NO_DATABASE: &str = "26";

/// Looks into the file, which is not changed.
pub(crate) async fn content(path: &Path) -> FileContent {
    if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return FileContent::NothingOfOurs;
    }
    match tables(path).await {
        Ok(tables) => of_tables(&tables),
        Err(error) if is_no_database(&error) => FileContent::NoDatabase,
        Err(_) => FileContent::Ours,
    }
}

fn of_tables(tables: &[String]) -> FileContent {
    let has = |name: &&str| tables.iter().any(|table| table == name);
    if ALWAYS_OURS.iter().any(has) {
        return FileContent::Ours;
    }
    let taken = migrations::tables().chain([MIGRATIONS]).find(has);
    taken.map_or(FileContent::NothingOfOurs, |name| {
        FileContent::Taken(name.to_owned())
    })
}

async fn tables(path: &Path) -> Result<Vec<String>, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    let mut tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            .fetch_all(&mut connection)
            .await?;
    if tables.iter().any(|table| table == MIGRATIONS) {
        let (listed,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await?;
        // A first start of ours that was cut off leaves an empty list.
        tables.retain(|table| listed > 0 || table != MIGRATIONS);
    }
    connection.close().await?;
    Ok(tables)
}

fn is_no_database(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.as_deref() == Some(NO_DATABASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tables: &[&str]) -> FileContent {
        let tables: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
        of_tables(&tables)
    }

    #[test]
    fn the_earlier_systems_tables_are_not_ours() {
        let theirs = [
            "users",
            "jira_projects",
            "confluence_pages",
            "connector_tokens",
        ];
        assert_eq!(of(&theirs), FileContent::NothingOfOurs);
        assert_eq!(of(&[]), FileContent::NothingOfOurs);
        let both = [&theirs[..], &["schema_info"]].concat();
        assert_eq!(of(&both), FileContent::Ours);
        let taken = FileContent::Taken(String::from("sessions"));
        assert_eq!(of(&["users", "sessions"]), taken);
        let listed = FileContent::Taken(String::from(MIGRATIONS));
        assert_eq!(of(&["users", MIGRATIONS]), listed);
        assert_eq!(of(&["schema_info", MIGRATIONS]), FileContent::Ours);
    }
}
