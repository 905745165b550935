//! Knows whether this process is alone on a SQLite file, so that it may migrate undisturbed and free
//! the leases of dead ones.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A lock on the file beside the database; it ends with the process, however that ends (flock(2)). A
/// process that finds itself alone holds it exclusively while it starts; everybody shares it afterwards.
///
/// The file is one of its own: a process that opens and closes the database itself, beside SQLite, drops
/// SQLite's own locks on it (<https://sqlite.org/howtocorrupt.html> §2.2).
#[derive(Debug)]
pub(super) struct ProcessLock {
    file: File,
    /// Whether no other process has the database open.
    pub(super) is_alone: bool,
}

impl ProcessLock {
    /// Takes the lock: exclusively if nobody else is there, else shared, after waiting for a process
    /// that is still starting.
    ///
    /// # Errors
    /// When the lock file cannot be opened. A file system without locks is no error: there, no
    /// process ever takes itself for the only one.
    pub(super) async fn take(database: &Path) -> io::Result<Self> {
        let file = lock_file(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                file,
                is_alone: true,
            }),
            Err(TryLockError::WouldBlock) => shared(file).await,
            Err(TryLockError::Error(_)) => Ok(Self {
                file,
                is_alone: false,
            }),
        }
    }

    /// Takes the lock for itself alone; none while another process has the database open.
    ///
    /// # Errors
    /// When the lock file cannot be opened, or the file system has no locks.
    pub(super) fn try_alone(database: &Path) -> io::Result<Option<Self>> {
        let file = lock_file(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                file,
                is_alone: true,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Lets others in, and stays where they can see it.
    pub(super) async fn share(self) -> io::Result<Self> {
        if self.is_alone {
            shared(self.file).await
        } else {
            Ok(self)
        }
    }
}

fn lock_file(database: &Path) -> io::Result<File> {
    open_lock_file(&file_beside(database, ".lock"))
}

/// A file whose name begins as the database's does.
pub(super) fn file_beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Opens a file to be locked, and makes it where there is none.
pub(super) fn open_lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Waiting for a lock blocks a thread, so it must not be one of the runtime's.
async fn shared(file: File) -> io::Result<ProcessLock> {
    match file.try_lock_shared() {
        Ok(()) => {
            return Ok(ProcessLock {
                file,
                is_alone: false,
            });
        }
        Err(TryLockError::WouldBlock) => {
            tracing::info!("another process is starting with this database; waiting until it has");
        }
        // Waiting gives the error, if it is one.
        Err(TryLockError::Error(_)) => {}
    }
    let wait = move || file.lock_shared().map(|()| file);
    let file = tokio::task::spawn_blocking(wait)
        .await
        .map_err(io::Error::other)??;
    Ok(ProcessLock {
        file,
        is_alone: false,
    })
}
