//! The schema's steps, compiled in from the folder `migrations`.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A file of the folder: its name without the ending, and its text.
macro_rules! file {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../migrations/", $name, ".sql")),
        )
    };
}

/// Every file of the folder, in order; a test holds it against the folder.
/// `sqlx::migrate!` would read the folder by itself, but compiles every driver a second time for that.
const FILES: &[(&str, &str)] = &[
    file!("0001_login_and_grants"),
    file!("0002_api_keys"),
    file!("0003_idempotency_keys"),
    file!("0004_users_and_stored_rows"),
    file!("0005_sync_runs"),
    file!("0006_grant_events"),
    file!("0007_holders_and_clocks"),
    file!("0008_processes"),
    file!("0009_moves"),
    file!("0010_turned_away"),
    file!("0011_narrowed_keys"),
    file!("0012_agents"),
    file!("0013_rows_of_sites"),
    file!("0014_unread_entries"),
];

/// How many steps this program knows.
pub(super) const COUNT: usize = FILES.len();

/// What brings a database up to date.
///
/// A newer program's migrations do not keep this one out, so that one can go back a version;
/// `schema_info.oldest_epoch` does where it must.
pub(super) fn migrator() -> Migrator {
    Migrator {
        ignore_missing: true,
        ..Migrator::with_migrations(FILES.iter().filter_map(migration).collect())
    }
}

/// The names of our tables, in the order in which they are made.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    let made = FILES
        .iter()
        .flat_map(|(_, text)| text.split("CREATE TABLE ").skip(1));
    made.filter_map(|rest| rest.split([' ', '(']).next())
}

/// `0001_login_and_grants` is number 1 and is called "login and grants", as sqlx names files.
fn migration((name, text): &(&'static str, &'static str)) -> Option<Migration> {
    let (number, description) = name.split_once('_')?;
    Some(Migration::new(
        number.parse().ok()?,
        Cow::Owned(description.replace('_', " ")),
        MigrationType::Simple,
        text.into_sql_str(),
        false,
    ))
}

#[cfg(test)]
mod tests {
    use super::{FILES, migrator};

    #[test]
    fn every_file_of_the_folder_is_a_step_of_the_schema_in_its_order() {
        let mut in_the_folder: Vec<String> =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
        in_the_folder.sort();
        let listed: Vec<String> = FILES
            .iter()
            .map(|(name, _)| format!("{name}.sql"))
            .collect();
        assert_eq!(listed, in_the_folder);
        let versions: Vec<i64> = migrator().iter().map(|step| step.version).collect();
        assert_eq!(
            versions,
            (1..).take(FILES.len()).collect::<Vec<i64>>(),
            "the numbers have no gap"
        );
    }
}
