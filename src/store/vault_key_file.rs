//! The vault key a SQLite store makes for itself: a file beside the database, for its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::database_file::journal;
use crate::model::secret::random_bytes;
use crate::model::vault_key::VaultKey;

/// Why the key file is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// It cannot be read or made.
    #[error("the vault key file {path} cannot be used: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// There is not even a folder for it, or for the database.
    #[error("there is no folder {}, where {what} should lie: make it, or name another one in {setting}", .folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
        /// What should lie in it.
        what: &'static str,
        /// Where it is named.
        setting: &'static str,
    },
    /// It holds something else.
    #[error("the vault key file {0} must hold 32 bytes in base64, or a line name:key for each key")]
    Malformed(PathBuf),
    /// There is a database, but its key is gone.
    #[error(
        "the database exists but its vault key file {0} does not; put the key file back (a new key is never made over existing data)"
    )]
    MissingBesideData(PathBuf),
    /// There is a key, and its database is an empty file.
    #[error(
        "the database {0} is an empty file although its vault key exists: restore a backup (integration-backend restore FILE); to begin anew, remove the empty file"
    )]
    EmptyDatabase(PathBuf),
    /// There is a key, its database is gone, and the journal of that database is left.
    #[error(
        "the database {0} is gone although its vault key and its journal {journal} exist: put the database back, or restore a backup (integration-backend restore FILE); to begin anew, remove the journal", journal = journal(.0).display()
    )]
    OnlyJournal(PathBuf),
}

/// The name of a key that stands in its file without one, as earlier versions made it.
const UNNAMED: &str = "file";

/// Reads the file at `path`: a line `name:key` for each key, or one bare key. When there is none and `database` holds no tables of ours (`has_ours`), a new one is
/// made.
///
/// # Errors
/// When the file cannot be read or made, holds something else, or is gone while our tables are there; and when
/// `database` was emptied.
pub(crate) fn read_or_make(
    path: &Path,
    database: &Path,
    has_ours: bool,
) -> Result<Zeroizing<String>, KeyFileError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            look_for_data(path, database)?;
            Ok(Zeroizing::new(text))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if has_ours {
                return Err(KeyFileError::MissingBesideData(path.to_owned()));
            }
            make(path).map_err(at(path))?;
            tracing::warn!(
                "made the vault key {}; keep a copy of it apart from the database: without it nothing that is sealed can be opened",
                path.display()
            );
            read(path)
        }
        Err(error) => Err(at(path)(error)),
    }
}

