//! A locked file under a process's number beside a SQLite database: whoever finds it unlocked knows that
//! the process is dead.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::process_lock::{file_beside, open_lock_file};

/// This process's file. The lock ends with the process, however that ends (flock(2)); a process that
/// ends in order takes the file away.
#[derive(Debug)]
pub(super) struct NumberedLock {
    path: PathBuf,
    /// None: it could not be locked, and nobody may conclude anything.
    file: Option<File>,
}

impl NumberedLock {
    /// Makes and locks the file. A folder that cannot be written, or a file system without locks, is
    /// no error: there, leases alone tell who is dead.
    pub(super) fn take(database: &Path, number: i64) -> Self {
        let path = path_of(database, number);
        let file = open_lock_file(&path)
            .ok()
            .filter(|file| file.try_lock().is_ok());
        Self { path, file }
    }

    pub(super) const fn is_held(&self) -> bool {
        self.file.is_some()
    }

    /// Whether the process of this number lives, or nothing can be concluded: an absent file says
    /// nothing, because somebody may have tidied up.
    pub(super) async fn is_locked(database: &Path, number: i64) -> bool {
        let path = path_of(database, number);
        let look = move || {
            let Ok(file) = File::open(path) else {
                return true;
            };
            matches!(
                file.try_lock_shared(),
                Err(TryLockError::WouldBlock | TryLockError::Error(_))
            )
        };
        tokio::task::spawn_blocking(look).await.unwrap_or(true)
    }

    /// Whether the file of the process of this number is there.
    pub(super) fn exists(database: &Path, number: i64) -> bool {
        path_of(database, number).exists()
    }

    /// Takes away what killed processes left; only for a process that is alone on the database.
    pub(super) fn sweep(database: &Path) {
        let (Some(folder), Some(name)) = (database.parent(), database.file_name()) else {
            return;
        };
        // A file name alone has an empty parent, which is the current folder.
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let name = name.to_string_lossy();
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let file = entry.file_name();
            let number = file
                .to_str()
                .and_then(|file| file.strip_prefix(&*name)?.strip_prefix('.'))
                .and_then(|rest| rest.strip_suffix(".lock"));
            if number.is_some_and(|number| number.parse::<i64>().is_ok()) {
                // A file that stays is no harm.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for NumberedLock {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn path_of(database: &Path, number: i64) -> PathBuf {
    file_beside(database, &format!(".{number}.lock"))
}
