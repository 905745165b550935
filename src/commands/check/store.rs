//! The database and the vault key, opened as the service opens them; a missing database is not made.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::report::Section;
use super::vault;
use crate::app::App;
use crate::config::Settings;
use crate::model::clock::SharedClock;
use crate::model::database_url::DatabaseUrl;

/// The findings, and the app when its store could be opened.
pub(super) async fn check(settings: &Settings, clock: SharedClock) -> (Section, Option<App>) {
    let mut section = Section::new("Store");
    if let DatabaseUrl::Sqlite(path) = &settings.storage.database
        && !may_open(path, &mut section)
    {
        return (section, None);
    }
    // Before the store is opened, which takes the file away from others.
    key_file(settings, &mut section);
    let app = match App::build(settings, clock).await {
        Ok(app) => app,
        Err(error) => {
            section.problem(
                "database",
                format!("{}: {error}", settings.storage.database),
                "the service does not start like this; correct INTEGRATION_DB_URL, the vault key or the database",
            );
            return (section, None);
        }
    };
    readiness(settings, &app, &mut section).await;
    vault::check(&app, &mut section).await;
    (section, Some(app))
}

/// Whether a SQLite file may be opened: it exists, and opening it leaves no files of another user beside it.
fn may_open(path: &Path, section: &mut Section) -> bool {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let Ok(database) = std::fs::metadata(path) else {
        if folder.is_dir() {
            section.note(
                "database",
                format!(
                    "{} does not exist yet; the service creates it when it starts",
                    path.display()
                ),
            );
        } else {
            section.problem(
                "database",
                format!("the folder {} does not exist", folder.display()),
                "create it for the user of the service, or correct INTEGRATION_DB_URL",
            );
        }
        return false;
    };
    let me = std::fs::metadata("/proc/self").map_or(0, |process| process.uid());
    if me == 0 && database.uid() != 0 {
        section.warning(
            "database",
            format!(
                "{} belongs to user {}, and check runs as root: it was not opened",
                path.display(),
                database.uid()
            ),
            "run check as the user of the service, such as: sudo -u integration-backend …",
        );
        return false;
    }
    true
}

async fn readiness(settings: &Settings, app: &App, section: &mut Section) {
    let found = app.services().readiness.check().await;
    let mut line = |subject: &str, works: bool, good: String, bad: &str, advice: &str| {
        if works {
            section.ok(subject, good);
        } else {
            section.problem(subject, bad, advice);
        }
    };
    let database = &settings.storage.database;
    line(
        "database",
        found.checks.database,
        format!("{database} can be written"),
        "cannot be written",
        "look for a full disk, a read-only file system, missing rights or a lock held by another program",
    );
    line(
        "schema",
        found.checks.migrations,
        String::from("up to date"),
        "migrations are pending",
        "start the service once: it migrates",
    );
    line(
        "vault key",
        found.checks.vault,
        String::from("opens the stored secrets"),
        "does not open the stored secrets",
        "put the key back that this database was used with (VAULT_KEYS, VAULT_KEY_FILE, vault.key)",
    );
    line(
        "clock",
        found.checks.clock,
        String::from("agrees with the database's"),
        "is more than 10 seconds away from the database's",
        "set both clocks with NTP",
    );
}

/// A key that others on the machine can read is no secret.
fn key_file(settings: &Settings, section: &mut Section) {
    let storage = &settings.storage;
    let Some(path) = storage.key_file().filter(|_| storage.vault_keys.is_none()) else {
        return;
    };
    if std::fs::metadata(&path).is_ok_and(|file| file.mode() & 0o077 != 0) {
        section.warning(
            "vault key",
            format!(
                "{} could be read by other users of this machine",
                path.display()
            ),
            format!(
                "chmod 600 {}, unless that is done by now; if others may have read it, change the key (vault new-key)",
                path.display()
            ),
        );
    }
}
