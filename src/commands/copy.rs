//! `copy-to`: moves everything to a database of the other kind, SQLite to PostgreSQL or back.

use std::time::Duration;

use tokio::time::Instant;

use super::keys::refuse_new_database;
use super::vault::Say;
use crate::app::App;
use crate::config::{Settings, parse_database_url};
use crate::model::clock::SharedClock;
use crate::model::database_url::DatabaseUrl;
use crate::store::Store;
use crate::store::copying::Table;
use crate::store::registry::LivingProcess;
use crate::work::kill_points::KillPoint;

/// How often the operator hears how far a large table is.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// How long it is waited until a process that was killed is known to be dead.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Copies everything to the database at `url` and closes this one for services. It may be stopped and
/// called again. Gives what to tell the operator.
///
/// # Errors
/// With one line: when a process has one of the databases open, the other one is in use, or a database
/// fails.
pub async fn copy(
    settings: &Settings,
    clock: SharedClock,
    url: &str,
    say: Say<'_>,
) -> Result<String, String> {
    let to = parse_database_url(url).map_err(|problem| format!("the address {problem}"))?;
    let from = &settings.storage.database;
    refuse_new_database(settings, "copy-to")?;
    refuse_same_kind(from, &to)?;
    let source = open(settings, from, clock.clone()).await?;
    let copied = match open(settings, &to, clock).await {
        Ok(target) => {
            let copy = Copy {
                source: &source,
                target: &target,
                from: shown_address(from),
                to: shown_address(&to),
                tables: Vec::new(),
            };
            let copied = Box::pin(copy.run(say)).await;
            target.close().await;
            copied
        }
        Err(error) => Err(error),
    };
    source.close().await;
    let (tables, rows) = copied?;
    Ok(format!(
        "{} holds everything now: {rows} rows in {tables} tables, counted on both sides\n{}\n\
         {} stays as it is, and no service starts on it again (to go back without what is written from now on: integration-backend copy-to --undo)",
        shown_address(&to),
        next_step(settings, &to),
        shown_address(from)
    ))
}

/// Lets services start again on a database that was moved away. Gives what to tell the operator.
///
/// # Errors
/// With one line: when it was not moved, a process has it open, or it fails.
pub async fn undo(settings: &Settings, clock: SharedClock) -> Result<String, String> {
    let from = &settings.storage.database;
    refuse_new_database(settings, "copy-to")?;
    let store = open(settings, from, clock).await?;
    KillPoint::BeforeUndo.pass();
    let undone = store.undo_move().await;
    KillPoint::AfterUndo.pass();
    store.close().await;
    match undone.map_err(|error| error.to_string())? {
        Some(to) => Ok(format!(
            "services start on {} again\nwhat was written to {to} is not here; never let services run on both, they would take each other's logins away",
            shown_address(from)
        )),
        None => Err(format!("{} was not moved", shown_address(from))),
    }
}

async fn open(
    settings: &Settings,
    database: &DatabaseUrl,
    clock: SharedClock,
) -> Result<Store, String> {
    Box::pin(App::open_to_move(settings, database, clock))
        .await
        .map_err(|error| format!("{}: {error}", shown_address(database)))
}

fn refuse_same_kind(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<(), String> {
    match (from, to) {
        (DatabaseUrl::Sqlite(_), DatabaseUrl::Sqlite(_)) => Err(String::from(
            "both are SQLite files: use integration-backend backup and restore, or move the file while the service is stopped",
        )),
        (DatabaseUrl::Postgres(_), DatabaseUrl::Postgres(_)) => Err(String::from(
            "both are PostgreSQL databases: use pg_dump and pg_restore while the service is stopped",
        )),
        _ => Ok(()),
    }
}

/// The address as it may be shown, the same from every folder.
fn shown_address(database: &DatabaseUrl) -> String {
    match database {
        DatabaseUrl::Sqlite(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            DatabaseUrl::Sqlite(path).to_string()
        }
        DatabaseUrl::Postgres(_) => database.to_string(),
    }
}

fn next_step(settings: &Settings, to: &DatabaseUrl) -> String {
    let storage = &settings.storage;
    let key = match (to, storage.key_file()) {
        (DatabaseUrl::Postgres(_), Some(file)) if storage.vault_keys.is_none() => {
            let file = std::path::absolute(&file).unwrap_or(file);
            format!(" and VAULT_KEY_FILE={}", file.display())
        }
        _ => String::from(", keep the vault keys as they are"),
    };
    format!("next: set INTEGRATION_DB_URL to it{key}, then start the service")
}

/// A copy under way.
struct Copy<'a> {
    source: &'a Store,
    target: &'a Store,
    from: String,
    to: String,
    tables: Vec<Table>,
}

