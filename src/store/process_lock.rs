//! Knows whether this process is alone on a SQLite file, so that leases of dead ones can be freed.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// A lock on the file beside the database; it ends with the process, however that ends.
#[derive(Debug)]
pub(super) struct ProcessLock {
    _file: File,
    /// Whether no other process had the database open when this one came.
    pub(super) was_alone: bool,
}

impl ProcessLock {
    /// Takes the lock exclusively for a moment to learn whether anybody else is there, and then
    /// shares it for as long as the store is open.
    pub(super) fn take(database: &Path) -> io::Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let was_alone = file.try_lock().is_ok();
        if was_alone {
            file.unlock()?;
        }
        // A newcomer that looks at this very moment finds the lock taken and just learns nothing.
        let _shared = file.try_lock_shared();
        Ok(Self {
            _file: file,
            was_alone,
        })
    }
}
