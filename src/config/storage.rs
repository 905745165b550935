//! Settings of the store: the database and the keys that seal what is in it.

use std::path::PathBuf;

use super::database_url::database_url;
use super::error::SettingsError;
use super::sources::Sources;
use super::variables::{INTEGRATION_DB_URL, VAULT_KEY_FILE, VAULT_KEYS};
use super::vault_keys::parse_vault_keys;
use crate::model::database_url::DatabaseUrl;
use crate::model::vault_key::VaultKey;

/// Where data is kept and how it is sealed.
#[derive(Debug, Clone)]
pub struct Storage {
    /// The database.
    pub database: DatabaseUrl,
    /// The vault keys given as settings, the one that seals first; they beat the key file.
    pub vault_keys: Option<Vec<VaultKey>>,
    /// The file that holds the vault keys.
    pub vault_key_file: Option<PathBuf>,
}

pub(super) fn load(sources: &Sources<'_>) -> Result<Storage, SettingsError> {
    Ok(Storage {
        database: sources.read(INTEGRATION_DB_URL, database_url)?,
        vault_keys: sources.read_given(VAULT_KEYS, parse_vault_keys)?,
        vault_key_file: sources
            .given(VAULT_KEY_FILE)
            .map(|found| PathBuf::from(found.value)),
    })
}
