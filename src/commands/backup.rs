//! `backup` and `restore`: a consistent copy of the SQLite database, and the way back.

use std::path::Path;

use crate::config::{Settings, StorageSettings, parse_vault_keys};
use crate::model::database_url::DatabaseUrl;
use crate::model::vault_key::VaultKey;
use crate::store::{backup, vault_key_file};

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
        about_the_keys(settings, copy).await
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
        about_the_keys(settings, copy).await
    ))
}

fn sqlite(settings: &Settings) -> Result<&Path, String> {
    match &settings.storage.database {
        DatabaseUrl::Sqlite(path) => Ok(path),
        DatabaseUrl::Postgres(_) => Err(SERVER.to_owned()),
    }
}

/// A copy without its keys opens nothing: where they lie, or which of them are not here.
async fn about_the_keys(settings: &Settings, copy: &Path) -> String {
    let storage = &settings.storage;
    let file = storage.key_file().filter(|_| storage.vault_keys.is_none());
    let place = file.as_ref().map_or_else(
        || String::from("VAULT_KEYS"),
        |file| file.display().to_string(),
    );
    let needed = backup::sealing_keys(copy).await.unwrap_or_default();
    let here = keys_here(storage);
    let missing: Vec<String> = needed.into_iter().filter(|id| !here.contains(id)).collect();
    if !missing.is_empty() {
        return format!(
            "its secrets are sealed with the key \"{}\", which is not in {place}: put it there before the service starts",
            missing.join("\" and \"")
        );
    }
    match file {
        Some(_) => format!(
            "its secrets are sealed with the key in {place}: keep a copy of that file too, in another place"
        ),
        None => String::from(
            "its secrets are sealed with the keys of VAULT_KEYS: keep them too, in another place",
        ),
    }
}

/// The names of the keys that the settings lead to; none where they cannot be read.
fn keys_here(storage: &StorageSettings) -> Vec<String> {
    let keys = storage
        .vault_keys
        .clone()
        .or_else(|| keys_in(&storage.key_file()?));
    let keys = keys.unwrap_or_default();
    keys.iter().map(|key| key.id().to_owned()).collect()
}

fn keys_in(file: &Path) -> Option<Vec<VaultKey>> {
    let text = vault_key_file::read(file).ok()?;
    if text.contains(':') {
        return parse_vault_keys(text.trim()).ok();
    }
    let key = vault_key_file::bare_key(file, &text).ok()?;
    Some(vec![key])
}
