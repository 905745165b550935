//! `vault new-key` and `vault rotate`: another vault key for everything that is sealed, while the service runs.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::config::Settings;
use crate::store::registry::LivingProcess;
use crate::store::rotation::{RotationOutcome, Unreadable};
use crate::store::{Store, vault_key_file};

/// How often the other processes are looked at while they are waited for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often the operator hears how far it is.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// The shortest rest between two steps: others write meanwhile, and SQLite lets in one writer at a time.
const REST: Duration = Duration::from_millis(10);
const WRITING: &str = "a statement that may write a secret waits for a lock in the database (pg_stat_activity tells who holds it)";
/// The most rows that do not open that are named.
const MOST_NAMED: usize = 10;

/// Hears each line of progress.
pub type Say<'a> = &'a mut (dyn FnMut(&str) + Send);

/// Puts a new key in front of those in the key file. Gives what to tell the operator.
///
/// # Errors
/// With one line: when the keys are in the settings, or the file cannot be read or written.
pub fn new_key(settings: &Settings) -> Result<String, String> {
    let storage = &settings.storage;
    let file = storage.key_file().filter(|_| storage.vault_keys.is_none());
    let Some(file) = file else {
        return Err(String::from(
            "the vault keys are in VAULT_KEYS: put a new one in front there, as name:key (make a key with: openssl rand -base64 32)",
        ));
    };
    let name = vault_key_file::add(&file).map_err(|error| error.to_string())?;
    Ok(format!(
        "{} now has the new key \"{name}\" in front; keep a copy of the file apart from the database\n\
         next: restart the service, then run: integration-backend vault rotate",
        file.display()
    ))
}

/// Where the vault's keys are, in an operator's words.
fn place_of_keys(settings: &Settings) -> String {
    let storage = &settings.storage;
    match storage.key_file() {
        Some(file) if storage.vault_keys.is_none() => file.display().to_string(),
        _ => String::from("VAULT_KEYS"),
    }
}

/// Seals everything with the first key of the ring. Other processes go on working; for those that do not
/// know the key, or seal with another, it waits as long as `patience`, and may be called again later.
/// Gives what to tell the operator.
///
/// # Errors
/// With one line: which process must be restarted with which setting, which rows do not open, or that the
/// database failed.
pub async fn rotate(
    app: &App,
    settings: &Settings,
    patience: Duration,
    say: Say<'_>,
) -> Result<String, String> {
    let store = app.store();
    let older = store.older_keys().await.map_err(in_one_line)?;
    let mut rotation = Rotation {
        store,
        keys: place_of_keys(settings),
        patience,
        waiting: None,
        resealed: 0,
        told_at: Instant::now(),
        say,
    };
    rotation.until_everybody_knows_the_key().await?;
    let newest = store.newest_key().0;
    let left = store.left_to_reseal().await.map_err(in_one_line)?;
    (rotation.say)(&format!(
        "{left} secrets are to be sealed with \"{newest}\""
    ));
    loop {
        rotation.pass().await?;
        match store.end_rotation().await.map_err(in_one_line)? {
            RotationOutcome::Done => break,
            RotationOutcome::RowsLeft => sleep(REST).await,
            RotationOutcome::Waiting(others) => rotation.wait_for(&others).await?,
            RotationOutcome::Writing => rotation.wait(String::from(WRITING)).await?,
        }
    }
    let resealed = rotation.resealed;
    if older.is_empty() {
        return Ok(format!(
            "every secret is sealed with the vault key \"{newest}\""
        ));
    }
    Ok(format!(
        "sealed {resealed} secrets anew; every secret is sealed with the vault key \"{newest}\"\n\
         nothing here needs \"{}\" any more: take it out of {} and restart. Backups made before today need it",
        older.join("\", \""),
        rotation.keys
    ))
}

struct Rotation<'a> {
    store: &'a Store,
    /// Where the keys are.
    keys: String,
    patience: Duration,
    /// Since when something is waited for, and what was said of it.
    waiting: Option<(Instant, String)>,
    resealed: u64,
    told_at: Instant,
    say: Say<'a>,
}