/// Looks whether the database of the key in the file at `path` is where it should be, and says so where a new
/// one is made in its place: SQLite would make one without a word.
///
/// # Errors
/// When it was emptied, or only its journal is left: the last commits may be in that alone, and SQLite removes
/// it beside a new database.
fn look_for_data(path: &Path, database: &Path) -> Result<(), KeyFileError> {
    let length = |file: &Path| fs::metadata(file).map(|found| found.len());
    match length(database) {
        Ok(0) => Err(KeyFileError::EmptyDatabase(database.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if length(&journal(database)).is_ok_and(|length| length > 0) {
                return Err(KeyFileError::OnlyJournal(database.to_owned()));
            }
            tracing::warn!(
                "there is no database {} although the vault key {} of an earlier one lies here: a new, empty database is made, and everybody has to log in again; if it was lost or moved, stop the service and put it back (integration-backend restore FILE)",
                database.display(),
                path.display()
            );
            Ok(())
        }
        // Whoever opens it says why it cannot be opened.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Reads the file at `path`, which must exist.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(at(path))
}

/// Puts a new key in front of those in the file at `path`, which must exist; gives its name. Whoever reads
/// the file meanwhile reads the old one or the new one, whole.
///
/// # Errors
/// When the file cannot be read or written, or holds something else.
pub(crate) fn add(path: &Path) -> Result<String, KeyFileError> {
    let before = read(path)?;
    let before = match before.trim() {
        named if named.contains(':') => Zeroizing::new(named.to_owned()),
        bare => {
            bare_key(path, bare)?;
            Zeroizing::new(format!("{UNNAMED}:{bare}"))
        }
    };
    let (name, line) = new_key().map_err(at(path))?;
    let text = Zeroizing::new(format!("{}\n{}\n", *line, *before));
    let arriving = write_beside(path, &text).map_err(at(path))?;
    fs::rename(&arriving, path)
        .inspect_err(|_| drop(fs::remove_file(&arriving)))
        .and_then(|()| sync_folder(path))
        .map_err(at(path))?;
    Ok(name)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeyFileError + '_ {
    |error| match missing_folder(path) {
        Some(folder) => KeyFileError::NoFolder {
            folder: folder.to_owned(),
            what: "the vault key file",
            setting: "INTEGRATION_DB_URL or VAULT_KEY_FILE",
        },
        None => KeyFileError::Io {
            path: path.to_owned(),
            error,
        },
    }
}

/// Looks whether there is a folder for a database.
///
/// # Errors
/// When there is none: neither the database nor its key is what is wrong.
pub(crate) fn look_for_folder(database: &Path) -> Result<(), KeyFileError> {
    missing_folder(database).map_or(Ok(()), |folder| {
        Err(KeyFileError::NoFolder {
            folder: folder.to_owned(),
            what: "the database",
            setting: "INTEGRATION_DB_URL",
        })
    })
}

/// The folder of a file, where that does not exist: no fault of the file's.
fn missing_folder(file: &Path) -> Option<&Path> {
    let folder = file.parent()?;
    let is_named = !folder.as_os_str().is_empty();
    (is_named && !folder.exists()).then_some(folder)
}

/// The key of a file that holds nothing but a key.
///
/// # Errors
/// When it holds something else.
pub(crate) fn bare_key(path: &Path, text: &str) -> Result<VaultKey, KeyFileError> {
    let bytes = STANDARD
        .decode(text.trim())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes
        .map(|bytes| VaultKey::new(UNNAMED, bytes))
        .ok_or_else(|| KeyFileError::Malformed(path.to_owned()))
}

/// A new key under a name that no other has, and its line in the file.
fn new_key() -> io::Result<(String, Zeroizing<String>)> {
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(random_bytes().map_err(io::Error::other)?);
    let number: [u8; 4] = random_bytes().map_err(io::Error::other)?;
    let name = format!("key-{:08x}", u32::from_le_bytes(number));
    let line = Zeroizing::new(format!("{name}:{}", STANDARD.encode(*bytes)));
    Ok((name, line))
}

/// Makes the file exclusively and durably: a key that a crash could lose would lose every secret.
fn make(path: &Path) -> io::Result<()> {
    let (_, line) = new_key()?;
    let temporary = write_beside(path, &line)?;
    // A hard link fails if somebody else was first; a rename would replace their key.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(path)
}

/// Writes a file for its owner only beside the one at `path`; gives its name.
fn write_beside(path: &Path, text: &str) -> io::Result<PathBuf> {
    // Not named after the process: in a container every process is number 1, and one that was killed here
    // would leave a file that stops all the next.
    let name: [u8; 8] = random_bytes().map_err(io::Error::other)?;
    let temporary = path.with_extension(format!("new{:016x}", u64::from_le_bytes(name)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    match written {
        Ok(()) => Ok(temporary),
        Err(error) => {
            // On a full disk nothing is left behind.
            let _ = fs::remove_file(&temporary);
            Err(error)
        }
    }
}

/// The file's own sync does not cover its entry in the folder (fsync(2)).
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        let bytes: [u8; 8] = random_bytes().unwrap();
        let folder =
            std::env::temp_dir().join(format!("vault-key-{:x}", u64::from_le_bytes(bytes)));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_new_key_is_private_and_found_again() {
        let folder = folder();
        let (key, data) = (folder.join("vault.key"), folder.join("x.db"));
        read_or_make(&key, &data, false).unwrap();
        let first = fs::read(&key).unwrap();
        read_or_make(&key, &data, true).unwrap();
        assert_eq!(first, fs::read(&key).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&key).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_emptied_database_beside_its_key_is_no_new_one() {
        let folder = folder();
        let (key, data) = (folder.join("vault.key"), folder.join("x.db"));
        read_or_make(&key, &data, false).unwrap();
        fs::write(&data, b"").unwrap();
        let refusal = read_or_make(&key, &data, false).unwrap_err();
        assert!(refusal.to_string().contains("x.db is an empty file"));
        fs::remove_file(&data).unwrap();
        let left = folder.join("x.db-wal");
        fs::write(&left, b"commits").unwrap();
        let refusal = read_or_make(&key, &data, false).unwrap_err();
        assert!(refusal.to_string().contains("x.db-wal exist"), "{refusal}");
        assert!(left.exists());
        fs::write(&left, b"").unwrap();
        read_or_make(&key, &data, false).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_missing_folder_is_what_is_told() {
        let folder = folder();
        let gone = folder.join("gone");
        let refusal = look_for_folder(&gone.join("x.db")).unwrap_err().to_string();
        let start = format!("there is no folder {}, where the database", gone.display());
        assert!(refusal.starts_with(&start), "{refusal}");
        assert!(look_for_folder(&folder.join("x.db")).is_ok());
        assert!(look_for_folder(Path::new("x.db")).is_ok());
        let refusal = read(&gone.join("vault.key")).unwrap_err().to_string();
        assert!(
            refusal.contains("where the vault key file should lie"),
            "{refusal}"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_stops_no_later_start() {
        let folder = folder();
        let (key, data) = (folder.join("vault.key"), folder.join("x.db"));
        fs::write(folder.join(format!("vault.new{}", std::process::id())), b"").unwrap();
        read_or_make(&key, &data, false).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_key_is_never_made_over_data() {
        let folder = folder();
        let (key, data) = (folder.join("vault.key"), folder.join("x.db"));
        fs::write(&data, b"rows").unwrap();
        assert!(matches!(
            read_or_make(&key, &data, true),
            Err(KeyFileError::MissingBesideData(_))
        ));
        assert!(!key.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_key_of_an_earlier_version_keeps_its_name_behind_a_new_one() {
        let folder = folder();
        let key = folder.join("vault.key");
        let old = STANDARD.encode([7; 32]);
        fs::write(&key, &old).unwrap();
        let first = add(&key).unwrap();
        let second = add(&key).unwrap();
        let text = read(&key).unwrap();
        let names: Vec<&str> = text
            .lines()
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(names, [second.as_str(), first.as_str(), "file"]);
        assert!(text.ends_with(&format!("file:{old}\n")));
        fs::write(&key, "no key").unwrap();
        assert!(matches!(add(&key), Err(KeyFileError::Malformed(_))));
        assert_eq!(fs::read(&key).unwrap(), b"no key");
        fs::remove_dir_all(folder).unwrap();
    }
}
