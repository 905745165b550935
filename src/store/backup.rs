//! A consistent copy of a SQLite database while it is in use, and the way back.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::database_file::{findings, journal};
use super::error::StoreError;
use super::health::READ_CHECKS;
use super::private_files::private_file;
use super::process_lock::ProcessLock;

/// Why a copy was not made or not put back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    /// There is a file of this name already.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// A process has the database open.
    #[error("a process has {0} open; stop the service first")]
    InUse(PathBuf),
    /// The file is no database of this program, or a damaged one.
    #[error("{path} is no sound database of this program: {finding}")]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        finding: String,
    },
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies `database` as it is at one moment, other processes' writes included, into a new file for its
/// owner only, and checks the copy (<https://sqlite.org/lang_vacuum.html#vacuuminto>). It has its name once it is whole:
/// one that was killed on the way is in nobody's way.
///
/// # Errors
/// When `copy` exists or cannot be written, or the database fails.
pub(crate) async fn copy(database: &Path, copy: &Path) -> Result<(), BackupError> {
    if copy.exists() {
        return Err(BackupError::Exists(copy.to_owned()));
    }
    let arriving = beside(copy, "making");
    remove_with_journals(&arriving);
    let made = make_at(database, &arriving).await;
    let published = made.and_then(|()| publish(&arriving, copy));
    // What was made so far is no copy, and nobody may take it for one.
    remove_with_journals(&arriving);
    published
}

async fn make_at(database: &Path, arriving: &Path) -> Result<(), BackupError> {
    let text = arriving.to_str().ok_or_else(|| unreadable_name(arriving))?;
    // SQLite writes into an existing file only if it is empty: this one, with our rights.
    private_file(arriving).map_err(at(arriving))?;
    vacuum_into(database, text).await?;
    durable(arriving).map_err(at(arriving))?;
    refuse_unsound(arriving).await
}

/// Gives a whole copy its name, which nobody may have taken meanwhile.
fn publish(arriving: &Path, copy: &Path) -> Result<(), BackupError> {
    match fs::hard_link(arriving, copy) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(BackupError::Exists(copy.to_owned()));
        }
        // Some file systems have no second names.
        Err(_) => fs::rename(arriving, copy).map_err(at(copy))?,
    }
    durable(copy).map_err(at(copy))
}

/// Removes a file that is of no use, and what SQLite keeps beside it.
fn remove_with_journals(file: &Path) {
    let _ = fs::remove_file(file);
    for ending in ["-journal", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

async fn vacuum_into(database: &Path, copy: &str) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = options.disable_statement_logging().connect().await?;
    let (vacuums,): (i64,) = sqlx::query_as("PRAGMA auto_vacuum")
        .fetch_one(&mut connection)
        .await?;
    if vacuums == 0 {
        // A database of before: the copy is made as new ones are (see `pool.rs`), the original stays.
        sqlx::query("PRAGMA auto_vacuum = INCREMENTAL")
            .execute(&mut connection)
            .await?;
    }
    sqlx::query("VACUUM INTO $1")
        .bind(copy)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Puts a copy in the place of `database`. What was there keeps another name, together with its journal: a
/// journal that stays behind would be written into the restored file
/// (<https://sqlite.org/howtocorrupt.html> §1.4). Gives its new name.
///
/// # Errors
/// When a process has the database open, or the copy is not sound. Nothing is changed then.
pub(crate) async fn restore(copy: &Path, database: &Path) -> Result<Option<PathBuf>, BackupError> {
    refuse_unsound(copy).await?;
    let lock = ProcessLock::try_alone(database).map_err(at(database))?;
    let Some(_lock) = lock else {
        return Err(BackupError::InUse(database.to_owned()));
    };
    let arriving = beside(database, "restoring");
    // Of a restore that was cut off.
    let _ = fs::remove_file(&arriving);
    let mut target = private_file(&arriving).map_err(at(&arriving))?;
    let mut source = File::open(copy).map_err(at(copy))?;
    io::copy(&mut source, &mut target).map_err(at(&arriving))?;
    durable(&arriving).map_err(at(&arriving))?;
    let kept = set_aside(database).map_err(at(database))?;
    fs::rename(&arriving, database).map_err(at(database))?;
    durable(database).map_err(at(database))?;
    Ok(kept)
}

/// Renames a database and its journal, which belong together; the index of the journal is made anew.
fn set_aside(database: &Path) -> io::Result<Option<PathBuf>> {
    if !database.exists() {
        let _ = fs::remove_file(journal(database));
        return Ok(None);
    }
    let mut number = 1;
    let kept = loop {
        let name = beside(database, &format!("before-restore-{number}"));
        if !name.exists() && !journal(&name).exists() {
            break name;
        }
        number += 1;
    };
    // The journal first: cut off in between, the database is as the last checkpoint left it, and whole.
    if journal(database).exists() {
        fs::rename(journal(database), journal(&kept))?;
    }
    let _ = fs::remove_file(database.with_file_name(index_name(database)));
    // A second name and not another one: whoever is killed here leaves a database where one was, and the restored one
    // takes its place at once. Some file systems have no second names.
    if fs::hard_link(database, &kept).is_err() {
        fs::rename(database, &kept)?;
    }
    Ok(Some(kept))
}

fn index_name(database: &Path) -> std::ffi::OsString {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push("-shm");
    name
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

/// The file and its entry in the folder survive a power failure (fsync(2)).
fn durable(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all()?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Refuses what is no database of this program, and a damaged one.
async fn refuse_unsound(path: &Path) -> Result<(), BackupError> {
    let unsound = |finding: String| BackupError::Unsound {
        path: path.to_owned(),
        finding,
    };
    // SQLite would make one, or find an empty one sound.
    let length = fs::metadata(path).map_err(at(path))?.len();
    if length == 0 {
        return Err(unsound(String::from("the file is empty")));
    }
    if let Some(finding) = findings(path).await? {
        return Err(unsound(finding));
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = options
        .disable_statement_logging()
        .connect()
        .await
        .map_err(StoreError::from)?;
    let ours = sqlx::query_scalar::<_, i64>("SELECT oldest_epoch FROM schema_info")
        .fetch_all(&mut connection)
        .await;
    connection.close().await.map_err(StoreError::from)?;
    match ours {
        Ok(_) => Ok(()),
        Err(_) => Err(unsound(String::from(
            "it has none of this program's tables",
        ))),
    }
}

/// The names of the keys that sealed what is in a database of ours.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn sealing_keys(path: &Path) -> Result<Vec<String>, BackupError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let opened = options.disable_statement_logging().connect().await;
    let mut connection = opened.map_err(StoreError::from)?;
    let proofs: Result<Vec<(String, String)>, _> =
        sqlx::query_as(READ_CHECKS).fetch_all(&mut connection).await;
    connection.close().await.map_err(StoreError::from)?;
    let proofs = proofs.map_err(StoreError::from)?;
    Ok(proofs.into_iter().map(|(key_id, _)| key_id).collect())
}

fn unreadable_name(path: &Path) -> BackupError {
    BackupError::File {
        path: path.to_owned(),
        error: io::Error::from(io::ErrorKind::InvalidFilename),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + '_ {
    |error| BackupError::File {
        path: path.to_owned(),
        error,
    }
}
