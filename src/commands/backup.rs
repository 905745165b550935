//! `backup` and `restore`: a consistent copy of the SQLite database, and the way back.

use std::path::Path;

use crate::config::Settings;
use crate::model::database_url::DatabaseUrl;
use crate::store::backup;

const SERVER: &str = "INTEGRATION_DB_URL names a PostgreSQL server: use pg_dump and pg_restore";

/// Copies the database to `copy`, also while the service runs. Gives what to tell the operator.
///
/// # Errors
/// With one line: when the database is no SQLite file or cannot be read, `copy` exists or cannot be
/// written, or the copy is not sound.
pub async fn make(settings: &Settings, copy: &Path) -> Result<String, String> {
    let database = sqlite(settings)?;
    if !database.exists() {
        return Err(format!("there is no database at {}", database.display()));
    }
    backup::copy(database, copy)
        .await
        .map_err(|error| format!("{} was not made: {error}", copy.display()))?;
    Ok(format!(
        "copied {} to {} and checked the copy\n{}",
        database.display(),
        copy.display(),
        about_the_key(settings)
    ))
}

/// Puts `copy` in the database's place and keeps what was there. Gives what to tell the operator.
///
/// # Errors
/// With one line: when a process has the database open, or `copy` is no sound database of this
/// program. Nothing is changed then.
pub async fn restore(settings: &Settings, copy: &Path) -> Result<String, String> {
    let database = sqlite(settings)?;
    let kept = backup::restore(copy, database)
        .await
        .map_err(|error| format!("nothing was restored: {error}"))?;
    let before = kept.map_or_else(String::new, |kept| {
        format!("what was there before is now {}\n", kept.display())
    });
    Ok(format!(
        "{} now holds what {} holds\n{before}{}",
        database.display(),
        copy.display(),
        about_the_key(settings)
    ))
}

fn sqlite(settings: &Settings) -> Result<&Path, String> {
    match &settings.storage.database {
        DatabaseUrl::Sqlite(path) => Ok(path),
        DatabaseUrl::Postgres(_) => Err(SERVER.to_owned()),
    }
}

/// A copy without its key opens nothing.
fn about_the_key(settings: &Settings) -> String {
    let storage = &settings.storage;
    match storage.key_file() {
        Some(file) if storage.vault_keys.is_none() => format!(
            "its secrets are sealed with the key in {}: keep a copy of that file too, in another place",
            file.display()
        ),
        _ => String::from(
            "its secrets are sealed with the keys of VAULT_KEYS: keep them too, in another place",
        ),
    }
}
