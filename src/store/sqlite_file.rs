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
    /// Another program's table under the name of one of ours.
    Taken(String),
}

/// Tables that every version of ours has made.
const ALWAYS_OURS: [&str; 2] = ["schema_info", "vault_checks"];
/// Looks into the file, which is not changed.
pub(crate) async fn content(path: &Path) -> FileContent {
    if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return FileContent::NothingOfOurs;
    }
    match tables(path).await {
        Ok(tables) => of_tables(&tables),
        Err(_) => FileContent::Ours,
    }
}

fn of_tables(tables: &[String]) -> FileContent {
    let has = |name: &&str| tables.iter().any(|table| table == name);
    if ALWAYS_OURS.iter().any(has) {
        return FileContent::Ours;
    }
    let taken = migrations::tables().find(has);
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
    let tables = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    Ok(tables)
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
    }
}
