//! Settings of the store: the database and the keys that seal what is in it.

use std::path::PathBuf;
use std::time::Duration;

use super::database_url::database_url;
use super::error::SettingsError;
use super::sources::Sources;
use super::values::duration_or_off;
use super::variables::{INTEGRATION_DB_URL, INTEGRATION_DB_WAIT, VAULT_KEY_FILE, VAULT_KEYS};
use super::vault_keys::parse_vault_keys;
use crate::model::database_url::DatabaseUrl;
use crate::model::vault_key::VaultKey;

/// Where data is kept and how it is sealed.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// The database.
    pub database: DatabaseUrl,
    /// The vault keys given as settings, the one that seals first; they beat the key file.
    pub vault_keys: Option<Vec<VaultKey>>,
    /// The file that holds the vault keys; see `StorageSettings::key_file`.
    pub vault_key_file: Option<PathBuf>,
    /// How long a start waits for PostgreSQL; none: not at all.
    pub wait: Option<Duration>,
}

impl StorageSettings {
    /// The file that the vault's keys are in when they are not given as settings: the one that is
    /// named, else, for SQLite, `vault.key` beside the database.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        let beside_database = || match &self.database {
            DatabaseUrl::Sqlite(database) => Some(database.with_file_name("vault.key")),
            DatabaseUrl::Postgres(_) => None,
        };
        self.vault_key_file.clone().or_else(beside_database)
    }
}

pub(super) fn load(sources: &Sources<'_>) -> Result<StorageSettings, SettingsError> {
    Ok(StorageSettings {
        database: sources.read(INTEGRATION_DB_URL, database_url)?,
        vault_keys: sources.read_given(VAULT_KEYS, parse_vault_keys)?,
        vault_key_file: sources
            .given(VAULT_KEY_FILE)
            .map(|found| PathBuf::from(found.value)),
        wait: sources.read(INTEGRATION_DB_WAIT, duration_or_off)?,
    })
}
