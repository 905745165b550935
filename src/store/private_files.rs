//! Files that only their owner may read: made so, and taken away from others where they may.

use std::fs::{File, OpenOptions};
use std::path::Path;

use super::process_lock::file_beside;

/// Makes a file that its owner alone may read; an existing file is an error. SQLite would make a database
/// readable by all (`SQLITE_DEFAULT_FILE_PERMISSIONS`, <https://sqlite.org/compile.html>).
pub(super) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes a database that is there, what SQLite has made beside it in the same mode, and its lock file away from
/// everybody but its owner: sessions and sealed tokens are in it. By the file's name, because opening and closing it
/// beside SQLite would drop SQLite's own locks (<https://sqlite.org/howtocorrupt.html> §2.2).
pub(super) fn keep_database_private(database: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        keep_private(&file_beside(database, ending));
    }
}

/// Takes a file, if there is one, away from everybody but its owner, and says so.
#[cfg(unix)]
pub(crate) fn keep_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = std::fs::metadata(file) else {
        return;
    };
    let mode = found.permissions().mode() & 0o7777;
    let private = mode & 0o700;
    if mode == private {
        return;
    }
    let shown = file.display();
    match std::fs::set_permissions(file, PermissionsExt::from_mode(private)) {
        Ok(()) => {
            tracing::warn!(
                "{shown} could be read by others (mode {mode:o}); now only its owner may"
            );
        }
        Err(error) => tracing::warn!(
            "{shown} can be read by others (mode {mode:o}), and that cannot be changed: {error}"
        ),
    }
}

#[cfg(not(unix))]
pub(crate) fn keep_private(_: &Path) {}