impl Rotation<'_> {
    /// Nothing is sealed with a key before every process can open it.
    async fn until_everybody_knows_the_key(&mut self) -> Result<(), String> {
        let mark = self.store.newest_key().1;
        loop {
            self.store.keep_up().await.map_err(in_one_line)?;
            if self.store.seals_with_newest() {
                return Ok(());
            }
            let mut others = self.store.living_processes().await.map_err(in_one_line)?;
            others.retain(|other| !other.ring.contains(&mark));
            self.wait_for(&others).await?;
        }
    }

    /// Goes through every column once.
    async fn pass(&mut self) -> Result<(), String> {
        let mut unreadable = Vec::new();
        for column in Store::secrets() {
            let mut after = Some(String::new());
            while let Some(place) = after {
                let begun = Instant::now();
                let step = self.store.reseal(column, &place).await;
                let mut step = step.map_err(in_one_line)?;
                self.note(step.resealed);
                unreadable.append(&mut step.unreadable);
                after = step.next;
                if after.is_some() {
                    sleep(begun.elapsed().max(REST)).await;
                }
            }
        }
        if unreadable.is_empty() {
            Ok(())
        } else {
            Err(self.about_unreadable(&unreadable))
        }
    }

    fn note(&mut self, resealed: u64) {
        if resealed == 0 {
            return;
        }
        self.resealed += resealed;
        // Something goes on: patience begins anew.
        self.waiting = None;
        if self.told_at.elapsed() >= SAY_EVERY || self.resealed == resealed {
            self.told_at = Instant::now();
            (self.say)(&format!("sealed {} anew", self.resealed));
        }
    }

    /// Says which processes are waited for, and rests.
    async fn wait_for(&mut self, others: &[LivingProcess]) -> Result<(), String> {
        let sentences: Vec<String> = others.iter().map(|other| self.sentence(other)).collect();
        self.wait(sentences.join("; ")).await
    }

    /// Says what is waited for, and rests.
    async fn wait(&mut self, said: String) -> Result<(), String> {
        let since = match &self.waiting {
            Some((since, before)) if *before == said => *since,
            _ => {
                if !said.is_empty() {
                    (self.say)(&format!("waiting: {said}"));
                }
                Instant::now()
            }
        };
        if since.elapsed() >= self.patience {
            return Err(format!(
                "not ended: {said}; then run this again, it goes on where it stopped"
            ));
        }
        self.waiting = Some((since, said));
        sleep(LOOK_EVERY).await;
        Ok(())
    }

    /// What is to be done about a process that holds us up.
    fn sentence(&self, other: &LivingProcess) -> String {
        let (newest, mark) = self.store.newest_key();
        let keys = &self.keys;
        let who = format!(
            "process {} (number {}, running since {})",
            other.place, other.number, other.started_at
        );
        let named = format!("{newest}:");
        if other.ring.contains(&mark) {
            match other.ring.first() {
                Some(first) if *first != mark => format!(
                    "{who} has \"{}\" in front of the vault key \"{newest}\": restart it with {keys} in the order of this command",
                    name(first)
                ),
                _ => format!("{who} goes over to \"{newest}\" in a moment"),
            }
        } else if other.ring.iter().any(|one| one.starts_with(&named)) {
            format!(
                "{who} has another vault key under the name \"{newest}\": restart it with the {keys} of this command"
            )
        } else {
            format!(
                "{who} does not know the vault key \"{newest}\": restart it with the {keys} of this command"
            )
        }
    }

    fn about_unreadable(&self, rows: &[Unreadable]) -> String {
        let named = rows.iter().take(MOST_NAMED);
        let named: Vec<String> = named
            .map(|row| format!("{} of row {}: {}", row.place, row.id, row.problem))
            .collect();
        format!(
            "not ended: {} secrets do not open and stay as they are (the others are sealed with \"{}\"): {}. Restore the row, let its owner log in again, or delete it; then run this again",
            rows.len(),
            self.store.newest_key().0,
            named.join("; ")
        )
    }
}

fn name(mark: &str) -> &str {
    mark.split(':').next().unwrap_or(mark)
}

fn in_one_line(error: impl std::fmt::Display) -> String {
    error.to_string()
}
