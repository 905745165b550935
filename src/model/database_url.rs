//! Where the store keeps its data: a SQLite file or a PostgreSQL server.

use std::fmt;
use std::path::PathBuf;

use url::Url;

use super::secret::Secret;

/// Which database the store opens.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A SQLite file; relative paths count from the working directory.
    Sqlite(PathBuf),
    /// A PostgreSQL server: a `postgres://` URL, which may hold a password.
    Postgres(Secret),
}

impl fmt::Display for DatabaseUrl {
    /// The address as it may be shown: no password, and no parameters, which may hold one too.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite://{}", path.display()),
            Self::Postgres(address) => {
                let Ok(mut url) = Url::parse(address.expose()) else {
                    return formatter.write_str("postgres://");
                };
                url.set_query(None);
                // A URL without a host has no password either.
                let _ = url.set_password(None);
                formatter.write_str(url.as_str())
            }
        }
    }
}