impl Copy<'_> {
    /// Copies; gives how many tables and rows there are.
    async fn run(mut self, say: Say<'_>) -> Result<(usize, i64), String> {
        self.tables = self.describe().await?;
        let (id, is_there) = self.begin().await?;
        if !is_there {
            self.source.end_what_was_under_way().await.map_err(text)?;
            for table in &self.tables {
                self.copy(table, say).await?;
            }
        }
        let rows = if is_there {
            self.count(self.target).await?
        } else {
            self.compare().await?
        };
        KillPoint::RowsCopied.pass();
        // The target first: broken off in between, services start there and not here.
        self.target.finish_move(&id, true).await.map_err(text)?;
        KillPoint::TargetOpened.pass();
        self.source.finish_move(&id, false).await.map_err(text)?;
        Ok((self.tables.len(), rows))
    }

    async fn describe(&self) -> Result<Vec<Table>, String> {
        match self.source.tables_to_copy().await {
            Ok(tables) => Ok(tables),
            Err(_) => self.target.tables_to_copy().await.map_err(text),
        }
    }

    /// The copy's id, and whether it is complete already.
    async fn begin(&self) -> Result<(String, bool), String> {
        let away = self.source.move_away().await.map_err(text)?;
        let here = self.target.move_here().await.map_err(text)?;
        if let (Some(away), Some(here)) = (&away, &here)
            && away.id == here.id
        {
            return Ok((here.id.clone(), here.is_finished()));
        }
        if let Some(away) = &away
            && (away.is_finished() || away.place != self.to)
        {
            return Err(format!(
                "{} was moved to {}; to copy it once more: integration-backend copy-to --undo",
                self.from, away.place
            ));
        }
        self.refuse_used_target().await?;
        let is_new = away.is_none();
        let id = match away {
            Some(away) => away.id,
            None => begin(self.source, None, &self.from, &self.to).await?,
        };
        KillPoint::SourceClosed.pass();
        if let Err(problem) = begin(self.target, Some(&id), &self.to, &self.from).await {
            if is_new {
                self.source.undo_move().await.map_err(text)?;
            }
            return Err(problem);
        }
        KillPoint::TargetClosed.pass();
        Ok((id, false))
    }

    async fn refuse_used_target(&self) -> Result<(), String> {
        let target = self.target;
        let away = target.move_away().await.map_err(text)?;
        let here = target.move_here().await.map_err(text)?;
        let is_part = here.is_some_and(|here| !here.is_finished());
        let used = target.used_table(&self.tables).await.map_err(text)?;
        let problem = match (away, is_part, used) {
            (Some(away), ..) => format!("was moved to {}", away.place),
            (None, true, _) => String::from("holds a part of another database"),
            (None, false, Some(table)) => format!("is in use: its table {table} has rows"),
            (None, false, None) => return Ok(()),
        };
        Err(format!(
            "{} {problem}; nothing was copied. Name an empty database",
            self.to
        ))
    }

    async fn copy(&self, table: &Table, say: &mut (dyn FnMut(&str) + Send)) -> Result<(), String> {
        let name = table.name();
        let rows = self.source.rows_of(table).await.map_err(text)?;
        if self.target.rows_of(table).await.map_err(text)? == rows {
            return Ok(());
        }
        say(&format!("{name}: {rows} rows"));
        let (mut done, mut told_at) = (0, Instant::now());
        let mut copied = |count: usize| {
            done += count;
            if told_at.elapsed() >= SAY_EVERY {
                told_at = Instant::now();
                say(&format!("{name}: {done} of {rows}"));
            }
        };
        self.source
            .copy_table(table, self.target, &mut copied)
            .await
            .map_err(text)
    }

    /// Counts both sides; gives how many rows there are.
    async fn compare(&self) -> Result<i64, String> {
        for table in &self.tables {
            let (here, there) = (
                self.source.rows_of(table).await.map_err(text)?,
                self.target.rows_of(table).await.map_err(text)?,
            );
            if here != there {
                return Err(format!(
                    "not ended: {} has {here} rows in {}, and {there} in {}; empty {} and run this again",
                    table.name(),
                    self.from,
                    self.to,
                    self.to
                ));
            }
        }
        self.count(self.target).await
    }

    async fn count(&self, store: &Store) -> Result<i64, String> {
        let mut rows = 0;
        for table in &self.tables {
            rows += store.rows_of(table).await.map_err(text)?;
        }
        Ok(rows)
    }
}

/// Closes the database at `place` for services, unless one runs there.
async fn begin(
    store: &Store,
    id: Option<&str>,
    place: &str,
    other: &str,
) -> Result<String, String> {
    let begun = Instant::now();
    loop {
        let others = match store.begin_move(id, other).await.map_err(text)? {
            Ok(id) => return Ok(id),
            Err(others) => others,
        };
        // One that was killed just now is known to be dead in a moment.
        if begun.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        }
        let named: Vec<String> = others.iter().map(in_words).collect();
        return Err(format!(
            "{place} is in use by {}; stop the service first",
            named.join(", ")
        ));
    }
}

fn in_words(other: &LivingProcess) -> String {
    format!(
        "process {} (running since {})",
        other.place, other.started_at
    )
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
